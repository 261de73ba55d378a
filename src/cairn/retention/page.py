"""How pages and the command say a duty: in words, with its address and the color of its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from cairn.retention.models import CAUSES, STATES
from cairn.rules.duty import DutyFact
from cairn.rules.vocabulary import DutyState

TONES: Final = {
    DutyState.DUE: "",
    DutyState.DEMANDED: "warm",
    DutyState.RUNNING: "deep",
    DutyState.CERTIFIED: "deep",
    DutyState.DISPUTED: "stop",
    DutyState.ACCEPTED: "good",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One duty in a list."""

    fact: DutyFact
    owner: str
    holders: str
    why: str
    state: str
    tone: str
    overdue: bool
    url: str


def line(duty: DutyFact, on: date, names: Mapping[str, str]) -> Line:
    """A duty as it stands on a date; `names` are the organizations' by their slugs."""
    named = [duty.agreement, duty.owner, duty.cause.value, duty.due.isoformat()]
    return Line(
        fact=duty,
        owner=names.get(duty.owner, duty.owner),
        holders=", ".join(names.get(one, one) for one in sorted(duty.holders)),
        why=str(dict(CAUSES)[duty.cause.value]),
        state=str(dict(STATES)[duty.state.value]),
        tone=TONES[duty.state],
        overdue=duty.overdue(on),
        url=reverse("retention:duty", args=named),
    )
