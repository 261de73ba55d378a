"""What the base template needs on every page: which doors this person may open, and the banner."""

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

# In the order of the way of data. A door appears for whoever may open it.
_DOORS = (
    (_("Home"), "web:home", Action.VIEW_HOME),
    (_("Partners"), "partners:list", Action.VIEW_PARTNERS),
    (_("Agreements"), "agreements:list", Action.VIEW_AGREEMENT),
    (_("Opt-outs"), "opt_outs:list", Action.VIEW_OPT_OUTS),
    (_("Deliveries"), "intake:deliveries", Action.VIEW_DELIVERY),
    (_("Linkage"), "linkage:summary", Action.VIEW_LINKAGE),
    (_("Releases"), "releases:list", Action.VIEW_RELEASE),
    (_("Published figures"), "dashboards:index", Action.VIEW_PUBLISHED),
    (_("Audit"), "audit:log", Action.VIEW_AUDIT),
)


@dataclass(frozen=True, slots=True)
class Door:
    """One entry of the navigation."""

    title: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The parts of the page around the page."""

    doors: tuple[Door, ...]
    excused: bool


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor; asks nothing until a template uses it."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> Shell:
    who = actor(getattr(request, "user", None), request=request)
    return Shell(
        doors=tuple(_doors(request, who)) if request.user.is_authenticated else (),
        excused=who.second_factor is SecondFactor.EXCUSED,
    )


def _doors(request: HttpRequest, who: Actor) -> list[Door]:
    today = timezone.localdate()
    here = request.resolver_match.view_name if request.resolver_match else ""
    room = here.partition(":")[0]
    found = []
    for title, name, action in _DOORS:
        if not may_open(action, who, on=today).allowed:
            continue
        found.append(
            Door(str(title), reverse(name), here == name or room == name.partition(":")[0] != "web")
        )
    return found
