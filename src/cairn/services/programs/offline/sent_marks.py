"""Read the marks that a device sends after it had no connection."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cairn.services.programs import actions, attendance_form, models

MOST_MARKS: Final = 500
"""Marks that are read from one message."""
_MOST_EARLIER: Final = 50
_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MINUTES: Final = re.compile(r"[0-9]{1,4}")
_LARGEST_VERSION: Final = 2**62
_LARGEST_TIME: Final = 4_102_444_800_000
"""Milliseconds since 1970: the year 2100."""


class UnreadableMarks(Exception):
    """A message of a device cannot be read at all; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class SentMark:
    """A mark that a device made without a connection.

    Attributes:
        key: random key that the device gave it.
        child: reference of the enrollment.
        entry: what the person entered, with the version that they saw; None if it is unreadable.
        earlier: keys of marks of the same child and day that this one replaces on the device, and
            that may have been received.
        device_time: time on the clock of the device; None if it sent none.
    """

    key: str
    child: str
    entry: actions.AttendanceEntry | None
    earlier: tuple[str, ...] = ()
    device_time: datetime | None = None


def read_sent_marks(text: str) -> list[SentMark]:
    """Read the marks of one message.

    Args:
        text: a JSON list, as `static/programs/offline_store.js` writes it.

    Returns:
        The marks, in their order. One with an unknown status or unreadable minutes has no entry.

    Raises:
        UnreadableMarks: it is no such list, it is too long, or a mark has no key.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableMarks("This is no list of marks.") from error
    if not isinstance(found, list) or not all(isinstance(mark, dict) for mark in found):
        raise UnreadableMarks("This is no list of marks.")
    if len(found) > MOST_MARKS:
        raise UnreadableMarks(f"A message has at most {MOST_MARKS} marks.")
    return [_read_mark(mark) for mark in found]


def _read_mark(mark: Mapping[str, Any]) -> SentMark:
    earlier = mark.get("earlier", [])
    if not isinstance(earlier, list) or len(earlier) > _MOST_EARLIER:
        raise UnreadableMarks("The earlier marks of a mark are no list.")
    return SentMark(
        key=_read_key(mark.get("id")),
        child=str(mark.get("child", "")),
        entry=_read_entry(mark),
        earlier=tuple(_read_key(key) for key in earlier),
        device_time=_read_device_time(mark.get("at")),
    )


def _read_key(value: object) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise UnreadableMarks("A mark has no key.")
    return value


def _read_entry(mark: Mapping[str, Any]) -> actions.AttendanceEntry | None:
    status, minutes = mark.get("status"), str(mark.get("minutes") or "").strip()
    if status not in models.AttendanceStatus.values:
        return None
    if status not in attendance_form.PARTIAL or not minutes:
        return actions.AttendanceEntry(
            models.AttendanceStatus(status), None, _read_version(mark.get("seen"))
        )
    if not _MINUTES.fullmatch(minutes):
        return None
    return actions.AttendanceEntry(
        models.AttendanceStatus(status), int(minutes), _read_version(mark.get("seen"))
    )


def _read_version(value: object) -> int:
    return value if isinstance(value, int) and 0 < value < _LARGEST_VERSION else 0


def _read_device_time(value: object) -> datetime | None:
    if not isinstance(value, int) or not 0 < value < _LARGEST_TIME:
        return None
    return datetime.fromtimestamp(value / 1000, UTC)
