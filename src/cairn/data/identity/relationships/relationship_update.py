"""Keep the relationships of people, computed again for the people that a change affects.

The index notes the affected people (`mark_affected_people`) and goes on; `refresh_relationships`
does the work, at the end of a run and before a reviewer looks. It follows residences, links and
reviewers' statements, so that the order of deliveries, merges and splits leads to the same facts as
computing everything at once.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from cairn.data.identity.models.relationships import Relationship, Stay
from cairn.data.identity.relationships import address_history, reviewer_statements
from cairn.data.identity.storage import sql
from cairn.data.identity.storage.person_ids import (
    PersonAssignment,
    find_people_of_records,
    find_records_of_people,
)
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.matching.blocking import MAX_BLOCK_SIZE
from cairn.matching.relationships import (
    MAX_HOUSEHOLD_SURNAMES,
    RelationshipFact,
    derive_relationships,
)


def mark_affected_people(
    assignment: PersonAssignment, stated: Collection[int], fresh_records: Collection[int]
) -> None:
    """Mark the people affected by an update of the index, to refresh their relationships.

    Args:
        assignment: the person of each examined record.
        stated: numbers of records that deliveries state something new of.
        fresh_records: numbers of fresh records; nothing is stated any more of those not examined.
    """
    link_status = assignment.standing
    moved_records = {
        number
        for number, person in zip(assignment.numbers, assignment.people, strict=True)
        if (status := link_status.get(number)) is None
        or status.link is None
        or status.last != person
    }
    sql.execute_statement(
        _MARK_BY_RECORDS_SQL,
        sorted(moved_records.union(stated, set(fresh_records).difference(assignment.numbers))),
    )


def mark_people_waiting(people: Iterable[str]) -> None:
    """Mark people to refresh their relationships.

    Args:
        people: person IDs.
    """
    sql.execute_statement(_MARK_PEOPLE_SQL, sorted(people))


_MARK_BY_RECORDS_SQL: Final = """
INSERT INTO linkage_relationshipwaiting (person_id)
SELECT DISTINCT person_id FROM linkage_link WHERE record_id AMONG ON CONFLICT DO NOTHING
"""

_MARK_PEOPLE_SQL: Final = """
INSERT INTO linkage_relationshipwaiting (person_id)
SELECT id FROM linkage_person WHERE id AMONG ON CONFLICT DO NOTHING
"""


@transaction.atomic(using=sql.IDENTITIES)
def withdraw_residences(deliveries: Iterable[int]) -> None:
    """Delete what these deliveries stated of homes, as if they had never arrived.

    Args:
        deliveries: numbers of deliveries.
    """
    residences = Stay.objects.filter(delivery__among=sql.as_value_set(deliveries))
    _delete_and_mark(dict(residences.values_list("pk", "record_id")))


@transaction.atomic(using=sql.IDENTITIES)
def delete_record_residences(records: Iterable[int]) -> None:
    """Delete everything that records ever stated of homes, before the records are erased.

    Args:
        records: record numbers.
    """
    for batch in sql.split_batches(records):
        people = set(find_people_of_records(batch).values())
        mark_people_waiting({*people, *find_people_in_statements(people)})
        residences = Stay.objects.filter(record__among=sql.as_value_set(batch))
        _delete_and_mark(dict(residences.values_list("pk", "record_id")))


def _delete_and_mark(record_of: dict[int, int]) -> None:
    changed = address_history.delete_residences(record_of)
    mark_people_waiting(
        {
            *find_people_of_records(set(record_of.values())).values(),
            *_find_affected_sharers(changed),
        }
    )


def refresh_relationships(sealer: IdentitySealer, at: datetime) -> int:
    """Compute the facts of all waiting people again. If interrupted, the rest keeps waiting.

    Args:
        sealer: encrypts and decrypts.
        at: the current time.
    Returns:
        The number of people who were waiting.
    """
    refreshed_count = 0
    while outdated_people := [
        person for (person,) in sql.select_rows(_WAITING_SQL, sql.BATCH_SIZE)
    ]:
        _refresh_people(outdated_people, sealer, at)
        refreshed_count += len(outdated_people)
    return refreshed_count


def refresh_relationships_for_page(
    people: Collection[str], sealer: IdentitySealer, at: datetime
) -> bool:
    """Refresh relationships while a user waits at a page.

    Args:
        people: person IDs of the page.
        sealer: encrypts and decrypts.
        at: the current time.
    Returns:
        False if too many people are waiting: then only those of the page are refreshed, and the
        rest is left to the worker.
    """
    if (
        len(
            outdated_people := [
                person for (person,) in sql.select_rows(_WAITING_SQL, _MAX_PEOPLE_PER_PAGE + 1)
            ]
        )
        <= _MAX_PEOPLE_PER_PAGE
    ):
        _refresh_people({*outdated_people, *people}, sealer, at)
        return True
    _refresh_people(people, sealer, at)
    return False


_WAITING_SQL: Final = (
    "SELECT person_id FROM linkage_relationshipwaiting ORDER BY person_id LIMIT %s"
)

_MAX_PEOPLE_PER_PAGE: Final = 500
"""At most this many people are refreshed while a user waits at a page."""


@transaction.atomic(using=sql.IDENTITIES)
def _refresh_people(waiting: Collection[str], sealer: IdentitySealer, at: datetime) -> None:
    changed = address_history.update_residences(find_records_of_people(waiting), sealer, at)
    affected = {*waiting, *_find_affected_sharers(changed)}
    affected |= find_people_in_statements(affected)
    record_owners = find_records_of_people(affected)
    values = address_history.find_household_values(record_owners)
    homes = {
        value
        for value, record_count in address_history.count_records_with_values(values).items()
        if record_count <= MAX_BLOCK_SIZE
    }
    neighbors = {
        *affected,
        *find_people_of_records(address_history.find_records_with_values(homes)).values(),
    }
    residences = address_history.read_residences(find_records_of_people(neighbors), homes, sealer)
    _store_facts(
        affected,
        derive_relationships(
            affected, residences, reviewer_statements.list_reviewer_statements(affected)
        ),
        sealer,
    )
    sql.execute_statement("DELETE FROM linkage_relationshipwaiting WHERE person_id AMONG", waiting)


def find_people_in_statements(people: Collection[str]) -> set[str]:
    """Find the people that reviewers' statements about these people name.

    Args:
        people: person IDs.
    Returns:
        Person IDs.
    """
    return {
        person
        for statement in reviewer_statements.list_reviewer_statements(people)
        for person in (statement.one, statement.other)
    } - {""}


def _find_affected_sharers(changed: Counter[int]) -> set[str]:
    """Find the people who share an added or removed value, if its meaning may have changed.

    It may have become the value of a household, or of too many records or families. Fewer records
    than that are fewer families, before and after.
    """
    record_counts = address_history.count_records_with_values(changed)
    affected_values = [
        value
        for value, record_count in record_counts.items()
        if record_count <= MAX_BLOCK_SIZE + changed[value]
        and record_count + changed[value] >= MAX_HOUSEHOLD_SURNAMES
    ]
    return set(
        find_people_of_records(address_history.find_records_with_values(affected_values)).values()
    )


def _store_facts(
    people: Collection[str], facts: Iterable[RelationshipFact], sealer: IdentitySealer
) -> None:
    """Store these facts in place of those stored about these people."""
    fact_by_row = {_build_fact_row(fact): fact for fact in facts}
    stored: dict[tuple[Any, ...], int] = {}
    for batch in sql.split_batches(sorted(people)):
        about_people = Q(one__among=sql.as_value_set(batch)) | Q(
            other__among=sql.as_value_set(batch)
        )
        for pk, *row, sources, grounds in Relationship.objects.filter(about_people).values_list(
            "pk", "kind", "one_id", "other_id", "guardian", "since", "until", "verdict_id",
            "sources", "grounds",
        ):  # fmt: skip
            stored[*row, tuple(sources), tuple(grounds)] = pk
    obsolete = [pk for row, pk in stored.items() if row not in fact_by_row]
    sql.execute_statement("DELETE FROM linkage_relationship WHERE id AMONG", obsolete)
    new_rows = [(row, fact.name) for row, fact in fact_by_row.items() if row not in stored]
    sql.insert_rows(
        Relationship, _COLUMNS, (_build_database_row(row, name, sealer) for row, name in new_rows)
    )


_COLUMNS: Final = (
    "kind", "one_id", "other_id", "guardian", "since", "until", "verdict_id", "sources", "grounds",
    "sealed",
)  # fmt: skip


def _build_fact_row(fact: RelationshipFact) -> tuple[Any, ...]:
    return (
        fact.kind.value, fact.one, fact.other or None, fact.guardian, fact.since, fact.until,
        fact.verdict or None, fact.sources, tuple(ground.value for ground in fact.grounds),
    )  # fmt: skip


def _build_database_row(row: tuple[Any, ...], name: str, sealer: IdentitySealer) -> tuple[Any, ...]:
    """Build a new row as the database expects it, with the guardian's name sealed."""
    kind, person, relative, guardian, since, until, verdict, sources, grounds = row
    ends = None if until is None else sql.adapt_datetime(until)
    sealed = reviewer_statements.seal_guardian_name(guardian, name, sealer)
    texts = json.dumps(sources), json.dumps(grounds)
    return (
        kind,
        person,
        relative,
        guardian,
        sql.adapt_datetime(since),
        ends,
        verdict,
        *texts,
        sealed,
    )
