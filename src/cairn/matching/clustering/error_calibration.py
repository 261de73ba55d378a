"""Learn from reviewers' answers how often evidence of each strength is wrong.

Evidence by itself implies a probability that the index is wrong about a joint or a gap. In a given
community it may imply too much or too little: of a hundred gaps that should be one child with
probability one quarter, half may be. So the probability is a curve over the evidence with two
parameters, a shift and a slope, which start at what the evidence implies and move as far as the
answers justify (logistic regression with a normal prior). A few answers at each strength of
evidence thus represent all joints and gaps, including the certain ones, where no sample finds an
error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, hypot, log, sqrt
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cairn.matching.clustering.accuracy_estimate import ErrorTotal
from cairn.matching.clustering.weak_links import UncertaintyKind

__all__ = ["ErrorCurve", "EvidenceHistogram", "add_uncompared_gaps", "fit_error_curve"]

_PRIOR_MEAN: Final = np.array([0.0, 1.0])

_PRIOR_DEVIATION: Final = np.array([1.5, 0.1])
"""Standard deviations of shift and slope before any answer.

A shift of 1.5 turns a probability of one in ten into three in ten, or three in a hundred: the
difference between two synthetic populations.
"""

_MAX_ROUNDS: Final = 50
_CONVERGED_STEP: Final = 1e-9
_MAX_STEP: Final = 1.0

EvidenceHistogram: TypeAlias = Mapping[float, int]
"""Evidence in bits, rounded to half a bit, to the number of joints or gaps with it."""


def round_to_half_bit(bits: float) -> float:
    """Round bits to half a bit.

    Args:
        bits: evidence in bits.
    Returns:
        The rounded bits.
    """
    return round(2 * bits) / 2


_UNCOMPARED_SHARE: Final = 0.15
"""Unknown wrong gaps for each known one: records without a shared key are never compared.

The share was one of seven and one of four in two synthetic communities.
"""

_UNCOMPARED_DEVIATION: Final = 0.1


def add_uncompared_gaps(gaps: ErrorTotal) -> ErrorTotal:
    """Add the wrong gaps between records that were never compared.

    Args:
        gaps: the known wrong gaps.
    Returns:
        The total with those added.
    """
    spread = hypot(gaps.deviation * (1 + _UNCOMPARED_SHARE), gaps.value * _UNCOMPARED_DEVIATION)
    return ErrorTotal(gaps.value * (1 + _UNCOMPARED_SHARE), spread)


@dataclass(frozen=True, slots=True)
class ErrorCurve:
    """The probability that the index is wrong about a joint, or about a gap, by its bits.

    The log odds of an error are `shift + slope * (log odds implied by the evidence)`.

    Attributes:
        kind: joints or gaps.
        shift: intercept in log odds (natural logarithm); 0 if the evidence is right on average.
        slope: 1 if the evidence is as strong as it says.
        spread: covariance matrix of shift and slope, two by two.
    """

    kind: UncertaintyKind
    shift: float
    slope: float
    spread: npt.NDArray[np.float64]

    def compute_probability(self, bits: float) -> float:
        """Return the probability that the index is wrong at this evidence for one child."""
        return 1 / (1 + exp(-self.shift - self.slope * _compute_error_log_odds(self.kind, bits)))

    def total(self, histogram: EvidenceHistogram) -> ErrorTotal:
        """Estimate how many of these joints or gaps are wrong."""
        value, variance, gradient = 0.0, 0.0, np.zeros(2)
        for bits, count in sorted(histogram.items()):
            chance = self.compute_probability(bits)
            value += count * chance
            variance += count * chance * (1 - chance)
            gradient += (
                count
                * chance
                * (1 - chance)
                * np.array([1, _compute_error_log_odds(self.kind, bits)])
            )
        return ErrorTotal(value, sqrt(variance + float(gradient @ self.spread @ gradient)))


def fit_error_curve(kind: UncertaintyKind, answers: Iterable[tuple[float, bool]]) -> ErrorCurve:
    """Fit the curve to reviewers' answers.

    Args:
        kind: joints or gaps.
        answers: the bits of each question, and whether the index was wrong about it.
    Returns:
        The fitted curve.
    """
    sorted_answers = sorted(answers)
    design_matrix = np.array(
        [[1.0, _compute_error_log_odds(kind, bits)] for bits, _wrong in sorted_answers]
    ).reshape(-1, 2)
    wrong = np.array([float(was_wrong) for _bits, was_wrong in sorted_answers])
    precision_matrix = np.diag(1 / _PRIOR_DEVIATION**2)
    parameters, curvature = _PRIOR_MEAN.copy(), precision_matrix
    for _ in range(_MAX_ROUNDS):
        chance = 1 / (1 + np.exp(-design_matrix @ parameters))
        gradient = design_matrix.T @ (wrong - chance) - precision_matrix @ (
            parameters - _PRIOR_MEAN
        )
        curvature = (
            design_matrix * (chance * (1 - chance))[:, None]
        ).T @ design_matrix + precision_matrix
        step = np.clip(np.linalg.solve(curvature, gradient), -_MAX_STEP, _MAX_STEP)
        parameters += step
        if np.abs(step).max() < _CONVERGED_STEP:
            break
    return ErrorCurve(
        kind,
        float(parameters[0]),
        float(parameters[1]),
        np.asarray(np.linalg.inv(curvature), np.float64),
    )


def _compute_error_log_odds(kind: UncertaintyKind, bits: float) -> float:
    """Compute the evidence that the index is wrong, as a natural logarithm of odds."""
    return (bits if kind is UncertaintyKind.APART else -bits) * log(2)
