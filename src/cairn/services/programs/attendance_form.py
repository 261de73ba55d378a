"""Read the attendance page as it was sent: one choice, minutes and a version for each child."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cairn.services.programs.actions import AttendanceConflict, AttendanceEntry
from cairn.services.programs.models import AttendanceStatus
from cairn.services.programs.queries import RosterRow

PARTIAL = frozenset({AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY})
"""The statuses for which minutes are entered."""

_LONGEST_NUMBER = 18
"""Digits of the largest number that every database holds."""


class UnreadableEntry(Exception):
    """An entry of the page cannot be read; the message says what to enter."""


@dataclass(frozen=True, slots=True)
class AttendanceLine:
    """One child on the attendance page.

    Attributes:
        row: the child on the roster.
        number: place in the list, as on a printed sheet.
        status: the choice; empty if there is none.
        minutes: the text in the field of minutes.
        seen: number of the mark that the person saw on the page; 0 if there was none.
        conflict: an entry that was not saved; None if there was none.
    """

    row: RosterRow
    number: int
    status: str
    minutes: str
    seen: int
    conflict: AttendanceConflict | None = None


def build_attendance_lines(
    roster: Iterable[RosterRow],
    sent: Mapping[str, str] | None = None,
    conflicts: Mapping[int, AttendanceConflict] | None = None,
) -> list[AttendanceLine]:
    """Build the lines of the page.

    Args:
        roster: the children who hold a place on the day.
        sent: what a person entered, to be shown again with the marks that they saw; None shows
            the record.
        conflicts: entries that were not saved, by enrollment.

    Returns:
        One line for each child.
    """
    lines = []
    for number, row in enumerate(roster, start=1):
        status = row.mark.status if row.mark else ""
        partial = row.mark is not None and row.mark.status in PARTIAL
        minutes = str(row.mark.minutes) if row.mark and partial else ""
        seen = row.mark.pk if row.mark else 0
        if sent is not None:
            status = sent.get(f"status-{row.enrollment.pk}", status)
            minutes = sent.get(f"minutes-{row.enrollment.pk}", minutes)
            seen = read_mark_number(sent.get(f"seen-{row.enrollment.pk}", ""))
        conflict = (conflicts or {}).get(row.enrollment.pk)
        lines.append(AttendanceLine(row, number, status, minutes, seen, conflict))
    return lines


def read_attendance(
    roster: Iterable[RosterRow], sent: Mapping[str, str]
) -> dict[int, AttendanceEntry]:
    """Read the entries of a page that was sent.

    With the button "Others present, save", a child without a choice is present.

    Args:
        roster: the children who hold a place on the day.
        sent: the fields of the page.

    Returns:
        Enrollment → entry, of the children with a choice.

    Raises:
        UnreadableEntry: a status is unknown, or minutes are no number.
    """
    others = AttendanceStatus.PRESENT.value if "others_present" in sent else ""
    entries = {}
    for row in roster:
        number = row.enrollment.pk
        status = sent.get(f"status-{number}") or others
        if not status:
            continue
        if status not in AttendanceStatus.values:
            raise UnreadableEntry(_("Choose how each child attended."))
        entries[number] = AttendanceEntry(
            AttendanceStatus(status),
            _read_minutes(row, status, sent.get(f"minutes-{number}", "")),
            read_mark_number(sent.get(f"seen-{number}", "")),
        )
    return entries


def _read_minutes(row: RosterRow, status: str, text: str) -> int | None:
    if status not in PARTIAL or not text.strip():
        return None
    if not text.strip().isascii() or not text.strip().isdigit():
        raise UnreadableEntry(
            _("Enter the minutes of %(name)s as a number.") % {"name": row.details.full_name}
        )
    return int(text)


def read_mark_number(text: str) -> int:
    """Read the number of a mark from a hidden field; 0 if it is none."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else 0
