"""Template filter that words a linter finding for the form."""

from django import template

from cairn.governance.agreements.forms.finding_advice import FormAdvice, reword_advice_for_form

register = template.Library()


@register.filter
def on_page(sentence: str) -> FormAdvice:
    """Reword a finding's advice for the form, with the form sections it mentions."""
    return reword_advice_for_form(sentence)
