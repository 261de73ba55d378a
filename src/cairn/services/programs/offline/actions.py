"""Receive attendance that was taken without a connection."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.questions import may_record_attendance
from cairn.services.programs import actions, facts, models, queries
from cairn.services.programs.offline import roster, sent_marks

__all__ = ["MarkOutcome", "ReceivedMark", "receive_offline_marks"]


class MarkOutcome(StrEnum):
    """What became of a mark that a device sent."""

    STORED = "stored"
    CONFLICT = "conflict"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class ReceivedMark:
    """What became of one mark that a device sent.

    Attributes:
        outcome: stored, now or before; a conflict, with somebody else's mark; refused; or to be
            sent again, since the message has another one of the same child.
        message: why it was refused; empty otherwise.
        enrollment: the child's time in the group; None if the reference is unknown here.
        recorded: the mark on record, if this one was stored just now or is in a conflict.
    """

    outcome: MarkOutcome
    message: str = ""
    enrollment: models.ProgramEnrollment | None = None
    recorded: models.AttendanceMark | None = None


@action(
    "program.offline_marks_received",
    asks=may_record_attendance,
    facts=facts.lock_series_for_session,
)
def receive_offline_marks(
    permit: Permit,
    /,
    *,
    series: models.SessionSeries,
    day: date,
    marks: Sequence[sent_marks.SentMark],
    reason: str,
    by: User,
    at: datetime,
) -> ActionResult[Mapping[str, ReceivedMark]]:
    """Record the marks of a device, each once however often it is sent.

    They are recorded by `record_session_attendance`, as if they were entered now. A mark is no
    reason to refuse another one of the same message.

    Args:
        series: the group.
        day: the day of the session.
        marks: what the device sent.
        reason: why earlier marks are corrected; needed only for a correction after the day.
        by: the user who took the attendance and sends it.
        at: the moment at which it is received.

    Returns:
        What became of each mark, by its key.

    Raises:
        Refused: the policy does not allow it.
    """
    enrollments = {roster.compute_child_reference(row): row for row in series.enrollments.all()}
    known = _find_known_marks(marks)
    received: dict[str, ReceivedMark] = {}
    new: dict[models.ProgramEnrollment, sent_marks.SentMark] = {}
    for mark in marks:
        enrollment = enrollments.get(mark.child)
        settled = _settle_mark(mark, enrollment, known.get(mark.key), day, by)
        if settled is not None or enrollment is None:
            received[mark.key] = settled or _refuse_mark("This child is not in this group.")
        elif enrollment in new:
            received.setdefault(mark.key, ReceivedMark(MarkOutcome.LATER, enrollment=enrollment))
        else:
            new[enrollment] = mark
    session = {"series": series, "day": day, "reason": reason, "by": by, "at": at}
    entries = {row.pk: _build_entry(mark, row, known, day, by) for row, mark in new.items()}
    unsaved = _record_entries(entries, session)
    current = queries.load_current_marks(new, day)
    stored = {mark: current[row.pk] for row, mark in new.items() if row.pk not in unsaved}
    for row, mark in new.items():
        received[mark.key] = _describe_mark(row, unsaved.get(row.pk), current.get(row.pk))
    _keep_keys(stored, known, by, at)
    counted = Counter(one.outcome for one in received.values())
    return ActionResult(
        received,
        subject=series,
        detail={
            "day": day.isoformat(),
            "stored": counted[MarkOutcome.STORED],
            "conflicts": counted[MarkOutcome.CONFLICT],
            "refused": counted[MarkOutcome.REFUSED],
        },
    )


def _find_known_marks(marks: Iterable[sent_marks.SentMark]) -> dict[str, models.OfflineMark]:
    """Find the marks of a message, and those that they replace, that were received before."""
    keys = {key for mark in marks for key in (mark.key, *mark.earlier)}
    rows = models.OfflineMark.objects.filter(key__in=keys).select_related("mark")
    return {row.key: row for row in rows}


def _settle_mark(
    mark: sent_marks.SentMark,
    enrollment: models.ProgramEnrollment | None,
    known: models.OfflineMark | None,
    day: date,
    by: User,
) -> ReceivedMark | None:
    """Tell what became of a mark that is recorded already or cannot be; None if it is new."""
    if enrollment is None:
        return _refuse_mark("This child is not in this group.")
    if known is not None:
        if _is_of_cell(known, enrollment, day, by):
            return ReceivedMark(MarkOutcome.STORED, enrollment=enrollment)
        return _refuse_mark("The key of this mark belongs to another one.", enrollment)
    if mark.entry is None:
        return _refuse_mark("Choose the attendance, and enter minutes as a number.", enrollment)
    return None


def _is_of_cell(
    known: models.OfflineMark, enrollment: models.ProgramEnrollment, day: date, by: User
) -> bool:
    found = (known.mark.enrollment_id, known.mark.day, known.sent_by_id)
    return found == (enrollment.pk, day, by.pk)


def _build_entry(
    mark: sent_marks.SentMark,
    enrollment: models.ProgramEnrollment,
    known: Mapping[str, models.OfflineMark],
    day: date,
    by: User,
) -> actions.AttendanceEntry:
    """Build the entry of a mark, which has seen what the device itself sent before."""
    assert mark.entry is not None  # noqa: S101 - `_settle_mark` refused those without
    earlier = (known[key] for key in mark.earlier if key in known)
    sent = (row.mark_id for row in earlier if _is_of_cell(row, enrollment, day, by))
    return replace(mark.entry, seen=max(mark.entry.seen, *sent, 0))


def _record_entries(
    entries: Mapping[int, actions.AttendanceEntry], session: Mapping[str, Any]
) -> dict[int, actions.AttendanceConflict | str]:
    """Record entries; those that cannot be saved are given back, and hold up no other one."""
    if not entries:
        return {}
    try:
        saved = actions.record_session_attendance(entries=entries, **session)
    except actions.ProgramConflict as problem:
        if len(entries) == 1:
            return dict.fromkeys(entries, str(problem))
        unsaved: dict[int, actions.AttendanceConflict | str] = {}
        for number, entry in entries.items():
            unsaved |= _record_entries({number: entry}, session)
        return unsaved
    return {conflict.enrollment: conflict for conflict in saved.conflicts}


def _describe_mark(
    enrollment: models.ProgramEnrollment,
    unsaved: actions.AttendanceConflict | str | None,
    recorded: models.AttendanceMark | None,
) -> ReceivedMark:
    if isinstance(unsaved, str):
        return _refuse_mark(unsaved, enrollment)
    outcome = MarkOutcome.STORED if unsaved is None else MarkOutcome.CONFLICT
    return ReceivedMark(outcome, enrollment=enrollment, recorded=recorded)


def _refuse_mark(message: str, enrollment: models.ProgramEnrollment | None = None) -> ReceivedMark:
    return ReceivedMark(MarkOutcome.REFUSED, message, enrollment)


def _keep_keys(
    stored: Mapping[sent_marks.SentMark, models.AttendanceMark],
    known: Mapping[str, models.OfflineMark],
    by: User,
    at: datetime,
) -> None:
    """Keep the keys of recorded marks, and of the marks that they replace, which may come later."""
    models.OfflineMark.objects.bulk_create(
        [
            models.OfflineMark(
                key=key, mark=row, device_time=mark.device_time, sent_by=by, received_at=at
            )
            for mark, row in stored.items()
            for key in dict.fromkeys((mark.key, *mark.earlier))
            if key not in known
        ],
        ignore_conflicts=True,
    )
