"""One child with two ids of the state, or two children with one name and birth date?

Two strangers may share name, surname and birth date, and the mean of many pairs then says "one
child". An id that two sources tell alike is seldom a slip: where one person holds two such ids,
she is parted along them, unless more speaks for one child than names and a birth date, as one
home does. A child who was given a new id by the state stays whole so.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.linking.groups import THRESHOLD, Pairs, Places

_SOURCES: Final = 2
"""An id stands when so many sources tell it."""
_AGAINST: Final = 11.0
"""Bits against one child when she has two such ids, beside what single pairs say of it."""
_UNKNOWN: Final = -2.0
_MOST: Final = 12.0

Bits: TypeAlias = Mapping[tuple[int, int], float]


def parted(person: Places, pairs: Pairs, records: pa.Table, together: Places) -> Places:
    """The people after those were parted who hold two ids of the state, each told by two sources.

    ``person``: the smallest place of each place's person; ``records`` holds ``state_id`` and
    ``source``; ``together``: places that people decided are one child.
    """
    ids = _standing_ids(person, records)
    if not ids:
        return person
    among = np.isin(person, np.fromiter(ids, np.int64))
    inside = among[pairs.left] & (person[pairs.left] == person[pairs.right])
    bits: dict[int, dict[tuple[int, int], float]] = defaultdict(dict)
    for a, b, weight in zip(*(column[inside].tolist() for column in pairs), strict=True):
        bits[int(person[a])][min(a, b), max(a, b)] = weight
    found = person.copy()
    decided = {(min(a, b), max(a, b)) for a, b in together.T.tolist()}
    members: dict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(among).tolist():
        members[int(person[place])].append(place)
    for one, seeds in ids.items():
        for part in _parts(members[one], seeds, bits[one], decided):
            found[part] = min(part)
    return found


def _standing_ids(person: Places, records: pa.Table) -> dict[int, list[set[int]]]:
    """Person → the places of each of her ids that two sources tell, where she has two such."""
    encoded = records["state_id"].combine_chunks().dictionary_encode()
    if len(encoded.dictionary) <= 1:
        return {}
    told = encoded.indices
    here = np.flatnonzero(pc.is_valid(told).to_numpy(zero_copy_only=False))
    ids = told.take(pa.array(here)).to_numpy()
    pair = np.unique(np.stack([person[here], ids]), axis=1)
    several = pair[0][1:][pair[0][1:] == pair[0][:-1]]
    mine = np.isin(person[here], several)
    places: dict[tuple[int, int], set[int]] = defaultdict(set)
    sources: dict[tuple[int, int], set[str]] = defaultdict(set)
    source = records["source"].take(pa.array(here[mine])).to_pylist()
    for place, number, name in zip(here[mine].tolist(), ids[mine].tolist(), source, strict=True):
        places[int(person[place]), number].add(place)
        sources[int(person[place]), number].add(name)
    found: dict[int, list[set[int]]] = defaultdict(list)
    for key in sorted(places):
        if len(sources[key]) >= _SOURCES:
            found[key[0]].append(places[key])
    return {one: seeds for one, seeds in found.items() if len(seeds) > 1}


def _parts(
    members: Iterable[int],
    seeds: list[set[int]],
    bits: Bits,
    decided: Iterable[tuple[int, int]],
) -> list[list[int]]:
    """The records of one person by child: each with the id that most speaks for it."""
    parts = [set(seed) for seed in seeds]
    held = set().union(*seeds)
    for place in members:
        if place not in held:
            best = max(range(len(seeds)), key=lambda n: (_mean({place}, seeds[n], bits), -n))
            parts[best].add(place)
    while len(parts) > 1:
        weight, one, other = max(
            (_evidence(parts[a], parts[b], bits, decided), a, b)
            for b in range(len(parts))
            for a in range(b)
        )
        if weight < THRESHOLD + _AGAINST:
            break
        parts[one] |= parts.pop(other)
    return [sorted(part) for part in parts]


def _evidence(
    one: set[int], other: set[int], bits: Bits, decided: Iterable[tuple[int, int]]
) -> float:
    """The mean evidence between two parts; beyond doubt where people decided."""
    if any((min(a, b), max(a, b)) in decided for a in one for b in other):
        return math.inf
    return _mean(one, other, bits)


def _mean(one: set[int], other: set[int], bits: Bits) -> float:
    weights = [bits.get((min(a, b), max(a, b)), _UNKNOWN) for a in one for b in other]
    return sum(max(-_MOST, min(_MOST, weight)) for weight in weights) / len(weights)
