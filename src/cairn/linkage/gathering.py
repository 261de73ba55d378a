"""The deliveries of a run, as linkage may see them: identifying fields only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from cairn.intake.rows import fact, local_ids, rows_of
from cairn.rules.agreement import Agreement
from cairn.rules.decision import Permit
from cairn.rules.rows import RowsFact
from cairn.warehouse.children import RowsOf
from cairn.warehouse.elements import record_type
from cairn.warehouse.encoded.form import RECORD as ENCODINGS
from cairn.warehouse.identifiers import ENCODED, encoded, identifiers
from cairn.warehouse.linking.standard import FIELDS
from cairn.warehouse.mart import seen
from cairn.warehouse.zones import FileRef, Storehouse

IDENTIFYING: Final = frozenset({*FIELDS[3:], *ENCODED})


@dataclass(frozen=True, slots=True)
class Source:
    """One delivery that counts now."""

    delivery: int
    organization: str
    agreement: str
    record: str
    ref: FileRef

    @property
    def rows(self) -> RowsOf:
        """Whose rows they are, and how a permit names their children."""
        return rows_of(self.organization, self.agreement)


def elements(store: Storehouse, sources: Iterable[Source]) -> frozenset[str]:
    """The identifying elements that these deliveries brought, as ``record.field``."""
    return frozenset(
        f"{source.record}.{name}"
        for source in sources
        if record_type(source.record).subject
        for name, _ in store.manifest(source.ref).columns
        if name in IDENTIFYING
    )


def named_in(
    store: Storehouse, sources: Iterable[Source], laws: Iterable[Agreement], on: date
) -> tuple[RowsFact, ...]:
    """The children whom these deliveries name, under each agreement, as the law sees them."""
    refs: dict[str, dict[str, list[FileRef]]] = defaultdict(lambda: defaultdict(list))
    for source in sources:
        refs[source.agreement][source.organization].append(source.ref)
    return tuple(
        fact(terms, {o: _ids(store, mine) for o, mine in refs[terms.reference].items()}, on)
        for terms in laws
    )


def _ids(store: Storehouse, refs: Iterable[FileRef]) -> Iterator[str]:
    """The ids in some files; read only when they are asked for."""
    for ref in refs:
        yield from local_ids(store, ref)


def gather(
    store: Storehouse, sources: Sequence[Source], permit: Permit, key: bytes
) -> dict[FileRef, pa.Table]:
    """For each file with children in it, its identifying fields, one row for each of its rows.

    A field that the permit does not name does not enter, nor does any of a child whose consent
    opens these rows no longer. Of encodings the columns of ``identifiers.ENCODED``, else those of
    ``standard.FIELDS``.
    """
    found = {}
    for source in sources:
        if not record_type(source.record).subject:
            continue
        table = seen(store.read(source.ref), source.rows, permit)
        allowed = [
            name
            for name in table.column_names
            if name in IDENTIFYING and f"{source.record}.{name}" in permit.elements
        ]
        fields = table.select(allowed) if allowed else _nothing(len(table))
        made = encoded if source.record == ENCODINGS else identifiers
        found[source.ref] = made(fields, source=source.organization, key=key)
    return found


def _nothing(rows: int) -> pa.Table:
    return pa.table({"local_id": pa.nulls(rows, pa.string())})
