"""The attendance of a week or a month by letters: what is typed, corrected, and left to others."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions
from cairn.services.programs.models import AttendanceMark, AttendanceStatus

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
WEDNESDAY, NEXT = TODAY - timedelta(days=5), TODAY + timedelta(days=2)


def grid(club: Club, day: date = TODAY, span: str = "week") -> str:
    return reverse("programs:attendance_grid", args=[club.series.pk, day, span])


def cell(club: Club, child: str, day: date = TODAY) -> str:
    return f"letter-{club.enrolled[child].pk}-{day.isoformat()}"


def seen(club: Club, child: str, day: date = TODAY) -> dict[str, str]:
    mark = AttendanceMark.objects.get(enrollment=club.enrolled[child], day=day, replaced_by=None)
    return {f"seen-{club.enrolled[child].pk}-{day.isoformat()}": str(mark.pk)}


def read(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def list_fields(answer: Any) -> dict[str, str]:
    """What the browser would send back: each letter, and the mark that it shows."""
    fields = re.findall(r'name="((?:letter|seen)-[^"]+)" value="([^"]*)"', read(answer))
    return dict(fields)


def correct(club: Club, day: date, status: AttendanceStatus) -> None:
    """Another person corrects Ana's attendance."""
    mark = AttendanceMark.objects.get(enrollment=club.enrolled["Ana"], day=day, replaced_by=None)
    entry = actions.AttendanceEntry(status, None, mark.pk)
    club.take(day=day, reason="The family called", Ana=entry)


def read_current(club: Club, child: str, day: date) -> str:
    mark = AttendanceMark.objects.get(enrollment=club.enrolled[child], day=day, replaced_by=None)
    return str(mark.status)


def test_a_week_is_typed_and_sent_twice_changes_nothing(club: Club, tutor: Client) -> None:
    page = read(tutor.get(grid(club)))
    assert cell(club, "Ana") in page
    assert cell(club, "Ana", NEXT) not in page, "the day has not come"
    assert "Nov. 23, 2026" in page
    sent = {cell(club, "Ana"): "p", cell(club, "Ben"): "A", cell(club, "Cleo"): ""}
    for expected in ("2 entries saved", "Nothing to save"):
        assert expected in read(tutor.post(grid(club), sent, follow=True))
    marks = AttendanceMark.objects.order_by("enrollment")
    assert list(marks.values_list("status", "minutes")) == [("present", 120), ("absent", 0)]


def test_a_month_corrects_earlier_days_for_a_reason(club: Club, tutor: Client) -> None:
    club.take(day=WEDNESDAY, Ana=AttendanceStatus.PRESENT)
    month = grid(club, span="month")
    page = read(tutor.get(month))
    assert cell(club, "Ana", WEDNESDAY) in page
    assert reverse("programs:attendance", args=[club.series.pk, WEDNESDAY]) in page
    sent = {cell(club, "Ana", WEDNESDAY): "E"} | seen(club, "Ana", WEDNESDAY)
    refused = tutor.post(month, sent)
    assert refused.status_code == 422
    assert "Say why you correct" in read(refused)
    assert tutor.post(month, sent | {"reason": "A note came"}).status_code == 302
    current = AttendanceMark.objects.get(replaced_by=None)
    assert (current.status, current.reason) == ("excused", "A note came")
    assert "none of the letters" in read(tutor.post(month, {cell(club, "Ben"): "Q"}))


def test_what_another_person_recorded_is_kept_and_the_rest_is_saved(
    club: Club, tutor: Client
) -> None:
    club.take(Ana=AttendanceStatus.LATE)
    actions.cancel_session(series=club.series, day=WEDNESDAY, reason="Snow", by=club.tutor, at=NOW)
    assert cell(club, "Ana", WEDNESDAY) not in read(tutor.get(grid(club, WEDNESDAY)))
    answer = tutor.post(grid(club), {cell(club, "Ana"): "A", cell(club, "Ben"): "P"})
    assert answer.status_code == 422
    assert "recorded late in the meantime" in read(answer)
    assert set(AttendanceMark.objects.values_list("status", flat=True)) == {"late", "present"}


@pytest.mark.parametrize("obstacle", ["typo", "no reason"])
def test_a_page_that_is_shown_again_overwrites_no_correction_made_in_the_meantime(
    club: Club, tutor: Client, obstacle: str
) -> None:
    club.take(day=WEDNESDAY, Ana=AttendanceStatus.PRESENT)
    club.take(day=WEDNESDAY, Ben=AttendanceStatus.PRESENT)
    page = grid(club, WEDNESDAY)
    ana, ben = (cell(club, child, WEDNESDAY) for child in ("Ana", "Ben"))
    sent = list_fields(tutor.get(page)) | {ana: "L"}
    correct(club, WEDNESDAY, AttendanceStatus.ABSENT)
    sent |= {ben: "Q"} if obstacle == "typo" else {ben: "E"}
    again = tutor.post(page, sent)
    assert again.status_code == 422
    assert "in the meantime" not in read(again)
    fixed = list_fields(again) | {ben: "E", "reason": "A note came"}
    answer = tutor.post(page, fixed)
    assert answer.status_code == 422
    assert "recorded absent in the meantime" in read(answer)
    assert read_current(club, "Ana", WEDNESDAY) == "absent"
    assert read_current(club, "Ben", WEDNESDAY) == "excused"
    # The page shows the record then, and whoever saw it may still correct it.
    shown = list_fields(answer)
    assert shown[ana] == "A"
    assert tutor.post(page, shown | {ana: "L", "reason": "I saw it"}).status_code == 302
    assert read_current(club, "Ana", WEDNESDAY) == "late"


def test_a_cell_that_was_not_touched_is_no_correction(club: Club, tutor: Client) -> None:
    club.take(day=WEDNESDAY, Ana=AttendanceStatus.PRESENT)
    page = grid(club, WEDNESDAY)
    sent = list_fields(tutor.get(page))
    correct(club, WEDNESDAY, AttendanceStatus.ABSENT)
    saved = tutor.post(page, sent | {cell(club, "Ben", WEDNESDAY): "P"}, follow=True)
    assert "1 entry saved" in read(saved)
    assert read_current(club, "Ana", WEDNESDAY) == "absent"
    typo = tutor.post(page, sent | {cell(club, "Cleo", WEDNESDAY): "Q"})
    assert list_fields(typo)[cell(club, "Ana", WEDNESDAY)] == "A", "it shows the record"
    other = club.enrolled["Ben"].pk
    for unknown in ("9" * 30, "x", str(AttendanceMark.objects.get(enrollment=other).pk)):
        sent |= {f"seen-{club.enrolled['Ana'].pk}-{WEDNESDAY}": unknown}
        assert "recorded absent in the meantime" in read(tutor.post(page, sent))


def test_a_day_that_is_shown_again_overwrites_no_correction_made_in_the_meantime(
    club: Club, tutor: Client
) -> None:
    club.take(day=WEDNESDAY, Ana=AttendanceStatus.PRESENT)
    page = reverse("programs:attendance", args=[club.series.pk, WEDNESDAY])
    ana, ben = (club.enrolled[child].pk for child in ("Ana", "Ben"))
    sent = list_fields(tutor.get(page)) | {f"status-{ana}": "excused"}
    correct(club, WEDNESDAY, AttendanceStatus.ABSENT)
    again = tutor.post(page, sent | {f"status-{ben}": "late", f"minutes-{ben}": "many"})
    assert again.status_code == 422
    fixed = sent | list_fields(again) | {f"status-{ben}": "present", "reason": "A note came"}
    assert tutor.post(page, fixed).status_code == 409
    assert read_current(club, "Ana", WEDNESDAY) == "absent"
    assert read_current(club, "Ben", WEDNESDAY) == "present"


def test_others_open_no_grid(
    club: Club, tutor: Client, person: Callable[..., User], browser: Callable[..., Client]
) -> None:
    kind = OrganizationKind.COMMUNITY_PROGRAM
    stranger = browser(person(Role.PROGRAM_STAFF, at="oak", kind=kind))
    assert stranger.get(grid(club)).status_code == 404
    assert tutor.get(grid(club, span="year")).status_code == 404
    empty = read(tutor.get(grid(club, date(2026, 8, 3))))
    assert "No session with a child in this time" in empty
