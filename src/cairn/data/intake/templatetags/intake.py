"""Format a delivery's state and shares in templates."""

from django import template

from cairn.data.intake.tables import get_status_tone
from cairn.data.intake.views import delivery_page
from cairn.warehouse.schema import UnknownElement, describe_elements_in_text, get_element

register = template.Library()
register.filter("element_labels", describe_elements_in_text)
register.filter("status_tone", get_status_tone)
register.filter("counted_for", delivery_page.format_row_count)
register.filter("filled_for", delivery_page.format_filled_share)


@register.filter
def described(field: str, record: str) -> str:
    """Return the label of a field of this record type."""
    try:
        return get_element(f"{record}.{field}").label
    except UnknownElement:
        return field


@register.filter
def percent(share: float | str) -> str:
    """Format a share from 0 to 1 as a percentage, or return the words given in its place.

    Nearly all is never shown as 100 %.
    """
    if isinstance(share, str):
        return share
    if 0.995 <= share < 1:  # noqa: PLR2004 - rounds to 100
        return "99%"
    return f"{share:.0%}"
