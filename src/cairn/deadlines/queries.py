"""Everything that falls due, gathered from the rooms, each narrowed to who asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cairn.agreements import queries as agreements
from cairn.deadlines import birthdays, expected
from cairn.disclosures import queries as disclosures
from cairn.families import queries as families
from cairn.partners import queries as partners
from cairn.partners.due import Due, DueKind
from cairn.partners.models import Organization
from cairn.projects import queries as projects
from cairn.releases.extracts import queries as extracts
from cairn.retention import queries as retention
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import Action

# Each room's `due(actor, on, until)`, in the order of the way of data.
_ROOMS: tuple[Callable[[Actor, date, date], list[Due]], ...] = (
    agreements.due,
    partners.due,
    projects.due,
    expected.due,
    families.due,
    birthdays.due,
    disclosures.due,
    extracts.due,
    retention.due,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a calendar shows: from a day through another, of one kind or all, of one or all."""

    on: date
    until: date
    kind: str = ""
    organization: str = ""


def may_see(who: Actor, on: date) -> Decision:
    """Whether this person may see what is due."""
    return may_open(Action.VIEW_DEADLINES, who, on=on)


def everything_due(who: Actor, asked: Asked) -> list[Due]:
    """All of it, the earliest first. Raises `Refused`."""
    may_see(who, asked.on).require()
    found = [one for room in _ROOMS for one in room(who, asked.on, asked.until)]
    return sorted(
        (one for one in found if _wanted(one, asked)), key=lambda one: (one.on, one.kind, one.what)
    )


def organizations(found: list[Due]) -> list[str]:
    """Those that have something to do, by short name."""
    return sorted({slug for one in found for slug in acting(one)})


def names() -> dict[str, str]:
    """Every organization's name by its short name."""
    return dict(Organization.objects.values_list("slug", "name"))


def kinds(found: list[Due]) -> list[str]:
    """The kinds of things among these, in the calendar's order."""
    here = {one.kind for one in found}
    return [kind.value for kind in DueKind if kind.value in here]


def _wanted(one: Due, asked: Asked) -> bool:
    kind = asked.kind in ("", one.kind)
    return kind and (not asked.organization or asked.organization in acting(one))


def acting(one: Due) -> list[str]:
    """Who must act, by short name."""
    return [name.strip() for name in one.organization.split(",") if name.strip()]
