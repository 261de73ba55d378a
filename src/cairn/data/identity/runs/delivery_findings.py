"""Find what looks wrong in the deliveries of a run, with the checks that plain files get.

Counts and names of fields, never a value. They are stored with the run; a finding about a delivery
that an earlier run read is valid until the delivery is read again or counts no longer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.data.identity.runs.delivery_records import LinkedDelivery
from cairn.matching.profiling import ConcernSeverity, inspect_rosters
from cairn.matching.rosters import RECORD_ID, ROSTER_FIELDS, SOURCE, Roster
from cairn.warehouse.store import FileRef

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
