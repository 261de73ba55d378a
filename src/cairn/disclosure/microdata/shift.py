"""Dates moved by a number of days that is the same for all dates of one child.

Spans of time stay true and the dates themselves do not. The number is random: it cannot be worked
out from the child (34 CFR 99.31(b)(2)). Within one project it stays the same: whoever had several
extracts, each moved anew, would find the true day in the middle of them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

WEEK: Final = 7


class Shifts:
    """Draws each child's shift once, in whole weeks, so that a Monday stays a Monday.

    Args:
        most_weeks: at most so many weeks earlier or later, and never none.
        draw: gives a whole number from 0 up to but without its argument (`secrets.randbelow`).
        known: the weeks by which the project has moved a child's dates before.
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
        self._days = {one: timedelta(days=WEEK * weeks) for one, weeks in (known or {}).items()}

    @property
    def weeks(self) -> dict[str, int]:
        """Every child's shift, to be kept where nobody but the next extract of the project reads
        it."""
        return {one: span.days // WEEK for one, span in self._days.items()}

    def of(self, child: str) -> timedelta:
        """How far this child's dates move."""
        if child not in self._days:
            drawn = self._draw(2 * self._most) - self._most
            weeks = drawn if drawn < 0 else drawn + 1
            self._days[child] = timedelta(days=WEEK * weeks)
        return self._days[child]

    def moved(self, children: Sequence[str], dates: Sequence[date | None]) -> list[date | None]:
        """The dates of a column, each moved by its own child's shift; a missing one stays so."""
        return [
            None if on is None else on + self.of(child)
            for child, on in zip(children, dates, strict=True)
        ]
