"""Write figures as CSV and Excel; a withheld number is empty and flagged."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO

from django.utils.translation import gettext as _

from cairn.outputs.releases.api import FigureCount, MeasureAmount, OutcomeFigures
from cairn.warehouse.exporters import ALL_GROUPS, CELL_DIMENSIONS, ExcelWorkbook

_KEY_COLUMNS = ("outcome", "school_year", *CELL_DIMENSIONS)

OUTCOME_FILE_COLUMNS = (*_KEY_COLUMNS, "children", "reached", "percent", "withheld", "as_of")
"""The columns of an outcome."""

MEASURE_FILE_COLUMNS = (
    *_KEY_COLUMNS,
    "children",
    "statistic",
    "value",
    "rounded_to",
    "withheld",
    "as_of",
)
"""The columns of a measure."""

FigureCellValue = str | int | float | None
"""One number or word of a line; None if there is none."""


def list_columns(figures: OutcomeFigures) -> tuple[str, ...]:
    """Return the names of the columns."""
    return MEASURE_FILE_COLUMNS if figures.statistic else OUTCOME_FILE_COLUMNS


def iterate_table_lines(
    figures: OutcomeFigures, as_of: str
) -> Iterator[tuple[FigureCellValue, ...]]:
    """Yield the lines of one outcome, the county first in each year.

    Codes, not labels, are used, so that a program can read them.
    """
    for year in figures.years:
        for key, count in sorted(
            figures.tables[year].items(), key=lambda row: _sort_totals_first(row[0])
        ):
            hidden = "yes" if count.withheld else "no"
            yield (figures.outcome, year, *key, *_list_numbers(count, figures), hidden, as_of)


def _list_numbers(count: FigureCount, figures: OutcomeFigures) -> tuple[FigureCellValue, ...]:
    """Return the number of children, and the figure for them."""
    if isinstance(count, MeasureAmount):
        unit = None if count.unit is None else float(count.unit)
        return count.n, figures.statistic, count.height, unit
    percent = None if count.share is None else round(100 * count.share, 1)
    return count.n, count.yes, percent


def format_figures_csv(figures: OutcomeFigures, as_of: str) -> str:
    """Format the figures as CSV text."""
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(list_columns(figures))
    for line in iterate_table_lines(figures, as_of):
        writer.writerow("" if value is None else _escape_cell_formula(value) for value in line)
    return buffer.getvalue()


def write_figures_workbook(
    figures: OutcomeFigures, as_of: str, notes: Iterable[tuple[str, str]]
) -> bytes:
    """Write the figures as an Excel workbook: the table, and a sheet of `notes` on its source.

    Text in it cannot be read as a formula.
    """
    buffer = BytesIO()
    notes_sheet = (_("Notes"), tuple(notes))
    book = ExcelWorkbook(buffer, list_columns(figures), sheet=figures.outcome, notes=notes_sheet)
    for line in iterate_table_lines(figures, as_of):
        book.add(line)
    book.close()
    return buffer.getvalue()


def _sort_totals_first(key: tuple[str, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((value != ALL_GROUPS, value) for value in key)


def _escape_cell_formula(value: FigureCellValue) -> FigureCellValue:
    """Prefix a name that a spreadsheet could read as a formula."""
    if isinstance(value, str) and value[:1] in tuple("=+-@\t\r"):
        return f"'{value}"
    return value
