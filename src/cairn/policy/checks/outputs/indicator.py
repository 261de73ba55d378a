"""Check an indicator: whether a version may be changed or approved, or counted by a release.

Two figures about almost the same children can be subtracted from each other (34 CFR 99.31(b)(1):
through single or multiple releases). Which definitions count almost the same children is decided
here, for the check of a release.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import Actor, CountedIndicatorFact, IndicatorVersionFact
from cairn.policy.law.cards.outputs import indicator as cards

__all__ = [
    "can_be_subtracted",
    "check_indicator_author",
    "check_indicator_draft",
    "check_indicator_previewed",
    "check_indicators_publishable",
    "do_periods_overlap",
    "find_overlapping_breakdowns",
    "list_publication_obstacles",
]

_COUNT: Final = "count"
_PERIOD: Final = re.compile(r"(\d{4})(-\d\d(?: (S[12]))?)?")

_PUBLISHED_UNITS: Final = frozenset({"percent", "mean", _COUNT})
"""Units with an audit of their own."""

_MEMBER_BREAKDOWNS: Final = frozenset({"program"})
"""Breakdowns with groups that overlap, so that each group is a dimension of its own."""


@policy_check(cards.IS_DRAFT)
def check_indicator_draft(on: date, version: IndicatorVersionFact) -> Reason:
    """Check that a version is a draft.

    Args:
        on: date of the check.
        version: facts of the version.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.IS_DRAFT,
        met=version.is_draft,
        version=version.version,
        indicator=version.indicator,
    )


@policy_check(cards.PREVIEWED)
def check_indicator_previewed(on: date, version: IndicatorVersionFact) -> Reason:
    """Check that a version was previewed on data as it reads now.

    Args:
        on: date of the check.
        version: facts of the version.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.PREVIEWED,
        met=version.is_previewed,
        version=version.version,
        indicator=version.indicator,
    )


@policy_check(cards.ANOTHER_APPROVES)
def check_indicator_author(on: date, version: IndicatorVersionFact, actor: Actor) -> Reason:
    """Check that the person who approves a version wrote no part of it.

    Args:
        on: date of the check.
        version: facts of the version.
        actor: the person who approves.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.ANOTHER_APPROVES,
        met=actor.id not in version.writers,
        version=version.version,
        indicator=version.indicator,
    )


@policy_check(
    cards.PUBLISHED_UNIT,
    cards.ALLOWED_BREAKDOWN,
    cards.NEWEST_VERSION,
    cards.NAMED_PROGRAM,
    cards.OVERLAPPING_BREAKDOWNS,
)
def check_indicators_publishable(
    on: date, indicators: tuple[CountedIndicatorFact, ...], dimensions: tuple[str, ...]
) -> Iterator[Reason]:
    """Check that a release may count these indicators, broken down by these dimensions.

    Args:
        on: date of the check.
        indicators: the definitions that the release counts.
        dimensions: the dimensions of all its tables.
    Returns:
        A refusal for each obstacle, else one reason.
    """
    obstacles = (*list_publication_obstacles(indicators, dimensions), *_find_unnamed(dimensions))
    yield from obstacles
    if not obstacles:
        yield Reason.from_card(cards.PUBLISHED_UNIT, met=True)


def list_publication_obstacles(
    indicators: Iterable[CountedIndicatorFact], dimensions: Collection[str]
) -> tuple[Reason, ...]:
    """List why a release may not count these indicators like this.

    Args:
        indicators: the definitions.
        dimensions: the dimensions of all tables of the release.

    Returns:
        One refusal for each indicator and rule, and for breakdowns that overlap; empty if the
        release may count them.
    """
    overlapping = find_overlapping_breakdowns(dimensions)
    return (
        *(reason for indicator in indicators for reason in _find_obstacles(indicator, dimensions)),
        *(
            Reason.from_card(
                cards.OVERLAPPING_BREAKDOWNS, met=False, breakdowns=_describe_breakdowns(names)
            )
            for names in overlapping
        ),
    )


def find_overlapping_breakdowns(
    dimensions: Iterable[str], others: Iterable[str] = ()
) -> tuple[frozenset[str], ...]:
    """Find breakdowns of which the groups of one follow from those of another.

    A ZIP code is in a city, a child with hours is in a program, and most of a grade is a cohort.
    The audit adds up what it is told of, so two of them are never public for the same children.

    Args:
        dimensions: the dimensions of a release.
        others: those of an earlier one; none if the release is looked at alone.

    Returns:
        For each kind, the breakdowns of both that overlap. Beside an earlier release only where
        one of the release's own overlaps with another one of the earlier.
    """
    own, earlier = _name_breakdowns(dimensions), _name_breakdowns(others)
    return tuple(
        kind & (own | earlier)
        for kind in _OVERLAPPING_BREAKDOWNS
        if kind & own and len(kind & (own | earlier)) > 1
    )


_BREAKDOWN_WORDS: Final = {
    "race_ethnicity": "race",
    "zip": "ZIP code",
    "dosage": "hours in programs",
    "cohort": "graduation cohort",
}
"""How a reason says a breakdown, where its ID is not the word."""


def _describe_breakdowns(names: Iterable[str]) -> str:
    words = (_BREAKDOWN_WORDS.get(name, name.replace("_", " ")) for name in names)
    return " and ".join(sorted(words))


def _name_breakdowns(dimensions: Iterable[str]) -> frozenset[str]:
    """Name the breakdowns of dimensions."""
    return frozenset(map(_name_breakdown, dimensions))


def _name_breakdown(dimension: str) -> str:
    """Name the breakdown of a dimension.

    "program:Riverside Readers" is one of "program", and so is "program@2025-10-01:Riverside
    Readers", the children who were enrolled on one day.
    """
    return dimension.partition(":")[0].partition("@")[0]


_OVERLAPPING_BREAKDOWNS: Final = (
    frozenset({"zip", "city", "county"}),
    frozenset({"program", "dosage"}),
    frozenset({"grade", "cohort"}),
)
"""Breakdowns of which the groups of one follow from those of another, at least nearly."""


def _find_unnamed(dimensions: Collection[str]) -> Iterator[Reason]:
    for name in sorted(_MEMBER_BREAKDOWNS & set(dimensions)):
        yield Reason.from_card(cards.NAMED_PROGRAM, met=False, breakdowns=name)


def _find_obstacles(
    indicator: CountedIndicatorFact, dimensions: Collection[str]
) -> Iterator[Reason]:
    title = indicator.title
    if indicator.unit not in _PUBLISHED_UNITS:
        yield Reason.from_card(cards.PUBLISHED_UNIT, met=False, indicator=title)
    asked = dict.fromkeys(map(_name_breakdown, dimensions))
    forbidden = [name for name in asked if name not in indicator.breakdowns]
    if forbidden:
        yield Reason.from_card(
            cards.ALLOWED_BREAKDOWN,
            met=False,
            indicator=title,
            breakdowns=_describe_breakdowns(forbidden),
        )
    if not indicator.is_newest and not indicator.is_corrected:
        yield Reason.from_card(cards.NEWEST_VERSION, met=False, indicator=title)


def can_be_subtracted(first: CountedIndicatorFact, second: CountedIndicatorFact) -> bool:
    """Return whether two definitions count almost the same children, so that figures subtract.

    Versions of one indicator do. A definition that the community wrote does with any other that
    counts from the same records by the same date. What Cairn ships was compared when it was made.

    A count is its own numerator. So it does with any other that looks in the same records for who
    is counted or for who reached it, unless the two are audited together because one names the
    people of the other as its own.

    Args:
        first: one definition.
        second: the other definition.

    Returns:
        True if no year may show figures of both.
    """
    if first.id == second.id:
        return False
    if first.indicator == second.indicator:
        return True
    if _COUNT in {first.unit, second.unit}:
        are_audited_together = bool(first.people) and first.people == second.people
        return not are_audited_together and not set(first.records).isdisjoint(second.records)
    are_both_shipped = first.is_shipped and second.is_shipped
    return not are_both_shipped and first.denominator == second.denominator


def do_periods_overlap(first: str, second: str) -> bool:
    """Return whether two periods have days in common, by their names.

    A school year begins with the second half of a calendar year and ends with the first half of
    the next one; a semester is one of these halves.

    Args:
        first: one period, such as "2025-26", "2025-26 S1" or "2025".
        second: the other period.

    Returns:
        True if some day is in both; names in another form are compared as they are.
    """
    halves, others = _list_half_years(first), _list_half_years(second)
    return first == second or not halves.isdisjoint(others)


def _list_half_years(period: str) -> frozenset[tuple[int, int]]:
    """List the halves of calendar years that a period consists of, each with its year."""
    named = _PERIOD.fullmatch(period)
    if named is None:
        return frozenset()
    year, is_school_year, semester = int(named[1]), bool(named[2]), named[3]
    if not is_school_year:
        return frozenset({(year, 1), (year, 2)})
    halves = {"S1": {(year, 2)}, "S2": {(year + 1, 1)}}
    return frozenset(halves.get(semester, {(year, 2), (year + 1, 1)}))
