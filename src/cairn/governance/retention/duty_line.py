"""Describe a duty for pages and the command: labels, URL and the color of its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from cairn.governance.retention.models import DUTY_CAUSE_CHOICES, DUTY_STATE_CHOICES
from cairn.policy.facts import DutyFact
from cairn.policy.vocabulary import DutyState

TONE_BY_DUTY_STATE: Final = {
    DutyState.DUE: "",
    DutyState.DEMANDED: "warm",
    DutyState.RUNNING: "deep",
    DutyState.CERTIFIED: "deep",
    DutyState.DISPUTED: "stop",
    DutyState.ACCEPTED: "good",
}


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty in a list."""

    fact: DutyFact
    owner: str
    holders: str
    why: str
    state: str
    tone: str
    overdue: bool
    url: str


def build_duty_line(duty: DutyFact, on: date, names: Mapping[str, str]) -> DutyLine:
    """Build the line of a duty on a date.

    Args:
        duty: the duty.
        on: the date.
        names: organization names by slug.

    Returns:
        The line.
    """
    url_arguments = [duty.agreement, duty.owner, duty.cause.value, duty.due.isoformat()]
    return DutyLine(
        fact=duty,
        owner=names.get(duty.owner, duty.owner),
        holders=", ".join(names.get(holder, holder) for holder in sorted(duty.holders)),
        why=str(dict(DUTY_CAUSE_CHOICES)[duty.cause.value]),
        state=str(dict(DUTY_STATE_CHOICES)[duty.state.value]),
        tone=TONE_BY_DUTY_STATE[duty.state],
        overdue=duty.is_overdue(on),
        url=reverse("retention:duty", args=url_arguments),
    )
