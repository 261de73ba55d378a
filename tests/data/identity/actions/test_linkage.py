"""Linking through the application: people keep their ids, and nothing is done twice."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from cairn.data.identity.actions import linkage
from cairn.data.identity.index import update
from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart
from cairn.data.identity.models.person_index import BlockingKey, Link, Person, Record, Statement
from cairn.data.identity.queries import linkage_runs
from cairn.data.identity.runs import run_outputs
from cairn.data.identity.storage.statements import IdentitySealer, build_seal_context
from cairn.data.intake.actions.removal import destroy_delivery
from cairn.data.intake.models import Delivery
from cairn.matching.standardize.record_keys import compute_anchor_key
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.platform.storage.api import open_file_store, open_key_ring
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.store.file_store import FileStore
from cairn.warehouse.store.manifests import Manifest

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)

Send = Callable[..., Delivery]
ROSTER = (
    "id,first,last,born,race\n"
    "101,Ada,Lund,2012-03-04,asian\n"
    "102,Bruno,Prado,2011-07-01,white\n"
    "103,Carla,Prado,2011-07-01,white\n"
)
TOTALS = "id,enrolled,absent\n101,170,20\n999,170,20\n"


def people_of(organization: str, local_ids: Iterable[str]) -> dict[str, str]:
    """Local id → person id, for the ids of one organization that stand for someone."""
    key = open_key_ring().subkey("linkage/records")
    keys = {compute_anchor_key(organization, local_id, key): local_id for local_id in local_ids}
    return {keys[key]: person for key, person in update.find_people_by_keys(keys).items()}


def run(manager: User) -> LinkageRun:
    return linkage.link_current_deliveries(by=manager, at=timezone.localtime())


def linked_files() -> set[str]:
    return {m.digest for m in open_file_store().manifests() if m.zone == "linked"}


def test_records_become_people(send: Send, manager: User) -> None:
    send("students", ROSTER)
    send("totals", TOTALS)
    made = run(manager)
    assert (made.deliveries, made.rows, made.people, made.new_people) == (2, 5, 3, 3)
    assert made.rows_unlinked == 1
    assert made.by_source == {"alder-creek-sd": [3, 3]}
    assert made.sources_a_person == {"1": 3}
    line = AuditLine.objects.get(event="linkage.linked")
    assert line.detail == {"deliveries": 2, "records": 3, "people": 3, "weighed": 3}


def test_attendance_finds_its_child_by_id_alone(send: Send, manager: User) -> None:
    send("students", ROSTER)
    send("totals", TOTALS)
    run(manager)
    store = open_file_store()
    rows = {p.record: store.read(p.ref).to_pylist() for p in linkage_runs.list_linked_files()}
    ada = next(r["person_id"] for r in rows["student"] if r["race_ethnicity"] == "asian")
    assert [r["person_id"] for r in rows["attendance_total"]] == [ada, None]
    assert "given_name" not in rows["student"][0]
    assert people_of("alder-creek-sd", ["101", "999"]) == {"101": ada}


def test_a_social_security_number_names_a_row_and_links_nothing(send: Send, manager: User) -> None:
    send("students", ROSTER.replace("\n10", "\n900-45-610"))
    send("totals", TOTALS.replace("\n101", "\n900-45-6101"))
    made = run(manager)
    assert (made.people, made.rows_unlinked) == (3, 1)
    assert any("Social Security" in one["looks"] for one in made.found["findings"])
    sealer = IdentitySealer(open_key_ring())
    for row in Statement.objects.select_related("record"):
        (one,) = sealer.open(build_seal_context(row.record.key, row.delivery), bytes(row.sealed))
        assert "local_id" not in one


def test_the_same_deliveries_again_are_the_run_there_is(send: Send, manager: User) -> None:
    send("students", ROSTER)
    assert run(manager) == run(manager)
    assert AuditLine.objects.filter(event="linkage.linked").count() == 1


def test_people_keep_their_ids_and_names_change(send: Send, manager: User) -> None:
    send("students", ROSTER)
    run(manager)
    before = people_of("alder-creek-sd", ["101", "102", "103"])
    send("students", ROSTER.replace("Lund", "Lund-Olsen") + "104,Dario,Novak,2010-02-02,white\n")
    made = run(manager)
    after = people_of("alder-creek-sd", ["101", "102", "103", "104"])
    assert {k: after[k] for k in before} == before
    assert (made.people, made.new_people) == (4, 1)
    assert Link.objects.filter(until__isnull=False).count() == 1


def test_a_killed_run_finishes_when_run_again(
    send: Send, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("students", ROSTER)
    send("totals", TOTALS)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(linkage, "_record_run", killed)
        with pytest.raises(KeyboardInterrupt):
            run(manager)
    people = people_of("alder-creek-sd", ["101"])
    parts = linked_files()
    assert LinkageRun.objects.count() == 0
    made = run(manager)
    assert people_of("alder-creek-sd", ["101"]) == people
    assert made.new_people == 0
    assert linked_files() == parts
    assert {p.ref.digest for p in linkage_runs.list_linked_files()} <= parts


def test_after_a_run_that_changed_people_and_was_not_recorded_every_file_is_made_anew(
    send: Send, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("students", ROSTER)
    send("totals", TOTALS)
    run(manager)
    made: list[str] = []
    make_part = linkage._make_part

    def watched(store: Any, delivery: Any, *given: Any) -> Any:
        made.append(delivery.record)
        return make_part(store, delivery, *given)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(linkage, "_make_part", watched)
    send("students", ROSTER + "104,Dario,Novak,2010-02-02,white\n")
    with monkeypatch.context() as patch:
        patch.setattr(linkage, "_record_run", killed)
        with pytest.raises(KeyboardInterrupt):
            run(manager)
    made.clear()
    run(manager)
    assert sorted(made) == ["attendance_total", "student"]


def test_names_are_sealed_and_nothing_else_is_kept(send: Send, manager: User) -> None:
    delivery = send("students", ROSTER)
    run(manager)
    sealer = IdentitySealer(open_key_ring())
    opened = [
        sealer.open(f"{row.record.key} {delivery.pk}", bytes(row.sealed))
        for row in Statement.objects.select_related("record")
    ]
    assert [{"given_name": "Ada", "family_name": "Lund", "birth_date": "2012-03-04",
             "local_id": "101"}] in opened  # fmt: skip
    assert all(b"Lund" not in bytes(row.sealed) for row in Statement.objects.all())
    assert not any("race_ethnicity" in way for ways in opened for way in ways)


def test_who_may_not_link_is_refused(
    send: Send, manager: User, person: Callable[..., User]
) -> None:
    send("students", ROSTER)
    with pytest.raises(Refused):
        run(person(Role.PROGRAM_STAFF, at="alder-creek-sd"))
    assert Person.objects.count() == 0


def test_nothing_to_link_says_what_to_do(manager: User) -> None:
    with pytest.raises(run_outputs.NothingToLink, match="Upload a file"):
        run(manager)


def test_a_destroyed_delivery_takes_its_linked_rows_with_it(send: Send, manager: User) -> None:
    roster = send("students", ROSTER)
    send("totals", TOTALS)
    run(manager)
    of_roster = {p.ref.digest for p in linkage_runs.list_linked_files() if p.record == "student"}
    destroy_delivery(delivery=roster, by=manager, at=timezone.localtime())
    left = {m.digest for m in open_file_store().manifests() if not m.destroyed}
    assert of_roster.isdisjoint(left)
    assert {p.ref.digest for p in linkage_runs.list_linked_files()} - of_roster <= left


def test_names_of_destroyed_rows_leave_the_person_index(send: Send, manager: User) -> None:
    """Destruction is of every copy (34 CFR 99.31(a)(6)(iii)(C)(4)), the sealed names as well."""
    roster = send("students", ROSTER)
    send("totals", TOTALS)
    run(manager)
    assert Statement.objects.count() == 3
    destroy_delivery(delivery=roster, by=manager, at=timezone.localtime())
    run(manager)
    assert not Statement.objects.exists()
    assert not BlockingKey.objects.exists()
    assert Link.objects.filter(until__isnull=False).count() == 3


def test_only_what_came_is_read_and_weighed(send: Send, manager: User) -> None:
    send("students", ROSTER)
    first = run(manager)
    assert (first.whole, first.looked_at) == (True, 3)
    send("totals", TOTALS)
    second = run(manager)
    assert (second.whole, second.looked_at, second.people) == (False, 0, 3)
    files = {run.pk: run.parts.get(record="student").file for run in LinkageRun.objects.all()}
    assert len(set(files.values())) == 1
    assert LinkedPart.objects.filter(run=second, record="attendance_total").exists()


def test_a_child_who_left_and_comes_back_is_the_same_person(send: Send, manager: User) -> None:
    send("students", ROSTER)
    run(manager)
    before = people_of("alder-creek-sd", ["102"])
    without = "\n".join(line for line in ROSTER.split("\n") if not line.startswith("102"))
    send("students", without)
    run(manager)
    assert people_of("alder-creek-sd", ["102"]) == {}
    assert Record.objects.count() == 3
    send("students", ROSTER)
    run(manager)
    assert people_of("alder-creek-sd", ["102"]) == before


def test_rows_that_name_nobody_are_linked_to_nobody(send: Send, manager: User) -> None:
    """Attendance may come before the roster that says whose it is."""
    send("totals", TOTALS)
    made = run(manager)
    assert (made.people, made.rows, made.rows_unlinked) == (0, 2, 2)


def test_a_run_reads_the_manifests_of_the_store_once(
    send: Send, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("students", ROSTER)
    send("totals", TOTALS)
    reads: list[FileStore] = []
    all_manifests = FileStore.manifests

    def count_reads(store: FileStore) -> Iterator[Manifest]:
        reads.append(store)
        return all_manifests(store)

    monkeypatch.setattr(FileStore, "manifests", count_reads)
    assert run(manager).deliveries == 2
    assert len(reads) == 1
