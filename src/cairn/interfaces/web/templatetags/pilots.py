"""Detect whether a page shows data of a pilot, so that the page says so."""

from dataclasses import is_dataclass
from typing import Final

from django import template
from django.db.models import Model

register = template.Library()

_COMPARISON_KEYS: Final = frozenset({"before", "earlier", "of_pilots"})
"""Template variables that are only compared with the page's subject.

An example is a pilot shown next to a real project.
"""


@register.simple_tag(takes_context=True)
def of_a_pilot(context: template.Context) -> bool:
    """Return whether any object given to the page belongs to a pilot.

    No view has to pass this on, so none can forget it.
    """
    subjects = {
        key: candidate
        for key, candidate in context.flatten().items()
        if key not in _COMPARISON_KEYS
    }
    return any(
        _may_have_pilot_flag(value) and bool(getattr(value, "pilot", False))
        for value in subjects.values()
    )


def _may_have_pilot_flag(value: object) -> bool:
    # By its own type: to ask a lazy value for its class would load it, the CSRF token among them.
    return issubclass(type(value), Model) or is_dataclass(type(value))
