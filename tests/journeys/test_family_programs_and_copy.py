"""A family follows its child from the registration to the program's attendance and stops sharing;
a parent asks for a copy of the record, and downloads it after the district's review."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.data.records import served_students as served
from tests.governance.consents.sample_consents import World
from tests.journeys.visitor import Visitor
from tests.services.families.phone import letter
from tests.services.families.program_timeline.club import make_group, make_lantern_steward

from cairn.services.programs.models import SessionSeries
from cairn.services.programs.registration.actions import OfferDetails, open_registration

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "identities"], transaction=True),
]


def _open_group(world: World) -> SessionSeries:
    """A group for which families register online."""
    series = make_group(world)
    closes_on = timezone.localdate() + timedelta(days=9)
    offer = OfferDetails(closes_on, asks_safety=False, consent_text="", consent_text_es="")
    open_registration(series=series, details=offer, by=world.tutor, at=timezone.now())
    return series


def _register(rosa: Visitor) -> None:
    page = rosa.page
    rosa.open("programs:open_groups")
    rosa.follow("Inscribir")
    for name, text in (
        ("given_name", "Child"),
        ("family_name", "S-1"),
        ("birth_date", "2016-05-04"),
    ):
        page.locator(f"[name={name}]").fill(text)
    page.get_by_role("button", name="Continuar", exact=True).tap()
    page.locator("[name=guardian]").fill("Rosa Alba")
    page.locator("[name=phone]").fill("555 0100")
    page.get_by_role("button", name="Continuar", exact=True).tap()
    page.get_by_role("button", name="Inscribir a mi hijo o hija").tap()
    rosa.sees("Recibimos su inscripción")


def _enroll_and_mark(tutor: Visitor, series: SessionSeries) -> None:
    tutor.open("programs:queue", series.pk)
    tutor.follow("S-1, Child")
    tutor.choose(tutor.page.get_by_label("Enroll as a new child"))
    tutor.press("Save")
    tutor.sees("is enrolled.", "Enrolled")
    tutor.open("programs:attendance", series.pk, f"{timezone.localdate()}")
    tutor.choose(tutor.page.get_by_role("radio", name="Present").first)
    tutor.press("Save")
    tutor.sees("1 of 1 recorded")


def _show_to_families(steward: Visitor) -> None:
    steward.open("families:program_access")
    steward.sees("nothing was stated yet")
    steward.unfold("Change")
    steward.choose(steward.page.get_by_label("Yes"))
    steward.press("Save")
    steward.sees("Saved.", "On family pages")
    steward.look_over()


def test_a_family_sees_the_program_and_stops_sharing(
    person: Callable[..., Any],
    organization: Callable[..., Any],
    visitor: Callable[..., Visitor],
) -> None:
    world = served.make_world(person, organization)
    served.consented(world, "S-1")
    served.deliver(world)
    series = _open_group(world)
    rosa, tutor = visitor(phone=True), visitor(world.tutor)
    _register(rosa)
    _enroll_and_mark(tutor, series)
    keeper = visitor(make_lantern_steward(person))
    _show_to_families(keeper)
    tutor.open("students:caseload", "lanterns")
    tutor.follow("Child S-1 (S-1)")
    tutor.sees("Attendance totals", "85.0%")

    rosa.open("families:enter")
    rosa.type_into(rosa.page.get_by_role("textbox"), letter(world, language="es").code)
    rosa.press("Abrir la página")
    rosa.follow("Ver programas fuera de la escuela")
    rosa.sees("Reading club", "Lanterns", "Asistió 1 día", "1,5 horas")
    rosa.look_over()
    rosa.follow("Volver")
    rosa.follow("Dejar de compartir")
    rosa.type_into(rosa.page.get_by_label("Su nombre completo"), "Rosa Alba")
    rosa.choose(rosa.page.get_by_label("Soy el padre o la madre"))
    rosa.press("Sí, dejar de compartir")
    rosa.sees("Ya no se comparte")

    tutor.page.reload()
    expect(tutor.page.locator("body")).not_to_contain_text("Child S-1")
    rosa.open("families:timeline")
    rosa.sees("Reading club", "Asistió 1 día")

    # The program's own record is asked for on the page, and downloaded by who asked.
    rosa.follow("Pedir una copia")
    rosa.press("Enviar la solicitud")
    rosa.sees("El programa debe responder a más tardar el")
    keeper.open("families:copies")
    keeper.follow("Answer")
    keeper.follow("Review the record and release a copy")
    keeper.sees("Asked for on the family page", "Rosa Alba")
    keeper.enter(keeper.page.get_by_role("button", name="Release for download"))
    keeper.sees("Released. The family can download the copy now.")
    rosa.page.reload()
    rosa.follow("Descargar la copia")
    with rosa.page.expect_download() as saved:
        rosa.page.get_by_role("link", name="Descargar como tabla").tap()
    assert "Reading club" in Path(saved.value.path()).read_text("utf-8-sig")


def test_a_parent_asks_for_a_copy_and_downloads_it(
    person: Callable[..., Any],
    organization: Callable[..., Any],
    visitor: Callable[..., Visitor],
) -> None:
    world = served.make_world(person, organization)
    served.consented(world, "S-1")
    served.deliver(world)
    served.deliver(world, served.RESULTS_FILE, served.RESULTS_MAPPING)
    rosa, steward = visitor(phone=True), visitor(world.steward)
    rosa.open("families:enter")
    rosa.type_into(rosa.page.get_by_role("textbox"), letter(world, language="es").code)
    rosa.press("Abrir la página")
    rosa.follow("Pedir una copia del expediente")
    rosa.type_into(rosa.page.get_by_label("Su nombre completo"), "Rosa Alba")
    rosa.choose(rosa.page.get_by_label("Soy el padre o la madre"))
    rosa.press("Enviar la solicitud")

    steward.open("families:copies")
    steward.follow("Answer")
    steward.follow("Review the record and release a copy")
    steward.sees("requested by Rosa Alba", "Nothing is left out.")
    steward.sees("Below grade")
    steward.look_over()
    steward.press("Release the copy")
    steward.sees("Released. The family can download the copy now.")

    rosa.page.reload()
    rosa.follow("Abrir la copia")
    rosa.sees("Puede descargarla hasta el")
    rosa.look_over()
    for link, start in (
        ("Descargar para leer", b"%PDF-"),
        ("Descargar como tabla", b"\xef\xbb\xbf"),
    ):
        with rosa.page.expect_download() as saved:
            rosa.page.get_by_role("link", name=link).tap()
        assert Path(saved.value.path()).read_bytes().startswith(start)
        assert saved.value.suggested_filename.startswith("copia-del-expediente.")
