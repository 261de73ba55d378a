"""All basis packs and class packs, and what an agreement has to show for its legal basis."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cairn.policy.law.packs import benefits, education, ferpa, health
from cairn.policy.law.packs.pack import BasisPack, format_authority_key, format_condition_key
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary import LegalBasis, PersonRequirement, SpecialClass

__all__ = [
    "BASIS_CRITERIA",
    "BASIS_PACKS",
    "CLASS_PACKS",
    "SIGNED_FORM_BASES",
    "list_criteria_keys",
]

BASIS_PACKS: Final[Mapping[LegalBasis, BasisPack]] = MappingProxyType(
    {pack.basis: pack for pack in (*ferpa.FERPA_BASIS_PACKS, *health.HEALTH_BASIS_PACKS)}
)

# Key under [legal_basis.criteria] → card. The value in an agreement is the clause or its summary.
BASIS_CRITERIA: Final[Mapping[LegalBasis, Mapping[str, RuleCard]]] = MappingProxyType(
    {basis: BASIS_PACKS[basis].criteria for basis in LegalBasis}
)

SIGNED_FORM_BASES: Final = frozenset(
    basis for basis in LegalBasis if BASIS_PACKS[basis].person is PersonRequirement.SIGNED_FORM
)
"""Legal bases that open only the records of people with a signed form of that basis."""


def list_criteria_keys(basis: LegalBasis) -> frozenset[str]:
    """List the keys that ``[legal_basis.criteria]`` may hold for a basis; others are mistakes.

    Args:
        basis: legal basis of the agreement.
    Returns:
        The criteria, extra and special-class keys of the basis.
    """
    class_keys = frozenset(key(special) for special in SpecialClass for key in _CLASS_KEY_FORMATS)
    return frozenset(BASIS_CRITERIA[basis]) | BASIS_PACKS[basis].more_keys | class_keys


_CLASS_KEY_FORMATS: Final = (format_authority_key, format_condition_key)
CLASS_PACKS: Final = (
    *education.EDUCATION_CLASS_PACKS,
    *health.HEALTH_CLASS_PACKS,
    *benefits.BENEFITS_CLASS_PACKS,
)
