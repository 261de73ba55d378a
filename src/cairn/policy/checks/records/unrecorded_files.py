"""Check that a file that no record names may be destroyed, and find the day its wait begins.

A step writes a file, and then a row that names it. A process that is killed in between leaves the
file without a row. Repeating the step finds and records it, so the file waits before it is
destroyed. A database that was restored from an older copy lacks rows too, and then its files are
the only copy.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import UnrecordedFileFact
from cairn.policy.law.cards.governance import record_keeping as cards

__all__ = [
    "check_file_unrecorded",
    "check_unrecorded_files_few",
    "check_unrecorded_wait_over",
    "find_unrecorded_destruction_date",
    "find_wait_start",
    "is_due_for_report",
    "needs_confirmation",
]

_WAIT_DAYS: Final = 7
"""A week holds each weekday once, so that a weekly file is sent again, and its step repeated. The
nightly verification reports the file on six nights before."""

_FEW: Final = 5
"""One step that is cut short leaves one to three files; an extract leaves one for each table."""

_REPORT_DAYS: Final = 2
"""A manifest has a date and no time: two dates later, at least one whole day has passed."""


def is_due_for_report(written_on: date, on: date) -> bool:
    """Report whether a file is more than a day old, so that no step is still recording it.

    Args:
        written_on: date of the permit by which it was written.
        on: the date.

    Returns:
        True if it is.
    """
    return on - written_on >= timedelta(days=_REPORT_DAYS)


def find_wait_start(
    listed_at: datetime, last_used_at: datetime | None, restored_at: Iterable[datetime]
) -> datetime:
    """Find the moment from which the wait of an unrecorded file counts: the latest of its events.

    Args:
        listed_at: when this database first listed it. An older copy of the database does not list
            it, so that after a restore by hand the wait counts again.
        last_used_at: when a step last wrote or found the file; ``None`` if it is not known.
        restored_at: when the installation was restored from a backup.

    Returns:
        The moment.
    """
    start = listed_at if last_used_at is None else max(listed_at, last_used_at)
    for moment in restored_at:
        start = max(start, moment)
    return start


def find_unrecorded_destruction_date(waiting_since: date) -> date:
    """Find the first day on which an unrecorded file may be destroyed.

    Args:
        waiting_since: day from which its wait counts.

    Returns:
        The day.
    """
    return waiting_since + timedelta(days=_WAIT_DAYS)


def needs_confirmation(listed: int) -> bool:
    """Report whether so many unrecorded files are listed that a person must confirm them.

    Args:
        listed: number of files that are listed.

    Returns:
        True if a person must.
    """
    return listed > _FEW


@policy_check(cards.UNRECORDED)
def check_file_unrecorded(on: date, file: UnrecordedFileFact) -> Reason:
    """Check that no record names a file.

    Args:
        on: date of the check.
        file: the file.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.UNRECORDED, met=not file.is_recorded)


@policy_check(cards.UNRECORDED_WAIT)
def check_unrecorded_wait_over(on: date, file: UnrecordedFileFact) -> Reason:
    """Check that an unrecorded file has waited its days.

    Args:
        on: date of the check.
        file: the file.
    Returns:
        One reason, with the first day on which it may be destroyed.
    """
    due = find_unrecorded_destruction_date(file.waiting_since or on)
    return Reason.from_card(cards.UNRECORDED_WAIT, met=due <= on, due=due.isoformat())


@policy_check(cards.UNRECORDED_FEW)
def check_unrecorded_files_few(on: date, file: UnrecordedFileFact) -> Reason:
    """Check that few unrecorded files are listed, or that a person confirmed this one.

    Args:
        on: date of the check.
        file: the file.
    Returns:
        One reason, with the number of files.
    """
    met = file.is_confirmed or not needs_confirmation(file.listed)
    return Reason.from_card(cards.UNRECORDED_FEW, met=met, count=str(file.listed))
