"""Estimate the accuracy of the index from the questions that reviewers answered.

The questions of a sample are drawn at random within each band of evidence, so that a few hundred
answers represent all joints and gaps. A wrong *joint* is two children in one person; a wrong *gap*
is one child in two people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from cairn.matching.clustering.weak_links import UncertaintyKind

__all__ = [
    "ErrorTotal",
    "EvidenceBand",
    "LinkageAccuracy",
    "compute_wilson_interval",
    "count_missing_answers",
    "estimate_accuracy",
    "find_accuracy_gaps",
]

MIN_BAND_ANSWERS: Final = 5
"""With this many answers, a band counts as measured."""

MIN_GROUP_ANSWERS: Final = 30

MIN_GROUP_GAP: Final = 0.02
"""A difference of two points between groups is a finding."""

_Z_95: Final = 1.96
"""Standard deviations that cover 95 %."""

_MIN_BAND_SHARE: Final = 0.01
"""A band with a smaller share of all joints and gaps need not be measured."""


@dataclass(frozen=True, slots=True)
class EvidenceBand:
    """One band of evidence: its joints or gaps, and what reviewers answered about a sample of them.

    Attributes:
        kind: joints (records taken for one child) or gaps (records taken for two).
        number: number of the band between the edges of `EVIDENCE_BANDS`, from 0.
        population: number of joints or gaps in the band.
        reviewed: how many of them reviewers answered.
        wrong: in how many of those the index was wrong.
        chance: probability that one of them is wrong, by its evidence (`error_calibration`).
    """

    kind: UncertaintyKind
    number: int
    population: int
    reviewed: int = 0
    wrong: int = 0
    chance: float = 0.5

    @property
    def rate(self) -> float:
        """Return the share that is wrong. The probability by evidence counts as one answer.

        So the share is never quite zero: a few right answers do not prove perfection.
        """
        return (self.wrong + self.chance) / (self.reviewed + 1)

    @property
    def variance(self) -> float:
        """Return the variance of the number of wrong ones in the whole band."""
        return self.population**2 * self.rate * (1 - self.rate) / (self.reviewed + 2)


@dataclass(frozen=True, slots=True)
class IntervalEstimate:
    """A value and its 95 % confidence interval.

    Attributes:
        value: the estimate.
        low: lower end of the interval.
        high: upper end of the interval.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ErrorTotal:
    """How many joints or gaps are wrong.

    Attributes:
        value: expected number of wrong ones.
        deviation: standard deviation of that number.
    """

    value: float
    deviation: float


@dataclass(frozen=True, slots=True)
class LinkageAccuracy:
    """The estimated accuracy of one index, or of one group of people in it.

    Attributes:
        precision: share of the joints that are right.
        recall: share of the joints that there should be that exist.
        people: number of people.
        reviewed: number of answers that the estimate rests on.
    """

    precision: IntervalEstimate
    recall: IntervalEstimate
    people: IntervalEstimate
    reviewed: int


def count_missing_answers(
    bands: Iterable[EvidenceBand], min_answers: int = MIN_BAND_ANSWERS
) -> int:
    """Count the answers that are still needed before there is an estimate.

    Args:
        bands: the bands of evidence.
        min_answers: answers needed for each band.
    Returns:
        The number of answers; bands with few joints and gaps need none.
    """
    bands = tuple(bands)
    total_population = sum(band.population for band in bands)
    return sum(
        max(0, min(min_answers, band.population) - band.reviewed)
        for band in bands
        if band.population > _MIN_BAND_SHARE * total_population
    )


def estimate_accuracy(
    people: int,
    bands: Iterable[EvidenceBand],
    min_answers: int = MIN_BAND_ANSWERS,
    *,
    totals: Mapping[UncertaintyKind, ErrorTotal] | None = None,
) -> LinkageAccuracy | None:
    """Estimate precision, recall and the number of people.

    Precision is the share of joints that are right. Recall is the share of the joints that there
    should be that exist. The number of people is the count, plus one for each wrong joint, minus
    one for each wrong gap.

    Args:
        people: the number of people counted.
        bands: the bands of evidence.
        min_answers: answers needed for each band.
        totals: how many joints and gaps are wrong, if that is known better than from the bands.
    Returns:
        The estimates, or None while a band that matters is not measured.
    """
    bands = tuple(bands)
    joints = [band for band in bands if band.kind is UncertaintyKind.JOINED]
    if count_missing_answers(bands, min_answers) or not joints:
        return None
    all_joints = sum(band.population for band in joints)
    error_totals = totals or {
        kind: _sum_errors(member for member in bands if member.kind is kind)
        for kind in UncertaintyKind
    }
    spread = sqrt(sum(total.deviation**2 for total in error_totals.values()))
    wrong, missed = (
        _build_interval(total.value, total.deviation)
        for total in (error_totals[UncertaintyKind.JOINED], error_totals[UncertaintyKind.APART])
    )
    right = max(0.0, all_joints - wrong.value)
    return LinkageAccuracy(
        precision=_estimate_share(all_joints - wrong.value, all_joints, wrong),
        recall=_estimate_share(right, right + missed.value, missed),
        people=_build_interval(people + wrong.value - missed.value, spread),
        reviewed=sum(band.reviewed for band in bands),
    )


@dataclass(frozen=True, slots=True)
class AccuracyGap:
    """Two groups of one kind that differ in precision or recall by more than two points.

    `beyond_chance`: their intervals do not overlap, so that few answers alone do not explain it.
    """

    figure: str
    kind: str
    best: str
    worst: str
    points: float
    beyond_chance: bool


def find_accuracy_gaps(
    kind: str, groups: Mapping[str, LinkageAccuracy | None]
) -> list[AccuracyGap]:
    """Find the gaps of precision and of recall between groups with enough answers.

    Args:
        kind: the kind of group, such as "source" or "gender".
        groups: the accuracy of each group.
    Returns:
        At most one gap for each figure.
    """
    measured = {
        name: accuracy
        for name, accuracy in groups.items()
        if accuracy is not None and accuracy.reviewed >= MIN_GROUP_ANSWERS
    }
    accuracy_gaps = []
    for figure in ("precision", "recall"):
        values: Mapping[str, IntervalEstimate] = {
            group_name: getattr(accuracy, figure) for group_name, accuracy in measured.items()
        }
        ordered: Sequence[str] = sorted(
            values, key=lambda group_name: (values[group_name].value, group_name)
        )
        if len(ordered) > 1:
            worst, best = ordered[0], ordered[-1]
            points = values[best].value - values[worst].value
            if points > MIN_GROUP_GAP:
                is_beyond_chance = values[worst].high < values[best].low
                accuracy_gaps.append(
                    AccuracyGap(figure, kind, best, worst, points, is_beyond_chance)
                )
    return accuracy_gaps


def compute_wilson_interval(part: int, whole: int) -> tuple[float, float]:
    """Compute the 95 % interval of a share (Wilson 1927).

    Args:
        part: the number of successes.
        whole: the number of trials, above 0.
    Returns:
        The lower and the upper bound.
    """
    share, square = part / whole, _Z_95**2
    middle = share + square / (2 * whole)
    spread = _Z_95 * sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    return (middle - spread) / (1 + square / whole), (middle + spread) / (1 + square / whole)


def _sum_errors(bands: Iterable[EvidenceBand]) -> ErrorTotal:
    bands = tuple(bands)
    value = sum(band.population * band.rate for band in bands)
    return ErrorTotal(value, sqrt(sum(band.variance for band in bands)))


def _build_interval(value: float, deviation: float) -> IntervalEstimate:
    return IntervalEstimate(value, max(0.0, value - _Z_95 * deviation), value + _Z_95 * deviation)


def _estimate_share(part: float, whole: float, error: IntervalEstimate) -> IntervalEstimate:
    """Estimate a share with the uncertainty of the errors counted against it."""
    if whole <= 0:
        return IntervalEstimate(1.0, 0.0, 1.0)
    value, spread = part / whole, (error.high - error.value) / whole
    return IntervalEstimate(value, max(0.0, value - spread), min(1.0, value + spread))
