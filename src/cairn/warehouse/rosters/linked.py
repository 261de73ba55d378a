"""Records → people, and what can be said about it: why two were joined, and which are doubtful."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.linking.explaining import explain
from cairn.warehouse.linking.groups import THRESHOLD, Pairs
from cairn.warehouse.linking.linking import Progress, compare, people, places
from cairn.warehouse.linking.model import Model
from cairn.warehouse.linking.reading import READ, explain_standardizing
from cairn.warehouse.linking.scoring import Opened, on_duckdb
from cairn.warehouse.linking.standard import standardize
from cairn.warehouse.rosters.decisions import DECISION, Decisions

_DOUBTFUL: Final = 4.0
"""Bits: a pair this near to the threshold is doubtful."""
MOST: Final = 1_000
"""No more pairs than this are put before a person: the nearest to the threshold."""

NOTHING_DECIDED: Final = Decisions()

Places: TypeAlias = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Linked:
    """What one run found. ``standard`` holds the records by their places, ``person`` the place
    by which each one's person goes."""

    standard: pa.Table
    pairs: Pairs
    model: Model
    person: Places

    @property
    def clusters(self) -> pa.Table:
        """``record_key`` and ``cluster``."""
        return pa.table(
            {"record_key": self.standard["record_key"], "cluster": pa.array(self.person)}
        )


def linked(
    rows: pa.Table,
    progress: Progress,
    *,
    on: Opened = on_duckdb,
    decided: Decisions = NOTHING_DECIDED,
) -> Linked:
    """Link the records of ``people.records``, on an engine; what is ``decided`` holds."""
    progress.step("standardize names and addresses")
    standard = standardize(rows)
    progress.step("compare records")
    found = compare(standard, on=on)
    progress.step("put people together")
    one, two = (places(pairs, standard) for pairs in (decided.together, decided.apart))
    person, model = people(standard, found, together=one, apart=two)
    return Linked(standard, found.pairs, model, person)


def joins(found: Linked) -> pa.Table:
    """For each record of a person with several, its strongest tie within the person, and why.

    Columns: ``left`` and ``right`` (record keys), ``why``.
    """
    inside = found.person[found.pairs.left] == found.person[found.pairs.right]
    left, right, weight = (column[inside] for column in found.pairs)
    strongest = np.argsort(-weight, kind="stable")
    both = np.concatenate([left[strongest], right[strongest]])
    _, first = np.unique(both, return_index=True)
    chosen = np.unique(strongest[first % max(len(strongest), 1)])
    return _told(found, left[chosen], right[chosen])


def doubtful(found: Linked, decided: Decisions = NOTHING_DECIDED) -> tuple[pa.Table, int]:
    """Pairs that could be decided otherwise, the most doubtful first: at most ``MOST``, and how
    many there are in all; not those that a person ``decided``. Columns as ``joins``,
    ``one_child``: how they count today, and ``decision``: empty, for a person to fill."""
    left, right, weight = found.pairs
    one = found.person[left] == found.person[right]
    against = (one & (weight < 0)) | (~one & (weight >= THRESHOLD))
    open_to_doubt: Places = np.flatnonzero(against | (np.abs(weight - THRESHOLD) <= _DOUBTFUL))
    open_to_doubt = _undecided(found, open_to_doubt, decided)
    order = np.lexsort(
        (right[open_to_doubt], left[open_to_doubt], np.abs(weight - THRESHOLD)[open_to_doubt])
    )
    chosen = open_to_doubt[order][:MOST]
    told = _told(found, left[chosen], right[chosen])
    counted = pa.array(np.where(one[chosen], "yes", "no"))
    told = told.append_column("one_child", counted)
    return told.append_column(DECISION, pa.repeat("", len(told))), len(open_to_doubt)


def _undecided(found: Linked, chosen: Places, decided: Decisions) -> Places:
    """Those of the pairs that nobody decided."""
    if not (answered := decided.pairs):
        return chosen
    keys = found.standard["record_key"]
    sides = (keys.take(pa.array(column[chosen])).to_pylist() for column in found.pairs[:2])
    return chosen[[frozenset(pair) not in answered for pair in zip(*sides, strict=True)]]


def _told(found: Linked, left: Places, right: Places) -> pa.Table:
    """The record keys of these pairs, in their order, and a sentence for each."""
    with on_duckdb(found.model.prepare(found.standard)) as batch:
        a, b, patterns = batch.patterns(left.astype(np.int32), right.astype(np.int32))
    size = len(found.standard) + 1
    at = np.argsort(a.astype(np.int64) * size + b)
    wanted = np.argsort(np.argsort(left.astype(np.int64) * size + right))
    different, inverse = np.unique(patterns[at][wanted], return_inverse=True)
    why = pa.array([explain(int(one), found.model).sentence for one in different], pa.string())
    keys = found.standard["record_key"]
    return pa.table(
        {
            "left": keys.take(pa.array(left)),
            "right": keys.take(pa.array(right)),
            "why": why.take(pa.array(inverse)),
        }
    )


def readings(rows: pa.Table, model: Model) -> pa.Table:
    """How records are read: ``source``, ``record_id``, ``field``, ``written``, ``compared_as`` and
    ``why`` of every value that is compared otherwise than it was written."""
    told = [_reading(rows, field, model) for field in READ]
    columns = ("source", "record_id", "field", "written", "compared_as", "why")
    return pa.concat_tables([one.select(columns) for one in told]).sort_by(
        [(name, "ascending") for name in columns[:3]]
    )


def _reading(rows: pa.Table, field: str, model: Model) -> pa.Table:
    """One field's readings: every different value is read once and taken to its rows."""
    by = ["street", "postal_code"] if field == "street" else [field]
    said = rows.select(["source", "record_id", *by]).filter(pc.is_valid(rows[field]))
    if field == "street":
        said = said.set_column(3, "postal_code", pc.fill_null(said["postal_code"], ""))
    different = said.group_by(by).aggregate([]).to_pylist()
    found = [
        {**row, "field": field, "written": one.written, "compared_as": one.compared,
         "why": "; ".join(one.why)}
        for row in different
        for one in explain_standardizing(row, model.shared)
        if one.field == field
    ]  # fmt: skip
    texts = ("field", "written", "compared_as", "why")
    schema = pa.schema([*(said.schema.field(n) for n in by), *((n, pa.string()) for n in texts)])
    return said.join(pa.Table.from_pylist(found, schema), by, join_type="inner")


def with_rows(
    told: pa.Table, rows: pa.Table, fields: tuple[str, ...], shared: tuple[str, ...] = ()
) -> pa.Table:
    """Instead of each side's key the given fields of its record: ``source_1``, ``source_2`` …;
    ``shared`` fields, which are alike on both sides, once and in front."""
    keys = rows["record_key"].combine_chunks()
    sides = [pc.index_in(told[side], value_set=keys) for side in ("left", "right")]
    columns = {field: rows[field].take(sides[0]) for field in shared}
    for field in fields:
        for number, at in enumerate(sides, 1):
            columns[f"{field}_{number}"] = rows[field].take(at)
    others = [name for name in told.column_names if name not in ("left", "right")]
    return pa.table({**columns, **{name: told[name] for name in others}})
