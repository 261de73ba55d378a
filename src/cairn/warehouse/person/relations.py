"""Household, siblings and guardians of people: what records stated and reviewers said, in time.

A pure function of what is known: which record is whose today, what each delivery states of a
record's home from a day to a day, and what reviewers said. So a fact follows the records that it
rests on when people merge or are parted, and without a delivery it is as if that had never come.
From names, birth dates and addresses alone; nothing else about a child.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations
from typing import Final, TypeAlias, TypeVar

_APART: Final = 20 * 365
"""Days between brothers and sisters; beyond them one may be the other's parent."""
FAMILIES: Final = 8
"""So many different surnames at one address, or under one guardian, are no household."""


class Kin(StrEnum):
    """What two people of the index are to each other, or an adult to one of them."""

    GUARDIAN = "guardian"
    TWIN = "twin"
    SIBLING = "sibling"
    HOUSEHOLD = "household"


class Ground(StrEnum):
    """What a fact rests on."""

    ADDRESS = "address"
    GUARDIAN = "guardian"
    SURNAME = "surname"
    BIRTH_DATE = "birth_date"


@dataclass(frozen=True, slots=True)
class Home:
    """An address or a guardian, by a keyed hash; ``name`` is a guardian's."""

    ground: Ground
    value: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """What one delivery states of one record's family, from when until when (none: still)."""

    person: str
    source: str
    since: datetime
    until: datetime | None
    birth_date: date | None
    surnames: frozenset[str]
    home: frozenset[Home]


@dataclass(frozen=True, slots=True)
class Word:
    """What a reviewer said at a time, in decision ``verdict``: two people are of this kind to each
    other, or (no kind) are not related; or that ``guardian`` (a value, by this ``name``) is one of
    ``one``'s, or (no kind) none. What is said to be holds from ``since`` (else from when it was
    said) until ``until`` (none: still)."""

    verdict: int
    kind: Kin | None
    one: str
    other: str
    at: datetime
    guardian: int = 0
    name: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def begins(self) -> datetime:
        """From when on it holds."""
        return self.since or self.at


@dataclass(frozen=True, slots=True)
class Relation:
    """One fact: of what kind, of whom and to whom (a person, or an adult by name and value), from
    when both sides were stated until when no source stated them, or a reviewer said no.

    ``sources`` and ``grounds`` are those that stand, of a past fact those that stood; ``verdict``
    is the reviewer's decision that made, named or ended it (0: none).
    """

    kind: Kin
    one: str
    other: str
    guardian: int
    name: str
    since: datetime
    until: datetime | None
    sources: tuple[str, ...]
    grounds: tuple[Ground, ...]
    verdict: int = 0


@dataclass(frozen=True, slots=True)
class _Tie:
    """Two stays of two people that share a home, or one person's stay with a guardian, and when."""

    home: Home
    stays: tuple[Stay, ...]
    since: datetime
    until: datetime | None


@dataclass(slots=True)
class _Period:
    """Ties without a gap between them. ``word``: what a reviewer said of it."""

    since: datetime
    until: datetime | None
    ties: list[_Tie]
    word: Word | None = None


Pair: TypeAlias = tuple[str, str]
About = TypeVar("About", tuple[str, str], tuple[str, int])


def relations(
    about: Collection[str], stays: Iterable[Stay], words: Iterable[Word] = ()
) -> frozenset[Relation]:
    """The facts, past and present, about these people.

    ``stays``: all of theirs, and all that share a home with one of them, whosesoever; ``words``:
    those that speak of one of them.
    """
    known = list(stays)
    by_home: dict[Home, list[Stay]] = defaultdict(list)
    for stay in known:
        for home in stay.home:
            by_home[home].append(stay)
    homes = {home: there for home, there in by_home.items() if _is_household(there)}
    said = list(words)
    born = _births(known)
    found = [*_guardians(about, homes, said), *_between(about, homes, said, born)]
    return frozenset(found)


def _is_household(there: Iterable[Stay]) -> bool:
    return len({tuple(sorted(stay.surnames)) for stay in there}) < FAMILIES


def _guardians(
    about: Collection[str], homes: Mapping[Home, Sequence[Stay]], words: Iterable[Word]
) -> Iterator[Relation]:
    ties: dict[tuple[str, Home], list[_Tie]] = defaultdict(list)
    for home, there in homes.items():
        if home.ground is Ground.GUARDIAN:
            for stay in there:
                if stay.person in about:
                    ties[stay.person, home].append(_Tie(home, (stay,), stay.since, stay.until))
    yes, no = _said(words, _adult)
    spoken = {
        (person, Home(Ground.GUARDIAN, value, word.name))
        for (person, value), word in yes.items()
        if person in about
    }
    for person, home in ties.keys() | spoken:
        periods = _named(_periods(ties.get((person, home), ())), yes.get((person, home.value)))
        for period in _denied(periods, no.get((person, home.value))):
            grounds = (Ground.GUARDIAN,) if period.ties else ()
            yield _relation(Kin.GUARDIAN, (person, ""), home, period, grounds)


def _between(
    about: Collection[str],
    homes: Mapping[Home, Sequence[Stay]],
    words: Iterable[Word],
    born: Mapping[str, frozenset[date]],
) -> Iterator[Relation]:
    ties: dict[Pair, list[_Tie]] = defaultdict(list)
    for home, there in homes.items():
        for a, b in combinations(there, 2):
            if a.person != b.person and (a.person in about or b.person in about):
                since, until = max(a.since, b.since), _sooner(a.until, b.until)
                if until is None or since < until:
                    tie = _Tie(home, (a, b), since, until)
                    ties[_pair(a.person, b.person)].append(tie)
    yes, no = _said(words, _two)
    nobody = Home(Ground.ADDRESS, 0)
    spoken = {pair for pair in yes if pair[0] in about or pair[1] in about}
    for pair in ties.keys() | spoken:
        periods = _named(_periods(ties.get(pair, ())), yes.get(pair))
        for period in _denied(periods, no.get(pair)):
            kind, grounds = _kin(period.ties, born[pair[0]], born[pair[1]])
            if period.word is not None and period.word.kind is not None:
                kind = period.word.kind
            yield _relation(kind, pair, nobody, period, grounds)


def _said(
    words: Iterable[Word], whom: Callable[[Word], About | None]
) -> tuple[dict[About, Word], dict[About, Word]]:
    """Of each two that words speak of: the last that they are related, the first that they are
    not."""
    yes: dict[About, Word] = {}
    no: dict[About, Word] = {}
    for word in _oldest_last(words):
        if (both := whom(word)) is not None:
            if word.kind is None:
                no[both] = word
            else:
                yes.setdefault(both, word)
    return yes, no


def _two(word: Word) -> Pair | None:
    """The two people that a word speaks of."""
    return None if word.guardian or word.one == word.other else _pair(word.one, word.other)


def _adult(word: Word) -> tuple[str, int] | None:
    """The person and the guardian that a word speaks of."""
    return (word.one, word.guardian) if word.guardian else None


def _oldest_last(words: Iterable[Word]) -> list[Word]:
    return sorted(words, key=lambda word: (word.at, word.verdict), reverse=True)


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _periods(ties: Iterable[_Tie]) -> list[_Period]:
    """Ties put together where one begins before, or when, the other ends."""
    found: list[_Period] = []
    for tie in sorted(ties, key=lambda tie: tie.since):
        last = found[-1] if found else None
        if last is not None and (last.until is None or tie.since <= last.until):
            last.ties.append(tie)
            last.until = _later(last.until, tie.until)
        else:
            found.append(_Period(tie.since, tie.until, [tie]))
    return found


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((end for end in (one, other) if end is not None), default=None)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return None if one is None or other is None else max(one, other)


def _named(periods: list[_Period], word: Word | None) -> list[_Period]:
    """With a reviewer's word that they are related: for the time of which it is said they are,
    until it is undone. It adds to what is stated of that time and ends none of it."""
    if word is None:
        return periods
    met = [
        p
        for p in periods
        if (p.until is None or p.until >= word.begins)
        and (word.until is None or p.since <= word.until)
    ]
    since, until = word.begins, word.until
    for period in met:
        since, until = min(since, period.since), _later(until, period.until)
    ties = [tie for period in met for tie in period.ties]
    return [*(p for p in periods if p not in met), _Period(since, until, ties, word)]


def _denied(periods: Iterable[_Period], word: Word | None) -> Iterator[_Period]:
    """With a reviewer's word that they are not: what was stated ends then, and does not return."""
    for period in periods:
        if word is None or (period.until is not None and period.until <= word.at):
            yield period
        elif period.since < word.at:
            ties = [tie for tie in period.ties if tie.since < word.at]
            yield _Period(period.since, word.at, ties, word)


def _kin(
    ties: Iterable[_Tie], mine: frozenset[date], hers: frozenset[date]
) -> tuple[Kin, tuple[Ground, ...]]:
    """Siblings share a guardian, or an address and a surname; else it is one household."""
    holding = _holding(ties)
    grounds = {tie.home.ground for tie in holding}
    if any(frozenset.intersection(*(stay.surnames for stay in tie.stays)) for tie in holding):
        grounds.add(Ground.SURNAME)
    days = [abs((a - b).days) for a in mine for b in hers]
    kind = Kin.HOUSEHOLD
    if grounds - {Ground.ADDRESS} and days and min(days) <= _APART:
        kind = Kin.TWIN if min(days) == 0 else Kin.SIBLING
    if kind is Kin.TWIN:
        grounds.add(Ground.BIRTH_DATE)
    return kind, tuple(ground for ground in Ground if ground in grounds)


def _holding(ties: Iterable[_Tie]) -> list[_Tie]:
    """Those that still stand; where none does, all of them."""
    known = list(ties)
    return [tie for tie in known if tie.until is None] or known


def _births(stays: Iterable[Stay]) -> Mapping[str, frozenset[date]]:
    """Person → the birth dates that are stated; where none is any more, those that were."""
    said: dict[tuple[str, bool], set[date]] = defaultdict(set)
    for stay in stays:
        if stay.birth_date is not None:
            said[stay.person, stay.until is None].add(stay.birth_date)
    found: dict[str, frozenset[date]] = defaultdict(frozenset)
    for person, now in sorted(said):
        found[person] = frozenset(said[person, now])  # those that stand come last
    return found


def _relation(
    kind: Kin, pair: Pair, guardian: Home, period: _Period, grounds: tuple[Ground, ...]
) -> Relation:
    sources = {stay.source for tie in _holding(period.ties) for stay in tie.stays}
    return Relation(
        kind=kind,
        one=pair[0],
        other=pair[1],
        guardian=guardian.value,
        name=guardian.name,
        since=period.since,
        until=period.until,
        sources=tuple(sorted(sources)),
        grounds=grounds,
        verdict=period.word.verdict if period.word else 0,
    )
