"""Read breaches, by when data owners must be notified, and what agreements say of them."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.agreements.api import load_agreement_facts
from cairn.governance.breaches.models import Breach
from cairn.governance.consents.api import list_permitted_organizations
from cairn.governance.partners.api import Organization
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy.checks import find_breach_notice_due
from cairn.policy.facts import Actor, AgreementFact, BreachFact, Penalty
from cairn.policy.questions import find_viewable_breaches, may_open_page
from cairn.policy.vocabulary import Action, BreachState, PartyRole

__all__ = ["list_breach_deadlines", "list_breach_tasks"]


@dataclass(frozen=True, slots=True)
class BreachDetail:
    """One breach with what its agreement says of it.

    Attributes:
        row: the breach.
        owners: data owners of the agreement.
        waiting: data owners that were not notified yet.
        notice_due: time by which they must be notified.
        penalties: consequences of a breach that the agreement states, each with its clause.
    """

    row: Breach
    owners: tuple[Organization, ...]
    waiting: tuple[Organization, ...]
    notice_due: datetime
    penalties: tuple[Penalty, ...]


def list_breaches(who: Actor, on: date) -> QuerySet[Breach]:
    """List the breaches that a user may read, in the database.

    The same answer as `may_view_breach` for each breach.

    Args:
        who: facts about the user.
        on: the day for which access is computed.

    Returns:
        The query, newest first.

    Raises:
        Refused: the user may not read breach records at all.
    """
    may_open_page(Action.VIEW_BREACHES, who, on=on).require()
    scope, rows = find_viewable_breaches(who, on), Breach.objects.all()
    if not scope.every:
        is_place = Q(organization__slug__in=scope.organizations)
        is_notified = Q(notices__owner__slug__in=scope.organizations)
        rows = rows.filter(is_place | is_notified).distinct()
    return rows.select_related("organization", "agreement", "closed_by", "recorded_by")


def list_own_breaches(who: Actor, on: date) -> QuerySet[Breach]:
    """List the breaches that a user may notify owners of and close. Raises `Refused`."""
    places = list_permitted_organizations(Action.RECORD_BREACH, who, on)
    rows = Breach.objects.filter(organization__in=places)
    return rows.select_related("organization", "agreement", "closed_by", "recorded_by")


def build_breach_fact(row: Breach, *, remedy: str = "") -> BreachFact:
    """Build the fact of a breach, with the owners that were notified."""
    terms = _load_terms(row)
    return BreachFact(
        row.organization.slug,
        terms.list_organizations(PartyRole.PROVIDER),
        frozenset(row.notices.values_list("owner__slug", flat=True)),
        BreachState(row.state),
        remedy or row.remedy,
    )


def describe_breach(row: Breach) -> BreachDetail:
    """Describe a breach for a user; the caller has checked the right."""
    terms = _load_terms(row)
    slugs = terms.list_organizations(PartyRole.PROVIDER)
    owners = tuple(Organization.objects.filter(slug__in=slugs).order_by("name"))
    notified = set(row.notices.values_list("owner", flat=True))
    return BreachDetail(
        row,
        owners,
        tuple(owner for owner in owners if owner.pk not in notified),
        find_breach_notice_due(terms, row.discovered_at),
        terms.penalties,
    )


def _load_terms(row: Breach) -> AgreementFact:
    """Load the agreement of a breach as it was on the day of the discovery."""
    (terms,) = load_agreement_facts([row.agreement], timezone.localdate(row.discovered_at))
    return terms


def list_breach_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the tasks that breaches create for a user.

    Args:
        who: facts about the user.
        on: the day for which access is computed.
    Returns:
        At most one task: open breaches, due when the first data owner must be notified.
    """
    if not may_open_page(Action.RECORD_BREACH, who, on=on).allowed:
        return []
    rows = list(list_own_breaches(who, on).filter(state=BreachState.OPEN.value))
    if not rows:
        return []
    title = ngettext("open breach to resolve", "open breaches to resolve", len(rows))
    details = [describe_breach(row) for row in rows]
    due = min((_find_due_date(item) for item in details if item.waiting), default=None)
    keys = tuple(f"breach:{row.pk}" for row in rows)
    return [InboxTask(len(rows), title, reverse("breaches:list"), due=due, minutes=60, keys=keys)]


def _find_due_date(detail: BreachDetail) -> date:
    return timezone.localdate(detail.notice_due)


def list_breach_deadlines(who: Actor, on: date, until: date) -> list[Deadline]:
    """List the days by which data owners must be notified of a breach.

    Args:
        who: facts about the user.
        on: the day for which access is computed.
        until: the last day to include.
    Returns:
        One entry for each open breach with an owner that was not notified.
    """
    if not may_open_page(Action.VIEW_BREACHES, who, on=on).allowed:
        return []
    rows = list_breaches(who, on).filter(state=BreachState.OPEN.value)
    waiting = [detail for detail in map(describe_breach, rows) if detail.waiting]
    return [
        Deadline(
            _find_due_date(detail),
            _("Notice of a breach to data owners"),
            DeadlineKind.LEGAL,
            detail.row.organization.slug,
            reverse("breaches:detail", args=[detail.row.pk]),
        )
        for detail in waiting
        if _find_due_date(detail) <= until
    ]
