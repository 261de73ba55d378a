"""The deliveries of a run, as linkage may see them: identifying fields only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from cairn.rules.decision import Permit
from cairn.warehouse.elements import record_type
from cairn.warehouse.identifiers import identifiers
from cairn.warehouse.linking.standard import FIELDS
from cairn.warehouse.zones import FileRef, Storehouse

IDENTIFYING: Final = frozenset(FIELDS[3:])


@dataclass(frozen=True, slots=True)
class Source:
    """One delivery that counts now."""

    delivery: int
    organization: str
    agreement: str
    record: str
    ref: FileRef


def elements(store: Storehouse, sources: Iterable[Source]) -> frozenset[str]:
    """The identifying elements that these deliveries brought, as ``record.field``."""
    return frozenset(
        f"{source.record}.{name}"
        for source in sources
        if record_type(source.record).subject
        for name, _ in store.manifest(source.ref).columns
        if name in IDENTIFYING
    )


def gather(
    store: Storehouse, sources: Sequence[Source], permit: Permit, key: bytes
) -> dict[FileRef, pa.Table]:
    """For each file with children in it, its identifying fields, one row for each of its rows.

    A field that the permit does not name does not enter.
    """
    found = {}
    for source in sources:
        if not record_type(source.record).subject:
            continue
        table = store.read(source.ref)
        allowed = [
            name
            for name in table.column_names
            if name in IDENTIFYING and f"{source.record}.{name}" in permit.elements
        ]
        seen = table.select(allowed) if allowed else _nothing(len(table))
        found[source.ref] = identifiers(seen, source=source.organization, key=key)
    return found


def _nothing(rows: int) -> pa.Table:
    return pa.table({"local_id": pa.nulls(rows, pa.string())})
