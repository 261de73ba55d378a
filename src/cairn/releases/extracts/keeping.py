"""The extracts that are held, as the room of retention sees and destroys them.

What is destroyed here is the hub's own sealed copy. The recipient's copy is theirs to destroy by
the same day; the duty stands in both calendars.
"""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.intake.storehouse import open_storehouse
from cairn.partners.facts import actor
from cairn.releases import facts as releases
from cairn.releases.extracts import facts
from cairn.releases.models import Extract
from cairn.retention.keepers import GoneFile, Item
from cairn.rules.duty import Holding
from cairn.rules.retention import may_destroy
from cairn.rules.vocabulary import ExtractState, PartyRole
from cairn.warehouse.zones import FileRef


class Extracts:
    """Every extract whose rows are here."""

    kind = "extract"

    def holdings(self) -> Iterator[Holding]:
        """One for each agreement behind it and each owner: any of them may end it."""
        rows = Extract.objects.exclude(roster="").exclude(state=ExtractState.DESTROYED.value)
        for row in rows.select_related("project", "organization"):
            leave = facts.extract(row).project.authorization
            for terms in releases.lineage(row.agreements):
                for owner in sorted(terms.organizations(PartyRole.PROVIDER)):
                    yield Holding(
                        reference=f"{self.kind}:{row.pk}:{terms.reference}:{owner}",
                        agreement=terms.reference,
                        owner=owner,
                        since=timezone.localdate(row.prepared_at),
                        keep_until=row.destroy_by,
                        project=row.project.reference,
                        project_ended=leave.ends if leave else None,
                    )

    def item(self, reference: str) -> Item:
        """One extract, with every file that would go with it."""
        row, _agreement = _row(reference)
        return _item(reference, row, _files(row))

    def destroy(self, reference: str, *, by: User, at: datetime) -> Item:
        """Destroys one extract; nothing more where it is gone already."""
        row, agreement = _row(reference)
        if row.state == ExtractState.DESTROYED.value:
            return _item(reference, row, ())
        (terms,) = releases.lineage([agreement])
        decision = may_destroy(terms, actor(by), timezone.localdate(at))
        permit, store = decision.require(), open_storehouse()
        gone = _files(row)
        for file in gone:
            store.destroy(FileRef.parse(f"{file.zone}/{file.sha256}"), permit=permit)
        row.readings.all().delete()
        row.state, row.key, row.texts = ExtractState.DESTROYED.value, "", {}
        row.save(update_fields=["state", "key", "texts"])
        audit.record("extract.destroyed", row, by=by, at=at, decision=decision)
        return _item(reference, row, gone)


def _row(reference: str) -> tuple[Extract, str]:
    _kind, number, agreement, _owner = reference.split(":")
    return Extract.objects.select_related("project").get(pk=int(number)), agreement


def _files(row: Extract) -> tuple[GoneFile, ...]:
    store = open_storehouse()
    refs = [*row.files.values(), row.roster, *filter(None, (row.texts.get("file"),))]
    records = [store.manifest(FileRef.parse(ref)) for ref in refs]
    return tuple(GoneFile(r.zone, r.digest, r.rows) for r in records if not r.destroyed)


def _item(reference: str, row: Extract, files: tuple[GoneFile, ...]) -> Item:
    address = reverse("releases:extract", args=[row.pk])
    return Item(reference, f"{row.project.reference}: {row.title}", address, files)
