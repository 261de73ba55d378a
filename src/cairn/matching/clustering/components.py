"""Limit what must be compared again when records come, change or go.

Strong evidence, an apparent twin that may be the same child, or a reviewer's decision holds a
component together (the `circle` of a `Person`): every record in it has a partner in it that could
be the same child. Which records of a component are one child depends on that component alone. So
comparing again only the components that a change touches finds what linking all records would find.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from cairn.matching.clustering.agglomeration import (
    MATCH_THRESHOLD,
    WeightedPairs,
    find_connected_components,
)
from cairn.matching.clustering.twin_resolution import MIN_TWIN_EVIDENCE
from cairn.matching.clustering.weak_links import MAX_PAIR_WEIGHT

__all__ = [
    "count_pairs_between_components",
    "find_match_components",
    "find_possible_links",
    "select_pairs_within_components",
]

ComponentPositions: TypeAlias = npt.NDArray[np.integer]


def find_possible_links(
    pairs: WeightedPairs, twins: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Find the pairs that could make one child of two records.

    Args:
        pairs: weighted pairs of records.
        twins: marks the pairs that are twins if they are not one child.
    Returns:
        True for pairs that link by themselves, and for apparent twins that rosters may merge.
    """
    return np.asarray(
        (pairs.weight >= MATCH_THRESHOLD) | (twins & (pairs.weight >= MIN_TWIN_EVIDENCE))
    )


def find_match_components(
    pairs: WeightedPairs,
    twins: npt.NDArray[np.bool_],
    records: int,
    must_link: ComponentPositions | None = None,
) -> ComponentPositions:
    """Find the component of each record.

    Args:
        pairs: weighted pairs of records.
        twins: marks the pairs that are twins if they are not one child.
        records: number of records.
        must_link: two rows of positions that reviewers decided are one child.
    Returns:
        For each position the smallest position of its component.
    """
    strong = find_possible_links(pairs, twins)
    decided = np.zeros((2, 0), np.int64) if must_link is None else must_link
    edges = np.stack([pairs.left[strong], pairs.right[strong]])
    return find_connected_components(np.concatenate([edges, decided], axis=1), records)


def count_pairs_between_components(
    pairs: WeightedPairs, component: ComponentPositions, person: ComponentPositions
) -> dict[float, int]:
    """Count the pairs of people from different components who share a blocking key, by evidence.

    Each has too little evidence to ask a reviewer about; taken together, some of them are one
    child.

    Args:
        pairs: weighted pairs of records.
        component: the component of each position.
        person: the person of each position.
    Returns:
        Mean evidence in bits, rounded to half a bit, to the number of pairs of people.
    """
    is_between = component[pairs.left] != component[pairs.right]
    left_person, right_person = person[pairs.left[is_between]], person[pairs.right[is_between]]
    pair_code = np.minimum(left_person, right_person).astype(np.int64) * len(person) + np.maximum(
        left_person, right_person
    )
    _, which, pair_counts = np.unique(pair_code, return_inverse=True, return_counts=True)
    mean = (
        np.bincount(which, np.clip(pairs.weight[is_between], -MAX_PAIR_WEIGHT, MAX_PAIR_WEIGHT))
        / pair_counts
    )
    bits, people_counts = np.unique(np.round(2 * mean) / 2, return_counts=True)
    return dict(zip(bits.tolist(), people_counts.tolist(), strict=True))


def select_pairs_within_components(
    pairs: WeightedPairs, component: ComponentPositions
) -> WeightedPairs:
    """Select the pairs within one component; all other pairs decide nothing.

    Args:
        pairs: weighted pairs of records.
        component: the component of each position.
    Returns:
        The selected pairs.
    """
    within = component[pairs.left] == component[pairs.right]
    return WeightedPairs(*(column[within] for column in pairs))
