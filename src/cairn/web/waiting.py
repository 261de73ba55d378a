"""What waits for a person, gathered from every room that has something to ask of people."""

from collections.abc import Callable
from datetime import date

from cairn.intake import queries as intake
from cairn.linkage import queries as linkage
from cairn.partners.waiting import Waiting
from cairn.releases import queries as releases
from cairn.rules.actor import Actor

# Each room's `queries.waiting(actor, on)`, in the order of the way of data.
_ROOMS: tuple[Callable[[Actor, date], list[Waiting]], ...] = (
    intake.waiting,
    linkage.waiting,
    releases.waiting,
)


def everything_waiting(who: Actor, on: date) -> list[Waiting]:
    """All of it, oldest duty first inside each room."""
    return [thing for room in _ROOMS for thing in room(who, on)]
