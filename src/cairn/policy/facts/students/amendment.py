"""Define the fact of a hearing about a family's request to amend a record."""

from dataclasses import dataclass
from datetime import date

__all__ = ["HearingFact"]


@dataclass(frozen=True, slots=True)
class HearingFact:
    """Describe one hearing (34 CFR 99.22).

    Attributes:
        held_on: day of the hearing.
        officer: name of the person who conducts it; may be an official of the organization.
        impartial: whether that person has no direct interest in the outcome.
        notified_on: day on which the family was notified of date, time and place; None if it was
            not.
    """

    held_on: date
    officer: str
    impartial: bool
    notified_on: date | None = None
