"""The school year, by which families decline."""

from datetime import date
from typing import Final

_JULY: Final = 7


def school_year(on: date) -> str:
    """The school year of a day as "2026-27"; it begins in July."""
    first = on.year if on.month >= _JULY else on.year - 1
    return f"{first}-{(first + 1) % 100:02}"
