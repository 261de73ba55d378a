"""Sheets with a column a day: each filled cell becomes a row of its own."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.dates import heading

HEADING: Final = "(heading)"
CELL: Final = "(cell)"


def melted(
    places: pa.Table,
    cells: pa.Table,
    headers: Sequence[str],
    school_year: str,
    refused: str,
) -> tuple[pa.Table, list[str]]:
    """``places`` once per filled cell of a day's column, with the columns HEADING (as
    year-month-day) and CELL; and which of the headers are days. Refused: nothing is taken.
    """
    days = {h: d for h in headers if (d := heading(h, school_year))}
    if refused:
        return places, list(days)
    parts = [_day(places, cells[header], day.isoformat()) for header, day in days.items()] or [
        _day(places.slice(0, 0), pa.chunked_array([], pa.string()), "")
    ]
    return pa.concat_tables(parts), list(days)


def _day(places: pa.Table, column: pa.ChunkedArray, day: str) -> pa.Table:
    filled = pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(column), ""), fill_value=False)
    rows = places.append_column(CELL, column).filter(filled)
    return rows.append_column(HEADING, pa.repeat(pa.scalar(day, pa.string()), rows.num_rows))
