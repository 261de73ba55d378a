"""The school year, by which families decline."""

from datetime import date
from typing import Final

_JULY: Final = 7


_SHOWN: Final = 8


def school_years(on: date) -> list[str]:
    """The school years up to that of a day, the newest first; as many as a form offers."""
    return [school_year(date(on.year - back, on.month, 1)) for back in range(_SHOWN)]


def school_year(on: date) -> str:
    """The school year of a day as "2026-27"; it begins in July."""
    first = on.year if on.month >= _JULY else on.year - 1
    return f"{first}-{(first + 1) % 100:02}"
