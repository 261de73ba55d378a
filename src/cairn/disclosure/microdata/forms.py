"""Coarser forms of one fact, by the words in which dictionaries name them.

A form is a function of the column as a whole ("the most common ones, the rest together" must know
which those are). Words that no computation here understands (a county for a ZIP code needs a table
of places) end the ladder: above it the element is left out.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Final, TypeAlias

Plain: TypeAlias = str | float | date | None
Form: TypeAlias = Callable[[Sequence[Plain], date], list[Plain]]
"""A column and the day on which ages are counted → the same column, coarser. None is missing."""

OTHERS: Final = "(others)"
_COMMON: Final = 0.05
"""A value that at least one child in twenty has counts as common."""
_MONTHS, _SUMMER, _ZIP = 12, 7, 3
_AGE_BANDS: Final = (3, 5, 8, 11, 14, 18, 22)
_DAY_BANDS: Final = (1, 5, 10, 18, 36)
_EARLY: Final = frozenset({"PK", "K"})
_GRADE_BANDS: Final = ((2, "PK to 2"), (5, "3 to 5"), (8, "6 to 8"), (12, "9 to 12"))
_ENGLISH: Final = frozenset({"en", "eng", "english"})


def each(change: Callable[[Plain, date], Plain]) -> Form:
    """A form in which every value stands for itself; a missing one stays missing."""

    def form(column: Sequence[Plain], on: date) -> list[Plain]:
        return [None if value is None else change(value, on) for value in column]

    return form


def age(value: Plain, on: date) -> int | None:
    """Whole months from a birth date to the day."""
    if not isinstance(value, date):
        return None
    months = (on.year - value.year) * _MONTHS + on.month - value.month
    return months - (value.day > on.day)


def _age_in_years(value: Plain, on: date) -> Plain:
    months = age(value, on)
    return None if months is None else months // _MONTHS


def _age_band(value: Plain, on: date) -> Plain:
    months = age(value, on)
    return None if months is None else _band(months // _MONTHS, _AGE_BANDS)


def _month(value: Plain, on: date) -> Plain:
    return value.strftime("%Y-%m") if isinstance(value, date) else None


def _school_year(value: Plain, on: date) -> Plain:
    if not isinstance(value, date):
        return None
    begins = value.year - (value.month < _SUMMER)
    return f"{begins}-{(begins + 1) % 100:02}"


def _zip_area(value: Plain, on: date) -> Plain:
    return re.sub(r"\D", "", str(value))[:_ZIP] or None


def _english(value: Plain, on: date) -> Plain:
    return "English" if str(value).strip().casefold() in _ENGLISH else "Another"


def _days_band(value: Plain, on: date) -> Plain:
    return _band(value, _DAY_BANDS) if isinstance(value, int | float) else None


def _grade_band(value: Plain, on: date) -> Plain:
    grade = "0" if value in _EARLY else str(value)
    bands = (band for last, band in _GRADE_BANDS if grade.isdigit() and int(grade) <= last)
    return next(bands, OTHERS)


def common(column: Sequence[Plain], on: date) -> list[Plain]:
    """The values that at least one in twenty has; the others, few as they are, together."""
    counts = Counter(value for value in column if value is not None)
    least = _COMMON * sum(counts.values())
    return [value if value is None or counts[value] >= least else OTHERS for value in column]


def _band(value: float, begins: Sequence[int]) -> str:
    """The band that a number lies in, by where each begins."""
    if value < begins[0]:
        return f"under {begins[0]}"
    for low, above in pairwise(begins):
        if value < above:
            return f"{low} to {above - 1}" if above - low > 1 else str(low)
    return f"{begins[-1]} and over"


FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "age in months": each(age),
        "age in years": each(_age_in_years),
        "age band": each(_age_band),
        "month": each(_month),
        "school year": each(_school_year),
        "first three digits of the zip code": each(_zip_area),
        "most common ones, the rest together": common,
        "english or another": each(_english),
        "band of days absent": each(_days_band),
        "band of grades": each(_grade_band),
    }
)
"""The forms there are, by their words in small letters."""


def known(words: Sequence[str]) -> list[tuple[str, Form]]:
    """The first forms of a dictionary's ladder, as far as they can be computed here."""
    found: list[tuple[str, Form]] = []
    for word in words:
        form = FORMS.get(word.strip().casefold())
        if form is None:
            break
        found.append((word, form))
    return found
