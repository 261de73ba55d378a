"""Figures → CSV and Excel, every year and every group; a withheld number is empty and says so."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO

from django.utils.translation import gettext as _

from cairn.releases.figures import Amount, Count, Figures
from cairn.warehouse.released import ALL, DIMS
from cairn.warehouse.workbook import Workbook

_GROUP = ("outcome", "school_year", *DIMS)
REACHED = (*_GROUP, "children", "reached", "percent", "withheld", "as_of")
"""The columns of an outcome."""
MEASURED = (*_GROUP, "children", "statistic", "value", "rounded_to", "withheld", "as_of")
"""The columns of a measure."""

Value = str | int | float | None
"""One number or word of a line; None where there is nothing to say."""


def header(figures: Figures) -> tuple[str, ...]:
    """The names of the columns."""
    return MEASURED if figures.statistic else REACHED


def lines(figures: Figures, as_of: str) -> Iterator[tuple[Value, ...]]:
    """The whole table of one outcome, by the header. Codes, not words, so that a program can read
    it; the county of each year comes first."""
    for year in figures.years:
        for key, count in sorted(figures.tables[year].items(), key=lambda row: _all_first(row[0])):
            hidden = "yes" if count.withheld else "no"
            yield (figures.outcome, year, *key, *_told(count, figures), hidden, as_of)


def _told(count: Count, figures: Figures) -> tuple[Value, ...]:
    """How many children, and what is told of them."""
    if isinstance(count, Amount):
        unit = None if count.unit is None else float(count.unit)
        return count.n, figures.statistic, count.height, unit
    percent = None if count.share is None else round(100 * count.share, 1)
    return count.n, count.yes, percent


def comma_separated(figures: Figures, as_of: str) -> str:
    """As text that every program reads."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header(figures))
    for line in lines(figures, as_of):
        writer.writerow("" if value is None else _plain(value) for value in line)
    return out.getvalue()


def excel(figures: Figures, as_of: str, notes: Iterable[tuple[str, str]]) -> bytes:
    """As a workbook: the table, and a sheet of ``notes`` on where it comes from. Its text cannot be
    taken for a formula."""
    out = BytesIO()
    notes_ = (_("Notes"), tuple(notes))
    book = Workbook(out, header(figures), sheet=figures.outcome, notes=notes_)
    for line in lines(figures, as_of):
        book.add(line)
    book.close()
    return out.getvalue()


def _all_first(key: tuple[str, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((value != ALL, value) for value in key)


def _plain(value: Value) -> Value:
    """A name that a spreadsheet cannot take for a formula."""
    if isinstance(value, str) and value[:1] in tuple("=+-@\t\r"):
        return f"'{value}"
    return value
