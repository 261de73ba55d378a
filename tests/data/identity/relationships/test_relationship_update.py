"""Whatever comes, goes, merges, parts and is said: the kept facts are those that follow from it.

People and links are set by hand, so that only what keeps relationships is asked here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.data.identity.sample_records import NOW, build_records

from cairn.data.identity.models.person_index import Link, Person, Record
from cairn.data.identity.models.relationships import (
    NOT_RELATED,
    Relationship,
    RelationshipVerdict,
    RelationshipVerdictRecord,
    RelationshipWaiting,
)
from cairn.data.identity.relationships import address_history, relationship_update
from cairn.data.identity.storage import statements
from cairn.data.identity.storage.person_ids import find_people_of_records, find_records_of_people
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.matching.blocking import MAX_BLOCK_SIZE
from cairn.matching.relationships import MAX_HOUSEHOLD_SURNAMES

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
SOURCES = ("school", "clinic")
STREETS, GUARDIANS = (None, "12 Oak Street", "9 Elm Road"), (None, "Maria Lund")
CHILDREN = [
    {"local_id": str(n), "given_name": given, "family_name": family, "born": date(2012, 3, day)}
    for n, (given, family, day) in enumerate(
        [("Ada", "Lund", 4), ("Eva", "Lund", 4), ("Bo", "Prado", 9), ("Cy", "Lund", 9)]
    )
]
SURNAMES = ("Arnold", "Brook", "Castle", "Dorsey", "Eastman", "Ferro", "Garner")
Fact: TypeAlias = tuple[Any, ...]
Step: TypeAlias = tuple[Any, ...]

_HOMES = st.dictionaries(
    st.integers(0, 3), st.tuples(st.sampled_from(STREETS), st.sampled_from(GUARDIANS)), max_size=4
)
_WHO, _RECORD = st.integers(0, 4), st.tuples(st.sampled_from(SOURCES), st.integers(0, 3))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("deliver"), st.sampled_from(SOURCES), _HOMES),
        st.tuples(st.just("withdraw"), st.sampled_from(SOURCES)),
        st.tuples(st.just("move"), _RECORD, _WHO),
        st.tuples(st.just("say"), _WHO, _WHO, st.sampled_from(["sibling", NOT_RELATED])),
        st.tuples(st.just("undo"), st.integers(0, 2)),
        st.tuples(st.just("look")),
    ),
    max_size=9,
)
FEW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class World:
    """Steps of the life of an index, one a day."""

    def __init__(self, sealer: IdentitySealer) -> None:
        self.sealer = sealer
        self.standing: dict[str, list[int]] = {source: [] for source in SOURCES}
        self.holds: dict[int, dict[int, Any]] = {}
        for n in range(5):
            Person.objects.create(id=f"p{n}", created=NOW)

    def run(self, steps: Iterable[Step | None]) -> None:
        for day, step in enumerate(steps, 1):
            if step is not None:
                getattr(self, f"_{step[0]}")(day, NOW + timedelta(days=day), *step[1:])

    def _deliver(self, day: int, at: datetime, source: str, homes: dict[int, Any]) -> None:
        before = self.standing[source][-1:]
        self.standing[source].append(day)
        self.holds[day] = homes
        self._take(source, day, homes, at)
        for delivery in before:
            self._take(source, delivery, {}, at)
        relationship_update.refresh_relationships(self.sealer, at)

    def _withdraw(self, _day: int, at: datetime, source: str) -> None:
        if self.standing[source]:
            gone = self.standing[source].pop()
            self._take(source, gone, {}, at)
            for delivery in self.standing[source][-1:]:
                self._take(source, delivery, self.holds[delivery], at)
            relationship_update.withdraw_residences([gone])
            relationship_update.refresh_relationships(self.sealer, at)

    def _take(self, source: str, delivery: int, homes: dict[int, Any], at: datetime) -> None:
        told = build_records(
            source,
            *(
                {**CHILDREN[n], "street": street, "guardian_name": guardian}
                for n, (street, guardian) in homes.items()
            ),
        )
        statements.store_delivery_statements(delivery, told, self.sealer, at)
        fresh = dict(Record.objects.filter(fresh=True).values_list("pk", "source_id__key"))
        linked = set(Link.objects.values_list("record_id", flat=True))
        for pk in fresh.keys() - linked:
            Link.objects.create(record_id=pk, person_id=self._first(pk), since=at)
        Record.objects.update(fresh=False)
        relationship_update.mark_people_waiting(find_people_of_records(fresh).values())

    def _first(self, record: int) -> str:
        key = Record.objects.get(pk=record).key
        for source in SOURCES:
            for n, child in enumerate(CHILDREN):
                if build_records(source, child)[0].key == key:
                    return f"p{n}"
        raise AssertionError(record)

    def _move(self, _day: int, at: datetime, record: tuple[str, int], who: int) -> None:
        key = build_records(record[0], CHILDREN[record[1]])[0].key
        for row in Record.objects.filter(key=key):
            was = find_people_of_records([row.pk])[row.pk]
            Link.objects.filter(record=row, until=None).update(until=at)
            Link.objects.create(record=row, person_id=f"p{who}", since=at)
            relationship_update.mark_people_waiting({was, f"p{who}"})

    def _say(self, _day: int, at: datetime, one: int, other: int, kind: str) -> None:
        sides = [find_records_of_people([f"p{n}"]) for n in (one, other)]
        if one == other or not all(sides):
            return
        row = RelationshipVerdict.objects.create(kind=kind, by_id="7", by_label="D", at=at)
        for side, records in enumerate(sides):
            for record in records:
                RelationshipVerdictRecord.objects.create(verdict=row, record_id=record, side=side)
        relationship_update.mark_people_waiting({f"p{one}", f"p{other}"})

    def _undo(self, _day: int, at: datetime, which: int) -> None:
        for row in RelationshipVerdict.objects.filter(undone_at=None).order_by("at")[
            which : which + 1
        ]:
            people = relationship_update.find_people_in_statements(
                set(find_people_of_records(row.records.values_list("record", flat=True)).values())
            )
            RelationshipVerdict.objects.filter(pk=row.pk).update(undone_at=at)
            relationship_update.mark_people_waiting(people)

    def _look(self, _day: int, at: datetime) -> None:
        relationship_update.refresh_relationships(self.sealer, at)

    def facts(self) -> set[Fact]:
        relationship_update.refresh_relationships(self.sealer, NOW + timedelta(days=99))
        return facts()


def facts() -> set[Fact]:
    """All that is kept, without the numbers of rows."""
    rows = Relationship.objects.values_list(
        "kind", "one_id", "other_id", "guardian", "since", "until", "verdict__at",
        "sources", "grounds",
    )  # fmt: skip
    found = [(*row, tuple(sources), tuple(grounds)) for *row, sources, grounds in rows]
    assert len(found) == len(set(found))
    return set(found)


@contextmanager
def world(sealer: IdentitySealer) -> Iterator[World]:
    """A world that is gone afterwards."""
    with transaction.atomic(using="identities"):
        yield World(sealer)
        transaction.set_rollback(True, using="identities")


@FEW
@given(STEPS)
def test_what_is_kept_is_what_would_be_made_of_everything(sealer: Any, steps: list[Step]) -> None:
    with world(sealer) as now:
        now.run(steps)
        kept = now.facts()
        Relationship.objects.all().delete()
        relationship_update.mark_people_waiting(Person.objects.values_list("pk", flat=True))
        assert now.facts() == kept
        assert not RelationshipWaiting.objects.exists()


@FEW
@given(STEPS)
def test_what_was_withdrawn_never_was(sealer: Any, steps: list[Step]) -> None:
    without: list[Step | None] = list(steps)
    came: dict[str, list[int]] = {source: [] for source in SOURCES}
    for place, step in enumerate(steps):
        if step[0] == "deliver":
            came[step[1]].append(place)
        elif step[0] == "withdraw" and came[step[1]]:
            without[place] = without[came[step[1]].pop()] = None
    # Nobody says anything of, or moves, a record that never came.
    quiet = [s if s is None or s[0] in {"deliver", "withdraw", "look"} else None for s in without]
    loud = [s if s[0] in {"deliver", "withdraw", "look"} else None for s in steps]
    with world(sealer) as now:
        now.run(loud)
        kept = now.facts()
    with world(sealer) as never:
        never.run(quiet)
        assert never.facts() == kept


@FEW
@given(st.lists(_HOMES, min_size=2, max_size=4), st.randoms())
def test_the_order_of_deliveries_does_not_matter(
    sealer: Any, homes: list[dict[int, Any]], by: Any
) -> None:
    found = []
    for order in (range(len(homes)), by.sample(range(len(homes)), len(homes))):
        with world(sealer) as now:
            for n in order:
                now._take(SOURCES[n % 2], n + 1, homes[n], NOW)
                relationship_update.refresh_relationships(sealer, NOW)
            found.append(now.facts())
    assert found[0] == found[1]


@FEW
@given(STEPS, _WHO, _WHO)
def test_merged_and_parted_again_everything_is_as_it_was(
    sealer: Any, steps: list[Step], one: int, other: int
) -> None:
    with world(sealer) as now:
        now.run(steps)
        before, at = now.facts(), NOW + timedelta(days=50)
        hers = [r for r, p in find_records_of_people([f"p{one}"]).items() if p == f"p{one}"]
        for who in (other, one):
            for record in hers:
                Link.objects.filter(record=record, until=None).update(until=at)
                Link.objects.create(record_id=record, person_id=f"p{who}", since=at)
            relationship_update.mark_people_waiting({f"p{one}", f"p{other}"})
            merged = now.facts()
            assert all(fact[1] != fact[2] for fact in merged)
        assert merged == before


@pytest.mark.parametrize(
    ("many", "families"),
    [(MAX_BLOCK_SIZE - 1, 1), (MAX_HOUSEHOLD_SURNAMES - 1, MAX_HOUSEHOLD_SURNAMES - 1)],
)
def test_an_address_of_too_many_is_no_household_until_some_are_gone(
    sealer: Any, many: int, families: int
) -> None:
    with world(sealer) as now:
        home = {0: (STREETS[1], None), 1: (STREETS[1], None)}
        now.run([("deliver", "school", home)])
        before = now.facts()
        assert [fact[0] for fact in before] == ["twin"]
        crowd = build_records("club", *(
            {"local_id": str(n), "given_name": f"Ana{'abcdefgh'[n % 8]}{'ijklmnop'[n // 8]}",
             "family_name": SURNAMES[n % families], "born": date(2010, 1, 1), "street": STREETS[1]}
            for n in range(many)
        ))  # fmt: skip
        for told in (crowd, []):
            statements.store_delivery_statements(99, told, sealer, NOW)
            for row in Record.objects.filter(source="club", links=None):
                Person.objects.create(id=row.key[:32], created=NOW)
                Link.objects.create(record=row, person_id=row.key[:32], since=NOW)
            relationship_update.mark_people_waiting(
                find_people_of_records(
                    Record.objects.filter(source="club").values_list("pk", flat=True)
                ).values()
            )
            if not told:
                relationship_update.withdraw_residences([99])
            after = now.facts()
            assert after == (before if not told else set())


def test_a_child_who_was_typed_in_moves_and_has_a_past(sealer: Any) -> None:
    with world(sealer) as now:
        now.run([("deliver", "school", {0: (STREETS[1], None)})])
        for day, street in ((5, STREETS[1]), (6, STREETS[2]), (7, STREETS[1])):
            at = NOW + timedelta(days=day)
            statements.store_typed_statement(
                build_records("clinic", {**CHILDREN[1], "street": street})[0], sealer, at
            )
            now._take("clinic", 77, {}, at)
            relationship_update.refresh_relationships(sealer, at)
        spans = [((f[4] - NOW).days, f[5] and (f[5] - NOW).days) for f in now.facts()]
        assert set(spans) == {(5, 6), (7, None)}
        assert address_history.list_residence_deliveries() == {0, 1}
