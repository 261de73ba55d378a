"""Derive households, siblings and guardians over time, from records and reviewers.

A pure function of three inputs: which person each record belongs to today, what each delivery
states of a record's home from a day to a day, and what reviewers stated. So a fact follows its
records when people merge or split, and withdrawing a delivery leaves the same facts as if it had
never arrived. Uses names, birth dates and addresses alone; no other information about a child.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations
from typing import Final, TypeAlias, TypeVar

__all__ = [
    "MAX_HOUSEHOLD_SURNAMES",
    "HouseholdIdentifier",
    "RelationshipFact",
    "RelationshipGround",
    "RelationshipKind",
    "Residence",
    "ReviewerStatement",
    "derive_relationships",
]

_MAX_SIBLING_DAYS: Final = 20 * 365
"""Maximum days between siblings; beyond them one may be the other's parent."""

MAX_HOUSEHOLD_SURNAMES: Final = 8
"""This many different surnames at one address, or under one guardian, are no household."""


class RelationshipKind(StrEnum):
    """How two people of the index are related, or an adult to one of them."""

    GUARDIAN = "guardian"
    TWIN = "twin"
    SIBLING = "sibling"
    HOUSEHOLD = "household"


class RelationshipGround(StrEnum):
    """The evidence for a relationship."""

    ADDRESS = "address"
    GUARDIAN = "guardian"
    SURNAME = "surname"
    BIRTH_DATE = "birth_date"


@dataclass(frozen=True, slots=True)
class HouseholdIdentifier:
    """An address or a guardian that the records of one household share.

    Attributes:
        ground: `ADDRESS` or `GUARDIAN`.
        value: keyed hash of the standardized address, or of the guardian.
        name: name of a guardian; empty for an address.
    """

    ground: RelationshipGround
    value: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Residence:
    """What one delivery states of the family of one record, over one period.

    Attributes:
        person: person ID that the record belongs to today.
        source: slug of the organization that delivered it.
        since: when the statement begins.
        until: when it ends; None if it still holds.
        birth_date: the child's birth date, if stated.
        surnames: words of the child's surname, standardized.
        home: the address and the guardians.
    """

    person: str
    source: str
    since: datetime
    until: datetime | None
    birth_date: date | None
    surnames: frozenset[str]
    home: frozenset[HouseholdIdentifier]


@dataclass(frozen=True, slots=True)
class ReviewerStatement:
    """What a reviewer stated about two people, or about one person and a guardian.

    Attributes:
        verdict: number of the reviewer's decision.
        kind: how the two are related; None states that they are not.
        one: person ID.
        other: person ID of the other; empty where a guardian is concerned.
        at: when the statement was made.
        guardian: keyed hash of a guardian; 0 where two people are concerned.
        name: name of that guardian.
        since: when a positive statement begins; None for `at`.
        until: when it ends; None if it still holds.
    """

    verdict: int
    kind: RelationshipKind | None
    one: str
    other: str
    at: datetime
    guardian: int = 0
    name: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def begins(self) -> datetime:
        """The time from which a positive statement holds."""
        return self.since or self.at


@dataclass(frozen=True, slots=True)
class RelationshipFact:
    """One relationship of a person to another, or to an adult by name, over one period.

    It begins when both sides were stated, and ends when no source states them or a reviewer denies
    it.

    Attributes:
        kind: how they are related.
        one: person ID, the smaller of the two.
        other: person ID of the other; empty for a guardian.
        guardian: keyed hash of the guardian; 0 for two people.
        name: name of the guardian.
        since: when it begins.
        until: when it ended; None if it still holds.
        sources: slugs of the organizations that state it; of a past fact, that stated it last.
        grounds: the evidence, current or last.
        verdict: number of the reviewer's decision that made, named or ended it; 0 if none did.
    """

    kind: RelationshipKind
    one: str
    other: str
    guardian: int
    name: str
    since: datetime
    until: datetime | None
    sources: tuple[str, ...]
    grounds: tuple[RelationshipGround, ...]
    verdict: int = 0


@dataclass(frozen=True, slots=True)
class _SharedHousehold:
    """Two residences that share a household identifier, or one with a guardian, and when."""

    home: HouseholdIdentifier
    stays: tuple[Residence, ...]
    since: datetime
    until: datetime | None


@dataclass(slots=True)
class _RelationshipPeriod:
    """Shared households without a gap between them, and a reviewer's statement about them."""

    since: datetime
    until: datetime | None
    ties: list[_SharedHousehold]
    word: ReviewerStatement | None = None


PersonPair: TypeAlias = tuple[str, str]
StatementSubject = TypeVar("StatementSubject", tuple[str, str], tuple[str, int])


def derive_relationships(
    person_ids: Collection[str],
    residences: Iterable[Residence],
    statements: Iterable[ReviewerStatement] = (),
) -> frozenset[RelationshipFact]:
    """Derive the facts, past and present, about these people.

    Args:
        person_ids: person IDs.
        residences: all residences of these people, and all that share a household identifier with
            one of them.
        statements: the reviewers' statements about one of them.
    Returns:
        The facts.
    """
    all_residences = list(residences)
    by_home: dict[HouseholdIdentifier, list[Residence]] = defaultdict(list)
    for residence in all_residences:
        for home in residence.home:
            by_home[home].append(residence)
    homes = {home: members for home, members in by_home.items() if _is_one_household(members)}
    all_statements = list(statements)
    birth_dates = _collect_birth_dates(all_residences)
    facts = [
        *_derive_guardians(person_ids, homes, all_statements),
        *_derive_person_pairs(person_ids, homes, all_statements, birth_dates),
    ]
    return frozenset(facts)


def _is_one_household(residences: Iterable[Residence]) -> bool:
    return (
        len({tuple(sorted(residence.surnames)) for residence in residences})
        < MAX_HOUSEHOLD_SURNAMES
    )


def _derive_guardians(
    person_ids: Collection[str],
    homes: Mapping[HouseholdIdentifier, Sequence[Residence]],
    statements: Iterable[ReviewerStatement],
) -> Iterator[RelationshipFact]:
    ties: dict[tuple[str, HouseholdIdentifier], list[_SharedHousehold]] = defaultdict(list)
    for home, residences in homes.items():
        if home.ground is RelationshipGround.GUARDIAN:
            for residence in residences:
                if residence.person in person_ids:
                    ties[residence.person, home].append(
                        _SharedHousehold(home, (residence,), residence.since, residence.until)
                    )
    confirmed, denied = _collect_statements(statements, _get_person_and_guardian)
    stated = {
        (person, HouseholdIdentifier(RelationshipGround.GUARDIAN, value, statement.name))
        for (person, value), statement in confirmed.items()
        if person in person_ids
    }
    for person, home in ties.keys() | stated:
        periods = _apply_confirmation(
            _join_periods(ties.get((person, home), ())), confirmed.get((person, home.value))
        )
        for period in _apply_denial(periods, denied.get((person, home.value))):
            grounds = (RelationshipGround.GUARDIAN,) if period.ties else ()
            yield _build_fact(RelationshipKind.GUARDIAN, (person, ""), home, period, grounds)


def _derive_person_pairs(
    person_ids: Collection[str],
    homes: Mapping[HouseholdIdentifier, Sequence[Residence]],
    statements: Iterable[ReviewerStatement],
    birth_dates: Mapping[str, frozenset[date]],
) -> Iterator[RelationshipFact]:
    ties: dict[PersonPair, list[_SharedHousehold]] = defaultdict(list)
    for home, residences in homes.items():
        for left, right in combinations(residences, 2):
            if left.person != right.person and (
                left.person in person_ids or right.person in person_ids
            ):
                since, until = max(left.since, right.since), _earlier_end(left.until, right.until)
                if until is None or since < until:
                    tie = _SharedHousehold(home, (left, right), since, until)
                    ties[_order_people(left.person, right.person)].append(tie)
    confirmed, denied = _collect_statements(statements, _get_person_pair)
    no_guardian = HouseholdIdentifier(RelationshipGround.ADDRESS, 0)
    stated = {pair for pair in confirmed if pair[0] in person_ids or pair[1] in person_ids}
    for pair in ties.keys() | stated:
        periods = _apply_confirmation(_join_periods(ties.get(pair, ())), confirmed.get(pair))
        for period in _apply_denial(periods, denied.get(pair)):
            kind, grounds = _classify_relationship(
                period.ties, birth_dates[pair[0]], birth_dates[pair[1]]
            )
            if period.word is not None and period.word.kind is not None:
                kind = period.word.kind
            yield _build_fact(kind, pair, no_guardian, period, grounds)


def _collect_statements(
    statements: Iterable[ReviewerStatement],
    get_subject: Callable[[ReviewerStatement], StatementSubject | None],
) -> tuple[dict[StatementSubject, ReviewerStatement], dict[StatementSubject, ReviewerStatement]]:
    """Collect for each subject the last statement that confirms it and the first that denies it."""
    confirmed: dict[StatementSubject, ReviewerStatement] = {}
    denied: dict[StatementSubject, ReviewerStatement] = {}
    for statement in _sort_newest_first(statements):
        if (subject := get_subject(statement)) is not None:
            if statement.kind is None:
                denied[subject] = statement
            else:
                confirmed.setdefault(subject, statement)
    return confirmed, denied


def _get_person_pair(statement: ReviewerStatement) -> PersonPair | None:
    """Return the two people that a statement is about."""
    return (
        None
        if statement.guardian or statement.one == statement.other
        else _order_people(statement.one, statement.other)
    )


def _get_person_and_guardian(statement: ReviewerStatement) -> tuple[str, int] | None:
    """Return the person and the guardian that a statement is about."""
    return (statement.one, statement.guardian) if statement.guardian else None


def _sort_newest_first(statements: Iterable[ReviewerStatement]) -> list[ReviewerStatement]:
    return sorted(statements, key=lambda statement: (statement.at, statement.verdict), reverse=True)


def _order_people(left: str, right: str) -> PersonPair:
    return (left, right) if left < right else (right, left)


def _join_periods(ties: Iterable[_SharedHousehold]) -> list[_RelationshipPeriod]:
    """Join shared households where one begins before, or when, the other ends."""
    periods: list[_RelationshipPeriod] = []
    for tie in sorted(ties, key=lambda tie: tie.since):
        last = periods[-1] if periods else None
        if last is not None and (last.until is None or tie.since <= last.until):
            last.ties.append(tie)
            last.until = _later_end(last.until, tie.until)
        else:
            periods.append(_RelationshipPeriod(tie.since, tie.until, [tie]))
    return periods


def _earlier_end(left: datetime | None, right: datetime | None) -> datetime | None:
    return min((end for end in (left, right) if end is not None), default=None)


def _later_end(left: datetime | None, right: datetime | None) -> datetime | None:
    return None if left is None or right is None else max(left, right)


def _apply_confirmation(
    periods: list[_RelationshipPeriod], statement: ReviewerStatement | None
) -> list[_RelationshipPeriod]:
    """Apply a reviewer's statement that they are related, for its time, until it is undone.

    It extends what records state for that time and ends none of it.
    """
    if statement is None:
        return periods
    overlapping = [
        period_to_keep
        for period_to_keep in periods
        if (period_to_keep.until is None or period_to_keep.until >= statement.begins)
        and (statement.until is None or period_to_keep.since <= statement.until)
    ]
    since, until = statement.begins, statement.until
    for period in overlapping:
        since, until = min(since, period.since), _later_end(until, period.until)
    ties = [tie for period in overlapping for tie in period.ties]
    return [
        *(period_to_keep for period_to_keep in periods if period_to_keep not in overlapping),
        _RelationshipPeriod(since, until, ties, statement),
    ]


def _apply_denial(
    periods: Iterable[_RelationshipPeriod], statement: ReviewerStatement | None
) -> Iterator[_RelationshipPeriod]:
    """Apply a reviewer's statement that they are not related: what was stated ends for good."""
    for period in periods:
        if statement is None or (period.until is not None and period.until <= statement.at):
            yield period
        elif period.since < statement.at:
            ties = [tie for tie in period.ties if tie.since < statement.at]
            yield _RelationshipPeriod(period.since, statement.at, ties, statement)


def _classify_relationship(
    ties: Iterable[_SharedHousehold],
    left_birth_dates: frozenset[date],
    right_birth_dates: frozenset[date],
) -> tuple[RelationshipKind, tuple[RelationshipGround, ...]]:
    """Classify two people: siblings share a guardian, or an address and a surname.

    All others share one household.
    """
    current_ties = _select_current_ties(ties)
    grounds = {tie.home.ground for tie in current_ties}
    if any(
        frozenset.intersection(*(residence.surnames for residence in tie.stays))
        for tie in current_ties
    ):
        grounds.add(RelationshipGround.SURNAME)
    days = [
        abs((left_day - right_day).days)
        for left_day in left_birth_dates
        for right_day in right_birth_dates
    ]
    kind = RelationshipKind.HOUSEHOLD
    if grounds - {RelationshipGround.ADDRESS} and days and min(days) <= _MAX_SIBLING_DAYS:
        kind = RelationshipKind.TWIN if min(days) == 0 else RelationshipKind.SIBLING
    if kind is RelationshipKind.TWIN:
        grounds.add(RelationshipGround.BIRTH_DATE)
    return kind, tuple(ground for ground in RelationshipGround if ground in grounds)


def _select_current_ties(ties: Iterable[_SharedHousehold]) -> list[_SharedHousehold]:
    """Select the shared households that still hold; if none does, all of them."""
    all_ties = list(ties)
    return [tie for tie in all_ties if tie.until is None] or all_ties


def _collect_birth_dates(residences: Iterable[Residence]) -> Mapping[str, frozenset[date]]:
    """Collect for each person the stated birth dates; if none is current, the past ones."""
    dates_by_person: dict[tuple[str, bool], set[date]] = defaultdict(set)
    for residence in residences:
        if residence.birth_date is not None:
            dates_by_person[residence.person, residence.until is None].add(residence.birth_date)
    birth_dates: dict[str, frozenset[date]] = defaultdict(frozenset)
    for person, now in sorted(dates_by_person):
        birth_dates[person] = frozenset(dates_by_person[person, now])  # current dates come last
    return birth_dates


def _build_fact(
    kind: RelationshipKind,
    pair: PersonPair,
    guardian: HouseholdIdentifier,
    period: _RelationshipPeriod,
    grounds: tuple[RelationshipGround, ...],
) -> RelationshipFact:
    sources = {
        residence.source for tie in _select_current_ties(period.ties) for residence in tie.stays
    }
    return RelationshipFact(
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
