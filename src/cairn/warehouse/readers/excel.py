"""Read Excel (.xlsx, .xlsb, .xls) and OpenDocument (.ods) workbooks, one sheet each, as text."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)

from cairn.warehouse.readers.sheet_builder import build_sheet_from_rows, find_header_row
from cairn.warehouse.schema import ReadNote, Sheet, UnreadableFile

WorkbookCell = int | float | str | bool | time | date | datetime | timedelta
_HEADER_SEARCH_ROWS: Final = 200


def read_workbook_sheets(name: str, content: bytes, skip_rows: int | None = None) -> list[Sheet]:
    """Read every sheet of a workbook that has a table.

    ``__row`` is the row number that Excel shows.

    Args:
        name: name of the file.
        content: its bytes.
        skip_rows: rows above the header, if known.

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
        sheets = [
            sheet
            for tab in tabs
            if (sheet := _read_tab(tab, workbook.get_sheet_by_name(tab), skip_rows))
        ]
    except PasswordError as error:
        raise UnreadableFile(
            f"{name} has a password. Save it without one and resend it."
        ) from error
    except CalamineError as error:
        raise UnreadableFile(
            f"{name} is not a workbook that can be opened. Open it in Excel, save it as .xlsx, "
            "and resend it."
        ) from error
    if not sheets:
        raise UnreadableFile(
            f"{name} has no sheet with a table: each sheet is empty or has headers only, like an "
            "empty template."
        )
    return sheets


def _read_tab(name: str, tab: CalamineSheet, skip_rows: int | None) -> Sheet | None:
    rows = [(i, row) for i, row in _iterate_rows(tab) if i > (skip_rows or 0)]
    if not rows[1:]:
        return None
    header_index = (
        0
        if skip_rows is not None
        else find_header_row([row for _, row in rows[:_HEADER_SEARCH_ROWS]])
    )
    header_row_number, header = rows[header_index]
    notes = [ReadNote("workbook", f"Read from the sheet “{name}”.")]
    if header_index:
        message = f"The header is in row {header_row_number}; the rows above it were skipped."
        notes.append(ReadNote("title_rows", message, header_index))
    return build_sheet_from_rows(name, header, rows[header_index + 1 :], notes)


def _iterate_rows(tab: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield row number and cells of each row that is not empty, one by one to save memory."""
    columns_before = [""] * (tab.start[1] if tab.start else 0)
    for i, row in enumerate(tab.iter_rows(), 1):
        cells = [c if isinstance(c, str) else format_cell(c) for c in row]
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
