"""A family asks a program on its page for the child's copy, and downloads what was released."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.governance.consents.sample_consents import World
from tests.services.families.phone import letter, phone
from tests.services.families.program_timeline.club import (
    attend,
    enroll,
    make_group,
    make_lantern_steward,
    show,
)
from tests.services.families.program_timeline.test_timeline import NOW

from cairn.governance.consents.models.child import Child
from cairn.governance.partners.facts import load_actor
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine import Refused
from cairn.policy.facts import Actor
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.families import NoteAudience
from cairn.services.families import queries
from cairn.services.families.models import CopyRequest, Letter
from cairn.services.families.program_copies.actions import request_program_copy
from cairn.services.families.program_copies.requests import erase_copies_of
from cairn.services.families.tasks import erase_ended_copies
from cairn.services.notes import actions as notes
from cairn.services.notes.models import NoteKind, ParticipantNote
from cairn.services.programs.models import ProgramEnrollment

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
PAGE, ASK = "/family/child/programs/", "/family/child/programs/lanterns/copy/"
ROSA = {"name": "Rosa Alba", "relation": "parent"}
TEXT = "Retells the story"


@pytest.fixture
def keeper(world: World, person: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return make_lantern_steward(person)


@pytest.fixture
def place(world: World, keeper: User) -> ProgramEnrollment:
    """The child's place in a program that families see, with attendance and a note."""
    world.serve("S-1")
    series = make_group(world)
    show(series, keeper)
    made = enroll(series, world)
    attend(made, world, date(2026, 11, 2))
    details = notes.NoteDetails(NOW.date(), NoteKind.ACADEMIC, NoteAudience.FAMILY, TEXT)
    notes.write_note(
        participant=made.participant, details=details, key="a" * 32, by=world.tutor, at=NOW
    )
    return made


@pytest.fixture
def steward(keeper: User, browser: Callable[..., Client]) -> Client:
    return browser(keeper)


def _text(page: Any) -> str:
    return " ".join(page.content.decode().split())


def _ask(world: World, **made: Any) -> tuple[Client, CopyRequest]:
    family = phone(letter(world, **made).code)
    assert family.post(ASK, ROSA).headers["Location"] == PAGE
    return family, CopyRequest.objects.get()


def _release(steward: Client, row: CopyRequest, seen: str = "", step: str = "") -> Any:
    page = f"/family/programs/participants/{row.participant_id}/copy/"
    shown = steward.post(page, {"step": "look", "texts_read": "on"}).content.decode()
    assert "Rosa Alba, Nov. 24, 2026. Answer by Jan. 8, 2027" in " ".join(shown.split())
    seen = seen or shown.partition('name="seen" value="')[2].partition('"')[0]
    sent = {"step": step or str(row.pk), "texts_read": "on", "answer": "Call us.", "seen": seen}
    return steward.post(page, sent)


def test_from_the_request_in_spanish_to_the_file_and_its_end(
    world: World, place: ProgramEnrollment, steward: Client, keeper: User
) -> None:
    family, row = _ask(world, language="es")
    assert "Debe responder a más tardar el 8 de enero" in _text(family.get(ASK))
    page = _text(family.get(PAGE))
    assert "Usted pidió una copia el 24 de noviembre de 2026." in page
    assert "El programa debe responder a más tardar el 8 de enero de 2027." in page
    assert "Pedir una copia" not in page
    assert family.post(ASK, ROSA | {"name": " rosa  alba"}).status_code == 302  # sent twice
    assert CopyRequest.objects.count() == 1
    who = load_actor(keeper)
    (task,) = queries.list_family_tasks(who, NOW.date())
    assert (task.count, task.due, task.keys) == (1, date(2027, 1, 8), (f"copy:{row.pk}",))
    (deadline,) = queries.list_copy_deadlines(who, NOW.date(), date(2027, 2, 1))
    assert (deadline.on, deadline.organization) == (date(2027, 1, 8), "lanterns")
    listed = _text(steward.get("/family/copies/"))
    assert "Child S-1" in listed
    assert "(S-1)" not in listed, "the district's ID stays with the district"
    assert _release(steward, row).headers["Location"] == "/family/copies/"
    row.refresh_from_db()
    assert TEXT.encode() not in bytes(row.sealed_copy)
    assert "La copia de un programa está lista." in _text(family.get("/family/child/"))
    ready = _text(family.get(PAGE))
    assert "Descargar la copia" in ready
    assert "Call us." in ready
    csv = family.get(f"/family/child/copy/{row.pk}/csv/").content.decode("utf-8-sig")
    for expected in (TEXT, "Reading club", "noviembre"):
        assert expected in csv
    pdf = family.get(f"/family/child/copy/{row.pk}/pdf/")
    assert pdf.content.startswith(b"%PDF-")
    events = AuditLine.objects.filter(event__startswith="copy.").values_list("event", flat=True)
    assert list(events) == ["copy.asked"] * 2 + ["copy.released"] + ["copy.downloaded"] * 2
    erase_ended_copies(NOW + timedelta(days=30))
    assert CopyRequest.objects.exclude(sealed_copy=b"").exists(), "the last day counts"
    assert erase_ended_copies(NOW + timedelta(days=31)) == "Copies erased: 1."
    assert family.get(f"/family/child/copy/{row.pk}/csv/").status_code == 404


def test_only_who_asked_downloads_it_and_only_the_program_sees_the_request(
    world: World,
    place: ProgramEnrollment,
    steward: Client,
    person: Callable[..., Any],
    browser: Callable[..., Client],
) -> None:
    family, row = _ask(world)
    district, hub = browser(world.steward), browser(person(Role.DATA_MANAGER))
    for other in (district, hub):
        assert "Child S-1" not in _text(other.get("/family/copies/"))
        assert other.get(f"/family/copies/{row.pk}/").status_code == 404
        assert other.get(f"/family/copies/{row.pk}/review/").status_code in (403, 404)
    assert steward.get(f"/family/copies/{row.pk}/review/").status_code == 404
    assert "You asked for a copy" not in _text(family.get("/family/child/"))
    _release(steward, row)
    file = f"/family/child/copy/{row.pk}/csv/"
    second = phone(letter(world).code)
    assert second.get(file).status_code == 403
    second.post(f"/family/child/copy/{row.pk}/", ROSA | {"name": "Paz Alba"})
    assert second.get(file).status_code == 403
    assert phone(letter(world, local_id="S-2").code).get(file).status_code == 404
    assert family.get(file).status_code == 200


def test_what_ends_between_opening_and_saving(
    world: World, place: ProgramEnrollment, keeper: User, steward: Client
) -> None:
    family = phone(letter(world).code)
    assert "Lanterns" in _text(family.get(ASK))
    show(place.series, keeper, shown=False)
    assert family.post(ASK, ROSA).status_code == family.get(ASK).status_code == 404
    assert family.get("/family/child/programs/unknown/copy/").status_code == 404
    given = {"name": "Rosa Alba", "at": NOW, "letter": Letter.objects.get()}
    child = Child.objects.get(letters__isnull=False)
    for slug in ("lanterns", "unknown"):
        with pytest.raises(Refused):
            request_program_copy(
                child=child, organization=slug, who=Actor.family(child.key), **given
            )
    show(place.series, keeper)
    row = _ask(world)[1]
    file = f"/family/child/copy/{row.pk}/csv/"
    family.get(f"/family/child/copy/{row.pk}/")
    # The family withdraws while the steward reads: nothing is released.
    sender = phone(letter(world).code)
    assert sender.post(f"/family/child/copy/{row.pk}/withdraw/").headers["Location"] == PAGE
    page = f"/family/programs/participants/{row.participant_id}/copy/"
    shown = steward.post(page, {"step": "look", "texts_read": "on"}).content.decode()
    assert "Rosa Alba" not in shown
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    late = steward.post(page, {"step": str(row.pk), "texts_read": "on", "seen": seen})
    assert late.status_code == 422
    assert "The family withdrew this request." in _text(late)
    row.refresh_from_db()
    assert not row.sealed_copy
    assert queries.list_family_tasks(load_actor(keeper), NOW.date()) == []
    assert sender.get(file).status_code == 404


def test_a_fact_that_changes_after_the_release_stops_the_download(
    world: World, place: ProgramEnrollment, keeper: User, steward: Client
) -> None:
    family, row = _ask(world)
    assert _release(steward, row, seen="0" * 64).status_code == 422
    for unknown in ("999", "release", "²"):
        page = f"/family/programs/participants/{row.participant_id}/copy/"
        assert steward.post(page, {"step": unknown, "texts_read": "on"}).status_code == 404
    _release(steward, row)
    file = f"/family/child/copy/{row.pk}/csv/"
    second = make_group(world, "Chess")
    enroll(second, world, participant=place.participant, details=None)
    assert family.get(file).status_code == 404, "a program that families do not see"
    assert "Download" not in _text(family.get(PAGE))
    show(second, keeper)
    assert family.get(file).status_code == 200
    ParticipantNote.objects.update(withdrawn_at=NOW)
    assert family.get(file).status_code == 403, "the note was about another child"
    ParticipantNote.objects.update(withdrawn_at=None)
    Child.objects.filter(pk=row.child_id).update(court_order=True)
    assert family.get(file).status_code == 404
    Child.objects.filter(pk=row.child_id).update(court_order=False)
    assert family.post(f"/family/child/copy/{row.pk}/", {"step": "delete"}).status_code == 302
    assert family.get(file).status_code == 404


def test_a_destroyed_record_leaves_no_copy(
    world: World, place: ProgramEnrollment, steward: Client
) -> None:
    family, row = _ask(world)
    _release(steward, row)
    erase_copies_of([place.participant])
    assert family.get(f"/family/child/copy/{row.pk}/csv/").status_code == 404
    row.refresh_from_db()
    assert row.answer == "Call us."
