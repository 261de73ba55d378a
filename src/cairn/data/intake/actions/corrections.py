"""Import a correction file: a new version of the delivery, in which only corrected cells differ.

The file waits, encrypted, until a person has seen what would become of the rows
(`proposed_files`). Confirming asks every question again, as if the rows arrived at that moment.
The corrected rows land as a file of their own; the earlier file and its record stay.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction

from cairn.data.intake import students
from cairn.data.intake.actions.proposed_files import (
    build_submission,
    claim_proposed_file,
    open_proposed_file,
    record_confirmation,
)
from cairn.data.intake.actions.receipt import (
    MAX_ATTEMPTS,
    DecidedFile,
    DeliveryReceipt,
    ReceiptResult,
    SentFile,
    build_landing_report,
    create_delivery_row,
    log_disclosure,
)
from cairn.data.intake.actions.row_assignment import assign_corrected_rows
from cairn.data.intake.delivery_parts import UNNAMED_PART
from cairn.data.intake.facts import Submission
from cairn.data.intake.models import (
    Delivery,
    DeliveryStateConflict,
    ProposedFile,
    transition_delivery,
)
from cairn.data.intake.proposals.correction_preview import (
    CorrectionSentBefore,
    ReadCorrection,
    describe_newer_version,
    read_correction_file,
)
from cairn.governance.agreements.api import Agreement
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.policy.checks import find_destruction_due_date
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.questions import may_receive_delivery
from cairn.policy.vocabulary import Channel, DeliveryState
from cairn.warehouse import pipeline
from cairn.warehouse.readers import FileContent

__all__ = ["confirm_correction", "describe_correction", "import_corrections"]

_CHANGED: Final = (
    "The agreement, the consents or this data submission changed during each try to save the "
    "corrections. Nothing was saved. Upload the correction file again."
)


def describe_correction(
    delivery: Delivery, channel: Channel, by: User, at: datetime, requester: Actor | None = None
) -> Submission:
    """Build what the sender of a correction states: all that is known of the delivery.

    Args:
        delivery: the delivery with the rows.
        channel: how it is sent.
        by: the user who sends it.
        at: the time.
        requester: facts about ``by``, where a browser session supplied them.

    Returns:
        The submission.
    """
    return Submission(
        organization=delivery.organization,
        agreement=Agreement.objects.get(reference=delivery.agreement_reference),
        channel=channel,
        by=by,
        at=at,
        name=delivery.file_name,
        feed=delivery.feed,
        period=delivery.period,
        part=delivery.part,
        synthetic=delivery.synthetic,
        requester=requester,
    )


def confirm_correction(
    *,
    proposed: ProposedFile,
    by: User,
    at: datetime,
    requester: Actor | None = None,
    on_received: Callable[[Delivery], object] | None = None,
) -> DeliveryReceipt:
    """Import a correction as a person saw it in the preview.

    Everything is asked again. Confirmed twice, or by two people at once, it lands once.

    Args:
        proposed: the correction file that waits.
        by: the user who confirms.
        at: the time.
        requester: facts about ``by``, where a browser session supplied them.
        on_received: called with the new version, in the transaction that records it.

    Returns:
        The new version of the delivery.

    Raises:
        Refused: policy does not allow it now.
        DeliveryStateConflict: it was decided already, or the delivery changed since the preview.
        UnusableDelivery: the agreement covers less than when the file was received.
    """
    proposed.refresh_from_db()
    if proposed.delivery is not None:
        return DeliveryReceipt(proposed.delivery, ReceiptResult.AGAIN)
    content = open_proposed_file(proposed)
    rows = Delivery.objects.select_related("organization", "mapping")
    delivery = rows.get(pk=proposed.corrects_id or 0)
    submission = build_submission(proposed, by, at, requester)
    try:
        read = read_correction_file(delivery, submission, content)
    except CorrectionSentBefore as sent:
        received = DeliveryReceipt(sent.delivery, ReceiptResult.AGAIN)
    else:
        if proposed.preview.get("checked") != delivery.conformed:
            raise DeliveryStateConflict(
                "The rows were checked again after you opened the preview. Nothing was imported. "
                "Cancel this correction, download the correction file again and correct that one."
            )
        with claim_proposed_file(proposed, at):
            received = import_corrections(
                read=read, submission=submission, by=by, at=at, on_received=on_received
            )
            record_confirmation(proposed=proposed, received=received, by=by, at=at)
        return received
    record_confirmation(proposed=proposed, received=received, by=by, at=at)
    return received


def import_corrections(
    *,
    read: ReadCorrection,
    submission: Submission,
    by: User,
    at: datetime,
    on_received: Callable[[Delivery], object] | None = None,
) -> DeliveryReceipt:
    """Land corrected rows as a new version of their delivery. It must then be checked.

    Args:
        read: the corrections.
        submission: what their sender states.
        by: the user who sends them.
        at: the time.
        on_received: called with the new version, in the transaction that records it.

    Returns:
        The new version.

    Raises:
        Refused: policy does not allow it.
        DeliveryStateConflict: the delivery was replaced meanwhile, or the facts kept changing.
        UnusableDelivery: the agreement covers less than when the file was received.
    """
    sent = SentFile(
        submission,
        FileContent.wrap(read.corrections.serialize()),
        on_received,
        replace_earlier=True,
        content_digest=read.digest,
    )
    for _attempt in range(MAX_ATTEMPTS):
        if read.delivery.part == UNNAMED_PART:
            if received := assign_corrected_rows(sent=sent, read=read, by=by, at=at):
                return received
            continue
        row = _import_once(sent, read, by, at)
        if row is not None:
            return DeliveryReceipt(row, ReceiptResult.REPLACED)
    raise DeliveryStateConflict(_CHANGED)


def _ask_to_receive(sent: SentFile, read: ReadCorrection) -> DecidedFile:
    asked = read.load_facts(sent.submission)
    decision: Decision = may_receive_delivery(
        asked.delivery,
        asked.agreement,
        asked.actor,
        asked.on,
        overdue=asked.overdue,
        rows=asked.rows,
    )
    return DecidedFile(sent, read.mapping, asked, decision)


def _import_once(sent: SentFile, read: ReadCorrection, by: User, at: datetime) -> Delivery | None:
    """Ask, land and record; None where the facts changed before the record was written."""
    decided = _ask_to_receive(sent, read)
    permit, store = decided.decision.require(), open_file_store()
    origin = students.describe_row_origin(
        read.delivery.organization.slug, read.delivery.agreement_reference
    )
    corrected = pipeline.build_corrected_file(
        store, read.landed, read.corrections, read.mapping, permit=permit, rows=origin
    )
    note = {"fingerprint": decided.fingerprint}
    unfinished = store.find(pipeline.LANDING_STEP, (), note, permit=permit)
    if unfinished is not None and not Delivery.objects.filter(landed=str(unfinished)).exists():
        result = pipeline.load_landing_result(store, unfinished)
    else:
        result = pipeline.write_corrected_file(
            store, corrected, read.mapping, permit=permit, note=note
        )
    keys = frozenset[str]()
    if not sent.submission.synthetic:
        keys = students.compute_student_keys(
            read.delivery.organization.slug,
            students.iterate_table_local_ids(corrected.changed, read.mapping),
        )
    return _record_version(sent, read, decided, result, keys)


@transaction.atomic
def _record_version(
    sent: SentFile,
    read: ReadCorrection,
    decided: DecidedFile,
    result: pipeline.LandingResult,
    keys: frozenset[str],
) -> Delivery | None:
    """Record the new version; None where policy now answers otherwise."""
    by, at = sent.submission.by, sent.submission.at
    if _ask_to_receive(sent, read).decision.decision_id != decided.decision.decision_id:
        return None
    earlier = Delivery.objects.select_for_update().get(pk=read.delivery.pk)
    is_same = (earlier.landed, earlier.conformed) == (read.delivery.landed, read.delivery.conformed)
    if earlier.state != DeliveryState.CONFORMED or not is_same:
        raise DeliveryStateConflict(describe_newer_version(earlier))
    transition_delivery(earlier, "supersede")
    earlier.save(update_fields=["state"])
    record_audit_event("delivery.superseded", earlier, by=by, at=at)
    due = find_destruction_due_date(decided.asked.agreement, sent.submission.on, decided.allowed)
    row = create_delivery_row(
        decided,
        state=DeliveryState.RECEIVED.value,
        mapping=earlier.mapping,
        landed=str(result.ref),
        rows_in=result.rows,
        report=build_landing_report(result),
        supersedes=earlier,
        original=earlier.original or earlier,
        extract_date=earlier.data_as_of,
        corrected_rows=len(read.corrections.positions),
        # The rows arrived with the first file: a correction keeps none of them longer.
        destroy_by=min(filter(None, (earlier.destroy_by, due)), default=None),
    )
    log_disclosure(decided, keys)
    record_audit_event(
        "delivery.corrected",
        row,
        by=by,
        at=at,
        decision=decided.decision,
        detail={"rows": row.corrected_rows, "cells": len(read.corrections.cells), "feed": row.feed},
    )
    if sent.on_received:
        sent.on_received(row)
    return row
