"""How a template says a Decision: in whose words, and in which color."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cairn.consents.naming import named
from cairn.disclosures.queries import names
from cairn.rules.decision import Decision, Obligation, Reason
from cairn.rules.telling import is_a_step, is_duty_of, is_their_own, tells_a_class
from cairn.rules.vocabulary import Audience, Outcome

register = template.Library()

_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_APART: Final = re.compile(r"(?:(?! or |, ).)+")
"""Each of several names that a rule joined by a comma or by "or"."""
_ELEMENT: Final = re.compile(r"\b[a-z_]+\.[a-z_]+\b")

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


class Answered(Protocol):
    """A Decision, or what one audience is told of it."""

    @property
    def outcome(self) -> Outcome: ...


class Obliging(Protocol):
    """A Decision, or one as it was recorded."""

    @property
    def obligations(self) -> tuple[Obligation, ...]: ...


@register.filter
def tone(decision: Answered) -> str:
    """The class of the callout that shows this decision."""
    return _TONES[decision.outcome]


@register.filter
def headline(decision: Answered) -> str:
    """The decision in four words."""
    return str(_HEADLINES[decision.outcome])


@register.filter
def told(decision: Decision, audience: Audience | str) -> list[Line]:
    """The reasons that matter for the outcome, in the audience's words, each sentence once.

    What stands in an agreement's clause, and what a steward should do about it, is for stewards:
    others hear the law's paragraph only, and not even that where it would tell the class of a
    record or what is on record of a child. What the asker can mend themselves comes with what to
    do, and where a paper stands is told whole to any of the staff.
    """
    hearer = Audience(audience) if audience else Audience.PUBLIC
    reasons, called = decision.refusals or decision.reasons, names()
    return list(dict.fromkeys(_line(_named(reason, called), hearer) for reason in reasons))


@register.filter
def duties(decision: Obliging, audience: Audience | str) -> list[Obligation]:
    """What must still be done, as far as this audience is told of it."""
    hearer = Audience(audience) if audience else Audience.PUBLIC
    return [one for one in decision.obligations if is_duty_of(one, hearer)]


@register.filter
@stringfilter
def plainly(sentence: str) -> str:
    """The rules' sentence as people read it: a day as they write days, an element by its words.

    The rules, the record and the files for machines keep the exact forms.
    """
    words = _ELEMENT.sub(lambda found: named(found[0]), sentence)
    return _DAY.sub(lambda found: _day(found[0]), words)


def _day(written: str) -> str:
    try:
        return date_format(date.fromisoformat(written), "DATE_FORMAT")
    except ValueError:
        return written


def _named(reason: Reason, called: Mapping[str, str]) -> Reason:
    """The reason with organizations by their names: the rules know them by short name only."""
    facts = tuple((key, _name(value, called)) for key, value in reason.facts)
    return replace(reason, facts=facts)


def _name(value: str | int, called: Mapping[str, str]) -> str | int:
    if not isinstance(value, str):
        return value
    return _APART.sub(lambda word: called.get(word[0], word[0]), value)


def _line(reason: Reason, hearer: Audience) -> Line:
    if hearer is Audience.RECIPIENT and is_a_step(reason):
        hearer = Audience.STEWARD
    inside = hearer is Audience.STEWARD
    helped = inside or (hearer is Audience.RECIPIENT and is_their_own(reason))
    paragraph = "" if tells_a_class(reason) else reason.card.citation
    return Line(
        message=plainly(reason.told(hearer)),
        next_step=plainly(reason.next_step) if helped else "",
        citation=reason.citation if inside else paragraph,
    )
