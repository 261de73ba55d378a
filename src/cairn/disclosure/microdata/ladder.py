"""A ladder: one column in ever coarser forms, and what each step up costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Bits = npt.NDArray[np.float64]


class UnfitLadderError(ValueError):
    """A ladder does not climb; the message says where."""


@dataclass(frozen=True)
class Ladder:
    """One indirectly identifying column (grade, school, birth date) from finest to coarsest.

    Args:
        name: the data element, as the dictionary names it.
        rungs: the values of every row on each rung, as codes from 0; shape (rungs, rows). Two rows
            that are alike on one rung are alike on every higher one. A missing value is a value.

    The rung above the last is always there: the column left out, all rows alike.

    Raises:
        UnfitLadderError: there is no rung, rungs differ in length, or a coarser rung tells rows
            apart that a finer one does not.
    """

    name: str
    rungs: tuple[Codes, ...]

    def __post_init__(self) -> None:
        if not self.rungs:
            raise UnfitLadderError(f"“{self.name}” has no values at all.")
        for at, (fine, coarse) in enumerate(zip(self.rungs, self.rungs[1:], strict=False)):
            if len(fine) != len(coarse):
                raise UnfitLadderError(f"The rungs of “{self.name}” differ in length.")
            pairs = np.unique(np.stack([fine, coarse], axis=1), axis=0)
            if len(pairs) != len(np.unique(fine)):
                raise UnfitLadderError(
                    f"Rung {at + 2} of “{self.name}” tells rows apart that rung {at + 1} does not: "
                    "a coarser form may only join values."
                )

    @property
    def height(self) -> int:
        """How many rungs there are, with the one on which the column is left out."""
        return len(self.rungs) + 1

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.rungs[0])

    def on(self, rung: int) -> Codes:
        """The values of every row on one rung."""
        return self.rungs[rung] if rung < len(self.rungs) else np.zeros(self.rows, np.int64)

    @cached_property
    def loss(self) -> Bits:
        """Bits that each row loses on each rung; shape (height, rows).

        The uncertainty about a row's finest value among the rows that share its coarser one
        (non-uniform entropy): nothing on the first rung, never less on a higher one.
        """
        finest = _share(self.rungs[0])
        return np.stack([np.log2(_share(self.on(at)) / finest) for at in range(self.height)])


def climb(name: str, values: Sequence[Sequence[object]]) -> Ladder:
    """A ladder from plain values, one sequence for each rung, finest first; None is missing."""
    return Ladder(name, tuple(_codes(rung) for rung in values))


def _codes(values: Sequence[object]) -> Codes:
    seen: dict[object, int] = {}
    return np.fromiter((seen.setdefault(v, len(seen)) for v in values), np.int64, len(values))


def _share(codes: Codes) -> Bits:
    """The share of all rows that have the same value as each row."""
    _values, place, counts = np.unique(codes, return_inverse=True, return_counts=True)
    shares: Bits = counts[place] / max(len(codes), 1)
    return shares
