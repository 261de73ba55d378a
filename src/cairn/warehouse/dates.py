"""Text → dates. Formats are declared, or found from the evidence of the whole column.

One cell alone cannot say whether 3/4/2016 is in March; a column in which one date has a 25 in
second place says it for all. Where no cell says it, the month comes first, as American software
writes, and the report notes the assumption. Where cells disagree, only those that can be read in
one way are read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from cairn.warehouse.failures import Failure
from cairn.warehouse.read.sheet import ReadNote

_SLIPS: Final = 0.05
"""Up to this share of the telling dates may tell otherwise: they are slips, and are not read."""

Order = Literal["month_first", "day_first", "either", "disagree"]

_TIME: Final = re.compile(
    r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|[-+]\d{2}:?\d{2})?$"
)
_WEEKDAY: Final = re.compile(
    r"^(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?\.?,?\s+", re.IGNORECASE
)
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMERIC: Final = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_NO_YEAR: Final = re.compile(r"(\d{1,2})[-/](\d{1,2})")
_DIGITS: Final = re.compile(r"\d{8}")
_SERIAL: Final = re.compile(r"(\d{5})(\.\d+)?")
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
_FIRST_MONTH: Final = 7
"""A school year begins in July."""

_EPOCH: Final = date(1899, 12, 30)
_OLDEST: Final = date(1901, 1, 2)
"""Spreadsheets write an empty date as one around the turn of 1900."""

_AHEAD: Final = timedelta(days=400)
"""An end of the school year may be announced; a date further ahead is a slip."""


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads the dates of one column. Made by ``reader_for`` from the column's distinct values."""

    formats: tuple[str, ...]
    order: Order
    year_first: bool
    birth: bool
    on: date

    def read(self, text: str) -> date | Failure:
        """The date, or why it is none. ``text`` is trimmed and not empty."""
        found = self._declared(text) if self.formats else self.parse(text)
        return found if isinstance(found, Failure) else self._plausible(found)

    def _declared(self, text: str) -> date | Failure:
        for form in self.formats:
            try:
                found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            if "%y" in form:
                return self._century(found.year % 100, found.month, found.day)
            return found
        # A cell that a spreadsheet itself holds as a date comes as year-month-day, whatever the
        # sender declared.
        return self.parse(text) if _ISO.match(text) else Failure.NOT_A_DATE

    def parse(self, text: str) -> date | Failure:
        """The date as it stands, by the column's order, however far away it lies."""
        text = _WEEKDAY.sub("", _TIME.sub("", text)).strip()
        if m := _ISO.fullmatch(text):
            return _date(int(m[1]), int(m[2]), int(m[3]))
        if m := _NUMERIC.fullmatch(text):
            return self._numeric(int(m[1]), int(m[2]), m[3])
        if _DIGITS.fullmatch(text):
            year, rest = (text[:4], text[4:]) if self.year_first else (text[4:], text[:4])
            return _date(int(year), int(rest[:2]), int(rest[2:]))
        if m := _SERIAL.fullmatch(text):
            return _EPOCH + timedelta(days=int(m[1]))
        return self._worded(text)

    def _numeric(self, first: int, second: int, year: str) -> date | Failure:
        if self.order == "disagree" and max(first, second) <= _LAST_MONTH and first != second:
            return Failure.DATE_AMBIGUOUS
        day_first = self.order == "day_first" or (self.order == "disagree" and first > _LAST_MONTH)
        month, day = (second, first) if day_first else (first, second)
        return self._year(year, month, day)

    def _worded(self, text: str) -> date | Failure:
        m = _DAY_MONTH.fullmatch(text)
        day, word, year = (m[1], m[2], m[3]) if m else ("", "", None)
        if not m and (m := _MONTH_DAY.fullmatch(text)):
            day, word, year = m[2], m[1], m[3]
        if not word or word[:3].casefold() not in _MONTHS or year is None:
            return Failure.NOT_A_DATE
        return self._year(year, _MONTHS.index(word[:3].casefold()) + 1, int(day))

    def _year(self, year: str, month: int, day: int) -> date | Failure:
        if len(year) == len("26"):
            return self._century(int(year), month, day)
        return _date(int(year), month, day)

    def _century(self, year: int, month: int, day: int) -> date | Failure:
        """Two digits: the latest century in which the date is not (far) ahead."""
        recent = _date(2000 + year, month, day)
        limit = self.on if self.birth else self.on + _AHEAD
        if isinstance(recent, Failure) or recent <= limit:
            return recent
        return _date(1900 + year, month, day)

    def _plausible(self, found: date) -> date | Failure:
        if found < _OLDEST:
            return Failure.DATE_PLACEHOLDER
        if found > (self.on if self.birth else self.on + _AHEAD):
            return Failure.DATE_AHEAD
        return found


def reader_for(
    values: Iterable[str], *, on: date, birth: bool = False, formats: Sequence[str] = ()
) -> tuple[DateReader, list[ReadNote]]:
    """The reader of a column with these distinct values, and what had to be assumed."""
    plain = [_WEEKDAY.sub("", _TIME.sub("", v)).strip() for v in values]
    numeric = [m for v in plain if (m := _NUMERIC.fullmatch(v))]
    order = _order(numeric)
    digits = [v for v in plain if _DIGITS.fullmatch(v)]
    fits = sum(1 for v in digits if "1900" <= v[:4] <= "2100" and v[4:6] <= "12")
    reader = DateReader(tuple(formats), order, fits * 2 >= len(digits), birth, on)
    notes = []
    if not formats and numeric:
        if order == "either":
            message = "No date shows whether day or month comes first; read as month/day/year."
            notes.append(ReadNote("month_first_assumed", message))
        elif order == "day_first":
            notes.append(ReadNote("day_first", "Dates are written day/month/year."))
        elif order == "disagree":
            message = "Some dates are day/month, some month/day; the ambiguous ones were not read."
            notes.append(ReadNote("dates_disagree", message))
        if two := sum(1 for m in numeric if len(m[3]) == len("26")):
            notes.append(ReadNote("two_digit_years", "Years are written with two digits.", two))
    return reader, notes


def heading(text: str, school_year: str) -> date | None:
    """The date a column of a wide sheet stands for. A year left out comes from ``school_year``
    ("2025-26"): July to December lie in its first year.
    """
    text = _WEEKDAY.sub("", text.strip()).strip()
    if school_year:
        text = _with_year(text, int(school_year[:4]))
    reader = DateReader((), "either", year_first=True, birth=False, on=date.max - _AHEAD)
    found = reader.parse(text)
    return None if isinstance(found, Failure) or _SERIAL.fullmatch(text) else found


def _with_year(text: str, start: int) -> str:
    if m := _NO_YEAR.fullmatch(text):
        month = int(m[1])
        return f"{text}/{start if month >= _FIRST_MONTH else start + 1}"
    m = _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text)
    if m and m[3] is None:
        word = next(g for g in (m[1], m[2]) if g[:1].isalpha())[:3].casefold()
        if word in _MONTHS:
            return f"{text} {start if _MONTHS.index(word) + 1 >= _FIRST_MONTH else start + 1}"
    return text


def _order(numeric: Iterable[re.Match[str]]) -> Order:
    pairs = [(int(m[1]), int(m[2])) for m in numeric]
    day = sum(1 for first, _ in pairs if first > _LAST_MONTH)
    month = sum(1 for _, second in pairs if second > _LAST_MONTH)
    if min(day, month) > _SLIPS * (day + month):
        return "disagree"
    return "day_first" if day > month else "month_first" if month else "either"


def _date(year: int, month: int, day: int) -> date | Failure:
    try:
        return date(year, month, day)
    except ValueError:
        return Failure.NOT_A_DATE
