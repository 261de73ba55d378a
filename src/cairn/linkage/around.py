"""Which standing records must be weighed with those that came, changed or went."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from cairn.linkage.bulk import ask
from cairn.warehouse.linking.blocking import CEILING


def meeting(keys: Mapping[str, Collection[int]], changed: Collection[int]) -> set[int]:
    """Standing records that share a key with one that comes, by the keys of those that come and
    the numbers of all that changed. A key of too many is no clue."""
    bearers: dict[int, set[int]] = defaultdict(set)
    own: dict[int, int] = defaultdict(int)
    for mine in keys.values():
        for key in mine:
            own[key] += 1
    for key, record in ask(_BEARERS, own):
        bearers[key].add(record)
    coming = frozenset(changed)
    return {
        record
        for key, found in bearers.items()
        if own[key] + len(found - coming) <= CEILING
        for record in found - coming
    }


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
