"""Check a release against earlier releases, because a reader who kept one can compare the two.

A figure that is safe alone may follow from two releases together. A release therefore leaves only
after an audit with every earlier release of the same outcome and year (34 CFR 99.31(b)(1): taking
into account other reasonably available information, whether through single or multiple releases).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import (
    DifferencingConflict,
    DifferencingConflictKind,
    EarlierReleaseFact,
    ReleaseComparison,
)
from cairn.policy.law.cards.outputs import release as cards

__all__ = [
    "check_comparison_current",
    "check_no_differencing_conflict",
    "find_figure_conflict",
    "find_uncompared_releases",
]


def find_figure_conflict(
    measure: str, school_year: str, earlier_releases: Iterable[EarlierReleaseFact]
) -> DifferencingConflict | None:
    """Find whether a figure of these values was published already, and in which releases.

    Two figures of the same values narrow each other: a mean beside a median, or the same mean for
    other groups or after a correction, can reveal one child's value to a reader who knows the
    others. No program here audits two such figures together, so the second is not released (34 CFR
    99.31(b)(1): through single or multiple releases).

    Args:
        measure: the measure.
        school_year: its school year.
        earlier_releases: releases that were published.
    Returns:
        The conflict, ``None`` if there is none.
    """
    names = tuple(
        release.name for release in earlier_releases if (measure, school_year) in release.figures
    )
    return (
        DifferencingConflict(measure, school_year, DifferencingConflictKind.ANOTHER_FIGURE, names)
        if names
        else None
    )


def find_uncompared_releases(comparison: ReleaseComparison) -> tuple[EarlierReleaseFact, ...]:
    """Find earlier releases of the same outcome and year that the audit did not use.

    Args:
        comparison: the release and earlier releases.
    Returns:
        The earlier releases.
    """
    compared_ids = comparison.attacked or frozenset()
    return tuple(
        release
        for release in comparison.out
        if release.counts & comparison.counts and release.id not in compared_ids
    )


_CONFLICT_CARDS: Final = {
    DifferencingConflictKind.TELLS_OF_FEW: cards.TELLS_OF_FEW,
    DifferencingConflictKind.OTHER_CHILDREN: cards.OTHER_CHILDREN,
    DifferencingConflictKind.ANOTHER_FIGURE: cards.ANOTHER_FIGURE,
}


@policy_check(cards.TELLS_OF_FEW, cards.OTHER_CHILDREN, cards.ANOTHER_FIGURE)
def check_no_differencing_conflict(on: date, comparison: ReleaseComparison) -> Iterator[Reason]:
    """Check that the last audit found no conflict with an earlier release.

    Args:
        on: date of the check.
        comparison: the release and earlier releases.
    Returns:
        A refusal for each conflict, else one reason.
    """
    for conflict in comparison.met:
        yield Reason.from_card(
            _CONFLICT_CARDS[conflict.how],
            met=False,
            outcome=conflict.outcome,
            year=conflict.school_year,
            earlier=", ".join(conflict.releases),
        )
    if not comparison.met:
        yield Reason.from_card(cards.TELLS_OF_FEW, met=True)


@policy_check(cards.CHECK_TOO_OLD)
def check_comparison_current(on: date, comparison: ReleaseComparison) -> Reason:
    """Check that the audit used every earlier release of the same outcome and year.

    Args:
        on: date of the check.
        comparison: the release and earlier releases.
    Returns:
        One reason.
    """
    earlier = ", ".join(release.name for release in find_uncompared_releases(comparison))
    return Reason.from_card(cards.CHECK_TOO_OLD, met=not earlier, earlier=earlier)
