"""Let retention list and destroy the deliveries that this app holds."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cairn.data.intake.actions import removal
from cairn.data.intake.models import Delivery
from cairn.data.intake.queries import list_derived_files
from cairn.governance.retention.api import DestroyedFile, HoldingDetail
from cairn.platform.accounts.api import User
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import Holding
from cairn.policy.vocabulary import DeliveryState
from cairn.warehouse.store import Manifest


class DeliveryHolder:
    """Every delivery with rows held here, whether it counts, was replaced or was withdrawn."""

    kind = "delivery"

    def holdings(self) -> Iterator[Holding]:
        """Yield everything that this app holds now."""
        rows = Delivery.objects.filter(landed__gt="").exclude(state=DeliveryState.DESTROYED)
        for row in rows.select_related("organization"):
            yield Holding(
                reference=f"{self.kind}:{row.pk}",
                agreement=row.agreement_reference,
                owner=row.organization.slug,
                since=timezone.localdate(row.received_at),
                keep_until=row.destroy_by,
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
        return removal.destroy_delivery(delivery=delivery, by=by, at=at)

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
