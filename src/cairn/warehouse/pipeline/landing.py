"""Land a delivery: write only the columns that the agreement covers.

Everything before the one ``store.write`` below happens in memory. Columns that the mapping does
not name, or that hold elements outside the permit, are removed before it; so are the parts of a
whole name that are not covered, and the rows of students without a consent that opens them. The
file holds text, as it came, with its place in the source file.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as AbstractMapping
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.warehouse import schema
from cairn.warehouse.block_streams import iterate_ahead
from cairn.warehouse.pipeline import quality
from cairn.warehouse.pipeline.quality import NOT_COVERED, DroppedColumn, LandingResult, SheetRows
from cairn.warehouse.pipeline.reshape import (
    INCOMPLETE_RESULTS,
    delete_ended_rows,
    prepare_sheet,
    unpivot_results,
)
from cairn.warehouse.pipeline.row_filters import RowOrigin, digest_opened_rows, filter_opened_rows
from cairn.warehouse.schema import ColumnMapping, ColumnTarget, ReadNote, Sheet
from cairn.warehouse.store import FileRef, FileStore, WrongPermit, Zone

__all__ = [
    "LANDING_STEP",
    "UnusableDelivery",
    "choose_sheets",
    "land_sheets",
    "load_landing_result",
]

CONSTANTS_SHEET: Final = "(constant)"
LANDING_STEP: Final = "land"
OPENED_NOTE: Final = "opened"
"""The text of a landed file's manifest that says by which answer its rows were opened."""

_END_FIELD: Final = "exit_date"
_LANDING_NOTE: Final = "landing"
_NOT_WRITTEN: Final = FileRef(Zone.LANDED, "")


class UnusableDelivery(Exception):
    """A file that cannot be used under this mapping and permit. The message says what to change."""


def land_sheets(
    store: FileStore,
    sheets: Sequence[Sheet],
    mapping: ColumnMapping,
    *,
    permit: Permit,
    rows: RowOrigin | None = None,
    note: AbstractMapping[str, str] | None = None,
) -> LandingResult:
    """Write the covered columns of the mapped sheets.

    Args:
        store: the file store.
        sheets: sheets of one file.
        mapping: the column mapping.
        permit: a permit to receive.
        rows: where the rows come from; required if the permit opens rows student by student.
        note: texts for the manifest, by which ``FileStore.find`` finds the file.

    Returns:
        What was written and what was not.

    Raises:
        WrongPermit: the permit is for another action, or ``rows`` is missing.
        UnusableDelivery: no sheet has the mapped columns, a sheet has changes only, or a required
            element may not be written.
    """
    if permit.action is not Action.RECEIVE:
        raise WrongPermit(f"A permit to {permit.action} does not receive a delivery.")
    if (permit.rows or permit.shut) and rows is None:
        raise WrongPermit(
            "The permit is limited to certain children, and the rows do not show which child "
            "they are about."
        )
    chosen_sheets = [prepare_sheet(sheet, mapping) for sheet in choose_sheets(sheets, mapping)]
    for sheet in chosen_sheets:
        if problem := next((n for n in sheet.notes if n.code == schema.CHANGES_ONLY), None):
            raise UnusableDelivery(problem.message)
    chosen_sheets = [
        sheet if _imports_ends(sheet, mapping, permit) else delete_ended_rows(sheet)
        for sheet in chosen_sheets
    ]
    dropped: list[DroppedColumn] = []
    dropped += [
        DroppedColumn(name, refusal, CONSTANTS_SHEET, NOT_COVERED)
        for name in mapping.constants
        if (refusal := _explain_refusal(ColumnTarget(name), mapping, permit))
    ]
    covered = [
        _select_covered_data(sheet, mapping, permit, rows, dropped) for sheet in chosen_sheets
    ]
    schemas = [part.schema for part in covered]
    _check_usable(chosen_sheets, schemas, mapping, permit)
    notes = tuple(
        dict.fromkeys(
            note
            for sheet, part in zip(chosen_sheets, covered, strict=True)
            for note in (*sheet.notes, *part.remarks)
        )
    )
    misfits = tuple(row for sheet in chosen_sheets for row in sheet.misfits)
    missing = tuple(
        mapping.find_missing_columns({h for sheet in chosen_sheets for h in sheet.header})
    )

    def summarize() -> LandingResult:
        """Summarize the landing once every row went by."""
        return LandingResult(
            _NOT_WRITTEN,
            sum(part.kept for part in covered),
            tuple(dropped),
            missing,
            notes,
            misfits,
            sum(part.not_opened for part in covered),
            _count_sheet_rows(sheets, chosen_sheets, covered),
        )

    table_schema = pa.unify_schemas(schemas, promote_options="permissive")
    ref = store.write(
        Zone.LANDED,
        pa.RecordBatchReader.from_batches(
            table_schema, iterate_ahead(_iterate_batches(covered, table_schema))
        ),
        permit=permit,
        step=LANDING_STEP,
        counts=lambda: _count_landing(summarize()),
        engine="pyarrow",
        note=lambda: {
            **describe_landing(summarize(), mapping.record),
            OPENED_NOTE: digest_opened_rows(mapping, permit, rows),
        },
        found_by=note,
    )
    return replace(summarize(), ref=ref)


def _iterate_batches(
    covered: Sequence["_CoveredData"], table_schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """Yield what may be written of all sheets, in blocks."""
    empty = table_schema.empty_table()
    for part in covered:
        for block in part.open_blocks():
            whole = pa.concat_tables([empty, block], promote_options="permissive")
            yield from whole.combine_chunks().to_batches()


def _count_landing(result: LandingResult) -> dict[str, int]:
    return {
        "rows": result.rows,
        "misfits": len(result.misfits),
        "dropped": len(result.dropped),
        "left_out": result.left_out,
    }


def describe_landing(result: LandingResult, record: str) -> dict[str, str]:
    """Describe for a manifest what landing did, so that ``load_landing_result`` finds it there."""
    summary = {
        "dropped": [asdict(column) for column in result.dropped],
        "missing": result.missing,
        "notes": [asdict(note) for note in result.notes],
        "misfits": result.misfits,
        "left_out": result.left_out,
        "sheets": [asdict(sheet) for sheet in result.sheets],
    }
    return {"record": record, _LANDING_NOTE: json.dumps(summary)}


def load_landing_result(store: FileStore, ref: FileRef) -> LandingResult:
    """Load what ``land_sheets`` returned for a landed file.

    Args:
        store: the file store.
        ref: the landed file.

    Returns:
        The same result, read from the manifest.
    """
    manifest = store.manifest(ref)
    summary: dict[str, Any] = json.loads(manifest.note[_LANDING_NOTE])
    return LandingResult(
        ref,
        manifest.rows,
        tuple(DroppedColumn(**d) for d in summary["dropped"]),
        tuple(summary["missing"]),
        quality.parse_read_notes(summary["notes"]),
        tuple(summary["misfits"]),
        summary["left_out"],
        quality.parse_sheet_rows(summary.get("sheets", ())),
    )


def _count_sheet_rows(
    sheets: Sequence[Sheet], chosen: Sequence[Sheet], covered: Sequence["_CoveredData"]
) -> tuple[SheetRows, ...]:
    """Count what becomes of the rows of each table of a file.

    The source tables of a joined one are not counted again.
    """
    counted = [
        SheetRows(
            sheet=sheet.name,
            rows=sheet.file_rows,
            kept=part.kept,
            set_aside=len(sheet.misfits),
            not_opened=part.not_opened,
            added=part.added,
            left_out=(*sheet.left_out, *part.left_out),
        )
        for sheet, part in zip(chosen, covered, strict=True)
    ]
    told = {sheet.name for sheet in chosen} | {name for sheet in sheets for name in sheet.sources}
    unread = [
        SheetRows(
            sheet=sheet.name,
            rows=sheet.file_rows,
            not_read=sheet.table.num_rows + len(sheet.misfits),
            left_out=sheet.left_out,
        )
        for sheet in sheets
        if sheet.name not in told
    ]
    return (*counted, *unread)


def choose_sheets(sheets: Sequence[Sheet], mapping: ColumnMapping) -> list[Sheet]:
    """Choose the sheets that a mapping reads: those that it names, else those with most columns.

    Args:
        sheets: sheets of one file.
        mapping: the column mapping.

    Returns:
        At least one sheet.

    Raises:
        UnusableDelivery: no sheet has a mapped column.
    """
    if mapping.sheet:
        pattern = mapping.sheet.casefold()
        sheets = [
            s
            for s in sheets
            if fnmatchcase(s.name.casefold(), pattern)
            or (s.survey and fnmatchcase(s.survey.parent.casefold(), pattern))
        ]
        if not sheets:
            raise UnusableDelivery(f"The file has no sheet “{mapping.sheet}”. Correct the mapping.")
    matches = [len(mapping.list_read_columns(s.header)) for s in sheets]
    best_match = max(matches, default=0)
    if not best_match:
        raise UnusableDelivery(
            "The file has none of the columns in the column mapping. Check that it is "
            "the right file. If its layout changed, map its columns again."
        )
    return [
        s
        for s, match in zip(sheets, matches, strict=True)
        if match * 2 >= best_match or (match and s.survey and s.survey.parent)
    ]


@dataclass(slots=True)
class _CoveredData:
    """What may be written of a sheet, opened block by block while it is written.

    ``select`` selects from a block of ``table`` the cells that may be written. ``with_results``
    counts the rows before days became rows, and ``left_out`` those without any result; ``remarks``
    are about the results of a row. The rows that were written, and those that no student opens, are
    counted as they go by.
    """

    table: pa.Table
    with_results: int
    open_rows: Callable[[pa.Table], tuple[pa.Table, pa.Array]]
    select: Callable[[pa.Table], pa.Table]
    left_out: tuple[ReadNote, ...] = ()
    remarks: tuple[ReadNote, ...] = ()
    kept: int = 0
    not_opened: int = 0

    @property
    def schema(self) -> pa.Schema:
        """The columns that may be written."""
        return self.select(self.table.slice(0, 0)).schema

    @property
    def added(self) -> int:
        """The rows that unpivoting added beyond the sheet's own."""
        return self.kept + self.not_opened - self.with_results

    def open_blocks(self) -> Iterator[pa.Table]:
        """Yield the rows that the permit opens."""
        for start in range(0, self.table.num_rows, _BLOCK_ROWS):
            selected = self.select(self.table.slice(start, _BLOCK_ROWS))
            block, is_left_out = self.open_rows(selected)
            self.kept += block.num_rows
            self.not_opened += pc.sum(is_left_out).as_py() or 0
            yield block


_BLOCK_ROWS: Final = 1 << 17


def _imports_ends(sheet: Sheet, mapping: ColumnMapping, permit: Permit) -> bool:
    """Return whether the rows that end on the day of their deletion say so where they land."""
    return not sheet.ended_rows or any(
        target.field == _END_FIELD and not _explain_refusal(target, mapping, permit)
        for target in mapping.targets(sheet.header).values()
    )


def _select_covered_data(
    sheet: Sheet,
    mapping: ColumnMapping,
    permit: Permit,
    rows: RowOrigin | None,
    dropped: list[DroppedColumn],
) -> _CoveredData:
    """Return what may be written of a sheet, and count the rows that may not."""
    targets = mapping.targets(sheet.header)
    refusals = {h: _explain_refusal(target, mapping, permit) for h, target in targets.items()}
    dropped += [
        DroppedColumn(header, refusal, sheet.name, NOT_COVERED)
        for header, refusal in refusals.items()
        if refusal
    ]
    kept_targets = {h: target for h, target in targets.items() if not refusals[h]}
    read_columns = {*targets, *mapping.list_read_columns(sheet.header)}
    unmapped = [h for h in sheet.header if h not in read_columns]
    select = partial(
        _select_covered_cells,
        sheet_name=sheet.name,
        targets=kept_targets,
        mapping=mapping,
        permit=permit,
    )
    table, rows_in, notes = sheet.table, sheet.table.num_rows, list[ReadNote]()
    if mapping.results:
        table, notes = _unpivot_covered_results(select(table), sheet, mapping, permit, dropped)
        result_targets = mapping.list_result_targets()
        kept_targets |= {n: t for n, t in result_targets.items() if n in table.column_names}
    elif mapping.wide:
        table = select(table)
    remarks = tuple(note for note in notes if note.code == INCOMPLETE_RESULTS)
    notes = [note for note in notes if note.code != INCOMPLETE_RESULTS]
    covered = _CoveredData(
        table,
        rows_in - sum(note.count for note in notes),
        partial(
            filter_opened_rows, targets=kept_targets, mapping=mapping, permit=permit, rows=rows
        ),
        _select_every_cell if mapping.results or mapping.wide else select,
        tuple(notes),
        remarks,
    )
    if mapping.wide:
        unmapped = _unpivot_covered_days(covered, sheet, mapping, permit, unmapped, dropped)
    dropped += [DroppedColumn(h, "not mapped", sheet.name) for h in unmapped]
    return covered


def _select_covered_cells(
    block: pa.Table,
    *,
    sheet_name: str,
    targets: AbstractMapping[str, ColumnTarget],
    mapping: ColumnMapping,
    permit: Permit,
) -> pa.Table:
    """Select the cells of a block of a sheet that may be written, with the place of each row."""
    row_positions = {
        schema.SHEET_COLUMN: pa.repeat(pa.scalar(sheet_name, pa.string()), block.num_rows),
        schema.ROW_COLUMN: block[schema.ROW_COLUMN],
    }
    cells = {
        header: _remove_uncovered_name_parts(block[header], target, mapping, permit)
        for header, target in targets.items()
    }
    return pa.table({**row_positions, **cells})


def _select_every_cell(block: pa.Table) -> pa.Table:
    return block


def _unpivot_covered_days(
    covered: _CoveredData,
    sheet: Sheet,
    mapping: ColumnMapping,
    permit: Permit,
    headers: Sequence[str],
    dropped: list[DroppedColumn],
) -> list[str]:
    """Turn the days of a sheet into rows, for the students that the permit opens.

    Returns:
        The headers among these that are no days.
    """
    assert mapping.wide is not None  # noqa: S101 - asked for sheets with a column for each day
    opened, is_left_out = covered.open_rows(covered.table)
    value = ColumnTarget.parse(mapping.wide.value)
    refusal = _explain_refusal(value, mapping, permit) or _explain_refusal(
        ColumnTarget(mapping.wide.field), mapping, permit
    )
    covered.table, day_headers = unpivot_day_columns(
        opened,
        sheet.table.filter(pc.invert(is_left_out)),
        headers,
        mapping.wide.school_year,
        refusal,
    )
    if not day_headers:
        raise UnusableDelivery(
            f"No heading of the sheet “{sheet.name}” is a date. Where headings leave out the "
            "year, write the school year into the mapping, under [wide]."
        )
    covered.not_opened = pc.sum(is_left_out).as_py() or 0
    covered.open_rows = _open_every_row
    dropped += [DroppedColumn(h, refusal, sheet.name, NOT_COVERED) for h in day_headers if refusal]
    return [h for h in headers if h not in day_headers]


def _open_every_row(table: pa.Table) -> tuple[pa.Table, pa.Array]:
    return table, pa.repeat(value=False, size=table.num_rows)


def _unpivot_covered_results(
    repeated: pa.Table,
    sheet: Sheet,
    mapping: ColumnMapping,
    permit: Permit,
    dropped: list[DroppedColumn],
) -> tuple[pa.Table, list[ReadNote]]:
    """Unpivot the results of a sheet without the fields that the agreement does not cover."""
    refusals = {
        target.field: _explain_refusal(target, mapping, permit)
        for target in mapping.list_result_targets().values()
    }
    hidden = frozenset(name for name, refusal in refusals.items() if refusal)
    dropped += [
        DroppedColumn(header, refusals[target.field], sheet.name, NOT_COVERED)
        for header, target in mapping.find_result_columns(sheet.header).items()
        if target.field in hidden
    ]
    return unpivot_results(repeated, sheet.table, mapping, hidden)


def _explain_refusal(target: ColumnTarget, mapping: ColumnMapping, permit: Permit) -> str:
    """Explain why a column may not be written; empty when it may."""
    fields = ("given_name", "family_name") if target.field == schema.WHOLE_NAME else (target.field,)
    if all(mapping.type.fields[field_name].element in permit.elements for field_name in fields):
        return ""
    agreement_names = ", ".join(permit.agreements) or "any agreement"
    return f"not covered by {agreement_names}"


def _remove_uncovered_name_parts(
    column: pa.ChunkedArray, target: ColumnTarget, mapping: ColumnMapping, permit: Permit
) -> pa.ChunkedArray | pa.Array:
    """Remove the parts of a whole name that are not covered; return any other column unchanged."""
    hidden = _list_hidden_parts(target, mapping, permit)
    if not hidden:
        return column
    encoded = column.combine_chunks().dictionary_encode()
    names_shown = [
        _hide_name_parts(v or "", target, hidden) for v in encoded.dictionary.to_pylist()
    ]
    return pa.array(names_shown, pa.string()).take(encoded.indices)


def remove_uncovered_parts(
    text: str, target: ColumnTarget, mapping: ColumnMapping, permit: Permit
) -> str:
    """Remove the parts of one whole name that are not covered; return any other cell unchanged."""
    hidden = _list_hidden_parts(target, mapping, permit)
    return _hide_name_parts(text, target, hidden) if hidden else text


def _list_hidden_parts(target: ColumnTarget, mapping: ColumnMapping, permit: Permit) -> list[str]:
    if target.field != schema.WHOLE_NAME:
        return []
    fields = target.fields(mapping.type)
    hidden = [f for f in fields if mapping.type.fields[f].element not in permit.elements]
    return hidden + [f for f in ("middle_name", "suffix") if f not in fields]


def _hide_name_parts(text: str, target: ColumnTarget, hidden: Iterable[str]) -> str:
    return schema.join_name(schema.remove_name_parts(schema.split_name(text, target.rule), hidden))


def _check_usable(
    sheets: Sequence[Sheet], schemas: Sequence[pa.Schema], mapping: ColumnMapping, permit: Permit
) -> None:
    """Refuse a delivery that would lack an element without which its rows are of no use."""
    record = mapping.type
    if mapping.lacks_period_rule:
        raise UnusableDelivery(
            "The file has a column or a row for each class period, and the column mapping does not "
            "say in how many of them a student must be absent for the day to be an absence. Add it "
            "under [periods] absent_from."
        )
    period = mapping.class_period_column
    if period and any(not mapping.list_present_columns(s.header).get(period) for s in sheets):
        raise UnusableDelivery(
            f"The file has no column “{period}”, which says the class period of each row, so rows "
            "of one day would count as several days. Send the file with this column, or map its "
            "columns again."
        )
    if record.anonymous and permit.rows:
        raise UnusableDelivery(
            "The agreement opens records student by student, and these rows do not say whose they "
            "are. Send the survey with the student ID, or under another agreement."
        )
    mapped_fields = _list_fed_fields([sheet.header for sheet in sheets], mapping)
    landing_fields = _list_fed_fields([landing.names for landing in schemas], mapping)
    allowed = {
        field_name
        for field_name in landing_fields
        if record.fields[field_name].element in permit.elements
    }
    for name, element in record.fields.items():
        if element.required and name not in allowed:
            raise UnusableDelivery(
                _explain_missing_element(element.element, permit, is_mapped=name in mapped_fields)
            )
    if record.subject and not allowed & {*record.person}:
        raise UnusableDelivery(
            "No covered column identifies the child in each row. Map one of: "
            + ", ".join(record.fields[name].label_in_sentence for name in record.person)
            + "; or ask for an agreement that covers it."
        )


def _list_fed_fields(headers: Iterable[Sequence[str]], mapping: ColumnMapping) -> set[str]:
    fields = set(mapping.constants)
    for header in headers:
        for target in mapping.targets(header).values():
            if target.rule != schema.CLASS_PERIOD_RULE:
                fields.update(target.fields(mapping.type))
    fields |= {target.field for target in mapping.list_result_targets().values()}
    if mapping.wide:
        fields |= {mapping.wide.field, ColumnTarget.parse(mapping.wide.value).field}
    return fields


def _explain_missing_element(element: str, permit: Permit, *, is_mapped: bool) -> str:
    if is_mapped:
        agreement_names = ", ".join(permit.agreements) or "any agreement"
        return f"The data submission needs “{element}”, which {agreement_names} does not cover."
    return f"The data submission needs “{element}”, but no column of the file is mapped to it."


def unpivot_day_columns(
    repeated: pa.Table,
    cells: pa.Table,
    headers: Sequence[str],
    school_year: str,
    refusal: str,
) -> tuple[pa.Table, list[str]]:
    """Turn each filled cell of a day's column into a row of its own.

    Args:
        repeated: the columns that each new row repeats.
        cells: the whole sheet.
        headers: unmapped columns, among which the days are found.
        school_year: the year of headings without one, such as "2025-26".
        refusal: a reason not to read the cells; empty to read them.

    Returns:
        ``repeated`` once per filled cell, with the columns HEADING_COLUMN (year-month-day) and
        CELL_COLUMN; and the headers that are days.
    """
    days = {
        header_text: day_date
        for header_text in headers
        if (day_date := schema.parse_date_heading(header_text, school_year))
    }
    if refusal:
        return repeated, list(days)
    parts = [
        _unpivot_day(repeated, cells[header], day.isoformat()) for header, day in days.items()
    ] or [_unpivot_day(repeated.slice(0, 0), pa.chunked_array([], pa.string()), "")]
    return pa.concat_tables(parts), list(days)


def _unpivot_day(repeated: pa.Table, column: pa.ChunkedArray, day: str) -> pa.Table:
    filled = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), ""), fill_value=False)
    rows = repeated.append_column(schema.CELL_COLUMN, column).filter(filled)
    return rows.append_column(
        schema.HEADING_COLUMN, pa.repeat(pa.scalar(day, pa.string()), rows.num_rows)
    )
