"""The scans of signed papers, as this room sees and destroys them with the data of their agreement.

The room of consents stands below this one, so its keeper lives here.
"""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cairn.accounts.models import User
from cairn.consents.actions import recording
from cairn.consents.models import Sitting
from cairn.consents.queries import scans
from cairn.retention import queries
from cairn.retention.keepers import GoneFile, Item
from cairn.rules.duty import Holding

_ZONE = "attachments"


class Scans:
    """Every scan of papers that were signed for an agreement."""

    kind = "scan"

    def holdings(self) -> Iterator[Holding]:
        """Everything that is held now; a form for no agreement has none to end it."""
        for row in scans.with_scan().exclude(form__agreement=""):
            yield Holding(
                reference=f"{self.kind}:{row.pk}",
                agreement=row.form.agreement,
                owner=row.form.organization.slug,
                since=timezone.localdate(row.recorded_at),
                is_proof=True,
            )

    def item(self, reference: str) -> Item:
        """One scan."""
        row = self._row(reference)
        return self._item(row, scans.digest(row))

    def destroy(self, reference: str, *, by: User, at: datetime) -> Item:
        """Destroys one scan; nothing more where it is gone already."""
        row = self._row(reference)
        terms = queries.terms(row.form.agreement, timezone.localdate(at))
        return self._item(row, recording.destroy_scan(sitting=row, terms=terms, by=by, at=at))

    def _row(self, reference: str) -> Sitting:
        number = reference.partition(":")[2]
        return Sitting.objects.select_related("form__organization", "collected_by").get(
            pk=int(number)
        )

    def _item(self, row: Sitting, digest: str) -> Item:
        return Item(
            reference=f"{self.kind}:{row.pk}",
            name=str(row),
            address=reverse("consents:scan", args=[row.pk]),
            files=(GoneFile(_ZONE, digest, 0),) if digest else (),
        )
