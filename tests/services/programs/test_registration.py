"""A family registers a child without an account; staff of the program alone see it and decide."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.page_values import drop_random_values
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.models import (
    Participant,
    Registration,
    RegistrationIdentity,
    RegistrationOffer,
    SessionSeries,
)
from cairn.services.programs.participant_identity import load_participant_details
from cairn.services.programs.tasks import erase_declined_registrations

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
_OFFER = {
    "closes_on": "2026-12-24",
    "asks_safety": "on",
    "consent_text": "We share attendance with the school.",
    "consent_text_es": "Compartimos la asistencia con la escuela.",
}
_CHILD = {"given_name": "Dee", "family_name": "Moss", "birth_date": "2018-02-03"}
_GUARDIAN = {"guardian": "Rae Moss", "phone": "555-0100", "email": "rae@example.org"}
_SAFETY = {"health": "Peanuts", "pick_up": "Aunt Jo"}
_ALL = _CHILD | _GUARDIAN | _SAFETY | {"agrees": "no"}


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def _read_token(text: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found
    return found[1]


@pytest.fixture
def opened(club: Club, tutor: Client) -> str:
    """The address of the page, once the tutor has opened the registration."""
    offer = reverse("programs:offer", args=[club.series.pk])
    half = _text(tutor.post(offer, _OFFER | {"consent_text_es": ""}))
    assert "Write the consent in both languages" in half
    assert "Families register until" in _text(tutor.post(offer, _OFFER, follow=True))
    return reverse("programs:register", args=[club.series.pk])


@pytest.fixture
def family() -> Client:
    return Client(headers={"accept-language": "es"})


def _register(family: Client, opened: str, **changed: str) -> str:
    token = _read_token(_text(family.get(opened)))
    sent = {"token": token, "step": "review"} | _ALL | changed
    return _text(family.post(opened, sent))


def test_one_thing_a_page_in_spanish_until_the_reference(
    family: Client, opened: str, club: Club
) -> None:
    SessionSeries.objects.update(
        ages="6-8",
        fee="12.50",
        fee_period="week",
        languages=["en", "es"],
        outcome="early_grade_reading",
    )
    groups = _text(family.get(reverse("programs:open_groups")))
    assert "1 lugar libre" in groups
    opens = reverse("programs:open_groups")
    assert "1 lugar libre" in _text(family.get(opens, {"aim": "early_grade_reading"}))
    for other in ({"aim": "chronic_absence"}, {"site": "Nowhere"}):
        assert "ningún grupo de los que eligió" in _text(family.get(opens, other))
    page = _text(family.get(opened))
    for text in (
        "Edades o grados: 6-8",
        "Cuota: $12.50 por semana",
        "Idiomas: Inglés, Español",
        "Meta: Lectura al nivel del grado, grado 3",
    ):
        assert text in groups
        assert text in page
    assert "Nombre del niño o niña" in page
    assert "Página 1 de 5" in page
    sent: dict[str, str] = {"token": _read_token(page), "step": "child"}
    empty = family.post(opened, sent)
    assert empty.status_code == 422
    titles = ("Cómo comunicarnos", "La seguridad", "Su permiso", "Revise sus respuestas")
    for step, fields, title in zip(
        ("child", "guardian", "safety", "consent"),
        (_CHILD, _GUARDIAN, _SAFETY, {"agrees": "no"}),
        titles,
        strict=True,
    ):
        sent |= {"step": step, **fields}
        page = _text(family.post(opened, sent))
        assert title in page, step
        assert not Registration.objects.exists()
    assert "Dee" in page
    assert "No, no acepto" in page
    assert "de 2018" in page, "the birth date in words"
    back = _text(family.post(opened, sent | {"back": "child"}))
    assert 'value="Dee"' in back
    assert 'name="phone" value="555-0100"' in back, "the other pages' answers go along"
    done = _text(family.post(opened, sent | {"step": "review"}))
    row = Registration.objects.get()
    assert row.reference in done
    assert "Recibimos su inscripción" in done
    assert (row.language, row.consents, row.state) == ("es", False, "waiting")
    again = _text(family.post(opened, sent | {"step": "review"}))
    assert row.reference in again
    assert Registration.objects.count() == RegistrationIdentity.objects.count() == 1
    assert b"Moss" not in bytes(RegistrationIdentity.objects.get().sealed)
    assert "Moss" not in str([vars(line) for line in AuditLine.objects.all()])
    assert "lista de espera" not in done, "the last free place"
    full = _text(family.get(reverse("programs:open_groups")))
    assert "El grupo está lleno" in full
    assert "Ponerse en la lista de espera" in full
    assert "Su hijo o hija está en la lista de espera." in _register(family, opened)
    assert "lista de espera" in _text(family.get(opened))


def test_the_family_learns_nothing_of_who_is_on_record(
    family: Client, opened: str, tutor: Client, club: Club
) -> None:
    SessionSeries.objects.update(
        capacity=9
    )  # the waitlist tells the families apart, no record does
    known = _register(
        family, opened, given_name="Ana", family_name="Reyes", birth_date="2018-05-04"
    )
    new = _register(family, opened)
    first, second = Registration.objects.all()
    assert drop_random_values(known.replace(first.reference, "")) == drop_random_values(
        new.replace(second.reference, "")
    )
    page = _text(tutor.get(reverse("programs:registration", args=[first.pk])))
    assert "Enroll: Reyes, Ana" in page
    assert "on record here" not in _text(
        tutor.get(reverse("programs:registration", args=[second.pk]))
    )


def test_staff_accept_in_the_order_of_registration_and_the_child_is_on_the_roster(
    family: Client, opened: str, tutor: Client, club: Club
) -> None:
    _register(family, opened)
    _register(family, opened, given_name="Eli")
    group = _text(tutor.get(reverse("programs:group", args=[club.series.pk])))
    assert "Registrations (2)" in group
    queue = _text(tutor.get(reverse("programs:queue", args=[club.series.pk])))
    assert queue.index("Moss, Dee") < queue.index("Moss, Eli")
    first, second = Registration.objects.all()
    starts = (TODAY + timedelta(days=2)).isoformat()
    page = reverse("programs:registration", args=[first.pk])
    assert "Aunt Jo" in _text(tutor.get(page))
    tutor.post(page, {"decision": "new", "starts": starts})
    first.refresh_from_db()
    assert first.enrollment
    child = first.enrollment.participant
    spoken = {"en": "English", "es": "Spanish"}[first.language]
    assert load_participant_details([child])[child.key].language == spoken
    roster = _text(tutor.get(reverse("programs:sheet", args=[club.series.pk, starts])))
    assert "Moss" in roster
    twice = _text(tutor.post(page, {"decision": "decline", "starts": starts}))
    assert "was decided already" in twice
    other = reverse("programs:registration", args=[second.pk])
    assert "All 4 places" in _text(tutor.post(other, {"decision": "new", "starts": starts}))
    decline = {"decision": "decline", "starts": starts, "shown_state": "waiting"}
    assert tutor.post(other, decline).status_code == 302
    assert "You can still enroll the child" in _text(tutor.get(other))
    SessionSeries.objects.update(capacity=None)
    assert tutor.post(other, {"decision": "new", "starts": starts}).status_code == 302
    assert Participant.objects.count() == 5


def test_a_child_on_record_is_chosen_or_said_to_be_another(
    family: Client, opened: str, tutor: Client, club: Club
) -> None:
    ana = club.enrolled["Ana"].participant
    _register(family, opened, given_name="Ana", family_name="Reyes", birth_date="2018-05-04")
    page = reverse("programs:registration", args=[Registration.objects.get().pk])
    chosen = {"decision": f"child-{ana.pk}", "starts": TODAY.isoformat()}
    assert "in this group already" in _text(tutor.post(page, chosen))
    # The page of somebody who did not see the child on record.
    unseen = {"decision": "new", "starts": TODAY.isoformat()}
    assert "is on record here" in _text(tutor.post(page, unseen))
    tutor.post(page, unseen | {"other_than": str(ana.pk)})
    assert Participant.objects.count() == 4


def test_what_a_family_entered_is_erased_30_days_after_a_refusal(
    family: Client, opened: str, tutor: Client
) -> None:
    _register(family, opened)
    page = reverse("programs:registration", args=[Registration.objects.get().pk])
    decline = {"decision": "decline", "starts": TODAY.isoformat(), "shown_state": "waiting"}
    tutor.post(page, decline)
    assert erase_declined_registrations(NOW + timedelta(days=29)).endswith(": 0.")
    assert erase_declined_registrations(NOW + timedelta(days=31)).endswith(": 1.")
    assert erase_declined_registrations(NOW + timedelta(days=31)).endswith(": 0.")
    assert not RegistrationIdentity.objects.exists()
    assert tutor.get(page).status_code == 404


def test_another_organization_opens_no_registration(
    family: Client, opened: str, person: Callable[..., Any], browser: Callable[..., Client]
) -> None:
    _register(family, opened)
    stranger = browser(person(Role.STEWARD, at="oak", kind=OrganizationKind.COMMUNITY_PROGRAM))
    page = reverse("programs:registration", args=[Registration.objects.get().pk])
    assert stranger.get(page).status_code == 404
    assert family.get(page).status_code == 403


def fill_minute(club: Club, number: int) -> None:
    """Other families registered within this minute."""
    Registration.objects.bulk_create(
        Registration(
            series=club.series, key=f"{n}", token=f"{n}", reference=f"{n}", language="en",
            sent_at=NOW,
        )
        for n in range(number)
    )  # fmt: skip


def test_closed_unknown_forged_and_too_many(
    family: Client, opened: str, club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert family.get(reverse("programs:register", args=[999])).status_code == 404
    forged = family.post(opened, _ALL | {"token": "made-up", "step": "review"})
    assert "Página 1 de 5" in _text(forged)
    token = _read_token(_text(family.get(opened)))
    incomplete = {**_ALL, "phone": "", "token": token, "step": "review"}
    assert "Cómo comunicarnos" in _text(family.post(opened, incomplete))
    skipped = family.post(opened, _ALL | {"token": token, "step": "nonsense"})
    assert "Revise sus respuestas" in _text(skipped)
    assert not Registration.objects.exists()
    ready = {**_ALL, "token": token, "step": "review"}
    fill_minute(club, 299)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert "Recibimos su inscripción" in _text(family.post(opened, ready))
    # The minute is full: a family that begins or goes on loses nothing, and waits on the last page.
    late = {**ready, "token": _read_token(_text(family.get(opened)))}
    assert family.post(opened, late | {"step": "child"}).status_code == 200
    waits = family.post(opened, late)
    page = _text(waits)
    assert waits.status_code == 429
    assert "Muchas familias" in page
    for value in (*_CHILD.values(), *_GUARDIAN.values(), _read_token(page)):
        assert value in page
    assert Registration.objects.count() == 300
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=2))
    assert "Recibimos su inscripción" in _text(family.post(opened, late))
    assert Registration.objects.count() == 301
    Registration.objects.all().delete()
    RegistrationOffer.objects.update(closes_on=date(2026, 11, 22))
    closed = family.get(opened)
    assert closed.status_code == 410
    assert "La inscripción no está abierta" in _text(closed)
    assert "no hay ningún grupo abierto" in _text(family.get(reverse("programs:open_groups")))


def test_a_group_without_a_limit_and_without_extra_questions(
    family: Client, opened: str, club: Club
) -> None:
    SessionSeries.objects.update(capacity=None)
    RegistrationOffer.objects.update(asks_safety=False, consent_text="")
    assert "Hay lugares libres" in _text(family.get(reverse("programs:open_groups")))
    assert "Página 1 de 3" in _text(family.get(opened))
    _register(family, opened)
    assert Registration.objects.get().consents is None


def test_the_queue_says_what_to_do_first(club: Club, tutor: Client) -> None:
    page = _text(tutor.get(reverse("programs:queue", args=[club.series.pk])))
    assert "No family has registered yet" in page
    assert "Open the registration" in page
