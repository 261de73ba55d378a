"""How a template says a Decision: in whose words, and in which color."""

from dataclasses import dataclass

from django import template
from django.utils.translation import gettext_lazy as _

from cairn.rules.decision import Decision, Reason
from cairn.rules.vocabulary import Audience, Outcome

register = template.Library()

_TONES = {
    Outcome.ALLOW: "good",
    Outcome.ALLOW_SUBSET: "warm",
    Outcome.NEEDS_PERSON: "warm",
    Outcome.DENY: "stop",
}
_HEADLINES = {
    Outcome.ALLOW: _("This is allowed"),
    Outcome.ALLOW_SUBSET: _("Part of this is allowed"),
    Outcome.NEEDS_PERSON: _("Someone must decide this"),
    Outcome.DENY: _("This is not allowed"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One reason as one audience may hear it."""

    message: str
    next_step: str
    citation: str


@register.filter
def tone(decision: Decision) -> str:
    """The class of the callout that shows this decision."""
    return _TONES[decision.outcome]


@register.filter
def headline(decision: Decision) -> str:
    """The decision in four words."""
    return str(_HEADLINES[decision.outcome])


@register.filter
def told(decision: Decision, audience: Audience | str) -> list[Line]:
    """The reasons that matter for the outcome, in the audience's words, each sentence once.

    What stands in an agreement's clause, and what a steward should do about it, is for stewards:
    others hear the law's paragraph only.
    """
    hearer = Audience(audience) if audience else Audience.PUBLIC
    reasons = decision.refusals or decision.reasons
    return list(dict.fromkeys(_line(reason, hearer) for reason in reasons))


def _line(reason: Reason, hearer: Audience) -> Line:
    inside = hearer is Audience.STEWARD
    return Line(
        message=reason.told(hearer),
        next_step=reason.next_step if inside else "",
        citation=reason.citation if inside else reason.card.citation,
    )
