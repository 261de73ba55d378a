"""Read Excel (.xlsx, .xlsb, .xls) and OpenDocument (.ods) workbooks, one sheet each, as text."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

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
        grids = [
            (tab, workbook.get_sheet_by_name(tab).to_python(skip_empty_area=False)) for tab in tabs
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
    sheets = [
        sheet_found for tab, grid in grids if (sheet_found := _read_tab(tab, grid, skip_rows))
    ]
    if not sheets:
        raise UnreadableFile(f"{name} has no sheet with a table in it.")
    return sheets


def _read_tab(
    name: str, grid: Sequence[Sequence[WorkbookCell]], skip_rows: int | None
) -> Sheet | None:
    rows = [(i, [format_cell(c) for c in row]) for i, row in enumerate(grid, 1)]
    rows = [(i, row) for i, row in rows if any(c.strip() for c in row)]
    if skip_rows is not None:
        rows = [(i, row) for i, row in rows if i > skip_rows]
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
