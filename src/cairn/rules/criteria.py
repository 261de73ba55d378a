"""What the text of an agreement has to show, by legal basis: read from the law packs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cairn.rules.citations import RuleCard
from cairn.rules.packs import ferpa, health
from cairn.rules.packs.pack import BasisPack, authority_key, condition_key
from cairn.rules.vocabulary import LegalBasis, SpecialClass

BASES: Final[Mapping[LegalBasis, BasisPack]] = MappingProxyType(
    {pack.basis: pack for pack in (*ferpa.BASES, *health.BASES)}
)

# The key under [legal_basis.criteria] and its card. The value is the clause, or our words for it.
CRITERIA: Final[Mapping[LegalBasis, Mapping[str, RuleCard]]] = MappingProxyType(
    {basis: BASES[basis].criteria for basis in LegalBasis}
)


def criteria_keys(basis: LegalBasis) -> frozenset[str]:
    """The keys that [legal_basis.criteria] may hold for a basis; any other is a mistake."""
    of_classes = frozenset(key(one) for one in SpecialClass for key in _CLASS_KEYS)
    return frozenset(CRITERIA[basis]) | BASES[basis].more_keys | of_classes


_CLASS_KEYS: Final = (authority_key, condition_key)
