"""Keep a file with columns that no person has confirmed; land it, cancel it, or destroy it.

The bytes are encrypted under a key of their own as soon as the sender may hand in the file. They
are used for nothing. Confirming asks everything again, as if the file arrived at that moment, by
the person who confirms. Then the key is deleted, also after a refusal.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cairn.data.intake.actions.change_files import receive_changes
from cairn.data.intake.actions.part_files import receive_whole_file
from cairn.data.intake.actions.receipt import (
    DeliveryReceipt,
    ReceiptResult,
    decide_submission,
)
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import (
    PROPOSAL_DAYS,
    Delivery,
    DeliveryStateConflict,
    ProposalOutcome,
    ProposedFile,
)
from cairn.data.intake.proposals.layout_proposal import LayoutProposal
from cairn.governance.agreements.api import Agreement
from cairn.governance.retention.api import UPLOAD_ZONE, DestroyedFile, HoldingDetail
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.platform.audit.api import record_audit_event
from cairn.platform.process_claims import ClaimHeld, hold_claim, is_claim_alive
from cairn.platform.sealing.api import load_key_ring
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor, Holding
from cairn.policy.questions import may_cancel_held_delivery
from cairn.policy.vocabulary import Channel
from cairn.warehouse import store
from cairn.warehouse.readers import FileContent
from cairn.warehouse.schema import ColumnMapping

__all__ = [
    "ProposedFileHolder",
    "build_submission",
    "cancel_proposed_file",
    "change_proposed_mapping",
    "confirm_proposed_file",
    "destroy_unconfirmed_files",
    "find_damaged_uploads",
    "open_proposed_file",
    "propose_correction",
    "propose_file",
]

_CLAIM_TIME: Final = timedelta(minutes=15)
"""More than the longest import of one file takes."""


def build_submission(
    proposed: ProposedFile, by: User, at: datetime, requester: Actor | None = None
) -> Submission:
    """Build what the sender of a file states, as if the file arrived now.

    Args:
        proposed: the file.
        by: the user who acts on it.
        at: the time.
        requester: facts about ``by``, where a browser session supplied them.

    Returns:
        The submission.
    """
    return Submission(
        organization=proposed.organization,
        agreement=Agreement.objects.get(reference=proposed.agreement_reference),
        channel=Channel(proposed.channel),
        by=by,
        at=at,
        name=proposed.file_name,
        feed=proposed.feed,
        period=proposed.period,
        part=proposed.part,
        synthetic=proposed.synthetic,
        requester=requester,
        sender_email=proposed.sender_email,
        changes_as_of=proposed.changes_as_of,
        extract_date=proposed.extract_date,
    )


def open_proposed_file(proposed: ProposedFile) -> FileContent:
    """Open a file that waits; reading it decrypts it.

    Args:
        proposed: the file.

    Returns:
        Its content, as it came.

    Raises:
        DeliveryStateConflict: it was decided already, and its bytes are destroyed.
    """
    if not proposed.stored_key:
        raise DeliveryStateConflict(DECIDED)
    attachment = store.Attachment(
        proposed.stored_name, proposed.stored_key, folder=store.UPLOADS_FOLDER
    )
    stored = store.open_upload(settings.CAIRN_DATA, load_key_ring(), attachment)
    return FileContent(stored.size, stored.open, stored.shared)


def find_damaged_uploads() -> Iterator[tuple[str, str]]:
    """Find waiting files that differ from what was written, and files that no row refers to.

    Returns:
        Pairs of path and problem.
    """
    attachments = [
        store.Attachment(row.stored_name, row.stored_key, folder=store.UPLOADS_FOLDER)
        for row in ProposedFile.objects.exclude(stored_name="")
    ]
    return store.find_attachment_problems(
        settings.CAIRN_DATA, load_key_ring(), attachments, store.UPLOADS_FOLDER
    )


def propose_file(
    *,
    submission: Submission,
    content: bytes | FileContent,
    proposal: LayoutProposal,
    preview: Mapping[str, Any],
    by: User,
    at: datetime,
) -> ProposedFile:
    """Keep a file, encrypted, until a person confirms how it is read.

    The same file for the same slot is kept once.

    Args:
        submission: what its sender states.
        content: its bytes, or content that can be opened.
        proposal: how it would be read.
        preview: what would become of its rows.
        by: the user who sends it.
        at: the time.

    Returns:
        The file that waits.

    Raises:
        Refused: its sender may not hand it in.
    """
    fields = {
        "mapping": proposal.mapping.dump(),
        "proposal": proposal.to_json(),
        "preview": dict(preview),
    }
    recorded = ("delivery.proposed", {"columns": len(proposal.columns)})
    return _keep_file(submission, content, fields, recorded)


def propose_correction(
    *,
    delivery: Delivery,
    submission: Submission,
    content: bytes | FileContent,
    preview: Mapping[str, Any],
    by: User,
    at: datetime,
) -> ProposedFile:
    """Keep a correction file, encrypted, until a person confirms it.

    Args:
        delivery: the delivery with the rows.
        submission: what its sender states.
        content: its bytes, or content that can be opened.
        preview: what would become of the rows.
        by: the user who sends it.
        at: the time.

    Returns:
        The file that waits.

    Raises:
        Refused: its sender may not hand it in.
    """
    mapping = delivery.mapping.text if delivery.mapping else ""
    fields = {"mapping": mapping, "preview": dict(preview), "corrects": delivery}
    recorded = ("delivery.correction_sent", {"rows": preview["changed"]})
    return _keep_file(submission, content, fields, recorded)


def _keep_file(
    submission: Submission,
    content: bytes | FileContent,
    fields: Mapping[str, Any],
    recorded: tuple[str, Mapping[str, int]],
) -> ProposedFile:
    """Store a file once for its slot; ``recorded`` is the audit event and its counts."""
    decide_submission(submission).require()
    opened = FileContent.wrap(content)
    key = _build_waiting_key(submission, opened.compute_digest())
    earlier = ProposedFile.objects.filter(**key).first()
    if earlier is not None:
        _require_same_kind(earlier, submission)
        return earlier
    stored = store.store_upload(settings.CAIRN_DATA, load_key_ring(), opened.read_blocks())
    about = {**fields, "size": opened.size}
    about |= {"stored_name": stored.name, "stored_key": stored.wrapped_key}
    row = _record_proposal(submission, key, about, recorded)
    if row.stored_name != stored.name:  # the same file was sent twice at once
        store.remove_attachment(settings.CAIRN_DATA, stored.name, store.UPLOADS_FOLDER)
    return row


def _require_same_kind(earlier: ProposedFile, submission: Submission) -> None:
    """Refuse a file that waits already as a whole file, or as changes of another day."""
    if earlier.changes_as_of != submission.changes_as_of:
        raise DeliveryStateConflict(
            "This file waits already, as a whole file or as changes of another day. Cancel it "
            "there first."
        )


def _build_waiting_key(submission: Submission, content_digest: str) -> dict[str, Any]:
    """Build the values by which a file waits once for its slot."""
    return {
        "organization": submission.organization,
        "agreement_reference": submission.agreement.reference,
        "feed": submission.feed,
        "period": submission.period,
        "part": submission.part,
        "content_digest": content_digest,
        "outcome": "",
    }


@transaction.atomic
def _record_proposal(
    submission: Submission,
    key: Mapping[str, Any],
    fields: Mapping[str, Any],
    recorded: tuple[str, Mapping[str, int]],
) -> ProposedFile:
    decision = decide_submission(submission)
    decision.require()
    row, is_new = ProposedFile.objects.get_or_create(
        **key,
        defaults={
            **fields,
            "channel": submission.channel.value,
            "file_name": submission.name,
            "synthetic": submission.synthetic,
            "proposed_by": submission.by,
            "proposed_at": submission.at,
            "sender_email": submission.sender_email,
            "changes_as_of": submission.changes_as_of,
            "extract_date": submission.extract_date,
            "destroy_on": timezone.localdate(submission.at) + timedelta(days=PROPOSAL_DAYS),
        },
    )
    if is_new:
        event, counts = recorded
        record_audit_event(
            event,
            row,
            by=submission.by,
            at=submission.at,
            decision=decision,
            detail={"feed": row.feed, **counts},
        )
    return row


@transaction.atomic
def change_proposed_mapping(
    *,
    proposed: ProposedFile,
    proposal: LayoutProposal,
    preview: Mapping[str, Any],
    by: User,
    at: datetime,
    requester: Actor | None = None,
    extract_date: date | None = None,
    period: str = "",
) -> ProposedFile:
    """Save how a person would have a file read; nothing lands.

    Args:
        proposed: the file.
        proposal: how it would be read.
        preview: what would become of its rows.
        by: the user who changes it.
        at: the time.
        requester: facts about ``by``, where a browser session supplied them.
        extract_date: the day that the file describes; None if the person does not say.
        period: what the rows cover; empty to leave what the sender stated.

    Returns:
        The file that waits.

    Raises:
        Refused: the user may not hand in such a file.
        DeliveryStateConflict: it was decided already, or the same file waits for that period.
    """
    submission = build_submission(proposed, by, at, requester)
    submission = replace(submission, period=period or proposed.period)
    decision = decide_submission(submission)
    decision.require()
    row = _lock_unclaimed(proposed, at)
    key = _build_waiting_key(submission, row.content_digest)
    if ProposedFile.objects.filter(**key).exclude(pk=row.pk).exists():
        raise DeliveryStateConflict(_WAITS_ALREADY)
    row.mapping, row.proposal = proposal.mapping.dump(), proposal.to_json()
    row.preview, row.extract_date = dict(preview), extract_date
    row.period = submission.period
    row.save(update_fields=["mapping", "proposal", "preview", "extract_date", "period"])
    record_audit_event(
        "delivery.proposal_changed",
        row,
        by=by,
        at=at,
        decision=decision,
        # A person may say that a question does not ask for consent: the log shows who did.
        detail={"rows_left_out_by": "; ".join(rule.name for rule in proposal.mapping.filters)},
    )
    return row


def confirm_proposed_file(
    *,
    proposed: ProposedFile,
    seen: str,
    by: User,
    at: datetime,
    requester: Actor | None = None,
    on_received: Callable[[Delivery], object] | None = None,
) -> DeliveryReceipt:
    """Land a file as a person confirmed it; its layout lands by itself from then on.

    Everything is asked again. Not atomic: see `receive_submission`. Confirmed twice, or by two
    people at once, it lands once.

    Args:
        proposed: the file.
        seen: digest of the column mapping that the person saw in the preview.
        by: the user who confirms.
        at: the time.
        requester: facts about ``by``, where a browser session supplied them.
        on_received: called with an accepted delivery, in the transaction that records it.

    Returns:
        The delivery and the result. An unusable file still waits, so that its columns can be
        changed.

    Raises:
        DeliveryStateConflict: it was decided already, its columns changed since the preview, or a
            question about it is open.
    """
    proposed.refresh_from_db()
    if proposed.delivery is not None:
        return DeliveryReceipt(proposed.delivery, ReceiptResult.AGAIN)
    if proposed.is_waiting and proposed.mapping_digest != seen:
        raise DeliveryStateConflict(_CHANGED_MEANWHILE)
    if any(proposed.proposal.get(key) for key in ("problems", "id_candidates", "questions")):
        raise DeliveryStateConflict(_OPEN_QUESTION)
    receive = receive_changes if proposed.changes_as_of else receive_whole_file
    with claim_proposed_file(proposed, at):
        received = receive(
            submission=build_submission(proposed, by, at, requester),
            content=open_proposed_file(proposed),
            mapping=ColumnMapping.parse(proposed.mapping),
            by=by,
            at=at,
            on_received=on_received,
        )
        if received.result is not ReceiptResult.UNUSABLE:
            record_confirmation(proposed=proposed, received=received, by=by, at=at)
    return received


@contextmanager
def claim_proposed_file(proposed: ProposedFile, at: datetime) -> Iterator[None]:
    """Claim a file while it is imported, so that no other person decides about it meanwhile.

    A file with several parts is imported part by part: canceled between two of them, it would be
    gone while some of it counts. The claim ends with the process that holds it, however long that
    takes; then the file is confirmed again and goes on where it stopped. A process of another
    machine is taken for dead after 15 minutes.

    Args:
        proposed: the file.
        at: the time.

    Raises:
        DeliveryStateConflict: it was decided already, or another person is importing it.
    """
    with ExitStack() as claim:
        try:
            holder_died = claim.enter_context(hold_claim(_name_claim(proposed)))
        except ClaimHeld:
            raise DeliveryStateConflict(_BEING_IMPORTED) from None
        with transaction.atomic():
            row = _lock_waiting(proposed)
            if not holder_died and row.claimed_until is not None and row.claimed_until > at:
                raise DeliveryStateConflict(_BEING_IMPORTED)
            row.claimed_until = at + _CLAIM_TIME
            row.save(update_fields=["claimed_until"])
        try:
            yield
        finally:
            _release_claim(proposed)


@transaction.atomic
def _release_claim(proposed: ProposedFile) -> None:
    row = ProposedFile.objects.select_for_update().get(pk=proposed.pk)
    row.claimed_until = None
    row.save(update_fields=["claimed_until"])


@transaction.atomic
def record_confirmation(
    *, proposed: ProposedFile, received: DeliveryReceipt, by: User, at: datetime
) -> None:
    """Record the decision and delete the key; a second confirmation changes nothing."""
    row = ProposedFile.objects.select_for_update().get(pk=proposed.pk)
    if not row.is_waiting:
        return
    row.delivery = received.delivery
    _forget_file(row, ProposalOutcome.CONFIRMED)
    detail = {"delivery": received.delivery.pk, "result": received.result.value}
    record_audit_event("delivery.proposal_confirmed", row, by=by, at=at, detail=detail)


def _get_owner(*, proposed: ProposedFile) -> tuple[str]:
    return (proposed.organization.slug,)


@action("delivery.proposal_canceled", asks=may_cancel_held_delivery, facts=_get_owner)
def cancel_proposed_file(
    permit: Permit, /, *, proposed: ProposedFile, by: User, at: datetime
) -> ActionResult[ProposedFile]:
    """Cancel a file that waits: it is destroyed, and nothing of it was ever used.

    Args:
        permit: the permit to cancel.
        proposed: the file.
        by: the user who decides.
        at: the time.

    Returns:
        The file, as canceled.

    Raises:
        DeliveryStateConflict: it was decided already.
    """
    row = _lock_unclaimed(proposed, at)
    _forget_file(row, ProposalOutcome.CANCELED)
    return ActionResult(row, subject=row)


def destroy_unconfirmed_files(*, by: None, at: datetime) -> int:
    """Destroy every file that waited its 14 days.

    Args:
        by: None, since no person asks for it.
        at: the time.

    Returns:
        The number of files.
    """
    due = ProposedFile.objects.filter(outcome="", destroy_on__lte=timezone.localdate(at))
    rows = list(due)
    for row in rows:
        _destroy_unconfirmed_file(proposed=row, by=by, at=at)
    return len(rows)


@system_action("delivery.proposal_expired", reason="no person confirmed the file in time")
def _destroy_unconfirmed_file(
    *, proposed: ProposedFile, by: None, at: datetime
) -> ActionResult[None]:
    """Destroy one file that waited too long."""
    row = ProposedFile.objects.select_for_update().get(pk=proposed.pk)
    if row.is_waiting and not _is_claimed(row, at):
        _forget_file(row, ProposalOutcome.EXPIRED)
    return ActionResult(subject=row)


def get_waiting_route(proposed: ProposedFile) -> str:
    """Return the name of the route on which a person decides on a file that waits."""
    return "intake:correction" if proposed.corrects_id else "intake:proposal"


class ProposedFileHolder:
    """Every file that waits: a data owner's demand destroys it with the rest (`retention`)."""

    kind = "proposed"

    def holdings(self, agreements: Collection[str] | None = None) -> Iterator[Holding]:
        """Yield the files that wait now."""
        rows = ProposedFile.objects.filter(outcome="").select_related("organization")
        if agreements is not None:
            rows = rows.filter(agreement_reference__in=agreements)
        for row in rows:
            yield Holding(
                reference=f"{self.kind}:{row.pk}",
                agreement=row.agreement_reference,
                owner=row.organization.slug,
                since=timezone.localdate(row.proposed_at),
                keep_until=row.destroy_on,
            )

    def items(self, references: Sequence[str]) -> list[HoldingDetail]:
        """Describe files that wait, each with its bytes."""
        return [self._describe_file(self._load_file(reference)) for reference in references]

    def destroy(self, reference: str, *, by: User, at: datetime) -> HoldingDetail:
        """Destroy one file that waits; do nothing if it was decided already."""
        row = self._load_file(reference)
        detail = self._describe_file(row)
        if row.is_waiting:
            _forget_file(row, ProposalOutcome.CANCELED)
            record_audit_event("delivery.proposal_canceled", row, by=by, at=at)
        return detail

    def _load_file(self, reference: str) -> ProposedFile:
        rows = ProposedFile.objects.select_for_update(of=("self",)).select_related("organization")
        return rows.get(pk=int(reference.partition(":")[2]))

    def _describe_file(self, row: ProposedFile) -> HoldingDetail:
        files = (DestroyedFile(UPLOAD_ZONE, row.content_digest, 0),) if row.is_waiting else ()
        return HoldingDetail(
            reference=f"{self.kind}:{row.pk}",
            name=str(row),
            address=reverse(get_waiting_route(row), args=[row.pk]),
            files=files,
        )


_CHANGED_MEANWHILE = (
    "The columns or codes of this file were changed after you opened the preview. Nothing was "
    "imported. Look at the preview below and confirm again."
)
_WAITS_ALREADY = "The same file waits for this period already. Confirm it or cancel it there first."
_OPEN_QUESTION = (
    "A question about the columns of this file is open. Nothing was imported. Answer it first."
)
DECIDED = (
    "This file does not wait any more: it was confirmed, canceled, or destroyed after 14 days. "
    "Upload it again if it is still needed."
)


_BEING_IMPORTED = (
    "Another person confirmed this file, and it is being imported at this moment. Nothing changed. "
    "Open the page again in a few minutes. An import that was cut short can be confirmed again, "
    "and goes on where it stopped."
)


def _lock_waiting(proposed: ProposedFile) -> ProposedFile:
    row = ProposedFile.objects.select_for_update().get(pk=proposed.pk)
    if not row.is_waiting:
        raise DeliveryStateConflict(DECIDED)
    return row


def _lock_unclaimed(proposed: ProposedFile, at: datetime) -> ProposedFile:
    row = _lock_waiting(proposed)
    if _is_claimed(row, at):
        raise DeliveryStateConflict(_BEING_IMPORTED)
    return row


def _is_claimed(row: ProposedFile, at: datetime) -> bool:
    if row.claimed_until is None:
        return False
    is_alive = is_claim_alive(_name_claim(row))
    return row.claimed_until > at if is_alive is None else is_alive


def _name_claim(row: ProposedFile) -> str:
    return f"proposed-file-{row.pk}"


def _forget_file(row: ProposedFile, outcome: ProposalOutcome) -> None:
    """Record the outcome and delete the key, then the bytes; a crash leaves nothing readable."""
    name, row.stored_name, row.stored_key = row.stored_name, "", ""
    row.outcome, row.proposal, row.preview = outcome.value, {}, {}
    row.save()
    transaction.on_commit(
        lambda: store.remove_attachment(settings.CAIRN_DATA, name, store.UPLOADS_FOLDER)
    )
