"""How far apart two groups are: four measures of the same published counts, each with an interval.

A group stands against everyone else, or against everyone, and never against another group that is
taken for the normal one. Only published counts go in, so what comes out tells nothing that a reader
with a pencil could not have worked out; where a count is withheld there is no measure.

The interval says how much the figure would move by chance alone, if these children were one of
many years like this one. It says nothing of errors in the records.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from typing import Final

LEVEL: Final = 1.959963984540054
"""The two-sided 95 percent point of the normal distribution."""

IDEA_CELL: Final = 10
"""The largest minimum cell that is presumed reasonable: children with the outcome
(34 CFR 300.647(b)(1)(iv))."""

IDEA_N: Final = 30
"""The largest minimum n that is presumed reasonable: children in the group
(34 CFR 300.647(b)(1)(iv))."""


class Why(StrEnum):
    """Why there is no measure."""

    WITHHELD = "withheld"
    """The group's number is withheld, or everyone's is."""
    NOBODY = "nobody"
    """Nobody is in the group, or nobody outside it."""
    FEW_OTHERS = "few_others"
    """Everyone outside the group, taken together, is a small group."""
    NO_ONE_REACHED = "no_one_reached"
    """Nobody has the outcome on one of the two sides; a ratio needs some on both."""
    BELOW_IDEA = "below_idea"
    """Fewer children on one of the two sides than the federal rule counts."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Of ``n`` children, ``yes`` have the outcome; either is None where it is withheld."""

    yes: int | None
    n: int | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure with its 95 percent interval, or why there is none."""

    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Disparity:
    """The measures of one group.

    Args:
        gap: the group's share less everyone else's, between -1 and 1. Interval: Newcombe's hybrid
            score (Statistics in Medicine 17, 1998, 873-890, method 10).
        ratio: the group's share over everyone else's. Interval: Katz and others' logarithm
            (Biometrics 34, 1978, 469-474).
        risk_ratio: the same as schools compute it for special education: against all other
            children, and only where both sides are large enough (34 CFR 300.647).
        share_ratio: the group's share among those with the outcome over its share among all;
            1 where it is found among them as often as among all. Interval: that of the ratio,
            carried over, since the one follows from the other.
    """

    gap: Measure
    ratio: Measure
    risk_ratio: Measure
    share_ratio: Measure


def disparity(group: Counted, everyone: Counted, minimum: int) -> Disparity:
    """The measures of a group within everyone, both as published.

    Args:
        minimum: the smallest number of children that the release shows. Everyone else is a
            difference of two published numbers; where it is smaller, nobody is helped to it.
    """
    if group.yes is None or group.n is None or everyone.yes is None or everyone.n is None:
        return _none(Why.WITHHELD)
    first, second = (group.yes, group.n), (everyone.yes - group.yes, everyone.n - group.n)
    if not group.n or not second[1]:
        return _none(Why.NOBODY)
    if any(0 < part < minimum for part in (second[0], second[1] - second[0])):
        return _none(Why.FEW_OTHERS)
    ratio = _ratio(first, second)
    return Disparity(
        gap=_gap(first, second),
        ratio=ratio,
        risk_ratio=_idea(ratio, first, second),
        share_ratio=_share_ratio(ratio, group.n / everyone.n),
    )


Pair = tuple[int, int]
"""How many have the outcome, of how many."""


def _none(why: Why) -> Disparity:
    none = Measure(why=why)
    return Disparity(none, none, none, none)


def _gap(first: Pair, second: Pair) -> Measure:
    one, other = first[0] / first[1], second[0] / second[1]
    low_one, high_one = _wilson(first)
    low_other, high_other = _wilson(second)
    found = one - other
    return Measure(
        found,
        found - sqrt((one - low_one) ** 2 + (high_other - other) ** 2),
        found + sqrt((high_one - one) ** 2 + (other - low_other) ** 2),
    )


def _wilson(pair: Pair) -> tuple[float, float]:
    """The score interval of one share (Wilson 1927)."""
    yes, n = pair
    middle = (yes + LEVEL**2 / 2) / (n + LEVEL**2)
    half = LEVEL / (n + LEVEL**2) * sqrt(yes * (n - yes) / n + LEVEL**2 / 4)
    return middle - half, middle + half


def _ratio(first: Pair, second: Pair) -> Measure:
    if not first[0] or not second[0]:
        return Measure(why=Why.NO_ONE_REACHED)
    found = log((first[0] / first[1]) / (second[0] / second[1]))
    half = LEVEL * sqrt(1 / first[0] - 1 / first[1] + 1 / second[0] - 1 / second[1])
    return Measure(exp(found), exp(found - half), exp(found + half))


def _idea(ratio: Measure, first: Pair, second: Pair) -> Measure:
    """The federal rule leaves a group out that is too small, and one whose comparison group is."""
    large = all(yes >= IDEA_CELL and n >= IDEA_N for yes, n in (first, second))
    return ratio if large else Measure(why=Why.BELOW_IDEA)


def _share_ratio(ratio: Measure, part: float) -> Measure:
    """With a part of everyone in the group, its share over everyone's follows from the ratio to
    everyone else's, and rises with it."""
    if ratio.why is not None:
        return ratio

    def carried(value: float) -> float:
        return value / (part * value + 1 - part)

    return Measure(carried(ratio.value), carried(ratio.low), carried(ratio.high))
