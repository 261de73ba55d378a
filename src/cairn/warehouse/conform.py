"""Landed text → typed rows of one record type. Good rows are kept, bad ones set aside, with why.

A row is set aside when a required field is missing or cannot be read, when nothing says which
child it is about, or when its record id came before. A field that is not required and cannot be
read is left empty and counted; the row stays. Either way the reason is one line of the
quarantine: sheet, row, column, field, code and message, never the value.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from cairn.rules.decision import Permit
from cairn.rules.vocabulary import Action
from cairn.warehouse.elements import RECORD_ID
from cairn.warehouse.failures import Failure
from cairn.warehouse.fields import FieldColumn, columns_of
from cairn.warehouse.landing import SHEET, Landed, landed
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.quality import (
    EXAMPLES,
    ColumnQuality,
    Problem,
    QualityReport,
)
from cairn.warehouse.read.sheet import ROW
from cairn.warehouse.values import ARROW
from cairn.warehouse.wide import HEADING
from cairn.warehouse.zones import FileRef, Storehouse, WrongPermit, Zone

STEP: Final = "conform"
SOURCE_SHEET: Final = "source_sheet"
SOURCE_ROW: Final = "source_row"
ISSUES: Final = pa.schema(
    [
        (SOURCE_SHEET, pa.string()),
        (SOURCE_ROW, pa.int64()),
        ("column", pa.string()),
        ("field", pa.string()),
        ("code", pa.string()),
        ("message", pa.string()),
        ("kept", pa.bool_()),
    ]
)


class Progress(Protocol):
    """Told how far a long step is; see ``audit.work``."""

    def step(self, name: str, total: int) -> None: ...

    def advance(self, n: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Conformed:
    """The kept rows, the list of what was wrong, and the report."""

    ref: FileRef
    quarantine_ref: FileRef
    report: QualityReport


@dataclass(frozen=True, slots=True)
class _Issue:
    """One reason and the rows it concerns (a boolean per row of the landed table)."""

    field: str
    columns: tuple[str, ...]
    failure: Failure
    rows: pa.Array
    kept: bool


def conform(
    store: Storehouse,
    ref: FileRef,
    mapping: Mapping,
    *,
    permit: Permit,
    progress: Progress | None = None,
) -> Conformed:
    """Conform one landed file. A rerun with the same mapping and right finds what it made.

    Raises ``WrongPermit`` when the permit is for another action, or when the landed file holds an
    element that the permit does not name.
    """
    _allowed(store, ref, mapping, permit)
    note = {"mapping": mapping.digest}
    if done := store.find(STEP, [ref], note, permit=permit):
        return _again(store, done)
    table = store.read(ref)
    if progress:
        progress.step(STEP, len(mapping.columns) + len(mapping.constants))
    fields = []
    for column in columns_of(table, mapping, permit):
        fields.append(column)
        if progress:
            progress.advance(len(column.columns))
    issues = list(_issues(table, fields, mapping))
    kept = _kept(table.num_rows, issues)
    report = _report(table, fields, issues, kept, mapping, landed(store, ref))
    quarantine = store.write(
        Zone.QUARANTINED,
        _quarantine(table, issues, landed(store, ref)),
        permit=permit,
        step="quarantine",
        inputs=[ref],
        counts={"rows": report.rows_quarantined, "cells": report.cells_blanked},
        engine="pyarrow",
        note=note,
    )
    done = store.write(
        Zone.CONFORMED,
        _rows(table, fields, kept, mapping),
        permit=permit,
        step=STEP,
        inputs=[ref],
        counts={"in": report.rows_in, "kept": report.rows_kept},
        engine="pyarrow",
        note={**note, "quarantine": str(quarantine), "report": report.to_json()},
    )
    return Conformed(done, quarantine, report)


def conformed(store: Storehouse, ref: FileRef) -> Conformed:
    """What ``conform`` returned for a conformed file, again."""
    return _again(store, ref)


def _again(store: Storehouse, ref: FileRef) -> Conformed:
    note = store.manifest(ref).note
    quarantine = FileRef.parse(note["quarantine"])
    return Conformed(ref, quarantine, QualityReport.from_json(note["report"]))


def _allowed(store: Storehouse, ref: FileRef, mapping: Mapping, permit: Permit) -> None:
    if permit.action is not Action.CONFORM:
        raise WrongPermit(f"A permit to {permit.action} does not conform a delivery.")
    header = [name for name, _ in store.manifest(ref).columns]
    fields = {f for t in mapping.targets(header).values() for f in t.fields(mapping.type)}
    over = sorted(
        element
        for f in fields
        if (element := mapping.type.fields[f].element) not in permit.elements
        and f not in ("middle_name", "suffix")
    )
    if over:
        raise WrongPermit(f"The permit does not cover {', '.join(over)}, which was landed.")


def _issues(table: pa.Table, fields: list[FieldColumn], mapping: Mapping) -> Iterable[_Issue]:
    record = mapping.type
    by_name = {f.field: f for f in fields}
    for column in fields:
        required = record.fields[column.field].required
        missing = pc.is_null(column.values)
        if column.failed is not None:
            for code in pc.drop_null(column.failed.unique()).to_pylist():
                rows = pc.fill_null(pc.equal(column.failed, code), False)
                yield _Issue(column.field, column.columns, Failure(code), rows, not required)
            missing = pc.and_(missing, pc.is_null(column.failed))
        if required and pc.any(missing).as_py():
            yield _Issue(column.field, column.columns, Failure.REQUIRED, missing, False)
    if record.subject:
        unknown = pa.array([True]).take(pa.array([0] * table.num_rows, pa.int32()))
        for name in ("local_id", "state_id", "given_name", "family_name"):
            if name in by_name:
                unknown = pc.and_(unknown, pc.is_null(by_name[name].values))
        yield _Issue("", (), Failure.NO_SUBJECT, unknown, False)
    if RECORD_ID in by_name:
        yield _Issue(
            RECORD_ID,
            by_name[RECORD_ID].columns,
            Failure.REPEATED_ID,
            _repeated(by_name[RECORD_ID].values),
            False,
        )


def _repeated(ids: pa.Array) -> pa.Array:
    """True for each row whose id an earlier row has."""
    order = pa.table({"id": ids, "at": pa.array(range(len(ids)), pa.int64())})
    first = order.group_by("id").aggregate([("at", "min")])
    firsts = pc.is_in(order["at"], value_set=first["at_min"].combine_chunks())
    return pc.and_(pc.invert(firsts), pc.is_valid(order["id"])).combine_chunks()


def _kept(rows: int, issues: Iterable[_Issue]) -> pa.Array:
    kept = pa.array([True]).take(pa.array([0] * rows, pa.int32()))
    for issue in issues:
        if not issue.kept:
            kept = pc.and_not(kept, issue.rows)
    return kept


def _rows(table: pa.Table, fields: list[FieldColumn], kept: pa.Array, mapping: Mapping) -> pa.Table:
    made: dict[str, pa.Array | pa.ChunkedArray] = {RECORD_ID: _row_ids(table, fields)}
    made |= {SOURCE_SHEET: table[SHEET], SOURCE_ROW: table[ROW]}
    made |= {f.field: f.values for f in fields if f.field != RECORD_ID}
    types = {n: ARROW[mapping.type.fields[n].type] for n in made if n in mapping.type.fields}
    schema = pa.schema(
        [(n, types.get(n, pa.int64() if n == SOURCE_ROW else pa.string())) for n in made],
        metadata={"cairn.record": mapping.record},
    )
    return pa.table(list(made.values()), schema=schema).filter(kept)


def _row_ids(table: pa.Table, fields: list[FieldColumn]) -> pa.Array | pa.ChunkedArray:
    """The source's own id where there is one, else the row's place in the delivery."""
    place = pc.cast(table[ROW], pa.string())
    if len(table[SHEET].unique()) > 1:
        place = pc.binary_join_element_wise(table[SHEET], place, ":")
    if HEADING in table.column_names:
        place = pc.binary_join_element_wise(place, table[HEADING], ":")
    own = [f.values for f in fields if f.field == RECORD_ID]
    return pc.coalesce(own[0], place) if own else place


def _quarantine(table: pa.Table, issues: Iterable[_Issue], said: Landed) -> pa.Table:
    parts = [ISSUES.empty_table()]
    for issue in issues:
        rows = table.select([SHEET, ROW]).filter(issue.rows)
        if rows.num_rows:
            parts.append(_lines(rows[SHEET], rows[ROW], issue))
    if said.misfits:
        places = pa.array(said.misfits, pa.int64())
        blank = pa.nulls(len(places), pa.string())
        parts.append(_lines(blank, places, _Issue("", (), Failure.SHIFTED, places, False)))
    return pa.concat_tables(parts)


def _lines(
    sheet: pa.Array | pa.ChunkedArray, rows: pa.Array | pa.ChunkedArray, issue: _Issue
) -> pa.Table:
    same = pa.array([0] * len(rows), pa.int32())
    said = (", ".join(issue.columns), issue.field, issue.failure.value, issue.failure.message)
    texts = [pa.array([t or None], pa.string()).take(same) for t in said]
    return pa.table([sheet, rows, *texts, pa.array([issue.kept]).take(same)], schema=ISSUES)


def _report(
    table: pa.Table,
    fields: list[FieldColumn],
    issues: list[_Issue],
    kept: pa.Array,
    mapping: Mapping,
    said: Landed,
) -> QualityReport:
    problems = [(i.field, _problem(table, i)) for i in issues]
    whole = [p for f, p in problems if f in ("", RECORD_ID) and p.count]
    if said.misfits:
        shifted = Failure.SHIFTED
        whole.append(
            Problem(shifted, shifted.message, len(said.misfits), said.misfits[:EXAMPLES], False)
        )
    rows = table.num_rows
    keeping = pc.sum(kept).as_py() or 0
    return QualityReport(
        record=mapping.record,
        rows_in=rows + len(said.misfits),
        rows_kept=keeping,
        rows_quarantined=rows - keeping + len(said.misfits),
        cells_blanked=sum(p.count for _, p in problems if p.kept),
        repeated_rows=_repeated_rows(fields),
        columns=tuple(
            ColumnQuality(
                f.field,
                f.columns,
                rows - f.values.null_count,
                pc.count_distinct(f.values, mode="only_valid").as_py(),
                tuple(p for name, p in problems if name == f.field and p.count),
                rows,
            )
            for f in fields
        ),
        problems=tuple(whole),
        dropped=said.dropped,
        missing=said.missing,
        notes=(*said.notes, *(n for f in fields for n in f.notes)),
    )


def _problem(table: pa.Table, issue: _Issue) -> Problem:
    places = table[ROW].filter(issue.rows)
    return Problem(
        issue.failure.value,
        issue.failure.message,
        len(places),
        tuple(places.unique().slice(0, EXAMPLES).to_pylist()),
        issue.kept,
    )


def _repeated_rows(fields: list[FieldColumn]) -> int:
    """How many rows say the same as an earlier row in every field. They are kept, and noted."""
    told = [f for f in fields if f.field != RECORD_ID]
    if not told:
        return 0
    table = pa.table({f.field: f.values for f in told})
    different: int = table.group_by(table.column_names, use_threads=False).aggregate([]).num_rows
    return len(table) - different
