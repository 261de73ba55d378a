"""Contacts with a family: proposed channel and language, last reached, follow-up, the group."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.confirmation_page import check_asks_first
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.governance.partners.facts import load_actor
from cairn.platform.audit.models import AuditLine
from cairn.services.notes.appointment_queries import list_note_tasks
from cairn.services.notes.models import FamilyContact, NoteText
from cairn.services.programs import actions
from cairn.services.programs.participant_identity import (
    compute_details_digest,
    load_participant_details,
)

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

CONTACT = {
    "day": TODAY.isoformat(),
    "channel": "call",
    "outcome": "reached",
    "adult": "Rosa Reyes",
    "language": "Spanish",
    "summary": "Asked about the spring term",
}
_DAY = timedelta(days=1)


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def page(club: Club) -> str:
    """The contacts of Ana, whose family prefers text messages in Spanish."""
    ana = club.enrolled["Ana"].participant
    before = load_participant_details([ana])[ana.key]
    actions.change_participant_details(
        participant=ana,
        details=replace(before, guardian="Rosa Reyes", channel="text", language="Spanish"),
        seen=compute_details_digest(before),
        by=club.tutor,
        at=NOW,
    )
    return reverse("notes:contacts", args=[ana.pk])


def _record(client: Client, page: str, number: int = 1, **changes: str) -> Any:
    sent = CONTACT | {"key": f"{number:032x}"} | changes
    return client.post(f"{page}new/", sent, follow=True)


def test_a_contact_is_recorded_once_and_encrypted(club: Club, tutor: Client, page: str) -> None:
    shown = _text(tutor.get(page))
    assert "Text message, Spanish" in shown
    assert "Never" in shown
    form = _text(tutor.get(f"{page}new/"))
    assert '<option value="text" selected>' in form
    assert 'value="Spanish"' in form
    for _ in range(2):
        assert "Contact saved." in _text(_record(tutor, page))
    for change in ({"summary": "Another"}, {"outcome": "no_answer"}):
        assert "saved before with other entries" in _text(_record(tutor, page, **change))
    row = FamilyContact.objects.get()
    assert (row.recorded_by, row.recorded_at, row.day) == (club.tutor, NOW, TODAY)
    assert b"spring" not in bytes(NoteText.objects.get(key=row.key).sealed)
    assert AuditLine.objects.filter(event="family_contact.recorded")[0].detail == {
        "outcome": "reached"
    }
    shown = _text(tutor.get(page))
    assert "Nov. 23, 2026, phone call" in shown
    assert "Asked about the spring term" in shown


def test_another_adult_is_named(tutor: Client, page: str) -> None:
    assert _record(tutor, page, adult="other").status_code == 422
    answer = _record(tutor, page, adult="other", other_adult="Maja Lind")
    assert "Maja Lind" in _text(answer)
    assert _record(tutor, page, 2, adult="Nobody of the list").status_code == 422
    assert _record(tutor, page, 2, follow_up_on=TODAY.isoformat()).status_code == 422
    assert "has not come" in _text(_record(tutor, page, 2, day="2026-11-24"))
    assert FamilyContact.objects.count() == 1


def test_a_follow_up_is_a_task_until_the_next_contact(club: Club, tutor: Client, page: str) -> None:
    due = TODAY + 7 * _DAY
    _record(tutor, page, outcome="no_answer", follow_up_on=due.isoformat())
    who = load_actor(club.tutor)
    assert list_note_tasks(who, due - _DAY) == []
    (task,) = list_note_tasks(who, due)
    assert (task.count, task.due, task.title) == (1, due, "family to follow up with")
    assert "Ana" not in repr(task)
    assert task.keys == (f"family_contact.follow_up:{FamilyContact.objects.get().pk}",)
    _record(tutor, page, 2)
    assert list_note_tasks(who, due) == []
    # A next contact that was a mistake brings the follow-up back.
    tutor.post(
        reverse("notes:withdraw_contact", args=[FamilyContact.objects.latest("pk").pk]),
        {"reason": "duplicate"},
    )
    assert len(list_note_tasks(who, due)) == 1


def test_a_contact_is_taken_back_by_its_author(tutor: Client, colleague: Client, page: str) -> None:
    _record(tutor, page)
    address = reverse("notes:withdraw_contact", args=[FamilyContact.objects.get().pk])
    assert "Take back</a>" not in _text(colleague.get(page))
    assert colleague.post(address, {"reason": "wrong"}).status_code == 403
    check_asks_first(tutor, address, "Take back the contact of Nov. 23, 2026")
    assert "Contact taken back." in _text(tutor.post(address, {"reason": "wrong"}, follow=True))
    assert "taken back already" in _text(tutor.post(address, {"reason": "wrong"}))
    assert "No contact recorded" in _text(tutor.get(page))
    assert FamilyContact.objects.count() == 1


def test_families_of_a_group_who_were_not_reached(club: Club, tutor: Client, page: str) -> None:
    ben = reverse("notes:contacts", args=[club.enrolled["Ben"].participant_id])
    _record(tutor, page, 1, day=(TODAY - 40 * _DAY).isoformat())
    _record(tutor, page, 2, outcome="left_message")
    _record(tutor, ben, 3, adult="other", other_adult="Ada Okafor")
    group = reverse("notes:group_contacts", args=[club.series.pk])
    shown = _text(tutor.get(group))
    assert "2 of 3 families were not reached in the last 30 days" in shown
    assert shown.index("Adams, Cleo") < shown.index("Reyes, Ana"), "never reached comes first"
    assert "Okafor, Ben" not in shown
    assert "Text message" in shown
    assert "Okafor, Ben" not in _text(tutor.get(group, {"days": "0"}))
    wider = _text(tutor.get(group, {"days": "60"}))
    assert "1 of 3 families" in wider
    assert "Reyes, Ana" not in wider
    assert "last 30 days" in _text(tutor.get(group, {"days": "-3"}))


def test_another_organization_sees_no_contact(
    club: Club, tutor: Client, stranger: Client, page: str
) -> None:
    _record(tutor, page)
    group = reverse("notes:group_contacts", args=[club.series.pk])
    withdrawal = reverse("notes:withdraw_contact", args=[FamilyContact.objects.get().pk])
    for address in (page, f"{page}new/", group, withdrawal):
        assert stranger.get(address).status_code == 404
    assert stranger.post(withdrawal, {"reason": "wrong"}).status_code == 404
    assert _record(stranger, page, 5).status_code == 404
    assert FamilyContact.objects.filter(withdrawn_at=None).count() == 1
