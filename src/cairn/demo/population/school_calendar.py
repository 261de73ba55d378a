"""Compute the school calendar, and format and parse the dates and school years of the demo."""

from datetime import date, datetime, timedelta
from functools import cache

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@cache
def list_instructional_days(year: int, count: int) -> tuple[date, ...]:
    """List the first `count` school days of the year that ends in the spring of `year`."""
    vacations = (
        (date(year - 1, 9, 4), date(year - 1, 9, 7)),
        (date(year - 1, 11, 24), date(year - 1, 11, 28)),
        (date(year - 1, 12, 22), date(year, 1, 2)),
        (date(year, 3, 25), date(year, 3, 31)),
    )
    days: list[date] = []
    day = date(year - 1, 8, 21)
    while len(days) < count:
        if day.weekday() < SATURDAY and not any(first <= day <= last for first, last in vacations):
            days.append(day)
        day += ONE_DAY
    return tuple(days)


def format_school_year(year: int) -> str:
    """Format the school year that ends in the spring of `year`: 2026 → "2025-26"."""
    return f"{year - 1}-{year % 100:02}"


@cache
def format_us_date(day: date | None) -> str:
    """Format a date as month/day/year without leading zeros; an empty text for None."""
    return f"{day.month}/{day.day}/{day.year}" if day else ""


def parse_us_date(text: str) -> date | None:
    """Parse a date that `format_us_date` wrote; None for an empty text."""
    return datetime.strptime(text, "%m/%d/%Y").date() if text else None  # noqa: DTZ007 - a day
