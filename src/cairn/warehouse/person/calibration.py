"""How often so much evidence is wrong, learned from reviewers' answers.

Evidence says by itself how likely the index is wrong about a joint or a gap. In a community it may
say too much or too little of it: of a hundred gaps that it calls one child with a chance of a
quarter, half may be. So the chance is a curve over the evidence with two numbers, a shift and a
slope, which begin at what the evidence says and go as far as the answers carry them (logistic
regression with a normal prior). A few answers at every strength of evidence so speak for all joints
and gaps, the sure ones included, of which no sample finds a wrong one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, hypot, log, sqrt
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cairn.warehouse.person.doubt import Kind
from cairn.warehouse.person.estimate import Total

_PRIOR: Final = np.array([0.0, 1.0])
_SPREAD: Final = np.array([1.5, 0.1])
"""Standard deviations of shift and slope before any answer. A shift of 1.5 is a chance of one in
ten that is three in ten, or three in a hundred: what two invented populations were apart."""
_ROUNDS: Final = 50
_DONE: Final = 1e-9
_STEP: Final = 1.0

Histogram: TypeAlias = Mapping[float, int]
"""Evidence in bits, to the half → how many joints or gaps have it."""


def half(bits: float) -> float:
    """Bits to the half."""
    return round(2 * bits) / 2


_NEVER_MET: Final = 0.15
"""For each gap that is wrong so many more of which nothing is known, since the records share no
clue by which they would be compared: one of seven and one of four in two invented communities."""
_NEVER_MET_SPREAD: Final = 0.1


def with_never_met(gaps: Total) -> Total:
    """The gaps that are wrong, and those that nobody could see."""
    spread = hypot(gaps.deviation * (1 + _NEVER_MET), gaps.value * _NEVER_MET_SPREAD)
    return Total(gaps.value * (1 + _NEVER_MET), spread)


@dataclass(frozen=True, slots=True)
class Curve:
    """The chance that the index is wrong about a joint, or about a gap, by its bits.

    ``spread``: the covariance of shift and slope.
    """

    kind: Kind
    shift: float
    slope: float
    spread: npt.NDArray[np.float64]

    def chance(self, bits: float) -> float:
        """That the index is wrong where evidence for one child is so many bits."""
        return 1 / (1 + exp(-self.shift - self.slope * _toward_wrong(self.kind, bits)))

    def total(self, found: Histogram) -> Total:
        """How many of these are wrong."""
        value, variance, steep = 0.0, 0.0, np.zeros(2)
        for bits, many in sorted(found.items()):
            chance = self.chance(bits)
            value += many * chance
            variance += many * chance * (1 - chance)
            steep += many * chance * (1 - chance) * np.array([1, _toward_wrong(self.kind, bits)])
        return Total(value, sqrt(variance + float(steep @ self.spread @ steep)))


def learned(kind: Kind, answers: Iterable[tuple[float, bool]]) -> Curve:
    """The curve after these answers: bits, and whether the index was wrong."""
    known = sorted(answers)
    asked = np.array([[1.0, _toward_wrong(kind, bits)] for bits, _wrong in known]).reshape(-1, 2)
    wrong = np.array([float(said) for _bits, said in known])
    held = np.diag(1 / _SPREAD**2)
    found, bend = _PRIOR.copy(), held
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-asked @ found))
        slope = asked.T @ (wrong - chance) - held @ (found - _PRIOR)
        bend = (asked * (chance * (1 - chance))[:, None]).T @ asked + held
        step = np.clip(np.linalg.solve(bend, slope), -_STEP, _STEP)
        found += step
        if np.abs(step).max() < _DONE:
            break
    return Curve(
        kind, float(found[0]), float(found[1]), np.asarray(np.linalg.inv(bend), np.float64)
    )


def _toward_wrong(kind: Kind, bits: float) -> float:
    """The evidence that the index is wrong, as a natural logarithm of odds."""
    return (bits if kind is Kind.APART else -bits) * log(2)
