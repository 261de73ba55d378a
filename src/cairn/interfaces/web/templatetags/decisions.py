"""Provide template filters that show a decision in the words for one audience."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Protocol

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cairn.governance.disclosure_log.api import load_organization_names
from cairn.policy import engine
from cairn.policy.engine import Decision, Obligation, Reason
from cairn.policy.vocabulary import Audience, Outcome
from cairn.warehouse.schema import describe_element

register = template.Library()
_ISO_DATE: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")

_JOINED_NAMES: Final = re.compile(r"(?:(?! or |, ).)+")
"""Each of several names that a rule joined by a comma or by "or"."""

_HYPHENATED_SLUG: Final = re.compile(r"\b[a-z0-9]+(?:-[a-z0-9]+)+\b")
"""What may name an organization in a stored sentence, such as "riverside-readers"."""

_ELEMENT_ID: Final = re.compile(r"\b[a-z_]+\.[a-z_]+\b")

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


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """Hold one reason in the words for one audience."""

    message: str
    next_step: str
    citation: str


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
    stage of a document is shown in full to all staff.
    """
    reader = Audience(audience) if audience else Audience.PUBLIC
    reasons, organization_names = decision.refusals or decision.reasons, load_organization_names()
    return list(
        dict.fromkeys(
            _build_reason_line(
                _name_organizations(reason, organization_names), reader, organization_names
            )
            for reason in reasons
        )
    )


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
    """Rewrite a sentence of policy for people: dates in their usual form, elements in words.

    Policy, records and files for machines keep the exact forms.
    """
    with_element_names = _ELEMENT_ID.sub(lambda match: describe_element(match[0]), sentence)
    return _ISO_DATE.sub(lambda match: _format_day(match[0]), with_element_names)


def _format_day(written: str) -> str:
    try:
        return date_format(date.fromisoformat(written), "DATE_FORMAT")
    except ValueError:
        return written


def _name_organizations(reason: Reason, organization_names: Mapping[str, str]) -> Reason:
    """Replace organization slugs in a reason by names."""
    facts = tuple((key, _replace_slugs(value, organization_names)) for key, value in reason.facts)
    return replace(reason, facts=facts)


def _replace_slugs(value: str | int, organization_names: Mapping[str, str]) -> str | int:
    if not isinstance(value, str):
        return value
    return _JOINED_NAMES.sub(lambda slug: organization_names.get(slug[0], slug[0]), value)


def _build_reason_line(
    reason: Reason, reader: Audience, organization_names: Mapping[str, str]
) -> ReasonLine:
    if reader is Audience.RECIPIENT and engine.is_workflow_step(reason):
        reader = Audience.STEWARD
    is_steward = reader is Audience.STEWARD
    shows_next_step = is_steward or (
        reader is Audience.RECIPIENT and engine.is_own_access_reason(reason)
    )
    citation_of_law = "" if engine.reveals_special_class(reason) else reason.card.citation
    return ReasonLine(
        message=plainly(
            _HYPHENATED_SLUG.sub(
                lambda slug: organization_names.get(slug[0], slug[0]), reason.message_for(reader)
            )
        ),
        next_step=plainly(reason.next_step) if shows_next_step else "",
        citation=reason.citation if is_steward else citation_of_law,
    )
