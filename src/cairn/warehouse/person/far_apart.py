"""Whether one child can have lived wherever the records of a person say that she lives.

A child who moves far away lives in one place, then in the other. Two children who were taken for
one live in both all the time. So homes are too far apart for one child where they are many hours'
drive from each other, said of the same time, and nothing but name and birth date holds the records
of the one to those of the other: no id, phone, e-mail address or guardian. Whoever moves, has two
parents' homes or is at a camp nearly always keeps one of these.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any, Final

from rapidfuzz.distance import DamerauLevenshtein

from cairn.warehouse.linking import spelling
from cairn.warehouse.person.distances import least_km
from cairn.warehouse.person.joining import joined

FAR: Final = 150
"""Kilometers from which on nobody is at home in two places in one week."""
_TIES: Final = {
    "state_id": spelling.code,
    "phone": spelling.phone,
    "email": spelling.email,
    "guardian_name": spelling.person,
}
"""What two records of one child share wherever she lives, and how it is spelled."""


@dataclass(frozen=True, slots=True)
class Home:
    """What one source says of a child's home, and of which days, the first and the last.

    ``postal_code``: five digits, or None where it says none. ``ties``: see ``ties_of``.
    """

    source: str
    postal_code: str | None
    first: date
    last: date
    ties: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Apart:
    """Two homes that cannot be one child's: at least so many kilometers from each other, and the
    days, from the first to the last, of which both are said."""

    one: Home
    other: Home
    km: int
    first: date
    last: date


def ties_of(said: Mapping[str, Any], source: str) -> frozenset[tuple[str, ...]]:
    """What holds a record to others of the same child, beside name, birth date and address."""
    found = {
        (name, spelled)
        for name, spell in _TIES.items()
        if (value := said.get(name)) and (spelled := spell(value))
    }
    own = said.get("local_id")
    return frozenset({*found, ("local_id", source, own)} if own else found)


def may_be_far(codes: Iterable[str]) -> bool:
    """Whether any two of these codes are ``FAR`` apart, or more: only then ``far_apart`` can find
    anything."""
    return any(_far(one, other) for one, other in combinations(sorted(set(codes)), 2))


def far_apart(homes: Sequence[Home]) -> Apart | None:
    """The two homes of one person that speak most for two children; none where all can be hers."""
    codes = sorted({one.postal_code for one in homes if one.postal_code})
    known = [code for code in codes if least_km(code, code) is not None]
    near = [pair for pair in combinations(known, 2) if not _far(*pair)]
    region = joined(known, near)
    tied = joined(range(len(homes)), _tied(homes))
    parts: dict[str, list[int]] = {}
    for place, one in enumerate(homes):
        if one.postal_code in region:
            parts.setdefault(region[one.postal_code], []).append(place)
    found: list[Apart] = []
    for some, others in combinations([parts[one] for one in sorted(parts)], 2):
        if {tied[n] for n in some}.isdisjoint(tied[n] for n in others):
            found += _together([homes[n] for n in some], [homes[n] for n in others])
    return max(found, key=lambda one: (one.km, one.last, one.first), default=None)


def _far(one: str, other: str) -> bool:
    """Whether two codes are so far from each other, and neither is the other with a slip in it: a
    digit wrong, left out, or exchanged with the next."""
    km = least_km(one, other)
    if km is None or km < FAR:
        return False
    return DamerauLevenshtein.distance(one, other, score_cutoff=1) > 1


def _tied(homes: Sequence[Home]) -> Iterator[tuple[int, int]]:
    """Pairs of places in ``homes`` that share a tie."""
    first: dict[tuple[str, ...], int] = {}
    for place, one in enumerate(homes):
        for tie in one.ties:
            yield first.setdefault(tie, place), place


def _together(some: Sequence[Home], others: Sequence[Home]) -> Iterator[Apart]:
    """The newest home of each region, where the times overlap in which a child was there."""
    first = max(min(one.first for one in part) for part in (some, others))
    last = min(max(one.last for one in part) for part in (some, others))
    if first <= last:
        one, other = (max(part, key=_newest) for part in (some, others))
        km = least_km(str(one.postal_code), str(other.postal_code))
        yield Apart(one, other, km or 0, first, last)


def _newest(home: Home) -> tuple[date, str, str]:
    """Orders homes of one region; of equal ones any will do."""
    return home.last, home.source, str(home.postal_code)
