"""The school calendar: which days have instruction, and how a school year is written."""

from datetime import date, datetime, timedelta
from functools import cache

DAY = timedelta(days=1)
SATURDAY = 5


@cache
def instructional_days(year: int, count: int) -> tuple[date, ...]:
    """The first `count` school days of the year that ends in the spring of `year`."""
    breaks = (
        (date(year - 1, 9, 4), date(year - 1, 9, 7)),
        (date(year - 1, 11, 24), date(year - 1, 11, 28)),
        (date(year - 1, 12, 22), date(year, 1, 2)),
        (date(year, 3, 25), date(year, 3, 31)),
    )
    days: list[date] = []
    day = date(year - 1, 8, 21)
    while len(days) < count:
        if day.weekday() < SATURDAY and not any(first <= day <= last for first, last in breaks):
            days.append(day)
        day += DAY
    return tuple(days)


def school_year(year: int) -> str:
    """2026 → "2025-26"."""
    return f"{year - 1}-{year % 100:02}"


@cache
def us_date(day: date | None) -> str:
    """Month/day/year without leading zeros; nothing for no date."""
    return f"{day.month}/{day.day}/{day.year}" if day else ""


def read_us_date(text: str) -> date | None:
    """What `us_date` wrote."""
    return datetime.strptime(text, "%m/%d/%Y").date() if text else None  # noqa: DTZ007 - a day
