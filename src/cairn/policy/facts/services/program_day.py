"""Define the facts of a program's day and year: reports, meals, incidents, offers and staff."""

from dataclasses import dataclass
from datetime import date

__all__ = ["FunderReportFact"]


@dataclass(frozen=True, slots=True)
class FunderReportFact:
    """Describe a report of counts that a program makes from its own records.

    Attributes:
        organization: slug of the organization that runs the program.
        first_day: first day of the period.
        last_day: last day of the period.
        smallest_shown: the smallest group of children above 0 in the version for publication;
            ``None`` if it shows no group of children, or if the report goes to the funder alone.
    """

    organization: str
    first_day: date
    last_day: date
    smallest_shown: int | None = None
