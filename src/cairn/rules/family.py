"""What concerns one family: who may open its page, when a copy is due, and who disagrees."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from cairn.rules.access import may_open_family
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.question import question
from cairn.rules.rights import majority
from cairn.rules.vocabulary import Action, Relation

COPY_DAYS: Final = 45
"""Days within which a family's request to see its child's record is answered (34 CFR 99.10(b))."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one signer said of one form: ``signer`` is opaque, ``says`` is yes or no."""

    signer: str
    relation: Relation
    says: bool
    at: datetime


@question
def may_view_family(child: str, actor: Actor, on: date) -> Decision:
    """Whether this is the session of this one child's family."""
    return may_open_family(Action.PARENT_VIEW, actor, child=child, on=on)


@question
def may_answer_family(child: str, actor: Actor, on: date) -> Decision:
    """Whether this session may opt out or ask for a copy for this child."""
    return may_open_family(Action.FAMILY_ANSWER, actor, child=child, on=on)


def passed_since(born: date | None, college: date | None, printed_on: date, on: date) -> bool:
    """Whether the rights passed to the student after a letter was printed: it went to the parents
    then, and what it opens is the student's own now (34 CFR 99.5(a)).

    ``born`` gives the day of majority; ``college`` is the day from which the student is known to
    attend one.
    """
    days = (majority(born) if born else None, college)
    return any(day is not None and printed_on < day <= on for day in days)


def copy_due(asked_on: date) -> date:
    """The last day to answer a request for a copy."""
    return asked_on + timedelta(days=COPY_DAYS)


def in_conflict(voices: Iterable[Voice], answered_at: datetime | None) -> bool:
    """Whether two who hold the right disagree about one form, and nobody decided since.

    Of each signer only the last word counts. Once the student has spoken, only the student has.
    """
    said = sorted(voices, key=lambda voice: voice.at)
    own = [v for v in said if v.relation is Relation.STUDENT]
    last = {v.signer: v for v in own or said}
    if {v.says for v in last.values()} != {True, False}:
        return False
    return answered_at is None or answered_at < max(v.at for v in last.values())
