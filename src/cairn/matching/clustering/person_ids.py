"""Give clusters person IDs that last: a child keeps the ID when the files are linked again."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa

__all__ = ["keep_or_assign_person_ids"]

RecordAge: TypeAlias = tuple[Any, str]
"""Sorts older records first, and records of one age by key."""


@dataclass(frozen=True, slots=True)
class _KnownRecord:
    """The person a record belonged to, and how old the record is."""

    person: str
    age: RecordAge


def keep_or_assign_person_ids(
    clusters: pa.Table,
    known: pa.Table,
    *,
    new_id: Callable[[], str],
    retired: pa.Table | None = None,
) -> pa.Table:
    """Assign a person ID to every record of the clusters; the order of rows does not matter.

    A cluster keeps the ID of a person known among its records. If the records of one person were
    split, the larger part keeps the ID; of equal parts, the one with the oldest record. If people
    merged, the older ID remains. A part that would need a new ID takes back a retired one, so that
    a merge that was undone leaves no trace in the IDs.

    Args:
        clusters: Table[record_key: str, cluster: int64].
        known: Table[record_key: str, person_id: str, since (optional, any sortable type)] from
            earlier runs; without `since`, earlier rows are older.
        new_id: creates a person ID.
        retired: a table shaped as `known`: the people of the records under IDs that are no longer
            used.
    Returns:
        Table[record_key: str, person_id: str].
    """
    past = _index_known_records(known)
    members: dict[int, list[str]] = defaultdict(list)
    for key, cluster in _iterate_columns(clusters, "record_key", "cluster"):
        members[cluster].append(key)
    names = _choose_person_ids(_find_largest_clusters(members, past), past)
    if retired is not None:
        retired_records = _index_known_records(retired)
        clusters_without_id = {
            cluster: keys for cluster, keys in members.items() if cluster not in names
        }
        names |= _choose_person_ids(
            _find_largest_clusters(clusters_without_id, retired_records), retired_records
        )
    ordered = sorted(members.items(), key=lambda item: min(item[1]))
    id_of = {cluster: names.get(cluster) or new_id() for cluster, _ in ordered}
    return pa.table(
        {
            "record_key": pa.array(
                [record_key for _, keys in ordered for record_key in keys], pa.string()
            ),
            "person_id": pa.array(
                [id_of[cluster_number] for cluster_number, keys in ordered for _ in keys],
                pa.string(),
            ),
        }
    )


def _find_largest_clusters(
    members: Mapping[int, list[str]], known_records: Mapping[str, _KnownRecord]
) -> dict[str, int]:
    """Find for each known person the cluster with most of their records, or else the oldest."""
    claims: list[tuple[int, RecordAge, str, int]] = []
    for cluster, keys in members.items():
        ages_by_person: dict[str, list[RecordAge]] = defaultdict(list)
        for key in keys:
            if key in known_records:
                ages_by_person[known_records[key].person].append(known_records[key].age)
        claims += [
            (-len(ages), min(ages), person, cluster) for person, ages in ages_by_person.items()
        ]
    keeper: dict[str, int] = {}
    for _, _, person, cluster in sorted(claims, key=lambda claim: claim[:3]):
        keeper.setdefault(person, cluster)
    return keeper


def _choose_person_ids(
    keeper: Mapping[str, int], known_records: Mapping[str, _KnownRecord]
) -> dict[int, str]:
    """Choose for each cluster that some person keeps the oldest such person."""
    first_age: dict[str, RecordAge] = {}
    for known_record in known_records.values():
        first_age[known_record.person] = min(
            first_age.get(known_record.person, known_record.age), known_record.age
        )
    id_of: dict[int, str] = {}
    for person, cluster in sorted(keeper.items(), key=lambda item: first_age[item[0]]):
        id_of.setdefault(cluster, person)
    return id_of


def _index_known_records(known: pa.Table) -> dict[str, _KnownRecord]:
    dated = "since" in known.column_names
    ages = known.column("since").to_pylist() if dated else range(len(known))
    rows = zip(_iterate_columns(known, "record_key", "person_id"), ages, strict=True)
    return {key: _KnownRecord(person, (age, key)) for (key, person), age in rows}


def _iterate_columns(table: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table.column(name).to_pylist() for name in names), strict=True)
