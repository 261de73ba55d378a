"""A tutor's days on a laptop: roster, walk-in, sign-out, a correction, the week, hours, an end; and
25 children signed in by keyboard and by thumb, in presses and seconds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from time import monotonic
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import ViewportSize, expect
from tests.journeys.visitor import DESK, PHONE, Visitor
from tests.services.programs.reading_club import PLAN, Club, make_club

from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.actions import (
    change_participant_details,
    create_session_series,
    enroll_participant,
)
from cairn.services.programs.models import AttendanceMark, SessionSeries
from cairn.services.programs.participant_identity import (
    ParticipantDetails,
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
    tutor.follow("Pick-up and sign-out")
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


ROSTER = 25
PER_KEY, PER_TAP, PER_DECISION = 0.2, 1.3, 1.35
"""Seconds of a person for each key (55 words a minute), for each tap with pointing, and for each
child who is not simply present: the keystroke-level model of Card, Moran and Newell (1980)."""
LETTERS = (*("p" * 10), "a", *("p" * 6), "e", *("p" * 5), "l", "4", "5", "p")
EXCEPTIONS = 3
_COUNT_PRESSES = """window.presses = 0;
for (const kind of ["keydown", "pointerdown"])
  addEventListener(kind, event => { if (event.isTrusted) window.presses += 1; }, true);"""


def fill_roster(series: SessionSeries, user: User) -> None:
    """25 children of one group."""
    for number in range(ROSTER):
        enroll_participant(
            series=series,
            participant=None,
            details=ParticipantDetails(f"Child {number}", f"Family {number:02d}"),
            starts=series.first_day,
            by=user,
            at=timezone.now(),
        )


def open_roster(tutor: Visitor, series: SessionSeries, day: date, size: ViewportSize) -> float:
    """Open the page of a day at a size, and count presses; return the seconds until it is there."""
    tutor.page.set_viewport_size(size)
    started = monotonic()
    tutor.page.goto(reverse("programs:attendance", args=[series.pk, day]))
    tutor.page.evaluate(_COUNT_PRESSES)
    return monotonic() - started


def save_roster(tutor: Visitor, opening: float, per_press: float) -> tuple[int, float]:
    """Send the page; return the presses, and the seconds of the page and of the person."""
    presses = tutor.page.evaluate("window.presses") + 1
    started = monotonic()
    with tutor.page.expect_navigation():
        tutor.page.get_by_role("button", name="Save", exact=True).press("Enter")
    tutor.sees(f"Saved: {ROSTER} children recorded.")
    person = presses * per_press + EXCEPTIONS * PER_DECISION
    return presses, opening + person + monotonic() - started


def sign_in_a_full_roster(tutor: Visitor, series: SessionSeries) -> None:
    """Today by keyboard on a laptop in 20 seconds, yesterday by thumb on a phone in 60."""
    today = timezone.localdate()
    opening = open_roster(tutor, series, today, DESK)
    tutor.tab_to(tutor.page.get_by_role("radio", name="Present").first)
    for letter in LETTERS:
        tutor.page.keyboard.press(letter)
    tutor.tab_to(tutor.page.get_by_role("button", name="Save", exact=True))
    presses, seconds = save_roster(tutor, opening, PER_KEY)
    assert presses <= ROSTER + 15, "beside a letter for each child and the minutes of one"
    assert seconds < 20, f"{seconds:.1f} seconds by keyboard"

    opening = open_roster(tutor, series, today - timedelta(days=1), PHONE)
    for number, words in enumerate(["Present"] * (ROSTER - EXCEPTIONS) + ["Absent"] * EXCEPTIONS):
        tutor.page.locator("ol.roster li").nth(number).locator("label", has_text=words).click()
    presses, seconds = save_roster(tutor, opening, PER_TAP)
    assert presses == ROSTER + 1, "a tap for each child, and Save"
    assert seconds < 60, f"{seconds:.1f} seconds by thumb"
    marks = AttendanceMark.objects.filter(enrollment__series=series)
    assert marks.count() == 2 * ROSTER
    marks.delete()


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
    full = create_session_series(
        program=club.series.program,
        plan=replace(plan, name="Grades 3 to 5", capacity=None),
        by=user,
        at=timezone.now(),
    )
    fill_roster(full, user)
    sign_in_a_full_roster(tutor, full)
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

    # A walk-in, who is there and needs no mark of its own.
    tutor.follow("Add a walk-in")
    tutor.type_into(page.get_by_label("First name"), "Dee")
    tutor.type_into(page.get_by_label("Last name"), "Moss")
    tutor.press("Enroll")
    tutor.sees("Child enrolled, and recorded as present.", "4 of 4 recorded", "Dee Moss")

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

    # The director's page: own attendance, and school outcomes once a release shows them.
    tutor.open("programs:results", club.series.program.pk)
    tutor.sees("children in 20", "No school outcome is published by this program")
    tutor.page.go_back()

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
