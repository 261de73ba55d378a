"""How right the index is, from the questions that people answered.

The questions of a sample are drawn at random within each band of evidence, so that a few hundred
answers speak for all joints and gaps. A *joint* that is wrong is two children in one; a *gap* that
is wrong is one child in two.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from cairn.warehouse.person.doubt import Kind

ENOUGH: Final = 5
"""Answers of one band from which on it is taken for measured."""
ENOUGH_OF_GROUP: Final = 30
GAP: Final = 0.02
"""Two points between groups are a finding."""
_SURE: Final = 1.96
"""Standard deviations that hold 95 of 100."""
_SMALL: Final = 0.01
"""A band with a smaller share of all joints and gaps need not be measured."""


@dataclass(frozen=True, slots=True)
class Band:
    """One band of evidence: how many joints or gaps there are, and what was answered of them.
    ``chance``: that one of them is wrong, as its evidence has it (``calibration``)."""

    kind: Kind
    number: int
    population: int
    reviewed: int = 0
    wrong: int = 0
    chance: float = 0.5

    @property
    def rate(self) -> float:
        """The share that is wrong, never quite none: a few answers prove no perfection. What the
        evidence has it counts as one answer."""
        return (self.wrong + self.chance) / (self.reviewed + 1)

    @property
    def variance(self) -> float:
        """Of the number of wrong ones in the whole band."""
        return self.population**2 * self.rate * (1 - self.rate) / (self.reviewed + 2)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and the range in which the true one lies with 95 of 100 chances."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Total:
    """How many joints or gaps are wrong, and the standard deviation of that."""

    value: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Quality:
    """What is known of one index, or of one group of people in it."""

    precision: Estimate
    recall: Estimate
    people: Estimate
    reviewed: int


def missing(bands: Iterable[Band], least: int = ENOUGH) -> int:
    """How many answers are wanting before there is an estimate: ``least`` of each band."""
    bands = tuple(bands)
    whole = sum(band.population for band in bands)
    return sum(
        max(0, min(least, band.population) - band.reviewed)
        for band in bands
        if band.population > _SMALL * whole
    )


def quality(
    people: int,
    bands: Iterable[Band],
    least: int = ENOUGH,
    *,
    totals: Mapping[Kind, Total] | None = None,
) -> Quality | None:
    """The estimates for ``people`` counted; nothing while a band that matters is not measured.

    Precision: the share of joints that are right. Recall: of the joints that there should be, the
    share that there are. The number of people: those counted, and one more for each wrong joint,
    one less for each wrong gap. ``totals``: how many are wrong, where that is known better than
    from the bands.
    """
    bands = tuple(bands)
    joints = [band for band in bands if band.kind is Kind.JOINED]
    if missing(bands, least) or not joints:
        return None
    all_joints = sum(band.population for band in joints)
    found = totals or {kind: _total(b for b in bands if b.kind is kind) for kind in Kind}
    spread = sqrt(sum(one.deviation**2 for one in found.values()))
    wrong, missed = (
        _around(one.value, one.deviation) for one in (found[Kind.JOINED], found[Kind.APART])
    )
    right = max(0.0, all_joints - wrong.value)
    return Quality(
        precision=_share(all_joints - wrong.value, all_joints, wrong),
        recall=_share(right, right + missed.value, missed),
        people=_around(people + wrong.value - missed.value, spread),
        reviewed=sum(band.reviewed for band in bands),
    )


@dataclass(frozen=True, slots=True)
class Gap:
    """Two groups of one kind between which a figure differs by more than two points.

    ``beyond_chance``: their ranges do not meet, so that few answers alone do not explain it.
    """

    figure: str
    kind: str
    best: str
    worst: str
    points: float
    beyond_chance: bool


def gaps(kind: str, groups: Mapping[str, Quality | None]) -> list[Gap]:
    """The gaps of precision and of recall between groups with enough answers."""
    told = {
        name: q for name, q in groups.items() if q is not None and q.reviewed >= ENOUGH_OF_GROUP
    }
    found = []
    for figure in ("precision", "recall"):
        values: Mapping[str, Estimate] = {n: getattr(q, figure) for n, q in told.items()}
        ordered: Sequence[str] = sorted(values, key=lambda n: (values[n].value, n))
        if len(ordered) > 1:
            worst, best = ordered[0], ordered[-1]
            points = values[best].value - values[worst].value
            if points > GAP:
                apart = values[worst].high < values[best].low
                found.append(Gap(figure, kind, best, worst, points, apart))
    return found


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Between which two shares the true one lies with a chance of 95 %, after ``part`` of
    ``whole`` (Wilson's interval); ``whole`` is above 0."""
    share, square = part / whole, _SURE**2
    middle = share + square / (2 * whole)
    spread = _SURE * sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    return (middle - spread) / (1 + square / whole), (middle + spread) / (1 + square / whole)


def _total(bands: Iterable[Band]) -> Total:
    bands = tuple(bands)
    value = sum(band.population * band.rate for band in bands)
    return Total(value, sqrt(sum(band.variance for band in bands)))


def _around(value: float, deviation: float) -> Estimate:
    return Estimate(value, max(0.0, value - _SURE * deviation), value + _SURE * deviation)


def _share(part: float, whole: float, error: Estimate) -> Estimate:
    """A share whose uncertainty is that of the errors counted against it."""
    if whole <= 0:
        return Estimate(1.0, 0.0, 1.0)
    value, spread = part / whole, (error.high - error.value) / whole
    return Estimate(value, max(0.0, value - spread), min(1.0, value + spread))
