"""A tutor's day on a laptop: the roster by letters, a walk-in, a correction, the hours, an end."""

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
from cairn.services.programs.models import AttendanceMark

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "identities"]),
]


def test_a_tutors_day(visitor: Callable[..., Visitor], person: Callable[..., Any]) -> None:
    user = person(Role.PROGRAM_STAFF, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    today = timezone.localdate()
    plan = replace(
        PLAN,
        weekdays=tuple(range(7)),
        first_day=today - timedelta(days=30),
        last_day=today + timedelta(days=30),
    )
    make_club(user, plan, timezone.now())
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
    tutor.follow("Adams, Cleo")
    tutor.sees("Attended 1 of 2 recorded sessions, 2.0 hours.")
    tutor.unfold("3 attendance marks")
    tutor.sees("Cleo was ill", "(corrected)")
    tutor.follow("End")
    tutor.pick(page.get_by_label("Why it ended"), "moved")
    tutor.press("End the enrollment")
    tutor.sees("Enrollment ended.")
    assert AttendanceMark.objects.filter(replaced_by__isnull=True).count() == 7
