"""Format deadlines as an iCalendar file (RFC 5545), for a user's own calendar."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from cairn.platform.deadline_sources.api import Deadline

_MAX_LINE_OCTETS: Final = 75
_ALARMS: Final = ("-P6DT15H", "-PT15H")
"""At 9 in the morning, a week and a day before the all-day event."""
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def format_icalendar(deadlines: Iterable[Deadline], *, site: str, created_at: datetime) -> str:
    """Format each deadline as an all-day event, with an alarm a week and a day before.

    A deadline has the same UID in every file, and two deadlines never have the same one.

    Args:
        deadlines: the deadlines.
        site: beginning of the URLs, without a slash at the end.
        created_at: when the file was made, in UTC.

    Returns:
        The file.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Cairn//Deadlines//EN",
        "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    counts: Counter[str] = Counter()
    for deadline in deadlines:
        identity = _identify_event(deadline)
        lines += _format_event(deadline, f"{identity}\0{counts[identity]}", site, created_at)
        counts[identity] += 1
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold_line(line))


def _identify_event(deadline: Deadline) -> str:
    """Return what stays the same for as long as a deadline exists.

    A source that changes its words, such as the number of people in them, gives a key.
    """
    words = (deadline.key,) if deadline.key else (deadline.what, deadline.detail)
    place = (deadline.on.isoformat(), deadline.kind, deadline.organization, deadline.address)
    return "\0".join((*place, *words))


def _format_event(
    deadline: Deadline, identity: str, site_url: str, created_at: datetime
) -> Iterator[str]:
    event_hash = hashlib.sha256(identity.encode()).hexdigest()
    summary = deadline.what.translate(_ESCAPES)
    yield "BEGIN:VEVENT"
    yield f"UID:{event_hash[:32]}@cairn"
    yield f"DTSTAMP:{created_at:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{deadline.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{deadline.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{summary}"
    if deadline.detail:
        yield f"DESCRIPTION:{deadline.detail.translate(_ESCAPES)}"
    yield f"CATEGORIES:{deadline.kind.translate(_ESCAPES)}"
    if deadline.address:
        yield f"URL:{site_url}{deadline.address}"
    yield "TRANSP:TRANSPARENT"
    for trigger in _ALARMS:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{summary}"
        yield f"TRIGGER:{trigger}"
        yield "END:VALARM"
    yield "END:VEVENT"


def _fold_line(line: str) -> Iterator[str]:
    """Split a line into parts of at most 75 octets, never inside a character.

    Each next part begins with a space (RFC 5545, 3.1).
    """
    part = ""
    for character in line:
        if len((part + character).encode()) > _MAX_LINE_OCTETS:
            yield part
            part = " "
        part += character
    yield part
