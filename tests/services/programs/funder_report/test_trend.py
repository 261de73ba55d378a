"""A program's page compares this school year with the years before."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.services.programs.reading_club import TODAY, Club

from cairn.governance.partners.facts import load_actor
from cairn.services.programs.funder_report.report_queries import load_result_trend
from cairn.services.programs.models import AttendanceMark, AttendanceStatus

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def test_each_school_year_by_itself_and_the_newest_first(club: Club, tutor: Client) -> None:
    page = reverse("programs:detail", args=[club.series.program_id])
    assert "Compared with the years before" not in tutor.get(page).content.decode()
    club.take(Ana=AttendanceStatus.PRESENT, Ben=AttendanceStatus.ABSENT)
    for years, minutes in ((1, 46 * 60), (2, 30), (3, 30)):
        AttendanceMark.objects.create(
            enrollment=club.enrolled["Cleo"],
            day=TODAY - timedelta(days=365 * years),
            status=AttendanceStatus.PRESENT,
            minutes=minutes,
            recorded_by=club.tutor,
            recorded_at=club.series.created_at,
        )
    trend = load_result_trend(club.series.program, load_actor(club.tutor), TODAY)
    assert [(row.year, row.results.rate, row.results.reached) for row in trend] == [
        ("2026-27", 50, 0),
        ("2025-26", 100, 100),
        ("2024-25", 100, 0),
    ]
    # A year before the test's day in autumn lies in the first half of its school year.
    halves = [(name, half.rate) for row in trend for name, half in row.semesters]
    assert halves == [("2026-27 S1", 50), ("2025-26 S1", 100), ("2024-25 S1", 100)]
    AttendanceMark.objects.create(
        enrollment=club.enrolled["Cleo"],
        day=date(2026, 1, 1),
        status=AttendanceStatus.ABSENT,
        minutes=0,
        recorded_by=club.tutor,
        recorded_at=club.series.created_at,
    )
    AttendanceMark.objects.create(
        enrollment=club.enrolled["Ana"],
        day=date(2026, 6, 30),
        status=AttendanceStatus.PRESENT,
        minutes=60,
        recorded_by=club.tutor,
        recorded_at=club.series.created_at,
    )
    year = load_result_trend(club.series.program, load_actor(club.tutor), TODAY)[1]
    assert [(name, half.children, half.rate) for name, half in year.semesters] == [
        ("2025-26 S2", 1, 50),
        ("2025-26 S1", 1, 100),
    ]
    text = tutor.get(page).content.decode()
    assert "By half year" in text
    assert "2025-26 S2" in text
    assert "School year 2026-27" in text
    assert "Compared with the years before" in text
    assert "2023-24" not in text
