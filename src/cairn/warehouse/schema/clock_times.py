"""Read the times at which children came and left, and add them up to hours.

A time in and a time out of one day are a stay; several stays of a row add up, and a minute in two
of them counts once. What cannot be added up for certain has a failure: a time is never guessed.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

from cairn.warehouse.schema.elements import remove_accents
from cairn.warehouse.schema.failures import Failure

__all__ = [
    "TIME_FAILURES",
    "TIME_IN_RULE",
    "TIME_OUT_RULE",
    "TIME_RULES",
    "compute_stay_hours",
    "count_minutes",
    "list_time_headings",
    "merge_stays",
    "parse_clock_time",
    "read_stays",
    "split_heading",
]

TIME_IN_RULE: Final = "time_in"
TIME_OUT_RULE: Final = "time_out"
"""The rules of columns with the clock times between which a child was there."""
TIME_RULES: Final = frozenset({TIME_IN_RULE, TIME_OUT_RULE})

TIME_FAILURES: Final = frozenset(
    {Failure.NOT_A_TIME, Failure.NO_TIME_IN, Failure.NO_TIME_OUT}
    | {Failure.OUT_BEFORE_IN, Failure.TIMES_OF_TWO_DAYS, Failure.UNCLEAR_TIME}
)
"""With one of these, a row says that a child was there, and not how long: it is set aside."""

_HEADING_WORD: Final = re.compile(r"\d+(?:st|nd|rd|th)?|[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_CLOCK: Final = re.compile(
    r"(?:(?P<day>\S.*?)[T ,]+)?(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?"
    r"\s*(?:(?P<half>[ap])\.?(?:m\.?)?)?\s*(?P<offset>z|[-+]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_HOUR: Final = re.compile(r"(?P<hour>\d{1,2})\s*(?P<half>[ap])\.?m?\.?", re.IGNORECASE)
_UTC: Final = "z"
_UTC_OFFSETS: Final = frozenset({"+0000", "-0000"})
_NOON: Final = 12
_MIDNIGHT: Final = 24
_MAX_WORDS: Final = 4


def split_heading(heading: str) -> list[str]:
    """Split a heading into its words and numbers, also where no space is between them.

    Args:
        heading: such as "Parent1 First" or "check_in_time".

    Returns:
        Its words in lower case, without signs and accents.
    """
    return [word.casefold() for word in _HEADING_WORD.findall(remove_accents(heading))]


@lru_cache(maxsize=1 << 14)
def parse_clock_time(text: str) -> tuple[str, int] | None:
    """Parse a time of day, with or without a date before it.

    Args:
        text: such as "3:05 PM", "15:05", "3 pm" or "10/7/2025 3:05 PM".

    Returns:
        The text of the date, empty if there is none, and the minutes since midnight; None if the
        text is no time.
    """
    parts = _match_time(text)
    if not parts:
        return None
    hour, minute = int(parts["hour"]), int(parts.get("minute") or 0)
    if half := (parts["half"] or "").casefold():
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    return None if hour >= _MIDNIGHT else (parts.get("day") or "", 60 * hour + minute)


@lru_cache(maxsize=1 << 14)
def _match_time(text: str) -> Mapping[str, str | Any]:
    """Return the parts of a time as they are written; none if the text is no time."""
    match = _CLOCK.fullmatch(text.strip()) or _HOUR.fullmatch(text.strip())
    return match.groupdict() if match else {}


def _are_times_unclear(start: str, end: str) -> bool:
    """Return whether one of two times may be morning or afternoon, or each has another offset."""
    parts = [_match_time(start), _match_time(end)]
    plain = [part for part in parts if not part["half"]]
    is_half_unclear = len(plain) == 1 and 1 <= int(plain[0]["hour"]) <= _NOON
    offsets = [(part.get("offset") or "").lower().replace(":", "") for part in parts]
    zones = {_UTC if offset in _UTC_OFFSETS else offset for offset in offsets}
    return is_half_unclear or (all(offsets) and len(zones) > 1)


def read_stays(
    times: Mapping[str, Sequence[str | None]], rules: Mapping[str, str]
) -> list[tuple[tuple[int, int], ...] | Failure]:
    """Read the stays of each row.

    Args:
        times: the cells of each column, as long as each other.
        rules: column → ``TIME_IN_RULE`` or ``TIME_OUT_RULE``.

    Returns:
        The first and last minute of each stay, none if a row has no time; or why the times of a row
        cannot be read.
    """
    pairs = [(times[start], times[end]) for start, end in _pair_columns(rules)]
    rows: list[tuple[tuple[int, int], ...] | Failure] = []
    for cells in zip(*(column for pair in pairs for column in pair), strict=True):
        stays: list[tuple[int, int]] = []
        failure: Failure | None = None
        for start, end in zip(cells[::2], cells[1::2], strict=True):
            stay = _read_stay((start or "").strip(), (end or "").strip())
            if isinstance(stay, Failure):
                failure = failure or stay
            elif stay is not None:
                stays.append(stay)
        rows.append(failure or tuple(stays))
    return rows


def compute_stay_hours(
    times: Mapping[str, Sequence[str | None]], rules: Mapping[str, str]
) -> tuple[list[float | None], list[str | None]]:
    """Add up the stays of each row. A minute in two of them counts once.

    Args:
        times: the cells of each column, as long as each other.
        rules: column → ``TIME_IN_RULE`` or ``TIME_OUT_RULE``.

    Returns:
        The hours of each row, None if it has no time or a failure; and the failures.
    """
    rows = read_stays(times, rules)
    failures = [row.value if isinstance(row, Failure) else None for row in rows]
    stays = [() if isinstance(row, Failure) else row for row in rows]
    return [round(count_minutes(row) / 60, 4) if row else None for row in stays], failures


def merge_stays(stays: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Merge stays that overlap, so that each minute is in one of them.

    Args:
        stays: the first and last minute of each, in any order.

    Returns:
        Stays without a common minute, in their order.
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stays):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def count_minutes(stays: Iterable[tuple[int, int]]) -> int:
    """Count the minutes of stays; those in several of them once.

    Args:
        stays: the first and last minute of each, in any order.

    Returns:
        The minutes.
    """
    return sum(end - start for start, end in merge_stays(stays))


def _read_stay(start: str, end: str) -> tuple[int, int] | Failure | None:
    """Read the two times of a stay on one day; None if both are empty."""
    if not (start and end):
        return Failure.NO_TIME_OUT if start else Failure.NO_TIME_IN if end else None
    arrived, left = parse_clock_time(start), parse_clock_time(end)
    if arrived is None or left is None:
        return Failure.NOT_A_TIME
    if arrived[0] and left[0] and arrived[0] != left[0]:
        return Failure.TIMES_OF_TWO_DAYS
    if _are_times_unclear(start, end):
        return Failure.UNCLEAR_TIME
    return (arrived[1], left[1]) if left[1] >= arrived[1] else Failure.OUT_BEFORE_IN


def find_pairing_problems(rules: Mapping[str, str]) -> Iterator[str]:
    """Yield the problem of times in and out that cannot be paired for certain.

    Args:
        rules: column → rule; other rules than those of times are ignored.
    """
    used = [name for name, rule in rules.items() if rule in (TIME_IN_RULE, TIME_OUT_RULE)]
    if used and len(_pair_columns(rules)) * 2 != len(used):
        yield (
            f"It is unclear which time out belongs to which time in: {', '.join(used)}. Choose one "
            "of each, or give the columns of a stay the same name but for “in” and “out”."
        )


def _pair_columns(rules: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pair each time in with the time out of the same heading, but for these words."""
    starts = [name for name, rule in rules.items() if rule == TIME_IN_RULE]
    ends = [name for name, rule in rules.items() if rule == TIME_OUT_RULE]
    if len(starts) == len(ends) == 1:
        return [(starts[0], ends[0])]
    by_rest = {_read_heading(name)[1]: name for name in ends}
    pairs = [(s, by_rest[rest]) for s in starts if (rest := _read_heading(s)[1]) in by_rest]
    return pairs if len({end for _start, end in pairs}) == len(pairs) else []


def list_time_headings(header: Sequence[str]) -> dict[str, str]:
    """List the columns that are times in and out by their headings, where each has its other.

    Args:
        header: names of the columns.

    Returns:
        Column → rule; empty if a time in has no time out.
    """
    rules = {name: rule for name in header if (rule := _read_heading(name)[0])}
    paired = {name for pair in _pair_columns(rules) for name in pair}
    return {name: rule for name, rule in rules.items() if name in paired}


@cache
def _load_spellings() -> Mapping[str, str]:
    path = files("cairn.warehouse.schema") / "clock_times.toml"
    tables = tomllib.loads(path.read_text("utf-8"))
    rules = {"in": TIME_IN_RULE, "out": TIME_OUT_RULE}
    return {text: rule for key, rule in rules.items() for text in tables[key]}


@lru_cache(maxsize=1 << 14)
def _read_heading(heading: str) -> tuple[str, tuple[str, ...]]:
    """Return which time a heading is, empty if it is none, and its other words."""
    words = split_heading(heading)
    for size in range(min(_MAX_WORDS, len(words)), 0, -1):
        for start in range(len(words) - size + 1):
            rule = _load_spellings().get("".join(words[start : start + size]))
            if rule:
                return rule, (*words[:start], *words[start + size :])
    return "", tuple(words)
