"""Give rows that named no part of their file to the parts that their sender filled in.

Every part that gets rows, and the rows that still name none, become a new version in one
transaction: rows are never in two versions that count, and a process that dies before it leaves
everything as it was. The earlier versions and their records stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from cairn.data.intake import facts, students
from cairn.data.intake.actions import receipt
from cairn.data.intake.actions.receipt import DecidedFile, DeliveryReceipt, ReceiptResult, SentFile
from cairn.data.intake.models import Delivery, DeliveryStateConflict, transition_delivery
from cairn.data.intake.proposals.correction_preview import ReadCorrection, describe_newer_version
from cairn.data.intake.queries import DeliverySlot
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.policy.checks import find_destruction_due_date
from cairn.policy.vocabulary import DeliveryState
from cairn.warehouse import file_parts, pipeline
from cairn.warehouse.store import FileRef

__all__ = ["assign_corrected_rows"]


@dataclass(frozen=True, slots=True)
class _AskedPart:
    """One part with policy's answer: what its version replaces, and the students in both."""

    decided: DecidedFile
    earlier: Delivery | None
    student_keys: frozenset[str] | None

    @property
    def name(self) -> str:
        """The name of the part."""
        return self.decided.sent.submission.part

    def ask_again(self) -> DecidedFile:
        """Ask the same about the facts of this moment; no file is opened."""
        sent, mapping = self.decided.sent, self.decided.mapping
        asked = facts.load_receipt_facts(sent.submission, mapping, self.student_keys)
        return DecidedFile(sent, mapping, asked, receipt.ask_to_receive(asked))


@dataclass(frozen=True, slots=True)
class _PartVersion:
    """The new version of one part: what was decided about it, and what was written."""

    asked: "_AskedPart"
    file: pipeline.CorrectedFile
    result: pipeline.LandingResult
    keys: frozenset[str]


def assign_corrected_rows(
    *, sent: SentFile, read: ReadCorrection, by: User, at: datetime
) -> DeliveryReceipt | None:
    """Land the rows for which a part was filled in as new versions of these parts.

    Args:
        sent: the corrections, as they were sent.
        read: the corrections, as they were read.
        by: the user who sends them.
        at: the time.

    Returns:
        The receipt of the rows that still name no part, with those of all parts; None if the
        facts changed before the versions were recorded.

    Raises:
        Refused: policy does not allow it.
        DeliveryStateConflict: a part is being checked, or the rows were replaced meanwhile.
        UnusableDelivery: the agreement covers less now, or a part has other columns.
    """
    sent = replace(sent, submission=replace(sent.submission, by=by, at=at))
    asked = _ask_about_part(sent, read, read.delivery.part, read.delivery)
    assigned = file_parts.assign_rows(
        open_file_store(),
        read.landed,
        read.corrections,
        read.part_names,
        read.mapping,
        permit=asked.decided.decision.require(),
        rows=_describe_origin(read),
    )
    remaining = _write_version(asked, assigned.remaining, read)
    versions = [_build_part(sent, read, assigned, name) for name in assigned.parts]
    return _record_versions(read, [remaining, *versions])


def _describe_origin(read: ReadCorrection) -> pipeline.RowOrigin:
    return students.describe_row_origin(
        read.delivery.organization.slug, read.delivery.agreement_reference
    )


def _ask_about_part(
    sent: SentFile, read: ReadCorrection, part: str, earlier: Delivery | None
) -> _AskedPart:
    """Ask policy about a part with the students in these rows and in those that it has."""
    submission = replace(sent.submission, part=part)
    terms = facts.load_agreement_by_reference(submission.agreement.reference)
    keys = None
    if facts.needs_student_keys(terms):
        keys = read.find_student_keys()
        if earlier is not None:
            keys |= students.list_student_keys(
                open_file_store(),
                FileRef.parse(earlier.landed),
                facts.parse_delivery_mapping(earlier),
                earlier.organization,
            )
    asked = facts.load_receipt_facts(submission, read.mapping, keys)
    own = replace(sent, submission=submission)
    decided = DecidedFile(own, read.mapping, asked, receipt.ask_to_receive(asked))
    return _AskedPart(decided, earlier, keys)


def _build_part(
    sent: SentFile, read: ReadCorrection, assigned: file_parts.AssignedRows, name: str
) -> _PartVersion:
    slot = DeliverySlot.from_submission(replace(sent.submission, part=name))
    earlier, rows = slot.find_current_delivery(), assigned.parts[name]
    if earlier is not None and earlier.state != DeliveryState.CONFORMED:
        raise DeliveryStateConflict(
            f"The part {name} is being checked. Nothing was imported. Wait a minute, then confirm "
            "again."
        )
    asked = _ask_about_part(sent, read, name, earlier)
    if earlier is None:
        new = file_parts.count_new_part(rows, assigned.remaining.landing)
        return _write_version(asked, new, read)
    joined = file_parts.build_joined_file(
        open_file_store(),
        FileRef.parse(earlier.landed),
        rows,
        read.mapping,
        permit=asked.decided.decision.require(),
        rows=_describe_origin(read),
    )
    return _write_version(asked, joined, read)


def _write_version(
    asked: _AskedPart, file: pipeline.CorrectedFile, read: ReadCorrection
) -> _PartVersion:
    """Write a version, or find what an attempt wrote that was cut short."""
    store, permit = open_file_store(), asked.decided.decision.require()
    note = {"fingerprint": asked.decided.fingerprint, "part": asked.name}
    note |= {"added_to": asked.earlier.landed if asked.earlier else ""}
    unfinished = store.find(pipeline.LANDING_STEP, (), note, permit=permit)
    if unfinished is not None and not Delivery.objects.filter(landed=str(unfinished)).exists():
        result = pipeline.load_landing_result(store, unfinished)
    else:
        result = pipeline.write_corrected_file(store, file, read.mapping, permit=permit, note=note)
    keys = frozenset[str]()
    if not asked.decided.sent.submission.synthetic:
        keys = students.compute_student_keys(
            read.delivery.organization.slug,
            students.iterate_table_local_ids(file.changed, read.mapping),
        )
    return _PartVersion(asked, file, result, keys)


@transaction.atomic
def _record_versions(
    read: ReadCorrection, versions: Sequence[_PartVersion]
) -> DeliveryReceipt | None:
    """Record all versions, or none where policy now answers otherwise."""
    for version in versions:
        decision = version.asked.ask_again().decision
        if decision.decision_id != version.asked.decided.decision.decision_id:
            return None
    for version in versions:
        _lock_earlier(version.asked)
    rows = [_record_version(read, version) for version in versions]
    receipts = tuple(
        DeliveryReceipt(row, ReceiptResult.REPLACED if row.supersedes_id else ReceiptResult.NEW)
        for row in rows
    )
    return replace(receipts[0], parts=receipts[1:] + receipts[:1])


def _lock_earlier(asked: _AskedPart) -> None:
    """Lock the delivery that a version replaces; refuse if another one counts by now."""
    earlier = asked.earlier
    current = asked.decided.sent.slot.find_current_delivery(locked=True)
    places = [row and (row.pk, row.landed, row.conformed, row.state) for row in (earlier, current)]
    if places[0] != places[1]:
        raise DeliveryStateConflict(
            describe_newer_version(earlier) if earlier else _NEW_PART % {"name": asked.name}
        )


def _record_version(read: ReadCorrection, version: _PartVersion) -> Delivery:
    decided, earlier = version.asked.decided, version.asked.earlier
    sent = decided.sent
    by, at = sent.submission.by, sent.submission.at
    if earlier is not None:
        transition_delivery(earlier, "supersede")
        earlier.save(update_fields=["state"])
        record_audit_event("delivery.superseded", earlier, by=by, at=at)
    due = find_destruction_due_date(decided.asked.agreement, sent.submission.on, decided.allowed)
    before, added = earlier or read.delivery, version.file.changed.num_rows
    row = receipt.create_delivery_row(
        decided,
        state=DeliveryState.RECEIVED.value,
        mapping=before.mapping,
        landed=str(version.result.ref),
        rows_in=version.result.rows,
        report=receipt.build_landing_report(version.result),
        supersedes=earlier,
        original=(earlier.original or earlier) if earlier else None,
        extract_date=before.extract_date,
        changes_as_of=before.changes_as_of,
        corrected_rows=added,
        # The rows arrived with the first file: a correction keeps none of them longer.
        destroy_by=min(
            filter(None, (read.delivery.destroy_by, before.destroy_by, due)), default=None
        ),
    )
    receipt.log_disclosure(decided, version.keys)
    record_audit_event(
        "delivery.corrected",
        row,
        by=by,
        at=at,
        decision=decided.decision,
        detail={"rows": added, "cells": len(read.corrections.cells), "feed": row.feed},
    )
    if sent.on_received:
        sent.on_received(row)
    return row


_NEW_PART: Final = (
    "A file for the part %(name)s arrived since the preview. Nothing was imported. Cancel this "
    "correction, and send the correction file again."
)
