"""What deliveries say of records: taken in, opened again, and taken back without a trace.

A record of which something new is said, or nothing any more, is marked `fresh`: the index looks at
it again, and at nothing else (`index.settle`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import pyarrow as pa
from django.db import transaction

from cairn.linkage.among import among
from cairn.linkage.bulk import BATCH, IDENTITIES, ask, batches, insert, moment, next_id, tell
from cairn.linkage.models import Record, SourceId, Statement
from cairn.linkage.sealing import Sealer, plain
from cairn.warehouse.elements import DAYS_OF_LIFE
from cairn.warehouse.linking.standard import FIELDS

_COLUMNS: Final = ("record_id", "delivery", "sealed", "content", "since")
TYPED_IN: Final = 0
"""The delivery of a child whom somebody typed in."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that one delivery says of one record. ``mark``: as in `Record`."""

    key: str
    source: str
    anchor: str | None
    says: bytes
    mark: str = ""


def told(seen: pa.Table) -> list[Told]:
    """What rows with the columns of ``FIELDS`` say, record by record; nameless rows say nothing."""
    if len(seen) > 1:
        seen = seen.group_by(seen.column_names, use_threads=False).aggregate([])
        seen = seen.sort_by("record_key")
    named = (
        row
        for row in rows_of(seen)
        if row["given_name"] is not None or row["family_name"] is not None
    )
    found = []
    for key, rows in groupby(named, itemgetter("record_key")):
        ways = list(rows)
        anchor = str(ways[0]["anchor"] or "") or None
        found.append(Told(key, str(ways[0]["source"]), anchor, plain(ways)))
    return found


def rows_of(said: pa.Table) -> Iterator[Mapping[str, Any]]:
    """The rows of a table, some at a time: as objects they take ten times the room."""
    return (row for batch in said.to_batches(BATCH) for row in batch.to_pylist())


@transaction.atomic(using=IDENTITIES)
def take(delivery: int, said: Collection[Told], sealer: Sealer, at: datetime) -> None:
    """Keep what one delivery says, in the place of all that it said before; nothing: take it back.

    A record is fresh afterwards where what all deliveries together say of it has changed.
    """
    numbers = _numbered(said)
    by_number = {numbers[one.key]: one for one in said}
    now = {number: sealer.content(one.says) for number, one in by_number.items()}
    rows = Statement.objects.filter(delivery=delivery)
    before = dict(rows.values_list("record_id", "content"))
    changed = sorted(r for r in before.keys() | now.keys() if before.get(r) != now.get(r))
    elsewhere = _elsewhere(changed, delivery)
    for batch in batches(r for r in changed if r in before):
        Statement.objects.filter(delivery=delivery, record__among=among(batch)).delete()
    when = moment(at)
    insert(
        Statement,
        _COLUMNS,
        (
            (
                number,
                delivery,
                sealer.seal(bound_to(by_number[number].key, delivery), by_number[number].says),
                now[number],
                when,
            )
            for number in changed
            if number in now
        ),
    )
    for batch in batches(
        r for r in changed if not {before.get(r), now.get(r)} <= {None, *elsewhere.get(r, ())}
    ):
        Record.objects.filter(pk__among=among(batch)).update(fresh=True)


@transaction.atomic(using=IDENTITIES, savepoint=False)
def add(one: Told, sealer: Sealer, at: datetime) -> None:
    """Keep what somebody typed in of one child, in the place of what was typed of the same record
    before; fresh where that is new."""
    number = _numbered([one])[one.key]
    content = sealer.content(one.says)
    known = dict(
        ask("SELECT delivery, content FROM linkage_statement WHERE record_id AMONG", [number])
    )
    if known.get(TYPED_IN) == content:
        return
    if TYPED_IN in known:
        Statement.objects.filter(record=number, delivery=TYPED_IN).delete()
    sealed = sealer.seal(bound_to(one.key, TYPED_IN), one.says)
    insert(Statement, _COLUMNS, [(number, TYPED_IN, sealed, content, moment(at))])
    if content not in known.values():
        tell("UPDATE linkage_record SET fresh = TRUE WHERE id AMONG", [number])


def said_of(numbers: Iterable[int], sealer: Sealer) -> list[dict[str, Any]]:
    """All that stands of these records: the columns of ``FIELDS`` that are known (no anchor), and
    the record's ``number``."""
    rows: list[dict[str, Any]] = []
    for number, key, source, delivery, sealed in ask(_SAID, numbers):
        for way in sealer.open(bound_to(key, delivery), bytes(sealed)):
            for name in DAYS_OF_LIFE & way.keys():
                way[name] = date.fromisoformat(way[name])
            way["record_key"], way["source"], way["number"] = key, source, number
            rows.append(way)
    return rows


def opened(numbers: Iterable[int], sealer: Sealer) -> pa.Table:
    """The same as a table with all the columns."""
    tables = [table_of(said_of(batch, sealer)) for batch in batches(numbers)]
    return pa.concat_tables(tables) if tables else table_of([])


def table_of(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """What is said of records, as a table."""
    columns = {
        name: pa.array(
            [row.get(name) for row in rows],
            pa.date32() if name in DAYS_OF_LIFE else pa.string(),
        )
        for name in FIELDS
    }
    return pa.table({**columns, "number": pa.array([row["number"] for row in rows], pa.int64())})


_SAID = """
SELECT said.record_id, record.key, record.source, said.delivery, said.sealed
FROM linkage_statement said JOIN linkage_record record ON record.id = said.record_id
WHERE said.record_id AMONG ORDER BY said.record_id, said.id
"""


def _numbered(said: Collection[Told]) -> dict[str, int]:
    """Record key → its number in the index, where it is entered if it is new."""
    known = numbers_of(one.key for one in said)
    new = [one for one in said if one.key not in known]
    ids = _source_ids(new)
    first = next_id(Record)
    fresh = [(number, one) for number, one in enumerate(new, first)]
    insert(
        Record,
        ("id", "key", "source", "of_id", "fresh", "met_by", "mark"),
        (
            (n, one.key, one.source, ids.get(one.anchor or ""), True, b"", one.mark)
            for n, one in fresh
        ),
    )
    return known | {one.key: number for number, one in fresh}


def numbers_of(keys: Iterable[str]) -> dict[str, int]:
    """Record key → its number, of those that are known."""
    return dict(ask("SELECT key, id FROM linkage_record WHERE key AMONG", keys))


def _source_ids(said: Collection[Told]) -> dict[str, int]:
    """Anchor → its number, entered if it is new."""
    source_of = {one.anchor: one.source for one in said if one.anchor}
    known = dict(ask("SELECT key, id FROM linkage_sourceid WHERE key AMONG", source_of))
    new = sorted(source_of.keys() - known.keys())
    first = next_id(SourceId) if new else 0
    numbered = dict(zip(new, range(first, first + len(new)), strict=True))
    insert(
        SourceId, ("id", "key", "source"), ((n, key, source_of[key]) for key, n in numbered.items())
    )
    return known | numbered


def _elsewhere(numbers: Collection[int], delivery: int) -> dict[int, set[str]]:
    """Record → the contents of what other deliveries say of it."""
    found: dict[int, set[str]] = defaultdict(set)
    for batch in batches(numbers):
        rows = Statement.objects.filter(record__among=among(batch)).exclude(delivery=delivery)
        for record, content in rows.values_list("record_id", "content"):
            found[record].add(content)
    return found


def bound_to(key: str, delivery: int) -> str:
    """What the seal of a statement is bound to."""
    return f"{key} {delivery}"


def deliveries() -> set[int]:
    """The deliveries that say anything here."""
    return set(Statement.objects.order_by().values_list("delivery", flat=True).distinct())
