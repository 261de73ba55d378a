"""Write the correction file of a data submission: the rows with problems, for their sender.

The sender corrects the colored cells and sends the file back. It has values of the sender's own
file, so it is for the sender alone.
"""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

import xlsxwriter

from cairn.warehouse.exporters.csv_format import escape_formula
from cairn.warehouse.pipeline import CORRECTION_HEADINGS, CorrectionTable, RowToCorrect

__all__ = ["export_correction_csv", "export_correction_workbook"]

MAX_CELL_NOTES: Final = 2_000
"""The most notes on cells; a workbook with more opens slowly. The problems column has them all."""

_STEPS: Final = (
    "How to correct these rows",
    "1. Correct the colored cells. The column “Problems” says what is wrong and what to do.",
    "2. Change no other cell. Cairn does not use changes in cells without a problem.",
    "3. Do not rename, move or delete columns. Rows that you leave as they are stay as they are.",
    "4. Save the file and upload it on the page of the data submission. You see a preview first.",
    "Also correct your own system, so that the next file has no such rows.",
)
_UNREAD: Final = "Cairn kept nothing of this row. Correct it in your own file and send it again."
_SET_ASIDE: Final = "The row was set aside."
_LEFT_BLANK: Final = "The value was left blank; the row was accepted."


def export_correction_csv(table: CorrectionTable) -> bytes:
    """Write the rows to correct as UTF-8 CSV with a byte order mark, so that Excel reads it too.

    Args:
        table: the rows with problems.

    Returns:
        The file.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.header)
    for row in table.rows:
        writer.writerow(escape_formula(cell) for cell in _list_cells(table, row))
    return text.getvalue().encode("utf-8-sig")


def export_correction_workbook(table: CorrectionTable) -> bytes:
    """Write the rows to correct as an Excel workbook: problem cells are colored and have a note.

    All cells are text, so that Excel neither runs a formula nor drops the zeros of an ID.

    Args:
        table: the rows with problems.

    Returns:
        The file.
    """
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        formats = {
            "plain": book.add_format({"num_format": "@"}),
            "problem": book.add_format(
                {"num_format": "@", "bg_color": "#FFE08A", "border": 1, "border_color": "#B8860B"}
            ),
            "fixed": book.add_format({"num_format": "@", "font_color": "#5C5C5C"}),
            "wrapped": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
            "header": book.add_format({"num_format": "@", "bold": True, "bottom": 1}),
        }
        _write_rows(book.add_worksheet("Rows to correct"), table, formats)
        guide = book.add_worksheet("How to correct")
        guide.set_column(0, 0, 100, formats["wrapped"])
        for number, line in enumerate(_STEPS):
            guide.write_string(number, 0, line, formats["header" if number == 0 else "wrapped"])
    return content.getvalue()


def _write_rows(sheet: Any, table: CorrectionTable, formats: dict[str, Any]) -> None:
    fixed = len(CORRECTION_HEADINGS)
    sheet.freeze_panes(1, fixed)
    sheet.set_column(0, fixed - 2, 10)
    sheet.set_column(fixed - 1, fixed - 1, 60)
    if table.columns:
        sheet.set_column(fixed, fixed + len(table.columns) - 1, 16, formats["plain"])
    for column, heading in enumerate(table.header):
        sheet.write_string(0, column, heading, formats["header"])
    notes = 0
    for number, row in enumerate(table.rows, 1):
        named = {name for problem in row.problems for name in problem.columns}
        open_columns = row.list_open_columns(table.columns)
        for column, cell in enumerate(_list_cells(table, row)):
            heading = table.header[column]
            is_own = column >= fixed
            is_problem = is_own and heading in (named & open_columns or open_columns)
            if column == fixed - 1:
                style = "wrapped"
            elif is_problem:
                style = "problem"
            else:
                style = "plain" if is_own else "fixed"
            sheet.write_string(number, column, cell, formats[style])
            if is_own and heading in named and notes < MAX_CELL_NOTES:
                sheet.write_comment(number, column, _describe_cell(row, heading))
                notes += 1


def _list_cells(table: CorrectionTable, row: RowToCorrect) -> Iterator[str]:
    yield table.get_row_key(row)
    yield row.sheet
    yield str(row.row)
    yield _describe_row(row)
    for column in table.columns:
        yield row.cells.get(column, "")


def _describe_row(row: RowToCorrect) -> str:
    lines = []
    for problem in row.problems:
        outcome = _LEFT_BLANK if problem.kept else _SET_ASIDE
        cell = f"{', '.join(problem.columns)}: " if problem.columns else ""
        lines.append(f"{cell}{problem.message} {outcome}")
    if row.position is None:
        lines.append(_UNREAD)
    return "\n".join(lines)


def _describe_cell(row: RowToCorrect, heading: str) -> str:
    return "\n".join(problem.message for problem in row.problems if heading in problem.columns)
