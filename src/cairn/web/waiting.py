"""What waits for a person, gathered from every room that has something to ask of people."""

from collections.abc import Callable
from datetime import date

from cairn.agreements.queries import waits as agreements
from cairn.consents.queries import waits as consents
from cairn.disclosures import queries as disclosures
from cairn.families import queries as families
from cairn.intake import queries as intake
from cairn.linkage import queries as linkage
from cairn.partners.queries import waits as partners
from cairn.partners.waiting import Waiting
from cairn.projects.queries import duties as projects
from cairn.releases import queries as releases
from cairn.releases.extracts import queries as extracts
from cairn.retention import queries as retention
from cairn.rules.actor import Actor

# Each room's `queries.waiting(actor, on)`, in the order of the way of data.
_ROOMS: tuple[Callable[[Actor, date], list[Waiting]], ...] = (
    partners.waiting,
    agreements.waiting,
    projects.waiting,
    consents.waiting,
    families.waiting,
    intake.waiting,
    linkage.waiting,
    releases.waiting,
    extracts.waiting,
    disclosures.waiting,
    retention.waiting,
)


def everything_waiting(who: Actor, on: date) -> list[Waiting]:
    """All of it, oldest duty first inside each room."""
    return [thing for room in _ROOMS for thing in room(who, on)]
