"""Record a breach, the notice to each data owner, and how it was resolved."""

from dataclasses import dataclass
from datetime import datetime

from cairn.governance.agreements.api import Agreement
from cairn.governance.breaches.models import Breach, BreachNotice
from cairn.governance.breaches.queries import build_breach_fact
from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Permit
from cairn.policy.facts import BreachFact
from cairn.policy.questions import may_close_breach, may_notify_breach_owner
from cairn.policy.vocabulary import Action, BreachKind, BreachState


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredBreach:
    """A breach as it was discovered.

    Attributes:
        agreement: agreement that the data came under.
        kind: what happened.
        discovered_at: when it was discovered.
        described: what happened, in words without a student's name.
        students: number of students concerned; None while it is unknown.
    """

    agreement: Agreement
    kind: BreachKind
    discovered_at: datetime
    described: str
    students: int | None


def _lock_notice_facts(*, breach: Breach, owner: Organization) -> tuple[BreachFact, str]:
    return build_breach_fact(_lock_breach(breach)), owner.slug


def _lock_closing_facts(*, breach: Breach, remedy: str) -> tuple[BreachFact]:
    return (build_breach_fact(_lock_breach(breach), remedy=remedy),)


def _lock_breach(breach: Breach) -> Breach:
    return Breach.objects.select_for_update().get(pk=breach.pk)


@action("breach.recorded", asks=has_role_at(Action.RECORD_BREACH), facts=get_organization_slug)
def record_breach(
    permit: Permit,
    /,
    *,
    organization: Organization,
    discovered: DiscoveredBreach,
    by: User,
    at: datetime,
) -> ActionResult[Breach]:
    """Record a breach at an organization. Raises `Refused`."""
    row = Breach.objects.create(
        organization=organization,
        agreement=discovered.agreement,
        kind=discovered.kind.value,
        discovered_at=discovered.discovered_at,
        described=discovered.described,
        students=discovered.students,
        recorded_by=by,
        recorded_at=at,
    )
    detail = {"organization": organization.slug, "agreement": discovered.agreement.reference}
    return ActionResult(row, subject=row, detail=detail)


@action("breach.owner_notified", asks=may_notify_breach_owner, facts=_lock_notice_facts)
def record_breach_notice(
    permit: Permit, /, *, breach: Breach, owner: Organization, how: str, by: User, at: datetime
) -> ActionResult[BreachNotice]:
    """Record that a data owner was notified, which may read the record from then on.

    Args:
        breach: the breach.
        owner: the data owner.
        how: how it was notified.
        by: the acting user.
        at: when it was notified.
    Returns:
        The notice.
    Raises:
        Refused: the policy does not allow it, such as for an owner that was notified already.
    """
    row = BreachNotice.objects.create(breach=breach, owner=owner, notified_at=at, how=how, by=by)
    return ActionResult(row, subject=breach, detail={"owner": owner.slug})


@action("breach.closed", asks=may_close_breach, facts=_lock_closing_facts)
def close_breach(
    permit: Permit, /, *, breach: Breach, remedy: str, by: User, at: datetime
) -> ActionResult[None]:
    """Close a breach record with what was done. Raises `Refused`."""
    breach.state, breach.remedy = BreachState.CLOSED.value, remedy
    breach.closed_by, breach.closed_on = by, permit.on
    breach.save(update_fields=["state", "remedy", "closed_by", "closed_on"])
    return ActionResult(subject=breach)
