"""Figures → CSV and Excel, every year and every group; a withheld number is empty and says so."""

import csv
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO

from django.utils.translation import gettext as _

from cairn.releases.figures import Figures
from cairn.warehouse.released import ALL, DIMS
from cairn.warehouse.workbook import Workbook

HEADER = ("outcome", "school_year", *DIMS, "children", "reached", "percent", "withheld", "as_of")

Value = str | int | float | None
"""One number or word of a line; None where there is nothing to say."""


def lines(figures: Figures, as_of: str) -> Iterator[tuple[Value, ...]]:
    """The whole table of one outcome, by the header. Codes, not words, so that a program can read
    it; the county of each year comes first."""
    for year in figures.years:
        for key, count in sorted(figures.tables[year].items(), key=lambda row: _all_first(row[0])):
            percent = None if count.share is None else round(100 * count.share, 1)
            hidden = "yes" if count.withheld else "no"
            yield (figures.outcome, year, *key, count.n, count.yes, percent, hidden, as_of)


def comma_separated(figures: Figures, as_of: str) -> str:
    """As text that every program reads."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for line in lines(figures, as_of):
        writer.writerow("" if value is None else _plain(value) for value in line)
    return out.getvalue()


def excel(figures: Figures, as_of: str, notes: Iterable[tuple[str, str]]) -> bytes:
    """As a workbook: the table, and a sheet of ``notes`` on where it comes from. Its text cannot be
    taken for a formula."""
    out = BytesIO()
    book = Workbook(out, HEADER, sheet=figures.outcome, notes=(_("Notes"), tuple(notes)))
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
