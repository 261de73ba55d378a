"""Read the counts of a report to a funder, and make the version for publication."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q
from django.utils import timezone

from cairn.governance.consents.api import compute_school_year
from cairn.platform.audit.api import AuditLine
from cairn.policy.facts import Actor, FunderReportFact
from cairn.policy.questions import may_report_to_funder, may_view_program_records
from cairn.services.programs import models, queries
from cairn.services.programs.dosage import AttendedSession, HourBands, build_hour_bands
from cairn.services.programs.funder_report import report_counts
from cairn.services.programs.participant_identity import load_participant_details
from cairn.services.programs.record_files import find_school_year_days

__all__ = ["load_result_trend"]

_EARLIER_YEARS: Final = 2


@dataclass(frozen=True, slots=True)
class ProgramReport:
    """A report of one program."""

    program: models.Program
    counts: report_counts.FunderCounts


def build_report_fact(
    program: models.Program, first: date, last: date, smallest_shown: int | None = None
) -> FunderReportFact:
    """Build the facts of a report.

    Args:
        program: the program, with its organization.
        first: first day of the period.
        last: last day of the period.
        smallest_shown: the smallest group of children in a version for publication.

    Returns:
        The facts.
    """
    return FunderReportFact(program.organization.slug, first, last, smallest_shown)


@dataclass(frozen=True, slots=True)
class PublishedReport:
    """That a version of a report for publication left the program.

    Attributes:
        on: the day on which it left.
        first: first day of its period.
        last: last day of its period.
        hour_bands: its bands of hours.
    """

    on: date
    first: date
    last: date
    hour_bands: HourBands


def find_published_report(
    program: models.Program, first: date, last: date
) -> PublishedReport | None:
    """Find the earliest version for publication with days in a period.

    Its bands of hours hold for every further version of these days: two versions with other bands
    could be subtracted from each other, which would single out a small group.

    Args:
        program: the program.
        first: first day of the period.
        last: last day of the period.

    Returns:
        What the audit log says of it; None if none left.
    """
    lines = AuditLine.objects.filter(
        event="program.report_published", subject_kind="program", subject_id=str(program.pk)
    )
    for line in lines.order_by("sequence"):
        days = [date.fromisoformat(str(line.detail[name])) for name in ("first", "last")]
        if days[0] <= last and first <= days[1]:
            hours = [int(hour) for hour in str(line.detail.get("bands", "")).split(", ") if hour]
            return PublishedReport(
                timezone.localdate(line.at), days[0], days[1], build_hour_bands(hours)
            )
    return None


def load_program_report(
    program: models.Program,
    who: Actor,
    on: date,
    first: date,
    last: date,
    *,
    for_publication: bool = False,
) -> ProgramReport:
    """Load the exact counts of a report to a funder.

    Args:
        program: the program.
        who: the policy facts about the user.
        on: the date of the request.
        first: first day of the period.
        last: last day of the period.
        for_publication: whether the version for publication is made of it, with the bands of
            hours of an earlier one of these days.

    Returns:
        The report.

    Raises:
        Refused: the user may not make the report, or not for these days.
    """
    may_report_to_funder(build_report_fact(program, first, last), who, on).require()
    which = Q(enrollment__series__program=program, day__range=(first, last))
    sessions = queries.read_attended_sessions(which)
    rows = models.Participant.objects.in_bulk({session.participant for session in sessions})
    details = load_participant_details(rows.values())
    grades = {number: details[row.key].grade for number, row in rows.items()}
    series = {
        row.pk: report_counts.SeriesLength(str(row), row.minutes) for row in program.series.all()
    }
    marks = models.AttendanceMark.objects.filter(which).order_by()
    staff = marks.values("recorded_by").distinct().count()
    published = find_published_report(program, first, last) if for_publication else None
    bands = published.hour_bands if published else build_hour_bands(program.band_hours)
    counts = report_counts.count_for_funder(sessions, grades, series, (first, last), staff, bands)
    return ProgramReport(program, counts)


@dataclass(frozen=True, slots=True)
class YearResults:
    """How much a program did in a school year, and how well.

    Attributes:
        year: the school year, such as "2025-26".
        results: the results of the year.
        semesters: name and results of each half of the year with recorded attendance, such as
            "2025-26 S1" for July to December.
    """

    year: str
    results: report_counts.ResultStrip
    semesters: tuple[tuple[str, report_counts.ResultStrip], ...]


def load_result_trend(program: models.Program, who: Actor, on: date) -> tuple[YearResults, ...]:
    """Load how much a program did in each of the last school years and how well.

    Args:
        program: the program.
        who: the policy facts about the user.
        on: the date of the request.

    Returns:
        The school years with recorded attendance, the newest first; at most three.

    Raises:
        Refused: the user may not see the records of this program.
    """
    may_view_program_records(program.organization.slug, who, on).require()
    sessions: defaultdict[str, list[AttendedSession]] = defaultdict(list)
    first = find_school_year_days(compute_school_year(on))[0]
    days = (first.replace(year=first.year - _EARLIER_YEARS), on)
    which = Q(enrollment__series__program=program, day__range=days)
    for session in queries.read_attended_sessions(which):
        sessions[compute_school_year(session.day)].append(session)
    return tuple(
        YearResults(year, results, _summarize_semesters(year, sessions[year]))
        for year in sorted(sessions, reverse=True)
        if (results := report_counts.summarize_results(sessions[year])) is not None
    )


def _summarize_semesters(
    year: str, sessions: Collection[AttendedSession]
) -> tuple[tuple[str, report_counts.ResultStrip], ...]:
    """Summarize the halves of a school year, the newer first, as indicators count them."""
    first_half = date(find_school_year_days(year)[0].year, 12, 31)
    halves = {
        f"{year} S2": [session for session in sessions if session.day > first_half],
        f"{year} S1": [session for session in sessions if session.day <= first_half],
    }
    return tuple(
        (name, results)
        for name, held in halves.items()
        if (results := report_counts.summarize_results(held)) is not None
    )


def suppress_report(report: ProgramReport) -> ProgramReport:
    """Make the version of a report for publication.

    Args:
        report: the report with exact counts.

    Returns:
        The report without small groups.
    """
    return ProgramReport(report.program, report_counts.suppress_small_groups(report.counts))


def list_period_presets(today: date, year: str) -> list[tuple[str, date, date]]:
    """List the periods that a funder usually asks for, each cut off at today.

    Args:
        today: the day of the request.
        year: the school year of that day, such as "2026-27".

    Returns:
        Name, first and last day; periods that have not begun are left out.
    """
    first, last = find_school_year_days(year)
    autumn = date(first.year, 9, 1)
    rows = [
        ("year", first, last),
        ("last", first.replace(year=first.year - 1), last.replace(year=last.year - 1)),
        ("school", autumn, date(last.year, 5, 31)),
        ("summer", date(last.year, 6, 1), date(last.year, 8, 31)),
        ("summer", date(first.year, 6, 1), date(first.year, 8, 31)),
    ]
    return [(name, start, min(end, today)) for name, start, end in rows if start <= today]
