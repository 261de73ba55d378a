"""Check a delivery: types, dates, codes; keep good rows, set bad rows aside with reasons."""

import json
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.data.intake import facts, students
from cairn.data.intake.lifecycle import transition_delivery
from cairn.data.intake.models import Delivery
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor
from cairn.policy.lifecycles import DELIVERY_TRANSITIONS, list_states_allowing
from cairn.policy.questions import may_conform_delivery, may_open_page
from cairn.policy.vocabulary import Action, DeliveryState
from cairn.warehouse.pipeline import ConformProgress, ConformResult, conform_landed_file
from cairn.warehouse.store import FileRef


def check_delivery(
    *, delivery: Delivery, by: User, at: datetime, progress: ConformProgress | None = None
) -> Delivery:
    """Check a delivery's rows.

    Safe to run again at any point: the file store knows which steps are done. A delivery that is
    checked already, or was replaced or withdrawn meanwhile, stays unchanged. Not atomic: it
    reads and writes files between two transactions.

    Args:
        delivery: the delivery.
        by: the user who asked.
        at: the time.
        progress: receives the progress.

    Returns:
        The delivery in its new state.

    Raises:
        Refused: policy does not allow it on this day.
    """
    started = _begin_check(delivery.pk, by, at)
    if started is None:
        delivery.refresh_from_db()
        return delivery
    row, permit = started
    landed = FileRef.parse(row.landed)
    store, mapping = open_file_store(), facts.parse_delivery_mapping(row)
    known_students = students.load_known_students(row, store) if permit.populations else {}
    origin = students.describe_row_origin(
        row.organization.slug, row.agreement_reference, known_students
    )
    conform_result = conform_landed_file(
        store, landed, mapping, permit=permit, rows=origin, progress=progress
    )
    return _finish_check(row, conform_result, by, at)


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
    decision = may_open_page(
        Action.CONFORM, requester or load_actor(by), organization=organization, on=on
    )
    decision.require()
    transition_delivery(row, "check again")
    row.save(update_fields=["state"])
    record_audit_event("delivery.checked_again", row, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def _begin_check(pk: int, by: User, at: datetime) -> tuple[Delivery, Permit] | None:
    row = Delivery.objects.select_for_update(of=("self",)).select_related("organization", "mapping")
    delivery = row.get(pk=pk)
    if delivery.state not in list_states_allowing(DELIVERY_TRANSITIONS, "begin"):
        return None
    terms = facts.load_agreement_by_reference(delivery.agreement_reference)
    on, sender = timezone.localdate(at), delivery.organization
    landed, mapping = FileRef.parse(delivery.landed), facts.parse_delivery_mapping(delivery)
    local_ids = students.iterate_landed_local_ids(open_file_store(), landed, mapping)
    rows_facts = (students.build_rows_fact(terms, {sender.slug: local_ids}, on),)
    decision = may_conform_delivery(
        facts.load_delivery_fact(delivery), terms, load_actor(by), on, rows=rows_facts
    )
    permit = decision.require()
    transition_delivery(delivery, "begin")
    delivery.save(update_fields=["state"])
    record_audit_event("delivery.conforming", delivery, by=by, at=at, decision=decision)
    return delivery, permit


@transaction.atomic
def _finish_check(
    started: Delivery, conform_result: ConformResult, by: User, at: datetime
) -> Delivery:
    row = Delivery.objects.select_for_update().get(pk=started.pk)
    if row.state != DeliveryState.CONFORMING or row.mapping_id != started.mapping_id:
        return row
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
