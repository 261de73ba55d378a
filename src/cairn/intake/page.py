"""Everything that the page of one delivery says, gathered in one place."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Self

from cairn.agreements.wording.words import BASIS
from cairn.audit.models import Work
from cairn.disclosures import recorded
from cairn.disclosures.recorded import Recorded
from cairn.intake import columns, facts
from cairn.intake.columns import Dropped
from cairn.intake.models import Delivery
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.policy import CONSERVATIVE
from cairn.rules.telling import few, hearer
from cairn.rules.vocabulary import Action, Audience, DeliveryState
from cairn.warehouse.elements import catalogue
from cairn.warehouse.quality import QualityReport

_TONES = {
    DeliveryState.RECEIVED: "deep",
    DeliveryState.CONFORMING: "deep",
    DeliveryState.CONFORMED: "good",
    DeliveryState.REFUSED: "stop",
    DeliveryState.SUPERSEDED: "",
    DeliveryState.WITHDRAWN: "warm",
    DeliveryState.DESTROYED: "",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One delivery for whoever looks: facts and counts, and what they may do."""

    decision: Recorded
    basis: str
    report: QualityReport | None
    problem: str
    dropped: list[Dropped]
    work: Work | None
    record_title: str
    may_check: bool
    may_withdraw: bool
    may_map: bool
    replaced_by: Delivery | None
    left_out: int | str

    @classmethod
    def of(cls, row: Delivery, who: Actor, on: date) -> Self:
        """The page of a delivery, on a date."""
        terms = facts.agreement(row.agreement_reference)
        record = catalogue().get(row.record)
        work = Work.objects.filter(kind="conform", subject=f"delivery:{row.pk}").first()
        return cls(
            decision=recorded.read(row.decision),
            basis=_first_letter(str(BASIS[terms.basis])),
            report=QualityReport.from_json(json.dumps(row.report)) if row.conformed else None,
            problem=row.report.get("problem", ""),
            dropped=columns.dropped(row.report, row.record, terms),
            work=work if row.stands and work and not row.conformed else None,
            record_title=record.title if record else row.record,
            may_check=_unfinished(row, work) and _may(Action.CONFORM, row, who, on),
            may_withdraw=row.stands and _may(Action.WITHDRAW_DELIVERY, row, who, on),
            may_map=row.mapping is not None and _may(Action.CHANGE_MAPPING, row, who, on),
            left_out=_left_out(row, who, on),
            replaced_by=row.superseders.exclude(state=DeliveryState.WITHDRAWN).first(),
        )


def tone(state: str) -> str:
    """The color of a state."""
    return _TONES[DeliveryState(state)]


def _first_letter(words: str) -> str:
    return words[:1].upper() + words[1:]


def _unfinished(row: Delivery, work: Work | None) -> bool:
    """Whether the check of a delivery was interrupted, or nobody asked for it."""
    waits = row.state in (DeliveryState.RECEIVED, DeliveryState.CONFORMING)
    return waits and not (work and work.is_running)


def _left_out(row: Delivery, who: Actor, on: date) -> int | str:
    """How many rows no child's consent opened: exactly for the owner, and for whoever receives
    the rows not even that where they are few."""
    n = row.report.get("left_out", 0)
    owner = hearer(who, frozenset({row.organization.slug}), on) is Audience.STEWARD
    return n if owner else few(n, CONSERVATIVE.told_from)


def _may(action: Action, row: Delivery, who: Actor, on: date) -> bool:
    return may_open(action, who, organization=row.organization.slug, on=on).allowed
