"""Read families' requests to amend a record: for the family, for the organization, as deadlines."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.consents import api as consents_api
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page, may_view_family_page
from cairn.policy.vocabulary import Action, AmendmentState
from cairn.services.families.models import AmendmentRequest

__all__ = ["list_amendment_deadlines", "list_amendment_tasks"]

_S = AmendmentState


@dataclass(frozen=True, slots=True)
class AmendmentDetail:
    """One request to amend a record with its texts, for a reader who may see them.

    Attributes:
        row: the request.
        child: the child's label.
        texts: what was written, by field: "name", "wrong", "correct", "decision", "officer",
            "place", "hearing_decision", "statement"; a text that does not exist yet is empty.
        is_late: whether the organization has missed a day by which it must act.
    """

    row: AmendmentRequest
    child: consents_api.ChildLabel
    texts: dict[str, str]
    is_late: bool

    @property
    def waits_for_organization(self) -> bool:
        """Whether the organization has the next step."""
        return self.row.due is not None


def describe_amendment(row: AmendmentRequest, on: date) -> AmendmentDetail:
    """Decrypt one request for a reader; the caller has checked the right."""
    key = row.child.key

    def unseal(sealed: bytes | memoryview) -> dict[str, str]:
        return consents_api.unseal_fields(key, sealed) if sealed else {}

    hearing = unseal(row.sealed_hearing)
    texts = {
        **unseal(row.sealed),
        "decision": unseal(row.sealed_decision).get("reason", ""),
        "officer": hearing.get("officer", ""),
        "place": hearing.get("place", ""),
        "hearing_decision": unseal(row.sealed_hearing_decision).get("reason", ""),
        "statement": unseal(row.sealed_statement).get("statement", ""),
    }
    label = consents_api.unseal_child_label(key, row.child.sealed)
    return AmendmentDetail(row, label, texts, row.due is not None and row.due < on)


def list_own_amendments(
    child: consents_api.Child, who: Actor, on: date
) -> tuple[AmendmentDetail, ...]:
    """List the requests of a child's family, newest first. Raises `Refused` for everyone else."""
    may_view_family_page(child.key, who, on).require()
    rows = child.amendment_requests.order_by("-asked_on", "-pk").select_related(
        "child__organization"
    )
    return tuple(describe_amendment(row, on) for row in rows)


def list_amendments(who: Actor, on: date, action: Action) -> QuerySet[AmendmentRequest]:
    """List the requests at organizations for which a user may take an action, first due first.

    Raises:
        Refused: the user may not take this action for any organization.
    """
    districts = consents_api.list_permitted_organizations(action, who, on)
    return (
        AmendmentRequest.objects.filter(child__organization__in=districts)
        .select_related("child__organization", "decided_by", "hearing_decided_by")
        .order_by("due_on", "pk")
    )


def list_amendment_details(who: Actor, on: date) -> list[AmendmentDetail]:
    """List the same requests decrypted, for users who answer families; open ones first."""
    details = [
        describe_amendment(row, on) for row in list_amendments(who, on, Action.ANSWER_FAMILY)
    ]
    return sorted(details, key=lambda detail: (detail.row.due is None, detail.row.due or on))


_TASK_STATES = (_S.REQUESTED, _S.HEARING_REQUESTED, _S.HEARING_SCHEDULED)


def list_amendment_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the tasks that requests to amend a record create for a user.

    Args:
        who: facts about the user.
        on: the day for which access is computed.
    Returns:
        At most three tasks: requests to decide, hearings to schedule, and hearings that were held
        and need a written decision. None for users who decide no requests.
    """
    if not may_open_page(Action.DECIDE_AMENDMENT, who, on=on).allowed:
        return []
    rows = list(list_amendments(who, on, Action.DECIDE_AMENDMENT).filter(state__in=_TASK_STATES))
    waiting: dict[AmendmentState, list[date]] = {state: [] for state in _TASK_STATES}
    keys: dict[AmendmentState, list[str]] = {state: [] for state in _TASK_STATES}
    for row in rows:
        due = row.due
        if due is not None and (row.state != _S.HEARING_SCHEDULED.value or due <= on):
            waiting[AmendmentState(row.state)].append(due)
            keys[AmendmentState(row.state)].append(f"amendment.{row.state}:{row.pk}")
    titles = {
        _S.REQUESTED: ngettext(
            "request to correct a record to decide",
            "requests to correct a record to decide",
            len(waiting[_S.REQUESTED]),
        ),
        _S.HEARING_REQUESTED: ngettext(
            "hearing to schedule", "hearings to schedule", len(waiting[_S.HEARING_REQUESTED])
        ),
        _S.HEARING_SCHEDULED: ngettext(
            "decision to write after a hearing",
            "decisions to write after hearings",
            len(waiting[_S.HEARING_SCHEDULED]),
        ),
    }
    address = reverse("families:amendments")
    return [
        InboxTask(
            len(days), titles[state], address, due=min(days), minutes=30, keys=tuple(keys[state])
        )
        for state, days in waiting.items()
        if days
    ]


def list_amendment_deadlines(who: Actor, on: date, until: date) -> list[Deadline]:
    """List the days by which families' requests to amend a record must be decided or heard.

    Args:
        who: facts about the user.
        on: the day for which access is computed.
        until: the last day to include.
    Returns:
        One entry for each request that waits for an organization that the user answers for.
    """
    if not may_open_page(Action.ANSWER_FAMILY, who, on=on).allowed:
        return []
    labels = {
        _S.REQUESTED: _("Decision about correcting a record"),
        _S.HEARING_REQUESTED: _("Hearing to hold for a family"),
        _S.HEARING_SCHEDULED: _("Hearing for a family"),
    }
    return [
        Deadline(
            row.due,
            labels[AmendmentState(row.state)],
            DeadlineKind.AMENDMENT,
            row.child.organization.slug,
            reverse("families:amendment_detail", args=[row.pk]),
        )
        for row in list_amendments(who, on, Action.ANSWER_FAMILY).filter(state__in=_TASK_STATES)
        if row.due is not None and row.due <= until
    ]
