"""Records of single students: attributes alone, kept only for pages, gone with their file."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from tests.data.records import served_students as served
from tests.data.records.served_students import consented, deliver
from tests.governance.consents.sample_consents import AT, ON, World

from cairn.data.intake.actions.removal import destroy_delivery, withdraw_delivery
from cairn.data.intake.derived_records.record_keepers import CheckedFile
from cairn.data.intake.models import Delivery
from cairn.data.records.models import StudentRecord
from cairn.data.records.queries import (
    StudentFile,
    list_own_records,
    read_own_records,
    read_student,
    read_students,
)
from cairn.data.records.record_store import keep_student_records
from cairn.data.records.student_rows import group_rows_by_student, list_attribute_fields
from cairn.governance.consents.actions.consents import record_consent_revocation
from cairn.governance.consents.facts import load_person_fact
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.consents.use_facts import gather_use_facts, list_program_uses
from cairn.governance.partners.facts import load_actor, load_organization_fact
from cairn.policy.engine.decision import Permit
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.record_copy import RecordCopyFact
from cairn.policy.questions.governance.consents import may_view_family_page
from cairn.policy.questions.services.record_copies import decide_record_copy
from cairn.policy.questions.services.students import decide_student_access, list_student_openings
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.schema.elements import get_record_type
from cairn.warehouse.store import FileRef
from cairn.warehouse.store.file_store import WrongPermit

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def world(person: Callable[..., Any], organization: Callable[..., Any]) -> World:
    return served.make_world(person, organization)


def ask(world: World, *local_ids: str, action: Action = Action.VIEW) -> tuple[Permit, Any]:
    """The permit of the tutor's page, and what opens each element."""
    keys = tuple(compute_child_key("river", local_id) for local_id in local_ids)
    facts = gather_use_facts(load_actor(world.tutor), "", keys, ON)
    (use,) = list_program_uses("lanterns", keys, action, facts, ON)
    decision = decide_student_access(use, facts, ON)
    return decision.require(), list_student_openings(use, decision, facts, ON)


def seen(world: World, local_id: str = "S-1") -> StudentFile:
    found = read_student(*ask(world, local_id))
    assert found is not None
    return found


def test_a_student_is_read_from_the_file_of_the_district(world: World) -> None:
    consented(world, "S-1")
    deliver(world)
    deliver(world, served.RESULTS_FILE, served.RESULTS_MAPPING)
    found = seen(world)
    assert found.label.name == "Child S-1"
    assert [(line.record, line.year, dict(line.values)) for line in found.lines] == [
        (
            "attendance_total",
            "2025-26",
            {"school_year": "2025-26", "days_enrolled": 170.0, "days_absent": 8.0},
        ),
        (
            "attendance_total",
            "2026-27",
            {"school_year": "2026-27", "days_enrolled": 60.0, "days_absent": 9.0},
        ),
        (
            "assessment",
            "2025-26",
            {
                "school_year": "2025-26",
                "subject": "Reading",
                "performance_level": "Below grade",
            },
        ),
    ]
    assert {(line.agreement, line.organization, line.as_of) for line in found.lines} == {
        (served.REFERENCE, "river", ON)
    }


def test_only_students_whose_families_agreed_have_a_record(world: World) -> None:
    consented(world, "S-1", "S-2")
    deliver(world)
    assert StudentRecord.objects.count() == 2
    files = read_students(*ask(world, "S-1", "S-2", action=Action.LIST))
    assert {item.label.local_id: len(item.lines) for item in files.values()} == {
        "S-1": 2,
        "S-2": 1,
    }


def test_nothing_stored_names_a_student(world: World) -> None:
    consented(world, "S-1")
    deliver(world)
    (row,) = StudentRecord.objects.all()
    stored = f"{row.lookup} {row.source} {row.record} {bytes(row.sealed)!r}"
    assert "S-1" not in stored
    assert "170" not in bytes(row.sealed).decode("latin-1")
    assert row.lookup != compute_child_key("river", "S-1")


def test_a_later_narrower_consent_narrows_what_is_read(world: World) -> None:
    """The file keeps what it held; the page asks again."""
    (consent,) = consented(world, "S-1")
    deliver(world)
    record_consent_revocation(consent=consent, name="Rosa Alba", by=world.steward, at=AT)
    world.verify(
        world.record(served.consent_paper("S-1", records=("attendance_total.days_absent",)))
    )
    lines = seen(world).lines
    assert {name for line in lines for name in line.values} == {"days_absent"}
    assert {line.year for line in lines} == {""}


def test_a_replaced_file_counts_no_more_from_the_moment_it_is_replaced(
    world: World, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    consented(world, "S-1")
    first = deliver(world)
    later = b"ID,Year,Enrolled,Absent\nS-1,2026-27,70,10\n"
    with django_capture_on_commit_callbacks(execute=True):
        deliver(world, later, replace_earlier=True)
    assert [line.values["days_absent"] for line in seen(world).lines] == [10.0]
    assert not StudentRecord.objects.filter(delivery=first.pk).exists()


def test_a_withdrawn_file_counts_no_more(world: World) -> None:
    """Before the erasure too: the state of the data submission is asked each time."""
    consented(world, "S-1")
    withdraw_delivery(delivery=deliver(world), by=world.steward, at=AT)
    assert StudentRecord.objects.exists()
    assert seen(world).lines == ()


def test_records_are_destroyed_with_their_file(world: World, person: Callable[..., Any]) -> None:
    consented(world, "S-1")
    row = deliver(world)
    other = deliver(world, served.RESULTS_FILE, served.RESULTS_MAPPING)
    destroy_delivery(delivery=row, by=person(Role.DATA_MANAGER), at=AT)
    assert set(StudentRecord.objects.values_list("delivery", flat=True)) == {other.pk}


def test_records_of_other_rows_than_those_that_count_are_not_read(world: World) -> None:
    consented(world, "S-1")
    deliver(world)
    StudentRecord.objects.update(source="conformed/other")
    assert seen(world).lines == ()


def test_invented_data_of_a_pilot_keep_no_record(world: World) -> None:
    consented(world, "S-1")
    row = deliver(world)
    StudentRecord.objects.all().delete()
    assert keep_again(row, is_synthetic=True) == 0
    assert not StudentRecord.objects.exists()


def test_rows_that_describe_no_student_keep_no_record(world: World) -> None:
    consented(world, "S-1")
    row = deliver(world)
    assert keep_again(row, record="school") == 0
    assert keep_again(row, record="assessment") == 1


def keep_again(row: Delivery, **changes: Any) -> int:
    """Keep the records of a file again, with something changed."""
    file = CheckedFile(
        row.pk, served.REFERENCE, "river", row.record, False, FileRef.parse(row.conformed)
    )
    return keep_student_records(replace(file, **changes))


def test_a_check_that_runs_twice_keeps_each_student_once(world: World) -> None:
    consented(world, "S-1", "S-2")
    row = deliver(world)
    assert keep_again(row) == 2
    assert StudentRecord.objects.count() == 2


def test_a_copy_is_of_the_organizations_own_records_and_of_one_student(world: World) -> None:
    served.consented(world, "S-1", "S-2")
    served.deliver(world)
    key = compute_child_key("river", "S-1")
    inventory = list_own_records("river", key)
    assert inventory.elements == {f"attendance_total.{name}" for name in served.TOTALS}
    assert not inventory.texts
    assert not list_own_records("lanterns", key).elements
    assert not list_own_records("river", compute_child_key("river", "S-77")).elements
    child = Child.objects.get(key=key)
    copy = RecordCopyFact(load_person_fact(child, ON), load_organization_fact(world.river))
    steward = load_actor(world.steward)
    permit = decide_record_copy(copy, inventory.elements, steward, ON).require()
    assert [line.year for line in read_own_records(permit, "river")] == ["2026-27", "2025-26"]
    assert read_own_records(permit, "lanterns") == ()
    narrow = frozenset({"attendance_total.school_year"})
    year_alone = decide_record_copy(copy, narrow, steward, ON).require()
    assert read_own_records(year_alone, "river") == (), "a year alone says nothing"
    page = may_view_family_page(key, Actor.family(key), ON).require()
    with pytest.raises(WrongPermit):
        read_own_records(page, "river")


def test_another_permit_reads_nothing(world: World) -> None:
    consented(world, "S-1", "S-2")
    permit, openings = ask(world, "S-1", "S-2", action=Action.LIST)
    with pytest.raises(WrongPermit):
        read_student(permit, openings)
    with pytest.raises(WrongPermit):
        read_students(replace_action(permit, Action.EXPORT), openings)


def replace_action(permit: Permit, action: Action) -> Permit:
    """The same permit, for another action."""
    object.__setattr__(permit, "action", action)
    return permit


def test_a_row_a_day_becomes_totals_of_a_school_year() -> None:
    record = get_record_type("attendance")
    days = [date(2026, 5, 4), date(2026, 9, 1), date(2026, 9, 2), None]
    batch = pa.record_batch(
        {
            "local_id": ["A", "A", "A", None],
            "date": pa.array(days, pa.date32()),
            "event": ["absent_excused", "absent_excused", "absent_excused", "tardy"],
            "duration": [1.0, 1.0, None, 1.0],
        }
    )
    assert list_attribute_fields(record, batch.schema.names) == ["date", "event", "duration"]
    rows = group_rows_by_student([batch], record, ["date", "event", "duration"])
    assert rows == {
        "A": [
            {"school_year": "2025-26", "event": "absent_excused", "events": 1.0, "duration": 1.0},
            {"school_year": "2026-27", "event": "absent_excused", "events": 2.0, "duration": 1.0},
        ]
    }


def test_names_numbers_and_birth_dates_are_left_out() -> None:
    student = get_record_type("student")
    fields = list_attribute_fields(student, [*student.fields, "record_id"])
    assert "gender" in fields
    assert not {"local_id", "given_name", "birth_date", "email", "guardian_name"} & set(fields)
