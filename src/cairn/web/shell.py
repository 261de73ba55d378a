"""What the base template needs on every page: which doors this person may open, and the banner."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Action, SecondFactor

# Wings of the house, each with its doors, in the order of the way of data. A door appears for
# whoever may open it, a wing when it has one.
_WINGS = (
    (
        _("Home"),
        ((_("Home"), "web:home", Action.VIEW_HOME),),
    ),
    (
        _("Agreements"),
        (
            (_("Agreements"), "agreements:list", Action.VIEW_AGREEMENT),
            (_("Projects"), "projects:list", Action.VIEW_PROJECT),
            (_("Committees"), "projects:bodies", Action.VIEW_COMMITTEE),
            (_("Data dictionaries"), "dictionaries:list", Action.VIEW_DICTIONARY),
        ),
    ),
    (
        _("Families"),
        (
            (_("Consents"), "consents:list", Action.VIEW_CONSENTS),
            (_("Opt-outs"), "opt_outs:list", Action.VIEW_OPT_OUTS),
            (_("Letters"), "families:letters", Action.INVITE_FAMILY),
            (_("Requests for a copy"), "families:copies", Action.ANSWER_FAMILY),
        ),
    ),
    (
        _("Data"),
        (
            (_("Deliveries"), "intake:deliveries", Action.VIEW_DELIVERY),
            (_("Linkage"), "linkage:summary", Action.VIEW_LINKAGE),
        ),
    ),
    (
        _("Figures"),
        (
            (_("Releases"), "releases:list", Action.VIEW_RELEASE),
            (_("Published figures"), "dashboards:index", Action.VIEW_PUBLISHED),
            (_("Our own figures"), "figures:own", Action.COMPARE_OWN_FIGURES),
            (_("Targets"), "figures:targets", Action.CHANGE_TARGET),
        ),
    ),
    (
        _("Record"),
        (
            (_("May I?"), "disclosures:may_i", Action.ASK),
            (_("Disclosures"), "disclosures:list", Action.VIEW_DISCLOSURES),
            (_("Destruction"), "retention:list", Action.VIEW_DUTIES),
            (_("Deadlines"), "deadlines:list", Action.VIEW_DEADLINES),
            (_("Audit"), "audit:log", Action.VIEW_AUDIT),
        ),
    ),
    (
        _("People"),
        (
            (_("Partners"), "partners:list", Action.VIEW_PARTNERS),
            (_("My training"), "training:mine", Action.TAKE_TRAINING),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the navigation."""

    title: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Wing:
    """Doors that belong together; the wing itself opens the first of them."""

    title: str
    doors: tuple[Door, ...]

    @property
    def url(self) -> str:
        return self.doors[0].url

    @property
    def here(self) -> bool:
        return any(door.here for door in self.doors)


@dataclass(frozen=True, slots=True)
class Shell:
    """The parts of the page around the page."""

    wings: tuple[Wing, ...]
    excused: bool

    @property
    def wing(self) -> Wing | None:
        """The wing that this page stands in, where it has more than one door."""
        return next((wing for wing in self.wings if wing.here and len(wing.doors) > 1), None)

    @property
    def door(self) -> Door | None:
        """The door behind which this page stands."""
        return next((door for wing in self.wings for door in wing.doors if door.here), None)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor; asks nothing until a template uses it."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> Shell:
    who = actor(getattr(request, "user", None), request=request)
    return Shell(
        wings=tuple(_wings(request, who)) if request.user.is_authenticated else (),
        excused=who.second_factor is SecondFactor.EXCUSED,
    )


def _wings(request: HttpRequest, who: Actor) -> Iterator[Wing]:
    today = timezone.localdate()
    here = request.resolver_match.view_name if request.resolver_match else ""
    behind = _door_of(here, request.path)
    for title, doors in _WINGS:
        open_doors = tuple(
            Door(str(name), reverse(route), route == behind)
            for name, route, action in doors
            if may_open(action, who, on=today).allowed
        )
        if open_doors:
            yield Wing(str(title), open_doors)


def _door_of(here: str, path: str) -> str | None:
    """The door that a page is behind: among those of its room the one whose address the page's own
    goes on from, or else the room's list, which is its first."""
    room = here.partition(":")[0]
    doors = [r for _title, ds in _WINGS for _n, r, _a in ds if r.startswith(f"{room}:")]
    if here in doors or room == "web":
        return here
    above = [r for r in doors if path.startswith(reverse(r))]
    return max(above, key=lambda r: len(reverse(r)), default=next(iter(doors), None))
