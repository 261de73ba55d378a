"""Read families' requests to amend a record: for the family, for the organization, as deadlines."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.governance.consents import api as consents_api
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.platform.sealing.api import load_key_ring
from cairn.policy.checks import find_amendment_view
from cairn.policy.facts import Actor, AmendmentFact, FamilyReader, FamilyStatementFact
from cairn.policy.questions import may_open_page, may_view_family_page
from cairn.policy.vocabulary import Action, AmendmentState, AmendmentView
from cairn.services.families.models import AmendmentRequest
from cairn.services.families.queries import can_open_page
from cairn.warehouse.store import Attachment, find_attachment_problems

__all__ = [
    "find_damaged_amendment_scans",
    "list_amendment_deadlines",
    "list_amendment_tasks",
    "list_record_statements",
    "list_scanned_amendments",
]

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
    """Decrypt one request for staff; the caller has checked the right."""
    label = consents_api.unseal_child_label(row.child.key, row.child.sealed)
    is_late = row.due is not None and row.due < on
    return AmendmentDetail(row, label, _unseal_texts(row), is_late)


def _unseal_texts(row: AmendmentRequest) -> dict[str, str]:
    key = row.child.key

    def unseal(sealed: bytes | memoryview) -> dict[str, str]:
        return consents_api.unseal_fields(key, sealed) if sealed else {}

    hearing = unseal(row.sealed_hearing)
    return {
        **unseal(row.sealed),
        "decision": unseal(row.sealed_decision).get("reason", ""),
        "officer": hearing.get("officer", ""),
        "place": hearing.get("place", ""),
        "hearing_decision": unseal(row.sealed_hearing_decision).get("reason", ""),
        "statement": unseal(row.sealed_statement).get("statement", ""),
    }


@dataclass(frozen=True, slots=True)
class FamilyAmendment:
    """One request to amend a record, with as much as one reader of the family page sees.

    Attributes:
        view: how much the reader sees.
        row: the request; a page without the full view shows its statement's day alone.
        texts: the texts of that view: all of them, the statement alone, or none.
    """

    view: AmendmentView
    row: AmendmentRequest
    texts: dict[str, str]


def build_amendment_fact(row: AmendmentRequest, on: date) -> AmendmentFact:
    """Build the fact of one request, with who asked and by which letter."""
    fields = consents_api.unseal_fields(row.child.key, row.sealed)
    return AmendmentFact(
        state=AmendmentState(row.state),
        requester=consents_api.compute_signer_key(row.child.key, fields["name"]),
        letter=str(row.letter_id or ""),
        letter_valid=row.letter is not None and can_open_page(row.letter, on),
        statement_on=row.statement_on,
    )


def list_amendments_for_family(
    child: consents_api.Child, who: Actor, reader: FamilyReader, on: date
) -> tuple[FamilyAmendment, ...]:
    """List what one reader of a child's page sees of the requests to amend the record.

    Args:
        child: the child.
        who: facts about the family's session.
        reader: the person who has the page open.
        on: the day.
    Returns:
        The requests that the reader sees in full or in part, newest first.
    Raises:
        Refused: it is not this child's family.
    """
    may_view_family_page(child.key, who, on).require()
    person = consents_api.load_person_fact(child, on)
    rows = child.amendment_requests.order_by("-asked_on", "-pk").select_related(
        "child__organization", "letter__child", "letter__run"
    )
    views = (
        (row, find_amendment_view(build_amendment_fact(row, on), reader, person, on))
        for row in rows
    )
    return tuple(
        FamilyAmendment(view, row, _select_texts(row, view))
        for row, view in views
        if view is not AmendmentView.HIDDEN
    )


def _select_texts(row: AmendmentRequest, view: AmendmentView) -> dict[str, str]:
    """Decrypt the texts of a view, and no others."""
    if view is AmendmentView.FULL:
        return _unseal_texts(row)
    if view is AmendmentView.STATEMENT:
        fields = consents_api.unseal_fields(row.child.key, row.sealed_statement)
        return {"statement": fields["statement"]}
    return {}


def find_own_amendment(
    child: consents_api.Child, pk: int, who: Actor, reader: FamilyReader, on: date
) -> AmendmentRequest | None:
    """Find a request that this reader sees in full; ``None`` if there is none. Raises `Refused`."""
    return next(
        (
            shown.row
            for shown in list_amendments_for_family(child, who, reader, on)
            if shown.row.pk == pk and shown.view is AmendmentView.FULL
        ),
        None,
    )


def locate_amendment_scan(row: AmendmentRequest) -> Attachment:
    """Return the file of a request's scan, and the key that opens it."""
    return Attachment(row.scan, row.scan_key, row.scan_type)


def list_record_statements(keys: Collection[str]) -> tuple[consents_api.SealedStatement, ...]:
    """List the statements in these children's records, oldest first.

    Args:
        keys: child keys.
    Returns:
        The statements, with their texts sealed.
    """
    rows = AmendmentRequest.objects.filter(child__key__in=keys, statement_on__isnull=False)
    return tuple(
        consents_api.SealedStatement(
            FamilyStatementFact(
                str(row.pk), row.child.key, row.statement_on, frozenset(row.contested)
            ),
            bytes(row.sealed_statement),
        )
        for row in rows.select_related("child").order_by("statement_on", "pk")
        if row.statement_on is not None
    )


def list_scanned_amendments() -> QuerySet[AmendmentRequest]:
    """List the requests that came on paper and have a scan.

    Returns:
        Their rows.
    """
    return AmendmentRequest.objects.exclude(scan="")


def find_damaged_amendment_scans() -> Iterator[tuple[str, str]]:
    """Find scans of requests that differ from what was written.

    Returns:
        Pairs of path and problem.
    """
    attachments = map(locate_amendment_scan, list_scanned_amendments())
    return find_attachment_problems(settings.CAIRN_DATA, load_key_ring(), attachments)


def list_amendments(who: Actor, on: date, action: Action) -> QuerySet[AmendmentRequest]:
    """List the requests at organizations for which a user may take an action, first due first.

    Raises:
        Refused: the user may not take this action for any organization.
    """
    districts = consents_api.list_permitted_organizations(action, who, on)
    return (
        AmendmentRequest.objects.filter(child__organization__in=districts)
        .select_related("child__organization", "decided_by", "hearing_decided_by", "recorded_by")
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
