"""Measure how far apart two groups are: four measures of published counts, with intervals.

A group is compared with everyone else, or with everyone, never with another group that is
taken as the norm. Only published counts go in, so the result discloses nothing that a reader
could not have computed by hand; where a count is withheld there is no measure.

The interval says how much the figure would move by chance alone, if these children were one of
many years like this one. It does not cover errors in the records.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from typing import Final

__all__ = ["DisparityMeasure", "GroupOutcome", "MissingMeasureReason", "measure_disparity"]

NORMAL_QUANTILE: Final = 1.959963984540054
"""The two-sided 95 percent point of the normal distribution."""

IDEA_MINIMUM_CELL: Final = 10
"""The largest minimum cell that is presumed reasonable: children with the outcome
(34 CFR 300.647(b)(1)(iv))."""

IDEA_MINIMUM_N: Final = 30
"""The largest minimum n that is presumed reasonable: children in the group (34 CFR
300.647(b)(1)(iv)).
"""


class MissingMeasureReason(StrEnum):
    """Say why there is no measure."""

    WITHHELD = "withheld"
    """The group's number is withheld, or everyone's is."""
    NOBODY = "nobody"
    """The group is empty, or all people are in it."""
    FEW_OTHERS = "few_others"
    """Everyone outside the group, taken together, is a small group."""
    NO_ONE_REACHED = "no_one_reached"
    """On one of the two sides no person has the outcome; a ratio needs some on both."""
    BELOW_IDEA = "below_idea"
    """Fewer children on one of the two sides than the federal rule counts."""


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """State that ``yes`` of ``n`` children have the outcome; None where a number is withheld.

    Args:
        yes: children with the outcome.
        n: children in the group.
    """

    yes: int | None
    n: int | None


@dataclass(frozen=True, slots=True)
class DisparityMeasure:
    """Hold one measure with its 95 percent interval, or the reason why there is none.

    Args:
        value: the measure.
        low: lower end of the 95 percent interval.
        high: upper end of the 95 percent interval.
        why: the reason why there is no measure; None where there is one.
    """

    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    why: MissingMeasureReason | None = None


@dataclass(frozen=True, slots=True)
class GroupDisparity:
    """Hold the measures of one group.

    Args:
        gap: the group's share less everyone else's, between -1 and 1. Interval: Newcombe's hybrid
            score (Statistics in Medicine 17, 1998, 873-890, method 10).
        ratio: the group's share over everyone else's. Interval: the logarithm of Katz and others
            (Biometrics 34, 1978, 469-474).
        risk_ratio: the same as schools compute it for special education: against all other
            children, and only where both sides are large enough (34 CFR 300.647).
        share_ratio: the group's share among those with the outcome over its share among all;
            1 where it is as frequent among them as among all. Interval: that of the ratio,
            transformed, since the one follows from the other.
    """

    gap: DisparityMeasure
    ratio: DisparityMeasure
    risk_ratio: DisparityMeasure
    share_ratio: DisparityMeasure


def measure_disparity(group: GroupOutcome, everyone: GroupOutcome, minimum: int) -> GroupDisparity:
    """Measure a group against everyone, both as published.

    Args:
        group: the group's counts.
        everyone: the counts of all children, the group included.
        minimum: the smallest number of children that the release shows. Everyone else is a
            difference of two published numbers; where it is smaller, there is no measure, so
            that readers are not handed the difference.

    Returns:
        Four measures with 95 percent intervals, or the reason why there are none.
    """
    if group.yes is None or group.n is None or everyone.yes is None or everyone.n is None:
        return _build_missing_measures(MissingMeasureReason.WITHHELD)
    first, second = (group.yes, group.n), (everyone.yes - group.yes, everyone.n - group.n)
    if not group.n or not second[1]:
        return _build_missing_measures(MissingMeasureReason.NOBODY)
    if any(0 < part < minimum for part in (second[0], second[1] - second[0])):
        return _build_missing_measures(MissingMeasureReason.FEW_OTHERS)
    ratio = _measure_ratio(first, second)
    return GroupDisparity(
        gap=_measure_gap(first, second),
        ratio=ratio,
        risk_ratio=_apply_idea_minimum(ratio, first, second),
        share_ratio=_measure_share_ratio(ratio, group.n / everyone.n),
    )


OutcomePair = tuple[int, int]
"""How many have the outcome, of how many."""


def _build_missing_measures(why: MissingMeasureReason) -> GroupDisparity:
    missing = DisparityMeasure(why=why)
    return GroupDisparity(missing, missing, missing, missing)


def _measure_gap(first: OutcomePair, second: OutcomePair) -> DisparityMeasure:
    first_share, second_share = first[0] / first[1], second[0] / second[1]
    low_first, high_first = _wilson_interval(first)
    low_second, high_second = _wilson_interval(second)
    gap = first_share - second_share
    return DisparityMeasure(
        gap,
        gap - sqrt((first_share - low_first) ** 2 + (high_second - second_share) ** 2),
        gap + sqrt((high_first - first_share) ** 2 + (second_share - low_second) ** 2),
    )


def _wilson_interval(pair: OutcomePair) -> tuple[float, float]:
    """Compute the score interval of one share (Wilson 1927)."""
    yes, n = pair
    middle = (yes + NORMAL_QUANTILE**2 / 2) / (n + NORMAL_QUANTILE**2)
    half = (
        NORMAL_QUANTILE
        / (n + NORMAL_QUANTILE**2)
        * sqrt(yes * (n - yes) / n + NORMAL_QUANTILE**2 / 4)
    )
    return middle - half, middle + half


def _measure_ratio(first: OutcomePair, second: OutcomePair) -> DisparityMeasure:
    if not first[0] or not second[0]:
        return DisparityMeasure(why=MissingMeasureReason.NO_ONE_REACHED)
    log_ratio = log((first[0] / first[1]) / (second[0] / second[1]))
    half = NORMAL_QUANTILE * sqrt(1 / first[0] - 1 / first[1] + 1 / second[0] - 1 / second[1])
    return DisparityMeasure(exp(log_ratio), exp(log_ratio - half), exp(log_ratio + half))


def _apply_idea_minimum(
    ratio: DisparityMeasure, first: OutcomePair, second: OutcomePair
) -> DisparityMeasure:
    """Leave out groups and comparison groups that are too small (34 CFR 300.647(b)(1)(iv))."""
    large = all(yes >= IDEA_MINIMUM_CELL and n >= IDEA_MINIMUM_N for yes, n in (first, second))
    return ratio if large else DisparityMeasure(why=MissingMeasureReason.BELOW_IDEA)


def _measure_share_ratio(ratio: DisparityMeasure, part: float) -> DisparityMeasure:
    """Derive a group's share over everyone's from its ratio to everyone else's.

    With a part of everyone in the group, the share ratio follows from the ratio and rises with it.
    """
    if ratio.why is not None:
        return ratio

    def carried(value: float) -> float:
        return value / (part * value + 1 - part)

    return DisparityMeasure(carried(ratio.value), carried(ratio.low), carried(ratio.high))
