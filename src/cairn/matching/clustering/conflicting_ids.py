"""Split people who hold two confirmed state IDs, unless strong evidence shows one child.

Two strangers may share name, surname and birth date, and the mean of many pairs then suggests one
child. An ID that two sources give is seldom a typo: a person with two such IDs is split along them,
unless more than names and a birth date supports one child, such as a shared home. A child who got a
new ID from the state thus stays whole.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.matching.clustering.agglomeration import MATCH_THRESHOLD, Positions, WeightedPairs

__all__ = ["split_conflicting_ids"]

_MIN_SOURCES: Final = 2
"""An ID is confirmed when this many sources give it."""

_CONFLICT_BITS: Final = 11.0
"""Bits against one child for two such IDs, in addition to what single pairs weigh."""

_UNCOMPARED_WEIGHT: Final = -2.0
_MAX_PAIR_WEIGHT: Final = 12.0
WeightByPair: TypeAlias = Mapping[tuple[int, int], float]


def split_conflicting_ids(
    person: Positions, pairs: WeightedPairs, records: pa.Table, must_link: Positions
) -> Positions:
    """Split the people who hold two state IDs that two sources each confirm.

    Args:
        person: for each position the smallest position of its person.
        pairs: weighted pairs of records.
        records: Table[state_id: str, source: str, ...], one row for each position.
        must_link: two rows of positions that reviewers decided are one child.
    Returns:
        For each position the smallest position of its person after the split.
    """
    ids = _find_confirmed_ids(person, records)
    if not ids:
        return person
    is_affected = np.isin(person, np.fromiter(ids, np.int64))
    inside = is_affected[pairs.left] & (person[pairs.left] == person[pairs.right])
    weights: dict[int, dict[tuple[int, int], float]] = defaultdict(dict)
    for left, right, weight in zip(*(column[inside].tolist() for column in pairs), strict=True):
        weights[int(person[left])][min(left, right), max(left, right)] = weight
    new_person = person.copy()
    decided = {(min(left, right), max(left, right)) for left, right in must_link.T.tolist()}
    members: dict[int, list[int]] = defaultdict(list)
    for position in np.flatnonzero(is_affected).tolist():
        members[int(person[position])].append(position)
    for owner, seeds in ids.items():
        for part in _split_person(members[owner], seeds, weights[owner], decided):
            new_person[part] = min(part)
    return new_person


def _find_confirmed_ids(person: Positions, records: pa.Table) -> dict[int, list[set[int]]]:
    """Find for each person with two confirmed IDs the positions of each of these IDs."""
    encoded = records["state_id"].combine_chunks().dictionary_encode()
    if len(encoded.dictionary) <= 1:
        return {}
    id_codes = encoded.indices
    positions_with_id = np.flatnonzero(pc.is_valid(id_codes).to_numpy(zero_copy_only=False))
    ids = id_codes.take(pa.array(positions_with_id)).to_numpy()
    person_ids = np.unique(np.stack([person[positions_with_id], ids]), axis=1)
    people_with_ids = person_ids[0][1:][person_ids[0][1:] == person_ids[0][:-1]]
    is_ambiguous = np.isin(person[positions_with_id], people_with_ids)
    positions: dict[tuple[int, int], set[int]] = defaultdict(set)
    sources: dict[tuple[int, int], set[str]] = defaultdict(set)
    source = records["source"].take(pa.array(positions_with_id[is_ambiguous])).to_pylist()
    for position, number, name in zip(
        positions_with_id[is_ambiguous].tolist(), ids[is_ambiguous].tolist(), source, strict=True
    ):
        positions[int(person[position]), number].add(position)
        sources[int(person[position]), number].add(name)
    confirmed: dict[int, list[set[int]]] = defaultdict(list)
    for key in sorted(positions):
        if len(sources[key]) >= _MIN_SOURCES:
            confirmed[key[0]].append(positions[key])
    return {owner: seeds for owner, seeds in confirmed.items() if len(seeds) > 1}


def _split_person(
    members: Iterable[int],
    seeds: list[set[int]],
    weights: WeightByPair,
    decided: Iterable[tuple[int, int]],
) -> list[list[int]]:
    """Split the records of one person by child: each goes to the ID with the most evidence."""
    parts = [set(seed) for seed in seeds]
    assigned = set().union(*seeds)
    for position in members:
        if position not in assigned:
            best = max(
                range(len(seeds)),
                key=lambda index: (_average_weight({position}, seeds[index], weights), -index),
            )
            parts[best].add(position)
    while len(parts) > 1:
        weight, left_part, right_part = max(
            (_weigh_parts(parts[i], parts[j], weights, decided), i, j)
            for j in range(len(parts))
            for i in range(j)
        )
        if weight < MATCH_THRESHOLD + _CONFLICT_BITS:
            break
        parts[left_part] |= parts.pop(right_part)
    return [sorted(part) for part in parts]


def _weigh_parts(
    left_part: set[int],
    right_part: set[int],
    pair_weights: WeightByPair,
    decided: Iterable[tuple[int, int]],
) -> float:
    """Average the evidence between two parts; infinite where reviewers decided."""
    if any(
        (min(left, right), max(left, right)) in decided
        for left in left_part
        for right in right_part
    ):
        return math.inf
    return _average_weight(left_part, right_part, pair_weights)


def _average_weight(left_part: set[int], right_part: set[int], pair_weights: WeightByPair) -> float:
    weights = [
        pair_weights.get((min(left, right), max(left, right)), _UNCOMPARED_WEIGHT)
        for left in left_part
        for right in right_part
    ]
    return sum(max(-_MAX_PAIR_WEIGHT, min(_MAX_PAIR_WEIGHT, weight)) for weight in weights) / len(
        weights
    )
