"""Define the facts of a program's day and year: reports, meals, incidents, offers and staff."""

from dataclasses import dataclass, field
from datetime import date

from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.facts.people.access import ProgramSite

__all__ = ["FunderReportFact", "IncidentFact", "MealFact", "PlaceOfferFact"]


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


@dataclass(frozen=True, slots=True)
class MealFact:
    """Describe a count of one meal, or of the snack, at one session.

    Attributes:
        present: children who are recorded as present.
        served: children who were served.
    """

    present: int
    served: int


@dataclass(frozen=True, slots=True)
class IncidentFact:
    """Describe a report of an incident in a program.

    Attributes:
        organization: slug of the organization that runs the program.
        state: "draft", "filed" or "closed"; a new report is a draft.
        day: the day of the incident.
        others: children of the report that are not on record with the organization.
        is_complete: whether it says what happened and what was done.
        names_child: whether at least one child with a record is in it.
        sites: sites of the program at which its children are or were enrolled; all sites of the
            program while it names no child.
    """

    organization: str
    state: str
    day: date
    others: int = 0
    is_complete: bool = True
    names_child: bool = field(default=True, metadata=ADDED_LATER)
    sites: frozenset[ProgramSite] = field(default=frozenset(), metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class PlaceOfferFact:
    """Describe the registration to which a place is, or was, offered.

    Attributes:
        state: "waiting" or "offered" (also an offer that expired); "none" if no family waits;
            another state once it was answered or decided.
        offered_until: last day of the offer; ``None`` if no place was offered.
    """

    state: str
    offered_until: date | None = None
