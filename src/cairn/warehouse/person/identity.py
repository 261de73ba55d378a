"""Clusters → people whose ids stay: the same child keeps her id when the files are linked again."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa

Age: TypeAlias = tuple[Any, str]
"""Sorts older records first, and records of one age by key."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Which person a record was of, and how old the record is."""

    person: str
    age: Age


def assign(
    clusters: pa.Table,
    known: pa.Table,
    *,
    new_id: Callable[[], str],
    retired: pa.Table | None = None,
) -> pa.Table:
    """``record_key`` and ``person_id`` for every record of ``clusters``.

    ``clusters``: record_key, cluster. ``known``: record_key, person_id and perhaps ``since`` (any
    sortable value; without it older rows come first), from earlier runs. A cluster keeps the id of
    a person known among its records. Where one person's records fell apart, the larger part keeps
    the id, of equal parts the one with the oldest record; where people merged, the older id stays.
    ``retired``, shaped as ``known``: whose the records were under ids that nobody has now; a part
    that would need a new id takes such a one back, so that a merger undone leaves no trace in ids.
    The order of rows in ``clusters`` does not matter.
    """
    past = _past(known)
    members: dict[int, list[str]] = defaultdict(list)
    for key, cluster in _rows(clusters, "record_key", "cluster"):
        members[cluster].append(key)
    names = _names(_keepers(members, past), past)
    if retired is not None:
        before = _past(retired)
        nameless = {cluster: keys for cluster, keys in members.items() if cluster not in names}
        names |= _names(_keepers(nameless, before), before)
    ordered = sorted(members.items(), key=lambda item: min(item[1]))
    named = {cluster: names.get(cluster) or new_id() for cluster, _ in ordered}
    return pa.table(
        {
            "record_key": pa.array([k for _, keys in ordered for k in keys], pa.string()),
            "person_id": pa.array([named[c] for c, keys in ordered for _ in keys], pa.string()),
        }
    )


def _keepers(members: Mapping[int, list[str]], past: Mapping[str, _Known]) -> dict[str, int]:
    """For each known person the cluster with most of her records, of equal ones the oldest."""
    claims: list[tuple[int, Age, str, int]] = []
    for cluster, keys in members.items():
        held: dict[str, list[Age]] = defaultdict(list)
        for key in keys:
            if key in past:
                held[past[key].person].append(past[key].age)
        claims += [(-len(ages), min(ages), person, cluster) for person, ages in held.items()]
    keeper: dict[str, int] = {}
    for _, _, person, cluster in sorted(claims, key=lambda claim: claim[:3]):
        keeper.setdefault(person, cluster)
    return keeper


def _names(keeper: Mapping[str, int], past: Mapping[str, _Known]) -> dict[int, str]:
    """For each cluster that someone keeps, the oldest person who does."""
    born: dict[str, Age] = {}
    for known in past.values():
        born[known.person] = min(born.get(known.person, known.age), known.age)
    name: dict[int, str] = {}
    for person, cluster in sorted(keeper.items(), key=lambda item: born[item[0]]):
        name.setdefault(cluster, person)
    return name


def _past(known: pa.Table) -> dict[str, _Known]:
    dated = "since" in known.column_names
    ages = known.column("since").to_pylist() if dated else range(len(known))
    rows = zip(_rows(known, "record_key", "person_id"), ages, strict=True)
    return {key: _Known(person, (age, key)) for (key, person), age in rows}


def _rows(table: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table.column(name).to_pylist() for name in names), strict=True)
