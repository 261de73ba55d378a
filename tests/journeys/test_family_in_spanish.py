"""A parent reads a letter in Spanish, stops sharing on a phone, and the program sees it at once:
the list of students and the open page of the student are gone at the next request."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.data.records import served_students as served
from tests.governance.consents import sample_consents as made
from tests.journeys.visitor import Visitor
from tests.services.families.phone import letter

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "identities"], transaction=True),
]


def test_a_parent_stops_sharing_and_the_program_sees_it(
    person: Callable[..., Any],
    organization: Callable[..., Any],
    visitor: Callable[..., Visitor],
) -> None:
    world = served.make_world(person, organization)
    served.consented(world, "S-1", "S-2")
    served.deliver(world)
    program = visitor(world.tutor)
    program.open("consents:program", "lanterns")
    program.sees("Child S-1", "Child S-2")
    staff = visitor(world.tutor)
    staff.open("students:caseload", "lanterns")
    staff.sees("85.0%", "Attendance below 90%")
    staff.follow("Child S-1 (S-1)")
    staff.sees("Attendance totals", "85.0%", "Written consent, RC-DSA-09")
    staff.look_over()

    parent = visitor(phone=True)
    parent.open("families:enter")
    code = parent.page.get_by_role("textbox")
    parent.type_into(code, letter(world, language="es").code)
    parent.press("Abrir la página")
    parent.sees("Child S-1", "Permiso dado")
    parent.look_over_in_the_dark()
    parent.follow("Dejar de compartir")
    parent.type_into(parent.page.get_by_label("Su nombre completo"), "Rosa Alba")
    parent.choose(parent.page.get_by_label("Soy el padre o la madre"))
    parent.press("Sí, dejar de compartir")
    parent.sees("Ya no se comparte")

    staff.page.reload()
    expect(staff.page.locator("body")).not_to_contain_text("Child S-1")
    program.page.reload()
    expect(program.page.get_by_role("main")).not_to_contain_text("Child S-1")
    program.sees("Child S-2", "A few students on the roster")

    parent.press("Deshacer: seguir compartiendo")
    parent.sees("Su permiso vuelve a estar vigente.")
    program.page.reload()
    program.sees("Child S-1", "Child S-2")
    parent.open("families:record")
    parent.sees("Quién miró", world.tutor.name)


def test_a_family_answers_and_the_district_hears(
    person: Callable[..., Any],
    organization: Callable[..., Any],
    visitor: Callable[..., Visitor],
) -> None:
    world = made.make(person, organization)
    family = visitor(phone=True)
    family.page.goto(f"/family/?lang=es&code={letter(world, language='es').code}")
    family.look_over()
    family.press("Abrir la página")
    family.follow("Leer y responder")
    family.type_into(family.page.get_by_label("Su nombre completo"), "Rosa Alba")
    family.choose(family.page.get_by_label("Soy el padre o la madre"))
    family.choose(family.page.get_by_label("Doy permiso. Mi nombre escrito es mi firma."))
    family.press("Sí, compartir esta información")
    family.sees("Permiso dado. El distrito lo está revisando.")
    family.press("English")
    family.follow("Opt out of directory information")
    family.choose(family.page.get_by_label("I am the parent"))
    family.press("Yes, opt out")
    family.sees("Opted out of directory information")
    family.follow("Request a copy of the record")
    family.press("Send request")
    family.sees("The school must answer by")
    family.sees("The sharing log is empty.")

    district = visitor(world.steward)
    district.open("consents:queue")
    district.choose(district.page.get_by_role("checkbox"))
    district.press("Verify selected")
    district.choose(
        district.page.get_by_label("I checked our records: none of them attends college")
    )
    district.press("Verify")
    district.sees("1 consent verified.")
    for route in ("consents:list", "consents:papers", "consents:publish", "consents:conflicts"):
        district.open(route)
    for route in ("families:letters", "families:copies"):
        district.open(route)
    family.open("families:home")
    family.sees("Permission given")
