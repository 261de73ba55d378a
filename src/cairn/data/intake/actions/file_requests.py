"""Ask a person of a partner for a file by a one-time link; withdraw, remind, and take the file.

The key of a link is in the email and nowhere else: the database keeps its hash. The link opens no
data. A file that comes by it is received in the name of the person who asked, and everything that
is asked of an upload is asked of it too (`requested_files`).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.data.intake import facts
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import (
    LINK_DAYS,
    Delivery,
    DeliveryStateConflict,
    FileRequest,
    FileRequestLink,
    ProposedFile,
)
from cairn.governance.agreements.api import Agreement
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import Actor, FileRequestFact
from cairn.policy.questions import (
    may_request_file,
    may_send_requested_file,
    may_withdraw_file_request,
)
from cairn.policy.vocabulary import Channel

__all__ = [
    "FileRequestDetails",
    "RequestedFileLink",
    "ask_for_file",
    "build_request_fact",
    "build_request_submission",
    "claim_file_request",
    "create_reminder_link",
    "hash_link_key",
    "record_requested_file",
    "release_file_request",
    "withdraw_file_request",
]

_CLAIM_TIME: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class FileRequestDetails:
    """Who is asked for a file, and how the file is to be read.

    Attributes:
        name: name of the person who is asked.
        email: their address.
        is_emailed: whether Cairn sends the link to that address itself.
        record: name of the record type.
        due_on: the day by which the file is needed.
        language: the code of the language of the emails to them.
    """

    name: str
    email: str
    is_emailed: bool
    record: str
    due_on: date
    language: str = "en"


@dataclass(frozen=True, slots=True)
class RequestedFileLink:
    """A request for a file, and the key of its link, which is kept nowhere."""

    file_request: FileRequest
    key: str


def hash_link_key(key: str) -> str:
    """Hash the key of a link: only the hash is kept.

    Args:
        key: the key in the link.

    Returns:
        The SHA-256 hash in hex.
    """
    return hashlib.sha256(key.encode()).hexdigest()


def build_request_fact(file_request: FileRequest) -> FileRequestFact:
    """Build the fact of a request for policy.

    Args:
        file_request: the request.

    Returns:
        The fact.
    """
    return FileRequestFact(
        organization=file_request.organization.slug,
        agreement_reference=file_request.agreement_reference,
        asker=file_request.asked_by.name,
        link_ends_on=file_request.ends_on,
        is_withdrawn=file_request.withdrawn_at is not None,
        is_answered=file_request.answered_at is not None,
        tries=file_request.tries,
    )


def build_request_submission(
    file_request: FileRequest, at: datetime, *, name: str = ""
) -> Submission:
    """Build the submission of a file that comes by the link, in the name of the user who asked.

    Args:
        file_request: the request.
        at: the time.
        name: name of the file; empty while there is none.

    Returns:
        The submission.
    """
    return Submission(
        organization=file_request.organization,
        agreement=Agreement.objects.get(reference=file_request.agreement_reference),
        channel=Channel.UPLOAD,
        by=file_request.asked_by,
        at=at,
        name=name,
        feed=file_request.feed,
        period=file_request.period,
        part=file_request.part,
        synthetic=file_request.synthetic,
        sender_email=file_request.sender_email,
    )


@transaction.atomic
def ask_for_file(
    *, submission: Submission, details: FileRequestDetails, by: User, at: datetime
) -> RequestedFileLink:
    """Record a request for a file, and make its link.

    Args:
        submission: what the file will be, its sender and its agreement.
        details: who is asked, and by when.
        by: the user who asks.
        at: the time.

    Returns:
        The request, and the key of its link.

    Raises:
        Refused: such a file may not be handed in today, or the user may not ask for it.
    """
    asked = facts.load_receipt_facts(submission, None, None)
    decision = may_request_file(
        asked.delivery, asked.agreement, asked.actor, asked.on, overdue=asked.overdue
    )
    decision.require()
    file_request = FileRequest.objects.create(
        organization=submission.organization,
        agreement_reference=submission.agreement.reference,
        feed=submission.feed,
        period=submission.period,
        part=submission.part,
        record=details.record,
        synthetic=submission.synthetic,
        name=details.name,
        email=details.email,
        language=details.language,
        is_emailed=details.is_emailed,
        due_on=details.due_on,
        ends_on=submission.on + timedelta(days=LINK_DAYS),
        asked_by=by,
        asked_at=at,
    )
    key = _create_link(file_request, at)
    detail = {"organization": submission.organization.slug, "feed": submission.feed}
    record_audit_event(
        "file_request.asked", file_request, by=by, at=at, decision=decision, detail=detail
    )
    return RequestedFileLink(file_request, key)


def _create_link(file_request: FileRequest, at: datetime) -> str:
    key = secrets.token_urlsafe(32)
    FileRequestLink.objects.create(
        file_request=file_request, key_digest=hash_link_key(key), made_at=at
    )
    return key


def _get_asked_organization(*, file_request: FileRequest) -> tuple[str]:
    return (file_request.organization.slug,)


@action("file_request.withdrawn", asks=may_withdraw_file_request, facts=_get_asked_organization)
def withdraw_file_request(
    permit: Permit, /, *, file_request: FileRequest, by: User, at: datetime
) -> ActionResult[None]:
    """Withdraw a request: its link takes no file from now on.

    Args:
        permit: the permit to withdraw.
        file_request: the request.
        by: the user who decides.
        at: the time.

    Raises:
        DeliveryStateConflict: a file was sent, or it was withdrawn already.
    """
    row = FileRequest.objects.select_for_update().get(pk=file_request.pk)
    if not row.is_open:
        raise DeliveryStateConflict(_NOT_OPEN)
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    return ActionResult(subject=row)


@system_action("file_request.reminded", reason="it follows from the date on the request")
def create_reminder_link(*, file_request: FileRequest, by: None, at: datetime) -> ActionResult[str]:
    """Make one more link for the reminder, since the key of the first one is kept nowhere.

    Args:
        file_request: the request; one reminder is sent.
        by: None, since no person asks for it.
        at: the time.

    Returns:
        The key; empty if the request is no longer open or was reminded of already.
    """
    row = FileRequest.objects.select_for_update().get(pk=file_request.pk)
    if not row.is_open or row.reminded_at is not None:
        return ActionResult("", subject=row)
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    return ActionResult(_create_link(row, at), subject=row)


def decide_link(file_request: FileRequest, who: Actor, at: datetime) -> Decision:
    """Decide whether the link of a request takes a file.

    Args:
        file_request: the request.
        who: the person who follows the link.
        at: the time.

    Returns:
        The decision.
    """
    return may_send_requested_file(build_request_fact(file_request), who, timezone.localdate(at))


@transaction.atomic
def claim_file_request(
    *, file_request: FileRequest, who: Actor, by: User | None, at: datetime, holder_died: bool
) -> FileRequest:
    """Claim a request for one file that arrives, so that two at once are not both received.

    The caller holds the process claim of the request. A claim of another machine ends by itself
    after 15 minutes.

    Args:
        file_request: the request.
        who: the person who follows the link; the public without a sign-in.
        by: the signed-in user, if any.
        at: the time.
        holder_died: whether the process of this machine that claimed it before has died.

    Returns:
        The request, claimed.

    Raises:
        Refused: the link takes no file.
        DeliveryStateConflict: another file is being received by it at this moment.
    """
    row = FileRequest.objects.select_for_update().get(pk=file_request.pk)
    decision = decide_link(row, who, at)
    decision.require()
    if not holder_died and row.claimed_until is not None and row.claimed_until > at:
        raise DeliveryStateConflict(BEING_RECEIVED)
    row.claimed_until, row.tries = at + _CLAIM_TIME, row.tries + 1
    row.save(update_fields=["claimed_until", "tries"])
    record_audit_event(
        "file_request.file_sent", row, by=by, at=at, decision=decision, detail={"try": row.tries}
    )
    return row


@system_action("file_request.answered", reason="it follows from the file that was accepted")
def record_requested_file(
    *,
    file_request: FileRequest,
    proposed: ProposedFile | None,
    delivery: Delivery | None,
    by: None,
    at: datetime,
) -> ActionResult[None]:
    """Record the file that came by a link; the link takes no other.

    Args:
        file_request: the request, claimed.
        proposed: the file, if it waits for a person.
        delivery: the file, if it was received.
        by: None, since the sender has no account.
        at: the time.
    """
    row = FileRequest.objects.select_for_update().get(pk=file_request.pk)
    row.answered_at, row.claimed_until = at, None
    row.proposed, row.delivery = proposed, delivery
    row.save(update_fields=["answered_at", "claimed_until", "proposed", "delivery"])
    return ActionResult(subject=row, detail={"waits": int(proposed is not None)})


@system_action("file_request.not_accepted", reason="it follows from the file that was not accepted")
def release_file_request(
    *, file_request: FileRequest, by: None, at: datetime
) -> ActionResult[None]:
    """End the claim of a file that was not accepted, so that the sender can try again.

    Args:
        file_request: the request.
        by: None, since the sender has no account.
        at: the time.
    """
    row = FileRequest.objects.select_for_update().get(pk=file_request.pk)
    row.claimed_until = None
    row.save(update_fields=["claimed_until"])
    return ActionResult(subject=row)


_NOT_OPEN: Final = (
    "This request is not open any more: a file was sent, or it was withdrawn. Nothing changed."
)
BEING_RECEIVED: Final = (
    "Another file is being received by this link at this moment. Wait a minute, then open the link "
    "again."
)
