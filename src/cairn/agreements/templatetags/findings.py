"""How a template says a finding."""

from django import template

from cairn.agreements.on_page import OnPage
from cairn.agreements.on_page import on_page as _on_page

register = template.Library()


@register.filter
def on_page(sentence: str) -> OnPage:
    """What to write, in the words of the form, with the sections it speaks of."""
    return _on_page(sentence)
