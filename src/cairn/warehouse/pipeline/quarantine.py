"""Find the problems of each row; build the quarantine and the quality report."""

from collections import abc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.policy.engine import Permit
from cairn.policy.facts import PopulationMatch, describe_population
from cairn.warehouse import schema
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.pipeline import quality, row_filters, shared_ids
from cairn.warehouse.pipeline.row_filters import RowOrigin
from cairn.warehouse.schema import ColumnMapping, Failure

SOURCE_SHEET_COLUMN: Final = "source_sheet"
SOURCE_ROW_COLUMN: Final = "source_row"
SOURCE_PART_COLUMN: Final = "source_part"
"""The cell or result that a landed row was made of, where a row of the file became several."""

QUARANTINE_SCHEMA: Final = pa.schema(
    [
        (SOURCE_SHEET_COLUMN, pa.string()),
        (SOURCE_ROW_COLUMN, pa.int64()),
        ("column", pa.string()),
        ("field", pa.string()),
        ("code", pa.string()),
        ("message", pa.string()),
        ("kept", pa.bool_()),
        (SOURCE_PART_COLUMN, pa.string()),
    ]
)
_PART_FIELD: Final = QUARANTINE_SCHEMA.field(SOURCE_PART_COLUMN)
PLACE_COLUMNS: Final = (
    schema.SHEET_COLUMN,
    schema.ROW_COLUMN,
    schema.HEADING_COLUMN,
    schema.RESULT_COLUMN,
)


@dataclass(frozen=True, slots=True)
class RowIssue:
    """One reason and the rows that it concerns (a boolean for each row of the landed table)."""

    field: str
    columns: tuple[str, ...]
    failure: Failure
    rows: pa.Array
    kept: bool = False
    clause: str = ""

    @property
    def message(self) -> str:
        """The problem and its remedy, with the clause of the agreement that requires it."""
        text = self.failure.message
        return f"{text} ({self.clause})" if self.clause else text


_LARGE_COLUMN: Final = 1 << 20
_MIN_REPEATS: Final = 4
_HASHED_ROWS: Final = 1 << 17
_SAMPLE_ROWS: Final = 1 << 12


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """One field's values, one per landed row; its source columns; the cells that failed.

    In a large file a text that repeats is stored once: a hundred bytes of a row become thirty.
    ``distinct`` counts the different values.
    """

    field: str
    columns: tuple[str, ...]
    stored: pa.Array
    failed: pa.Array | None = None
    notes: tuple[schema.ReadNote, ...] = ()
    distinct: int = dataclass_field(init=False)

    def __post_init__(self) -> None:
        stored = self.stored
        if pa.types.is_string(stored.type) and _has_many_values(stored):
            distinct = _count_different_hashes("hash(cell)", pa.table({"cell": stored.drop_null()}))
        elif pa.types.is_string(stored.type) and len(stored) >= _LARGE_COLUMN:
            encoded = stored.dictionary_encode()
            distinct = len(encoded.dictionary)
            if distinct * _MIN_REPEATS <= len(stored):
                object.__setattr__(self, "stored", encoded)
        else:
            distinct = len(stored.unique()) - bool(stored.null_count)
        object.__setattr__(self, "distinct", distinct)

    @property
    def values(self) -> pa.Array:
        """The values, each written out."""
        stored = self.stored
        return stored.dictionary_decode() if pa.types.is_dictionary(stored.type) else stored


def _has_many_values(column: pa.Array) -> bool:
    """Return whether a large column has another text in most of its first rows, such as an ID."""
    sample = column.slice(0, _SAMPLE_ROWS)
    return len(column) >= _HASHED_ROWS and len(sample.unique()) * 2 > len(sample)


def _count_different_hashes(hashed: str, rows: pa.Table) -> int:
    """Count the different values of rows by hashes of 64 bits, in a fifth of the time.

    Two values may have one hash: once in ten million columns of a million. The count is then one
    less, and the rows are looked at as if an ID came twice.
    """
    sql = f"SELECT {hashed} AS hash FROM rows"  # noqa: S608 - columns of the catalogue
    hashes = np.sort(open_sql_engine().query(sql, {"rows": rows})["hash"].to_numpy())
    return len(hashes) and int(np.count_nonzero(hashes[1:] != hashes[:-1])) + 1


def find_issues(
    table: pa.Table,
    fields: Sequence[FieldColumn],
    mapping: ColumnMapping,
    permit: Permit,
    rows: RowOrigin | None = None,
) -> list[RowIssue]:
    """Find every issue of the landed rows, cells first, then whole rows.

    Args:
        table: the landed table.
        fields: its converted fields.
        mapping: the column mapping.
        permit: the permit to conform.
        rows: where the rows come from.

    Returns:
        The issues that concern at least one row.
    """
    by_name = {field_column.field: field_column for field_column in fields}
    issues: list[RowIssue] = []
    essential = mapping.list_essential_fields()
    for name, element in mapping.type.fields.items():
        if name in by_name:
            issues += _find_cell_issues(
                by_name[name], required=element.required, is_essential=name in essential
            )
        elif element.required:
            issues.append(
                RowIssue(name, (), Failure.REQUIRED, pa.repeat(value=True, size=len(table)))
            )
    if agreed_years := permit.years.get(mapping.record):
        issues += _find_rows_outside_years(fields, mapping, *agreed_years)
    if mapping.type.subject and rows is not None:
        issues += _find_rows_outside_population(fields, mapping, permit, rows)
    if mapping.type.anonymous and rows is not None and rows.agreement in permit.populations:
        unknown = pa.repeat(value=True, size=len(table))
        issues.append(RowIssue("", (), Failure.POPULATION_UNKNOWN, unknown))
    if mapping.type.subject:
        issues.append(
            RowIssue("", (), Failure.NO_SUBJECT, _find_rows_without_student(len(table), by_name))
        )
        issues += _find_shared_ids(by_name)
    if ids := by_name.get(schema.RECORD_ID):
        repeated = _find_repeated_ids(ids.values)
        issues.append(RowIssue(schema.RECORD_ID, ids.columns, Failure.REPEATED_ID, repeated))
    return [issue for issue in issues if pc.any(issue.rows).as_py()]


def describe_missing_part(part_column: str, rows: int) -> RowIssue:
    """Describe that rows do not say to which part of their file they belong."""
    return RowIssue("", (part_column,), Failure.NO_PART, pa.repeat(value=True, size=rows))


def _find_cell_issues(
    column: FieldColumn, *, required: bool, is_essential: bool
) -> Iterator[RowIssue]:
    """Find the cells that failed or are missing; an essential one says what its row is about."""
    missing = pc.is_null(column.stored)
    if column.failed is not None:
        for code in pc.drop_null(column.failed.unique()).to_pylist():
            rows = pc.fill_null(pc.equal(column.failed, code), fill_value=False)
            failure = Failure(code)
            is_kept = not (
                required
                or is_essential
                or failure in schema.TIME_FAILURES
                or _is_lost_id(column.field, failure)
            )
            yield RowIssue(column.field, column.columns, failure, rows, kept=is_kept)
        missing = pc.and_(missing, pc.is_null(column.failed))
    if required:
        yield RowIssue(column.field, column.columns, Failure.REQUIRED, missing)


def _is_lost_id(field_name: str, failure: Failure) -> bool:
    """Return whether a row lost the ID by which it is known; names alone may not replace it."""
    return failure is Failure.SCIENTIFIC_ID and field_name in (schema.LOCAL_ID, schema.RECORD_ID)


def _find_shared_ids(by_name: abc.Mapping[str, FieldColumn]) -> Iterator[RowIssue]:
    """Find the rows of IDs that the file gives to two children."""
    ids = by_name.get(schema.LOCAL_ID)
    if ids is None or ids.distinct + ids.stored.null_count == len(ids.stored):
        return
    columns = {n: by_name[n].values for n in shared_ids.IDENTITY_FIELDS if n in by_name}
    rows = shared_ids.find_shared_ids(ids.values, columns)
    if rows is not None:
        yield RowIssue(schema.LOCAL_ID, ids.columns, Failure.SHARED_ID, rows)


def _find_rows_outside_years(
    fields: Iterable[FieldColumn], mapping: ColumnMapping, first: str, last: str
) -> Iterator[RowIssue]:
    """Find rows of a school year to which no agreed term of this record type reaches."""
    for column in fields:
        if mapping.type.fields[column.field].type is schema.FieldType.SCHOOL_YEAR:
            is_early, is_late = pc.less(column.values, first), pc.greater(column.values, last)
            rows = pc.fill_null(pc.or_(is_early, is_late), fill_value=False)
            yield RowIssue(column.field, column.columns, Failure.OUTSIDE_YEARS, rows)


def _find_rows_outside_population(
    fields: Iterable[FieldColumn], mapping: ColumnMapping, permit: Permit, rows: RowOrigin
) -> Iterator[RowIssue]:
    """Find rows of students outside the agreement's population, or of unknown status."""
    population = permit.populations.get(rows.agreement)
    if population is None:
        return
    columns = {
        field_column.field: field_column.values
        for field_column in fields
        if field_column.field in row_filters.POPULATION_FIELDS
    }
    row_places = row_filters.place_rows_in_population(
        mapping.record, columns, population, rows.organization, rows.roster
    )
    clause = f"{rows.agreement}: {describe_population(population)}"
    clause += f", clause {population.clause}" if population.clause else ""
    for failure, expected in (
        (Failure.OUTSIDE_POPULATION, PopulationMatch.OUTSIDE),
        (Failure.POPULATION_UNKNOWN, PopulationMatch.UNKNOWN),
    ):
        is_set_aside = pa.array([row_place is expected for row_place in row_places], pa.bool_())
        yield RowIssue("", (), failure, is_set_aside, clause=clause)


def _find_rows_without_student(rows: int, by_name: abc.Mapping[str, FieldColumn]) -> pa.Array:
    """Return True for each row in which no field says which student it is about."""
    is_unknown = pa.repeat(value=True, size=rows)
    for name in ("local_id", "state_id", "given_name", "family_name"):
        if name in by_name:
            is_unknown = pc.and_(is_unknown, pc.is_null(by_name[name].stored))
    return is_unknown


def _find_repeated_ids(ids: pa.Array) -> pa.Array:
    """Return True for each row with an ID that an earlier row has."""
    order = pa.table({"id": ids, "index": pa.array(np.arange(len(ids)))})
    first_positions = order.group_by("id").aggregate([("index", "min")])
    is_first = pc.is_in(order["index"], value_set=first_positions["index_min"].combine_chunks())
    return pc.and_(pc.invert(is_first), pc.is_valid(order["id"])).combine_chunks()


def select_kept_rows(rows: int, issues: Iterable[RowIssue]) -> pa.Array:
    """Return True for each row that no issue sets aside."""
    is_kept = pa.repeat(value=True, size=rows)
    for issue in issues:
        if not issue.kept:
            is_kept = pc.and_not(is_kept, issue.rows)
    return is_kept


def build_quarantine_table(
    table: pa.Table, issues: Iterable[RowIssue], misfits: Sequence[int]
) -> pa.Table:
    """Build one line for each issue and row, in QUARANTINE_SCHEMA.

    Misfits, which never entered the table, get one line each.
    """
    parts = [QUARANTINE_SCHEMA.empty_table()]
    names = [name for name in PLACE_COLUMNS if name in table.column_names]
    for issue in issues:
        rows = table.select(names).filter(issue.rows)
        sheets = rows[schema.SHEET_COLUMN].cast(pa.string())
        lines = _build_lines(sheets, rows[schema.ROW_COLUMN], issue)
        parts.append(lines.set_column(len(lines.column_names) - 1, _PART_FIELD, _list_parts(rows)))
    if misfits:
        row_numbers = pa.array(misfits, pa.int64())
        blank = pa.nulls(len(row_numbers), pa.string())
        parts.append(
            _build_lines(blank, row_numbers, RowIssue("", (), Failure.SHIFTED, row_numbers))
        )
    return pa.concat_tables(parts)


def join_part_names(heading: str | None, result: str | None) -> str:
    """Name the cell or result that a landed row was made from; empty for a row of its own."""
    return ": ".join(filter(None, (heading, result)))


def _list_parts(rows: pa.Table) -> pa.Array:
    blank = pa.nulls(rows.num_rows, pa.string())
    headings, results = (
        rows[name] if name in rows.column_names else blank
        for name in (schema.HEADING_COLUMN, schema.RESULT_COLUMN)
    )
    names = zip(headings.to_pylist(), results.to_pylist(), strict=True)
    return pa.array([join_part_names(*pair) or None for pair in names], pa.string())


def _build_lines(
    sheet: pa.Array | pa.ChunkedArray, rows: pa.Array | pa.ChunkedArray, issue: RowIssue
) -> pa.Table:
    values = (", ".join(issue.columns), issue.field, issue.failure.value, issue.message)
    texts = [pa.repeat(pa.scalar(value or None, pa.string()), len(rows)) for value in values]
    kept = pa.repeat(issue.kept, len(rows))
    part = pa.nulls(len(rows), pa.string())
    return pa.table([sheet, rows, *texts, kept, part], schema=QUARANTINE_SCHEMA)


def build_quality_report(
    table: pa.Table,
    fields: Sequence[FieldColumn],
    issues: Sequence[RowIssue],
    kept: pa.Array,
    mapping: ColumnMapping,
    landing_result: quality.LandingResult,
    left_out: int,
) -> quality.QualityReport:
    """Build the quality report of one landed table.

    Args:
        table: the landed table.
        fields: its converted fields.
        issues: the problems found.
        kept: True for each row that is kept.
        mapping: the column mapping.
        landing_result: what landing wrote and did not write.
        left_out: rows of students with a consent that ended since.

    Returns:
        The report.
    """
    problems = [(issue.field, _describe_problem(table, issue)) for issue in issues]
    present_fields = {entry.field for entry in fields} - {schema.RECORD_ID}
    row_problems = [problem for entry, problem in problems if entry not in present_fields]
    if landing_result.misfits:
        shifted = Failure.SHIFTED
        row_problems.append(
            quality.QualityProblem(
                shifted,
                shifted.message,
                len(landing_result.misfits),
                landing_result.misfits[: quality.MAX_EXAMPLE_ROWS],
            )
        )
    rows = table.num_rows
    kept_count = pc.sum(kept).as_py() or 0
    columns = tuple(_describe_column(entry, problems, rows) for entry in fields)
    return quality.QualityReport(
        record=mapping.record,
        rows_in=rows + len(landing_result.misfits),
        rows_kept=kept_count,
        rows_quarantined=rows - kept_count + len(landing_result.misfits),
        cells_blanked=sum(problem.count for _, problem in problems if problem.kept),
        repeated_rows=_count_repeated_rows(fields, columns, mapping),
        columns=columns,
        problems=tuple(row_problems),
        dropped=landing_result.dropped,
        missing=landing_result.missing,
        notes=(*landing_result.notes, *(note for entry in fields for note in entry.notes)),
        left_out=landing_result.left_out + left_out,
        sheets=tuple(_count_kept_rows(landing_result.sheets, table, kept)),
    )


def _count_kept_rows(
    sheets: Sequence[quality.SheetRows], table: pa.Table, kept: pa.Array
) -> Iterator[quality.SheetRows]:
    """Count for each table of the file which of its landed rows were kept.

    Landed rows that are not in ``table`` are those of students with a consent that ended since.
    """
    names = table[schema.SHEET_COLUMN]
    landed = [sheet for sheet in sheets if not sheet.not_read]
    for sheet in sheets:
        if sheet.not_read:
            yield sheet
            continue
        if len(landed) == 1:
            rows, kept_rows = table.num_rows, pc.sum(kept).as_py() or 0
        else:
            is_here = pc.equal(names.cast(pa.string()), sheet.sheet)
            rows = pc.sum(is_here).as_py() or 0
            kept_rows = pc.sum(pc.and_(is_here, kept)).as_py() or 0
        yield replace(
            sheet,
            kept=kept_rows,
            set_aside=sheet.set_aside + rows - kept_rows,
            not_opened=sheet.not_opened + sheet.kept - rows,
        )


def _describe_column(
    column: FieldColumn, problems: Sequence[tuple[str, quality.QualityProblem]], rows: int
) -> quality.ColumnQuality:
    return quality.ColumnQuality(
        column.field,
        column.columns,
        rows - column.stored.null_count,
        column.distinct,
        tuple(p for name, p in problems if name == column.field),
        rows,
    )


def _describe_problem(table: pa.Table, issue: RowIssue) -> quality.QualityProblem:
    row_numbers = table[schema.ROW_COLUMN].filter(issue.rows)
    return quality.QualityProblem(
        issue.failure.value,
        issue.message,
        len(row_numbers),
        tuple(row_numbers.unique().slice(0, quality.MAX_EXAMPLE_ROWS).to_pylist()),
        issue.kept,
    )


def _count_repeated_rows(
    fields: Sequence[FieldColumn],
    columns: Sequence[quality.ColumnQuality],
    mapping: ColumnMapping,
) -> int:
    """Count the rows that equal an earlier row in every field. They are kept, and noted.

    Rows are compared by a hash of 64 bits: cheap in memory, and good enough for a note.
    """
    compared_fields = [f for f in fields if f.field != schema.RECORD_ID]
    if mapping.class_period_column:  # no field says which period the row is about
        return 0
    if not compared_fields or any(
        c.distinct == c.rows for c in columns if c.field != schema.RECORD_ID
    ):
        return 0
    table = pa.table({f.field: f.stored for f in compared_fields})
    names = ", ".join(f'"{n}"' for n in table.column_names)  # the catalogue's, not a sender's
    rows = int(table.num_rows)
    return rows - _count_different_hashes(f"hash({names})", table)
