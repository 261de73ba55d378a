"""Business days: weekdays that are not federal holidays (5 U.S.C. 6103)."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Final

__all__ = ["add_business_days", "count_business_days_left", "subtract_business_days"]

_MONDAY: Final = 0
_THURSDAY: Final = 3
_SATURDAY: Final = 5
_SUNDAY: Final = 6

_FIXED_HOLIDAYS: Final = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
"""Month and day of New Year's Day, Juneteenth, Independence, Veterans and Christmas Day."""

_NTH_WEEKDAY_HOLIDAYS: Final = (
    (1, _MONDAY, 3),
    (2, _MONDAY, 3),
    (9, _MONDAY, 1),
    (10, _MONDAY, 2),
    (11, _THURSDAY, 4),
)
"""Month, weekday and ordinal of King, Washington, Labor Day, Columbus Day, Thanksgiving."""


@cache
def list_federal_holidays(year: int) -> frozenset[date]:
    """List the federal holidays of a year on the weekdays on which they are observed.

    A Saturday holiday is observed on the Friday before, a Sunday holiday on the Monday after
    (5 U.S.C. 6103(b) and Executive Order 11582). New Year's Day may therefore be observed on the
    last
    day of the year before.

    Args:
        year: calendar year.
    Returns:
        The observed holidays in that year.
    """
    nominal_days = [*_list_nominal_holidays(year), date(year + 1, 1, 1)]
    observed_days = (
        day + timedelta(days=_WEEKEND_SHIFT_DAYS.get(day.weekday(), 0)) for day in nominal_days
    )
    return frozenset(day for day in observed_days if day.year == year)


_WEEKEND_SHIFT_DAYS: Final = {_SATURDAY: -1, _SUNDAY: 1}


def is_business_day(day: date) -> bool:
    """Tell whether offices are open on a day.

    Args:
        day: the day.
    Returns:
        True on a weekday that is not a federal holiday.
    """
    return day.weekday() < _SATURDAY and day not in list_federal_holidays(day.year)


def add_business_days(start: date, days: int) -> date:
    """Add business days to a date; the first counted day is the day after ``start``.

    Args:
        start: first date; with 0 days it is the result.
        days: number of business days.
    Returns:
        The last of these business days, which counts as a whole day.
    """
    return _step_business_days(start, days, 1)


def subtract_business_days(end: date, days: int) -> date:
    """Find the last day that leaves a number of business days before a date.

    Args:
        end: the later date.
        days: number of business days.
    Returns:
        The earlier date.
    """
    return _step_business_days(end, days, -1)


def count_business_days_left(on: date, due: date) -> int | None:
    """Count the business days after ``on`` up to ``due``.

    Args:
        on: today.
        due: last day.
    Returns:
        Number of business days, 0 on the last day itself, ``None`` after it.
    """
    if on > due:
        return None
    days = (due - timedelta(days=ahead) for ahead in range((due - on).days))
    return sum(map(is_business_day, days))


def _step_business_days(day: date, days: int, step: int) -> date:
    while days > 0:
        day += timedelta(days=step)
        days -= is_business_day(day)
    return day


def _list_nominal_holidays(year: int) -> Iterator[date]:
    yield from (date(year, month, day) for month, day in _FIXED_HOLIDAYS)
    for month, weekday, ordinal in _NTH_WEEKDAY_HOLIDAYS:
        first = date(year, month, 1)
        yield first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (ordinal - 1))
    last = date(year, 5, 31)
    yield last - timedelta(days=(last.weekday() - _MONDAY) % 7)
