"""Compute school years from dates; a school year begins in July."""

from datetime import date
from typing import Final

__all__ = ["compute_school_year", "list_recent_school_years"]

_JULY: Final = 7
_YEARS_SHOWN: Final = 8


def list_recent_school_years(on: date) -> list[str]:
    """List the school years that a form offers, up to that of a day, newest first.

    Args:
        on: a day in the newest school year.
    Returns:
        Eight school years such as "2026-27".
    """
    return [
        compute_school_year(date(on.year - years_back, on.month, 1))
        for years_back in range(_YEARS_SHOWN)
    ]


def compute_school_year(on: date) -> str:
    """Return the school year of a day.

    Args:
        on: the day.
    Returns:
        The school year as "2026-27"; it begins on July 1.
    """
    first_year = on.year if on.month >= _JULY else on.year - 1
    return f"{first_year}-{(first_year + 1) % 100:02}"
