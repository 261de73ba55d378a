"""The value that stands for a person, field by field, by rules that have names.

Sources say different things about one child. What is shown for her is chosen by a rule that
anybody can say aloud, and the page shows the rule beside the value. Nothing is kept: the values
are chosen anew from the records that stand, so that what was withdrawn is in none of them.

"VERONICA" and "Verónica" are one name: sources that differ in capitals, accents or hyphens alone
say the same, and the way of writing that keeps most of it stands for all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from cairn.warehouse.linking.spelling import fold


class Rule(StrEnum):
    """Which of several values stands."""

    MOST_OFTEN = "most often"
    MOST_RECENT = "most recent"
    MOST_TRUSTED = "most trusted source"
    MOST_TELLING = "says the most"


@dataclass(frozen=True, slots=True)
class Said:
    """What one source said, and since when its record is here."""

    value: str
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class Chosen:
    """The value of a field, the rule that chose it from ``of`` sayings, and who said it."""

    field: str
    value: str
    rule: Rule
    said: int
    of: int
    sources: tuple[str, ...]
    others: tuple[str, ...]


Measure: TypeAlias = Callable[[str, Sequence[Said], Mapping[str, int]], object]

_RULES: Final[Mapping[str, tuple[Rule, ...]]] = MappingProxyType(
    {
        "given_name": (Rule.MOST_OFTEN, Rule.MOST_RECENT),
        "middle_name": (Rule.MOST_TELLING, Rule.MOST_OFTEN),
        "family_name": (Rule.MOST_RECENT, Rule.MOST_OFTEN),
        "suffix": (Rule.MOST_OFTEN, Rule.MOST_RECENT),
        "preferred_name": (Rule.MOST_RECENT, Rule.MOST_OFTEN),
        "birth_date": (Rule.MOST_OFTEN, Rule.MOST_TRUSTED, Rule.MOST_RECENT),
        "death_date": (Rule.MOST_OFTEN, Rule.MOST_TRUSTED, Rule.MOST_RECENT),
        "gender": (Rule.MOST_OFTEN, Rule.MOST_RECENT),
        "state_id": (Rule.MOST_TRUSTED, Rule.MOST_OFTEN, Rule.MOST_RECENT),
        "street": (Rule.MOST_RECENT, Rule.MOST_TRUSTED),
        "postal_code": (Rule.MOST_RECENT, Rule.MOST_TRUSTED),
        "phone": (Rule.MOST_RECENT, Rule.MOST_OFTEN),
        "email": (Rule.MOST_RECENT, Rule.MOST_OFTEN),
        "guardian_name": (Rule.MOST_RECENT, Rule.MOST_OFTEN),
    }
)
"""For each field its rules, the first that tells values apart first. A source's own id stands for
nobody else's, so that ``local_id`` has no golden value."""


def golden(
    said: Mapping[str, Iterable[Said]], trust: Mapping[str, int] = MappingProxyType({})
) -> tuple[Chosen, ...]:
    """The chosen value of every field of which something is said.

    ``trust``: source → rank, the higher the more trusted; 0 for one that is not named.
    """
    return tuple(
        _choose(name, list(said[name]), rules, trust)
        for name, rules in _RULES.items()
        if said.get(name)
    )


def _choose(
    name: str, said: Sequence[Said], rules: Sequence[Rule], trust: Mapping[str, int]
) -> Chosen:
    by_value = _by_value(said)
    left, decided = sorted(by_value), rules[0]
    for rule in rules:
        measured = {value: _MEASURES[rule](value, by_value[value], trust) for value in left}
        best = max(measured.values())  # type: ignore[type-var]
        kept = [value for value in left if measured[value] == best]
        if len(kept) < len(left):
            decided, left = rule, kept
    value = left[0]
    return Chosen(
        field=name,
        value=value,
        rule=decided,
        said=len(by_value[value]),
        of=len(said),
        sources=tuple(sorted({one.source for one in by_value[value]})),
        others=tuple(sorted(by_value.keys() - {value})),
    )


def _by_value(said: Sequence[Said]) -> dict[str, list[Said]]:
    """Who says what: under the best way of writing it, all who say it in any."""
    alike: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        alike["".join(filter(str.isalnum, fold(one.value))) or one.value].append(one)
    return {_best_written(group): group for group in alike.values()}


def _best_written(alike: Sequence[Said]) -> str:
    """Of several ways to write one value, that with accents and hyphens, in both cases; then the
    usual one."""
    times = Counter(one.value for one in alike)
    return max(
        sorted(times),
        key=lambda value: (
            not value.isupper() and not value.islower(),
            sum(not (c.isascii() and (c.isalnum() or c.isspace())) for c in value),
            times[value],
        ),
    )


_MEASURES: Final[Mapping[Rule, Measure]] = MappingProxyType(
    {
        Rule.MOST_OFTEN: lambda _value, said, _trust: len(said),
        Rule.MOST_RECENT: lambda _value, said, _trust: max(one.since for one in said),
        Rule.MOST_TRUSTED: lambda _value, said, trust: max(trust.get(s.source, 0) for s in said),
        Rule.MOST_TELLING: lambda value, _said, _trust: len(value),
    }
)
