"""Store what deliveries state of records, read it again, and withdraw it without a trace.

Identifying fields are encrypted (AES-256-GCM) under a key of the identities database alone.

A record is marked `fresh` when deliveries state something new of it, or nothing any more: the next
update examines fresh records and what they affect (`update.update_index`).
"""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import transaction

from cairn.data.identity.models.person_index import Record, SourceId, Statement
from cairn.data.identity.storage import sql
from cairn.matching.standardize import IDENTIFYING_FIELDS
from cairn.platform.sealing.api import FieldSealer
from cairn.warehouse.schema import LIFE_DATE_FIELDS
from cairn.warehouse.store import KeyRing

SealedFields: TypeAlias = Mapping[str, str | date | None]
_HASH_BYTES: Final = 8
_UNSEALED_FIELDS: Final = frozenset({"record_key", "anchor", "source"})


class IdentitySealer(FieldSealer):
    """Seals and opens identifying fields; each seal is bound to its context."""

    def __init__(self, keys: KeyRing) -> None:
        self._own = keys.subkey("identities")
        super().__init__(self._own)
        self._content_key = keys.subkey("identities/content")
        self._blocking_key = keys.subkey("identities/blocking")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdentitySealer) and hmac.compare_digest(self._own, other._own)

    def __hash__(self) -> int:
        return hash(self._own)

    def hash_content(self, plain: bytes) -> str:
        """Compute a keyed hash that changes when the fields do."""
        return hmac.digest(self._content_key, plain, hashlib.sha256).hex()

    def hash_blocking_key(self, text: str) -> int:
        """Compute a keyed hash of 64 bits, as a signed number, by which two records meet."""
        return int(self.blocking_keys([text])[0])

    def blocking_keys(self, texts: Iterable[str]) -> npt.NDArray[np.int64]:
        """Compute the same of many texts."""
        key, digest = self._blocking_key, hmac.digest
        hashes = b"".join([digest(key, text.encode(), "sha256")[:_HASH_BYTES] for text in texts])
        return np.frombuffer(hashes, ">i8").astype(np.int64)

    def open(self, bound_to: str, sealed: bytes) -> list[dict[str, Any]]:
        """Decrypt the fields of a statement, one mapping for each version of them, dates as
        text.
        """
        versions: list[dict[str, Any]] = json.loads(self.unseal(bound_to, sealed))
        return versions


def serialize_statement(versions: Iterable[SealedFields]) -> bytes:
    """Serialize the distinct versions of a record's fields, as they are hashed and sealed.

    Args:
        versions: versions of the fields that one delivery states of one record.
    Returns:
        JSON, sorted.
    """
    serialized = {
        json.dumps(
            {
                name: str(value)
                for name, value in version.items()
                if value is not None and name not in _UNSEALED_FIELDS
            },
            sort_keys=True,
            ensure_ascii=False,
        )
        for version in versions
    }
    return f"[{','.join(sorted(serialized))}]".encode()


_STATEMENT_COLUMNS: Final = ("record_id", "delivery", "sealed", "content", "since")

TYPED_IN: Final = 0
"""The delivery number of a child that a user typed in."""


@dataclass(frozen=True, slots=True)
class RecordStatement:
    """Everything that one delivery states of one record. `mark`: as in `Record`."""

    key: str
    source: str
    anchor: str | None
    says: bytes
    mark: str = ""


def extract_statements(records: pa.Table) -> list[RecordStatement]:
    """Extract the statements of a table, record by record; rows without a name state nothing.

    Args:
        records: a table with the columns of `IDENTIFYING_FIELDS`.
    Returns:
        One statement for each record key, sorted by key.
    """
    if len(records) > 1:
        records = records.group_by(records.column_names, use_threads=False).aggregate([])
        records = records.sort_by("record_key")
    named_rows = (
        row
        for row in iterate_rows(records)
        if row["given_name"] is not None or row["family_name"] is not None
    )
    statements = []
    for key, rows in groupby(named_rows, itemgetter("record_key")):
        versions = list(rows)
        anchor = str(versions[0]["anchor"] or "") or None
        statements.append(
            RecordStatement(key, str(versions[0]["source"]), anchor, serialize_statement(versions))
        )
    return statements


def iterate_rows(table: pa.Table) -> Iterator[Mapping[str, Any]]:
    """Iterate over the rows of a table in batches, since objects take ten times the memory.

    Args:
        table: a table.
    Returns:
        The rows as mappings.
    """
    return (row for batch in table.to_batches(sql.BATCH_SIZE) for row in batch.to_pylist())


@transaction.atomic(using=sql.IDENTITIES)
def store_delivery_statements(
    delivery: int, statements: Collection[RecordStatement], sealer: IdentitySealer, at: datetime
) -> None:
    """Replace everything that a delivery stated before by these statements; none withdraws it.

    A record is fresh afterwards if what all deliveries together state of it has changed.

    Args:
        delivery: number of the delivery.
        statements: its statements.
        sealer: encrypts them.
        at: the current time.
    """
    numbers = _enter_records(statements)
    by_number = {numbers[statement.key]: statement for statement in statements}
    new_contents = {
        number: sealer.hash_content(statement.says) for number, statement in by_number.items()
    }
    rows = Statement.objects.filter(delivery=delivery)
    old_contents = dict(rows.values_list("record_id", "content"))
    changed = sorted(
        record
        for record in old_contents.keys() | new_contents.keys()
        if old_contents.get(record) != new_contents.get(record)
    )
    elsewhere = _read_other_contents(changed, delivery)
    for batch in sql.split_batches(record for record in changed if record in old_contents):
        Statement.objects.filter(delivery=delivery, record__among=sql.as_value_set(batch)).delete()
    stored_at = sql.adapt_datetime(at)
    sql.insert_rows(
        Statement,
        _STATEMENT_COLUMNS,
        (
            (
                number,
                delivery,
                sealer.seal(
                    build_seal_context(by_number[number].key, delivery), by_number[number].says
                ),
                new_contents[number],
                stored_at,
            )
            for number in changed
            if number in new_contents
        ),
    )
    for batch in sql.split_batches(
        record
        for record in changed
        if not {old_contents.get(record), new_contents.get(record)}
        <= {None, *elsewhere.get(record, ())}
    ):
        Record.objects.filter(pk__among=sql.as_value_set(batch)).update(fresh=True)


@transaction.atomic(using=sql.IDENTITIES, savepoint=False)
def store_typed_statement(statement: RecordStatement, sealer: IdentitySealer, at: datetime) -> None:
    """Store what a user typed in of one child, replacing earlier typing of the same record.

    The record is fresh afterwards if that is new.

    Args:
        statement: the statement.
        sealer: encrypts it.
        at: the current time.
    """
    number = _enter_records([statement])[statement.key]
    content = sealer.hash_content(statement.says)
    contents = dict(
        sql.fetch_rows(
            "SELECT delivery, content FROM linkage_statement WHERE record_id AMONG", [number]
        )
    )
    if contents.get(TYPED_IN) == content:
        return
    if TYPED_IN in contents:
        Statement.objects.filter(record=number, delivery=TYPED_IN).delete()
    sealed = sealer.seal(build_seal_context(statement.key, TYPED_IN), statement.says)
    sql.insert_rows(
        Statement, _STATEMENT_COLUMNS, [(number, TYPED_IN, sealed, content, sql.adapt_datetime(at))]
    )
    if content not in contents.values():
        sql.execute_statement("UPDATE linkage_record SET fresh = TRUE WHERE id AMONG", [number])


def read_statements(numbers: Iterable[int], sealer: IdentitySealer) -> list[dict[str, Any]]:
    """Read everything that is stated of these records.

    Args:
        numbers: record numbers.
        sealer: decrypts the statements.
    Returns:
        Rows with the known columns of `IDENTIFYING_FIELDS` (without anchor) and the record's
        `number`.
    """
    rows: list[dict[str, Any]] = []
    for number, key, source, delivery, sealed in sql.fetch_rows(_STATEMENTS_SQL, numbers):
        for version in sealer.open(build_seal_context(key, delivery), bytes(sealed)):
            for name in LIFE_DATE_FIELDS & version.keys():
                version[name] = date.fromisoformat(version[name])
            version["record_key"], version["source"], version["number"] = key, source, number
            rows.append(version)
    return rows


def read_statement_table(numbers: Iterable[int], sealer: IdentitySealer) -> pa.Table:
    """Read everything that is stated of these records as a table with all columns.

    Args:
        numbers: record numbers.
        sealer: decrypts the statements.
    Returns:
        Table[`IDENTIFYING_FIELDS` and number: int64].
    """
    tables = [
        build_statement_table(read_statements(batch, sealer))
        for batch in sql.split_batches(numbers)
    ]
    return pa.concat_tables(tables) if tables else build_statement_table([])


def build_statement_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Build a table of statement rows.

    Args:
        rows: rows as `read_statements` returns them.
    Returns:
        Table[`IDENTIFYING_FIELDS` and number: int64].
    """
    columns = {
        name: pa.array(
            [row.get(name) for row in rows],
            pa.date32() if name in LIFE_DATE_FIELDS else pa.string(),
        )
        for name in IDENTIFYING_FIELDS
    }
    return pa.table({**columns, "number": pa.array([row["number"] for row in rows], pa.int64())})


_STATEMENTS_SQL = """
SELECT said.record_id, record.key, record.source, said.delivery, said.sealed
FROM linkage_statement said JOIN linkage_record record ON record.id = said.record_id
WHERE said.record_id AMONG ORDER BY said.record_id, said.id
"""


def _enter_records(statements: Collection[RecordStatement]) -> dict[str, int]:
    """Return the number of each record key in the index; new records are entered."""
    known_numbers = find_record_numbers(statement.key for statement in statements)
    new_statements = [statement for statement in statements if statement.key not in known_numbers]
    ids = _enter_source_ids(new_statements)
    first = sql.get_next_id(Record)
    fresh = [(number, statement) for number, statement in enumerate(new_statements, first)]
    sql.insert_rows(
        Record,
        ("id", "key", "source", "of_id", "fresh", "met_by", "mark"),
        (
            (
                record_number,
                statement.key,
                statement.source,
                ids.get(statement.anchor or ""),
                True,
                b"",
                statement.mark,
            )
            for record_number, statement in fresh
        ),
    )
    return known_numbers | {statement.key: number for number, statement in fresh}


def find_record_numbers(keys: Iterable[str]) -> dict[str, int]:
    """Find the numbers of the record keys that the index knows.

    Args:
        keys: record keys.
    Returns:
        Record key to number.
    """
    return dict(sql.fetch_rows("SELECT key, id FROM linkage_record WHERE key AMONG", keys))


def _enter_source_ids(statements: Collection[RecordStatement]) -> dict[str, int]:
    """Return the number of each anchor; new anchors are entered."""
    source_of = {statement.anchor: statement.source for statement in statements if statement.anchor}
    known_numbers = dict(
        sql.fetch_rows("SELECT key, id FROM linkage_sourceid WHERE key AMONG", source_of)
    )
    new = sorted(source_of.keys() - known_numbers.keys())
    first = sql.get_next_id(SourceId) if new else 0
    numbered = dict(zip(new, range(first, first + len(new)), strict=True))
    sql.insert_rows(
        SourceId,
        ("id", "key", "source"),
        ((id_number, key, source_of[key]) for key, id_number in numbered.items()),
    )
    return known_numbers | numbered


def _read_other_contents(numbers: Collection[int], delivery: int) -> dict[int, set[str]]:
    """Read for each record the contents of what other deliveries state of it."""
    contents_by_record: dict[int, set[str]] = defaultdict(set)
    for batch in sql.split_batches(numbers):
        rows = Statement.objects.filter(record__among=sql.as_value_set(batch)).exclude(
            delivery=delivery
        )
        for record, content in rows.values_list("record_id", "content"):
            contents_by_record[record].add(content)
    return contents_by_record


def build_seal_context(key: str, delivery: int) -> str:
    """Build the context that the seal of a statement is bound to.

    Args:
        key: record key.
        delivery: number of the delivery.
    Returns:
        The context.
    """
    return f"{key} {delivery}"


def list_stated_deliveries() -> set[int]:
    """List the deliveries that state anything in the index.

    Returns:
        Numbers of deliveries.
    """
    return set(Statement.objects.order_by().values_list("delivery", flat=True).distinct())
