"""Rare combinations: the few values together that single a child out, for the reviewer to see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from cairn.disclosure.microdata.ladder import Codes, Ladder

_MOST_TOGETHER: Final = 3
"""An intruder who knows more than three things of a child is an acquaintance."""


@dataclass(frozen=True, slots=True)
class Rare:
    """Elements that together are rare, where no fewer of them are.

    ``rows`` are the places of the rows that hold such values, and ``combinations`` how many
    different ones there are. Which values these are stays with the caller: they may single a
    child out.
    """

    elements: tuple[str, ...]
    combinations: int
    rows: Codes


def rare(ladders: Sequence[Ladder], k: int, *, most: int = _MOST_TOGETHER) -> tuple[Rare, ...]:
    """Every smallest set of elements whose values some fewer than ``k`` rows share.

    Looks at the finest rungs, so that the reviewer sees what is in the data before anything was
    coarsened; the rarest first.
    """
    found = [
        Rare(tuple(ladders[at].name for at in places), kinds, np.flatnonzero(few))
        for places, few, kinds in _sets(ladders, k, most)
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.rows), one.elements)))


def _sets(
    ladders: Sequence[Ladder], k: int, most: int
) -> Iterator[tuple[tuple[int, ...], npt.NDArray[np.bool_], int]]:
    """Column places, which rows are rare in them and in no part of them, and of how many kinds."""
    few: dict[tuple[int, ...], npt.NDArray[np.bool_]] = {}
    for size in range(1, most + 1):
        for places in combinations(range(len(ladders)), size):
            _kinds, place, counts = np.unique(
                np.stack([ladders[at].rungs[0] for at in places], axis=1),
                axis=0,
                return_inverse=True,
                return_counts=True,
            )
            place = place.reshape(-1)
            few[places] = counts[place] < k
            own = few[places].copy()
            for part in combinations(places, size - 1):
                own &= ~few[part] if part else True
            if own.any():
                yield places, own, len(np.unique(place[own]))
