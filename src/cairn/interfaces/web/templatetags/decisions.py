"""Provide template filters that show a decision in the words for one audience."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cairn.governance.disclosure_log.api import (
    load_organization_names,
    name_organizations,
    name_organizations_in_text,
)
from cairn.policy import engine
from cairn.policy.engine import Decision, Obligation, Reason
from cairn.policy.vocabulary import Audience, Outcome
from cairn.warehouse.schema import describe_elements_in_text

register = template.Library()
_ISO_DATE: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")

_SIGNED_OUT: Final = "A01"
"""The rule that a person must sign in."""

_OPEN_TO_ALL: Final = "A04"
"""The rule that anyone may do something: no news beside other reasons."""

_KEY: Final = re.compile(r"(?<![\w.*/“'`])[a-z]+(?:_[a-z0-9]+)+(?![\w*/”'`]|\.\w)")
"""A key of an agreement's file, such as ``study_purpose``; not a file name, not an element."""

_BILINGUAL_READERS: Final = frozenset({Audience.FAMILY, Audience.PUBLIC})
"""Audiences that read a rule's message in their own language; it has no fields to fill."""

_OUTCOME_TONES = {
    Outcome.ALLOW: "good",
    Outcome.ALLOW_SUBSET: "warm",
    Outcome.NEEDS_PERSON: "warm",
    Outcome.DENY: "stop",
}

_OUTCOME_HEADLINES = {
    Outcome.ALLOW: _("This is allowed"),
    Outcome.ALLOW_SUBSET: _("Partly allowed"),
    Outcome.NEEDS_PERSON: _("A person must decide"),
    Outcome.DENY: _("This is not allowed"),
}


_QUOTED_FACT = "said"
"""The fact of a reason that holds words of an agreement."""


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Hold one reason in the words for one audience.

    Attributes:
        quotes_agreement: whether the message quotes the words that the parties signed.
    """

    message: str
    next_step: str
    citation: str
    quotes_agreement: bool = False


class HasOutcome(Protocol):
    """Describe a decision, or its redacted form for one audience."""

    @property
    def outcome(self) -> Outcome: ...


class HasObligations(Protocol):
    """Describe a decision, or its recorded form."""

    @property
    def obligations(self) -> tuple[Obligation, ...]: ...


@register.filter
def tone(decision: HasOutcome) -> str:
    """Return the style class of the box that shows the decision."""
    return _OUTCOME_TONES[decision.outcome]


@register.filter
def headline(decision: HasOutcome) -> str:
    """Return the decision as a headline."""
    return str(_OUTCOME_HEADLINES[decision.outcome])


@register.filter
def told(decision: Decision, audience: Audience | str) -> list[ReasonLine]:
    """Return the reasons for the outcome in the words for an audience, each sentence once.

    The clause of an agreement and the next step for stewards are shown to stewards only. Others see
    the citation of the law, unless it would reveal the class of a record or the record of a child.
    A reason that users can resolve themselves comes with its next step, and a reason about the
    stage of a document is shown in full to all staff. Who has not signed in reads nothing else: the
    other reasons may end with the sign-in.
    """
    reader = Audience(audience) if audience else Audience.PUBLIC
    reasons, organization_names = decision.refusals or decision.reasons, load_organization_names()
    sign_in_reasons = [reason for reason in decision.refusals if reason.card.id == _SIGNED_OUT]
    return list(
        dict.fromkeys(
            _build_reason_line(reason, reader, organization_names)
            for reason in sign_in_reasons or reasons
            if reason.card.id != _OPEN_TO_ALL or len(reasons) == 1
        )
    )


@register.filter
def lacks_next_step(decision: Decision, audience: Audience | str) -> bool:
    """Return whether something is refused, and no reason for this audience says what to do."""
    is_refused = decision.outcome in (Outcome.DENY, Outcome.NEEDS_PERSON)
    return is_refused and not any(line.next_step for line in told(decision, audience))


@register.filter
def duties(decision: HasObligations, audience: Audience | str) -> list[Obligation]:
    """Return the obligations that this audience may see."""
    reader = Audience(audience) if audience else Audience.PUBLIC
    return [
        obligation
        for obligation in decision.obligations
        if engine.is_duty_visible_to(obligation, reader)
    ]


@register.filter
@stringfilter
def plainly(sentence: str) -> str:
    """Rewrite a sentence of policy for people: dates, data elements and keys of files in words.

    Policy, records and files for machines keep the exact forms.
    """
    with_element_names = describe_elements_in_text(sentence)
    with_labels = _KEY.sub(lambda match: f"“{match[0].replace('_', ' ')}”", with_element_names)
    return _ISO_DATE.sub(lambda match: _format_day(match[0]), with_labels)


def _format_day(written: str) -> str:
    try:
        return date_format(date.fromisoformat(written), "DATE_FORMAT")
    except ValueError:
        return written


def _build_reason_line(reason: Reason, reader: Audience, names: Mapping[str, str]) -> ReasonLine:
    reason = name_organizations(reason, names)
    if reader is Audience.RECIPIENT and engine.is_workflow_step(reason):
        reader = Audience.STEWARD
    is_steward = reader is Audience.STEWARD
    shows_next_step = is_steward or (
        reader is Audience.RECIPIENT and engine.is_own_access_reason(reason)
    )
    citation_of_law = "" if engine.reveals_special_class(reason) else reason.card.citation
    message = reason.message_for(reader)
    if reader in _BILINGUAL_READERS:
        message = gettext(message)
    return ReasonLine(
        message=plainly(name_organizations_in_text(message, names)),
        next_step=plainly(name_organizations_in_text(reason.next_step, names))
        if shows_next_step
        else "",
        citation=reason.citation if is_steward else citation_of_law,
        quotes_agreement=is_steward and _QUOTED_FACT in dict(reason.facts),
    )
