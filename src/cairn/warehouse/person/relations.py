"""Household, siblings and guardians of one person: facts that records state, with their sources.

Made anew from what stands, each time somebody asks, as golden values are: what a source takes
back is in none of it. From names, birth dates and addresses alone; nothing else about a child.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

_APART: Final = 20 * 365
"""Days between brothers and sisters; beyond them one may be the other's parent."""
_ADDRESS, _GUARDIAN = "a", "g"


class Kin(StrEnum):
    """What two people of the index are to each other, or an adult to one of them."""

    GUARDIAN = "guardian"
    TWIN = "twin"
    SIBLING = "sibling"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Stated:
    """What one record states of a person's family. ``home`` holds the values of
    ``standard``'s household ("a 12 oak st 22903", "g lopez maria"), without those that many
    families share."""

    person: str
    source: str
    since: date
    birth_date: date | None
    surnames: frozenset[str]
    home: frozenset[str]


@dataclass(frozen=True, slots=True)
class Relation:
    """One fact: of what kind, to whom (a person's id, or an adult's name), who states it, since
    when both sides stand. It ends when no source states it any more."""

    kind: Kin
    other: str
    sources: tuple[str, ...]
    since: date


def relations(person: str, stated: Sequence[Stated]) -> tuple[Relation, ...]:
    """The facts about ``person``, from her own records and those of others, in order."""
    mine = [one for one in stated if one.person == person]
    others: dict[str, list[Stated]] = defaultdict(list)
    for one in stated:
        if one.person != person:
            others[one.person].append(one)
    found = [*_guardians(mine)]
    for other, theirs in others.items():
        found += _between(other, mine, theirs)
    order = list(Kin)
    return tuple(sorted(found, key=lambda r: (order.index(r.kind), r.other)))


def _guardians(mine: Iterable[Stated]) -> Iterable[Relation]:
    said: dict[str, list[Stated]] = defaultdict(list)
    for one in mine:
        for value in one.home:
            if value.startswith(f"{_GUARDIAN} "):
                said[value[2:]].append(one)
    for name, by in said.items():
        yield _relation(Kin.GUARDIAN, name, by, min(one.since for one in by))


def _between(other: str, mine: Sequence[Stated], theirs: Sequence[Stated]) -> Iterable[Relation]:
    """What the records of two people state together."""
    sharing = [(a, b) for a in mine for b in theirs if _home(a, b)]
    if not sharing:
        return
    by = [one for two in sharing for one in two]
    since = min(max(a.since, b.since) for a, b in sharing)
    kin = _kin(mine, theirs, sharing)
    yield _relation(kin, other, by, since)


def _home(a: Stated, b: Stated) -> frozenset[str]:
    """The address and the guardians that both state."""
    return frozenset(v for v in a.home & b.home if v[:1] in (_ADDRESS, _GUARDIAN))


def _kin(
    mine: Sequence[Stated], theirs: Sequence[Stated], sharing: Sequence[tuple[Stated, Stated]]
) -> Kin:
    """Siblings share a guardian, or an address and a surname; else it is one household."""
    family = any(
        a.surnames & b.surnames or any(v.startswith(_GUARDIAN) for v in _home(a, b))
        for a, b in sharing
    )
    born = [{one.birth_date for one in side if one.birth_date} for side in (mine, theirs)]
    days = [abs((a - b).days) for a in born[0] for b in born[1]]
    if not family or not days or min(days) > _APART:
        return Kin.HOUSEHOLD
    return Kin.TWIN if min(days) == 0 else Kin.SIBLING


def _relation(kind: Kin, other: str, by: Iterable[Stated], since: date) -> Relation:
    return Relation(kind, other, tuple(sorted({one.source for one in by})), since)
