"""Link rosters to people, and explain why records were joined and which are doubtful."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.matching.clustering import MATCH_THRESHOLD, WeightedPairs
from cairn.matching.comparison import ComparerFactory, open_duckdb_comparer
from cairn.matching.pipeline import find_positions, resolve_people
from cairn.matching.rosters.decision_file import DECISION_COLUMN, PairDecisions
from cairn.matching.scoring import MatchModel, explain_pattern, score_pairs
from cairn.matching.standardize import (
    EXPLAINED_FIELDS,
    explain_standardization,
    standardize_records,
)
from cairn.warehouse.progress import Progress

__all__ = [
    "LinkedRosters",
    "add_record_fields",
    "explain_links",
    "explain_roster_values",
    "link_rosters",
    "list_doubtful_pairs",
]

_DOUBTFUL_BITS: Final = 4.0
"""A pair this close to the threshold, in bits, is doubtful."""

MAX_DOUBTFUL_PAIRS: Final = 1_000
"""A person is asked about this many pairs at most: those closest to the threshold."""

NO_DECISIONS: Final = PairDecisions()
RosterPositions: TypeAlias = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class LinkedRosters:
    """The result of one run.

    Attributes:
        standard: the standardized records by position.
        pairs: the compared pairs with their evidence in bits.
        model: the model that weighed them.
        person: for each record the smallest position of its person.
    """

    standard: pa.Table
    pairs: WeightedPairs
    model: MatchModel
    person: RosterPositions

    @property
    def clusters(self) -> pa.Table:
        """Table[record_key: str, cluster: int64], one row for each record."""
        return pa.table(
            {"record_key": self.standard["record_key"], "cluster": pa.array(self.person)}
        )


def link_rosters(
    rows: pa.Table,
    progress: Progress,
    *,
    open_comparer: ComparerFactory = open_duckdb_comparer,
    decisions: PairDecisions = NO_DECISIONS,
) -> LinkedRosters:
    """Link the records of `combine_rosters`.

    Args:
        rows: the combined records.
        progress: receives the steps.
        open_comparer: the engine that compares.
        decisions: decisions that hold regardless of the evidence.
    Returns:
        The linked records with their pairs and the model.
    """
    progress.step("Standardizing names and addresses")
    standard = standardize_records(rows)
    progress.step("Comparing records")
    scored_pairs = score_pairs(standard, open_comparer=open_comparer)
    progress.step("Grouping records into people")
    must_positions, cannot_positions = (
        find_positions(pairs, standard) for pairs in (decisions.together, decisions.apart)
    )
    person, model = resolve_people(
        standard, scored_pairs, must_link=must_positions, cannot_link=cannot_positions
    )
    return LinkedRosters(standard, scored_pairs.pairs, model, person)


def explain_links(linkage: LinkedRosters) -> pa.Table:
    """Explain for each record of a person with several its strongest link within the person.

    Args:
        linkage: the linked records.
    Returns:
        Table[left: str, right: str, why: str]; left and right are record keys.
    """
    inside = linkage.person[linkage.pairs.left] == linkage.person[linkage.pairs.right]
    left, right, weight = (column[inside] for column in linkage.pairs)
    strongest = np.argsort(-weight, kind="stable")
    linked_positions = np.concatenate([left[strongest], right[strongest]])
    _, first = np.unique(linked_positions, return_index=True)
    chosen = np.unique(strongest[first % max(len(strongest), 1)])
    return _explain_pairs(linkage, left[chosen], right[chosen])


def list_doubtful_pairs(
    linkage: LinkedRosters, decisions: PairDecisions = NO_DECISIONS
) -> tuple[pa.Table, int]:
    """List the pairs that could be decided differently, the most doubtful first.

    Args:
        linkage: the linked records.
        decisions: pairs that a person already decided; they are left out.
    Returns:
        At most `MAX_DOUBTFUL_PAIRS` pairs with the columns of `explain_links`, `one_child` (how the
        pair counts today) and `decision` (empty, for a person to fill); and the number of such
        pairs in all.
    """
    left, right, weight = linkage.pairs
    is_one_child = linkage.person[left] == linkage.person[right]
    against = (is_one_child & (weight < 0)) | (~is_one_child & (weight >= MATCH_THRESHOLD))
    doubtful_positions: RosterPositions = np.flatnonzero(
        against | (np.abs(weight - MATCH_THRESHOLD) <= _DOUBTFUL_BITS)
    )
    doubtful_positions = _drop_decided_pairs(linkage, doubtful_positions, decisions)
    order = np.lexsort(
        (
            right[doubtful_positions],
            left[doubtful_positions],
            np.abs(weight - MATCH_THRESHOLD)[doubtful_positions],
        )
    )
    chosen = doubtful_positions[order][:MAX_DOUBTFUL_PAIRS]
    explained = _explain_pairs(linkage, left[chosen], right[chosen])
    current_answer = pa.array(np.where(is_one_child[chosen], "yes", "no"))
    explained = explained.append_column("one_child", current_answer)
    return explained.append_column(DECISION_COLUMN, pa.repeat("", len(explained))), len(
        doubtful_positions
    )


def _drop_decided_pairs(
    linkage: LinkedRosters, chosen: RosterPositions, decisions: PairDecisions
) -> RosterPositions:
    """Drop the pairs that a person already decided."""
    if not (decided_pairs := decisions.pairs):
        return chosen
    keys = linkage.standard["record_key"]
    sides = (keys.take(pa.array(column[chosen])).to_pylist() for column in linkage.pairs[:2])
    return chosen[[frozenset(pair) not in decided_pairs for pair in zip(*sides, strict=True)]]


def _explain_pairs(
    linkage: LinkedRosters, left: RosterPositions, right: RosterPositions
) -> pa.Table:
    """Return the record keys of these pairs, in their order, and a sentence for each."""
    with open_duckdb_comparer(linkage.model.prepare(linkage.standard)) as batch:
        left_position, right_position, patterns = batch.compare_pairs(
            left.astype(np.int32), right.astype(np.int32)
        )
    size = len(linkage.standard) + 1
    sorted_index = np.argsort(left_position.astype(np.int64) * size + right_position)
    original_order = np.argsort(np.argsort(left.astype(np.int64) * size + right))
    distinct_patterns, inverse = np.unique(
        patterns[sorted_index][original_order], return_inverse=True
    )
    why = pa.array(
        [explain_pattern(int(pattern), linkage.model).sentence for pattern in distinct_patterns],
        pa.string(),
    )
    keys = linkage.standard["record_key"]
    return pa.table(
        {
            "left": keys.take(pa.array(left)),
            "right": keys.take(pa.array(right)),
            "why": why.take(pa.array(inverse)),
        }
    )


def explain_roster_values(rows: pa.Table, model: MatchModel) -> pa.Table:
    """Explain every value that is compared differently from how it was written.

    Args:
        rows: the combined records.
        model: the model of the run.
    Returns:
        Table[source, record_id, field, written, compared_as, why], all text.
    """
    tables = [_explain_field(rows, field, model) for field in EXPLAINED_FIELDS]
    columns = ("source", "record_id", "field", "written", "compared_as", "why")
    return pa.concat_tables([table.select(columns) for table in tables]).sort_by(
        [(name, "ascending") for name in columns[:3]]
    )


def _explain_field(rows: pa.Table, field: str, model: MatchModel) -> pa.Table:
    """Explain one field; every distinct value is explained once and mapped to its rows."""
    key_columns = ["street", "postal_code"] if field == "street" else [field]
    written_values = rows.select(["source", "record_id", *key_columns]).filter(
        pc.is_valid(rows[field])
    )
    if field == "street":
        written_values = written_values.set_column(
            3, "postal_code", pc.fill_null(written_values["postal_code"], "")
        )
    distinct_values = written_values.group_by(key_columns).aggregate([]).to_pylist()
    explanations = [
        {**row, "field": field, "written": value.written, "compared_as": value.compared,
         "why": "; ".join(value.why)}
        for row in distinct_values
        for value in explain_standardization(row, model.shared)
        if value.field == field
    ]  # fmt: skip
    texts = ("field", "written", "compared_as", "why")
    schema = pa.schema(
        [
            *(written_values.schema.field(column_name) for column_name in key_columns),
            *((column_name, pa.string()) for column_name in texts),
        ]
    )
    return written_values.join(
        pa.Table.from_pylist(explanations, schema), key_columns, join_type="inner"
    )


def add_record_fields(
    pair_table: pa.Table, rows: pa.Table, fields: tuple[str, ...], shared: tuple[str, ...] = ()
) -> pa.Table:
    """Replace the record keys of each side by fields of its record (`source_1`, `source_2`).

    Args:
        pair_table: a table with the columns `left` and `right`.
        rows: the combined records.
        fields: fields to show for both sides.
        shared: fields that are equal on both sides, shown once and first.
    Returns:
        The table with these fields first.
    """
    keys = rows["record_key"].combine_chunks()
    sides = [pc.index_in(pair_table[side], value_set=keys) for side in ("left", "right")]
    columns = {field: rows[field].take(sides[0]) for field in shared}
    for field in fields:
        for number, positions in enumerate(sides, 1):
            columns[f"{field}_{number}"] = rows[field].take(positions)
    others = [name for name in pair_table.column_names if name not in ("left", "right")]
    return pa.table({**columns, **{name: pair_table[name] for name in others}})
