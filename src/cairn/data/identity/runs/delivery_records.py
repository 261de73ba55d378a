"""Read the deliveries of a run as linkage may see them: identifying fields only.

Also find what looks wrong in them, with the checks that plain files get. A finding holds counts and
names of fields, never a value. It is stored with the run; a finding about a delivery that an
earlier run read is valid until the delivery is read again or counts no longer.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.data.intake.api import build_rows_fact, describe_row_origin, list_conformed_local_ids
from cairn.matching import standardize
from cairn.matching.profiling import ConcernSeverity, inspect_rosters
from cairn.matching.rosters import RECORD_ID, ROSTER_FIELDS, SOURCE, Roster
from cairn.policy.engine import Permit
from cairn.policy.facts import AgreementFact, RowsFact
from cairn.warehouse.pipeline import RowOrigin, hide_closed_data
from cairn.warehouse.schema import ENCODED_RECORD_TYPE, get_record_type
from cairn.warehouse.store import FileRef, FileStore

__all__ = ["LINKAGE_FIELDS"]

LINKAGE_FIELDS: Final = frozenset(
    {*standardize.IDENTIFYING_FIELDS[3:], *standardize.ENCODING_FIELDS}
)


@dataclass(frozen=True, slots=True)
class LinkedDelivery:
    """One delivery that counts now."""

    delivery: int
    organization: str
    agreement: str
    record: str
    ref: FileRef

    @property
    def rows(self) -> RowOrigin:
        """Return the owner of the rows, and how a permit names their children."""
        return describe_row_origin(self.organization, self.agreement)


def list_identifying_elements(
    store: FileStore, deliveries: Iterable[LinkedDelivery]
) -> frozenset[str]:
    """List the identifying elements that these deliveries contain, as `record.field`.

    Args:
        store: the file store.
        deliveries: the deliveries.
    Returns:
        The elements.
    """
    return frozenset(
        f"{delivery.record}.{name}"
        for delivery in deliveries
        if get_record_type(delivery.record).subject
        for name, _ in store.manifest(delivery.ref).columns
        if name in LINKAGE_FIELDS
    )


def build_row_facts(
    store: FileStore,
    deliveries: Iterable[LinkedDelivery],
    agreements: Iterable[AgreementFact],
    on: date,
) -> tuple[RowsFact, ...]:
    """Build the facts about the children that these deliveries name, under each agreement.

    Args:
        store: the file store.
        deliveries: the deliveries.
        agreements: the agreements.
        on: the day of the decision.
    Returns:
        One fact for each agreement.
    """
    refs: dict[str, dict[str, list[FileRef]]] = defaultdict(lambda: defaultdict(list))
    for delivery in deliveries:
        refs[delivery.agreement][delivery.organization].append(delivery.ref)
    return tuple(
        build_rows_fact(
            terms,
            {
                organization: _read_local_ids(store, organization_refs)
                for organization, organization_refs in refs[terms.reference].items()
            },
            on,
        )
        for terms in agreements
    )


def _read_local_ids(store: FileStore, refs: Iterable[FileRef]) -> Iterator[str]:
    """Yield the IDs in some files; the files are read only when needed."""
    for ref in refs:
        yield from list_conformed_local_ids(store, ref)


def read_identifying_fields(
    store: FileStore, deliveries: Sequence[LinkedDelivery], permit: Permit, key: bytes
) -> dict[FileRef, pa.Table]:
    """Read the identifying fields of each file with children in it, row by row.

    A field that the permit does not name is not read, nor is any field of a child without a consent
    that still opens these rows.

    Args:
        store: the file store.
        deliveries: the deliveries.
        permit: the permit to link.
        key: secret key of the keyed hashes.
    Returns:
        Reference of the file to a table with the columns of `IDENTIFYING_FIELDS`, or of
        `ENCODING_FIELDS` for encodings.
    """
    tables = {}
    for delivery in deliveries:
        if not get_record_type(delivery.record).subject:
            continue
        table = hide_closed_data(store.read(delivery.ref), delivery.rows, permit)
        allowed = [
            name
            for name in table.column_names
            if name in LINKAGE_FIELDS and f"{delivery.record}.{name}" in permit.elements
        ]
        fields = table.select(allowed) if allowed else _build_empty_fields(len(table))
        extract_fields = (
            standardize.extract_encodings
            if delivery.record == ENCODED_RECORD_TYPE
            else standardize.extract_identifying_fields
        )
        tables[delivery.ref] = extract_fields(fields, source=delivery.organization, key=key)
    return tables


def _build_empty_fields(rows: int) -> pa.Table:
    return pa.table({"local_id": pa.nulls(rows, pa.string())})


FINDINGS_KEY: Final = "findings"
FindingData = Mapping[str, Any]


def find_delivery_problems(
    new_deliveries: Iterable[LinkedDelivery],
    tables: Mapping[FileRef, pa.Table],
    earlier_findings: Iterable[FindingData],
) -> list[FindingData]:
    """Find problems in new deliveries, and keep the earlier findings about other deliveries.

    A table without names (attendance finds its child by ID) is not checked.

    Args:
        new_deliveries: the deliveries read in this run.
        tables: their identifying fields.
        earlier_findings: findings of the previous run.
    Returns:
        All findings.
    """
    read = [linked_delivery for linked_delivery in new_deliveries if linked_delivery.ref in tables]
    rosters = [
        roster
        for delivery in read
        if (roster := _build_roster(delivery, tables[delivery.ref])) is not None
    ]
    names = {_format_delivery_name(linked_delivery) for linked_delivery in read}
    new_findings = [
        {
            "about": concern.file,
            "field": concern.column,
            "code": concern.code,
            "looks": concern.looks,
            "rows": concern.rows,
        }
        for concern in (inspect_rosters(rosters).concerns if rosters else ())
        if concern.severity is not ConcernSeverity.NOTE
    ]
    return [
        *(finding for finding in earlier_findings if finding["about"] not in names),
        *new_findings,
    ]


def filter_current_findings(
    findings: Iterable[FindingData], deliveries: Sequence[LinkedDelivery]
) -> list[FindingData]:
    """Filter the findings of deliveries, or organizations, that still count.

    Args:
        findings: findings.
        deliveries: the deliveries that count now.
    Returns:
        The current findings.
    """
    names = {_format_delivery_name(delivery) for delivery in deliveries} | {
        delivery.organization for delivery in deliveries
    }
    return [
        finding
        for finding in findings
        if all(part in names for part in finding["about"].replace(" and ", ", ").split(", "))
    ]


def _format_delivery_name(delivery: LinkedDelivery) -> str:
    return f"{delivery.organization}/{delivery.record}/{delivery.delivery}"


def _build_roster(delivery: LinkedDelivery, table: pa.Table) -> Roster | None:
    fields = [
        name
        for name in ROSTER_FIELDS
        if name in table.column_names and table[name].null_count < len(table) and name != SOURCE
    ]
    if not {"given_name", "family_name"} & set(fields):
        return None
    places = pa.array(range(len(table)), pa.int64()).cast(pa.string())
    ids = pc.binary_join_element_wise(str(delivery.delivery), places, "/")
    columns = {RECORD_ID: ids, SOURCE: table[SOURCE], **{name: table[name] for name in fields}}
    return Roster(
        _format_delivery_name(delivery),
        pa.table(columns),
        {name: name for name in (RECORD_ID, *fields)},
    )
