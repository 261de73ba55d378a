"""How little must be looked at again when records come, change or go.

A *circle* is what strong evidence, the chance that a would-be twin is none, or a person's word
holds together: every record of it has some partner in it that it could be one child with. Which
records of a circle are one child depends on that circle alone. So whoever looks again at the
circles that a change touches, and at no other, finds what linking everything anew would find.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cairn.warehouse.linking.groups import THRESHOLD, Pairs, connected
from cairn.warehouse.linking.rosters import AT_ODDS
from cairn.warehouse.person.doubt import MOST

Places: TypeAlias = npt.NDArray[np.integer]


def ties(pairs: Pairs, twins: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which pairs could make one child of two records: by themselves, or once the rosters have
    said that a would-be twin is none."""
    return np.asarray((pairs.weight >= THRESHOLD) | (twins & (pairs.weight >= AT_ODDS)))


def circles(
    pairs: Pairs, twins: npt.NDArray[np.bool_], records: int, together: Places | None = None
) -> Places:
    """For each of ``records`` places the smallest place of its circle.

    ``twins`` marks the pairs who are twins if they are not one child; ``together``: two rows of
    places, pairs that people decided are one child.
    """
    strong = ties(pairs, twins)
    decided = np.zeros((2, 0), np.int64) if together is None else together
    edges = np.stack([pairs.left[strong], pairs.right[strong]])
    return connected(np.concatenate([edges, decided], axis=1), records)


def beyond(pairs: Pairs, circle: Places, person: Places) -> dict[float, int]:
    """Of every two people of different circles who share a clue: their mean evidence, to half a
    bit, and how many have so much. Too little to ask about one of them, and together not nothing:
    some are one child."""
    apart = circle[pairs.left] != circle[pairs.right]
    one, other = person[pairs.left[apart]], person[pairs.right[apart]]
    both = np.minimum(one, other).astype(np.int64) * len(person) + np.maximum(one, other)
    _, which, often = np.unique(both, return_inverse=True, return_counts=True)
    mean = np.bincount(which, np.clip(pairs.weight[apart], -MOST, MOST)) / often
    bits, many = np.unique(np.round(2 * mean) / 2, return_counts=True)
    return dict(zip(bits.tolist(), many.tolist(), strict=True))


def inside(pairs: Pairs, circle: Places) -> Pairs:
    """The pairs of which both lie in one circle: the others decide nothing."""
    within = circle[pairs.left] == circle[pairs.right]
    return Pairs(*(column[within] for column in pairs))
