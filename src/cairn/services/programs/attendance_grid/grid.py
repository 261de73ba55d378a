"""Lay out and read the attendance of a group over a week or a month, one letter for a session."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action
from cairn.services.programs import models, queries
from cairn.services.programs.actions import AttendanceEntry
from cairn.services.programs.models import AttendanceMark, AttendanceStatus, SessionSeries
from cairn.services.programs.participant_identity import load_participant_details

LETTERS: Final[Mapping[str, AttendanceStatus]] = {
    "P": AttendanceStatus.PRESENT,
    "A": AttendanceStatus.ABSENT,
    "E": AttendanceStatus.EXCUSED,
    "L": AttendanceStatus.LATE,
    "X": AttendanceStatus.LEFT_EARLY,
}
"""The letters of the attendance page and of a printed sheet."""

_LETTER_BY_STATUS: Final = {status.value: letter for letter, status in LETTERS.items()}
_DAYS_OF_A_WEEK: Final = 7


class UnreadableLetter(Exception):
    """A letter of the page is none of the five; the message names child and day."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """One child on one day.

    Attributes:
        day: the day of the session.
        field: name of the field; empty where the child held no place.
        letter: the letter on record or as it was sent; empty if there is none.
        mark: the mark on record; None if there is none.
    """

    day: date
    field: str
    letter: str
    mark: AttendanceMark | None = None

    @property
    def seen(self) -> int:
        """Number of the mark that the page shows; 0 if there is none."""
        return self.mark.pk if self.mark else 0


@dataclass(frozen=True, slots=True)
class GridRow:
    """One child's time in a group, with a cell for each session day.

    Attributes:
        enrollment: number of the enrollment.
        name: full name of the child.
        cells: one for each day.
    """

    enrollment: int
    name: str
    cells: tuple[GridCell, ...]


def list_grid_days(series: SessionSeries, day: date, span: str) -> tuple[date, ...]:
    """List the days of a week or a month on which a group's plan has a session.

    Args:
        series: the group.
        day: a day in the week, which begins on Monday, or in the month.
        span: "week" or "month".

    Returns:
        The days; those without a session because it was cancelled are left out.
    """
    first, last = find_span(day, span)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    cancelled = set(
        series.cancelled_sessions.filter(day__range=(first, last)).values_list("day", flat=True)
    )
    return tuple(one for one in days if series.meets_on(one) and one not in cancelled)


def find_span(day: date, span: str) -> tuple[date, date]:
    """Find the first and the last day of the week or month of a day."""
    if span == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=_DAYS_OF_A_WEEK - 1)
    first = day.replace(day=1)
    next_month = (first + timedelta(days=31)).replace(day=1)
    return first, next_month - timedelta(days=1)


def load_attendance_grid(
    series: SessionSeries,
    days: tuple[date, ...],
    who: Actor,
    on: date,
    sent: Mapping[str, str] | None = None,
) -> list[GridRow]:
    """Load the attendance of some days, of each child who held a place on one of them.

    Args:
        series: the group.
        days: the days of the grid.
        who: the policy facts about the user.
        on: the date of the request; later days have no field.
        sent: what a person entered, to be shown again; None shows the record.

    Returns:
        The rows by last name.

    Raises:
        Refused: the user may not see the records of this program.
    """
    queries.require_series_access(series, who, on, Action.VIEW_PROGRAM_RECORDS)
    if not days:
        return []
    enrollments = [
        row
        for row in series.enrollments.filter(starts__lte=days[-1]).select_related("participant")
        if row.ends is None or row.ends >= days[0]
    ]
    details = load_participant_details(row.participant for row in enrollments)
    marks = {
        (mark.enrollment_id, mark.day): mark
        for mark in models.AttendanceMark.objects.filter(
            enrollment__in=enrollments, day__in=days, replaced_by=None
        )
    }

    def build_cell(row: models.ProgramEnrollment, day: date) -> GridCell:
        mark = marks.get((row.pk, day))
        letter = _LETTER_BY_STATUS[mark.status] if mark else ""
        is_open = row.holds_place_on(day) and day <= on
        field = f"letter-{row.pk}-{day.isoformat()}" if is_open else ""
        return GridCell(day, field, (sent or {}).get(field, letter) if field else letter, mark)

    rows = sorted(
        enrollments, key=lambda row: (details[row.participant.key].sort_name.casefold(), row.pk)
    )
    return [
        GridRow(
            row.pk,
            details[row.participant.key].full_name,
            tuple(build_cell(row, day) for day in days),
        )
        for row in rows
    ]


def read_grid(
    rows: Iterable[GridRow], sent: Mapping[str, str]
) -> Mapping[date, Mapping[int, AttendanceEntry]]:
    """Read the letters that differ from the record.

    An empty field changes nothing: attendance on record is corrected, not deleted.

    Args:
        rows: the grid on record.
        sent: the fields of the page.

    Returns:
        Entries by day and enrollment.

    Raises:
        UnreadableLetter: a letter is none of the five.
    """
    entries: defaultdict[date, dict[int, AttendanceEntry]] = defaultdict(dict)
    for row in rows:
        for cell in row.cells:
            letter = sent.get(cell.field, "").strip().upper() if cell.field else ""
            if not letter or (cell.mark and LETTERS.get(letter) == cell.mark.status):
                continue
            if letter not in LETTERS:
                raise UnreadableLetter(
                    _("“%(letter)s” is none of the letters P, A, E, L and X: %(name)s, %(day)s.")
                    % {"letter": letter, "name": row.name, "day": cell.day.isoformat()}
                )
            seen = sent.get(f"seen-{row.enrollment}-{cell.day.isoformat()}", "")
            version = int(seen) if seen.isascii() and seen.isdigit() else 0
            entries[cell.day][row.enrollment] = AttendanceEntry(LETTERS[letter], None, version)
    return dict(sorted(entries.items()))


def needs_reason(rows: Iterable[GridRow], entries: Iterable[tuple[date, int]], on: date) -> bool:
    """Tell whether one of these entries corrects the attendance of an earlier day.

    Args:
        rows: the grid on record.
        entries: day and enrollment of each entry.
        on: the date of the request.

    Returns:
        True if a reason must be stated.
    """
    recorded = {
        (cell.day, row.enrollment) for row in rows for cell in row.cells if cell.mark is not None
    }
    return any(entry in recorded and entry[0] < on for entry in entries)
