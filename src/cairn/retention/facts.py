"""Rows → facts: the one door between the tables of this room and `rules`."""

from cairn.retention.models import Demand, DestructionRun
from cairn.rules.duty import DemandFact, DutyFact
from cairn.rules.vocabulary import DutyCause, DutyState


def demand(row: Demand) -> DemandFact:
    """What an owner demands."""
    return DemandFact(
        agreement=row.agreement,
        owner=row.owner.slug,
        demanded_on=row.demanded_at.date(),
        due=row.due_on,
    )


def duty(row: DestructionRun) -> DutyFact:
    """The duty that somebody has set about, as it was then."""
    return DutyFact(
        agreement=row.agreement,
        owner=row.owner,
        holders=frozenset(row.holders),
        cause=DutyCause(row.cause),
        due=row.due_on,
        references=tuple(row.references),
        state=DutyState(row.state),
    )
