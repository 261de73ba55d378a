"""A family registers a child on a phone, in Spanish; staff enroll the child."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.visitor import PHONE, Visitor
from tests.services.programs.reading_club import PLAN, make_club

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.models import Registration, SessionSeries

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


def _open_registration(tutor: Visitor, group: int) -> None:
    tutor.open("programs:offer", group)
    page, today = tutor.page, timezone.localdate()
    tutor.type_into(page.get_by_label("Last day to register"), f"{today + timedelta(days=9)}")
    tutor.choose(page.get_by_label("Ask for allergies"))
    tutor.type_into(page.get_by_label("Consent to sharing"), "We may tell the school.")
    tutor.type_into(page.get_by_label("The same in Spanish"), "Podemos informar a la escuela.")
    tutor.press("Save")
    tutor.sees("Saved. Give families the address on this page.", "No family has registered yet")


def _continue(rosa: Visitor) -> None:
    rosa.page.get_by_role("button", name="Continuar", exact=True).tap()


def _register(rosa: Visitor) -> str:
    """One thing after the other, the first time with a mistake; the reference at the end."""
    page = rosa.page
    rosa.open("programs:open_groups")
    rosa.follow("Inscribir")
    _continue(rosa)
    rosa.is_told_of_a_mistake()
    page.locator("[name=given_name]").fill("Ana")
    page.locator("[name=family_name]").fill("Íñiguez")
    page.locator("[name=birth_date]").fill("2017-03-05")
    _continue(rosa)
    page.locator("[name=guardian]").fill("Rosa Íñiguez")
    page.locator("[name=phone]").fill("555 0100")
    rosa.look_over()
    # The baby wakes up: she saves, and goes on later.
    page.get_by_role("button", name="Guardar y continuar después").tap()
    rosa.sees("Guardado para después")
    rosa.look_over()
    code = page.locator("main strong").inner_text()
    rosa.open("programs:continue_link", code)
    rosa.look_over()
    _continue(rosa)
    rosa.sees("La seguridad de su hijo o hija")
    page.locator("[name=health]").fill("Nueces")
    rosa.look_over()
    _continue(rosa)
    rosa.sees("Podemos informar a la escuela.")
    rosa.look_over()
    page.get_by_label("No, no acepto").tap()
    _continue(rosa)
    rosa.sees("Ana", "Rosa Íñiguez", "Nueces")
    rosa.look_over()
    assert not Registration.objects.exists(), "nothing is stored before the last page is sent"
    page.get_by_role("button", name="Inscribir a mi hijo o hija").tap()
    rosa.sees("Recibimos su inscripción")
    rosa.look_over()
    return page.locator("main strong").inner_text()


def test_a_family_registers_and_the_child_is_on_the_roster(
    visitor: Callable[..., Visitor], person: Callable[..., Any]
) -> None:
    user = person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    today = timezone.localdate()
    plan = replace(
        PLAN,
        weekdays=tuple(range(7)),
        first_day=today - timedelta(days=30),
        last_day=today + timedelta(days=30),
    )
    make_club(user, plan, timezone.now())
    group = SessionSeries.objects.get().pk
    tutor, rosa = visitor(user), visitor(phone=True)
    _open_registration(tutor, group)
    assert rosa.page.viewport_size == PHONE
    reference = _register(rosa)

    tutor.open("programs:queue", group)
    tutor.follow("Íñiguez, Ana")
    tutor.sees(reference, "Rosa Íñiguez", "555 0100", "Nueces")
    tutor.choose(tutor.page.get_by_label("Enroll as a new child"))
    tutor.press("Save")
    tutor.sees("Ana Íñiguez is enrolled.", "Enrolled")
    tutor.open("programs:attendance", group, f"{today}")
    tutor.sees("Ana Íñiguez", "0 of 4 recorded")
