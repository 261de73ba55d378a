"""Figures → CSV, every year and every group; a withheld number is empty and says so."""

import csv
from io import StringIO

from cairn.releases.figures import Figures
from cairn.warehouse.released import ALL, DIMS

HEADER = ("outcome", "school_year", *DIMS, "children", "reached", "percent", "withheld", "as_of")


def comma_separated(figures: Figures, as_of: str) -> str:
    """The whole table of one outcome. Codes, not words, so that a program can read it."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for year in figures.years:
        for key, count in sorted(figures.tables[year].items(), key=lambda row: _all_first(row[0])):
            hidden = count.withheld
            writer.writerow(
                (
                    figures.outcome,
                    year,
                    *map(_plain, key),
                    "" if count.n is None else count.n,
                    "" if count.yes is None else count.yes,
                    "" if count.share is None else f"{100 * count.share:.1f}",
                    "yes" if hidden else "no",
                    as_of,
                )
            )
    return out.getvalue()


def _all_first(key: tuple[str, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((value != ALL, value) for value in key)


def _plain(text: str) -> str:
    """A name that a spreadsheet cannot take for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
