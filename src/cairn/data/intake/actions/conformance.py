"""Check a delivery: types, dates, codes; keep good rows, set bad rows aside with reasons."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cairn.data.intake import facts, students
from cairn.data.intake.delivery_parts import UNNAMED_PART
from cairn.data.intake.derived_records.record_keepers import CheckedFile, keep_derived_records
from cairn.data.intake.models import Delivery, DeliveryStateConflict, transition_delivery
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.platform.tasks.api import Progress
from cairn.policy import questions
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.lifecycles import DELIVERY_TRANSITIONS, list_states_allowing
from cairn.policy.vocabulary import Action, DeliveryState
from cairn.warehouse.pipeline import ConformResult, conform_landed_file
from cairn.warehouse.store import FileRef

__all__ = ["check_delivery"]

MAX_ATTEMPTS: Final = 3
"""How often a check is begun before it is given up because the facts keep changing."""


@dataclass(frozen=True, slots=True)
class _OpenedFile:
    """A landed file that is about to be checked, and its students where they decide."""

    delivery: Delivery
    student_keys: frozenset[str] | None

    @property
    def source(self) -> tuple[str, int | None]:
        """The file and the mapping: with others, it is another check."""
        return self.delivery.landed, self.delivery.mapping_id


@dataclass(frozen=True, slots=True)
class _BegunCheck:
    """A check that policy allowed, with its decision."""

    opened: _OpenedFile
    decision: Decision


def check_delivery(
    *, delivery: Delivery, by: User, at: datetime, progress: Progress | None = None
) -> Delivery:
    """Check a delivery's rows.

    Safe to run again at any point: the file store knows which steps are done. A delivery that is
    checked already, or was replaced or withdrawn meanwhile, stays unchanged. Not atomic: files
    are read and written outside the two transactions that begin and finish the check. Both ask
    policy; where the facts changed in between, the check is done again under the new answer.

    Args:
        delivery: the delivery.
        by: the user who asked.
        at: the time.
        progress: receives the progress.

    Returns:
        The delivery in its new state.

    Raises:
        Refused: policy does not allow it on this day. A check that was begun stays open.
        DeliveryStateConflict: the facts kept changing while the file was checked.
    """
    for _attempt in range(MAX_ATTEMPTS):
        opened = _open_landed_file(delivery.pk, by, at)
        if opened is None:
            delivery.refresh_from_db()
            return delivery
        begun = _begin_check(opened, by, at)
        if begun is None:
            continue
        conform_result = _conform_file(begun, progress)
        # Before the rows count: a crash in between leaves records that no page reads.
        keep_derived_records(_describe_checked_file(begun.opened.delivery, conform_result))
        finished = _finish_check(begun, conform_result, by, at)
        if finished is not None:
            return finished
    raise DeliveryStateConflict(
        "The agreement, the consents or this data submission changed during each check. Check the "
        "rows again."
    )


@transaction.atomic
def reopen_delivery_check(
    *, delivery: Delivery, by: User, at: datetime, requester: Actor | None = None
) -> Delivery:
    """Let a checked delivery be checked once more, since more may be known of its students.

    It must then be conformed again.

    Raises:
        Refused: policy does not allow it.
    """
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    organization, on = row.organization.slug, timezone.localdate(at)
    decision = questions.may_open_page(
        Action.CONFORM, requester or load_actor(by), organization=organization, on=on
    )
    decision.require()
    transition_delivery(row, "check again")
    row.save(update_fields=["state"])
    record_audit_event("delivery.checked_again", row, by=by, at=at, decision=decision)
    return row


def _open_landed_file(pk: int, by: User, at: datetime) -> _OpenedFile | None:
    """Find the students in a landed file where policy asks for them; None if no check is due."""
    row = Delivery.objects.select_related("organization", "mapping", "received_by").get(pk=pk)
    if row.state not in list_states_allowing(DELIVERY_TRANSITIONS, "begin"):
        return None
    if not facts.needs_student_keys(facts.load_agreement_by_reference(row.agreement_reference)):
        return _OpenedFile(row, None)
    asked = facts.load_check_facts(row, by, at, None)
    questions.may_open_landed_delivery(
        asked.delivery, asked.agreement, asked.actor, asked.on
    ).require()
    keys = students.list_student_keys(
        open_file_store(),
        FileRef.parse(row.landed),
        facts.parse_delivery_mapping(row),
        row.organization,
    )
    return _OpenedFile(row, keys)


def _ask_to_conform(opened: _OpenedFile, by: User, at: datetime) -> Decision:
    asked = facts.load_check_facts(opened.delivery, by, at, opened.student_keys)
    return questions.may_conform_delivery(
        asked.delivery, asked.agreement, asked.actor, asked.on, rows=asked.rows
    )


@transaction.atomic
def _begin_check(opened: _OpenedFile, by: User, at: datetime) -> _BegunCheck | None:
    """Ask policy and begin; None where the delivery changed since its file was opened."""
    row = _lock_delivery(opened)
    is_due = row.state in list_states_allowing(DELIVERY_TRANSITIONS, "begin")
    if not is_due or _OpenedFile(row, None).source != opened.source:
        return None
    decision = _ask_to_conform(opened, by, at)
    decision.require()
    transition_delivery(row, "begin")
    row.save(update_fields=["state"])
    record_audit_event("delivery.conforming", row, by=by, at=at, decision=decision)
    return _BegunCheck(opened, decision)


def _conform_file(begun: _BegunCheck, progress: Progress | None) -> ConformResult:
    """Read, check and write the file: long work, outside any transaction."""
    row, permit, store = begun.opened.delivery, begun.decision.require(), open_file_store()
    known_students = students.load_known_students(row, store) if permit.populations else {}
    origin = students.describe_row_origin(
        row.organization.slug, row.agreement_reference, known_students
    )
    mapping = facts.parse_delivery_mapping(row)
    return conform_landed_file(
        store,
        FileRef.parse(row.landed),
        mapping,
        permit=permit,
        rows=origin,
        progress=progress,
        engine=settings.CAIRN_ENGINE,
        part_column=mapping.part if row.part == UNNAMED_PART else "",
    )


def _describe_checked_file(row: Delivery, conform_result: ConformResult) -> CheckedFile:
    return CheckedFile(
        delivery=row.pk,
        agreement=row.agreement_reference,
        organization=row.organization.slug,
        record=row.record,
        is_synthetic=row.pilot,
        conformed=conform_result.ref,
    )


@transaction.atomic
def _finish_check(
    begun: _BegunCheck, conform_result: ConformResult, by: User, at: datetime
) -> Delivery | None:
    """Record the result; None where policy now answers otherwise than when the check began."""
    row = _lock_delivery(begun.opened)
    if row.state != DeliveryState.CONFORMING or _OpenedFile(row, None).source != (
        begun.opened.source
    ):
        return row
    decision = _ask_to_conform(begun.opened, by, at)
    decision.require()
    if decision.decision_id != begun.decision.decision_id:
        return None
    transition_delivery(row, "finish")
    row.conformed, row.quarantined = str(conform_result.ref), str(conform_result.quarantine_ref)
    row.rows_in, row.rows_kept = conform_result.report.rows_in, conform_result.report.rows_kept
    row.conformed_at = at
    row.report = json.loads(conform_result.report.to_json())
    row.save()
    record_audit_event(
        "delivery.conformed",
        row,
        by=by,
        at=at,
        detail={
            "rows": row.rows_in,
            "kept": row.rows_kept,
            "left_out": conform_result.report.left_out,
        },
    )
    return row


def _lock_delivery(opened: _OpenedFile) -> Delivery:
    return Delivery.objects.select_for_update().get(pk=opened.delivery.pk)
