"""Receive a file: accept it, recognize it, refuse it, or find it unusable; always record it.

Policy is asked three times. First whether the sender may hand in a file at all, before anything
in it is read. Then with the students in it. The file is hashed, read and landed between that
answer and the transaction that records the delivery, never inside a transaction: a large file
takes seconds, and the database has one writer. So the last question is asked in that transaction,
about the same file; where the facts changed meanwhile, everything after the first question is done
again. If the process dies in between, the landed file is found by its fingerprint when the file is
sent again.
"""

from collections.abc import Callable, Iterable
from collections.abc import Mapping as AbstractMapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from django.db import transaction

from cairn.data.intake import facts, students
from cairn.data.intake.actions import held_deliveries
from cairn.data.intake.actions.mapping_versions import save_mapping_version
from cairn.data.intake.delivery_parts import normalize_part_name
from cairn.data.intake.facts import ReceiptFacts, Submission
from cairn.data.intake.models import Delivery, DeliveryStateConflict, transition_delivery
from cairn.data.intake.proposals import part_comparison, replacement_preview
from cairn.data.intake.proposals.layout_proposal import ConfirmedLayout
from cairn.data.intake.queries import DeliverySlot
from cairn.governance.agreements.api import Agreement
from cairn.governance.disclosure_log import api as disclosure_log_api
from cairn.governance.disclosure_log.api import ChildHashes
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.policy.checks import FileComparison, ReplacementHold, find_destruction_due_date
from cairn.policy.engine import Decision, digest_facts
from cairn.policy.facts import Actor, AgreementFact
from cairn.policy.questions import may_receive_delivery, may_submit_delivery
from cairn.policy.vocabulary import RECIPIENT_ROLES, Channel, DeliveryState
from cairn.warehouse import pipeline
from cairn.warehouse.readers import FileContent, read_file, read_file_in_child_process
from cairn.warehouse.schema import ColumnMapping, Sheet, UnreadableFile
from cairn.warehouse.store import FileStore

__all__ = [
    "DeliveryReceipt",
    "ReceiptPreview",
    "ReceiptResult",
    "decide_submission",
    "preview_receipt",
    "receive_delivery",
    "receive_submission",
]

MAX_ATTEMPTS: Final = 3
"""How often a file is asked about and landed before the sender gets the message that the
facts keep changing. Two writers in a row are likely in a busy week; three are not."""

MappingChooser = Callable[[], ColumnMapping]
"""Chooses how a file is read from the file itself; called once its sender may hand it in."""


class ReceiptResult(StrEnum):
    """The result of sending a file."""

    NEW = "new"
    HELD = "held"
    REPLACED = "replaced"
    CHANGED = "changed"
    AGAIN = "again"
    REFUSED = "refused"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """The recorded delivery (the earlier one for a file sent again) and the result.

    ``parts`` are the receipts of all parts of a file with several; else empty.
    """

    delivery: Delivery
    result: ReceiptResult
    parts: "tuple[DeliveryReceipt, ...]" = ()

    @property
    def all_parts(self) -> "tuple[DeliveryReceipt, ...]":
        """The receipts of all parts; this one for a file that is one part."""
        return self.parts or (self,)


@dataclass(frozen=True, slots=True)
class PartRows:
    """The rows of one part of a file with several, and a digest of them."""

    sheets: tuple[Sheet, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file with what its sender states; hashed once, unless a digest is given.

    ``recorded_refusal`` is the refusal of the same file in the same try, if that was cut short.
    ``part_sheets`` are the rows of one part of a file with several parts; then ``content_digest``
    is a digest of these rows. ``read_sheets`` is what was read of the file by its mapping already.
    """

    submission: Submission
    content: FileContent
    on_received: Callable[[Delivery], object] | None
    replace_earlier: bool
    content_digest: str = ""
    recorded_refusal: Delivery | None = None
    part_sheets: tuple[Sheet, ...] | None = None
    read_sheets: tuple[Sheet, ...] = ()

    def __post_init__(self) -> None:
        if not self.content_digest:
            object.__setattr__(self, "content_digest", self.content.compute_digest())

    @property
    def slot(self) -> DeliverySlot:
        """The slot that the file would fill."""
        return DeliverySlot.from_submission(self.submission)


@dataclass(frozen=True, slots=True)
class _ReadFile:
    """A file with its mapping, and its students where they decide.

    ``sheets`` is None where the file need not be read before it lands. ``problem`` says why it
    cannot be read.
    """

    sent: SentFile
    mapping: ColumnMapping
    sheets: tuple[Sheet, ...] | None
    problem: str
    student_keys: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class DecidedFile:
    """A file with policy's answer; ``mapping`` is None for one that was refused unread.

    ``fingerprint`` is a digest of the bytes, the mapping, the agreement's coverage today, and the
    consents.
    """

    sent: SentFile
    mapping: ColumnMapping | None
    asked: ReceiptFacts
    decision: Decision
    fingerprint: str = field(init=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The elements that the decision allows, in order."""
        elements = self.decision.elements.items()
        return tuple(sorted(name for name, outcome in elements if outcome == "allow"))

    def __post_init__(self) -> None:
        allowed = list(self.allowed)
        mapping_digest = self.mapping.digest if self.mapping else ""
        consents = (self.decision.rows, self.decision.kept_back)
        fingerprint = digest_facts(self.sent.content_digest, mapping_digest, allowed, *consents)
        object.__setattr__(self, "fingerprint", fingerprint)


@dataclass(frozen=True, slots=True)
class _LandedFile:
    """What was written of a file, the students that the disclosure names, and its layout.

    ``known_parts`` are the deliveries of other parts that were compared with it.
    """

    result: pipeline.LandingResult
    disclosed_students: ChildHashes
    layout: ConfirmedLayout
    known_parts: frozenset[int]


def decide_submission(submission: Submission) -> Decision:
    """Decide whether a sender may hand in files like this, before any is read.

    Args:
        submission: what the sender states.

    Returns:
        The decision; its refusals name everything that is wrong apart from the file itself.
    """
    return _ask_to_submit(facts.load_receipt_facts(submission, None, None))


@dataclass(frozen=True, slots=True)
class ReceiptPreview:
    """What would become of a file that is sent now; nothing of it is written or recorded.

    Attributes:
        decision: whether it would be received, with every reason.
        known: the delivery that holds the same rows already; None for a file with something new.
        earlier: the delivery that counts now for its slot, which it would replace; None if none.
        left_out: number of students in it left out, because no consent opens their rows.
    """

    decision: Decision
    known: Delivery | None
    earlier: Delivery | None
    left_out: int = 0


def preview_receipt(
    submission: Submission,
    content: bytes | FileContent,
    mapping: ColumnMapping,
) -> ReceiptPreview:
    """Ask what would become of a file, with the students in it, without receiving it.

    Args:
        submission: what the sender states.
        content: its bytes, or content that can be opened again.
        mapping: the column mapping.

    Returns:
        The preview.
    """
    submission = replace(submission, part=normalize_part_name(submission.part))
    sent = SentFile(
        submission,
        FileContent.wrap(content),
        None,
        replace_earlier=False,
    )
    asked = facts.load_receipt_facts(submission, mapping, None)
    earlier = sent.slot.find_current_delivery()
    decision = _ask_to_submit(asked)
    if not decision.allowed:
        return ReceiptPreview(decision, None, earlier)
    file = _read_students(sent, mapping, asked.agreement)
    asked = _load_facts(file)
    decided = DecidedFile(sent, mapping, asked, ask_to_receive(asked))
    if not decided.decision.allowed:
        return ReceiptPreview(decided.decision, None, earlier)
    return ReceiptPreview(
        decided.decision,
        sent.slot.find_same_delivery(decided.fingerprint),
        earlier,
        _count_left_out_students(file, decided),
    )


def _count_left_out_students(file: _ReadFile, decided: DecidedFile) -> int:
    permit, submission = decided.decision.require(), file.sent.submission
    return sum(
        permit.find_withheld(
            submission.agreement.reference, submission.organization.slug, key, permit.elements
        )
        == permit.elements
        for key in file.student_keys or ()
    )


def receive_delivery(  # noqa: PLR0913 - each is one property of the file
    *,
    name: str,
    content: bytes | FileContent,
    organization: Organization,
    agreement: Agreement,
    feed: str,
    period: str,
    channel: Channel,
    mapping: ColumnMapping | MappingChooser,
    by: User,
    at: datetime,
    part: str = "",
    synthetic: str = "",
    requester: Actor | None = None,
    on_received: Callable[[Delivery], object] | None = None,
    replace_earlier: bool = False,
) -> DeliveryReceipt:
    """Receive a file for one slot; what the agreement does not cover is never written.

    The same file, read in the same way, is the delivery already on record, whichever its part;
    a correction of it replaces it. Files of different parts all count. Any other file for a slot
    that is filled is held: it is stored and counts for nothing until a person decides
    (`held_deliveries`). A refusal is recorded as a delivery too, with every reason (34 CFR 99.32
    asks for refused requests as well), and holds nothing of the file. Not atomic: see the module.

    Args:
        name: name of the file.
        content: its bytes, or content that can be opened again.
        organization: the sender.
        agreement: the agreement.
        feed: short name of the feed.
        period: what the file covers.
        channel: how it was sent.
        mapping: the column mapping, or a function that chooses it from the file. The function is
            called only once the sender may hand in the file; what it raises is passed on.
        by: the user who sends it.
        at: the time.
        part: which part of the period's data it holds, such as a site; empty for all of it.
        synthetic: how invented data, for a pilot, were made.
        requester: facts about ``by``, where a browser session supplied them.
        on_received: called with an accepted delivery, in the same transaction, so that its next
            step is queued or the delivery does not exist.
        replace_earlier: the sender has decided that the file replaces the earlier one of its slot,
            so that it is not held.

    Returns:
        The delivery and the result.

    Raises:
        DeliveryStateConflict: the facts kept changing while the file was received.
    """
    submission = Submission(
        organization=organization,
        agreement=agreement,
        channel=channel,
        by=by,
        at=at,
        name=name,
        feed=feed,
        period=period,
        part=part,
        synthetic=synthetic.strip(),
        requester=requester,
    )
    return receive_submission(
        submission=submission,
        content=content,
        mapping=mapping,
        by=by,
        at=at,
        on_received=on_received,
        replace_earlier=replace_earlier,
    )


def receive_submission(  # noqa: PLR0913 - each is one property of the file
    *,
    submission: Submission,
    content: bytes | FileContent,
    mapping: ColumnMapping | MappingChooser,
    by: User,
    at: datetime,
    on_received: Callable[[Delivery], object] | None = None,
    replace_earlier: bool = False,
    recorded_refusal: Delivery | None = None,
    part_rows: PartRows | None = None,
    read_sheets: tuple[Sheet, ...] = (),
) -> DeliveryReceipt:
    """Receive a file that its sender has described, as ``receive_delivery`` does.

    Args:
        submission: what the sender states.
        content: its bytes, or content that can be opened again.
        mapping: the column mapping, or a function that chooses it from the file.
        by: the user who sends it.
        at: the time.
        on_received: called with an accepted delivery, in the same transaction.
        replace_earlier: the sender has decided that the file replaces the earlier one.
        recorded_refusal: the refusal of this file that a try recorded before it was cut short; it
            is not recorded twice.
        part_rows: the rows of one part, of a file that holds several parts.
        read_sheets: its sheets, where they were read by this mapping already.

    Returns:
        The delivery and the result.

    Raises:
        DeliveryStateConflict: the facts kept changing while the file was received.
    """
    submission = replace(submission, by=by, at=at, part=normalize_part_name(submission.part))
    known_mapping = mapping if isinstance(mapping, ColumnMapping) else None
    asked = facts.load_receipt_facts(submission, known_mapping, None)
    decision = _ask_to_submit(asked)
    sent = SentFile(
        submission,
        FileContent.wrap(content),
        on_received,
        replace_earlier,
        content_digest=part_rows.digest if part_rows else "",
        recorded_refusal=recorded_refusal,
        part_sheets=part_rows.sheets if part_rows else None,
        read_sheets=read_sheets,
    )
    if not decision.allowed:
        full_decision = ask_to_receive(asked) if known_mapping else decision
        refused = DecidedFile(sent, known_mapping, asked, full_decision)
        return DeliveryReceipt(record_refused_file(refused, {}), ReceiptResult.REFUSED)
    chosen_mapping = mapping if isinstance(mapping, ColumnMapping) else mapping()
    if chosen_mapping.part and part_rows is None:
        raise DeliveryStateConflict("The file holds several parts. Send it again.")
    file = _read_students(sent, chosen_mapping, asked.agreement)
    if known_mapping is None or file.student_keys is not None:
        asked = _load_facts(file)
    for _attempt in range(MAX_ATTEMPTS):
        delivery_receipt = _receive_file(file, asked)
        if delivery_receipt is not None:
            return delivery_receipt
        asked = _load_facts(file)
    raise DeliveryStateConflict(
        "The agreement, the consents or this data submission changed during each try to save the "
        "file. Nothing was saved. Upload the file again."
    )


def record_unread_file(
    *,
    submission: Submission,
    content: bytes | FileContent,
    recorded_refusal: Delivery | None = None,
    by: User,
    at: datetime,
) -> DeliveryReceipt:
    """Record a file of a sender who may not hand it in (34 CFR 99.32); it is not read.

    Args:
        submission: what the sender states.
        content: its bytes, or content that can be opened again.
        recorded_refusal: its refusal that a try recorded before it was cut short, if there is one.
        by: who hands it in.
        at: when.

    Returns:
        The refused delivery.

    Raises:
        DeliveryStateConflict: the sender may hand it in by now.
    """

    def read_no_file() -> ColumnMapping:
        raise DeliveryStateConflict(
            "The agreement changed while the file was being sent. Nothing was imported. Send it "
            "again."
        )

    return receive_submission(
        submission=submission,
        content=content,
        mapping=read_no_file,
        by=by,
        at=at,
        recorded_refusal=recorded_refusal,
    )


def _ask_to_submit(asked: ReceiptFacts) -> Decision:
    return may_submit_delivery(
        asked.delivery, asked.agreement, asked.actor, asked.on, overdue=asked.overdue
    )


def ask_to_receive(asked: ReceiptFacts) -> Decision:
    """Ask policy whether a file is received, with the students in it."""
    return may_receive_delivery(
        asked.delivery,
        asked.agreement,
        asked.actor,
        asked.on,
        overdue=asked.overdue,
        rows=asked.rows,
    )


def _read_students(sent: SentFile, mapping: ColumnMapping, terms: AgreementFact) -> _ReadFile:
    """Read a file in memory where families' consents decide: policy asks for the students in it."""
    if not facts.needs_student_keys(terms):
        return _ReadFile(sent, mapping, sheets=sent.part_sheets, problem="", student_keys=None)
    try:
        sheets = sent.part_sheets or read_sent_sheets(sent, mapping)
    except UnreadableFile as problem:
        return _ReadFile(sent, mapping, (), str(problem), frozenset())
    local_ids = students.list_sheet_local_ids(sheets, mapping)
    keys = students.compute_student_keys(sent.submission.organization.slug, local_ids)
    return _ReadFile(sent, mapping, sheets, "", keys)


def read_sent_sheets(sent: SentFile, mapping: ColumnMapping) -> tuple[Sheet, ...]:
    """Read a file; an upload in a child process, so that no file can take the server down.

    A command reads in its own process: a bad file ends that command and nothing else.
    """
    name, content = sent.submission.name, sent.content
    if sent.read_sheets:
        sheets = list(sent.read_sheets)
    elif sent.submission.channel is Channel.UPLOAD:
        sheets = read_file_in_child_process(
            name, content, skip_rows=mapping.skip_rows, fixed_width=mapping.fixed_width
        )
    else:
        sheets = read_file(
            name,
            content,
            skip_rows=mapping.skip_rows,
            fixed_width=mapping.fixed_width,
            # Any unmapped column may be a day, where each day is a column.
            choose_columns=None if mapping.wide else mapping.list_read_columns,
        )
    sent.content.check_unchanged()  # what was read is what was hashed
    return tuple(sheets)


def _load_facts(file: _ReadFile) -> ReceiptFacts:
    return facts.load_receipt_facts(file.sent.submission, file.mapping, file.student_keys)


def _receive_file(file: _ReadFile, asked: ReceiptFacts) -> DeliveryReceipt | None:
    """Ask, land and record; None where the facts changed before the record was written."""
    decided = DecidedFile(file.sent, file.mapping, asked, ask_to_receive(asked))
    if file.problem:
        row = record_refused_file(decided, {"problem": file.problem})
        return DeliveryReceipt(row, ReceiptResult.UNUSABLE)
    if not decided.decision.allowed:
        return DeliveryReceipt(record_refused_file(decided, {}), ReceiptResult.REFUSED)
    slot, stated = file.sent.slot, file.sent.submission.extract_date
    known = slot.find_same_delivery(decided.fingerprint)
    if known or (known := slot.find_older_version(decided.fingerprint, stated)):
        return DeliveryReceipt(record_sent_again(decided, known), ReceiptResult.AGAIN)
    if held := file.sent.slot.find_held_delivery(decided.fingerprint):
        return _decide_held_file(file.sent, held)
    try:
        landed = _land_file(open_file_store(), file, decided)
    except (pipeline.UnusableDelivery, UnreadableFile) as problem_found:
        row = record_refused_file(decided, {"problem": str(problem_found)})
        return DeliveryReceipt(row, ReceiptResult.UNUSABLE)
    return _record_accepted(file, decided, landed, _compare_with_earlier(file, landed))


def _land_file(store: FileStore, file: _ReadFile, decided: DecidedFile) -> _LandedFile:
    """Write the covered columns, or find what an earlier attempt wrote of the same file.

    An invented ID may be a real student's by chance, who must not find a disclosure that never
    was: for invented data the disclosure names no student.
    """
    sent, permit = file.sent, decided.decision.require()
    submission = sent.submission
    note = {"fingerprint": decided.fingerprint}
    sheets = file.sheets or read_sent_sheets(sent, file.mapping)
    known_parts = part_comparison.list_parts_to_compare(file.sent.slot, file.mapping)
    if known_parts:
        chosen = pipeline.choose_sheets(sheets, file.mapping)
        tables = (pipeline.prepare_sheet(sheet, file.mapping).table for sheet in chosen)
        if problem := part_comparison.find_shared_days(store, sent.slot, file.mapping, tables):
            raise pipeline.UnusableDelivery(problem)
    disclosed = ChildHashes()
    unfinished = store.find(pipeline.LANDING_STEP, (), note, permit=permit)
    if unfinished is not None and not Delivery.objects.filter(landed=str(unfinished)).exists():
        result = pipeline.load_landing_result(store, unfinished)
    else:
        origin = students.describe_row_origin(
            submission.organization.slug,
            submission.agreement.reference,
            # A student without a filled cell has no row once days have become rows.
            on_named=None if file.mapping.wide else disclosed.add_joined_keys,
        )
        result = pipeline.land_sheets(
            store, sheets, file.mapping, permit=permit, rows=origin, note=note
        )
    if submission.synthetic:
        disclosed = ChildHashes()
    elif not len(disclosed):
        disclosed = students.collect_child_hashes(
            store, result.ref, file.mapping, submission.organization.slug
        )
    layout = ConfirmedLayout.describe_file(sheets, file.mapping, permit.elements, submission.period)
    return _LandedFile(result, disclosed, layout, known_parts)


def _compare_with_earlier(
    file: _ReadFile, landed: _LandedFile
) -> tuple[Delivery, FileComparison] | None:
    """Compare a landed file with the one that it would replace; None if it replaces none."""
    earlier = file.sent.slot.find_current_delivery()
    if earlier is None:
        return None
    comparison = replacement_preview.compare_files(
        open_file_store(),
        earlier,
        landed=landed.result.ref,
        mapping=file.mapping,
        file_name=file.sent.submission.name,
        content_digest=file.sent.content_digest,
        rows=landed.result.rows,
        report=build_landing_report(landed.result),
    )
    return earlier, comparison


def _decide_held_file(sent: SentFile, held: Delivery) -> DeliveryReceipt:
    """Take the decision that a sender states with a file that is held already."""
    by, at = sent.submission.by, sent.submission.at
    is_other_part = sent.slot.part not in ("", held.part)
    if not is_other_part:
        stated = sent.submission.extract_date
        has_new_date = stated is not None and stated != held.extract_date
        held = held_deliveries.refresh_comparison(
            delivery=held,
            compared=held_deliveries.compare_held_file(held),
            extract_date=stated,
            by=by,
            at=at,
        )
        replaces = sent.replace_earlier or (
            has_new_date and not held.report[replacement_preview.HELD_REPORT]["why"]
        )
        if not (replaces and sent.slot.part == held.part):
            return DeliveryReceipt(held, ReceiptResult.HELD)
    keys = held_deliveries.read_held_students(held)
    compared = (
        held_deliveries.compare_held_days(held, sent.slot.part) if is_other_part else frozenset()
    )
    with transaction.atomic():
        if is_other_part:
            row = held_deliveries.add_held_part(
                delivery=held,
                student_keys=keys,
                part=sent.slot.part,
                compared=compared,
                by=by,
                at=at,
            )
        else:
            row = held_deliveries.accept_replacement(delivery=held, student_keys=keys, by=by, at=at)
        if sent.on_received:
            sent.on_received(row)
    return DeliveryReceipt(row, ReceiptResult.NEW if is_other_part else ReceiptResult.REPLACED)


@transaction.atomic
def _record_accepted(
    file: _ReadFile,
    decided: DecidedFile,
    landed: _LandedFile,
    compared: tuple[Delivery, FileComparison] | None,
) -> DeliveryReceipt | None:
    """Record a landed file; None where the facts or the rows are not those it was landed by."""
    submission, result = file.sent.submission, landed.result
    if ask_to_receive(_load_facts(file)).decision_id != decided.decision.decision_id:
        return None
    earlier = file.sent.slot.find_current_delivery(locked=True)
    has_new_part = bool(
        part_comparison.list_parts_to_compare(file.sent.slot, file.mapping) - landed.known_parts
    )
    if has_new_part or file.sent.slot.find_same_delivery(decided.fingerprint):
        return None
    if earlier and (compared is None or compared[0] != earlier):
        return None
    hold = _find_hold(file, decided, earlier, compared)
    if compared and hold and not file.sent.replace_earlier:
        return _record_held(file, decided, landed, compared, hold)
    if Delivery.objects.filter(landed=str(result.ref)).exists():
        return None
    if earlier:
        transition_delivery(earlier, "supersede")
        earlier.save(update_fields=["state"])
        record_audit_event("delivery.superseded", earlier, by=submission.by, at=submission.at)
    row = create_delivery_row(
        decided,
        state=DeliveryState.RECEIVED.value,
        mapping=save_mapping_version(
            submission.organization,
            submission.feed,
            file.mapping,
            submission.by,
            submission.at,
            landed.layout,
        ),
        landed=str(result.ref),
        rows_in=result.rows,
        report=build_landing_report(result),
        supersedes=earlier,
        destroy_by=find_destruction_due_date(
            decided.asked.agreement, submission.on, decided.allowed
        ),
    )
    log_disclosure(decided, landed.disclosed_students)
    record_audit_event(
        "delivery.received",
        row,
        by=submission.by,
        at=submission.at,
        decision=decided.decision,
        detail={
            "rows": result.rows,
            "dropped_columns": len(result.dropped),
            "feed": row.feed,
            **({"part": row.part} if row.part else {}),
        },
    )
    if file.sent.on_received:
        file.sent.on_received(row)
    return DeliveryReceipt(row, ReceiptResult.REPLACED if earlier else ReceiptResult.NEW)


def _find_hold(
    file: _ReadFile,
    decided: DecidedFile,
    earlier: Delivery | None,
    compared: tuple[Delivery, FileComparison] | None,
) -> ReplacementHold | None:
    """Find why a file does not replace the earlier one now; None if it does."""
    if earlier is None or compared is None:
        return None
    submission, terms = file.sent.submission, decided.asked.agreement
    return replacement_preview.find_hold(
        terms, file.mapping.record, submission.extract_date, earlier, compared[1]
    )


def _record_held(
    file: _ReadFile,
    decided: DecidedFile,
    landed: _LandedFile,
    compared: tuple[Delivery, FileComparison],
    hold: ReplacementHold,
) -> DeliveryReceipt | None:
    """Record a landed file that counts for nothing until a person decides.

    Its mapping becomes the feed's mapping only then.
    """
    submission, result = file.sent.submission, landed.result
    if file.sent.slot.find_held_delivery(decided.fingerprint):
        return None
    if Delivery.objects.filter(landed=str(result.ref)).exists():
        return None
    held_report = replacement_preview.build_held_report(
        file.mapping, *compared, layout=landed.layout.dump(), why=hold
    )
    row = create_delivery_row(
        decided,
        state=DeliveryState.HELD.value,
        landed=str(result.ref),
        rows_in=result.rows,
        report={**build_landing_report(result), replacement_preview.HELD_REPORT: held_report},
        destroy_by=find_destruction_due_date(
            decided.asked.agreement, submission.on, decided.allowed
        ),
    )
    log_disclosure(decided, landed.disclosed_students)
    counts = ("rows", "earlier_rows", "lost_students")
    record_audit_event(
        "delivery.held",
        row,
        by=submission.by,
        at=submission.at,
        decision=decided.decision,
        detail={name: held_report[name] for name in counts},
    )
    return DeliveryReceipt(row, ReceiptResult.HELD)


def build_landing_report(result: pipeline.LandingResult) -> dict[str, Any]:
    """Build the report of a delivery before it is checked: what landing did not write."""
    return {
        "dropped": [asdict(column) for column in result.dropped],
        "missing": list(result.missing),
        "notes": [asdict(note) for note in result.notes],
        "left_out": result.left_out,
    }


@transaction.atomic
def record_refused_file(refused: DecidedFile, report: AbstractMapping[str, Any]) -> Delivery:
    """Record a file that was refused, or that is unusable as the report says."""
    sent, recorded = refused.sent.submission, refused.sent.recorded_refusal
    if recorded is not None and recorded.report.get("problem") == report.get("problem"):
        return recorded
    row = create_delivery_row(refused, state=DeliveryState.REFUSED.value, report=dict(report))
    event = "delivery.unusable" if report else "delivery.refused"
    if not refused.decision.allowed:
        log_disclosure(refused, ())
    record_audit_event(event, row, by=sent.by, at=sent.at, decision=refused.decision)
    return row


def log_disclosure(decided: DecidedFile, keys: Iterable[str] | ChildHashes) -> None:
    """Log that the partner gives its data to the agreement's recipients, or would have."""
    disclosure_log_api.record_disclosure(
        decided.decision,
        by=decided.sent.submission.by,
        at=decided.sent.submission.at,
        parties=decided.asked.agreement.list_organizations(*RECIPIENT_ROLES),
        interest=disclosure_log_api.describe_legitimate_interest(decided.asked.agreement),
        children=keys,
    )


@transaction.atomic
def record_sent_again(decided: DecidedFile, current: Delivery) -> Delivery:
    """Record that a file was sent again; nothing changes but the day that its data describe.

    A day that is stated later counts: the same data describe that day, too.
    """
    sent, detail = decided.sent.submission, {}
    is_same_file = (current.fingerprint, current.part) == (decided.fingerprint, sent.part)
    if sent.extract_date and is_same_file and sent.extract_date > (current.data_as_of or date.min):
        current.extract_date = sent.extract_date
        current.save(update_fields=["extract_date"])
        detail = {"as_of": sent.extract_date.isoformat()}
    record_audit_event(
        "delivery.sent_again",
        current,
        by=sent.by,
        at=sent.at,
        decision=decided.decision,
        detail=detail,
    )
    return current


def create_delivery_row(decided: DecidedFile, **fields: Any) -> Delivery:
    """Create the row of a delivery with the decision about it."""
    sent, names = decided.sent.submission, disclosure_log_api.load_organization_names()
    reasons = [
        disclosure_log_api.name_organizations(reason, names) for reason in decided.decision.reasons
    ]
    return Delivery.objects.create(
        organization=sent.organization,
        agreement_reference=sent.agreement.reference,
        agreement_version=decided.asked.agreement_version,
        feed=sent.feed,
        period=sent.period,
        part=sent.part,
        record=decided.mapping.record if decided.mapping else "",
        channel=sent.channel.value,
        file_name=sent.name,
        synthetic=sent.synthetic,
        size=decided.sent.content.size,
        content_digest=decided.sent.content_digest,
        fingerprint=decided.fingerprint,
        decision=disclosure_log_api.serialize_decision(decided.decision, reasons),
        decision_id=decided.decision.decision_id,
        received_by=sent.by,
        received_at=sent.at,
        sender_email=sent.sender_email,
        **{"extract_date": sent.extract_date, **fields},
    )
