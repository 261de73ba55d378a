"""Template filters for breaches."""

from django import template
from django.utils.text import capfirst

from cairn.policy.vocabulary import PenaltyKind, label_code

register = template.Library()


@register.filter
def penalty_in_words(kind: PenaltyKind) -> str:
    """Return a consequence of a breach in words."""
    return capfirst(label_code(kind))
