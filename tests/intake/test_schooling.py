"""What a district delivered of its children is known to whoever asks “May I?”."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.intake.conftest import AGREEMENT, AT

from cairn.agreements import actions as agreements
from cairn.consents.child_key import child_key
from cairn.consents.models import Child
from cairn.consents.sealing import Label, seal_label
from cairn.disclosures import facts
from cairn.intake import actions
from cairn.intake.models import Delivery
from cairn.intake.roster import of_children
from cairn.intake.storehouse import open_storehouse
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.population import Enrollment, Place, place
from cairn.warehouse.mapping import Mapping

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
COLUMNS = Mapping(
    record="enrollment",
    columns={"ID": "local_id", "School": "school_id", "Grade": "grade", "In": "entry_date"},
    constants={"school_year": "2026-27"},
)
ROWS = b"ID,School,Grade,In\n1,s1,3,2026-08-20\n2,s1,4,2026-08-20\n"


@pytest.fixture
def rows(agreement: Any, send: Callable[..., Any], manager: Any) -> Delivery:
    text = AGREEMENT.replace("[retention]", f"{ENROLLMENTS}\n[retention]")
    wider = agreements.load(text=text, by=manager, at=AT)
    given = {"agreement": wider, "feed": "enrollment", "name": "e.csv", "content": ROWS}
    return actions.conform(delivery=send(mapping=COLUMNS, **given).delivery, by=manager, at=AT)


@pytest.fixture
def keys(rows: Delivery) -> dict[str, str]:
    """The keys of three children of the district, by their ids; of one there is no row."""
    found = {}
    for one in ("1", "2", "9"):
        found[one] = child_key("river", one)
        Child.objects.create(
            organization=Organization.objects.get(slug="river"),
            key=found[one],
            sealed=seal_label(found[one], Label(one, "", None)),
        )
    return found


def test_a_district_tells_of_its_own_children(rows: Delivery, keys: dict[str, str]) -> None:
    store, whose = open_storehouse(), dict.fromkeys(keys.values(), "river")
    found = of_children(store, whose)
    assert set(found) == {keys["1"], keys["2"]}
    third = Enrollment("s1", "3", school_year="2026-27", starts=date(2026, 8, 20))
    assert found[keys["1"]].enrollments == (third,)
    assert of_children(store, dict.fromkeys(keys.values(), "hills")) == {}
    Delivery.objects.filter(pk=rows.pk).update(synthetic="made by a pilot")
    assert of_children(store, whose) == {}


def test_may_i_knows_grade_and_school(rows: Delivery, keys: dict[str, str], manager: Any) -> None:
    third = AGREEMENT.replace("[retention]", f"{ENROLLMENTS}{THIRD_GRADE}\n[retention]")
    known = facts.known(actor(manager), "", keys.values(), ON)
    assert {one.enrollments for one in known.people} == {(Enrollment(),)}
    agreements.load(text=third, by=manager, at=AT)
    known = facts.known(actor(manager), "", keys.values(), ON)
    (terms,) = known.agreements
    assert terms.children
    stand = {one.id: place(terms.children, one.birth_date, one.enrollments) for one in known.people}
    assert [stand[keys[one]] for one in ("1", "2", "9")] == [
        Place.INSIDE,
        Place.OUTSIDE,
        Place.UNKNOWN,
    ]
    last_year = facts.known(actor(manager), "", keys.values(), ON, year="2025-26")
    assert {one.enrollments for one in last_year.people} == {(Enrollment(),)}
