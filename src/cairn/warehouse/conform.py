"""Landed text → typed rows of one record type. Good rows are kept, bad ones set aside, with why.

A row is set aside when a required field is missing or cannot be read, when nothing says which
child it is about, when its record id came before, or when the agreement does not reach to its
school year or is not about that child. A field that is not required and cannot be read is left
empty and counted; the row stays. Either way the reason is one line of the quarantine: sheet, row,
column, field, code and message, never the value.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from cairn.rules.decision import Permit
from cairn.rules.known import digest
from cairn.rules.vocabulary import Action
from cairn.warehouse.children import RowsOf, opened
from cairn.warehouse.elements import RECORD_ID
from cairn.warehouse.fields import FieldColumn, column_of, fed, sources_of
from cairn.warehouse.issues import SOURCE_ROW, SOURCE_SHEET, issues_of, kept_rows, quarantine
from cairn.warehouse.landing import SHEET, landed
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.quality import QualityReport
from cairn.warehouse.read.sheet import ROW
from cairn.warehouse.reporting import report_on
from cairn.warehouse.values import ARROW
from cairn.warehouse.wide import HEADING
from cairn.warehouse.zones import FileRef, Storehouse, WrongPermit, Zone

STEP: Final = "conform"


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


def conform(
    store: Storehouse,
    ref: FileRef,
    mapping: Mapping,
    *,
    permit: Permit,
    rows: RowsOf | None = None,
    progress: Progress | None = None,
) -> Conformed:
    """Conform one landed file. A rerun with the same mapping and right finds what it made.

    ``rows`` says whose rows they are: those of a child whose consent ended since stay behind.

    Raises ``WrongPermit`` when the permit is for another action, or when the landed file holds an
    element that the permit does not name.
    """
    _allowed(store, ref, mapping, permit, rows)
    agreed = permit.years.get(mapping.record, ("", ""))
    today = digest(permit.rows, permit.kept_back, permit.shut, *_whom(permit, rows))
    found_by = {"mapping": mapping.digest, "years": " ".join(agreed), "opened": today}
    if done := store.find(STEP, [ref], found_by, permit=permit):
        return conformed(store, done)
    table = store.read(ref)
    table, out = opened(table, sources_of(table.column_names, mapping), mapping, permit, rows)
    planned = fed(table.column_names, mapping, permit)
    if progress:
        progress.step("Conforming", len(planned))
    fields = []
    for element, mine in planned.items():
        fields.append(column_of(table, element, mine, mapping, permit))
        if progress:
            progress.advance(1)
    issues = issues_of(table, fields, mapping, permit, rows)
    kept = kept_rows(table.num_rows, issues)
    said = landed(store, ref)
    report = report_on(table, fields, issues, kept, mapping, said, pc.sum(out).as_py() or 0)
    aside = store.write(
        Zone.QUARANTINED,
        quarantine(table, issues, said.misfits),
        permit=permit,
        step="quarantine",
        inputs=[ref],
        counts={"rows": report.rows_quarantined, "cells": report.cells_blanked},
        engine="pyarrow",
        note=found_by,
    )
    done = store.write(
        Zone.CONFORMED,
        _rows(table, fields, kept, mapping),
        permit=permit,
        step=STEP,
        inputs=[ref],
        counts={"in": report.rows_in, "kept": report.rows_kept, "left_out": report.left_out},
        engine="pyarrow",
        note={"quarantine": str(aside), "report": report.to_json()},
        found_by=found_by,
    )
    return Conformed(done, aside, report)


def _whom(permit: Permit, rows: RowsOf | None) -> tuple[object, ...]:
    """Whom the agreement is about and what is known of them, where it asks."""
    population = permit.populations.get(rows.agreement) if rows else None
    return (population, sorted(rows.roster.items())) if rows and population else ()


def conformed(store: Storehouse, ref: FileRef) -> Conformed:
    """What ``conform`` returned for a conformed file, again."""
    note = store.manifest(ref).note
    aside = FileRef.parse(note["quarantine"])
    return Conformed(ref, aside, QualityReport.from_json(note["report"]))


def _allowed(
    store: Storehouse, ref: FileRef, mapping: Mapping, permit: Permit, rows: RowsOf | None
) -> None:
    if permit.action is not Action.CONFORM:
        raise WrongPermit(f"A permit to {permit.action} does not conform a delivery.")
    if (permit.rows or permit.shut) and rows is None:
        raise WrongPermit("The permit opens rows child by child, and nobody said whose they are.")
    header = [name for name, _ in store.manifest(ref).columns]
    fields = {f for t in sources_of(header, mapping).values() for f in t.fields(mapping.type)}
    over = sorted(
        element
        for f in fields
        if (element := mapping.type.fields[f].element) not in permit.elements
        and f not in ("middle_name", "suffix")
    )
    if over:
        raise WrongPermit(f"The permit does not cover {', '.join(over)}, which was landed.")


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
