"""How a template says a delivery's state and shares."""

from django import template

from cairn.intake.page import counted, filled, tone
from cairn.warehouse.elements import UnknownElement, element

register = template.Library()
register.filter("state_tone", tone)
register.filter("counted_for", counted)
register.filter("filled_for", filled)


@register.filter
def described(field: str, record: str) -> str:
    """What a field of this kind of record is, in the catalogue's words."""
    try:
        return element(f"{record}.{field}").description
    except UnknownElement:
        return field


@register.filter
def percent(share: float | str) -> str:
    """A share from 0 to 1 as a percentage, or the words in its place; what is nearly all is not
    said to be all."""
    if isinstance(share, str):
        return share
    if 0.995 <= share < 1:  # noqa: PLR2004 - rounds to 100
        return "99%"
    return f"{share:.0%}"
