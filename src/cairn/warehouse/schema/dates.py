"""Read dates from text, by declared formats or by the evidence of the whole column.

One cell alone cannot say whether 3/4/2016 is in March; a column in which one date has a 25 in
second place decides it for all. Where no cell decides it, the month comes first, as American
software writes, and the report notes the assumption. Where cells disagree, only those that can
be read in one way are read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from cairn.warehouse.schema.failures import Failure
from cairn.warehouse.schema.sheets import ReadNote

__all__ = ["DateReader", "parse_date_heading"]

_MAX_SLIP_SHARE: Final = 0.05
"""Up to this share of the decisive dates may contradict the rest: these slips are not read."""

DateOrder = Literal["month_first", "day_first", "either", "disagree"]

_TIME: Final = re.compile(
    r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|[-+]\d{2}:?\d{2})?$"
)

_WEEKDAY: Final = re.compile(
    r"^(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?\.?,?\s+", re.IGNORECASE
)

_ISO_DATE: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMERIC_DATE: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_NO_YEAR: Final = re.compile(r"(\d{1,2})[-/](\d{1,2})")
_EIGHT_DIGITS: Final = re.compile(r"\d{8}")
_EXCEL_SERIAL: Final = re.compile(r"(\d{5})(\.\d+)?")

_DAY_MONTH: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[-. ]*([A-Za-z]{3,9})\.?[-,. ]*(\d{4}|\d{2})?"
)

_MONTH_DAY: Final = re.compile(
    r"([A-Za-z]{3,9})\.?[-. ]*(\d{1,2})(?:st|nd|rd|th)?(?:[-,. ]+(\d{4}|\d{2}))?"
)

_MONTHS: Final = [
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
]

_LAST_MONTH: Final = 12

_START_MONTH: Final = 7
"""A school year begins in July."""

_EXCEL_EPOCH: Final = date(1899, 12, 30)

_OLDEST_DATE: Final = date(1901, 1, 2)
"""Spreadsheets write an empty date as one around the turn of 1900, or as January 1, 1901."""

_MAX_DAYS_AHEAD: Final = timedelta(days=400)
"""The end of a school year may be announced; a date further ahead is a slip."""


@dataclass(frozen=True, slots=True)
class DateReader:
    """Read the dates of one column; made by ``choose_date_reader`` from its distinct values.

    Attributes:
        formats: ``strptime`` formats that the mapping declares; with none, dates are read by
            evidence.
        order: whether the day or the month comes first.
        year_first: whether dates of eight digits begin with the year.
        birth: whether they are birth or death dates, which are never ahead of ``on``.
        on: day of the import.
    """

    formats: tuple[str, ...]
    order: DateOrder
    year_first: bool
    birth: bool
    on: date

    def read(self, text: str) -> date | Failure:
        """Return the date, or why it is none. ``text`` is trimmed and not empty."""
        parsed = self._parse_declared(text) if self.formats else self.parse(text)
        return parsed if isinstance(parsed, Failure) else self._check_plausible(parsed)

    def _parse_declared(self, text: str) -> date | Failure:
        for date_format in self.formats:
            try:
                parsed = datetime.strptime(text, date_format).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            if "%y" in date_format:
                return self._resolve_century(parsed.year % 100, parsed.month, parsed.day)
            return parsed
        # A spreadsheet's own date cell arrives as year-month-day, regardless of what the
        # sender declared.
        return self.parse(text) if _ISO_DATE.match(text) else Failure.NOT_A_DATE

    def parse(self, text: str) -> date | Failure:
        """Parse the date by the column's order, without checking that it is plausible."""
        text = _WEEKDAY.sub("", _TIME.sub("", text)).strip()
        if match := _ISO_DATE.fullmatch(text):
            return _build_date(int(match[1]), int(match[2]), int(match[3]))
        if match := _NUMERIC_DATE.fullmatch(text):
            return self._parse_numeric(int(match[1]), int(match[2]), match[3])
        if _EIGHT_DIGITS.fullmatch(text):
            year, month_day = (text[:4], text[4:]) if self.year_first else (text[4:], text[:4])
            return _build_date(int(year), int(month_day[:2]), int(month_day[2:]))
        if match := _EXCEL_SERIAL.fullmatch(text):
            return _EXCEL_EPOCH + timedelta(days=int(match[1]))
        return self._parse_words(text)

    def _parse_numeric(self, first: int, second: int, year: str) -> date | Failure:
        if self.order == "disagree" and max(first, second) <= _LAST_MONTH and first != second:
            return Failure.DATE_AMBIGUOUS
        day_first = self.order == "day_first" or (self.order == "disagree" and first > _LAST_MONTH)
        month, day = (second, first) if day_first else (first, second)
        return self._make_date(year, month, day)

    def _parse_words(self, text: str) -> date | Failure:
        match = _DAY_MONTH.fullmatch(text)
        day, month_name, year = (match[1], match[2], match[3]) if match else ("", "", None)
        if not match and (match := _MONTH_DAY.fullmatch(text)):
            day, month_name, year = match[2], match[1], match[3]
        if not month_name or month_name[:3].casefold() not in _MONTHS or year is None:
            return Failure.NOT_A_DATE
        return self._make_date(year, _MONTHS.index(month_name[:3].casefold()) + 1, int(day))

    def _make_date(self, year: str, month: int, day: int) -> date | Failure:
        if len(year) == len("26"):
            return self._resolve_century(int(year), month, day)
        return _build_date(int(year), month, day)

    def _resolve_century(self, year: int, month: int, day: int) -> date | Failure:
        """Resolve a year of two digits: the latest century in which the date is not (far) ahead."""
        this_century = _build_date(2000 + year, month, day)
        limit = self.on if self.birth else self.on + _MAX_DAYS_AHEAD
        if isinstance(this_century, Failure) or this_century <= limit:
            return this_century
        return _build_date(1900 + year, month, day)

    def _check_plausible(self, parsed: date) -> date | Failure:
        if parsed < _OLDEST_DATE:
            return Failure.DATE_PLACEHOLDER
        if parsed > (self.on if self.birth else self.on + _MAX_DAYS_AHEAD):
            return Failure.DATE_AHEAD
        return parsed


def choose_date_reader(
    values: Iterable[str], *, on: date, birth: bool = False, formats: Sequence[str] = ()
) -> tuple[DateReader, list[ReadNote]]:
    """Choose the reader of a column with these distinct values, and note what had to be assumed.

    Args:
        values: the distinct non-empty texts of the column.
        on: day of the import; dates far after it are slips.
        birth: the dates are birth or death dates, which are never ahead of ``on``.
        formats: ``strptime`` formats that the mapping declares.

    Returns:
        The reader, and notes for the quality report.
    """
    trimmed = [_WEEKDAY.sub("", _TIME.sub("", v)).strip() for v in values]
    numeric_dates = [match for v in trimmed if (match := _NUMERIC_DATE.fullmatch(v))]
    order = _detect_order(numeric_dates)
    eight_digit_values = [v for v in trimmed if _EIGHT_DIGITS.fullmatch(v)]
    year_first_count = sum(
        1 for v in eight_digit_values if "1900" <= v[:4] <= "2100" and v[4:6] <= "12"
    )
    reader = DateReader(
        tuple(formats), order, year_first_count * 2 >= len(eight_digit_values), birth, on
    )
    notes = []
    if not formats and numeric_dates:
        if order == "either":
            message = (
                "No date shows whether the day or the month comes first. Cairn read them as "
                "month/day/year."
            )
            notes.append(ReadNote("month_first_assumed", message))
        elif order == "day_first":
            notes.append(ReadNote("day_first", "Dates are in the form day/month/year."))
        elif order == "disagree":
            message = (
                "Some dates are day/month and others month/day. Cairn did not read the "
                "ambiguous ones."
            )
            notes.append(ReadNote("dates_disagree", message))
        if two_digit_count := sum(1 for match in numeric_dates if len(match[3]) == len("26")):
            notes.append(ReadNote("two_digit_years", "Years have two digits.", two_digit_count))
    return reader, notes


def parse_date_heading(text: str, school_year: str) -> date | None:
    """Parse the date in a column heading of a wide sheet.

    Args:
        text: the heading, such as "Mon 9/8".
        school_year: such as "2025-26". It supplies the year where the heading has none: July to
            December are in its first year. Empty if it is unknown.

    Returns:
        The date; None if the heading is no date.
    """
    text = _WEEKDAY.sub("", text.strip()).strip()
    if school_year:
        text = _add_year(text, int(school_year[:4]))
    reader = DateReader((), "either", year_first=True, birth=False, on=date.max - _MAX_DAYS_AHEAD)
    parsed = reader.parse(text)
    return None if isinstance(parsed, Failure) or _EXCEL_SERIAL.fullmatch(text) else parsed


def _add_year(text: str, start: int) -> str:
    if match := _NO_YEAR.fullmatch(text):
        month = int(match[1])
        return f"{text}/{start if month >= _START_MONTH else start + 1}"
    match = _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text)
    if match and match[3] is None:
        month_name = next(g for g in (match[1], match[2]) if g[:1].isalpha())[:3].casefold()
        if month_name in _MONTHS:
            return f"{text} {start if _MONTHS.index(month_name) + 1 >= _START_MONTH else start + 1}"
    return text


def _detect_order(numeric_dates: Iterable[re.Match[str]]) -> DateOrder:
    pairs = [(int(match[1]), int(match[2])) for match in numeric_dates]
    day_first_count = sum(1 for first, _ in pairs if first > _LAST_MONTH)
    month_first_count = sum(1 for _, second in pairs if second > _LAST_MONTH)
    if min(day_first_count, month_first_count) > _MAX_SLIP_SHARE * (
        day_first_count + month_first_count
    ):
        return "disagree"
    return (
        "day_first"
        if day_first_count > month_first_count
        else "month_first"
        if month_first_count
        else "either"
    )


def _build_date(year: int, month: int, day: int) -> date | Failure:
    try:
        return date(year, month, day)
    except ValueError:
        return Failure.NOT_A_DATE
