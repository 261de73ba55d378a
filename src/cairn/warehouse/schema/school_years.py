"""Parse the ways in which partners write a school year."""

import re
from datetime import date
from typing import Final

from cairn.warehouse.schema.failures import Failure

__all__ = ["find_period_month", "find_period_year", "find_school_year", "parse_school_year"]

_FIRST_MONTH: Final = 7
"""School years begin in July, as in federal reporting (EDFacts)."""

_SCHOOL_YEARS: Final = range(1950, 2101)
_YEARS: Final = re.compile(
    r"(?:sy|fy|ay)?\s*'?(\d{4}|\d{2})\s*(?:[-/_\u2013]|to)\s*'?(\d{4}|\d{2})"
)
_MONTH: Final = re.compile(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])")
_YEAR: Final = re.compile(r"(?:sy|fy|ay|class of)?\s*'?(\d{4}|\d{2})")


def parse_school_year(value: str) -> str | Failure:
    """Parse "2025-26" from 2025-2026, 25/26, 2526, SY26 or 2026.

    One year alone is the year in which the school year ends.

    Args:
        value: the school year as a partner writes it.

    Returns:
        The school year, such as "2025-26", or why it is none.
    """
    folded = value.casefold().strip()
    if match := _YEARS.fullmatch(folded):
        start, end = _expand_year(match[1]), _expand_year(match[2])
        return _format_school_year(start) if end == start + 1 else Failure.NOT_A_SCHOOL_YEAR
    if match := _YEAR.fullmatch(folded.removesuffix(".0")):
        first, last = match[1][:2], match[1][2:]
        if last and int(last) == int(first) + 1 and int(match[1]) not in _SCHOOL_YEARS:
            return _format_school_year(_expand_year(first))
        return _format_school_year(_expand_year(match[1]) - 1)
    return Failure.NOT_A_SCHOOL_YEAR


def _expand_year(year: str) -> int:
    """Expand a year of two digits: those up to 80 are in this century."""
    if len(year) > len("80"):
        return int(year)
    return (1900 if year > "80" else 2000) + int(year)


def _format_school_year(start: int) -> str | Failure:
    if start not in _SCHOOL_YEARS:
        return Failure.NOT_A_SCHOOL_YEAR
    return f"{start}-{(start + 1) % 100:02d}"


def find_school_year(day: date) -> str:
    """Return the school year, July to June, that a day is in.

    Args:
        day: the day.

    Returns:
        The school year, such as "2025-26".
    """
    start = day.year if day.month >= _FIRST_MONTH else day.year - 1
    return f"{start}-{(start + 1) % 100:02d}"


def find_period_year(period: str) -> str:
    """Return the school year that the period of a file says.

    Args:
        period: such as "2026-27", or a month such as "2026-09".

    Returns:
        The school year; empty if the period says none.
    """
    year = parse_school_year(period)
    if not isinstance(year, Failure):
        return year
    month = find_period_month(period)
    return find_school_year(date.fromisoformat(f"{month}-01")) if month else ""


def find_period_month(period: str) -> str:
    """Return the month that the period of a file says.

    Args:
        period: such as "2026-09". "2009-10" is a school year.

    Returns:
        The period; empty if it says no month.
    """
    if not _MONTH.fullmatch(period) or not isinstance(parse_school_year(period), Failure):
        return ""
    return period
