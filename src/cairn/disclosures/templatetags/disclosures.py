"""How a template names an organization by its slug."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of(names: Mapping[str, str], slug: str) -> str:
    """The organization's name; the slug where nobody has that name any more."""
    return names.get(slug, slug)
