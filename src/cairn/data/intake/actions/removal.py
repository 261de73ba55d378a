"""Withdraw a delivery, or destroy it when its retention period is over."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.data.intake import facts
from cairn.data.intake.lifecycle import transition_delivery
from cairn.data.intake.models import Delivery
from cairn.data.intake.queries import list_derived_files
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import Actor
from cairn.policy.questions import may_destroy_data, may_withdraw_delivery
from cairn.policy.vocabulary import DeliveryState
from cairn.warehouse.store import FileRef, Manifest


@transaction.atomic
def withdraw_delivery(
    *, delivery: Delivery, by: User, at: datetime, requester: Actor | None = None
) -> Delivery:
    """Withdraw a delivery: its rows no longer count, and the one it replaced counts again.

    That one becomes received: it must be conformed, which finds the files made from it before.

    Raises:
        Refused: policy does not allow it.
        DeliveryStateConflict: the delivery's state does not allow it.
    """
    on = timezone.localdate(at)
    decision = may_withdraw_delivery(delivery.organization.slug, requester or load_actor(by), on)
    decision.require()
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    transition_delivery(row, "withdraw")
    row.save(update_fields=["state"])
    record_audit_event("delivery.withdrawn", row, by=by, at=at, decision=decision)
    earlier = row.supersedes
    if earlier and earlier.state == DeliveryState.SUPERSEDED:
        transition_delivery(earlier, "reinstate")
        earlier.save(update_fields=["state"])
        record_audit_event("delivery.reinstated", earlier, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def destroy_delivery(
    *, delivery: Delivery, by: User, at: datetime, requester: Actor | None = None
) -> tuple[Manifest, ...]:
    """Destroy a delivery's rows and everything made from them that is not yet protected.

    That is what was conformed and linked from it, each mart that contains it, and what was
    counted in those; protected figures stay. The keys go first, so that a crash half way leaves
    nothing readable of the destroyed files. The record of the delivery stays.

    Args:
        delivery: the delivery.
        by: the user who destroys it.
        at: the time.
        requester: facts about ``by``, where a browser session supplied them.

    Returns:
        Manifests of the destroyed files.

    Raises:
        Refused: policy does not allow it.
    """
    terms = facts.load_agreement_by_reference(delivery.agreement_reference)
    decision = may_destroy_data(terms, requester or load_actor(by), timezone.localdate(at))
    permit = decision.require()
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    transition_delivery(row, "destroy")
    store = open_file_store()
    files = list_derived_files(store, row)
    for manifest in files:
        store.destroy(FileRef.parse(manifest.name), permit=permit)
    row.save(update_fields=["state"])
    record_audit_event(
        "delivery.destroyed", row, by=by, at=at, decision=decision, detail={"files": len(files)}
    )
    return files
