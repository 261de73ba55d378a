"""Clusters → people whose ids stay: the same child keeps her id when the files are linked again."""

from collections import Counter, defaultdict
from collections.abc import Callable

import pyarrow as pa


def assign(clusters: pa.Table, known: pa.Table, *, new_id: Callable[[], str]) -> pa.Table:
    """``record_key`` and ``person_id`` for every record of ``clusters``.

    ``clusters``: record_key, cluster. ``known``: record_key, person_id (and perhaps ``since``, any
    sortable value) from earlier runs, older first where ``since`` is absent. A cluster keeps the
    id of a person known among its records. Where one person's records fell apart, the larger part
    keeps the id, of equal parts the one with the older record; where people merged, the older id
    stays and the other retires. The order of rows in ``clusters`` does not matter.
    """
    person_of = dict(_rows(known, "record_key", "person_id"))
    age = _ages(known)
    members: dict[object, list[str]] = defaultdict(list)
    for key, cluster in _rows(clusters, "record_key", "cluster"):
        members[cluster].append(key)
    claims = []
    for cluster, keys in members.items():
        held: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            if key in person_of:
                held[person_of[key]].append(key)
        for person, mine in held.items():
            oldest = min(age[key] for key in mine)
            claims.append((-len(mine), oldest, min(mine), person, cluster))
    # The larger part of a person claims her first ...
    keeper: dict[str, object] = {}
    for _, _, _, person, cluster in sorted(claims, key=lambda c: c[:4]):
        keeper.setdefault(person, cluster)
    # ... and a cluster that several people claim goes by the name of the oldest.
    born: dict[str, tuple[object, str]] = {}
    for key, person in sorted(person_of.items()):
        born[person] = min(born.get(person, (age[key], key)), (age[key], key))
    name: dict[object, str] = {}
    for person, cluster in sorted(keeper.items(), key=lambda item: born[item[0]]):
        name.setdefault(cluster, person)
    ordered = sorted(members.items(), key=lambda item: min(item[1]))
    named = {cluster: name.get(cluster) or new_id() for cluster, _ in ordered}
    return pa.table(
        {
            "record_key": pa.array([k for _, keys in ordered for k in keys], pa.string()),
            "person_id": pa.array([named[c] for c, keys in ordered for _ in keys], pa.string()),
        }
    )


def sources_a_person(assigned: pa.Table) -> Counter[int]:
    """How many people are known to how many sources. ``assigned``: person_id, source."""
    seen: dict[str, set[str]] = defaultdict(set)
    for person, source in _rows(assigned, "person_id", "source"):
        seen[person].add(source)
    return Counter(len(sources) for sources in seen.values())


def _rows(table: pa.Table, *names: str) -> "zip[tuple[str, ...]]":
    return zip(*(table.column(name).to_pylist() for name in names), strict=True)


def _ages(known: pa.Table) -> dict[str, object]:
    """Record key → something that sorts older records first."""
    keys = known.column("record_key").to_pylist()
    if "since" in known.column_names:
        return dict(zip(keys, known.column("since").to_pylist(), strict=True))
    return {key: position for position, key in enumerate(keys)}
