"""Receive a file of changes: a new version of the delivery that counts.

Rows are added, changed and deleted by the key of their record type. The earlier rows and the
changes land together as a file of their own, so that every question is asked about all of them;
the earlier file and its record stay. Changes that are older than those that count are not applied.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from cairn.data.intake import facts, students
from cairn.data.intake.actions import receipt
from cairn.data.intake.actions.mapping_versions import save_mapping_version
from cairn.data.intake.actions.receipt import DecidedFile, DeliveryReceipt, ReceiptResult, SentFile
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import Delivery, DeliveryStateConflict, transition_delivery
from cairn.data.intake.proposals import change_base
from cairn.data.intake.proposals.layout_proposal import ConfirmedLayout
from cairn.data.intake.queries import DeliverySlot
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.policy.checks import find_destruction_due_date
from cairn.policy.vocabulary import DeliveryState
from cairn.warehouse import pipeline
from cairn.warehouse.readers import FileContent
from cairn.warehouse.schema import ColumnMapping, Sheet, UnreadableFile

__all__ = ["receive_changes"]

_CHANGED_MEANWHILE = (
    "The agreement, the consents or the earlier file changed during each try to apply the changes. "
    "Nothing was changed. Send the file again."
)


@dataclass(frozen=True, slots=True)
class _ReadChanges:
    """A file of changes with its mapping and sheets; ``problem`` says why it cannot be read."""

    sent: SentFile
    mapping: ColumnMapping
    sheets: tuple[Sheet, ...]
    problem: str = ""


def receive_changes(
    *,
    submission: Submission,
    content: bytes | FileContent,
    mapping: ColumnMapping | receipt.MappingChooser,
    by: User,
    at: datetime,
    on_received: Callable[[Delivery], object] | None = None,
) -> DeliveryReceipt:
    """Apply a file of changes to the delivery of its slot. The result must then be checked.

    The same changes sent again change nothing.

    Args:
        submission: what its sender states; ``changes_as_of`` is the day of the changes.
        content: its bytes, or content that can be opened again.
        mapping: the column mapping, or a function that chooses it from the file.
        by: the user who sends it.
        at: the time.
        on_received: called with the new version, in the transaction that records it.

    Returns:
        The new version and the result.

    Raises:
        DeliveryStateConflict: changes of a later day count already, or the facts kept changing.
    """
    if not receipt.decide_submission(submission).allowed:
        return receipt.record_unread_file(submission=submission, content=content, by=by, at=at)
    chosen = mapping if isinstance(mapping, ColumnMapping) else mapping()
    sent = SentFile(submission, FileContent.wrap(content), on_received, replace_earlier=True)
    try:
        read = _ReadChanges(sent, chosen, receipt.read_sent_sheets(sent, chosen))
    except UnreadableFile as problem:
        read = _ReadChanges(sent, chosen, (), str(problem))
    for _attempt in range(receipt.MAX_ATTEMPTS):
        received = _apply_once(read)
        if received is not None:
            return received
    raise DeliveryStateConflict(_CHANGED_MEANWHILE)


def _find_student_keys(read: _ReadChanges, base: Delivery | None) -> frozenset[str] | None:
    """Find the students of both files where families' consents decide; None where they do not.

    It opens the earlier file, so it is asked outside any transaction.
    """
    submission = read.sent.submission
    terms = facts.load_agreement_by_reference(submission.agreement.reference)
    if not facts.needs_student_keys(terms):
        return None
    local_ids = students.list_sheet_local_ids(read.sheets, read.mapping) if read.sheets else ()
    keys = students.compute_student_keys(submission.organization.slug, local_ids)
    return keys | (change_base.list_changed_student_keys(base) if base else frozenset())


def _ask_to_receive(read: _ReadChanges, keys: frozenset[str] | None) -> DecidedFile:
    asked = facts.load_receipt_facts(read.sent.submission, read.mapping, keys)
    return DecidedFile(read.sent, read.mapping, asked, receipt.ask_to_receive(asked))


def _apply_once(read: _ReadChanges) -> DeliveryReceipt | None:
    """Ask, apply and record; None where the facts changed before the record was written."""
    submission = read.sent.submission
    base = DeliverySlot.from_submission(submission).find_current_delivery()
    keys = _find_student_keys(read, base)
    decided = _ask_to_receive(read, keys)
    if not decided.decision.allowed:
        return DeliveryReceipt(receipt.record_refused_file(decided, {}), ReceiptResult.REFUSED)
    if applied := change_base.find_applied_changes(submission, read.sent.content_digest):
        return DeliveryReceipt(receipt.record_sent_again(decided, applied), ReceiptResult.AGAIN)
    problem = read.problem or change_base.find_change_problem(base, submission, read.mapping)
    if problem or base is None:
        return _record_unusable(decided, problem)
    as_of = submission.changes_as_of
    if as_of is not None and change_base.is_out_of_order(base, as_of):
        raise DeliveryStateConflict(change_base.describe_older_changes(base, as_of))
    try:
        changed = change_base.apply_changes_in_memory(
            submission, base, read.sheets, read.mapping, decided.decision.require()
        )
    except pipeline.UnusableDelivery as unusable:
        return _record_unusable(decided, str(unusable))
    if changed.counts.is_empty:
        return DeliveryReceipt(receipt.record_sent_again(decided, base), ReceiptResult.AGAIN)
    result = _write_changes(read, decided, base, changed)
    return _record_version(read, decided, base, changed, result, keys)


def _record_unusable(decided: DecidedFile, problem: str) -> DeliveryReceipt:
    row = receipt.record_refused_file(decided, {"problem": problem})
    return DeliveryReceipt(row, ReceiptResult.UNUSABLE)


def _write_changes(
    read: _ReadChanges, decided: DecidedFile, base: Delivery, changed: pipeline.ChangedFile
) -> pipeline.LandingResult:
    """Write the rows, or find what an attempt wrote that was cut short."""
    store, permit = open_file_store(), decided.decision.require()
    note = {"fingerprint": decided.fingerprint, "applied_to": base.landed}
    unfinished = store.find(pipeline.LANDING_STEP, (), note, permit=permit)
    if unfinished is not None and not Delivery.objects.filter(landed=str(unfinished)).exists():
        return pipeline.load_landing_result(store, unfinished)
    return pipeline.write_changed_file(store, changed, read.mapping, permit=permit, note=note)


@transaction.atomic
def _record_version(
    read: _ReadChanges,
    decided: DecidedFile,
    base: Delivery,
    changed: pipeline.ChangedFile,
    result: pipeline.LandingResult,
    keys: frozenset[str] | None,
) -> DeliveryReceipt | None:
    """Record the new version; None where policy or the earlier file changed meanwhile."""
    submission, sent = read.sent.submission, read.sent
    by, at = submission.by, submission.at
    if _ask_to_receive(read, keys).decision.decision_id != decided.decision.decision_id:
        return None
    earlier = DeliverySlot.from_submission(submission).find_current_delivery(locked=True)
    if earlier is None or (earlier.pk, earlier.landed) != (base.pk, base.landed):
        return None
    transition_delivery(earlier, "supersede")
    earlier.save(update_fields=["state"])
    record_audit_event("delivery.superseded", earlier, by=by, at=at)
    due = find_destruction_due_date(decided.asked.agreement, submission.on, decided.allowed)
    layout = ConfirmedLayout.describe_file(
        read.sheets, read.mapping, decided.decision.require().elements, submission.period
    )
    counts = changed.counts
    row = receipt.create_delivery_row(
        decided,
        state=DeliveryState.RECEIVED.value,
        mapping=save_mapping_version(
            submission.organization, submission.feed, read.mapping, by, at, layout
        ),
        landed=str(result.ref),
        rows_in=result.rows,
        report=receipt.build_landing_report(result),
        supersedes=earlier,
        original=earlier.original or earlier,
        changes_as_of=submission.changes_as_of,
        extract_date=earlier.extract_date,
        changes=asdict(counts),
        # Most rows arrived with the first file: a change keeps none of them longer.
        destroy_by=min(filter(None, (earlier.destroy_by, due)), default=None),
    )
    sent_keys = frozenset[str]()
    if not submission.synthetic:
        sent_keys = students.compute_student_keys(submission.organization.slug, changed.local_ids)
    receipt.log_disclosure(decided, sent_keys)
    record_audit_event(
        "delivery.changes_applied",
        row,
        by=by,
        at=at,
        decision=decided.decision,
        detail={
            "added": counts.added,
            "replaced": counts.replaced_rows,
            "deleted": counts.deleted_rows,
            "feed": row.feed,
        },
    )
    if sent.on_received:
        sent.on_received(row)
    return DeliveryReceipt(row, ReceiptResult.CHANGED)
