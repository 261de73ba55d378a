"""Write what an update changed in the index: links, people, components and events."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cairn.data.identity.comparison.record_comparer import HashedKeys
from cairn.data.identity.index import blocking_keys, overlink_flags
from cairn.data.identity.models.match_history import MatchEvent
from cairn.data.identity.models.person_index import Link, Person
from cairn.data.identity.review import match_questions
from cairn.data.identity.storage import sql
from cairn.data.identity.storage.person_ids import LinkStatus, PersonAssignment, read_link_status
from cairn.data.identity.storage.statements import IdentitySealer

MERGED, SPLIT, REVIVED, EMPTIED = "merged", "split", "revived", "emptied"

_MAJORITY: Final = 2 / 3
"""An ID identifies a child only if at least this share of its records belong to one child."""


@dataclass(frozen=True, slots=True)
class IndexChanges:
    """What changed: the number of new people, and the sources with rows that changed person."""

    new_people: int
    sources: frozenset[str]


def write_assignment(
    assignment: PersonAssignment,
    fresh: Collection[int],
    keys: HashedKeys,
    statements: Iterable[Mapping[str, Any]],
    sealer: IdentitySealer,
    at: datetime,
    by: str,
) -> IndexChanges:
    """Write the result of an update; the transaction of the caller protects it.

    Args:
        assignment: the person of each examined record.
        fresh: numbers of the fresh records.
        keys: hashed blocking keys of the fresh records.
        statements: statements of the examined records.
        sealer: decrypts statements.
        at: the current time.
        by: ID of the user.
    Returns:
        What changed.
    """
    removed = _find_removed_records(fresh, assignment)
    person_of = dict(zip(assignment.numbers, assignment.people, strict=True))
    linked_before = {
        record_number: status
        for record_number, status in {**assignment.standing, **removed}.items()
        if status.link is not None
    }
    moved = {
        record_number
        for record_number, status in linked_before.items()
        if person_of.get(record_number) != status.last
    }
    new_people = _write_people(assignment, linked_before, person_of, at, by)
    _write_links(linked_before, person_of, moved, at)
    blocking_keys.replace_blocking_keys(
        keys, fresh, dict(zip(assignment.names, assignment.numbers, strict=True))
    )
    newly_linked = person_of.keys() - linked_before.keys()
    sources = _update_source_ids({*newly_linked, *moved, *removed}) | _find_sources(
        moved & person_of.keys()
    )
    previous_people = {status.last for status in linked_before.values()}
    weakest_bits = match_questions.store_uncertain_matches(assignment, previous_people, at)
    overlink_flags.store_overlink_flags(
        assignment, statements, weakest_bits, previous_people, sealer, at
    )
    return IndexChanges(new_people, sources)


def _find_removed_records(
    fresh: Collection[int], assignment: PersonAssignment
) -> dict[int, LinkStatus]:
    examined = set(assignment.numbers)
    return read_link_status([number for number in fresh if number not in examined])


def _write_people(
    assignment: PersonAssignment,
    linked_before: Mapping[int, LinkStatus],
    person_of: Mapping[int, str],
    at: datetime,
    by: str,
) -> int:
    """Write new, retired and revived people, their components, and the events of each."""
    living = set(person_of.values())
    existing = _read_people(living)
    new_people, written_at = sorted(living - existing.keys()), sql.adapt_datetime(at)
    component_of = _name_components(assignment)
    sql.insert_rows(
        Person,
        ("id", "created", "merged_into", "circle"),
        [(person, written_at, "", component_of[person]) for person in new_people],
    )
    _update_people_column(
        "circle",
        [
            (component, person_id)
            for person_id, component in component_of.items()
            if person_id in existing and existing[person_id][1] != component
        ],
    )
    heir_counts: dict[str, Counter[str]] = defaultdict(Counter)
    for number, status in linked_before.items():
        heir_counts[status.last].update([person_of[number]] if number in person_of else [])
    heir_of = {
        person: counts.most_common(1)[0][0] if counts else ""
        for person, counts in heir_counts.items()
        if person not in living
    }
    revived = sorted(person_id for person_id in living & existing.keys() if existing[person_id][0])
    _update_people_column("merged_into", [("", person) for person in revived])
    _update_people_column(
        "merged_into", [(heir, person) for person, heir in sorted(heir_of.items())]
    )
    for person, heir in heir_of.items():
        # People merged into the retired person follow it.
        Person.objects.filter(merged_into=person).update(merged_into=heir)
    events = [
        *((MERGED if heir else EMPTIED, person, heir) for person, heir in sorted(heir_of.items())),
        *((REVIVED, person, "") for person in revived),
        *(
            (SPLIT, part, split_person)
            for part, split_person in _list_split_people(
                linked_before, person_of, {*new_people, *revived}, living
            )
        ),
    ]
    sql.insert_rows(
        MatchEvent,
        ("kind", "person_id", "other_id", "by_id", "at"),
        [(*event, by, written_at) for event in events],
    )
    return len(new_people)


def _read_people(people: Iterable[str]) -> dict[str, tuple[str, str]]:
    rows = sql.fetch_rows(
        "SELECT id, merged_into, circle FROM linkage_person WHERE id AMONG", people
    )
    return {person: (into, circle) for person, into, circle in rows}


def _name_components(assignment: PersonAssignment) -> dict[str, str]:
    """Name each person's component by the smallest ID of its people."""
    smallest: dict[int, str] = {}
    for component, person in zip(assignment.circle, assignment.people, strict=True):
        smallest[component] = min(smallest.get(component, person), person)
    return {
        person_id: smallest[component]
        for component, person_id in zip(assignment.circle, assignment.people, strict=True)
    }


def _list_split_people(
    linked_before: Mapping[int, LinkStatus],
    person_of: Mapping[int, str],
    new_people: Collection[str],
    living: set[str],
) -> list[tuple[str, str]]:
    """List each person who begins with records of a person who remains, and that person."""
    return sorted(
        {
            (person_of[number], status.last)
            for number, status in linked_before.items()
            if number in person_of and person_of[number] in new_people and status.last in living
        }
    )


def _write_links(
    linked_before: Mapping[int, LinkStatus],
    person_of: Mapping[int, str],
    moved: Collection[int],
    at: datetime,
) -> None:
    ended = sorted(
        status.link
        for record_number in moved
        if (status := linked_before[record_number]).link is not None
    )
    sql.execute_statement(
        "UPDATE linkage_link SET until = %s WHERE id AMONG", ended, sql.adapt_datetime(at)
    )
    new_links = [
        (record_number, person, sql.adapt_datetime(at))
        for record_number, person in person_of.items()
        if record_number in moved or record_number not in linked_before
    ]
    sql.insert_rows(Link, ("record_id", "person_id", "since"), new_links)


def _update_source_ids(numbers: Iterable[int]) -> frozenset[str]:
    """Assign each ID of these records to the child of most of its records."""
    rows = sql.fetch_rows(
        "SELECT of_id FROM linkage_record WHERE of_id IS NOT NULL AND id AMONG", numbers
    )
    ids = sorted({of_id for (of_id,) in rows})
    votes: dict[int, Counter[str]] = {of_id: Counter() for of_id in ids}
    for of_id, person in sql.fetch_rows(_VOTES_SQL, ids):
        votes[of_id][person] += 1
    changed = []
    for of_id, source, before in sql.fetch_rows(
        "SELECT id, source, person_id FROM linkage_sourceid WHERE id AMONG", ids
    ):
        elected = _choose_majority_person(votes[of_id])
        if elected != before:
            changed.append((elected, of_id, source))
    sql.execute_for_each_row(
        "UPDATE linkage_sourceid SET person_id = %s WHERE id = %s",
        [(elected, of_id) for elected, of_id, _ in changed],
    )
    return frozenset(source for _, _, source in changed)


_VOTES_SQL: Final = """
SELECT record.of_id, link.person_id FROM linkage_record record
JOIN linkage_link link ON link.record_id = record.id AND link.until IS NULL
WHERE record.of_id AMONG
"""


def _choose_majority_person(votes: Counter[str]) -> str | None:
    if not votes:
        return None
    person, vote_count = min(votes.items(), key=lambda item: (-item[1], item[0]))
    return person if vote_count >= _MAJORITY * votes.total() else None


def _find_sources(numbers: Iterable[int]) -> frozenset[str]:
    rows = sql.fetch_rows("SELECT source FROM linkage_record WHERE id AMONG", numbers)
    return frozenset(source for (source,) in rows)


def _update_people_column(column: str, rows: Sequence[tuple[str, str]]) -> None:
    """Set one column of people, by rows of value and person."""
    sql.execute_for_each_row(f"UPDATE linkage_person SET {column} = %s WHERE id = %s", rows)  # noqa: S608
