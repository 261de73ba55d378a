"""Business days: weekdays that are no legal public holiday of the United States (5 U.S.C. 6103)."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Final

_MONDAY: Final = 0
_THURSDAY: Final = 3
_SATURDAY: Final = 5
_SUNDAY: Final = 6
_FIXED: Final = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))
"""Month and day of New Year's Day, Juneteenth, Independence, Veterans and Christmas Day."""
_NTH: Final = (
    (1, _MONDAY, 3),
    (2, _MONDAY, 3),
    (9, _MONDAY, 1),
    (10, _MONDAY, 2),
    (11, _THURSDAY, 4),
)
"""Month, weekday and which one: King, Washington, Labor Day, Columbus Day, Thanksgiving."""


@cache
def holidays(year: int) -> frozenset[date]:
    """The legal public holidays of a year, and the weekdays on which those at a weekend are kept.

    One on a Saturday is kept the Friday before, one on a Sunday the Monday after (5 U.S.C. 6103(b)
    and Executive Order 11582); New Year's Day may so be kept on the last day of the year before.
    """
    named = [*_named(year), date(year + 1, 1, 1)]
    kept = (day + timedelta(days=_MOVED.get(day.weekday(), 0)) for day in named)
    return frozenset(day for day in kept if day.year == year)


_MOVED: Final = {_SATURDAY: -1, _SUNDAY: 1}


def is_business_day(day: date) -> bool:
    """Whether offices are open on a day."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def after(start: date, days: int) -> date:
    """The last of so many business days that begin the day after ``start``; it counts as a whole.

    With no days at all it is ``start`` itself.
    """
    return _counted(start, days, 1)


def before(end: date, days: int) -> date:
    """The last day that leaves so many business days before ``end``."""
    return _counted(end, days, -1)


def left(on: date, due: date) -> int | None:
    """How many business days there are after ``on`` up to ``due``: 0 on the last day itself, and
    ``None`` once it is over."""
    if on > due:
        return None
    days = (due - timedelta(days=ahead) for ahead in range((due - on).days))
    return sum(map(is_business_day, days))


def _counted(day: date, days: int, step: int) -> date:
    while days > 0:
        day += timedelta(days=step)
        days -= is_business_day(day)
    return day


def _named(year: int) -> Iterator[date]:
    yield from (date(year, month, day) for month, day in _FIXED)
    for month, weekday, nth in _NTH:
        first = date(year, month, 1)
        yield first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year, 5, 31)
    yield last - timedelta(days=(last.weekday() - _MONDAY) % 7)
