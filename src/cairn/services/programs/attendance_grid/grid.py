"""Lay out and read the attendance of a group over a week or a month, one letter for a session."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action
from cairn.services.programs import models, queries
from cairn.services.programs.actions import AttendanceEntry
from cairn.services.programs.attendance_form import read_mark_number
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
        seen: number of the mark that the person saw on the page; 0 if there was none.
    """

    day: date
    field: str
    letter: str
    mark: AttendanceMark | None
    seen: int


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
    return tuple(item for item in days if series.meets_on(item) and item not in cancelled)


def find_span(day: date, span: str) -> tuple[date, date]:
    """Find the first and the last day of the week or month of a day."""
    if span == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=_DAYS_OF_A_WEEK - 1)
    first = day.replace(day=1)
    next_month = (first + timedelta(days=31)).replace(day=1)
    return first, next_month - timedelta(days=1)


def load_attendance_grid(
    series: SessionSeries, days: tuple[date, ...], who: Actor, on: date
) -> list[GridRow]:
    """Load the attendance of some days, of each child who held a place on one of them.

    Args:
        series: the group.
        days: the days of the grid.
        who: the policy facts about the user.
        on: the date of the request; later days have no field.

    Returns:
        The rows by last name.

    Raises:
        Refused: the user may not see the records of this program.
    """
    queries.require_series_access(series, who, on, Action.VIEW_PROGRAM_RECORDS)
    if not days:
        return []
    still_there = Q(ends=None) | Q(ends__gte=days[0])
    enrollments = list(
        series.enrollments.filter(still_there, starts__lte=days[-1]).select_related("participant")
    )
    details = load_participant_details(row.participant for row in enrollments)
    marks = {
        (mark.enrollment_id, mark.day): mark
        for mark in queries.select_current_marks().filter(enrollment__in=enrollments, day__in=days)
    }

    def build_cell(row: models.ProgramEnrollment, day: date) -> GridCell:
        mark = marks.get((row.pk, day))
        letter = _LETTER_BY_STATUS[mark.status] if mark else ""
        is_open = row.holds_place_on(day) and day <= on
        field = f"letter-{row.pk}-{day.isoformat()}" if is_open else ""
        return GridCell(day, field, letter, mark, mark.pk if mark else 0)

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
    """Read the letters that a person changed.

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
    for row, cell in _list_changes(rows, sent):
        if cell.letter not in LETTERS:
            raise UnreadableLetter(
                _("“%(letter)s” is none of the letters P, A, E, L and X: %(name)s, %(day)s.")
                % {"letter": cell.letter, "name": row.name, "day": cell.day.isoformat()}
            )
        entry = AttendanceEntry(LETTERS[cell.letter], None, cell.seen)
        entries[cell.day][row.enrollment] = entry
    return dict(sorted(entries.items()))


def restore_changes(
    rows: Iterable[GridRow], sent: Mapping[str, str], conflicts: Collection[tuple[date, int]]
) -> list[GridRow]:
    """Put the letters that a person changed, and that were not saved, back into the grid.

    Each goes with the mark that the person saw: what somebody else recorded in the meantime is
    not taken as seen. Where that was reported, the grid shows the record.

    Args:
        rows: the grid on record.
        sent: the fields of the page.
        conflicts: day and enrollment of the entries that were reported.

    Returns:
        The rows of the page.
    """
    listed = list(rows)
    changed = {(cell.day, row.enrollment): cell for row, cell in _list_changes(listed, sent)}
    for reported in conflicts:
        changed.pop(reported, None)
    return [
        replace(
            row,
            cells=tuple(changed.get((cell.day, row.enrollment), cell) for cell in row.cells),
        )
        for row in listed
    ]


def _list_changes(
    rows: Iterable[GridRow], sent: Mapping[str, str]
) -> Iterator[tuple[GridRow, GridCell]]:
    """Yield each cell as it was sent, if its letter is neither on record nor what the page showed.

    A letter that was left as it was is no entry, also if somebody corrected it in the meantime.
    """
    cells = [
        (
            row,
            replace(
                cell,
                letter=sent.get(cell.field, "").strip().upper(),
                seen=read_mark_number(
                    sent.get(f"seen-{row.enrollment}-{cell.day.isoformat()}", "")
                ),
            ),
        )
        for row in rows
        for cell in row.cells
        if cell.field
    ]
    marks = {cell.mark.pk: cell.mark for _row, cell in cells if cell.mark}
    replaced = {cell.seen for _row, cell in cells if cell.seen} - marks.keys()
    marks |= models.AttendanceMark.objects.in_bulk(replaced)
    for row, cell in cells:
        shown = marks.get(cell.seen)
        if shown and (shown.enrollment_id, shown.day) != (row.enrollment, cell.day):
            shown = None
        known = {mark.status for mark in (cell.mark, shown) if mark}
        if cell.letter and LETTERS.get(cell.letter) not in known:
            yield row, cell


def needs_reason(
    rows: Iterable[GridRow], entries: Mapping[date, Mapping[int, AttendanceEntry]], on: date
) -> bool:
    """Tell whether one of these entries corrects the attendance of an earlier day.

    Args:
        rows: the grid on record.
        entries: the entries, by day and enrollment; one that somebody else was faster with
            corrects nothing.
        on: the date of the request.

    Returns:
        True if a reason must be stated.
    """
    marks = {
        (cell.day, row.enrollment, cell.mark.pk): cell.mark
        for row in rows
        for cell in row.cells
        if cell.mark
    }
    return any(
        queries.needs_correction_reason(marks.get((day, number, entry.seen)), day, on)
        for day, of_day in entries.items()
        for number, entry in of_day.items()
    )
