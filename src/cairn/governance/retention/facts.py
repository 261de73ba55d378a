"""Turn retention rows into the frozen facts that the policy package evaluates."""

from django.utils import timezone

from cairn.governance.consents.api import list_consent_revocations
from cairn.governance.retention.models import Demand, DestructionRun
from cairn.policy.facts import DemandFact, DutyFact, RevocationFact
from cairn.policy.vocabulary import DutyCause, DutyState

__all__ = ["build_demand_fact", "build_duty_fact", "load_revocation_facts"]


def build_demand_fact(row: Demand) -> DemandFact:
    """Build the fact of an owner's demand.

    Args:
        row: the demand's row.

    Returns:
        The demand fact.
    """
    return DemandFact(
        agreement=row.agreement,
        owner=row.owner.slug,
        demanded_on=timezone.localdate(row.demanded_at),
        due=row.due_on,
    )


def load_revocation_facts() -> tuple[RevocationFact, ...]:
    """Load the consents that families revoked; revocations with the same dates are one fact.

    Returns:
        The revocation facts.
    """
    return tuple(
        {
            RevocationFact(
                revocation.agreement,
                revocation.owner,
                revocation.verified_on,
                revocation.revoked_on,
            ): None
            for revocation in list_consent_revocations()
        }
    )


def build_duty_fact(row: DestructionRun) -> DutyFact:
    """Build the fact of a duty as it was when its destruction began.

    Args:
        row: the destruction run's row.

    Returns:
        The duty fact.
    """
    return DutyFact(
        agreement=row.agreement,
        owner=row.owner,
        holders=frozenset(row.holders),
        cause=DutyCause(row.cause),
        due=row.due_on,
        references=tuple(row.references),
        state=DutyState(row.state),
    )
