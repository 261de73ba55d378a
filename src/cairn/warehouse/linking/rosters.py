"""Twin, or the same child by another name? What the rosters say about two groups of records.

Two groups with one birth date, one household and two given names are twins, or one child whom some
source calls otherwise. One pair cannot tell. But a twin is on rosters of her own: where neither
group ever appears in a source of the other, though nearly every child of that age does, there is
likely only one child. (Two groups that share a source were told apart by it: two rows, two ids.)
"""

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array

from cairn.warehouse.linking.groups import Bits, Pairs, Places, between, mutual

_ENOUGH: Final = 2.5
"""Bits at which two groups become one child: more than for pairs, since twins would be merged."""
AT_ODDS: Final = -2.0
"""Groups whose pairs say less than this are two children, whatever the rosters hold."""
_SURELY: Final = 0.9
"""No source holds every child."""
_ROUNDS: Final = 5

Worth: TypeAlias = Mapping[str, Mapping[str, float]]
"""Source → birth year → bits for one child, when a group of that age is not in the source."""


def joined(
    person: Places,
    pairs: Pairs,
    twins: np.ndarray,
    records: pa.Table,
    apart: Places,
    bits: Worth,
) -> Places:
    """The people after a second look at those who would be twins.

    ``person`` are the smallest places of people found so far, ``twins`` marks the pairs whose
    other explanation is a twin, ``records`` holds ``source`` and ``birth_year`` of each place,
    ``apart`` the pairs that people decided are two, ``bits`` what ``worth`` measured: on these
    records or on more. A source or a year that was not there then says nothing.
    """
    if not np.any(twins & (person[pairs.left] != person[pairs.right])):
        return person
    source, sources, years, year = _told(records)
    worth = np.array([[bits.get(s, {}).get(y, 0.0) for y in years] for s in source])
    pairs, twins = _near_twins(person, pairs, twins)
    never = Pairs(apart[0], apart[1], np.ones(apart.shape[1]))
    for _ in range(_ROUNDS):
        held = _held(person, sources)
        absent = np.asarray(held.multiply(worth.T[_year_of(person, year)]).sum(axis=1)).ravel()
        left, right, mean = between(person, pairs)
        open_to = _only_twins(person, pairs, twins, never, left, right) & (mean >= AT_ODDS)
        left, right, mean = left[open_to], right[open_to], mean[open_to]
        strange = np.asarray(held[left].multiply(held[right]).sum(axis=1)).ravel() == 0
        evidence = mean + absent[left] + absent[right]
        likely = strange & (evidence >= _ENOUGH)
        into, gone = mutual(left[likely], right[likely], evidence[likely])
        if not len(into):
            break
        name = np.arange(len(person))
        name[gone] = into
        person = name[person]
    return person


def _near_twins(person: Places, pairs: Pairs, twins: np.ndarray) -> tuple[Pairs, np.ndarray]:
    """The pairs between people who have a would-be twin, and which of them are such."""
    different = person[pairs.left] != person[pairs.right]
    has_twin = np.zeros(len(person), bool)
    for side in pairs[:2]:
        has_twin[person[side[twins & different]]] = True
    near = different & has_twin[person[pairs.left]] & has_twin[person[pairs.right]]
    return Pairs(*(column[near] for column in pairs)), twins[near]


def _once(*columns: Places) -> list[Places]:
    """Every different row of these columns once."""
    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    code = np.zeros(len(columns[0]), np.int64)
    for column, size in zip(columns, sizes, strict=True):
        code = code * size + column
    code = np.unique(code)
    found = []
    for size in reversed(sizes):
        code, column = np.divmod(code, size)
        found.append(column)
    return found[::-1]


def worth(person: Places, records: pa.Table) -> Worth:
    """How much it says that a group of some age is not in a source, measured on all records."""
    source, sources, years, year = _told(records)
    found = _worth(person, sources, year, (len(source), len(years)))
    return {
        s: dict(zip(years, row, strict=True)) for s, row in zip(source, found.tolist(), strict=True)
    }


def _told(records: pa.Table) -> tuple[list[str], Places, list[str], Places]:
    """The sources and each record's among them; the birth years and each record's among them."""
    source = pc.fill_null(records["source"], "").combine_chunks().dictionary_encode()
    years, year = np.unique(pc.fill_null(records["birth_year"], 0).to_numpy(), return_inverse=True)
    return source.dictionary.to_pylist(), source.indices.to_numpy(), [*map(str, years)], year


def _worth(person: Places, sources: Places, year: Places, shape: tuple[int, int]) -> Bits:
    """The same by the numbers of sources and years."""
    there = np.zeros(shape)
    np.add.at(there, tuple(_once(person, sources, year)[1:]), 1)
    born = np.bincount(_once(person, year)[1], minlength=shape[1])
    share = (there + 1) / (born + 4)
    return np.asarray(-np.log2(1 - np.minimum(share, _SURELY)))


def _held(person: Places, sources: Places) -> csr_array:
    """Group by source: 1 where the group has a record there."""
    size = (len(person), int(sources.max(initial=0)) + 1)
    group, source = _once(person, sources)
    return csr_array((np.ones(len(group)), (group, source)), size)


def _year_of(person: Places, year: Places) -> Places:
    """The latest birth year of each group's records."""
    found = np.zeros(len(person), np.int64)
    np.maximum.at(found, person, year)
    return found


def _only_twins(
    person: Places, pairs: Pairs, twins: np.ndarray, never: Pairs, left: Places, right: Places
) -> np.ndarray:
    """Which groups have nothing but would-be twins between them, and no decision."""
    size = len(person)
    other = ~twins
    a = np.concatenate([person[pairs.left[other]], person[never.left]])
    b = np.concatenate([person[pairs.right[other]], person[never.right]])
    told_apart = np.unique(np.minimum(a, b) * size + np.maximum(a, b))
    return ~np.isin(left * size + right, told_apart)
