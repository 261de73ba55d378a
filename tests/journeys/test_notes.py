"""A tutor's notes: write one, record a call in Spanish, plan an appointment, correct the note."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.visitor import Visitor
from tests.services.programs.reading_club import PLAN, make_club

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.notes.models import NoteVersion

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


def test_notes_of_a_tutor(visitor: Callable[..., Visitor], person: Callable[..., Any]) -> None:
    user = person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    today = timezone.localdate()
    plan = replace(PLAN, first_day=today - timedelta(days=30), last_day=today + timedelta(days=30))
    club = make_club(user, plan, timezone.now())
    tutor = visitor(user)
    page = tutor.page
    tutor.open("programs:participant", club.enrolled["Ana"].participant_id)
    tutor.follow("Notes and contacts")
    tutor.sees("No note that you may read")
    tutor.follow("Write a note")
    tutor.type_into(page.get_by_label("Note", exact=True), "Reads with expression")
    tutor.press("Save note")
    tutor.sees("Note saved.", "Reads with expression")

    tutor.follow("Contacts")
    tutor.follow("Record a contact")
    tutor.pick(page.get_by_label("With whom"), "other")
    tutor.type_into(page.get_by_label("Name, if it was another adult"), "Rosa Reyes")
    tutor.type_into(page.get_by_label("Language used"), "Spanish")
    tutor.press("Save contact")
    tutor.sees("Contact saved.", "Rosa Reyes", "Spanish")

    tutor.follow("Appointments")
    tutor.follow("Plan an appointment")
    tutor.pick(page.get_by_label("With whom"), "other")
    page.get_by_label("Day", exact=True).fill((today + timedelta(days=1)).isoformat())
    page.get_by_label("Time", exact=True).fill("16:00")
    page.get_by_label("Name, if it was another adult").fill("Rosa Reyes")
    page.get_by_label("Place").fill("Library")
    tutor.press("Plan the appointment")
    tutor.sees("Appointment planned.", "Library")
    tutor.open("web:home")
    tutor.sees("appointment today or tomorrow")

    tutor.open("notes:notes", club.enrolled["Ana"].participant_id)
    page.get_by_role("row").nth(1).get_by_role("link").click()
    tutor.follow("Correct")
    tutor.type_into(page.get_by_label("Why you correct it"), "Wrong word")
    tutor.press("Save correction")
    tutor.sees("Correction saved. The earlier text stays on record.")
    assert NoteVersion.objects.count() == 2
