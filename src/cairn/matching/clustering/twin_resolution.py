"""Decide from rosters whether two groups of records are twins or one child with two names.

Two groups with one birth date, one household and two given names are twins, or one child that has
another name in some source. A single pair does not show which. But a twin is on rosters of their
own: if neither group ever appears in a source of the other, although nearly every child of that age
does, there is likely only one child. (Two groups that share a source were separated by that source:
two rows, two IDs.)
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.matching.clustering.agglomeration import (
    BitWeights,
    Positions,
    WeightedPairs,
    average_group_evidence,
    find_mutual_best_pairs,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["measure_absence_evidence", "merge_apparent_twins"]

_MERGE_THRESHOLD: Final = 2.5
"""Bits at which two groups become one child: more than for pairs, since errors merge twins."""

MIN_TWIN_EVIDENCE: Final = -2.0
"""Groups with pairs below this many bits are two children, regardless of the rosters."""

_MAX_COVERAGE: Final = 0.9
"""No source holds every child."""

_MAX_ROUNDS: Final = 5

AbsenceEvidence: TypeAlias = Mapping[str, Mapping[str, float]]
"""Source to birth year to bits for one child when a group of that age is not in the source."""


def merge_apparent_twins(
    person: Positions,
    pairs: WeightedPairs,
    twins: np.ndarray,
    records: pa.Table,
    cannot_link: Positions,
    absence_evidence: AbsenceEvidence,
) -> Positions:
    """Merge apparent twins that the rosters show to be one child.

    Args:
        person: for each position the smallest position of its person so far.
        pairs: weighted pairs of records.
        twins: marks the pairs that are twins if they are not one child.
        records: Table[source: str, birth_year: int32, ...], one row for each position.
        cannot_link: two rows of positions that reviewers decided are two children.
        absence_evidence: evidence of absence as `measure_absence_evidence` returns it, measured on
            these records or on more; an unknown source or year carries no evidence.
    Returns:
        For each position the smallest position of its person.
    """
    if not np.any(twins & (person[pairs.left] != person[pairs.right])):
        return person
    source, sources, years, year = _encode_sources_and_years(records)
    absence_bits = np.array(
        [
            [absence_evidence.get(source_name, {}).get(year_name, 0.0) for year_name in years]
            for source_name in source
        ]
    )
    pairs, twins = _select_twin_pairs(person, pairs, twins)
    cannot_pairs = WeightedPairs(cannot_link[0], cannot_link[1], np.ones(cannot_link.shape[1]))
    for _ in range(_MAX_ROUNDS):
        source_matrix = _build_source_matrix(person, sources)
        absent = np.asarray(
            source_matrix.multiply(absence_bits.T[_find_latest_birth_years(person, year)]).sum(
                axis=1
            )
        ).ravel()
        left, right, mean = average_group_evidence(person, pairs)
        is_open = _has_only_twin_pairs(person, pairs, twins, cannot_pairs, left, right) & (
            mean >= MIN_TWIN_EVIDENCE
        )
        left, right, mean = left[is_open], right[is_open], mean[is_open]
        shares_no_source = (
            np.asarray(source_matrix[left].multiply(source_matrix[right]).sum(axis=1)).ravel() == 0
        )
        evidence = mean + absent[left] + absent[right]
        likely = shares_no_source & (evidence >= _MERGE_THRESHOLD)
        kept_groups, merged_groups = find_mutual_best_pairs(
            left[likely], right[likely], evidence[likely]
        )
        if not len(kept_groups):
            break
        new_name = np.arange(len(person))
        new_name[merged_groups] = kept_groups
        person = new_name[person]
    return person


def _select_twin_pairs(
    person: Positions, pairs: WeightedPairs, twins: np.ndarray
) -> tuple[WeightedPairs, np.ndarray]:
    """Select the pairs between people who have an apparent twin, and mark the twin pairs."""
    different = person[pairs.left] != person[pairs.right]
    has_twin = np.zeros(len(person), bool)
    for side in pairs[:2]:
        has_twin[person[side[twins & different]]] = True
    is_near = different & has_twin[person[pairs.left]] & has_twin[person[pairs.right]]
    return WeightedPairs(*(column[is_near] for column in pairs)), twins[is_near]


def _list_distinct_rows(*columns: Positions) -> list[Positions]:
    """List every distinct row of these columns once."""
    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    code = np.zeros(len(columns[0]), np.int64)
    for column, size in zip(columns, sizes, strict=True):
        code = code * size + column
    code = np.unique(code)
    distinct_columns = []
    for size in reversed(sizes):
        code, column = np.divmod(code, size)
        distinct_columns.append(column)
    return distinct_columns[::-1]


def measure_absence_evidence(person: Positions, records: pa.Table) -> AbsenceEvidence:
    """Measure what it is worth that a group of some age is not in a source.

    Args:
        person: for each position the smallest position of its person.
        records: Table[source: str, birth_year: int32, ...], one row for each position.
    Returns:
        Source to birth year to evidence for one child, in bits.
    """
    source, sources, years, year = _encode_sources_and_years(records)
    absence_bits = _compute_absence_bits(person, sources, year, (len(source), len(years)))
    return {
        source_name: dict(zip(years, row, strict=True))
        for source_name, row in zip(source, absence_bits.tolist(), strict=True)
    }


def _encode_sources_and_years(
    records: pa.Table,
) -> tuple[list[str], Positions, list[str], Positions]:
    """Encode the sources and the birth years of records as numbers."""
    source = pc.fill_null(records["source"], "").combine_chunks().dictionary_encode()
    years, year = np.unique(pc.fill_null(records["birth_year"], 0).to_numpy(), return_inverse=True)
    return source.dictionary.to_pylist(), source.indices.to_numpy(), [*map(str, years)], year


def _compute_absence_bits(
    person: Positions, sources: Positions, year: Positions, shape: tuple[int, int]
) -> BitWeights:
    """Compute the evidence of absence from the numbers of sources and years."""
    people_present = np.zeros(shape)
    np.add.at(people_present, tuple(_list_distinct_rows(person, sources, year)[1:]), 1)
    people_of_year = np.bincount(_list_distinct_rows(person, year)[1], minlength=shape[1])
    share = (people_present + 1) / (people_of_year + 4)
    return np.asarray(-np.log2(1 - np.minimum(share, _MAX_COVERAGE)))


def _build_source_matrix(person: Positions, sources: Positions) -> "csr_array":
    """Build a matrix of groups by sources: 1 if the group has a record there."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - as in `find_connected_components`

    size = (len(person), int(sources.max(initial=0)) + 1)
    group, source = _list_distinct_rows(person, sources)
    return csr_array((np.ones(len(group)), (group, source)), size)


def _find_latest_birth_years(person: Positions, year: Positions) -> Positions:
    """Find the latest birth year of the records of each group."""
    latest_year = np.zeros(len(person), np.int64)
    np.maximum.at(latest_year, person, year)
    return latest_year


def _has_only_twin_pairs(
    person: Positions,
    pairs: WeightedPairs,
    twins: np.ndarray,
    cannot_pairs: WeightedPairs,
    left: Positions,
    right: Positions,
) -> np.ndarray:
    """Decide which groups have only twin pairs between them, and no decision."""
    size = len(person)
    is_other_pair = ~twins
    low_side = np.concatenate([person[pairs.left[is_other_pair]], person[cannot_pairs.left]])
    high_side = np.concatenate([person[pairs.right[is_other_pair]], person[cannot_pairs.right]])
    separated_groups = np.unique(
        np.minimum(low_side, high_side) * size + np.maximum(low_side, high_side)
    )
    return ~np.isin(left * size + right, separated_groups)
