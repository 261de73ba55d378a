"""What a look found, written into the index: links, people, circles, events; only what changed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cairn.linkage import meeting_keys, signs, uncertain
from cairn.linkage.bulk import ask, insert, moment, tell, tell_each
from cairn.linkage.comparing import Keys
from cairn.linkage.found import Found, Standing
from cairn.linkage.models import Link, MatchEvent, Person
from cairn.linkage.sealing import Sealer

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
    for pk, record, person, since, until in ask(_LINKS, numbers):
        before = found.get(record)
        first, ended = (before.since, before.ended) if before else (since, False)
        found[record] = Standing(None if until else pk, person, first, ended or until is not None)
    return found


def by_id(numbers: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    """Record, person, and since when: for whom the id of a record stands at its source."""
    return ask(_BY_ID, numbers)


def retired(numbers: Iterable[int]) -> Iterator[tuple[Any, ...]]:
    """Record, person and since: whose the records were, under ids that nobody has now."""
    return ask(_RETIRED, numbers)


_LINKS: Final = """
SELECT id, record_id, person_id, since, until FROM linkage_link WHERE record_id AMONG ORDER BY id
"""
_BY_ID: Final = """
SELECT record.id, person.id, person.created FROM linkage_record record
JOIN linkage_sourceid named ON named.id = record.of_id
JOIN linkage_person person ON person.id = named.person_id WHERE record.id AMONG
"""
_RETIRED: Final = """
SELECT link.record_id, link.person_id, link.since FROM linkage_link link
JOIN linkage_person person ON person.id = link.person_id
WHERE link.until IS NOT NULL AND person.merged_into > '' AND link.record_id AMONG
"""


def write(
    found: Found,
    fresh: Collection[int],
    keys: Keys,
    said: Iterable[Mapping[str, Any]],
    sealer: Sealer,
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
    meeting_keys.replace(keys, fresh, dict(zip(found.names, found.numbers, strict=True)))
    begun = now.keys() - was.keys()
    sources = _source_ids({*begun, *moved, *gone}) | _sources(moved & now.keys())
    before = {s.last for s in was.values()}
    joint = uncertain.keep(found, before, at)
    signs.keep(found, said, joint, before, sealer, at)
    return Wrote(new_people, sources)


def _gone(fresh: Collection[int], found: Found) -> dict[int, Standing]:
    here = set(found.numbers)
    return standing([number for number in fresh if number not in here])


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
    rows = ask("SELECT id, merged_into, circle FROM linkage_person WHERE id AMONG", people)
    return {person: (into, circle) for person, into, circle in rows}


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
    ended = sorted(s.link for n in moved if (s := was[n]).link is not None)
    tell("UPDATE linkage_link SET until = %s WHERE id AMONG", ended, moment(at))
    begun = [(n, person, moment(at)) for n, person in now.items() if n in moved or n not in was]
    insert(Link, ("record_id", "person_id", "since"), begun)


def _source_ids(numbers: Iterable[int]) -> frozenset[str]:
    """Let each id of these records stand for the child that most of its records are of."""
    rows = ask("SELECT of_id FROM linkage_record WHERE of_id IS NOT NULL AND id AMONG", numbers)
    ids = sorted({of_id for (of_id,) in rows})
    votes: dict[int, Counter[str]] = {of_id: Counter() for of_id in ids}
    for of_id, person in ask(_VOTES, ids):
        votes[of_id][person] += 1
    changed = []
    for of_id, source, before in ask(
        "SELECT id, source, person_id FROM linkage_sourceid WHERE id AMONG", ids
    ):
        elected = _elected(votes[of_id])
        if elected != before:
            changed.append((elected, of_id, source))
    tell_each(
        "UPDATE linkage_sourceid SET person_id = %s WHERE id = %s",
        [(elected, of_id) for elected, of_id, _ in changed],
    )
    return frozenset(source for _, _, source in changed)


_VOTES: Final = """
SELECT record.of_id, link.person_id FROM linkage_record record
JOIN linkage_link link ON link.record_id = record.id AND link.until IS NULL
WHERE record.of_id AMONG
"""


def _elected(votes: Counter[str]) -> str | None:
    if not votes:
        return None
    person, most = min(votes.items(), key=lambda item: (-item[1], item[0]))
    return person if most >= _SHARE * votes.total() else None


def _sources(numbers: Iterable[int]) -> frozenset[str]:
    rows = ask("SELECT source FROM linkage_record WHERE id AMONG", numbers)
    return frozenset(source for (source,) in rows)


def _update(column: str, rows: Sequence[tuple[str, str]]) -> None:
    """Sets one column of people: (value, person)."""
    tell_each(f"UPDATE linkage_person SET {column} = %s WHERE id = %s", rows)  # noqa: S608
