"""Format deadlines as an iCalendar file (RFC 5545), for a user's own calendar."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from cairn.platform.deadline_sources.api import Deadline

_MAX_LINE_OCTETS: Final = 75
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def format_icalendar(deadlines: Iterable[Deadline], *, site: str, created_at: datetime) -> str:
    """Format each deadline as an all-day event.

    `site` begins the URLs, without a slash at the end. The same deadline on the same day is always
    the same event.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cairn//Deadlines//EN", "METHOD:PUBLISH"]
    for deadline in deadlines:
        lines += _format_event(deadline, site, created_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold_line(line))


def _format_event(deadline: Deadline, site_url: str, created_at: datetime) -> Iterator[str]:
    parts = [deadline.on.isoformat(), deadline.kind, deadline.what, deadline.detail]
    event_hash = hashlib.sha256("\0".join(filter(None, parts)).encode()).hexdigest()
    yield "BEGIN:VEVENT"
    yield f"UID:{event_hash[:32]}@cairn"
    yield f"DTSTAMP:{created_at:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{deadline.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{deadline.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{deadline.what.translate(_ESCAPES)}"
    if deadline.detail:
        yield f"DESCRIPTION:{deadline.detail.translate(_ESCAPES)}"
    yield f"CATEGORIES:{deadline.kind.translate(_ESCAPES)}"
    if deadline.address:
        yield f"URL:{site_url}{deadline.address}"
    yield "TRANSP:TRANSPARENT"
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
