"""A liaison finds a student, reads the history and keeps a filter of the list.

The district's steward opens the list of students without a program.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.data.records import served_students as served
from tests.journeys.visitor import Visitor
from tests.services.students import school_world as school

from cairn.policy.vocabulary.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "identities"], transaction=True),
]

NONE = "No program on record that may be shown"


def keep_a_filter(liaison: Visitor) -> None:
    """Filter the list, save it by a name, open it again another day, and delete it."""
    page = liaison.page
    liaison.open("students:caseload", "lanterns")
    liaison.pick(page.get_by_label("Attendance", exact=True), "Attendance below 90%")
    liaison.press("Apply")
    rows = page.locator("table.sortable")
    expect(rows).to_contain_text("1 of 2")
    expect(rows).not_to_contain_text("Child S-2")
    liaison.follow("Save this filter")
    liaison.type_into(page.get_by_label("Name"), "Often absent")
    liaison.press("Save")
    liaison.open("students:caseload", "lanterns")
    expect(rows).to_contain_text("Child S-2")
    page.get_by_text("Saved filters: 1").click()
    liaison.sees("Often absent (1)")
    liaison.follow("Often absent")
    expect(rows).to_contain_text("1 of 2")
    liaison.follow("Change")
    liaison.follow("Delete this filter")
    liaison.press("Delete")
    liaison.sees("Students: 2")
    expect(page.get_by_text("Often absent")).to_have_count(0)


def test_a_student_is_found_and_those_without_a_program(
    person: Callable[..., Any],
    organization: Callable[..., Any],
    visitor: Callable[..., Visitor],
) -> None:
    world = served.make_world(person, organization)
    served.consented(world, "S-1", "S-2")
    served.deliver(world)
    school.add_school(world, person(Role.DATA_MANAGER))

    liaison = visitor(world.tutor)
    started = monotonic()
    liaison.open("students:caseload", "lanterns")
    liaison.type_into(liaison.page.get_by_label("Name or student ID"), "child s-1")
    liaison.press("Find")
    liaison.sees("Students found: 1")
    assert "child" not in liaison.page.url.casefold()
    liaison.follow("Child S-1 (S-1)")
    liaison.sees("Attendance totals", "2025-26", "2026-27", "River", "85.0%")
    assert monotonic() - started < 60
    liaison.look_over()
    keep_a_filter(liaison)

    steward = visitor(world.steward)
    steward.open("students:caseload", "river")
    steward.follow("Programs of our students")
    steward.sees("Reading", "135", "2026-27")
    steward.pick(steward.page.get_by_label("Program on record"), NONE)
    steward.press("Apply")
    rows = steward.page.locator("table.sortable tbody")
    expect(rows).to_contain_text("S-3")
    expect(rows).to_contain_text("S-4")
    expect(rows).not_to_contain_text("S-1")
    steward.look_over_in_the_dark()
