"""Write, remove and look up the hashed blocking keys of records.

The table is sorted by key alone. A second order, by record, would double its size and touch a
database page for nearly every key of a first delivery; so each record stores its own keys in one
field. The keys lead from an added, changed or removed record to the existing ones that must be
weighed with it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from cairn.data.identity.comparison.record_comparer import HashedKeys
from cairn.data.identity.models.person_index import BlockingKey
from cairn.data.identity.storage import sql
from cairn.matching.blocking import MAX_BLOCK_SIZE

NumberColumn: TypeAlias = npt.NDArray[np.int64]
_KEY_TYPE: Final = np.dtype("<i8")


def replace_blocking_keys(
    keys: HashedKeys, changed: Collection[int], number_of: Mapping[str, int]
) -> None:
    """Replace the blocking keys of changed records; they count as examined afterwards.

    Args:
        keys: the new hashed keys.
        changed: numbers of the changed records.
        number_of: record key to number, of every record in `keys`.
    """
    remove_blocking_keys(changed)
    numbers = np.array([number_of[name] for name in keys.names], np.int64)[keys.place]
    order = np.lexsort((keys.hashed, numbers))
    key, record = _drop_repeated_keys(keys.hashed[order], numbers[order])
    sql.execute_for_each_row(_MARK_EXAMINED_SQL, _pack_keys_by_record(key, record, changed))
    order = np.argsort(key, kind="stable")
    rows = zip(key[order].tolist(), record[order].tolist(), strict=True)
    sql.insert_rows(BlockingKey, ("key", "record_id"), rows)


def remove_blocking_keys(numbers: Collection[int]) -> None:
    """Remove the blocking keys of records, so that no other record meets them.

    Args:
        numbers: record numbers.
    """
    stored_keys = [
        (number, bytes(keys)) for number, keys in sql.fetch_rows(_STORED_KEYS_SQL, numbers, b"")
    ]
    if not stored_keys:
        return
    record = np.repeat(
        np.array([number for number, _ in stored_keys], np.int64),
        [len(keys) // _KEY_TYPE.itemsize for _, keys in stored_keys],
    )
    key = np.frombuffer(b"".join(keys for _, keys in stored_keys), _KEY_TYPE)
    order = np.argsort(key, kind="stable")
    sql.execute_for_each_row(
        _DELETE_KEY_SQL, zip(key[order].tolist(), record[order].tolist(), strict=True)
    )


def _drop_repeated_keys(
    key: NumberColumn, record: NumberColumn
) -> tuple[NumberColumn, NumberColumn]:
    """Keep every combination of two sorted columns once."""
    first = np.ones(len(key), bool)
    first[1:] = (np.diff(key) != 0) | (np.diff(record) != 0)
    return key[first], record[first]


def _pack_keys_by_record(
    key: NumberColumn, record: NumberColumn, changed: Collection[int]
) -> Iterator[tuple[bytes, int]]:
    """Pack all keys of each record into one text of bytes; empty for changed ones without keys."""
    number, start = np.unique(record, return_index=True)
    ends = np.append(start[1:], len(key))
    for record_number, first, end in zip(
        number.tolist(), start.tolist(), ends.tolist(), strict=False
    ):
        yield key[first:end].astype(_KEY_TYPE).tobytes(), record_number
    for record_without_keys in sorted(set(changed).difference(number.tolist())):
        yield b"", record_without_keys


_STORED_KEYS_SQL: Final = "SELECT id, met_by FROM linkage_record WHERE met_by != %s AND id AMONG"
_DELETE_KEY_SQL: Final = "DELETE FROM linkage_blockingkey WHERE key = %s AND record_id = %s"
_MARK_EXAMINED_SQL: Final = "UPDATE linkage_record SET fresh = FALSE, met_by = %s WHERE id = %s"


def find_records_sharing_keys(keys: HashedKeys, changed: Collection[int]) -> set[int]:
    """Find existing records that share a blocking key with a new or changed record.

    A key of too many records is skipped.

    Args:
        keys: blocking keys of the new and changed records.
        changed: numbers of all changed records.
    Returns:
        Record numbers.
    """
    distinct_keys, own_counts = np.unique(keys.hashed, return_counts=True)
    key, record = sql.fetch_number_columns(_RECORDS_BY_KEY_SQL, distinct_keys.tolist(), columns=2)
    is_unchanged = ~np.isin(record, np.fromiter(changed, np.int64))
    key, record = np.searchsorted(distinct_keys, key[is_unchanged]), record[is_unchanged]
    record_counts = own_counts + np.bincount(key, minlength=len(distinct_keys))
    return set(np.unique(record[record_counts[key] <= MAX_BLOCK_SIZE]).tolist())


def find_component_members(records: Iterable[int]) -> set[int]:
    """Find all records in the components to which these records belong.

    Args:
        records: record numbers.
    Returns:
        Record numbers.
    """
    return {record for (record,) in sql.fetch_rows(_MEMBERS_SQL, records)}


_RECORDS_BY_KEY_SQL = "SELECT key, record_id FROM linkage_blockingkey WHERE key AMONG"

_MEMBERS_SQL = """
SELECT DISTINCT other.record_id FROM linkage_link mine
JOIN linkage_person one ON one.id = mine.person_id
JOIN linkage_person two ON two.circle = one.circle
JOIN linkage_link other ON other.person_id = two.id AND other.until IS NULL
WHERE mine.until IS NULL AND mine.record_id AMONG
"""
