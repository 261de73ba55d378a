"""How far a count may be moved, and how often: the perturbation table of the cell-key method.

For each count the moves have mean zero and one variance, are never longer than a limit, keep zero
at zero, lead to no negative number and to none below the least that may be shown; of all such
distributions the one that says least else, that is, of maximum entropy, is taken (Marley and
Leaver, "A Method for Confidentialising User-Defined Tables", 58th World Statistics Congress,
2011; Giessing, "Computational Issues in the Design of Transition Probabilities and Disclosure Risk
Estimation for Additive Noise", Privacy in Statistical Databases 2016).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

KEYS: Final = 2**32
"""Cell keys are whole numbers from zero to one less than this."""

_STEPS: Final = 200
_EXACT: Final = 1e-9
_GRAIN: Final = 2**20
"""Probabilities are kept to this grain, so that every machine looks up the same move."""


@dataclass(frozen=True, slots=True)
class Noise:
    """A perturbation table by what it promises.

    Args:
        limit: no count is moved further.
        variance: of the moves of every count but zero.
        least: the smallest number above zero that is ever shown.

    Raises:
        ValueError: no moves have that variance within the limit.
    """

    limit: int = 5
    variance: float = 3.0
    least: int = 3

    def __post_init__(self) -> None:
        for n in range(1, self.limit + self.least + 1):
            _chances(self, n)

    def chances(self, n: int) -> dict[int, float]:
        """How likely each move of a count is; what is not named does not happen."""
        if n == 0:
            return {0: 1.0}
        moves, chances = _chances(self, min(n, self.limit + self.least))
        return dict(zip(moves.tolist(), chances.tolist(), strict=True))

    def moved(self, n: int, key: int) -> int:
        """The number to be shown for a count, looked up by its cell key."""
        if n == 0:
            return 0
        moves, chances = _chances(self, min(n, self.limit + self.least))
        ends = np.rint(np.cumsum(chances) * _GRAIN) * (KEYS // _GRAIN)
        at = int(np.searchsorted(ends, key % KEYS, side="right"))
        return n + int(moves[min(at, len(moves) - 1)])


@lru_cache(maxsize=256)
def _chances(noise: Noise, n: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Moves of a count with their chances: proportional to ``exp(a * v + b * v * v)``, with ``a``
    and ``b`` found by Newton's method for the mean and the variance asked for."""
    moves = np.array(
        [by for by in range(-noise.limit, noise.limit + 1) if n + by == 0 or n + by >= noise.least],
        np.int64,
    )
    what = np.array([moves, moves * moves - noise.variance], np.float64)
    dual = np.zeros(2)
    for _ in range(_STEPS):
        logs = dual @ what
        weights = np.exp(logs - logs.max())
        chances = weights / weights.sum()
        off = what @ chances
        if np.abs(off).max() < _EXACT:
            return moves, chances
        spread = (what * chances) @ what.T - np.outer(off, off)
        step = np.linalg.lstsq(spread, off, rcond=None)[0]
        dual -= step / max(1.0, float(np.abs(step).max()))
    raise ValueError(
        f"No moves of at most {noise.limit} have mean zero and variance {noise.variance} for a "
        f"count of {n} where nothing below {noise.least} is shown."
    )
