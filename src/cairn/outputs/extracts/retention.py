"""Register extracts with the retention schedule, and destroy them when it requires that.

This destroys the partnership's own sealed copy. The recipient must destroy the fetched copy by the
same day; that duty appears in both calendars.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from cairn.governance.agreements.api import Agreement, load_agreement_facts
from cairn.governance.partners.api import load_actor
from cairn.governance.projects.api import find_authorization_ends
from cairn.governance.retention.api import DestroyedFile, HoldingDetail
from cairn.outputs.releases.api import Extract
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import AgreementFact, Holding
from cairn.policy.questions import may_destroy_data
from cairn.policy.vocabulary import ExtractState, PartyRole
from cairn.warehouse.store import FileRef


class ExtractDataHolder:
    """List and destroy the extracts with rows in the store."""

    kind = "extract"

    def holdings(self, agreements: Collection[str] | None = None) -> Iterator[Holding]:
        """Yield one holding for each agreement and owner of an extract: any of them may end it."""
        rows = Extract.objects.exclude(roster="").exclude(state=ExtractState.DESTROYED.value)
        held = [
            row
            for row in rows.select_related("project")
            if agreements is None or {*row.agreements} & {*agreements}
        ]
        if not held:
            return
        terms_by_reference = _load_terms(
            {reference for row in held for reference in row.agreements}
        )
        ends = find_authorization_ends(row.project for row in held)
        for row in held:
            known = sorted({*row.agreements} & terms_by_reference.keys())
            for terms in (terms_by_reference[reference] for reference in known):
                for owner in sorted(terms.list_organizations(PartyRole.PROVIDER)):
                    yield Holding(
                        reference=f"{self.kind}:{row.pk}:{terms.reference}:{owner}",
                        agreement=terms.reference,
                        owner=owner,
                        since=timezone.localdate(row.prepared_at),
                        keep_until=row.destroy_by,
                        project=row.project.reference,
                        project_ended=ends[row.project.pk],
                    )

    def items(self, references: Sequence[str]) -> list[HoldingDetail]:
        """Return extracts, each with every file that would be destroyed with it."""
        rows = [(reference, _load_extract_row(reference)[0]) for reference in references]
        return [
            _build_retention_item(reference, row, _list_stored_files(row))
            for reference, row in rows
        ]

    def destroy(self, reference: str, *, by: User, at: datetime) -> HoldingDetail:
        """Destroy one extract; does nothing if it was destroyed before."""
        row, agreement = _load_extract_row(reference)
        if row.state == ExtractState.DESTROYED.value:
            return _build_retention_item(reference, row, ())
        (terms,) = _load_terms([agreement]).values()
        decision = may_destroy_data(terms, load_actor(by), timezone.localdate(at))
        permit, store = decision.require(), open_file_store()
        destroyed_files = _list_stored_files(row)
        for file in destroyed_files:
            store.destroy(FileRef.parse(f"{file.zone}/{file.sha256}"), permit=permit)
        row.readings.all().delete()
        row.state, row.key, row.texts = ExtractState.DESTROYED.value, "", {}
        row.save(update_fields=["state", "key", "texts"])
        record_audit_event("extract.destroyed", row, by=by, at=at, decision=decision)
        return _build_retention_item(reference, row, destroyed_files)


def _load_terms(references: Iterable[str]) -> dict[str, AgreementFact]:
    rows = Agreement.objects.filter(reference__in=references)
    return {terms.reference: terms for terms in load_agreement_facts(rows)}


def _load_extract_row(reference: str) -> tuple[Extract, str]:
    _kind, number, agreement, _owner = reference.split(":")
    return Extract.objects.select_related("project").get(pk=int(number)), agreement


def _list_stored_files(row: Extract) -> tuple[DestroyedFile, ...]:
    store = open_file_store()
    refs = [*row.files.values(), row.roster, *filter(None, (row.texts.get("file"),))]
    records = [store.manifest(FileRef.parse(ref)) for ref in refs]
    return tuple(
        DestroyedFile(record.zone, record.digest, record.rows)
        for record in records
        if not record.destroyed
    )


def _build_retention_item(
    reference: str, row: Extract, files: tuple[DestroyedFile, ...]
) -> HoldingDetail:
    address = reverse("releases:extract", args=[row.pk])
    return HoldingDetail(reference, f"{row.project.reference}: {row.title}", address, files)
