"""The years in which an element is held, as people write them → first and last school year.

"2016-", "2006-07 To Present", "2006-2012", "SY 2014/15": every spelling met so far. A year that can
be read in two ways is read in the narrower one, so that nobody counts on a year that is not there.
"""

import re
from dataclasses import dataclass
from typing import Final

from cairn.rules.dictionary import TO_PRESENT

_PRESENT: Final = re.compile(r"\b(present|current|currently|now|ongoing|today|date)\b")
_SCHOOL_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/–—]\s*((?:19|20)?\d\d)(?!\d)")  # noqa: RUF001 - dashes as people type them
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_OPEN: Final = re.compile(r"(?:[-–—+]|\bon|\bonwards?|\bforward)\s*$")  # noqa: RUF001
_FULL: Final = 4
_SINCE: Final = re.compile(r"^\s*(since|from|starting|beginning|as of)\b")


@dataclass(frozen=True, slots=True)
class YearsHeld:
    """First and last school year; ``None`` where the text does not say, or cannot be read."""

    first: str | None = None
    last: str | None = None
    readable: bool = True


def years_held(text: str) -> YearsHeld:
    """Reads one cell. An empty cell is readable and says nothing."""
    plain = text.strip().casefold()
    if not plain or plain in ("n/a", "na", "none", "unknown", "-", "?", "tbd"):
        return YearsHeld()
    spans = _spans(plain)
    if not spans:
        return YearsHeld(readable=False)
    first = min(first for first, _last in spans)
    opened = _PRESENT.search(plain) or _OPEN.search(plain) or _SINCE.search(plain)
    if opened:
        return YearsHeld(_named(first), TO_PRESENT)
    return YearsHeld(_named(first), _named(max(last for _first, last in spans)))


def _spans(plain: str) -> list[tuple[int, int]]:
    """Each year or pair of years in the text as the school years (by first half) it can mean."""
    spans: list[tuple[int, int]] = []

    def pair(found: re.Match[str]) -> str:
        begins, second = int(found[1]), found[2]
        ends = int(second) if len(second) == _FULL else begins // 100 * 100 + int(second)
        if ends < begins and len(second) < _FULL:
            ends += 100  # 1999-00
        if ends > begins:
            spans.append((begins, ends - 1))
        return " "

    rest = _SCHOOL_YEAR.sub(pair, plain)
    alone = [int(found[1]) for found in _YEAR.finditer(rest)]
    if alone != sorted(alone):
        return []
    # A lone year begins no earlier than the autumn in it, and ends no later than the spring in it.
    for position, year in enumerate(alone):
        ending = position > 0 or bool(spans)
        spans.append((year - 1, year - 1) if ending else (year, year))
    return spans


def _named(begins: int) -> str:
    return f"{begins}-{(begins + 1) % 100:02}"
