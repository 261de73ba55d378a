"""Receive a file: accept it, recognize it, refuse it, or find it unusable; always record it.

Landing happens between two transactions, not in one: a large file takes seconds, and the
database has one writer. If the process dies in between, the landed file is found by its
fingerprint when the file is sent again.
"""

import hashlib
from collections.abc import Callable, Iterable
from collections.abc import Mapping as AbstractMapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from cairn.data.intake import facts, students
from cairn.data.intake.actions.column_mapping import save_mapping_version
from cairn.data.intake.lifecycle import transition_delivery
from cairn.data.intake.models import Delivery
from cairn.data.intake.queries import DeliverySlot
from cairn.governance.agreements.api import Agreement, load_agreement_fact
from cairn.governance.disclosure_log.api import (
    describe_legitimate_interest,
    record_disclosure,
    serialize_decision,
)
from cairn.governance.partners.api import Organization, load_actor
from cairn.governance.retention.api import find_overdue_duties_of_recipients
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.policy.checks import find_destruction_due_date
from cairn.policy.engine import Decision, Permit, digest_facts
from cairn.policy.facts import Actor, AgreementFact
from cairn.policy.questions import may_receive_delivery
from cairn.policy.vocabulary import RECIPIENT_ROLES, Channel, DeliveryState, LegalBasis
from cairn.warehouse.pipeline import (
    LANDING_STEP,
    LandingResult,
    UnusableDelivery,
    land_sheets,
    load_landing_result,
)
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ColumnMapping, Sheet, UnreadableFile
from cairn.warehouse.store import FileStore


class ReceiptResult(StrEnum):
    """The result of sending a file."""

    NEW = "new"
    REPLACED = "replaced"
    AGAIN = "again"
    REFUSED = "refused"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """The recorded delivery (the earlier one for a file sent again) and the result."""

    delivery: Delivery
    result: ReceiptResult


@dataclass(frozen=True, slots=True)
class _IncomingFile:
    """A file that is being received, with its description."""

    name: str
    content: bytes
    slot: DeliverySlot
    agreement: Agreement
    channel: Channel
    mapping: ColumnMapping
    by: User
    at: datetime
    decision: Decision
    terms: AgreementFact
    on_received: Callable[[Delivery], object] | None
    sheets: tuple[Sheet, ...] | None
    synthetic: str

    @property
    def content_digest(self) -> str:
        """The sha256 (hex) of the bytes."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def fingerprint(self) -> str:
        """A digest of the bytes, the mapping, the agreement's coverage today, and the consents."""
        allowed = sorted(
            name for name, outcome in self.decision.elements.items() if outcome == "allow"
        )
        consents = (self.decision.rows, self.decision.kept_back)
        return digest_facts(self.content_digest, self.mapping.digest, allowed, *consents)


def receive_delivery(  # noqa: PLR0913 - each is one property of the file
    *,
    name: str,
    content: bytes,
    organization: Organization,
    agreement: Agreement,
    feed: str,
    period: str,
    channel: Channel,
    mapping: ColumnMapping,
    by: User,
    at: datetime,
    synthetic: str = "",
    requester: Actor | None = None,
    on_received: Callable[[Delivery], object] | None = None,
) -> DeliveryReceipt:
    """Receive a file for one slot; what the agreement does not cover is never written.

    The same file, read in the same way, is the delivery already on record; another file for the
    same slot replaces it. A refusal is recorded as a delivery too, with every reason (34 CFR
    99.32 asks for refused requests as well), and holds nothing of the file. Not atomic: see the
    module.

    Args:
        name: name of the file.
        content: its bytes.
        organization: the sender.
        agreement: the agreement.
        feed: short name of the feed.
        period: what the file covers.
        channel: how it was sent.
        mapping: the column mapping.
        by: the user who sends it.
        at: the time.
        synthetic: how invented data, for a pilot, were made.
        requester: facts about ``by``, where a browser session supplied them.
        on_received: called with an accepted delivery, in the same transaction, so that its next
            step is queued or the delivery does not exist.

    Returns:
        The delivery and the result.
    """
    terms = load_agreement_fact(agreement)
    fact = facts.build_delivery_fact(
        organization=organization.slug,
        agreement=agreement.reference,
        feed=feed,
        period=period,
        channel=channel,
        mapping=mapping,
        file=name,
        brought_by=by.email,
        synthetic=synthetic.strip(),
    )
    overdue = find_overdue_duties_of_recipients(
        terms.organizations(*RECIPIENT_ROLES), _local_date(at)
    )
    sheets, problem = _read_for_consent(name, content, mapping, terms)
    local_ids = {organization.slug: students.list_sheet_local_ids(sheets or (), mapping)}
    rows_facts = (students.build_rows_fact(terms, local_ids, _local_date(at)),)
    decision = may_receive_delivery(
        fact, terms, requester or load_actor(by), _local_date(at), overdue=overdue, rows=rows_facts
    )
    slot = DeliverySlot(organization, agreement.reference, feed, period)
    incoming = _IncomingFile(
        name,
        content,
        slot,
        agreement,
        channel,
        mapping,
        by,
        at,
        decision,
        terms,
        on_received,
        sheets,
        synthetic.strip(),
    )
    if problem:
        return DeliveryReceipt(
            _record_refused(incoming, {"problem": problem}), ReceiptResult.UNUSABLE
        )
    if not decision.allowed:
        return DeliveryReceipt(_record_refused(incoming, {}), ReceiptResult.REFUSED)
    if (current := slot.standing()) and current.fingerprint == incoming.fingerprint:
        return DeliveryReceipt(_record_sent_again(incoming, current), ReceiptResult.AGAIN)
    try:
        landed = _land_file(open_file_store(), incoming, decision.require())
    except (UnusableDelivery, UnreadableFile) as problem_found:
        return DeliveryReceipt(
            _record_refused(incoming, {"problem": str(problem_found)}), ReceiptResult.UNUSABLE
        )
    row = _record_accepted(incoming, landed, find_destruction_due_date(terms, _local_date(at)))
    return DeliveryReceipt(row, ReceiptResult.REPLACED if row.supersedes else ReceiptResult.NEW)


def _read_for_consent(
    name: str, content: bytes, mapping: ColumnMapping, terms: AgreementFact
) -> tuple[tuple[Sheet, ...] | None, str]:
    """Read the file in memory before the decision, where families' consents decide.

    The decision then needs the students in it. Returns the sheets, and why the file cannot be
    read, if so.
    """
    if terms.basis is not LegalBasis.CONSENT:
        return None, ""
    try:
        return tuple(read_file(name, content, skip_rows=mapping.skip_rows)), ""
    except UnreadableFile as problem:
        return (), str(problem)


def _land_file(store: FileStore, incoming: _IncomingFile, permit: Permit) -> LandingResult:
    note = {"fingerprint": incoming.fingerprint}
    unfinished = store.find(LANDING_STEP, (), note, permit=permit)
    if unfinished is not None and not Delivery.objects.filter(landed=str(unfinished)).exists():
        return load_landing_result(store, unfinished)
    sheets = incoming.sheets or read_file(
        incoming.name, incoming.content, skip_rows=incoming.mapping.skip_rows
    )
    origin = students.describe_row_origin(incoming.slot.organization.slug, incoming.slot.agreement)
    return land_sheets(store, sheets, incoming.mapping, permit=permit, rows=origin, note=note)


@transaction.atomic
def _record_accepted(
    incoming: _IncomingFile, landed: LandingResult, keep_until: date | None
) -> Delivery:
    earlier = incoming.slot.standing(locked=True)
    if earlier:
        transition_delivery(earlier, "supersede")
        earlier.save(update_fields=["state"])
        record_audit_event("delivery.superseded", earlier, by=incoming.by, at=incoming.at)
    row = _create_delivery(
        incoming,
        state=DeliveryState.RECEIVED.value,
        mapping=save_mapping_version(
            incoming.slot.organization,
            incoming.slot.feed,
            incoming.mapping,
            incoming.by,
            incoming.at,
        ),
        landed=str(landed.ref),
        rows_in=landed.rows,
        report={
            "dropped": [asdict(column) for column in landed.dropped],
            "missing": list(landed.missing),
            "notes": [asdict(note) for note in landed.notes],
            "left_out": landed.left_out,
        },
        supersedes=earlier,
        destroy_by=keep_until,
    )
    _log_disclosure(incoming, _list_disclosed_students(incoming, landed))
    record_audit_event(
        "delivery.received",
        row,
        by=incoming.by,
        at=incoming.at,
        decision=incoming.decision,
        detail={"rows": landed.rows, "dropped_columns": len(landed.dropped), "feed": row.feed},
    )
    if incoming.on_received:
        incoming.on_received(row)
    return row


@transaction.atomic
def _record_refused(incoming: _IncomingFile, report: AbstractMapping[str, Any]) -> Delivery:
    row = _create_delivery(incoming, state=DeliveryState.REFUSED.value, report=dict(report))
    event = "delivery.unusable" if report else "delivery.refused"
    if not incoming.decision.allowed:
        _log_disclosure(incoming, ())
    record_audit_event(event, row, by=incoming.by, at=incoming.at, decision=incoming.decision)
    return row


def _list_disclosed_students(incoming: _IncomingFile, landed: LandingResult) -> Iterable[str]:
    """List the students for the record of disclosures; none for invented data.

    An invented ID may be a real student's by chance, who must not find a disclosure that never
    was.
    """
    if incoming.synthetic:
        return ()
    return students.list_student_keys(
        open_file_store(), landed.ref, incoming.mapping, incoming.slot.organization
    )


def _log_disclosure(incoming: _IncomingFile, keys: Iterable[str]) -> None:
    """Log that the partner gives its data to the agreement's recipients, or would have."""
    record_disclosure(
        incoming.decision,
        by=incoming.by,
        at=incoming.at,
        parties=incoming.terms.organizations(*RECIPIENT_ROLES),
        interest=describe_legitimate_interest(incoming.terms),
        children=keys,
    )


@transaction.atomic
def _record_sent_again(incoming: _IncomingFile, current: Delivery) -> Delivery:
    record_audit_event(
        "delivery.sent_again", current, by=incoming.by, at=incoming.at, decision=incoming.decision
    )
    return current


def _create_delivery(incoming: _IncomingFile, **fields: Any) -> Delivery:
    return Delivery.objects.create(
        organization=incoming.slot.organization,
        agreement_reference=incoming.slot.agreement,
        agreement_version=incoming.agreement.version,
        feed=incoming.slot.feed,
        period=incoming.slot.period,
        record=incoming.mapping.record,
        channel=incoming.channel.value,
        file_name=incoming.name,
        synthetic=incoming.synthetic,
        size=len(incoming.content),
        content_digest=incoming.content_digest,
        fingerprint=incoming.fingerprint,
        decision=serialize_decision(incoming.decision),
        decision_id=incoming.decision.decision_id,
        received_by=incoming.by,
        received_at=incoming.at,
        **fields,
    )


def _local_date(at: datetime) -> date:
    return timezone.localdate(at)
