"""Link encoded records, which carry no names, within each project alone.

Their records are in the index like others, each with the *mark* of its project's secret. All
records of a mark are compared whenever a delivery states anything new under it, since comparing
bits is fast. Reviewers get no questions about them and no overlink flags are raised, because a
person could see nothing in them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
from django.db.models import Count

from cairn.data.identity.comparison.record_comparer import HashedKeys
from cairn.data.identity.index import index_writer
from cairn.data.identity.index.index_writer import IndexChanges
from cairn.data.identity.models.person_index import Link
from cairn.data.identity.storage import person_ids
from cairn.data.identity.storage.person_ids import PersonAssignment, assign_ids_from_index
from cairn.data.identity.storage.sql import select_one_row, select_rows
from cairn.data.identity.storage.statements import (
    IdentitySealer,
    RecordStatement,
    build_seal_context,
    iterate_rows,
    serialize_statement,
)
from cairn.matching.clustering import Positions, WeightedPairs
from cairn.matching.pprl import resolve_encoded_people
from cairn.warehouse import schema

_STATED_FIELDS: Final = ("encoding", "encoding_project", "encoding_mark")
_NO_KEYS: Final = HashedKeys([], np.zeros(0, np.int64), np.zeros(0, np.int64))
_NO_PAIRS: Final = WeightedPairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


@dataclass(frozen=True, slots=True)
class _EncodedStatement:
    """What the newest delivery states of one record."""

    number: int
    key: str
    bits: bytes
    blocks: Sequence[bytes]


def extract_encoded_statements(encodings: pa.Table) -> list[RecordStatement]:
    """Extract the statements of a table of encodings. The ID itself is not stored.

    A row without an encoding, an ID, or a valid mark of a secret states nothing.

    Args:
        encodings: a table with the columns of `ENCODING_FIELDS`.
    Returns:
        One statement for each record key, sorted by key.
    """
    statements = {
        str(row["record_key"]): RecordStatement(
            str(row["record_key"]),
            str(row["source"]),
            compute_encoded_anchor(str(row["anchor"])),
            serialize_statement([{name: row[name] for name in _STATED_FIELDS}]),
            str(row["encoding_mark"]),
        )
        for row in iterate_rows(encodings)
        if all(row[name] is not None for name in ("local_id", *_STATED_FIELDS))
        and len(row["encoding_mark"]) == schema.SECRET_MARK_LENGTH
    }
    return [statements[key] for key in sorted(statements)]


def compute_encoded_anchor(key: str) -> str:
    """Compute the anchor of an encoded child's ID from the anchor of the same ID in the clear.

    The two are never one entry; otherwise an ID would tie bits to a name.

    Args:
        key: the anchor of the ID for records with names.
    Returns:
        The anchor for encoded records.
    """
    return hashlib.sha256(f"encoded {key}".encode()).hexdigest()


def count_examined_encodings() -> int:
    """Count the encoded records of the index that were examined.

    Returns:
        The number of records.
    """
    (count,) = select_one_row("SELECT count(*) FROM linkage_record WHERE mark > '' AND NOT fresh")
    return int(count)


def update_encoded_people(
    sealer: IdentitySealer, at: datetime, *, by: str, whole: bool
) -> tuple[int, IndexChanges]:
    """Update the people of encoded records, inside the transaction of `update_index`.

    Args:
        sealer: decrypts statements.
        at: the current time.
        by: ID of the user.
        whole: update all projects, not only those with fresh records.
    Returns:
        The number of examined records, and what changed.
    """
    records, new_people, sources = 0, 0, frozenset[str]()
    for (mark,) in select_rows(_MARKS_SQL if whole else _FRESH_MARKS_SQL):
        examined, changes = _update_project(mark, sealer, at, by)
        records += examined
        new_people += changes.new_people
        sources |= changes.sources
    return records, IndexChanges(new_people, sources)


def _update_project(
    mark: str, sealer: IdentitySealer, at: datetime, by: str
) -> tuple[int, IndexChanges]:
    statements = sorted(_read_newest_statements(mark, sealer), key=lambda statement: statement.key)
    fresh = {number for (number,) in select_rows(_FRESH_RECORDS_SQL, mark)}
    names, numbers = (
        [statement.key for statement in statements],
        [statement.number for statement in statements],
    )
    group = _resolve_people(statements)
    link_status = person_ids.read_link_status(numbers)
    assignment = PersonAssignment(
        names=names,
        numbers=numbers,
        people=assign_ids_from_index(names, group, numbers, link_status),
        circle=group.tolist(),
        group=group.tolist(),
        pairs=_NO_PAIRS,
        standing=link_status,
    )
    return len(statements), index_writer.write_assignment(
        assignment, fresh, _NO_KEYS, (), sealer, at, by
    )


def _resolve_people(statements: Sequence[_EncodedStatement]) -> Positions:
    filter_bytes = np.frombuffer(b"".join(statement.bits for statement in statements), np.uint8)
    blocks = pa.array(
        [statement.blocks for statement in statements], pa.list_(pa.binary(schema.BLOCK_HASH_BYTES))
    )
    return resolve_encoded_people(
        filter_bytes.reshape(len(statements), schema.ENCODING_BYTES), blocks
    )


def _read_newest_statements(mark: str, sealer: IdentitySealer) -> Iterable[_EncodedStatement]:
    """Read the newest statement of each record of a mark."""
    newest: dict[int, tuple[str, int, bytes]] = {}
    for number, key, delivery, sealed in select_rows(_STATEMENTS_SQL, mark):
        newest[number] = (key, delivery, bytes(sealed))
    for number, (key, delivery, sealed) in newest.items():
        (version,) = sealer.open(build_seal_context(key, delivery), sealed)
        yield _EncodedStatement(number, key, *schema.parse_encoding_cell(version["encoding"]))


_MARKS_SQL: Final = "SELECT DISTINCT mark FROM linkage_record WHERE mark > '' ORDER BY mark"

_FRESH_MARKS_SQL: Final = (
    "SELECT DISTINCT mark FROM linkage_record WHERE fresh AND mark > '' ORDER BY mark"
)

_FRESH_RECORDS_SQL: Final = "SELECT id FROM linkage_record WHERE fresh AND mark = %s"

_STATEMENTS_SQL: Final = """
SELECT said.record_id, record.key, said.delivery, said.sealed FROM linkage_record record
JOIN linkage_statement said ON said.record_id = record.id
WHERE record.mark = %s ORDER BY said.record_id, said.delivery
"""


def count_encoded_projects(sealer: IdentitySealer) -> list[dict[str, Any]]:
    """Count records and people of each project, in total and by source.

    Args:
        sealer: decrypts the names of projects.
    Returns:
        For each mark, as plain JSON: project, mark, records, people and by_source.
    """
    projects = []
    for (mark,) in select_rows(_MARKS_SQL):
        current_links = Link.objects.filter(until__isnull=True, record__mark=mark)
        by_source = {
            row["record__source"]: [row["n"], row["people"]]
            for row in current_links.values("record__source")
            .annotate(n=Count("pk"), people=Count("person", distinct=True))
            .order_by("record__source")
        }
        if by_source:
            projects.append(
                {
                    "project": _read_project_name(mark, sealer),
                    "mark": mark,
                    "records": sum(
                        record_count for record_count, _person_count in by_source.values()
                    ),
                    "people": current_links.values("person").distinct().count(),
                    "by_source": by_source,
                }
            )
    return projects


def _read_project_name(mark: str, sealer: IdentitySealer) -> str:
    (key, delivery, sealed) = select_rows(_ANY_STATEMENT_SQL, mark)[0]
    (version,) = sealer.open(build_seal_context(key, delivery), bytes(sealed))
    return str(version["encoding_project"])


_ANY_STATEMENT_SQL: Final = """
SELECT record.key, said.delivery, said.sealed FROM linkage_record record
JOIN linkage_statement said ON said.record_id = record.id
WHERE record.mark = %s ORDER BY said.id LIMIT 1
"""
