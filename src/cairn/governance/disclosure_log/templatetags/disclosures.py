"""Template filters that name an organization by its slug, and show codes as words."""

from collections.abc import Mapping

from django import template

from cairn.governance.disclosure_log import models

register = template.Library()
register.filter("purpose_in_words", models.find_purpose_label)
register.filter("basis_in_words", models.find_basis_label)


@register.filter
def of(names: Mapping[str, str], slug: str) -> str:
    """Return the organization's name; the slug if the organization no longer exists."""
    return names.get(slug, slug)


@register.filter
def in_a_word(action: str) -> str:
    """Return the label of an action: "Figures published" for ``publish_release``."""
    return models.find_action_label(action)
