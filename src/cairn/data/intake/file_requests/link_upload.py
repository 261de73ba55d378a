"""Receive a file that came by the link of a file request, in the name of the person who asked."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime

from cairn.data.intake import facts
from cairn.data.intake.actions import (
    change_files,
    file_requests,
    part_files,
    proposed_files,
    receipt,
)
from cairn.data.intake.actions.receipt import DeliveryReceipt, ReceiptResult
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import (
    Delivery,
    DeliveryStateConflict,
    FileRequest,
    ProposedFile,
)
from cairn.data.intake.proposals import delivery_modes, extract_dates
from cairn.data.intake.proposals.fixed_width_files import read_width_layout
from cairn.data.intake.upload_recognition import (
    propose_submission,
    recognize_upload,
    suggest_part_column,
)
from cairn.platform.accounts.api import User
from cairn.platform.process_claims import ClaimHeld, hold_claim
from cairn.policy.coverage import list_terms_for_element
from cairn.policy.facts import Actor, AgreementFact, describe_population
from cairn.policy.questions import list_reasons_for_sender, may_land_requested_file
from cairn.policy.vocabulary import DeliveryState, label_code
from cairn.warehouse.readers import FileContent, unlock_zip_in_child_process
from cairn.warehouse.schema import ColumnMapping, describe_elements_in_text, get_record_type


@dataclass(frozen=True, slots=True)
class RequestedColumns:
    """Which columns a requested file may bring, in the words of the agreement.

    Attributes:
        agreement: the agreement.
        record: title of the record type.
        labels: names of the data elements that the agreement covers for the sender.
        purposes: what the data are used for, in words.
        population: which students the agreement covers, in words; empty if all.
    """

    agreement: AgreementFact
    record: str
    labels: tuple[str, ...]
    purposes: tuple[str, ...]
    population: str

    @classmethod
    def from_request(cls, file_request: FileRequest) -> "RequestedColumns":
        """Read what the agreement of a request covers today."""
        terms = facts.load_agreement_by_reference(file_request.agreement_reference)
        record = get_record_type(file_request.record)
        labels = list_covered_labels(terms, file_request.record, file_request.organization.slug)
        purposes = tuple(label_code(purpose) for purpose in sorted(terms.purposes))
        population = terms.population
        if terms.children is not None and terms.children.is_restrictive:
            population = describe_population(terms.children)
        return cls(terms, record.title, labels, purposes, population)


def list_covered_labels(terms: AgreementFact, record: str, sender: str) -> tuple[str, ...]:
    """List the data elements of a record type that an agreement covers for a sender, by name."""
    return tuple(
        field.label
        for field in get_record_type(record).fields.values()
        if any(list_terms_for_element(terms, field.element, sender))
    )


@dataclass(frozen=True, slots=True)
class SentFileReceipt:
    """What became of a file that was sent by a link, in counts.

    Attributes:
        name: name of the file.
        rows: number of its rows; None if they were not counted.
        columns: number of its columns.
        covered: number of those that the agreement covers.
        waits: whether a person must confirm it before anything is imported.
    """

    name: str
    rows: int | None
    columns: int | None
    covered: int | None
    waits: bool


@dataclass(frozen=True, slots=True)
class SentFileRefusal:
    """Why a file was not accepted, in sentences for its sender; empty if none is for them."""

    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestedFileUpload:
    """A file as it was sent by a link.

    Attributes:
        name: name of the file.
        content: its content, which is read in blocks.
        extract_date: the day that the data describe, as the sender stated it.
        zip_password: the password of a zip file; it is kept nowhere.
        layout: name and content of the layout that came with a file of fixed width.
    """

    name: str
    content: FileContent
    extract_date: date | None = None
    zip_password: str = ""
    layout: tuple[str, FileContent] | None = None


def receive_requested_file(
    *,
    file_request: FileRequest,
    upload: RequestedFileUpload,
    who: Actor,
    by: User | None,
    at: datetime,
    on_received: Callable[[Delivery], object],
) -> SentFileReceipt | SentFileRefusal:
    """Keep a file until a person confirms it, import it if it needs none, or refuse it.

    Args:
        file_request: the request, found by its link.
        upload: the file.
        who: the person who follows the link; the public without a sign-in.
        by: the signed-in user, if any.
        at: the time.
        on_received: called with a file that was imported at once, in the transaction that records
            it.

    Returns:
        The receipt; or the refusal, after which the link still works.

    Raises:
        Refused: the link takes no file.
        DeliveryStateConflict: another file is being received, or the facts kept changing.
        UnreadableFile: the file cannot be read.
        UnrecognizedFile: its columns do not show what it holds.
    """
    with ExitStack() as claim:
        try:
            died = claim.enter_context(hold_claim(f"file-request-{file_request.pk}"))
        except ClaimHeld:
            raise DeliveryStateConflict(file_requests.BEING_RECEIVED) from None
        claimed = file_requests.claim_file_request(
            file_request=file_request, who=who, by=by, at=at, holder_died=died
        )
        is_accepted = False
        try:
            submission = replace(
                file_requests.build_request_submission(claimed, at, name=upload.name),
                extract_date=upload.extract_date,
            )
            kept = _keep_file(claimed, submission, upload, on_received)
            is_accepted = not isinstance(kept, SentFileRefusal)
        finally:
            if not is_accepted:
                file_requests.release_file_request(file_request=claimed, by=None, at=at)
        if isinstance(kept, SentFileRefusal):
            return kept
        file_requests.record_requested_file(
            file_request=claimed,
            proposed=kept if isinstance(kept, ProposedFile) else None,
            delivery=kept.delivery if isinstance(kept, DeliveryReceipt) else None,
            by=None,
            at=at,
        )
        return _describe_kept_file(kept)


def _keep_file(
    file_request: FileRequest,
    submission: Submission,
    sent: RequestedFileUpload,
    on_received: Callable[[Delivery], object],
) -> ProposedFile | DeliveryReceipt | SentFileRefusal:
    decision = receipt.decide_submission(submission)
    if not decision.allowed:
        receipt.record_unread_file(
            submission=submission, content=sent.content, by=submission.by, at=submission.at
        )
        return SentFileRefusal(list_reasons_for_sender(decision))
    content = unlock_zip_in_child_process(submission.name, sent.content, sent.zip_password)
    widths = read_width_layout(*sent.layout) if sent.layout else ()
    upload = suggest_part_column(
        submission, recognize_upload(submission, file_request.record, content, widths)
    )
    submission = _settle_request(
        extract_dates.date_submission(submission, upload.mapping, upload.sheets), upload.mapping
    )
    submission, proposal = propose_submission(submission, upload, content)
    if proposal.lands_by_itself and _needs_no_confirmation(submission):
        return _land_file(submission, content, upload.mapping, on_received)
    return proposed_files.propose_file(
        submission=submission,
        content=content,
        proposal=proposal,
        preview={},
        by=submission.by,
        at=submission.at,
    )


def _settle_request(submission: Submission, mapping: ColumnMapping) -> Submission:
    """Settle what a file is; one with several parts, asked for as one part, waits for its asker."""
    if mapping.part and submission.part:
        return submission
    return delivery_modes.settle_submission(submission, mapping, lambda: "")


def _needs_no_confirmation(submission: Submission) -> bool:
    """Return whether a file of a confirmed layout is imported at once: its sender is named."""
    asked = facts.load_receipt_facts(submission, None, None)
    decision = may_land_requested_file(
        asked.delivery, asked.agreement, asked.actor, asked.on, overdue=asked.overdue
    )
    return decision.allowed


def _land_file(
    submission: Submission,
    content: FileContent,
    mapping: ColumnMapping,
    on_received: Callable[[Delivery], object],
) -> DeliveryReceipt | SentFileRefusal:
    receive = (
        change_files.receive_changes if submission.changes_as_of else part_files.receive_whole_file
    )
    received = receive(
        submission=submission,
        content=content,
        mapping=mapping,
        by=submission.by,
        at=submission.at,
        on_received=on_received,
    )
    if received.result is ReceiptResult.UNUSABLE:
        return SentFileRefusal((describe_elements_in_text(received.delivery.report["problem"]),))
    if received.result is ReceiptResult.REFUSED:
        return SentFileRefusal(())
    return received


def _describe_kept_file(kept: ProposedFile | DeliveryReceipt) -> SentFileReceipt:
    if isinstance(kept, DeliveryReceipt):
        rows = [part.delivery for part in kept.all_parts]
        waits = any(row.state == DeliveryState.HELD for row in rows)
        total = sum(row.rows_in for row in rows)
        return SentFileReceipt(kept.delivery.file_name, total, None, None, waits=waits)
    columns = kept.proposal["columns"]
    covered = sum(1 for column in columns if column["covered"])
    return SentFileReceipt(kept.file_name, kept.proposal["rows"], len(columns), covered, waits=True)
