"""Check whether a person of the index is more than one child.

A data manager can act on each flag.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein

from cairn.matching.clustering.union_find import find_connected_nodes
from cairn.matching.clustering.weak_links import EVIDENCE_BANDS, RecordPair, order_pair

__all__ = ["OverlinkFlag", "RecordSnapshot", "find_hub_records", "find_overlink_flags"]

MAX_SOURCE_IDS: Final = 2
"""One child may have this many IDs in one source: one of them was replaced."""

MAX_RECORDS: Final = 12

CERTAIN_BITS: Final = EVIDENCE_BANDS[-1]
"""This many bits of evidence need no second record that agrees."""

_MIN_SPLIT_BITS: Final = 4.0
"""Bits against one child between the parts, in all, that make a record a hub.

A person held together by one record against less evidence is a question in the review queue.
"""

UNDOUBTED_BITS: Final = 6.0
"""With this evidence at the weakest link, several IDs or dates are errors of sources.

They are not two children then. Applies to many IDs, two birth dates and two state IDs. In five
synthetic communities, 75 of the 80 people who were two children and had a flag were held together
by less, and one of eight of those who had a flag and were one child
(`benchmarks/linkage/estimate_accuracy.py`). It does not apply to homes too far apart
(`home_distance`): two children far from each other are joined because name and birth date alone
weigh so much.
"""

_MAX_YEARS_APART: Final = 2
_MAX_AGE: Final = 30


class OverlinkFlag(StrEnum):
    """The kinds of overlink flags; the page describes them in words."""

    MANY_IDS = "many_ids"
    MANY_RECORDS = "many_records"
    BIRTH_DATES = "birth_dates"
    DEATH_DATES = "death_dates"
    STATE_IDS = "state_ids"
    FAR_APART = "far_apart"
    AGE = "age"
    HUB = "hub"


_FLAGS_REGARDLESS_OF_EVIDENCE: Final = frozenset({OverlinkFlag.AGE, OverlinkFlag.DEATH_DATES})
"""Flags that are raised however certain the match is.

Deaths are few, so looking at each that two sources date differently costs little, and a living
child may be confused with one who died.
"""


@dataclass(frozen=True, slots=True)
class RecordSnapshot:
    """The values of one record that the overlink checks read.

    Attributes:
        record: record key.
        source: organization or file that the record comes from.
        local_id: ID of the child at that source.
        state_id: ID of the child in the state's system.
        birth_date: birth date, if stated.
        death_date: date of death, if stated.
        since: day since which the record is in the index.
    """

    record: str
    source: str
    local_id: str | None
    state_id: str | None
    birth_date: date | None
    death_date: date | None
    since: date


def find_overlink_flags(
    snapshots: Sequence[RecordSnapshot], weakest_bits: float | None = None
) -> frozenset[OverlinkFlag]:
    """Find what indicates that these records belong to more than one child.

    Args:
        snapshots: the records of one person.
        weakest_bits: bits of evidence at the person's weakest link; None if nothing was weighed.
    Returns:
        The flags raised.
    """
    flags = frozenset(_check_records(snapshots))
    return (
        flags
        if weakest_bits is None or weakest_bits < UNDOUBTED_BITS
        else flags & _FLAGS_REGARDLESS_OF_EVIDENCE
    )


def _check_records(snapshots: Sequence[RecordSnapshot]) -> Iterator[OverlinkFlag]:
    ids: dict[str, set[str]] = defaultdict(set)
    for entry in snapshots:
        if entry.local_id:
            ids[entry.source].add(entry.local_id)
    if any(len(of_source) > MAX_SOURCE_IDS for of_source in ids.values()):
        yield OverlinkFlag.MANY_IDS
    if len(snapshots) > MAX_RECORDS:
        yield OverlinkFlag.MANY_RECORDS
    if _has_different_ids({entry.state_id for entry in snapshots if entry.state_id}):
        yield OverlinkFlag.STATE_IDS
    deaths = {entry.death_date for entry in snapshots if entry.death_date}
    if any(
        _are_different_deaths(entry, next_entry)
        for entry, next_entry in combinations(sorted(deaths), 2)
    ):
        yield OverlinkFlag.DEATH_DATES
    yield from _check_birth_dates(snapshots, deaths)


def _has_different_ids(ids: Iterable[str]) -> bool:
    """Decide whether two of these IDs differ by more than a typo.

    A digit that was mistyped, left out or swapped with the next does not make a second ID.
    """
    return any(
        DamerauLevenshtein.distance(left, right, score_cutoff=1) > 1
        for left, right in combinations(sorted(ids), 2)
    )


def _are_different_deaths(left: date, right: date) -> bool:
    """Decide whether two dates cannot be of one death.

    They can be if they are one mistyped digit apart, have day and month swapped, or are one day
    apart, since a death at night is often recorded on the next day.
    """
    is_swapped = (left.year, left.month, left.day) == (right.year, right.day, right.month)
    is_next_day = abs((left - right).days) == 1
    return (
        not is_swapped
        and not is_next_day
        and _has_different_ids([left.isoformat(), right.isoformat()])
    )


def _check_birth_dates(
    snapshots: Sequence[RecordSnapshot], deaths: Collection[date]
) -> Iterator[OverlinkFlag]:
    """Check birth dates against each other, against the records and against a death.

    Records that arrive after a death prove nothing: rosters of earlier years come late, a source
    that was not informed keeps sending, and the day on which a child was taught never enters
    linkage.
    """
    birth_dates = Counter(snapshot.birth_date for snapshot in snapshots if snapshot.birth_date)
    repeated_dates = [day for day, times in birth_dates.items() if times > 1]
    years = [day.year for day in birth_dates]
    if len(repeated_dates) > 1 or (years and max(years) - min(years) > _MAX_YEARS_APART):
        yield OverlinkFlag.BIRTH_DATES
    ages = [
        snapshot.since.year - snapshot.birth_date.year
        for snapshot in snapshots
        if snapshot.birth_date
    ]
    precedes_birth = any(
        snapshot.birth_date and snapshot.birth_date > snapshot.since for snapshot in snapshots
    )
    died_before_birth = bool(birth_dates) and bool(deaths) and max(birth_dates) > min(deaths)
    if precedes_birth or died_before_birth or (ages and max(ages) > _MAX_AGE):
        yield OverlinkFlag.AGE


def find_hub_records(
    records: Iterable[str], evidence: Mapping[RecordPair, float], threshold: float
) -> list[str]:
    """Find records that alone hold the others together.

    Without such a record strong evidence ends, and the evidence between the parts is against one
    child. A little evidence against is normal for a record with few fields, and no flag: neither
    below `_MIN_SPLIT_BITS` in all, nor where the record certainly belongs to each part. Strong
    evidence against always is one.

    Args:
        records: record keys of one person.
        evidence: bits for each compared pair of records.
        threshold: bits at which two records are linked.
    Returns:
        The keys of the hub records.
    """
    record_keys = sorted(records)
    return [
        record for record in record_keys if _is_hub_record(record, record_keys, evidence, threshold)
    ]


def _is_hub_record(
    record: str, records: Sequence[str], evidence: Mapping[RecordPair, float], threshold: float
) -> bool:
    other_records = [other for other in records if other != record]
    pairs_without_record = {
        record_pair: bits for record_pair, bits in evidence.items() if record not in record_pair
    }
    part = find_connected_nodes(
        other_records,
        [record_pair for record_pair, bits in pairs_without_record.items() if bits >= threshold],
    )
    strongest_link: dict[str, float] = {}
    for other in other_records:
        bits = evidence.get(order_pair(record, other), 0.0)
        strongest_link[part[other]] = max(bits, strongest_link.get(part[other], bits))
    pairs_between_parts = [
        (bits, min(strongest_link[part[left]], strongest_link[part[right]]))
        for (left, right), bits in pairs_without_record.items()
        if part[left] != part[right]
    ]
    unsure = sum(
        bits for bits, weaker_link in pairs_between_parts if bits < 0 and weaker_link < CERTAIN_BITS
    )
    return unsure <= -_MIN_SPLIT_BITS or any(
        bits <= -CERTAIN_BITS for bits, _weaker_link in pairs_between_parts
    )
