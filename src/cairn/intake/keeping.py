"""The deliveries that are held, as the room of retention sees and destroys them."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cairn.accounts.models import User
from cairn.intake import actions
from cairn.intake.lineage import made_of
from cairn.intake.models import Delivery
from cairn.intake.storehouse import open_storehouse
from cairn.retention.keepers import GoneFile, Item
from cairn.rules.duty import Holding
from cairn.rules.vocabulary import DeliveryState
from cairn.warehouse.manifest import Manifest


class Deliveries:
    """Every delivery whose rows are here, whether it counts, was replaced or was withdrawn."""

    kind = "delivery"

    def holdings(self) -> Iterator[Holding]:
        """Everything this room holds now."""
        rows = Delivery.objects.filter(landed__gt="").exclude(state=DeliveryState.DESTROYED)
        for row in rows.select_related("organization"):
            yield Holding(
                reference=f"{self.kind}:{row.pk}",
                agreement=row.agreement_reference,
                owner=row.organization.slug,
                since=timezone.localdate(row.received_at),
                keep_until=row.destroy_by,
            )

    def item(self, reference: str) -> Item:
        """One delivery, with every file that would go with it."""
        row = self._row(reference)
        return self._item(row, made_of(open_storehouse(), row))

    def destroy(self, reference: str, *, by: User, at: datetime) -> Item:
        """Destroys one delivery and what was made of it; nothing more where it is gone already."""
        row = self._row(reference)
        gone = () if row.state == DeliveryState.DESTROYED else self._gone(row, by, at)
        return self._item(row, gone)

    def _gone(self, row: Delivery, by: User, at: datetime) -> tuple[Manifest, ...]:
        return actions.destroy(delivery=row, by=by, at=at)

    def _row(self, reference: str) -> Delivery:
        number = reference.partition(":")[2]
        return Delivery.objects.select_related("organization").get(pk=int(number))

    def _item(self, row: Delivery, files: tuple[Manifest, ...]) -> Item:
        return Item(
            reference=f"{self.kind}:{row.pk}",
            name=str(row),
            address=reverse("intake:delivery", args=[row.pk]),
            files=tuple(GoneFile(file.zone, file.digest, file.rows) for file in files),
        )
