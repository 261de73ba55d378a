"""Excel (.xlsx, .xlsb, .xls) and OpenDocument (.ods) workbooks: one sheet each, values as text."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from cairn.warehouse.read.header import header_row
from cairn.warehouse.read.sheet import ReadNote, Sheet, Unreadable, from_rows

Cell = int | float | str | bool | time | date | datetime | timedelta

_LOOKED_AT: Final = 200


def read(name: str, content: bytes, skip_rows: int | None = None) -> list[Sheet]:
    """Every sheet of a workbook that has a table; ``__row`` is the row number Excel shows."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        tabs = [m.name for m in book.sheets_metadata if m.typ is SheetTypeEnum.WorkSheet]
        grids = [
            (tab, book.get_sheet_by_name(tab).to_python(skip_empty_area=False)) for tab in tabs
        ]
    except PasswordError as error:
        raise Unreadable(f"{name} has a password. Save it without one and resend it.") from error
    except CalamineError as error:
        raise Unreadable(
            f"{name} is not a workbook that can be opened. Open it in Excel, save it as .xlsx, "
            "and resend it."
        ) from error
    sheets = [s for tab, grid in grids if (s := _sheet(tab, grid, skip_rows))]
    if not sheets:
        raise Unreadable(f"{name} has no sheet with a table in it.")
    return sheets


def _sheet(name: str, grid: Sequence[Sequence[Cell]], skip_rows: int | None) -> Sheet | None:
    rows = [(i, [text(c) for c in row]) for i, row in enumerate(grid, 1)]
    rows = [(i, row) for i, row in rows if any(c.strip() for c in row)]
    if skip_rows is not None:
        rows = [(i, row) for i, row in rows if i > skip_rows]
    if not rows[1:]:
        return None
    at = 0 if skip_rows is not None else header_row([row for _, row in rows[:_LOOKED_AT]])
    place, header = rows[at]
    notes = [ReadNote("workbook", f"Read from the sheet “{name}”.")]
    if at:
        message = f"The header is in row {place}; the rows above it were skipped."
        notes.append(ReadNote("title_rows", message, at))
    return from_rows(name, header, rows[at + 1 :], notes)


def text(cell: Cell) -> str:
    """A cell as a person would type it: whole numbers without a point, dates as year-month-day."""
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
