"""The attendance of a week or a month by letters: what is typed, corrected, and left to others."""

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


def test_others_open_no_grid(
    club: Club, tutor: Client, person: Callable[..., User], browser: Callable[..., Client]
) -> None:
    kind = OrganizationKind.COMMUNITY_PROGRAM
    stranger = browser(person(Role.PROGRAM_STAFF, at="oak", kind=kind))
    assert stranger.get(grid(club)).status_code == 404
    assert tutor.get(grid(club, span="year")).status_code == 404
    empty = read(tutor.get(grid(club, date(2026, 8, 3))))
    assert "No session with a child in this time" in empty
