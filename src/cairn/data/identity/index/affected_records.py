"""Find the existing records that must be weighed with added, changed or removed ones."""

from collections.abc import Collection, Iterable

import numpy as np

from cairn.data.identity.comparison.record_comparer import HashedKeys
from cairn.data.identity.storage.sql import fetch_number_columns, fetch_rows
from cairn.matching.blocking import MAX_BLOCK_SIZE


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
    key, record = fetch_number_columns(_RECORDS_BY_KEY_SQL, distinct_keys.tolist(), columns=2)
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
    return {record for (record,) in fetch_rows(_MEMBERS_SQL, records)}


_RECORDS_BY_KEY_SQL = "SELECT key, record_id FROM linkage_blockingkey WHERE key AMONG"

_MEMBERS_SQL = """
SELECT DISTINCT other.record_id FROM linkage_link mine
JOIN linkage_person one ON one.id = mine.person_id
JOIN linkage_person two ON two.circle = one.circle
JOIN linkage_link other ON other.person_id = two.id AND other.until IS NULL
WHERE mine.until IS NULL AND mine.record_id AMONG
"""
