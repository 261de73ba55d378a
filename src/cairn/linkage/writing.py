"""What a look found, written into the index: links, people, circles, events; only what changed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
from django.db import connections

from cairn.linkage import signs, uncertain
from cairn.linkage.among import among
from cairn.linkage.bulk import IDENTITIES, batches, insert, moment
from cairn.linkage.found import Found, Standing
from cairn.linkage.models import BlockingKey, Link, MatchEvent, Person, Record, SourceId

MERGED, SPLIT, REVIVED, EMPTIED = "merged", "split", "revived", "emptied"
_SHARE: Final = 2 / 3
"""An id stands for a child only if at least this share of its records are one child."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """What changed: people new in the index, and the sources whose rows find other people."""

    new_people: int
    sources: frozenset[str]


def standing(numbers: Iterable[int]) -> dict[int, Standing]:
    """How records stand, of those that were ever linked."""
    found: dict[int, Standing] = {}
    for batch in batches(numbers):
        rows = Link.objects.filter(record__among=among(batch)).order_by("pk")
        for pk, record, person, since, until in rows.values_list(
            "pk", "record_id", "person_id", "since", "until"
        ):
            first = found[record].since if record in found else since
            found[record] = Standing(None if until else pk, person, first)
    return found


def by_id(numbers: Iterable[int]) -> Iterator[tuple[int, str, datetime]]:
    """Record, person, and since when: for whom the id of a record stands at its source."""
    for batch in batches(numbers):
        yield from Record.objects.filter(
            pk__among=among(batch), source_id__person__isnull=False
        ).values_list("pk", "source_id__person_id", "source_id__person__created")


def retired(numbers: Iterable[int]) -> Iterator[tuple[int, str, datetime]]:
    """Record, person and since: whose the records were, under ids that nobody has now."""
    for batch in batches(numbers):
        yield from Link.objects.filter(
            record__among=among(batch), until__isnull=False, person__merged_into__gt=""
        ).values_list("record_id", "person_id", "since")


def write(
    found: Found,
    fresh: Collection[int],
    keys: Mapping[str, Collection[int]],
    said: pa.Table,
    at: datetime,
    by: str,
) -> Wrote:
    """Write it all; the caller's transaction holds."""
    gone = _gone(fresh, found)
    now = dict(zip(found.numbers, found.people, strict=True))
    was = {n: s for n, s in {**found.standing, **gone}.items() if s.link is not None}
    moved = {n for n, s in was.items() if now.get(n) != s.last}
    new_people = _people(found, was, now, at, by)
    _links(was, now, moved, at)
    _keys(fresh, found, keys)
    for batch in batches(fresh):
        Record.objects.filter(pk__among=among(batch)).update(fresh=False)
    sources = _source_ids({*now, *gone}) | _sources(moved & now.keys())
    before = {s.last for s in was.values()}
    uncertain.keep(found, before, at)
    signs.keep(found, said, before, at)
    return Wrote(new_people, sources)


def _gone(fresh: Collection[int], found: Found) -> dict[int, Standing]:
    here = set(found.numbers)
    return standing(number for number in fresh if number not in here)


def _people(
    found: Found,
    was: Mapping[int, Standing],
    now: Mapping[int, str],
    at: datetime,
    by: str,
) -> int:
    """New people, retired and revived ones, their circles, and what happened to whom."""
    living = set(now.values())
    there = _there(living)
    new, when = sorted(living - there.keys()), moment(at)
    circle = _circles(found)
    insert(
        Person,
        ("id", "created", "merged_into", "circle"),
        [(person, when, "", circle[person]) for person in new],
    )
    _update("circle", [(c, p) for p, c in circle.items() if p in there and there[p][1] != c])
    heirs: dict[str, Counter[str]] = defaultdict(Counter)
    for number, before in was.items():
        heirs[before.last].update([now[number]] if number in now else [])
    into = {
        person: took.most_common(1)[0][0] if took else ""
        for person, took in heirs.items()
        if person not in living
    }
    revived = sorted(p for p in living & there.keys() if there[p][0])
    _update("merged_into", [("", person) for person in revived])
    _update("merged_into", [(heir, person) for person, heir in sorted(into.items())])
    for person, heir in into.items():
        # Whoever was merged into the one that goes, goes with it.
        Person.objects.filter(merged_into=person).update(merged_into=heir)
    happened = [
        *((MERGED if heir else EMPTIED, person, heir) for person, heir in sorted(into.items())),
        *((REVIVED, person, "") for person in revived),
        *((SPLIT, part, whole) for part, whole in _split(was, now, {*new, *revived}, living)),
    ]
    insert(
        MatchEvent,
        ("kind", "person_id", "other_id", "by_id", "at"),
        [(*event, by, when) for event in happened],
    )
    return len(new)


def _there(people: Iterable[str]) -> dict[str, tuple[str, str]]:
    return {
        person: (into, circle)
        for batch in batches(sorted(people))
        for person, into, circle in Person.objects.filter(pk__among=among(batch)).values_list(
            "pk", "merged_into", "circle"
        )
    }


def _circles(found: Found) -> dict[str, str]:
    """Person → the name of her circle: the smallest id of its people."""
    least: dict[int, str] = {}
    for place, person in zip(found.circle, found.people, strict=True):
        least[place] = min(least.get(place, person), person)
    return {p: least[place] for place, p in zip(found.circle, found.people, strict=True)}


def _split(
    was: Mapping[int, Standing], now: Mapping[int, str], begun: Collection[str], living: set[str]
) -> list[tuple[str, str]]:
    """Each person who begins with records of one who stays, and that one."""
    return sorted(
        {
            (now[number], before.last)
            for number, before in was.items()
            if number in now and now[number] in begun and before.last in living
        }
    )


def _links(
    was: Mapping[int, Standing], now: Mapping[int, str], moved: Collection[int], at: datetime
) -> None:
    for batch in batches(sorted(s.link for n in moved if (s := was[n]).link is not None)):
        Link.objects.filter(pk__among=among(batch)).update(until=at)
    begun = [(n, person, moment(at)) for n, person in now.items() if n in moved or n not in was]
    insert(Link, ("record_id", "person_id", "since"), begun)


def _keys(fresh: Collection[int], found: Found, keys: Mapping[str, Collection[int]]) -> None:
    for batch in batches(sorted(fresh)):
        BlockingKey.objects.filter(record__among=among(batch)).delete()
    rows = {
        (key, number)
        for name, number in zip(found.names, found.numbers, strict=True)
        for key in keys.get(name, ())
    }
    insert(BlockingKey, ("key", "record_id"), sorted(rows))


def _source_ids(numbers: Iterable[int]) -> frozenset[str]:
    """Let each id of these records stand for the child that most of its records are of."""
    ids = {
        of_id
        for batch in batches(sorted(numbers))
        for of_id in Record.objects.filter(
            pk__among=among(batch), source_id__isnull=False
        ).values_list("source_id", flat=True)
    }
    votes: dict[int, Counter[str]] = {of_id: Counter() for of_id in ids}
    for batch in batches(sorted(ids)):
        rows = Link.objects.filter(record__source_id__among=among(batch), until__isnull=True)
        for of_id, person in rows.values_list("record__source_id", "person_id"):
            votes[of_id][person] += 1
    changed = []
    for batch in batches(sorted(ids)):
        for of_id, source, before in SourceId.objects.filter(pk__among=among(batch)).values_list(
            "pk", "source", "person_id"
        ):
            elected = _elected(votes[of_id])
            if elected != before:
                changed.append((elected, of_id, source))
    _run(
        f"UPDATE {_table(SourceId)} SET person_id = %s WHERE id = %s",  # noqa: S608
        [(elected, of_id) for elected, of_id, _ in changed],
    )
    return frozenset(source for _, _, source in changed)


def _elected(votes: Counter[str]) -> str | None:
    if not votes:
        return None
    person, most = min(votes.items(), key=lambda item: (-item[1], item[0]))
    return person if most >= _SHARE * votes.total() else None


def _sources(numbers: Iterable[int]) -> frozenset[str]:
    return frozenset(
        source
        for batch in batches(sorted(numbers))
        for source in Record.objects.filter(pk__among=among(batch)).values_list("source", flat=True)
    )


def _update(column: str, rows: Sequence[tuple[str, str]]) -> None:
    """Sets one column of people: (value, person)."""
    _run(f"UPDATE {_table(Person)} SET {column} = %s WHERE id = %s", rows)  # noqa: S608


def _table(model: type[Person | SourceId]) -> str:
    return connections[IDENTITIES].ops.quote_name(model._meta.db_table)


def _run(sql: str, rows: Sequence[tuple[str | int | None, ...]]) -> None:
    if rows:
        with connections[IDENTITIES].cursor() as cursor:
            cursor.executemany(sql, rows)
