"""Encoded deliveries: people among themselves, never compared with a name, gone when they go."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import connections
from django.utils import timezone
from tests.data.identity.encoded_deliveries import ATTENDED, delivering
from tests.matching.pprl.encoded_files import WINTER, encoded, written
from tests.matching.rosters.roster_rows import children

from cairn.data.identity.actions import linkage
from cairn.data.identity.erasure import erase_destroyed_records
from cairn.data.identity.index import encoded_people, update
from cairn.data.identity.models.clerical_review import Question
from cairn.data.identity.models.linkage_runs import LinkageRun
from cairn.data.identity.models.match_history import Sign
from cairn.data.identity.models.person_index import Link, Person, Record, Statement
from cairn.data.identity.queries import linkage_runs
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.data.intake.actions.removal import destroy_delivery, withdraw_delivery
from cairn.matching.pprl import encoded_matching
from cairn.matching.standardize.record_keys import compute_anchor_key
from cairn.platform.accounts.models import User
from cairn.platform.storage.api import open_file_store, open_key_ring
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.warehouse.schema import encoded_records

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)

Deliver = Callable[..., Any]
THIRTY = children(30)
ROSTER = "id,first,last,born,race\n" + "".join(
    f"{n},{c['given_name']},{c['family_name']},{c['birth_date']},white\n"
    for n, c in enumerate(THIRTY[:10])
)


@pytest.fixture
def deliver(manager: User) -> Deliver:
    return delivering(manager)


def run(manager: User, **how: bool) -> LinkageRun:
    return linkage.link_current_deliveries(by=manager, at=timezone.localtime(), **how)


def whose(organization: str, *ids: str) -> list[str | None]:
    key = open_key_ring().subkey("linkage/records")
    anchors = [compute_anchor_key(organization, one, key) for one in ids]
    people = update.find_people_by_keys(anchors)
    return [people.get(one) for one in anchors]


def at_camp(*, first: int = 0, last: int = 20) -> list[dict[str, str]]:
    """Children of the clinic, with the camp's own ids."""
    return [{**one, "record_id": f"c{n}"} for n, one in enumerate(THIRTY[first:last])]


def test_children_of_two_partners_become_people_without_a_name(
    deliver: Deliver, manager: User
) -> None:
    deliver("clinic", THIRTY)
    deliver("camp", at_camp())
    made = run(manager)
    assert made.records == 50
    assert 30 <= made.people <= 32
    assert made.by_source["camp"] == [20, 20]
    assert made.rows_unlinked == 0
    one, other = whose("clinic", "r3"), whose("camp", "c3")
    assert one == other
    (project,) = made.found["encoded"]
    assert (project["project"], project["records"]) == ("summer", 50)
    assert project["people"] == made.people
    assert made.found["named"] == 0
    assert not Question.objects.exists()
    assert not Sign.objects.exists()


def test_a_row_that_has_nothing_but_an_id_finds_its_encoded_child(
    deliver: Deliver, manager: User
) -> None:
    deliver("clinic", THIRTY)
    rows = b"id,program,day,there\nr3,swim,2026-07-01,yes\nr99,swim,2026-07-01,yes\n"
    deliver("clinic", content=rows, mapping=ATTENDED, feed="days")
    made = run(manager)
    assert made.rows_unlinked == 1
    (part,) = [p for p in linkage_runs.list_linked_files() if p.record == "session_attendance"]
    rows_now = open_file_store().read(part.ref).to_pylist()
    assert [row["person_id"] for row in rows_now] == [*whose("clinic", "r3"), None]
    (bits,) = [p for p in linkage_runs.list_linked_files() if p.record == "encoded_child"]
    assert "encoding" not in open_file_store().read(bits.ref).column_names


def test_they_are_never_compared_with_names(
    deliver: Deliver, manager: User, send: Callable[..., Any]
) -> None:
    send("students", ROSTER)
    run(manager)
    before = set(Person.objects.values_list("pk", flat=True))
    deliver("clinic", THIRTY)
    made = run(manager)
    assert made.people == 40
    assert made.new_people == 30
    assert not made.whole
    assert made.found["named"] == 10
    assert before <= set(Person.objects.values_list("pk", flat=True))
    mixed = Link.objects.filter(record__mark__gt="", person__in=before)
    assert not mixed.exists()
    whole = run(manager, whole=True)
    assert (whole.people, whole.new_people) == (40, 0)


def test_one_id_for_a_name_and_for_bits_ties_neither_to_the_other(
    deliver: Deliver, manager: User, sealer: IdentitySealer
) -> None:
    from tests.data.identity.sample_records import NOW, build_records

    from cairn.data.identity.storage.statements import (
        TYPED_IN,
        RecordStatement,
        store_delivery_statements,
    )

    deliver("clinic", THIRTY)
    run(manager)
    (encoded_person,) = whose("clinic", "r3")
    key = open_key_ring().subkey("linkage/records")
    ada = {"local_id": "r3", "given_name": "Ada", "family_name": "Lund"}
    told = build_records("clinic", ada)[0]
    named = RecordStatement(told.key, "clinic", compute_anchor_key("clinic", "r3", key), told.says)
    store_delivery_statements(TYPED_IN, [named], sealer, NOW)
    update.update_index(sealer, NOW, delivered=True)
    assert whose("clinic", "r3") == [Link.objects.get(record__key=told.key).person_id]
    assert whose("clinic", "r3") != [encoded_person]
    assert Link.objects.filter(person=encoded_person).count() == 1


def test_two_projects_are_two_worlds(deliver: Deliver, manager: User) -> None:
    deliver("clinic", THIRTY)
    deliver("camp", at_camp(), WINTER)
    made = run(manager)
    assert made.people == 50
    assert whose("camp", "c3") != whose("clinic", "r3")
    deliver("camp", at_camp(), feed="more")
    assert run(manager).people <= 52
    assert whose("camp", "c3") == [None]  # one id, two worlds: nobody
    assert sorted(one["project"] for one in made.found["encoded"]) == ["summer", "winter"]


def test_the_same_file_again_changes_nothing_and_a_newer_one_only_what_is_new(
    deliver: Deliver, manager: User
) -> None:
    deliver("clinic", THIRTY[:20])
    run(manager)
    before = whose("clinic", *(f"r{n}" for n in range(20)))
    deliver("clinic", THIRTY[:20])
    assert run(manager).pk == LinkageRun.objects.get().pk
    deliver("clinic", THIRTY[5:])
    made = run(manager)
    assert (made.people, made.new_people) == (25, 10)
    after = whose("clinic", *(f"r{n}" for n in range(20)))
    assert after[:5] == [None] * 5
    assert after[5:] == before[5:]


def _sent_by(slug: str, one: encoded_records.EncodedFile) -> encoded_records.EncodedFile:
    here = pa.array([slug] * len(one.rows), pa.string())
    return replace(one, rows=one.rows.set_column(0, "source", here))


def test_one_after_the_other_they_are_the_people_that_plain_files_give(
    deliver: Deliver, manager: User, tmp_path: Path
) -> None:
    twin = {**THIRTY[0], "given_name": "Zoe", "record_id": "r30"}
    slip = {**THIRTY[1], "family_name": THIRTY[1]["family_name"] + "a", "record_id": "c50"}
    clinic, camp = [*THIRTY, twin], [*at_camp(), slip]
    deliver("camp", camp[:7])
    run(manager)
    deliver("clinic", clinic)
    run(manager)
    deliver("camp", camp)
    made = run(manager)
    files = {
        slug: encoded_records.read_encoded_file(slug, written(tmp_path / f"{slug}.parquet", rows))
        for slug, rows in (("clinic", clinic), ("camp", camp))
    }
    found = encoded_matching.link_encoded_files(
        [_sent_by(slug, one) for slug, one in files.items()]
    )
    clusters = zip(*(found[c].to_pylist() for c in ("source", "record_id", "cluster")), strict=True)
    person_of = {
        (source, number, cluster): whose(source, number)[0] for source, number, cluster in clusters
    }
    assert len(person_of) == 52
    assert len({(cluster, p) for (_, _, cluster), p in person_of.items()}) == made.people
    assert len(set(person_of.values())) == made.people
    assert len({cluster for _, _, cluster in person_of}) == made.people


def test_a_delivery_that_is_taken_back_leaves_no_link(deliver: Deliver, manager: User) -> None:
    deliver("clinic", THIRTY)
    gone = deliver("camp", at_camp())
    run(manager)
    withdraw_delivery(delivery=gone, by=manager, at=timezone.localtime())
    made = run(manager)
    assert made.people == 30
    assert made.by_source == {"clinic": [30, 30]}
    assert whose("camp", "c3") == [None]
    assert not Statement.objects.filter(record__source="camp").exists()


def test_what_is_destroyed_leaves_no_trace(deliver: Deliver, manager: User) -> None:
    row = deliver("clinic", THIRTY)
    run(manager)
    keys = set(Record.objects.values_list("key", flat=True))
    assert keys
    withdraw_delivery(delivery=row, by=manager, at=timezone.localtime())
    row.refresh_from_db()
    destroy_delivery(delivery=row, by=manager, at=timezone.localtime())
    erase_destroyed_records(manager, timezone.localtime())
    row.refresh_from_db()
    assert row.state == DeliveryState.DESTROYED
    with connections["identities"].cursor() as cursor:
        for table in connections["identities"].introspection.table_names(cursor):
            if table.startswith("linkage_"):
                cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - a test's own names
                assert not keys & {str(cell) for found in cursor.fetchall() for cell in found}
    assert not Record.objects.exists()
    assert encoded_people.count_encoded_projects(IdentitySealer(open_key_ring())) == []


def test_a_mark_that_no_secret_has_says_nothing(deliver: Deliver, manager: User) -> None:
    from tests.data.identity.encoded_deliveries import ENCODED

    from cairn.warehouse.schema.encoded_records import ENCODING_BYTES, format_encoding_cell

    head = "local_id,encoding,encoding_project,encoding_mark"
    rows = f"{head}\nr1,{format_encoding_cell(bytes(ENCODING_BYTES), ())},summer,{'0' * 40}\n"
    deliver("clinic", content=rows.encode(), mapping=ENCODED)
    made = run(manager)
    assert (made.people, made.rows_unlinked) == (0, 1)


def test_nobody_looks_at_whoever_came_encoded(deliver: Deliver, manager: User, client: Any) -> None:
    deliver("clinic", THIRTY[:3])
    run(manager)
    client.force_login(manager)
    person = Person.objects.values_list("pk", flat=True)[0]
    assert client.get(f"/linkage/people/{person}/").status_code == 404


def test_bits_are_no_longer_anywhere_in_the_clear(deliver: Deliver, manager: User) -> None:
    deliver("clinic", THIRTY)
    run(manager)
    content = encoded(THIRTY[:1])
    sealed_texts = [bytes(s) for s in Statement.objects.values_list("sealed", flat=True)]
    assert sealed_texts
    assert all(content[200:220] not in one for one in sealed_texts)
