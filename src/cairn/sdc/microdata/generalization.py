"""Generalize one data element: coarser forms, by the words that dictionaries use.

A form is a function of the column as a whole ("the most common ones, the rest together" must know
which those are). Words that no computation here understands (a county for a ZIP code needs a table
of places) end the hierarchy: above it the element is left out.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import Final, TypeAlias

__all__ = ["list_known_forms"]

PlainValue: TypeAlias = str | float | date | None

GeneralizationForm: TypeAlias = Callable[[Sequence[PlainValue], date], list[PlainValue]]
"""Turns a column, and the day on which ages are counted, into the same column, coarser. None is
missing.
"""

OTHER_VALUES: Final = "(others)"

_COMMON_SHARE: Final = 0.05
"""A value that at least one child in twenty has counts as common."""

_MONTHS, _SUMMER, _ZIP = 12, 7, 3
_AGE_BANDS: Final = (3, 5, 8, 11, 14, 18, 22)
_DAY_BANDS: Final = (1, 5, 10, 18, 36)
_EARLY_GRADES: Final = frozenset({"PK", "K"})
_GRADE_BANDS: Final = ((2, "PK to 2"), (5, "3 to 5"), (8, "6 to 8"), (12, "9 to 12"))
_ENGLISH: Final = frozenset({"en", "eng", "english"})


def apply_to_each(change: Callable[[PlainValue, date], PlainValue]) -> GeneralizationForm:
    """Build a form that generalizes each value by itself; a missing one stays missing."""

    def form(column: Sequence[PlainValue], on: date) -> list[PlainValue]:
        return [None if value is None else change(value, on) for value in column]

    return form


def compute_age_in_months(value: PlainValue, on: date) -> int | None:
    """Compute whole months from a birth date to the day."""
    if not isinstance(value, date):
        return None
    months = (on.year - value.year) * _MONTHS + on.month - value.month
    return months - (value.day > on.day)


def _generalize_to_years(value: PlainValue, on: date) -> PlainValue:
    months = compute_age_in_months(value, on)
    return None if months is None else months // _MONTHS


def _generalize_to_age_band(value: PlainValue, on: date) -> PlainValue:
    months = compute_age_in_months(value, on)
    return None if months is None else _find_band(months // _MONTHS, _AGE_BANDS)


def _generalize_to_month(value: PlainValue, on: date) -> PlainValue:
    return value.strftime("%Y-%m") if isinstance(value, date) else None


def _generalize_to_school_year(value: PlainValue, on: date) -> PlainValue:
    if not isinstance(value, date):
        return None
    begins = value.year - (value.month < _SUMMER)
    return f"{begins}-{(begins + 1) % 100:02}"


def _generalize_to_zip_area(value: PlainValue, on: date) -> PlainValue:
    return re.sub(r"\D", "", str(value))[:_ZIP] or None


def _generalize_language(value: PlainValue, on: date) -> PlainValue:
    return "English" if str(value).strip().casefold() in _ENGLISH else "Another"


def _generalize_to_days_band(value: PlainValue, on: date) -> PlainValue:
    return _find_band(value, _DAY_BANDS) if isinstance(value, int | float) else None


def _generalize_to_grade_band(value: PlainValue, on: date) -> PlainValue:
    grade = "0" if value in _EARLY_GRADES else str(value)
    bands = (band for last, band in _GRADE_BANDS if grade.isdigit() and int(grade) <= last)
    return next(bands, OTHER_VALUES)


def keep_common_values(column: Sequence[PlainValue], on: date) -> list[PlainValue]:
    """Keep the values that at least one in twenty has; join the others, few as they are."""
    counts = Counter(value for value in column if value is not None)
    least = _COMMON_SHARE * sum(counts.values())
    return [value if value is None or counts[value] >= least else OTHER_VALUES for value in column]


def _find_band(value: float, begins: Sequence[int]) -> str:
    """Find the band that a number lies in, by where each begins."""
    if value < begins[0]:
        return f"under {begins[0]}"
    for low, above in pairwise(begins):
        if value < above:
            return f"{low} to {above - 1}" if above - low > 1 else str(low)
    return f"{begins[-1]} and over"


GENERALIZATION_FORMS: Final[Mapping[str, GeneralizationForm]] = MappingProxyType(
    {
        "age in months": apply_to_each(compute_age_in_months),
        "age in years": apply_to_each(_generalize_to_years),
        "age band": apply_to_each(_generalize_to_age_band),
        "month": apply_to_each(_generalize_to_month),
        "school year": apply_to_each(_generalize_to_school_year),
        "first three digits of the zip code": apply_to_each(_generalize_to_zip_area),
        "most common ones, the rest together": keep_common_values,
        "english or another": apply_to_each(_generalize_language),
        "band of days absent": apply_to_each(_generalize_to_days_band),
        "band of grades": apply_to_each(_generalize_to_grade_band),
    }
)
"""The available forms, by their words in small letters."""


def list_known_forms(words: Sequence[str]) -> list[tuple[str, GeneralizationForm]]:
    """List the first forms of a dictionary's hierarchy, as far as they can be computed here.

    Args:
        words: the words of the dictionary, finest form first.

    Returns:
        Pairs of words and form, up to the first words that are not understood.
    """
    forms: list[tuple[str, GeneralizationForm]] = []
    for word in words:
        form = GENERALIZATION_FORMS.get(word.strip().casefold())
        if form is None:
            break
        forms.append((word, form))
    return forms
