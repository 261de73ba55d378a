"""Choose the value to show for a person, field by field, by named rules (the golden record).

Sources state different values for one child. A rule that anyone can explain chooses the value, and
the page shows the rule beside it. Nothing is stored: the values are chosen each time from the
current records, so that a withdrawn record affects none of them.

"VERONICA" and "Verónica" are one name: sources that differ in capitals, accents or hyphens alone
agree, and the spelling that keeps the most detail represents all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from cairn.matching.standardize import normalize_text

__all__ = ["GoldenValue", "SourceValue", "SurvivorshipRule", "choose_golden_values"]


class SurvivorshipRule(StrEnum):
    """Which of several values is chosen."""

    MOST_OFTEN = "most frequent"
    MOST_RECENT = "most recent"
    MOST_TRUSTED = "most trusted source"
    MOST_TELLING = "most complete"


@dataclass(frozen=True, slots=True)
class SourceValue:
    """The value that one source states.

    Attributes:
        value: the value as stated.
        source: the organization or file.
        since: the day since which its record is in the index.
    """

    value: str
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class GoldenValue:
    """The chosen value of a field, and why it was chosen.

    Attributes:
        field: name of the field.
        value: the chosen value, in the spelling that keeps the most detail.
        rule: the rule that separated it from the other values.
        said: number of statements that agree with it.
        of: number of all statements.
        sources: the sources that agree.
        others: the other values.
    """

    field: str
    value: str
    rule: SurvivorshipRule
    said: int
    of: int
    sources: tuple[str, ...]
    others: tuple[str, ...]


ValueMeasure: TypeAlias = Callable[[str, Sequence[SourceValue], Mapping[str, int]], object]

_RULES_BY_FIELD: Final[Mapping[str, tuple[SurvivorshipRule, ...]]] = MappingProxyType(
    {
        "given_name": (SurvivorshipRule.MOST_OFTEN, SurvivorshipRule.MOST_RECENT),
        "middle_name": (SurvivorshipRule.MOST_TELLING, SurvivorshipRule.MOST_OFTEN),
        "family_name": (SurvivorshipRule.MOST_RECENT, SurvivorshipRule.MOST_OFTEN),
        "suffix": (SurvivorshipRule.MOST_OFTEN, SurvivorshipRule.MOST_RECENT),
        "preferred_name": (SurvivorshipRule.MOST_RECENT, SurvivorshipRule.MOST_OFTEN),
        "birth_date": (
            SurvivorshipRule.MOST_OFTEN,
            SurvivorshipRule.MOST_TRUSTED,
            SurvivorshipRule.MOST_RECENT,
        ),
        "death_date": (
            SurvivorshipRule.MOST_OFTEN,
            SurvivorshipRule.MOST_TRUSTED,
            SurvivorshipRule.MOST_RECENT,
        ),
        "gender": (SurvivorshipRule.MOST_OFTEN, SurvivorshipRule.MOST_RECENT),
        "state_id": (
            SurvivorshipRule.MOST_TRUSTED,
            SurvivorshipRule.MOST_OFTEN,
            SurvivorshipRule.MOST_RECENT,
        ),
        "street": (SurvivorshipRule.MOST_RECENT, SurvivorshipRule.MOST_TRUSTED),
        "postal_code": (SurvivorshipRule.MOST_RECENT, SurvivorshipRule.MOST_TRUSTED),
        "phone": (SurvivorshipRule.MOST_RECENT, SurvivorshipRule.MOST_OFTEN),
        "email": (SurvivorshipRule.MOST_RECENT, SurvivorshipRule.MOST_OFTEN),
        "guardian_name": (SurvivorshipRule.MOST_RECENT, SurvivorshipRule.MOST_OFTEN),
    }
)
"""The rules of each field; the first that separates the values decides.

A source's local ID is valid there alone, so `local_id` has no golden value.
"""


def choose_golden_values(
    statements: Mapping[str, Iterable[SourceValue]],
    source_ranks: Mapping[str, int] = MappingProxyType({}),
) -> tuple[GoldenValue, ...]:
    """Choose the value of every field that some source states.

    Args:
        statements: the statements of the sources, by field.
        source_ranks: rank of each source, the higher the more trusted; 0 for a source without an
            entry.
    Returns:
        The chosen values, in the order of the fields.
    """
    return tuple(
        _choose_value(name, list(statements[name]), rules, source_ranks)
        for name, rules in _RULES_BY_FIELD.items()
        if statements.get(name)
    )


def _choose_value(
    name: str,
    statements: Sequence[SourceValue],
    rules: Sequence[SurvivorshipRule],
    source_ranks: Mapping[str, int],
) -> GoldenValue:
    by_value = _group_by_value(statements)
    left, decided = sorted(by_value), rules[0]
    for rule in rules:
        measured = {
            value: _MEASURE_BY_RULE[rule](value, by_value[value], source_ranks) for value in left
        }
        best = max(measured.values())  # type: ignore[type-var]
        best_values = [value for value in left if measured[value] == best]
        if len(best_values) < len(left):
            decided, left = rule, best_values
    value = left[0]
    return GoldenValue(
        field=name,
        value=value,
        rule=decided,
        said=len(by_value[value]),
        of=len(statements),
        sources=tuple(sorted({statement.source for statement in by_value[value]})),
        others=tuple(sorted(by_value.keys() - {value})),
    )


def _group_by_value(statements: Sequence[SourceValue]) -> dict[str, list[SourceValue]]:
    """Group statements by value, each group under the best spelling of the value."""
    same_value: dict[str, list[SourceValue]] = defaultdict(list)
    for statement in statements:
        same_value[
            "".join(filter(str.isalnum, normalize_text(statement.value))) or statement.value
        ].append(statement)
    return {_choose_spelling(group): group for group in same_value.values()}


def _choose_spelling(statements: Sequence[SourceValue]) -> str:
    """Choose the spelling with accents and hyphens, in both cases; then the most common one."""
    times = Counter(statement.value for statement in statements)
    return max(
        sorted(times),
        key=lambda value: (
            not value.isupper() and not value.islower(),
            sum(
                not (character.isascii() and (character.isalnum() or character.isspace()))
                for character in value
            ),
            times[value],
        ),
    )


_MEASURE_BY_RULE: Final[Mapping[SurvivorshipRule, ValueMeasure]] = MappingProxyType(
    {
        SurvivorshipRule.MOST_OFTEN: lambda _value, agreeing, _ranks: len(agreeing),
        SurvivorshipRule.MOST_RECENT: lambda _value, agreeing, _ranks: max(
            s.since for s in agreeing
        ),
        SurvivorshipRule.MOST_TRUSTED: lambda _value, agreeing, ranks: max(
            ranks.get(s.source, 0) for s in agreeing
        ),
        SurvivorshipRule.MOST_TELLING: lambda value, _agreeing, _ranks: len(value),
    }
)
