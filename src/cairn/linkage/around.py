"""Which standing records must be weighed with those that came, changed or went."""

from collections.abc import Collection, Iterable

import numpy as np

from cairn.linkage.bulk import ask, table
from cairn.linkage.comparing import Keys
from cairn.warehouse.linking.blocking import CEILING


def meeting(keys: Keys, changed: Collection[int]) -> set[int]:
    """Standing records that share a key with one that comes, by the keys of those that come and
    the numbers of all that changed. A key of too many is no clue."""
    asked, own = np.unique(keys.hashed, return_counts=True)
    key, record = table(_BEARERS, asked.tolist(), columns=2)
    standing = ~np.isin(record, np.fromiter(changed, np.int64))
    key, record = np.searchsorted(asked, key[standing]), record[standing]
    bearers = own + np.bincount(key, minlength=len(asked))
    return set(np.unique(record[bearers[key] <= CEILING]).tolist())


def members(records: Iterable[int]) -> set[int]:
    """All records that stand in the circles in which these records stand."""
    return {record for (record,) in ask(_MEMBERS, records)}


_BEARERS = "SELECT key, record_id FROM linkage_blockingkey WHERE key AMONG"
_MEMBERS = """
SELECT DISTINCT other.record_id FROM linkage_link mine
JOIN linkage_person one ON one.id = mine.person_id
JOIN linkage_person two ON two.circle = one.circle
JOIN linkage_link other ON other.person_id = two.id AND other.until IS NULL
WHERE mine.until IS NULL AND mine.record_id AMONG
"""
