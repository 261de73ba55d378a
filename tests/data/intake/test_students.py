"""What a district delivered of its children is known to whoever asks “May I?”."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from tests.data.intake.conftest import AGREEMENT, AT
from tests.services.families.statements import place_statement

from cairn.data.intake.actions import conformance
from cairn.data.intake.models import Delivery
from cairn.data.intake.students import (
    iterate_landed_local_ids,
    list_sheet_local_ids,
    list_statements_with_delivery,
    load_known_students_by_key,
)
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.consents import use_facts as facts
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.protected_identity import (
    ChildLabel,
    compute_child_key,
    seal_child_label,
)
from cairn.governance.disclosure_log.queries import list_disclosures_of_child
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts.agreements.population import Enrollment, PopulationMatch, match_population
from cairn.policy.vocabulary.access import Role
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

ON = date(2026, 10, 1)
ENROLLMENTS = """
[[data]]
record = "enrollment"
elements = ["local_id", "school_id", "grade", "school_year", "entry_date"]
years = ["2020-21", "2030-31"]
clause = "Exhibit A, 2"
"""
THIRD_GRADE = """
[children]
grades = ["3"]
clause = "§3"
"""
COLUMNS = ColumnMapping(
    record="enrollment",
    columns={"ID": "local_id", "School": "school_id", "Grade": "grade", "In": "entry_date"},
    constants={"school_year": "2026-27"},
)
ROWS = b"ID,School,Grade,In\n1,s1,3,2026-08-20\n2,s1,4,2026-08-20\n"


@pytest.fixture
def rows(agreement: Any, send: Callable[..., Any], manager: Any) -> Delivery:
    text = AGREEMENT.replace("[retention]", f"{ENROLLMENTS}\n[retention]")
    wider = signature_and_record.load_agreement(text=text, by=manager, at=AT)
    given = {"agreement": wider, "feed": "enrollment", "name": "e.csv", "content": ROWS}
    return conformance.check_delivery(
        delivery=send(mapping=COLUMNS, **given).delivery, by=manager, at=AT
    )


@pytest.fixture
def keys(rows: Delivery) -> dict[str, str]:
    """The keys of three children of the district, by their ids; of one there is no row."""
    found = {}
    for one in ("1", "2", "9"):
        found[one] = compute_child_key("river", one)
        Child.objects.create(
            organization=Organization.objects.get(slug="river"),
            key=found[one],
            sealed=seal_child_label(found[one], ChildLabel(one, "", None)),
        )
    return found


def test_ids_are_those_that_would_land() -> None:
    """An ID that a rule makes from another column, and no ID of a row that a filter leaves out."""
    content = b"Student,Role,Name\n0012345_,student,Ada\n0099999_,teacher,Ben\n"
    mapping = ColumnMapping.parse(
        """record = "student"
        [columns]
        "ID" = "local_id"
        [derived."ID"]
        from = ["Student"]
        strip = "_"
        [[filters]]
        name = "not students"
        column = "Role"
        keep = ["student"]
        """
    )
    assert list_sheet_local_ids(read_file("list.csv", content), mapping) == {"0012345"}


def test_a_landed_file_names_its_students_however_its_headings_are_written(
    agreement: Any, send: Callable[..., Any], manager: Any
) -> None:
    content = ROWS.replace(b"ID,School", b" id ,SCHOOL")
    text = AGREEMENT.replace("[retention]", f"{ENROLLMENTS}\n[retention]")
    wider = signature_and_record.load_agreement(text=text, by=manager, at=AT)
    row = send(
        agreement=wider, feed="enrollment", name="e.csv", content=content, mapping=COLUMNS
    ).delivery
    landed = FileRef.parse(row.landed)
    assert set(iterate_landed_local_ids(open_file_store(), landed, COLUMNS)) == {"1", "2"}
    for local_id in ("1", "2"):
        assert list_disclosures_of_child(compute_child_key("river", local_id))


def test_a_district_tells_of_its_own_children(rows: Delivery, keys: dict[str, str]) -> None:
    store, whose = open_file_store(), dict.fromkeys(keys.values(), "river")
    found = load_known_students_by_key(store, whose)
    assert set(found) == {keys["1"], keys["2"]}
    third = Enrollment("s1", "3", school_year="2026-27", starts=date(2026, 8, 20))
    assert found[keys["1"]].enrollments == (third,)
    assert load_known_students_by_key(store, dict.fromkeys(keys.values(), "hills")) == {}
    Delivery.objects.filter(pk=rows.pk).update(synthetic="made by a pilot")
    assert load_known_students_by_key(store, whose) == {}


def test_may_i_knows_grade_and_school(rows: Delivery, keys: dict[str, str], manager: Any) -> None:
    third = AGREEMENT.replace("[retention]", f"{ENROLLMENTS}{THIRD_GRADE}\n[retention]")
    known = facts.gather_use_facts(load_actor(manager), "", keys.values(), ON)
    assert {one.enrollments for one in known.people} == {(Enrollment(),)}
    signature_and_record.load_agreement(text=third, by=manager, at=AT)
    known = facts.gather_use_facts(load_actor(manager), "", keys.values(), ON)
    (terms,) = known.agreements
    assert terms.children
    stand = {
        one.id: match_population(terms.children, one.birth_date, one.enrollments)
        for one in known.people
    }
    assert [stand[keys[one]] for one in ("1", "2", "9")] == [
        PopulationMatch.INSIDE,
        PopulationMatch.OUTSIDE,
        PopulationMatch.UNKNOWN,
    ]
    last_year = facts.gather_use_facts(load_actor(manager), "", keys.values(), ON, year="2025-26")
    assert {one.enrollments for one in last_year.people} == {(Enrollment(),)}


def test_a_statement_is_listed_with_the_delivery_of_the_contested_part(
    conformed: Delivery, keys: dict[str, str], manager: Any, person: Callable[..., Any]
) -> None:
    by_id = {key: Child.objects.get(key=keys[key]) for key in keys}
    who = load_actor(manager)
    assert list_statements_with_delivery(conformed, who, ON) == []
    for local_id, record in (("1", "student"), ("2", "attendance"), ("9", "student")):
        place_statement(by_id[local_id], record)
    day = timezone.localdate()
    (statement,) = list_statements_with_delivery(conformed, who, day)
    assert (statement.child.local_id, statement.text) == ("1", "It was my niece.")
    assert statement.records == ["Students"]
    steward = load_actor(person(Role.STEWARD, at="river"))
    assert list_statements_with_delivery(conformed, steward, day) == [statement]
    other = load_actor(person(Role.STEWARD, at="hills"))
    assert list_statements_with_delivery(conformed, other, day) == []
