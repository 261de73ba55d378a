"""Read legal process and public-records requests, their deadlines, and the tasks that they make."""

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.consents import api as consents_api
from cairn.governance.legal_process.models import LegalProcess, PublicRequest
from cairn.governance.partners.api import Organization
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy.checks import find_court_order
from cairn.policy.facts import Actor, CourtOrder, LegalProcessFact, OrderedDisclosure
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import (
    Action,
    LegalProcessKind,
    LegalProcessState,
    Level,
    PublicRequestState,
)

__all__ = ["list_court_orders", "list_legal_deadlines", "list_legal_tasks"]

_PENDING = tuple(
    state.value
    for state in (LegalProcessState.ON_HOLD, LegalProcessState.CLEARED, LegalProcessState.CONTESTED)
)


def build_demand_seal_context(organization: Organization) -> str:
    """Return what the sealed text of an organization's legal process is bound to."""
    return f"legal process of {organization.slug}"


def unseal_demand(process: LegalProcess) -> str:
    """Decrypt what a demand asks for, for a user; the caller has checked the right."""
    context = build_demand_seal_context(process.organization)
    return consents_api.unseal_fields(context, process.sealed)["asks"]


def list_cleared_students(process: LegalProcess) -> tuple[str, ...]:
    """Decrypt the local IDs of the students for whom counsel cleared legal process."""
    if not process.sealed_students:
        return ()
    context = build_demand_seal_context(process.organization)
    fields = consents_api.unseal_fields(context, process.sealed_students)
    return tuple(fields["students"].splitlines())


def list_statements_with_records(
    process: LegalProcess, on: date
) -> list[consents_api.StatementToSend]:
    """List the families' statements that go with the records for which counsel cleared a demand.

    Which elements the records hold is in counsel's words, so a statement about any part goes along.
    """
    owner = process.organization.slug
    keys = {
        consents_api.compute_child_key(owner, local_id)
        for local_id in list_cleared_students(process)
    }
    return consents_api.list_statements_to_send(keys, None, Level.INDIVIDUAL, on)


def build_process_fact(row: LegalProcess) -> LegalProcessFact:
    """Build the fact of legal process in its present state."""
    return LegalProcessFact(
        LegalProcessKind(row.kind), LegalProcessState(row.state), row.effort_on, row.secrecy
    )


def list_court_orders(on: date) -> tuple[CourtOrder, ...]:
    """List the court orders and subpoenas on which a use of data may rest on a day.

    Args:
        on: date of the use.
    Returns:
        One fact for each that policy lets a use rest on.
    """
    rows = LegalProcess.objects.filter(state=LegalProcessState.CLEARED.value).select_related(
        "organization", "recipient"
    )
    orders = (
        find_court_order(build_process_fact(row), _build_ordered_disclosure(row), on)
        for row in rows.order_by("pk")
    )
    return tuple(order for order in orders if order is not None)


def _build_ordered_disclosure(row: LegalProcess) -> OrderedDisclosure:
    owner = row.organization.slug
    return OrderedDisclosure(
        id=f"legal-{row.pk}",
        organization=owner,
        recipient=row.recipient.slug if row.recipient else "",
        people=frozenset(
            consents_api.compute_child_key(owner, local_id)
            for local_id in list_cleared_students(row)
        ),
        issued_on=row.issued_on,
        decided_on=row.decided_on,
    )


def list_legal_processes(
    who: Actor, on: date, action: Action = Action.VIEW_LEGAL_REQUESTS
) -> QuerySet[LegalProcess]:
    """List the legal process on which a user may take an action. Raises `Refused`."""
    organizations = consents_api.list_permitted_organizations(action, who, on)
    return LegalProcess.objects.filter(organization__in=organizations).select_related(
        "organization", "decided_by", "recorded_by", "recipient"
    )


def list_public_requests(
    who: Actor, on: date, action: Action = Action.VIEW_LEGAL_REQUESTS
) -> QuerySet[PublicRequest]:
    """List the public-records requests for which a user may take an action. Raises `Refused`."""
    organizations = consents_api.list_permitted_organizations(action, who, on)
    return PublicRequest.objects.filter(organization__in=organizations).select_related(
        "organization", "answered_by", "recorded_by"
    )


def list_legal_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the tasks that legal process and public-records requests create for a user.

    Args:
        who: facts about the user.
        on: the day for which access is computed.
    Returns:
        At most two tasks: demands on hold for counsel, and public-records requests to answer.
    """
    address, tasks = reverse("legal:list"), []
    if may_open_page(Action.DECIDE_LEGAL_PROCESS, who, on=on).allowed:
        held = list_legal_processes(who, on, Action.DECIDE_LEGAL_PROCESS).filter(
            state=LegalProcessState.ON_HOLD.value
        )
        if demands := list(held):
            title = ngettext(
                "legal demand on hold for counsel",
                "legal demands on hold for counsel",
                len(demands),
            )
            due = min((row.due_on for row in demands if row.due_on is not None), default=None)
            keys = tuple(f"legal.decide:{row.pk}" for row in demands)
            tasks.append(InboxTask(len(demands), title, address, due=due, minutes=60, keys=keys))
    if may_open_page(Action.HANDLE_LEGAL_REQUEST, who, on=on).allowed:
        asked = list_public_requests(who, on, Action.HANDLE_LEGAL_REQUEST).filter(
            state=PublicRequestState.OPEN.value
        )
        if requests := list(asked):
            title = ngettext(
                "public-records request to answer",
                "public-records requests to answer",
                len(requests),
            )
            due = min(row.due_on for row in requests)
            keys = tuple(f"public_request.answer:{row.pk}" for row in requests)
            tasks.append(InboxTask(len(requests), title, address, due=due, minutes=45, keys=keys))
    return tasks


def list_legal_deadlines(who: Actor, on: date, until: date) -> list[Deadline]:
    """List the days on which legal process and public-records requests are due.

    Args:
        who: facts about the user.
        on: the day for which access is computed.
        until: the last day to include.
    Returns:
        One entry for each pending demand with a due date, and each open request.
    """
    if not may_open_page(Action.VIEW_LEGAL_REQUESTS, who, on=on).allowed:
        return []
    demands = list_legal_processes(who, on).filter(state__in=_PENDING, due_on__lte=until)
    requests = list_public_requests(who, on).filter(
        state=PublicRequestState.OPEN.value, due_on__lte=until
    )
    return [
        *(
            Deadline(
                row.due_on,
                _("Legal demand for records"),
                DeadlineKind.LEGAL,
                row.organization.slug,
                reverse("legal:process", args=[row.pk]),
            )
            for row in demands
            if row.due_on is not None
        ),
        *(
            Deadline(
                row.due_on,
                _("Answer to a public-records request"),
                DeadlineKind.LEGAL,
                row.organization.slug,
                reverse("legal:request", args=[row.pk]),
            )
            for row in requests
        ),
    ]
