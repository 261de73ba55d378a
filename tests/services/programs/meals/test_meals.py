"""Meals are counted while they are served: no more than children present, one of each kind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs import actions
from cairn.services.programs.models import AttendanceStatus as S
from cairn.services.programs.models import MealCount

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def page(club: Club, tutor: Client) -> str:
    """The page of meals of today's session, at which two of three children are."""
    club.take(Ana=S.PRESENT, Ben=S.LATE, Cleo=S.ABSENT)
    return reverse("programs:meals", args=[club.series.pk, TODAY.isoformat()])


def _count(client: Client, page: str, meal: str, served: object = "", **sent: Any) -> Any:
    shown = client.get(page).context["form"].initial["seen"]
    return client.post(page, {"meal": meal, "served": served, "seen": shown} | sent, follow=True)


def test_a_number_and_marks(club: Club, tutor: Client, page: str) -> None:
    assert "2 children are recorded as present" in _text(tutor.get(page))
    assert "Saved." in _text(_count(tutor, page, "snack", 2))
    ana = club.enrolled["Ana"].pk
    assert "Saved." in _text(_count(tutor, page, "supper", children=[ana]))
    rows = {row.meal: (row.served, row.children) for row in MealCount.objects.all()}
    assert rows == {"snack": (2, []), "supper": (1, [ana])}
    wrong = _count(tutor, page, "supper", 2, children=[ana])
    assert "not that of the marked children" in _text(wrong)
    assert "Enter how many" in _text(_count(tutor, page, "lunch"))
    (line, _) = AuditLine.objects.filter(event="program.meal_counted")
    assert line.detail == {"day": "2026-11-23", "meal": "snack", "served": 2}


def test_more_than_present_and_more_than_the_limit(club: Club, tutor: Client, page: str) -> None:
    answer = _count(tutor, page, "snack", 3)
    assert answer.status_code == 422
    assert "3 children cannot have been served: 2 are recorded as present" in _text(answer)
    assert "more than one meal" not in _text(_count(tutor, page, "lunch", 1))
    assert "more than one meal" not in _text(_count(tutor, page, "supper", 1))
    # A child care center claims two meals and a snack: it is recorded, with a notice.
    answer = _text(_count(tutor, page, "supper", 2))
    assert "Saved." in answer
    assert "1 child had more than one meal" in answer
    assert MealCount.objects.filter(meal="supper", served=2).exists()
    cleo = club.enrolled["Cleo"].pk
    assert _count(tutor, page, "snack", children=[cleo]).status_code == 422
    assert not MealCount.objects.filter(meal="snack").exists()


def test_two_meals_in_two_groups_are_noticed(club: Club, tutor: Client, page: str) -> None:
    series = actions.create_session_series(
        program=club.series.program,
        plan=actions.SeriesPlan(
            "Gym", "Chess", (0,), NOW.time(), NOW.time().replace(hour=17), TODAY
        ),
        by=club.tutor,
        at=NOW,
    )
    ana = club.enrolled["Ana"]
    second = actions.enroll_participant(
        series=series,
        participant=ana.participant,
        details=None,
        starts=TODAY,
        by=club.tutor,
        at=NOW,
    )
    actions.record_session_attendance(
        series=series,
        day=TODAY,
        entries={second.pk: actions.AttendanceEntry(S.PRESENT)},
        reason="",
        by=club.tutor,
        at=NOW,
    )
    _count(tutor, page, "supper", children=[ana.pk])
    other = reverse("programs:meals", args=[series.pk, TODAY.isoformat()])
    assert "more than one" not in _text(_count(tutor, other, "snack", children=[second.pk]))
    assert "more than one meal" in _text(_count(tutor, other, "lunch", children=[second.pk]))


def test_sent_twice_and_by_two_people(club: Club, tutor: Client, page: str) -> None:
    for _ in range(2):
        _count(tutor, page, "snack", 2)
    assert MealCount.objects.count() == 1
    stale = tutor.post(page, {"meal": "snack", "served": 1, "seen": ""})
    assert "Someone else counted this meal" in _text(stale)
    assert "Saved." in _text(_count(tutor, page, "snack", 1))
    assert "<del>2</del> 1" in _text(tutor.get(page))


def test_after_the_day_a_reason_is_needed(club: Club, tutor: Client) -> None:
    day = TODAY - timedelta(days=7)
    club.take(day, Ana=S.PRESENT)
    page = reverse("programs:meals", args=[club.series.pk, day.isoformat()])
    assert "Say why" in _text(_count(tutor, page, "snack", 1))
    assert "Saved." in _text(_count(tutor, page, "snack", 1, reason="late"))
    # A reason is one of a list: a text could name a child.
    text = _count(tutor, page, "snack", 0, reason="Ana was sick")
    assert text.status_code == 422
    assert MealCount.objects.get().reason == "late"
    assert "Saved." in _text(_count(tutor, page, "snack", 0, reason="wrong"))
    assert "<del>1</del> 0, Counted wrong" in _text(tutor.get(page))
    ahead = reverse("programs:meals", args=[club.series.pk, "2026-11-30"])
    assert "No child is recorded as present" in _text(tutor.get(ahead))
    assert tutor.post(ahead, {"meal": "snack", "served": 0}).status_code == 422


def test_the_sheet_of_a_month(club: Club, tutor: Client, page: str) -> None:
    sheet = reverse("programs:meal_month", args=[club.series.program_id])
    assert "No meal was counted in this month" in _text(tutor.get(sheet))
    _count(tutor, page, "snack", 2)
    assert "Meals, November 2026" in _text(tutor.get(sheet))
    lines = tutor.get(sheet, {"month": "2026-11", "file": "csv"}).content.decode("utf-8-sig")
    assert lines.split() == ["day,present,breakfast,lunch,snack,supper", "2026-11-23,2,,,2,"]
    assert "No meal was counted" in _text(tutor.get(sheet, {"month": "2026-12"}))
    mark = club.enrolled["Ben"].attendance_marks.get().pk
    club.take(Ben=actions.AttendanceEntry(S.ABSENT, seen=mark))
    assert "correct the meals" in _text(tutor.get(sheet))


def test_a_meal_is_set_to_zero_when_nobody_is_present_any_more(
    club: Club, tutor: Client, page: str
) -> None:
    _count(tutor, page, "snack", 2)
    for name in ("Ana", "Ben"):
        mark = club.enrolled[name].attendance_marks.get().pk
        club.take(**{name: actions.AttendanceEntry(S.ABSENT, seen=mark)})
    assert "Save the count" in _text(tutor.get(page))
    assert "Saved." in _text(_count(tutor, page, "snack", 0))


def test_a_cancelled_session_is_not_in_the_sheet_of_a_month(
    club: Club, tutor: Client, page: str
) -> None:
    _count(tutor, page, "snack", 2)
    actions.cancel_session(series=club.series, day=TODAY, reason="Storm", by=club.tutor, at=NOW)
    sheet = reverse("programs:meal_month", args=[club.series.program_id])
    page = _text(tutor.get(sheet, {"month": "2026-11"}))
    assert "No meal was counted" in page
    assert "7 CFR 226.17a" in page, "an empty page of data has a source too"


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "0000-01", "x"])
def test_the_sheet_of_any_month(month: str, club: Club, tutor: Client) -> None:
    sheet = reverse("programs:meal_month", args=[club.series.program_id])
    assert tutor.get(sheet, {"month": month}).status_code == 200


def test_another_organization_counts_nothing(
    club: Club, tutor: Client, page: str, browser: Callable[..., Client]
) -> None:
    other = browser(Role.PROGRAM_STAFF, at="oak", kind=OrganizationKind.COMMUNITY_PROGRAM)
    assert other.post(page, {"meal": "snack", "served": 1}).status_code == 404
    sheet = reverse("programs:meal_month", args=[club.series.program_id])
    assert other.get(sheet, {"file": "csv"}).status_code == 404
    assert not MealCount.objects.exists()
