"""Read Excel (.xlsx, .xlsb, .xls) and OpenDocument (.ods) workbooks, one sheet each, as text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Final

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)

from cairn.warehouse.readers.sheet_builder import (
    RowCounts,
    build_sheet_from_rows,
    find_header_row,
    join_header_bands,
)
from cairn.warehouse.readers.surveys.survey_headers import MAX_SURVEY_HEADERS, find_survey_header
from cairn.warehouse.readers.text.text_encoding import note_repaired_text, repair_double_encoding
from cairn.warehouse.schema import SHEET_NAME_COLUMN, ReadNote, Sheet, UnreadableFile

WorkbookCell = int | float | str | bool | time | date | datetime | timedelta
_HEADER_SEARCH_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class _TabOptions:
    """How each tab is read: rows above the header, and whether totals are records."""

    skip_rows: int | None
    keep_totals: bool


@dataclass(frozen=True, slots=True)
class _TabRows:
    """The rows of one tab that are not empty, and the numbers of those that were repaired."""

    name: str
    rows: list[tuple[int, list[str]]]
    repaired: Sequence[int] = ()


def read_workbook_sheets(
    name: str, content: bytes, skip_rows: int | None = None, *, keep_totals: bool = False
) -> list[Sheet]:
    """Read every sheet of a workbook that has a table; of one without tables, its headings.

    ``__row`` is the row number that Excel shows.

    Args:
        name: name of the file.
        content: its bytes.
        skip_rows: rows above the header, if known.
        keep_totals: whether totals are records, as in a table of counts.

    Returns:
        The sheets.

    Raises:
        UnreadableFile: the workbook has a password, cannot be opened, or has no table.
    """
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        tabs = [
            metadata.name
            for metadata in workbook.sheets_metadata
            if metadata.typ is SheetTypeEnum.WorkSheet
        ]
        options = _TabOptions(skip_rows, keep_totals)
        read_tabs = []
        for tab in tabs:
            repaired: list[int] = []
            rows = list(_iterate_rows(workbook.get_sheet_by_name(tab), repaired))
            read_tabs.append(_TabRows(tab, rows, repaired))
    except PasswordError as error:
        raise UnreadableFile(
            f"{name} has a password. Save it without one and resend it."
        ) from error
    except CalamineError as error:
        raise UnreadableFile(
            f"{name} is not a workbook that can be opened. Open it in Excel, save it as .xlsx, "
            "and resend it."
        ) from error
    return _build_sheets(name, read_tabs, options)


def build_grid_sheets(
    name: str,
    grids: Mapping[str, list[tuple[int, list[str]]]],
    skip_rows: int | None = None,
    *,
    keep_totals: bool = False,
) -> list[Sheet]:
    """Build the sheets of a file whose tables were read as rows of text, as of a workbook.

    Args:
        name: name of the file.
        grids: number and cells of each row that is not empty, by the name of its table.
        skip_rows: rows above the header, if known.
        keep_totals: whether totals are records, as in a table of counts.

    Returns:
        The sheets.

    Raises:
        UnreadableFile: there is no table.
    """
    options = _TabOptions(skip_rows, keep_totals)
    return _build_sheets(name, [_TabRows(tab, rows) for tab, rows in grids.items()], options)


def _build_sheets(name: str, tabs: Sequence[_TabRows], options: _TabOptions) -> list[Sheet]:
    read_tabs = [_read_tab(tab, options) for tab in tabs]
    sheets = [tab for tab in read_tabs if isinstance(tab, Sheet)]
    unread = tuple(tab for tab in read_tabs if isinstance(tab, ReadNote) and tab.count)
    if not sheets:
        # Tables without rows, as in a CSV file: a message about them names their columns.
        headings = [_read_tab(tab, options, min_rows=1) for tab in tabs]
        sheets = [tab for tab in headings if isinstance(tab, Sheet) and len(tab.header) > 1]
        unread = ()
    if not sheets:
        raise UnreadableFile(
            f"{name} has no sheet with a table. Check the export, and send the file again with its "
            "rows."
        )
    return [replace(sheet, notes=sheet.notes + unread) for sheet in _name_alike_sheets(sheets)]


def _name_alike_sheets(sheets: list[Sheet]) -> list[Sheet]:
    """Give the rows of sheets with the same columns the name of their sheet, such as a site."""
    headers = [sheet.header for sheet in sheets]
    return [
        replace(
            sheet,
            header=(*sheet.header, SHEET_NAME_COLUMN),
            table=sheet.table.add_column(
                len(sheet.header),
                SHEET_NAME_COLUMN,
                pa.repeat(pa.scalar(sheet.name, pa.string()), sheet.table.num_rows),
            ),
            file_rows=sheet.file_rows,
        )
        if headers.count(sheet.header) > 1 and SHEET_NAME_COLUMN not in sheet.header
        else sheet
        for sheet in sheets
    ]


def _read_tab(tab: _TabRows, options: _TabOptions, *, min_rows: int = 2) -> Sheet | ReadNote:
    """Read one tab from its rows that are not empty; a note if it has too few for a table."""
    name, all_rows, repaired = tab.name, tab.rows, tab.repaired
    file_rows = all_rows[-1][0] if all_rows else 0
    skipped = min(options.skip_rows or 0, file_rows)
    rows = [(i, row) for i, row in all_rows if i > skipped]
    if len(rows) < min_rows:
        message = f"The sheet “{name}” has no table and was not read."
        return ReadNote("sheet_without_table", message, len(all_rows))
    header_index = (
        0
        if options.skip_rows is not None
        else find_header_row([row for _, row in rows[:_HEADER_SEARCH_ROWS]])
    )
    survey = (
        find_survey_header([row for _, row in rows[:MAX_SURVEY_HEADERS]])
        if options.skip_rows is None
        else None
    )
    header_index = 0 if survey else header_index
    header_row_number, header = rows[header_index]
    further = tuple(number for number, _ in rows[1 : survey.rows]) if survey else ()
    first_record = header_index + 1 + len(further)
    notes = [ReadNote("workbook", f"Read from the sheet “{name}”.")]
    if header_index:
        message = f"The header is in row {header_row_number}; the rows above it were skipped."
        notes.append(ReadNote("title_rows", message, header_index))
    if repaired:
        notes.append(note_repaired_text("Rows", repaired))
    header = join_header_bands(header, rows[:header_index], notes)
    counts = RowCounts(
        file_rows,
        tuple(rows[:header_index]),
        skipped,
        file_rows - skipped - len(rows),
        header_row_number,
        options.keep_totals,
        further,
    )
    sheet = build_sheet_from_rows(
        name, survey.names if survey else header, rows[first_record:], notes, counts
    )
    return replace(sheet, survey=survey.form) if survey else sheet


def _iterate_rows(tab: CalamineSheet, repaired: list[int]) -> Iterator[tuple[int, list[str]]]:
    """Yield row number and cells of each row that is not empty; tell which were repaired."""
    columns_before = [""] * (tab.start[1] if tab.start else 0)
    for i, row in enumerate(tab.iter_rows(), 1):
        cells = [c if isinstance(c, str) else format_cell(c) for c in row]
        if not all(map(str.isascii, cells)):
            corrected = [repair_double_encoding(c) for c in cells]
            if corrected != cells:
                cells = corrected
                repaired.append(i)
        if any(c.strip() for c in cells):
            yield i, columns_before + cells


def format_cell(cell: WorkbookCell) -> str:
    """Write a cell as a person would type it: no needless point, dates as year-month-day."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return cell if isinstance(cell, str) else repr(cell)
