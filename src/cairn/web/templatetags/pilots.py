"""Whether a page shows something of a pilot: then it says so, on the screen and in print."""

from dataclasses import is_dataclass
from typing import Final

from django import template
from django.db.models import Model

register = template.Library()

_BESIDE: Final = frozenset({"before", "earlier", "of_pilots"})
"""What stands on a page beside what it is about: a pilot that a real project is read against."""


@register.simple_tag(takes_context=True)
def of_a_pilot(context: template.Context) -> bool:
    """Whether anything that the page is given is a pilot's: a project, an agreement, a delivery, a
    run, a release, or facts of one. No view has to think of it, so none can forget."""
    shown = {k: v for k, v in context.flatten().items() if k not in _BESIDE}
    return any(_tells(given) and bool(getattr(given, "pilot", False)) for given in shown.values())


def _tells(given: object) -> bool:
    return isinstance(given, Model) or is_dataclass(given)
