"""Appointments: reminders without a child's name, double booking, moves and outcomes."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import TODAY, Club

from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Affiliation
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.notes.appointment_queries import list_appointment_deadlines, list_note_tasks
from cairn.services.notes.models import Appointment, NoteText

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
_DAY = timedelta(days=1)


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def plan(club: Club, tutor: Client) -> Callable[..., Any]:
    """Plans an appointment about Ana for tomorrow at four."""
    page = reverse("notes:new_appointment", args=[club.enrolled["Ana"].participant_id])

    def send(number: int = 1, client: Client = tutor, **changes: str) -> Any:
        sent = {
            "key": f"{number:032x}",
            "day": (TODAY + _DAY).isoformat(),
            "time": "16:00",
            "minutes": "30",
            "staff": str(club.tutor.pk),
            "adult": "other",
            "other_adult": "Rosa Reyes",
            "place": "Maple Library",
            "purpose": "Reading level",
        }
        return client.post(page, sent | changes, follow=True)

    return send


def _page(name: str = "appointment", row: Appointment | None = None) -> str:
    return reverse(f"notes:{name}", args=[(row or Appointment.objects.get()).pk])


def _close(client: Client, event: str) -> str:
    return _text(client.post(_page("close_appointment"), {"event": event}, follow=True))


def test_an_appointment_is_planned_once_and_reminds_without_a_name(
    club: Club, tutor: Client, colleague: Client, plan: Callable[..., Any]
) -> None:
    for _ in range(2):
        answer = _text(plan())
    assert "saved before with other entries" in _text(plan(time="17:00"))
    assert "Appointment planned." in answer
    for words in ("Nov. 24, 2026, 4 p.m.", "30 minutes", "Maple Library", "Reading level"):
        assert words in answer
    row = Appointment.objects.get()
    assert b"Rosa" not in bytes(NoteText.objects.get(key=row.key).sealed)
    who = load_actor(club.tutor)
    assert list_note_tasks(who, TODAY - _DAY) == []
    (task,) = list_note_tasks(who, TODAY)
    assert (task.count, task.due) == (1, TODAY + _DAY)
    assert task.keys == (f"appointment:{row.pk}",)
    (deadline,) = list_appointment_deadlines(who, TODAY, TODAY + _DAY)
    assert (deadline.on, deadline.what) == (TODAY + _DAY, "Appointment at 4 p.m.")
    for shown in (task, deadline):
        assert not {"Ana", "Reyes", "Reading level"} & set(repr(shown).split())
    assert list_appointment_deadlines(who, TODAY, TODAY) == []
    listed = _text(tutor.get(reverse("notes:own_appointments")))
    assert "Ana Reyes" in listed
    assert "No appointment" in _text(colleague.get(reverse("notes:own_appointments")))


def test_two_appointments_at_a_time_are_confirmed(plan: Callable[..., Any]) -> None:
    plan()
    warned = plan(2, time="16:15")
    assert warned.status_code == 422
    assert "another appointment then: 4 p.m.-4:30 p.m." in _text(warned)
    assert Appointment.objects.count() == 1
    first = str(Appointment.objects.get().pk)
    assert plan(2, time="16:15", accepted="", anyway="on").status_code == 422
    assert plan(2, time="16:15", accepted=first, anyway="on").status_code == 200
    assert plan(3, time="16:30", accepted=first, anyway="on").status_code == 422, "the second one"
    assert plan(3, time="16:45").status_code == 200
    assert Appointment.objects.count() == 3


def test_a_move_keeps_the_earlier_time(tutor: Client, plan: Callable[..., Any]) -> None:
    plan()
    old = Appointment.objects.get()
    page = _page("reschedule")
    assert 'value="16:00"' in _text(tutor.get(page))
    sent = {
        "key": "b" * 32,
        "day": (TODAY + 2 * _DAY).isoformat(),
        "time": "17:00",
        "minutes": "45",
        "staff": str(old.staff_id),
        "adult": "other",
        "other_adult": "Rosa Reyes",
        "place": "By phone",
    }
    for _ in range(2):
        moved = _text(tutor.post(page, sent, follow=True))
    assert "Nov. 25, 2026, 5 p.m." in moved
    assert "Earlier times</dt><dd>Nov. 24, 2026, 4 p.m." in moved
    assert Appointment.objects.count() == 2
    assert "rescheduled already" in _text(tutor.post(page, sent | {"key": "c" * 32}))
    assert "Open the new appointment" in _text(tutor.get(_page(row=old)))


def test_what_became_of_it(
    club: Club, tutor: Client, plan: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    assert "which has not come" in _close(tutor, "hold")
    assert "It was held" not in _text(tutor.get(_page()))
    assert "Cancelled" in _close(tutor, "cancel")
    assert "cancelled already" in _close(tutor, "cancel")
    assert "Saved." in _close(tutor, "undo")
    for event in ("", "forget", "reschedule"):
        _close(tutor, event)
        assert Appointment.objects.get().state == "planned"
    row = Appointment.objects.get()
    Appointment.objects.filter(pk=row.pk).update(starts_at=row.starts_at - 2 * _DAY)
    (task,) = list_note_tasks(load_actor(club.tutor), TODAY)
    assert task.title == "past appointment: was it held?"
    assert "Held" in _close(tutor, "hold")
    assert list_note_tasks(load_actor(club.tutor), TODAY) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"day": "2026-11-22"}, "is past"),
        ({"minutes": "1"}, "greater than or equal to 5"),
        ({"other_adult": ""}, "Enter the name"),
    ],
)
def test_what_is_not_planned(
    changes: dict[str, str], problem: str, plan: Callable[..., Any]
) -> None:
    answer = plan(**changes)
    assert answer.status_code == 422
    assert problem in _text(answer)
    assert not Appointment.objects.exists()


def test_the_person_who_holds_it_works_there_on_that_day(
    club: Club, plan: Callable[..., Any], person: Callable[..., Any]
) -> None:
    other = person(Role.PROGRAM_STAFF, at="oak", kind=OrganizationKind.COMMUNITY_PROGRAM)
    assert plan(staff=str(other.pk)).status_code == 422
    leaver = person(
        Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM, email="a@b.example"
    )
    Affiliation.objects.filter(user=leaver).update(ends=TODAY)
    assert "may not see the program" in _text(plan(staff=str(leaver.pk)))
    assert not Appointment.objects.exists()


def test_a_role_that_ended_ends_the_reminders(club: Club, plan: Callable[..., Any]) -> None:
    plan()
    Affiliation.objects.filter(user=club.tutor).update(ends=date(2026, 11, 22))
    who = load_actor(club.tutor)
    assert list_note_tasks(who, TODAY) == []
    assert list_appointment_deadlines(who, TODAY, TODAY + _DAY) == []


def test_another_organization_opens_no_appointment(
    club: Club, stranger: Client, plan: Callable[..., Any]
) -> None:
    plan()
    child = reverse("notes:child_appointments", args=[club.enrolled["Ana"].participant_id])
    for address in (_page(), _page("reschedule"), child, f"{child}new/"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(_page("close_appointment"), {"event": "cancel"}).status_code == 404
    assert plan(2, stranger).status_code == 404
    assert [row.state for row in Appointment.objects.all()] == ["planned"]
