"""Find the day that the data of a file describe, where a person confirmed it: in its name, in a
column, or in what the server of an address says.

A person confirms once for a layout where its files say the day. From then on each file of the
layout is dated by that, whichever way it arrives. A file that does not say the day there waits.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from cairn.data.intake.facts import Submission
from cairn.warehouse.schema import (
    LAST_MODIFIED,
    ROW_COLUMN,
    ColumnMapping,
    DateSource,
    Sheet,
    fold_header,
    normalize_spelling,
    parse_date_heading,
)

__all__ = ["date_submission", "find_name_order", "list_sent_dates"]

_YEAR_FIRST: Final = "year-month-day"
_MONTH_FIRST: Final = "month-day-year"
_YEAR: Final = r"(?P<year>20\d{2})"
_MONTH: Final = r"(?P<month>0[1-9]|1[0-2])"
_DAY: Final = r"(?P<day>[0-3]\d)"
_NAME_DATES: Final = {
    _YEAR_FIRST: re.compile(rf"(?<!\d){_YEAR}[-_.]?{_MONTH}[-_.]?{_DAY}(?!\d)"),
    _MONTH_FIRST: re.compile(rf"(?<!\d){_MONTH}[-_.]?{_DAY}[-_.]?{_YEAR}(?!\d)"),
}
_EXAMPLES: Final = {
    _YEAR_FIRST: "roster_2026-11-30.csv, roster20261130.csv",
    _MONTH_FIRST: "roster_11-30-2026.csv, roster11302026.csv",
}
MODIFIED: Final = f"header:{LAST_MODIFIED}"
"""The place of a day that the server of an address says, as ``write_date_source`` writes it."""

_TIME: Final = re.compile(r"[T ]\d{1,2}:\d{2}.*$")
_HEADINGS: Final = frozenset(
    normalize_spelling(text)
    for text in (
        *("as of", "as of date", "data as of", "extract date", "export date", "snapshot date"),
        *("run date", "report date", "date of export", "date exported"),
    )
)


def find_date_in_name(name: str, on: date, order: str = _YEAR_FIRST) -> date | None:
    """Find the one date in the name of a file, such as ``roster_2026-10-01.csv``.

    Args:
        name: name of the file.
        on: the day on which it arrives; a later date is none of an export.
        order: the order of the date, as ``DateSource.file_name`` has it.

    Returns:
        The date; None if the name has none, or several.
    """
    return _choose_date(_parse_name(name, order), on)


def find_date_in_column(sheets: Sequence[Sheet], on: date, column: str = "") -> date | None:
    """Find the one date in a column, which is the same in each row.

    Args:
        sheets: sheets of the file.
        on: the day on which it arrives.
        column: heading of the column; empty for a column such as "As of".

    Returns:
        The date; None if there is no such column, or it has several dates.
    """
    texts: set[str] = set()
    for sheet in sheets:
        named = [name for name in sheet.header if fold_header(name) == fold_header(column)]
        for heading in named if column else list_date_columns(sheet.header):
            texts |= {str(text) for text in sheet.table[heading].unique().to_pylist() if text}
    days = [parse_date_heading(_TIME.sub("", text.strip()), "") for text in texts]
    return _choose_date((day for day in days if day), on) if all(days) else None


def list_date_columns(header: Sequence[str]) -> list[str]:
    """List the columns that may have the day of the data, by their headings."""
    return [n for n in header if n != ROW_COLUMN and normalize_spelling(n) in _HEADINGS]


def suggest_date_source(name: str, header: Sequence[str], column_date: str, on: date) -> str:
    """Suggest where the later files of a layout say the day of their data.

    Args:
        name: name of the file.
        header: its headings.
        column_date: the day that a column has, as YYYY-MM-DD; empty if none has one.
        on: the day on which it arrives.

    Returns:
        The suggestion as ``write_date_source`` writes it; empty for none.
    """
    if column_date:
        return write_date_source(DateSource(column=list_date_columns(header)[0]))
    order = find_name_order(name, on)
    return write_date_source(DateSource(order)) if order else ""


def find_name_order(name: str, on: date) -> str:
    """Find the order of the one date in the name of a file; empty if it has none.

    Args:
        name: name of the file.
        on: the day on which it arrives.

    Returns:
        The order, as ``DateSource.file_name`` has it.
    """
    return next((order for order in _NAME_DATES if find_date_in_name(name, on, order)), "")


def list_name_examples(name: str, on: date) -> list[tuple[str, str]]:
    """List the orders of a date in file names, each with an example.

    Args:
        name: name of a file, which is the example of its own order; empty if there is none.
        on: the day on which it arrived.

    Returns:
        Pairs of order and example.
    """
    return [
        (order, name if find_date_in_name(name, on, order) else example)
        for order, example in _EXAMPLES.items()
    ]


def write_date_source(source: DateSource | None) -> str:
    """Write a date source as the value of a choice; ``read_date_source`` reads it."""
    if source is None:
        return ""
    if source.header:
        return f"header:{source.header}"
    return f"name:{source.file_name}" if source.file_name else f"column:{source.column}"


def read_date_source(text: str) -> DateSource | None:
    """Read the value of a choice; None if files do not say the day of their data."""
    kind, _separator, value = text.partition(":")
    if not value:
        return None
    if kind == "header":
        return DateSource(header=value)
    return DateSource(value) if kind == "name" else DateSource(column=value)


def date_submission(
    submission: Submission, mapping: ColumnMapping, sheets: Sequence[Sheet]
) -> Submission:
    """State the day of the data where the sender did not, as the layout says where it is.

    Args:
        submission: what the sender states; a day of theirs counts.
        mapping: the column mapping that a person confirmed.
        sheets: sheets of the file.

    Returns:
        The submission, with the day if the file has it.
    """
    source = mapping.date_source
    if source is None or submission.extract_date or submission.changes_as_of:
        return submission
    if source.column:
        day = find_date_in_column(sheets, submission.on, source.column)
    else:
        day = list_sent_dates(submission).get(write_date_source(source))
    return replace(submission, extract_date=day)


def list_sent_dates(submission: Submission) -> dict[str, date]:
    """List the days that the name of a file, or the server of an address, says.

    Args:
        submission: what the sender states; the server's name for the records counts, not that of
            the file that describes the address.

    Returns:
        The days by the places that say them, as ``write_date_source`` writes them.
    """
    origin, on = submission.origin, submission.on
    name = origin.sent_name if origin else submission.name
    found = {f"name:{order}": find_date_in_name(name, on, order) for order in _NAME_DATES}
    if origin and origin.modified_on:
        found[MODIFIED] = _choose_date(iter([origin.modified_on]), on)
    return {place: day for place, day in found.items() if day}


def describe_missing_date(submission: Submission, mapping: ColumnMapping) -> str:
    """Describe why a person must date a file; empty where it is dated, or its layout has no day."""
    source = mapping.date_source
    if source is None or submission.extract_date or submission.changes_as_of:
        return ""
    if source.column:
        return (
            f"The column “{source.column}” does not have one day that all rows share, so nothing "
            "says which day the data describe."
        )
    if source.header:
        return (
            "The server did not say when the records changed, today or earlier (Last-Modified), so "
            "nothing says which day the data describe."
        )
    return (
        f"The name of the file does not have one date, today or earlier ({source.file_name}), so "
        "nothing says which day the data describe."
    )


def _parse_name(name: str, order: str) -> Iterator[date]:
    for match in _NAME_DATES[order].finditer(name):
        try:
            yield date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            continue


def _choose_date(dates: Iterator[date], on: date) -> date | None:
    found = {day for day in dates if day <= on}
    return found.pop() if len(found) == 1 else None
