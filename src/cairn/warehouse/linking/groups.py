"""Pairs → people: circles of strong pairs, split again where their members contradict.

Joining whatever is connected lets one doubtful pair merge two children: A is like B, B is like C,
and A and C are twins. So in a circle with evidence against it people grow by their *mean*
evidence, the negative included: in each round every two groups that are each other's best are
joined, as long as what speaks for it suffices.
"""

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Places: TypeAlias = npt.NDArray[np.integer]
Bits: TypeAlias = npt.NDArray[np.float64]

THRESHOLD: Final = 0.5
"""Bits of evidence, beyond even odds, at which two records are taken for one person."""
_UNKNOWN: Final = -2.0
"""Bits for two members that share no blocking key: against."""
_MOST: Final = 12.0
"""No single pair may outweigh this many bits."""
_NEVER: Final = -1e9
_FEW: Final = 30
"""Edges that are followed one by one."""


class Pairs(NamedTuple):
    """Pairs of records by their places, each pair once, and their evidence in bits."""

    left: Places
    right: Places
    weight: Bits


def groups(
    pairs: Pairs, records: int, *, together: Places | None = None, apart: Places | None = None
) -> Places:
    """For each of ``records`` places the smallest place of its person.

    ``pairs`` holds the weak ones too, for they are what holds twins apart. ``together`` and
    ``apart`` are what people decided: two columns of places, one person whatever the evidence
    says, or never one. Where the two contradict, apart wins over evidence and together over apart.
    The result depends on no order of rows.
    """
    must = _columns(together)
    start = connected(must, records)
    strong = pairs.weight >= THRESHOLD
    joined = np.concatenate([must, np.stack([pairs.left[strong], pairs.right[strong]])], axis=1)
    circle = connected(joined, records)
    inside = _between(start, pairs, circle)
    never = _columns(apart)
    never = never[:, circle[never[0]] == circle[never[1]]]
    denied = np.concatenate([inside.left[inside.weight < 0], never[0]])
    if not len(denied):
        return circle
    contested = np.isin(circle, circle[denied])
    person = np.where(contested, start, circle)
    heard = contested[inside.left]
    edges = Pairs(inside.left[heard], inside.right[heard], inside.weight[heard])
    return _grown(person, edges, never)


def _columns(pairs: Places | None) -> Places:
    return (
        np.zeros((2, 0), np.int64) if pairs is None else np.asarray(pairs, np.int64).reshape(2, -1)
    )


def connected(edges: Places, records: int) -> Places:
    """For each of ``records`` places the smallest place that it is connected with, by two rows of
    places."""
    if edges.shape[1] <= _FEW:
        return _few_connected(edges, records)
    graph = coo_array((np.ones(edges.shape[1], np.int8), (edges[0], edges[1])), (records, records))
    count, label = connected_components(graph, directed=False)
    least = np.full(count, records, np.int64)
    np.minimum.at(least, label, np.arange(records))
    named: Places = least[label]
    return named


def _few_connected(edges: Places, records: int) -> Places:
    """The same for so few edges that a graph is not worth its making."""
    least = np.arange(records)
    for a, b in edges.T.tolist():
        one, other = sorted((int(least[a]), int(least[b])))
        if one != other:
            least[least == other] = one
    return least


def _between(start: Places, pairs: Pairs, circle: Places) -> Pairs:
    """The pairs inside one circle."""
    inside = circle[pairs.left] == circle[pairs.right]
    return Pairs(*(column[inside] for column in pairs))


def _grown(person: Places, edges: Pairs, never: Places) -> Places:
    """The people after all rounds; ``person`` names each place's group at the start."""
    decided = np.full(never.shape[1], _NEVER)
    evidence = Pairs(
        np.concatenate([edges.left, never[0]]),
        np.concatenate([edges.right, never[1]]),
        np.concatenate([edges.weight, decided]),
    )
    while True:
        left, right, mean = between(person, evidence)
        likely = mean >= THRESHOLD
        into, gone = mutual(left[likely], right[likely], mean[likely])
        if not len(into):
            return person
        name = np.arange(len(person))
        name[gone] = into
        person = name[person]


def between(person: Places, pairs: Pairs) -> Pairs:
    """Every two groups with a pair between them, smaller name first, and their mean evidence."""
    weight = np.where(
        pairs.weight <= _NEVER, _NEVER, np.clip(pairs.weight, -_MOST, _MOST) - _UNKNOWN
    )
    left, right, total = _summed(person[pairs.left], person[pairs.right], weight)
    sizes = np.bincount(person, minlength=len(person))
    return Pairs(left, right, total / (sizes[left] * sizes[right]) + _UNKNOWN)


def _summed(a: Places, b: Places, total: Bits) -> tuple[Places, Places, Bits]:
    """The evidence between every two different groups, smaller name first, each pair once."""
    left, right = np.minimum(a, b), np.maximum(a, b)
    apart = left != right
    left, right, total = left[apart], right[apart], total[apart]
    order = np.lexsort((total, right, left))
    left, right, total = left[order], right[order], total[order]
    if not len(left):
        return left, right, total
    first = np.concatenate([[True], (left[1:] != left[:-1]) | (right[1:] != right[:-1])])
    return left[first], right[first], np.add.reduceat(total, np.flatnonzero(first))


def mutual(left: Places, right: Places, mean: Bits) -> tuple[Places, Places]:
    """The pairs of groups that are each other's best; of equal ones the smallest names."""
    order = np.lexsort((right, left, -mean))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    size = int(right.max()) + 1 if len(right) else 0
    best = np.full(size, len(order), np.int64)
    np.minimum.at(best, left, rank)
    np.minimum.at(best, right, rank)
    mutual = (best[left] == rank) & (best[right] == rank)
    return left[mutual], right[mutual]
