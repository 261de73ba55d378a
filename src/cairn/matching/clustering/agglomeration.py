"""Group weighted pairs into people: connected components, split where members contradict.

Joining everything that is connected lets one doubtful pair merge two children: A is like B, B is
like C, and A and C are twins. So in a component with evidence against it, people grow by their
*mean* evidence, the negative included: in each round every two groups that are each other's best
are joined, as long as the evidence suffices.
"""

from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["MATCH_THRESHOLD", "Positions", "WeightedPairs", "group_records"]

Positions: TypeAlias = npt.NDArray[np.integer]
BitWeights: TypeAlias = npt.NDArray[np.float64]

MATCH_THRESHOLD: Final = 0.5
"""Bits of evidence, beyond even odds, at which two records count as one person."""

_UNCOMPARED_WEIGHT: Final = -2.0
"""Bits for two members that share no blocking key: evidence against."""

_MAX_PAIR_WEIGHT: Final = 12.0
"""No single pair may weigh more than this many bits."""

_CANNOT_LINK_WEIGHT: Final = -1e9

_FEW_EDGES: Final = 30
"""Up to this many edges are followed one by one."""


class WeightedPairs(NamedTuple):
    """Compared pairs of records, each pair once; three arrays of one length.

    Attributes:
        left: position of one record of each pair.
        right: position of the other record.
        weight: evidence in bits (log2 Bayes factors) that both are one child; below 0 for two.
    """

    left: Positions
    right: Positions
    weight: BitWeights


def group_records(
    pairs: WeightedPairs,
    records: int,
    *,
    must_link: Positions | None = None,
    cannot_link: Positions | None = None,
) -> Positions:
    """Group records into people.

    The result does not depend on the order of rows. Where decisions contradict, a cannot-link
    decision outranks evidence, and a must-link decision outranks a cannot-link decision.

    Args:
        pairs: the compared pairs, weak ones included, since they keep twins separate.
        records: number of records.
        must_link: two rows of positions: pairs that reviewers decided are one person.
        cannot_link: two rows of positions: pairs that reviewers decided are two people.
    Returns:
        For each position the smallest position of its person.
    """
    must_edges = _as_position_rows(must_link)
    start = find_connected_components(must_edges, records)
    strong = pairs.weight >= MATCH_THRESHOLD
    edges_to_join = np.concatenate(
        [must_edges, np.stack([pairs.left[strong], pairs.right[strong]])], axis=1
    )
    component = find_connected_components(edges_to_join, records)
    inside = _select_pairs_inside(start, pairs, component)
    cannot_edges = _as_position_rows(cannot_link)
    cannot_edges = cannot_edges[:, component[cannot_edges[0]] == component[cannot_edges[1]]]
    denied = np.concatenate([inside.left[inside.weight < 0], cannot_edges[0]])
    if not len(denied):
        return component
    contested = np.isin(component, component[denied])
    person = np.where(contested, start, component)
    is_contested = contested[inside.left]
    edges = WeightedPairs(
        inside.left[is_contested], inside.right[is_contested], inside.weight[is_contested]
    )
    return _merge_groups(person, edges, cannot_edges)


def _as_position_rows(pairs: Positions | None) -> Positions:
    return (
        np.zeros((2, 0), np.int64) if pairs is None else np.asarray(pairs, np.int64).reshape(2, -1)
    )


def find_connected_components(edges: Positions, records: int) -> Positions:
    """Find the connected components of records.

    Args:
        edges: two rows of positions.
        records: number of records.
    Returns:
        For each position the smallest position that it is connected with.
    """
    if edges.shape[1] <= _FEW_EDGES:
        return _connect_few_edges(edges, records)
    # Half a second to load, and few commands match children.
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    graph = coo_array((np.ones(edges.shape[1], np.int8), (edges[0], edges[1])), (records, records))
    count, label = connected_components(graph, directed=False)
    smallest = np.full(count, records, np.int64)
    np.minimum.at(smallest, label, np.arange(records))
    component: Positions = smallest[label]
    return component


def _connect_few_edges(edges: Positions, records: int) -> Positions:
    """Find the components of a few edges, which costs less than building a graph."""
    smallest = np.arange(records)
    for left, right in edges.T.tolist():
        low, high = sorted((int(smallest[left]), int(smallest[right])))
        if low != high:
            smallest[smallest == high] = low
    return smallest


def _select_pairs_inside(
    start: Positions, pairs: WeightedPairs, component: Positions
) -> WeightedPairs:
    """Select the pairs inside one component."""
    inside = component[pairs.left] == component[pairs.right]
    return WeightedPairs(*(column[inside] for column in pairs))


def _merge_groups(person: Positions, edges: WeightedPairs, cannot_edges: Positions) -> Positions:
    """Merge groups round by round; `person` holds the group of each position at the start."""
    decided_weights = np.full(cannot_edges.shape[1], _CANNOT_LINK_WEIGHT)
    evidence = WeightedPairs(
        np.concatenate([edges.left, cannot_edges[0]]),
        np.concatenate([edges.right, cannot_edges[1]]),
        np.concatenate([edges.weight, decided_weights]),
    )
    while True:
        left, right, mean = average_group_evidence(person, evidence)
        likely = mean >= MATCH_THRESHOLD
        kept_groups, merged_groups = find_mutual_best_pairs(
            left[likely], right[likely], mean[likely]
        )
        if not len(kept_groups):
            return person
        new_name = np.arange(len(person))
        new_name[merged_groups] = kept_groups
        person = new_name[person]


def average_group_evidence(person: Positions, pairs: WeightedPairs) -> WeightedPairs:
    """Average the evidence between every two groups that have a pair between them.

    Args:
        person: the group of each position.
        pairs: weighted pairs of records.
    Returns:
        Pairs of groups, smaller name first, and their mean evidence in bits.
    """
    weight = np.where(
        pairs.weight <= _CANNOT_LINK_WEIGHT,
        _CANNOT_LINK_WEIGHT,
        np.clip(pairs.weight, -_MAX_PAIR_WEIGHT, _MAX_PAIR_WEIGHT) - _UNCOMPARED_WEIGHT,
    )
    left, right, total = _sum_group_evidence(person[pairs.left], person[pairs.right], weight)
    sizes = np.bincount(person, minlength=len(person))
    return WeightedPairs(left, right, total / (sizes[left] * sizes[right]) + _UNCOMPARED_WEIGHT)


def _sum_group_evidence(
    left_group: Positions, right_group: Positions, total: BitWeights
) -> tuple[Positions, Positions, BitWeights]:
    """Sum the evidence between every two different groups, smaller name first, each pair once."""
    left, right = np.minimum(left_group, right_group), np.maximum(left_group, right_group)
    is_different = left != right
    left, right, total = left[is_different], right[is_different], total[is_different]
    order = np.lexsort((total, right, left))
    left, right, total = left[order], right[order], total[order]
    if not len(left):
        return left, right, total
    first = np.concatenate([[True], (left[1:] != left[:-1]) | (right[1:] != right[:-1])])
    return left[first], right[first], np.add.reduceat(total, np.flatnonzero(first))


def find_mutual_best_pairs(
    left: Positions, right: Positions, mean: BitWeights
) -> tuple[Positions, Positions]:
    """Find the pairs of groups that are each other's best; among equal ones the smallest names.

    Args:
        left: one group of each pair.
        right: the other group of each pair.
        mean: their mean evidence in bits.
    Returns:
        The left and the right groups of the pairs found.
    """
    order = np.lexsort((right, left, -mean))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    size = int(right.max()) + 1 if len(right) else 0
    best = np.full(size, len(order), np.int64)
    np.minimum.at(best, left, rank)
    np.minimum.at(best, right, rank)
    is_mutual = (best[left] == rank) & (best[right] == rank)
    return left[is_mutual], right[is_mutual]
