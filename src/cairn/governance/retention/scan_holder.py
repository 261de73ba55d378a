"""Hold the scans of signed papers, so that they are destroyed with the data of their agreement.

The consents app is in a lower layer and cannot import this one, so its data holder is
here.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cairn.governance.consents import api as consents_api
from cairn.governance.retention import queries
from cairn.governance.retention.data_holders import SCAN_ZONE, DestroyedFile, HoldingDetail
from cairn.platform.accounts.api import User
from cairn.policy.facts import Holding


class ScanHolder:
    """The data holder of every scan of papers that were signed for an agreement."""

    kind = "scan"

    def holdings(self, agreements: Collection[str] | None = None) -> Iterator[Holding]:
        """List every scan held now; a form without an agreement never becomes due."""
        rows = consents_api.list_sittings_with_scan().exclude(form__agreement="")
        for row in rows if agreements is None else rows.filter(form__agreement__in=agreements):
            yield Holding(
                reference=f"{self.kind}:{row.pk}",
                agreement=row.form.agreement,
                owner=row.form.organization.slug,
                since=timezone.localdate(row.recorded_at),
                is_proof=True,
            )

    def items(self, references: Sequence[str]) -> list[HoldingDetail]:
        """Describe scans."""
        rows = [self._find_sitting(reference) for reference in references]
        return [self._build_detail(row, consents_api.compute_scan_digest(row)) for row in rows]

    def destroy(self, reference: str, *, by: User, at: datetime) -> HoldingDetail:
        """Destroy one scan; do nothing if it is destroyed already."""
        row = self._find_sitting(reference)
        terms = queries.load_agreement_terms(row.form.agreement, timezone.localdate(at))
        return self._build_detail(
            row, consents_api.destroy_paper_scan(sitting=row, terms=terms, by=by, at=at)
        )

    def _find_sitting(self, reference: str) -> consents_api.Sitting:
        number = reference.partition(":")[2]
        return consents_api.Sitting.objects.select_related(
            "form__organization", "collected_by"
        ).get(pk=int(number))

    def _build_detail(self, row: consents_api.Sitting, digest: str) -> HoldingDetail:
        return HoldingDetail(
            reference=f"{self.kind}:{row.pk}",
            name=str(row),
            address=reverse("consents:scan", args=[row.pk]),
            files=(DestroyedFile(SCAN_ZONE, digest, 0),) if digest else (),
        )
