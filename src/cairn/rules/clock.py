"""What the law wants answered within so many days, and whether it was: the pages ask here."""

from datetime import date

from cairn.rules.cards import disclosed as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Reason
from cairn.rules.disclosed import answer_by
from cairn.rules.family import copy_due
from cairn.rules.vocabulary import Outcome


def inspection(asked_on: date, answered_on: date | None, on: date) -> Reason:
    """Whether a family's request to see its child's record is in time on a day (34 CFR 99.10)."""
    return _in_time(cards.COPY, asked_on, copy_due(asked_on), answered_on, on)


def further_disclosures(asked_on: date, answered_on: date | None, on: date) -> Reason:
    """Whether an owner's request for the record of further disclosures is in time on a day
    (34 CFR 99.32(b)(2)(iii))."""
    return _in_time(cards.ONWARD_RECORD, asked_on, answer_by(asked_on), answered_on, on)


def late(reason: Reason) -> bool:
    """Whether one of these answers is overdue, or came too late."""
    return reason.effect is Outcome.DENY


def _in_time(
    card: RuleCard, asked_on: date, due: date, answered_on: date | None, on: date
) -> Reason:
    """Met while there is time, and for good where the answer came in time; the last day counts."""
    met = (answered_on or on) <= due
    facts = (("asked", asked_on.isoformat()), ("due", due.isoformat()))
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, facts)
