"""How a template names an organization by its slug, and what a code is called."""

from collections.abc import Mapping

from django import template

from cairn.disclosures.labels import action_label, basis_label, purpose_label

register = template.Library()

register.filter("purpose_in_words", purpose_label)
register.filter("basis_in_words", basis_label)


@register.filter
def of(names: Mapping[str, str], slug: str) -> str:
    """The organization's name; the slug where nobody has that name any more."""
    return names.get(slug, slug)


@register.filter
def in_a_word(action: str) -> str:
    """What an action is called by people: "Figures published" for ``publish_release``."""
    return action_label(action)
