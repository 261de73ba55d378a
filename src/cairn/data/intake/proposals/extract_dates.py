"""Propose the extract date of a file from its name or a column; a person confirms it."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from cairn.warehouse.schema import ROW_COLUMN, Sheet, normalize_spelling

__all__ = ["find_date_in_column", "find_date_in_name"]

_NAME_DATE: Final = re.compile(r"(?<!\d)(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?([0-3]\d)(?!\d)")
_CELL_DATE: Final = re.compile(r"(20\d{2})-(\d{2})-(\d{2})")
_HEADINGS: Final = frozenset(
    normalize_spelling(text)
    for text in (
        *("as of", "as of date", "data as of", "extract date", "export date", "snapshot date"),
        *("run date", "report date", "date of export", "date exported"),
    )
)


def find_date_in_name(name: str, on: date) -> date | None:
    """Find the one date in the name of a file, such as ``roster_2026-10-01.csv``.

    Args:
        name: name of the file.
        on: the day on which it arrives; a later date is none of an export.

    Returns:
        The date; None if the name has none, or several.
    """
    return _choose_date(_parse_dates(_NAME_DATE.findall(name)), on)


def find_date_in_column(sheets: Sequence[Sheet], on: date) -> date | None:
    """Find the one date in a column such as "As of", which is the same in each row.

    Args:
        sheets: sheets of the file.
        on: the day on which it arrives.

    Returns:
        The date; None if there is no such column, or it has several dates.
    """
    texts: set[str] = set()
    for sheet in sheets:
        for heading in sheet.header:
            if heading != ROW_COLUMN and normalize_spelling(heading) in _HEADINGS:
                texts |= {str(text) for text in sheet.table[heading].unique().to_pylist() if text}
    parts = [match.groups() if match else () for match in map(_CELL_DATE.fullmatch, texts)]
    return _choose_date(_parse_dates(parts), on) if all(parts) else None


def _parse_dates(parts: Sequence[Sequence[str]]) -> Iterator[date]:
    for year, month, day in parts:
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue


def _choose_date(dates: Iterator[date], on: date) -> date | None:
    found = {day for day in dates if day <= on}
    return found.pop() if len(found) == 1 else None
