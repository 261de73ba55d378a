"""What is wrong with which rows: found on whole columns, written as the quarantine."""

from collections import abc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.rules.decision import Permit
from cairn.rules.population import Place, in_words
from cairn.warehouse import meant
from cairn.warehouse.children import RowsOf
from cairn.warehouse.elements import RECORD_ID, Type
from cairn.warehouse.failures import Failure
from cairn.warehouse.fields import FieldColumn
from cairn.warehouse.landing import SHEET
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.read.sheet import ROW

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


@dataclass(frozen=True, slots=True)
class Issue:
    """One reason and the rows it concerns (a boolean per row of the landed table)."""

    field: str
    columns: tuple[str, ...]
    failure: Failure
    rows: pa.Array
    kept: bool = False
    clause: str = ""

    @property
    def message(self) -> str:
        """What is wrong and what to do, with the clause of the agreement that says so."""
        said = self.failure.message
        return f"{said} ({self.clause})" if self.clause else said


def issues_of(
    table: pa.Table,
    fields: Sequence[FieldColumn],
    mapping: Mapping,
    permit: Permit,
    rows: RowsOf | None = None,
) -> list[Issue]:
    """Every issue of the landed rows, cells first, then whole rows."""
    by_name = {f.field: f for f in fields}
    found: list[Issue] = []
    for name, element in mapping.type.fields.items():
        if name in by_name:
            found += _of_cells(by_name[name], required=element.required)
        elif element.required:
            found.append(Issue(name, (), Failure.REQUIRED, pa.repeat(value=True, size=len(table))))
    if agreed := permit.years.get(mapping.record):
        found += _outside(fields, mapping, *agreed)
    if mapping.type.subject and rows is not None:
        found += _not_meant(fields, mapping, permit, rows)
    if mapping.type.subject:
        found.append(Issue("", (), Failure.NO_SUBJECT, _nobody(len(table), by_name)))
    if ids := by_name.get(RECORD_ID):
        repeated = _repeated(ids.values)
        found.append(Issue(RECORD_ID, ids.columns, Failure.REPEATED_ID, repeated))
    return [i for i in found if pc.any(i.rows).as_py()]


def _of_cells(column: FieldColumn, *, required: bool) -> Iterator[Issue]:
    missing = pc.is_null(column.values)
    if column.failed is not None:
        for code in pc.drop_null(column.failed.unique()).to_pylist():
            rows = pc.fill_null(pc.equal(column.failed, code), fill_value=False)
            yield Issue(column.field, column.columns, Failure(code), rows, kept=not required)
        missing = pc.and_(missing, pc.is_null(column.failed))
    if required:
        yield Issue(column.field, column.columns, Failure.REQUIRED, missing)


def _outside(
    fields: Iterable[FieldColumn], mapping: Mapping, first: str, last: str
) -> Iterator[Issue]:
    """Rows of a school year to which no agreed term of this record type reaches."""
    for column in fields:
        if mapping.type.fields[column.field].type is Type.SCHOOL_YEAR:
            early, late = pc.less(column.values, first), pc.greater(column.values, last)
            rows = pc.fill_null(pc.or_(early, late), fill_value=False)
            yield Issue(column.field, column.columns, Failure.OUTSIDE_YEARS, rows)


def _not_meant(
    fields: Iterable[FieldColumn], mapping: Mapping, permit: Permit, rows: RowsOf
) -> Iterator[Issue]:
    """Rows of children whom the agreement is not about, and of whom that is not known."""
    population = permit.populations.get(rows.agreement)
    if population is None:
        return
    columns = {f.field: f.values for f in fields if f.field in meant.FIELDS}
    stand = meant.places(mapping.record, columns, population, rows.organization, rows.roster)
    clause = f"{rows.agreement}: {in_words(population)}"
    clause += f", clause {population.clause}" if population.clause else ""
    for failure, where in (
        (Failure.OUTSIDE_POPULATION, Place.OUTSIDE),
        (Failure.POPULATION_UNKNOWN, Place.UNKNOWN),
    ):
        aside = pa.array([one is where for one in stand], pa.bool_())
        yield Issue("", (), failure, aside, clause=clause)


def _nobody(rows: int, by_name: abc.Mapping[str, FieldColumn]) -> pa.Array:
    """True for each row in which no field says which child it is about."""
    unknown = pa.repeat(value=True, size=rows)
    for name in ("local_id", "state_id", "given_name", "family_name"):
        if name in by_name:
            unknown = pc.and_(unknown, pc.is_null(by_name[name].values))
    return unknown


def _repeated(ids: pa.Array) -> pa.Array:
    """True for each row whose id an earlier row has."""
    order = pa.table({"id": ids, "at": pa.array(np.arange(len(ids)))})
    first = order.group_by("id").aggregate([("at", "min")])
    firsts = pc.is_in(order["at"], value_set=first["at_min"].combine_chunks())
    return pc.and_(pc.invert(firsts), pc.is_valid(order["id"])).combine_chunks()


def kept_rows(rows: int, issues: Iterable[Issue]) -> pa.Array:
    """True for each row that no issue sets aside."""
    kept = pa.repeat(value=True, size=rows)
    for issue in issues:
        if not issue.kept:
            kept = pc.and_not(kept, issue.rows)
    return kept


def quarantine(table: pa.Table, issues: Iterable[Issue], misfits: Sequence[int]) -> pa.Table:
    """One line an issue and row, in the schema ISSUES; misfits never made it into the table."""
    parts = [ISSUES.empty_table()]
    for issue in issues:
        rows = table.select([SHEET, ROW]).filter(issue.rows)
        parts.append(_lines(rows[SHEET], rows[ROW], issue))
    if misfits:
        places = pa.array(misfits, pa.int64())
        blank = pa.nulls(len(places), pa.string())
        parts.append(_lines(blank, places, Issue("", (), Failure.SHIFTED, places)))
    return pa.concat_tables(parts)


def _lines(
    sheet: pa.Array | pa.ChunkedArray, rows: pa.Array | pa.ChunkedArray, issue: Issue
) -> pa.Table:
    said = (", ".join(issue.columns), issue.field, issue.failure.value, issue.message)
    texts = [pa.repeat(pa.scalar(t or None, pa.string()), len(rows)) for t in said]
    return pa.table([sheet, rows, *texts, pa.repeat(issue.kept, len(rows))], schema=ISSUES)
