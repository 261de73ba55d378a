"""Read from ``criteria.toml`` which type of answer each criterion of a legal basis has."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from cairn.policy.law.packs.catalog import BASIS_CRITERIA, BASIS_PACKS, CLASS_PACKS
from cairn.policy.law.packs.pack import format_authority_key, format_condition_key
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary import CriterionType, LegalBasis

__all__ = [
    "CriterionSpec",
    "find_criterion_spec",
    "list_criterion_specs",
    "parse_criterion_period",
]

_NO_CHOICES: Final[Mapping[str, str]] = MappingProxyType({})
_PERIOD: Final = re.compile(r"([1-9]\d{0,4}) (day|month|year)s?\Z")
_DAYS_IN: Final = MappingProxyType({"day": 1, "month": 31, "year": 366})


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionSpec:
    """Describe one criterion: the question that it asks, and the type of answer that fits.

    Attributes:
        key: key under ``[legal_basis.criteria]``.
        type: type of the answer.
        asks: the question, in words.
        choices: answers by which the agreement does what the law asks: code and words.
        denies: answers by which it does not: code and words.
        maximum_days: longest period that a law allows; None if it sets none.
        maximum_law: citation of that law.
        card: rule card of the criterion; None for a further key that the law does not list.
    """

    key: str
    type: CriterionType
    asks: str
    choices: Mapping[str, str] = field(default_factory=lambda: _NO_CHOICES)
    denies: Mapping[str, str] = field(default_factory=lambda: _NO_CHOICES)
    maximum_days: int | None = None
    maximum_law: str = ""
    card: RuleCard | None = None

    @property
    def answers(self) -> Mapping[str, str]:
        """Return every answer of a choice: code and words."""
        return {**self.choices, **self.denies}

    @property
    def has_value(self) -> bool:
        """Report whether the answer is a value of its own, beside the clause."""
        return self.type not in (CriterionType.QUOTATION, CriterionType.CLAUSE)

    @property
    def needs_quotation(self) -> bool:
        """Report whether the words of the clause belong to the answer."""
        return self.type not in (CriterionType.CLAUSE, CriterionType.ORGANIZATION)

    def describe_value(self, value: str) -> str:
        """Describe an answer in words: the words of a choice; any other value unchanged."""
        return self.answers.get(value, value)

    def state_answer(self, value: str, clause: str, quotation: str) -> str:
        """Return what an agreement states for this criterion, in one text.

        Args:
            value: the typed answer; empty if there is none.
            clause: reference of the clause; empty if none is named.
            quotation: words of the clause; empty if none are quoted.

        Returns:
            The code of a choice without a wrong answer, and the names of organizations; for any
            other type the quotation, or else the answer in words, or else the clause.
        """
        is_code = self.type is CriterionType.CHOICE and not self.denies
        if is_code or self.type is CriterionType.ORGANIZATION:
            return value.strip()
        return quotation.strip() or self.describe_value(value.strip()) or clause.strip()

    def is_denied_by(self, value: str) -> bool:
        """Report whether an answer says that the agreement does not do what the law asks.

        A choice says so by its code. A period does where it is open-ended ("as needed"): the law
        that asks for a time period is not met by it (34 CFR 99.31(a)(6)(iii)(C)(4)).
        """
        if self.type is CriterionType.PERIOD:
            return parse_criterion_period(value) is None
        return value in self.denies


def parse_criterion_period(text: str) -> int | None:
    """Parse a period such as "90 days", "36 months" or "3 years".

    Args:
        text: the period; case does not count.

    Returns:
        The longest number of days that it can have (a month has 31, a year 366); ``None`` if the
        text is not such a period.
    """
    match = _PERIOD.match(text.strip().lower())
    return int(match[1]) * _DAYS_IN[match[2]] if match else None


def find_criterion_spec(basis: LegalBasis, key: str) -> CriterionSpec | None:
    """Find the specification of one criterion.

    Args:
        basis: legal basis of the agreement.
        key: key of the criterion.

    Returns:
        The specification; ``None`` if the basis has no such criterion.
    """
    return list_criterion_specs(basis).get(key)


@cache
def list_criterion_specs(basis: LegalBasis) -> Mapping[str, CriterionSpec]:
    """List the specifications of every key that ``[legal_basis.criteria]`` may hold for a basis.

    Args:
        basis: legal basis of the agreement.

    Returns:
        Specifications by key: those of the basis first, then those of the special classes.
    """
    declared = _load_declared_criteria().get(basis.value, {})
    cards = BASIS_CRITERIA[basis]
    own_keys = (*cards, *sorted(BASIS_PACKS[basis].more_keys))
    specs = {key: _build_spec(key, declared[key], cards.get(key)) for key in own_keys}
    return MappingProxyType({**specs, **_CLASS_SPECS})


def _build_spec(key: str, declared: Mapping[str, Any], card: RuleCard | None) -> CriterionSpec:
    return CriterionSpec(
        **{**declared, "key": key, "type": CriterionType(declared["type"]), "card": card}
    )


@cache
def _load_declared_criteria() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    source = files("cairn.policy.law.packs").joinpath("criteria.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _build_class_specs() -> Mapping[str, CriterionSpec]:
    """Build the specifications of the authority for each special class, and of its condition."""
    specs: dict[str, CriterionSpec] = {}
    for pack in CLASS_PACKS:
        authority_key, condition_key = (
            format_authority_key(pack.special),
            format_condition_key(pack.special),
        )
        specs[authority_key] = CriterionSpec(
            key=authority_key,
            type=CriterionType.QUOTATION,
            asks=f"Which clause names the authority to share these records ({pack.law})?",
            card=pack.card,
        )
        specs[condition_key] = CriterionSpec(
            key=condition_key,
            type=CriterionType.CHOICE,
            asks=f"Which case of that law does the authority meet ({pack.law})?",
            choices={condition.code: condition.says for condition in pack.conditions},
            card=pack.card,
        )
    return MappingProxyType(specs)


_CLASS_SPECS: Final = _build_class_specs()
