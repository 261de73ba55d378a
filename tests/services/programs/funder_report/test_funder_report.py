"""A program downloads its report to a funder, and a version that anyone may read."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.governance.partners.facts import load_actor
from cairn.platform.audit.models import AuditLine
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.funder_report import report_queries
from cairn.services.programs.funder_report.actions import record_published_report
from cairn.services.programs.models import AttendanceMark, Program, SessionSeries
from cairn.services.programs.models import AttendanceStatus as S

pytestmark = pytest.mark.django_db(databases=["default", "identities"])
_PERIOD = {"first": "2026-09-01", "last": TODAY.isoformat()}


def _text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def _download(client: Client, club: Club, **sent: str) -> Any:
    address = reverse("programs:funder_report_file", args=[club.series.program_id])
    return client.post(address, _PERIOD | {"version": "funder", "file_format": "csv"} | sent)


def test_the_page_and_its_empty_and_wrong_periods(club: Club, tutor: Client) -> None:
    address = reverse("programs:funder_report", args=[club.series.program_id])
    assert "No attendance in these days" in _text(tutor.get(address))
    club.take(Ana=S.PRESENT, Ben=S.LATE, Cleo=S.ABSENT)
    shown = _text(tutor.get(address))
    assert "2 children attended from July 1, 2026 to Nov. 23, 2026" in shown
    assert "(small group)" in shown
    assert "Reyes" not in shown
    ahead = tutor.get(address, {"first": "2026-09-01", "last": "2027-06-01"})
    assert ahead.status_code == 422
    assert "no day ahead" in _text(ahead)
    program = _text(tutor.get(reverse("programs:detail", args=[club.series.program_id])))
    assert "2 children, 1 sessions, 4 hours of all children together" in program
    assert "67% attendance; 0% of the children reached 45 hours" in program


def test_the_files(club: Club, tutor: Client) -> None:
    SessionSeries.objects.update(name="=2+5")
    Program.objects.update(name="@club")
    club.take(Ana=S.PRESENT, Ben=S.LATE)
    lines = _download(tutor, club).content.decode("utf-8-sig")
    assert "Children by hours,less than 15 hours,2,fewer than 10 children" in lines
    assert "Children by grade,not recorded,2,fewer than 10 children" in lines
    assert 'Hours of all children,"\'=2+5, Maple Library",4.0,' in lines
    assert "'@club" in lines
    assert "Reyes" not in lines
    book = CalamineWorkbook.from_filelike(
        BytesIO(_download(tutor, club, file_format="xlsx").content)
    )
    assert book.sheet_names == ["Report", "Units of service"]
    units = book.get_sheet_by_name("Units of service").to_python()
    assert units[1] == ["'=2+5, Maple Library", 1.0, 2.0, 4.0, ""]
    made = AuditLine.objects.filter(event="program.funder_report_made")
    detail = _PERIOD | {"bands": "15, 45, 90, 180, 270"}
    assert [line.detail for line in made] == [detail, detail]


def test_the_version_for_publication(club: Club, tutor: Client) -> None:
    club.take(Ana=S.PRESENT, Ben=S.LATE)
    page = reverse("programs:funder_report", args=[club.series.program_id])
    early = _text(tutor.get(page))
    assert "Choose July 1 to June 30 of a school year that has ended" in early
    assert 'value="public"' not in early
    assert _download(tutor, club, version="public").status_code == 403
    assert not AuditLine.objects.filter(event="program.report_published").exists()
    year = {"first": "2025-07-01", "last": "2026-06-30"}
    AttendanceMark.objects.update(day=date(2026, 3, 2))
    assert 'value="public"' in _text(tutor.get(page, year))
    lines = _download(tutor, club, version="public", **year).content.decode("utf-8-sig")
    assert 'Children,"All, each once",,suppressed' in lines
    assert "Children by hours,less than 15 hours,,suppressed" in lines
    assert "Hours of all children" not in lines
    assert "Days of attendance" not in lines
    assert "Days,Days with a session,,suppressed" in lines
    assert 'Sessions,"Grades 1 and 2, Maple Library",,suppressed' in lines
    assert 'Hours,"Grades 1 and 2, Maple Library",,suppressed' in lines
    assert AuditLine.objects.filter(event="program.report_published").count() == 1


def test_another_organization_gets_no_file(
    club: Club, tutor: Client, browser: Callable[..., Client]
) -> None:
    other = browser(Role.STEWARD, at="birch", kind=OrganizationKind.COMMUNITY_PROGRAM)
    assert _download(other, club).status_code == 404
    assert _download(tutor, club, first="").status_code == 422
    assert _download(tutor, club, last="2027-06-01").status_code == 403
    assert not AuditLine.objects.filter(event="program.funder_report_made").exists()


def test_changed_bands_change_no_published_report(club: Club, tutor: Client) -> None:
    club.take(Ana=S.PRESENT, Ben=S.LATE)
    AttendanceMark.objects.update(day=date(2026, 3, 2))
    year = {"first": "2025-07-01", "last": "2026-06-30"}
    bands, report = (
        reverse(f"programs:{name}", args=[club.series.program_id])
        for name in ("hour_bands", "funder_report")
    )
    page = _text(tutor.get(bands))
    assert "180 to 269 hours" in page
    seen = {"seen": "15, 45, 90, 180, 270"}
    for wrong in ("45, 15", "ten", "0, 5", "15,,2001"):
        assert tutor.post(bands, seen | {"hours": wrong}).status_code == 422
    _download(tutor, club, version="public", **year)
    assert tutor.post(bands, seen | {"hours": "1, 4"}).status_code == 302
    assert tutor.post(bands, seen | {"hours": "1, 4"}).status_code == 302  # sent twice
    stale = tutor.post(bands, seen | {"hours": "2, 4"})
    assert "Somebody else chose other bands meanwhile" in _text(stale)
    assert "1 to 3 hours" in _text(
        tutor.get(reverse("programs:dosage", args=[club.series.program_id]), year)
    )
    shown = _text(tutor.get(report, year))
    assert '<th scope="row">1 to 3 hours</th>' in shown
    assert "with bands from 15, 45, 90, 180, 270 hours" in shown
    exact, again = (
        _download(tutor, club, version=version, **year).content.decode("utf-8-sig")
        for version in ("funder", "public")
    )
    assert "Children by hours,1 to 3 hours,2," in exact
    assert "Children by hours,less than 15 hours,,suppressed" in again
    assert "1 to 3 hours" not in again
    lines = AuditLine.objects.filter(event="program.report_published")
    assert {line.detail["bands"] for line in lines} == {"15, 45, 90, 180, 270"}
    assert tutor.post(bands, {"seen": "1, 4", "hours": ""}).status_code == 302
    assert Program.objects.get(pk=club.series.program_id).band_hours == []


def test_two_versions_with_different_bands_never_both_leave(club: Club) -> None:
    program = Program.objects.get(pk=club.series.program_id)
    days = (date(2025, 7, 1), date(2026, 6, 30))
    club.take(Ana=S.PRESENT)
    AttendanceMark.objects.update(day=date(2026, 3, 2))
    program.band_hours = [1, 4]
    given = {"who": load_actor(club.tutor), "on": TODAY, "first": days[0], "last": days[1]}
    late = report_queries.load_program_report(program, **given, for_publication=True)
    program.band_hours = []
    first = report_queries.load_program_report(program, **given, for_publication=True)
    for report in (first, late):
        made = report_queries.suppress_report(report)
        if report is late:
            with pytest.raises(ProgramConflict, match="Download it again"):
                record_published_report(report=made, by=club.tutor, at=NOW)
        else:
            record_published_report(report=made, by=club.tutor, at=NOW)
