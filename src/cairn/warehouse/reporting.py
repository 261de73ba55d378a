"""Conformed columns and their issues → the quality report."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.elements import RECORD_ID
from cairn.warehouse.engine import open_engine
from cairn.warehouse.failures import Failure
from cairn.warehouse.fields import FieldColumn
from cairn.warehouse.issues import Issue
from cairn.warehouse.landing import Landed
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.quality import EXAMPLES, ColumnQuality, Problem, QualityReport
from cairn.warehouse.read.sheet import ROW


def report_on(
    table: pa.Table,
    fields: Sequence[FieldColumn],
    issues: Sequence[Issue],
    kept: pa.Array,
    mapping: Mapping,
    said: Landed,
    left_out: int,
) -> QualityReport:
    """The report on one landed table: its fields, what was wrong, and what the door said.

    ``left_out`` are rows of children whose consent ended since.
    """
    problems = [(i.field, _problem(table, i)) for i in issues]
    here = {f.field for f in fields} - {RECORD_ID}
    whole = [p for f, p in problems if f not in here]
    if said.misfits:
        shifted = Failure.SHIFTED
        whole.append(Problem(shifted, shifted.message, len(said.misfits), said.misfits[:EXAMPLES]))
    rows = table.num_rows
    keeping = pc.sum(kept).as_py() or 0
    columns = tuple(_column(f, problems, rows) for f in fields)
    return QualityReport(
        record=mapping.record,
        rows_in=rows + len(said.misfits),
        rows_kept=keeping,
        rows_quarantined=rows - keeping + len(said.misfits),
        cells_blanked=sum(p.count for _, p in problems if p.kept),
        repeated_rows=_repeated_rows(fields, columns),
        columns=columns,
        problems=tuple(whole),
        dropped=said.dropped,
        missing=said.missing,
        notes=(*said.notes, *(n for f in fields for n in f.notes)),
        left_out=said.left_out + left_out,
    )


def _column(
    column: FieldColumn, problems: Sequence[tuple[str, Problem]], rows: int
) -> ColumnQuality:
    return ColumnQuality(
        column.field,
        column.columns,
        rows - column.values.null_count,
        len(column.values.unique()) - bool(column.values.null_count),
        tuple(p for name, p in problems if name == column.field),
        rows,
    )


def _problem(table: pa.Table, issue: Issue) -> Problem:
    places = table[ROW].filter(issue.rows)
    return Problem(
        issue.failure.value,
        issue.message,
        len(places),
        tuple(places.unique().slice(0, EXAMPLES).to_pylist()),
        issue.kept,
    )


def _repeated_rows(fields: Sequence[FieldColumn], columns: Sequence[ColumnQuality]) -> int:
    """How many rows say the same as an earlier row in every field. They are kept, and noted.

    Rows are compared by a hash of 64 bits: cheap in memory, and good enough for a note.
    """
    told = [f for f in fields if f.field != RECORD_ID]
    if not told or any(c.distinct == c.rows for c in columns if c.field != RECORD_ID):
        return 0
    table = pa.table({f.field: f.values for f in told})
    names = ", ".join(f'"{n}"' for n in table.column_names)  # the catalogue's, not a sender's
    counted = open_engine().query(
        f"SELECT count(*) - count(DISTINCT hash({names})) AS n FROM rows",  # noqa: S608
        {"rows": table},
    )
    repeated: int = counted["n"][0].as_py()
    return repeated
