"""Define the facts of a program's own records of children, when they are to be destroyed."""

from dataclasses import dataclass
from datetime import date

__all__ = ["ParticipantRecordFact", "RetentionPeriodFact"]


@dataclass(frozen=True, slots=True)
class RetentionPeriodFact:
    """Describe how long an organization keeps its own records of a child.

    Attributes:
        organization: slug of the organization that keeps the records.
        years: whole years after the child's last day; ``None`` while no period is chosen.
        has_federal_award: whether a federal award pays for a program of the organization.
    """

    organization: str
    years: int | None
    has_federal_award: bool = False

    def find_last_day_kept(self, last_day: date) -> date | None:
        """Return the last day on which a record is kept; ``None`` while no period is chosen."""
        if self.years is None:
            return None
        # A record of February 29 is kept until March 1.
        is_leap_day = (last_day.month, last_day.day) == (2, 29)
        day = last_day.replace(month=3, day=1) if is_leap_day else last_day
        return day.replace(year=day.year + self.years)

    def is_over(self, last_day: date | None, on: date) -> bool:
        """Return whether the period of a record is over; never while the child holds a place."""
        last_day_kept = self.find_last_day_kept(last_day) if last_day else None
        return last_day_kept is not None and last_day_kept < on


@dataclass(frozen=True, slots=True)
class ParticipantRecordFact:
    """Describe one child's record with a program, without saying who the child is.

    Attributes:
        last_day: the child's last day; ``None`` while the child holds a place.
        is_held: whether an order, a claim, an audit or a request to inspect holds the record.
    """

    last_day: date | None
    is_held: bool = False
