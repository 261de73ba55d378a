"""Shift dates by a number of days that is the same for all dates of one child.

Time spans stay true and the dates themselves do not. The number is random: it cannot be computed
from the child (34 CFR 99.31(b)(2)). Within one project it stays the same: a recipient of several
extracts, each with a new shift, would find the true day in the middle of them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

__all__ = ["DateShifts"]

DAYS_PER_WEEK: Final = 7


class DateShifts:
    """Draw each child's shift once, in whole weeks, so that a Monday stays a Monday.

    Args:
        most_weeks: at most this many weeks earlier or later, and never zero.
        draw: returns a random whole number from 0 up to but without its argument
            (`secrets.randbelow`).
        known: the weeks by which the project has moved a child's dates before.

    Raises:
        ValueError: ``most_weeks`` is below one.
    """

    def __init__(
        self,
        most_weeks: int,
        draw: Callable[[int], int],
        known: Mapping[str, int] | None = None,
    ) -> None:
        if most_weeks < 1:
            raise ValueError("Dates are shifted by at least one week.")
        self._most, self._draw = most_weeks, draw
        self._days = {
            child: timedelta(days=DAYS_PER_WEEK * weeks) for child, weeks in (known or {}).items()
        }

    @property
    def weeks(self) -> dict[str, int]:
        """Return every child's shift in weeks.

        Keep it where only the project's next extract reads it.
        """
        return {child: span.days // DAYS_PER_WEEK for child, span in self._days.items()}

    def shift_of(self, child: str) -> timedelta:
        """Return how far this child's dates move."""
        if child not in self._days:
            drawn = self._draw(2 * self._most) - self._most
            weeks = drawn if drawn < 0 else drawn + 1
            self._days[child] = timedelta(days=DAYS_PER_WEEK * weeks)
        return self._days[child]

    def shift_dates(
        self, children: Sequence[str], dates: Sequence[date | None]
    ) -> list[date | None]:
        """Move the dates of a column, each by its child's shift; a missing date stays missing."""
        return [
            None if on is None else on + self.shift_of(child)
            for child, on in zip(children, dates, strict=True)
        ]
