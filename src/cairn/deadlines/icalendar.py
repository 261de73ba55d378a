"""What is due as an iCalendar file (RFC 5545), for the calendar that somebody already looks at."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from cairn.partners.due import Due

_OCTETS: Final = 75
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def icalendar(found: Iterable[Due], *, site: str, made: datetime) -> str:
    """One all-day event for each thing due. ``site`` begins the addresses, without a slash at the
    end. The same thing on the same day is the same event, however often it is fetched."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Cairn//Deadlines//EN", "METHOD:PUBLISH"]
    for one in found:
        lines += _event(one, site, made)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(one: Due, site: str, made: datetime) -> Iterator[str]:
    name = hashlib.sha256("\0".join((one.on.isoformat(), one.kind, one.what)).encode()).hexdigest()
    yield "BEGIN:VEVENT"
    yield f"UID:{name[:32]}@cairn"
    yield f"DTSTAMP:{made:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{one.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{one.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{one.what.translate(_ESCAPED)}"
    yield f"CATEGORIES:{one.kind.translate(_ESCAPED)}"
    if one.address:
        yield f"URL:{site}{one.address}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, never inside a character; each next begins blank."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _OCTETS:
            yield part
            part = " "
        part += character
    yield part
