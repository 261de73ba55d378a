"""Define the facts of a session series: a group of children that meets on set days of the week."""

from dataclasses import dataclass, field
from datetime import date

from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.facts.people.access import ProgramSite

__all__ = ["PickUpFact", "SessionSeriesFact"]


@dataclass(frozen=True, slots=True)
class SessionSeriesFact:
    """Describe a session series, as its program has it on record.

    Attributes:
        organization: slug of the organization that runs the program.
        first_day: the first day on which the group may meet.
        last_day: the last one; ``None`` while no end is set.
        weekdays: days of the week on which it meets, Monday is 0 (``date.weekday``).
        capacity: number of places; ``None`` without a limit.
        enrolled: number of children who hold a place on the day that the request is about.
        sites: the program and site of the group.
    """

    organization: str
    first_day: date
    last_day: date | None
    weekdays: frozenset[int]
    capacity: int | None = None
    enrolled: int = 0
    sites: frozenset[ProgramSite] = field(default=frozenset(), metadata=ADDED_LATER)

    def runs_on(self, day: date) -> bool:
        """Return whether a day lies between the first and the last day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class PickUpFact:
    """Describe the adult who comes for a child, as the program's record of the child has it.

    Attributes:
        is_listed: whether the record lists the adult as one who may pick the child up.
        is_barred: whether an order on record names the adult as one who may not.
    """

    is_listed: bool
    is_barred: bool
