"""A tutor's days on a laptop: roster, walk-in, sign-out, a correction, the week, hours, an end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.journeys.visitor import Visitor
from tests.services.programs.reading_club import PLAN, Club, make_club

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.actions import change_participant_details
from cairn.services.programs.models import AttendanceMark
from cairn.services.programs.participant_identity import (
    compute_details_digest,
    load_participant_details,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


def set_guardian(club: Club, child: str, guardian: str) -> None:
    participant = club.enrolled[child].participant
    before = load_participant_details([participant])[participant.key]
    change_participant_details(
        participant=participant,
        details=replace(before, guardian=guardian),
        seen=compute_details_digest(before),
        by=club.tutor,
        at=timezone.now(),
    )


def sign_out_with_a_finger(tutor: Visitor) -> None:
    """Ben's father comes, and draws his signature."""
    tutor.follow("Sign children out")
    tutor.unfold("Ben Okafor")
    child = tutor.page.locator("details", has_text="Ben Okafor")
    tutor.choose(child.get_by_role("radio", name="Sam Okafor"))
    pad = child.get_by_role("img", name="Signature of the adult")
    pad.scroll_into_view_if_needed()
    area = pad.bounding_box()
    assert area is not None
    finger = tutor.page.mouse
    finger.move(area["x"] + 30, area["y"] + 80)
    finger.down()
    finger.move(area["x"] + 90, area["y"] + 20, steps=4)
    finger.up()
    tutor.enter(child.get_by_role("button", name="Sign the child out"))
    tutor.sees("Ben Okafor is signed out.", "with Sam Okafor")
    expect(tutor.page.get_by_role("img", name="Signature of Sam Okafor")).to_be_visible()
    tutor.follow("Attendance")


def test_a_tutors_day(  # noqa: PLR0915 - one day after another
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
    club = make_club(user, plan, timezone.now())
    set_guardian(club, "Ben", "Sam Okafor")
    tutor = visitor(user)
    tutor.open("programs:list")
    tutor.sees("0 of 3 recorded")
    tutor.follow("Take attendance")
    page = tutor.page
    keys_before = tutor.clicks
    tutor.tab_to(page.get_by_role("radio", name="Present").first)
    for key in ("p", "l", "4", "5", "a"):  # Cleo present, Ben 45 minutes, Ana absent
        page.keyboard.press(key)
    tutor.press("Save")
    assert tutor.clicks - keys_before == 1, "more than one press beside the letters"
    tutor.sees("Saved: 3 children recorded.", "3 of 3 recorded")

    # A walk-in, who is then the only one without a mark: the rest of the roster at once.
    tutor.follow("Add a walk-in")
    tutor.type_into(page.get_by_label("First name"), "Dee")
    tutor.type_into(page.get_by_label("Last name"), "Moss")
    tutor.press("Enroll")
    tutor.sees("3 of 4 recorded", "Dee Moss")
    tutor.press("Others present, save")
    tutor.sees("Saved: 1 child recorded.")

    sign_out_with_a_finger(tutor)

    # Yesterday was forgotten, and is then corrected with a reason.
    tutor.follow("Session before")
    tutor.press("Others present, save")
    tutor.sees("Saved: 3 children recorded.")
    tutor.choose(page.get_by_role("radio", name="Absent").first)
    tutor.press("Save")
    tutor.sees("Nothing was saved", "Say why you correct")
    tutor.type_into(page.get_by_label("Reason for a correction"), "Cleo was ill")
    tutor.press("Save")
    tutor.sees("Saved: 1 corrected.")

    tutor.follow("Sheet to print")
    tutor.sees("Adams, Cleo")
    tutor.follow("Grades 1 and 2")

    # The week by letters: Ana's mother has called.
    tutor.follow("Week and month")
    letter = page.locator(f'input[name="letter-{club.enrolled["Ana"].pk}-{today}"]')
    assert letter.input_value() == "A"
    tutor.type_into(letter, "e")
    tutor.press("Save")
    tutor.sees("1 entry saved.")
    assert letter.input_value() == "E"
    tutor.follow("Grades 1 and 2")

    tutor.follow("Adams, Cleo")
    tutor.sees("Attended 1 of 2 recorded sessions, 2.0 hours.")
    tutor.unfold("3 attendance marks")
    tutor.sees("Cleo was ill", "(corrected)")
    tutor.follow("End")
    tutor.pick(page.get_by_label("Why it ended"), "moved")
    tutor.press("End the enrollment")
    tutor.sees("Enrollment ended.")
    assert AttendanceMark.objects.filter(replaced_by__isnull=True).count() == 7
