"""Withdraw a delivery, or destroy it when its retention period is over.

`DeliveryHolder` lets the retention app list and destroy the deliveries that this app holds.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cairn.data.intake import facts
from cairn.data.intake.derived_records.record_keepers import erase_derived_records
from cairn.data.intake.models import Delivery, transition_delivery
from cairn.data.intake.queries import DeliverySlot, list_derived_files
from cairn.governance.partners.api import load_actor
from cairn.governance.retention.api import DestroyedFile, HoldingDetail
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import Actor, Holding
from cairn.policy.questions import may_destroy_data, may_withdraw_delivery
from cairn.policy.vocabulary import DeliveryState
from cairn.warehouse.store import FileRef, Manifest


@transaction.atomic
def withdraw_delivery(
    *, delivery: Delivery, by: User, at: datetime, requester: Actor | None = None
) -> Delivery:
    """Withdraw a delivery: its rows no longer count, and the one it replaced counts again.

    That one becomes received: it must be conformed, which finds the files made from it before. It
    stays replaced if the same file counts as another part by now: its rows would count twice.

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
    if earlier and earlier.state == DeliveryState.SUPERSEDED and not _counts_elsewhere(earlier):
        transition_delivery(earlier, "reinstate")
        earlier.save(update_fields=["state"])
        record_audit_event("delivery.reinstated", earlier, by=by, at=at, decision=decision)
    return row


def _counts_elsewhere(delivery: Delivery) -> bool:
    """Tell whether the same file counts now as another part of its feed and period."""
    slot = DeliverySlot.from_delivery(delivery)
    return slot.find_same_delivery(delivery.fingerprint) is not None


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
    erase_derived_records(row.pk)
    row.save(update_fields=["state"])
    record_audit_event(
        "delivery.destroyed", row, by=by, at=at, decision=decision, detail={"files": len(files)}
    )
    return files


class DeliveryHolder:
    """Every delivery with rows held here, whether it counts, was replaced or was withdrawn."""

    kind = "delivery"

    def holdings(self, agreements: Collection[str] | None = None) -> Iterator[Holding]:
        """Yield what this app holds now."""
        rows = Delivery.objects.filter(landed__gt="").exclude(state=DeliveryState.DESTROYED)
        if agreements is not None:
            rows = rows.filter(agreement_reference__in=agreements)
        columns = ("pk", "agreement_reference", "organization__slug", "received_at", "destroy_by")
        for number, agreement, owner, received_at, destroy_by in rows.values_list(*columns):
            yield Holding(
                reference=f"{self.kind}:{number}",
                agreement=agreement,
                owner=owner,
                since=timezone.localdate(received_at),
                keep_until=destroy_by,
            )

    def items(self, references: Sequence[str]) -> list[HoldingDetail]:
        """Return deliveries, each with every file that would be destroyed with it."""
        store = open_file_store()
        manifests = list(store.manifests())
        deliveries = [self._load_delivery(reference) for reference in references]
        return [
            self._build_item(delivery, list_derived_files(store, delivery, manifests))
            for delivery in deliveries
        ]

    def destroy(self, reference: str, *, by: User, at: datetime) -> HoldingDetail:
        """Destroy one delivery and what was made from it; do nothing if it is already destroyed."""
        delivery = self._load_delivery(reference)
        destroyed_files = (
            ()
            if delivery.state == DeliveryState.DESTROYED
            else self._destroy_files(delivery, by, at)
        )
        return self._build_item(delivery, destroyed_files)

    def _destroy_files(self, delivery: Delivery, by: User, at: datetime) -> tuple[Manifest, ...]:
        return destroy_delivery(delivery=delivery, by=by, at=at)

    def _load_delivery(self, reference: str) -> Delivery:
        number = reference.partition(":")[2]
        return Delivery.objects.select_related("organization").get(pk=int(number))

    def _build_item(self, delivery: Delivery, files: tuple[Manifest, ...]) -> HoldingDetail:
        return HoldingDetail(
            reference=f"{self.kind}:{delivery.pk}",
            name=str(delivery),
            address=reverse("intake:delivery", args=[delivery.pk]),
            files=tuple(DestroyedFile(file.zone, file.digest, file.rows) for file in files),
        )
