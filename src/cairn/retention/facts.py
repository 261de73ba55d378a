"""Rows → facts: the one door between the tables of this room and `rules`."""

from django.utils import timezone

from cairn.consents.queries import revocations as consents
from cairn.retention.models import Demand, DestructionRun
from cairn.rules.duty import DemandFact, DutyFact, RevocationFact
from cairn.rules.vocabulary import DutyCause, DutyState


def demand(row: Demand) -> DemandFact:
    """What an owner demands."""
    return DemandFact(
        agreement=row.agreement,
        owner=row.owner.slug,
        demanded_on=timezone.localdate(row.demanded_at),
        due=row.due_on,
    )


def revocations() -> tuple[RevocationFact, ...]:
    """The consents that were taken back, each once however many were on the same days."""
    return tuple(
        {
            RevocationFact(one.agreement, one.owner, one.verified_on, one.revoked_on): None
            for one in consents.revocations()
        }
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
