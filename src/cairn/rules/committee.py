"""A body that decides together: who may vote on what, and what their votes come to on a date."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from cairn.rules.vocabulary import Ballot

_HUNDRED: Final = 100
_FOR: Final = frozenset({Ballot.APPROVE, Ballot.CONDITIONS})


class BodyKind(StrEnum):
    """What a body is for: the committee advises and approves, the executive body decides last."""

    COMMITTEE = "committee"
    EXECUTIVE = "executive"


class Conflict(StrEnum):
    """When a member does not vote, by the body's own rule."""

    LEADS = "leads"
    RECEIVES = "receives"
    WORKS_ON_IT = "works_on_it"


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's seat, from and to (both inclusive; no end means open)."""

    person: str
    organization: str
    starts: date
    ends: date | None = None
    for_families: bool = False

    def live(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True)
class Body:
    """A body's own rules: the share of seats that must vote, the share of votes that must be for.

    ``quorum`` and ``majority`` are percents; a majority of 50 means more than half.
    ``family_seat``: no decision counts while no seat for families or young people is filled.
    """

    slug: str
    kind: BodyKind
    seats: tuple[Seat, ...] = ()
    quorum: int = 50
    majority: int = 50
    conflicts: frozenset[Conflict] = frozenset(Conflict)
    family_seat: bool = True

    def seat_of(self, person: str, on: date) -> Seat | None:
        return next((s for s in self.seats if s.person == person and s.live(on)), None)


@dataclass(frozen=True, slots=True)
class Vote:
    """One member's ballot and its day; a later one of the same member replaces it."""

    person: str
    ballot: Ballot
    on: date


@dataclass(frozen=True, slots=True)
class Hearing:
    """One matter on a body's agenda, with the votes, and those who stepped aside.

    ``closed_on`` is the day on which the vote was closed (``None``: still open, nothing decided).
    """

    body: Body
    version: int
    votes: tuple[Vote, ...] = ()
    recused: frozenset[str] = frozenset()
    closed_on: date | None = None


class Result(StrEnum):
    """What a vote comes to."""

    OPEN = "open"
    NO_QUORUM = "no_quorum"
    NO_FAMILY_SEAT = "no_family_seat"
    APPROVED = "approved"
    CONDITIONS = "conditions"
    RETURNED = "returned"
    REJECTED = "rejected"


CARRIED: Final = frozenset({Result.APPROVED, Result.CONDITIONS})


@dataclass(frozen=True, slots=True)
class Tally:
    """A vote counted: seats that may vote, ballots cast, ballots for, and what it comes to."""

    seats: int
    cast: int
    in_favor: int
    result: Result


def tally(hearing: Hearing, on: date) -> Tally:
    """What the votes come to on a date. A vote that is not closed by then has decided nothing.

    Whoever stepped aside counts neither as a seat nor as a ballot; a vote of somebody without a
    live seat on its day counts for nothing; abstaining makes quorum and is neither for nor against.
    """
    day = hearing.closed_on or on
    seats = [s for s in hearing.body.seats if s.live(day) and s.person not in hearing.recused]
    valid = _valid(hearing, day)
    in_favor = sum(1 for v in valid if v.ballot in _FOR)
    counted = Tally(len(seats), len(valid), in_favor, Result.OPEN)
    if hearing.closed_on is None or on < hearing.closed_on:
        return counted
    return replace(counted, result=_result(hearing, seats, valid, counted))


def _valid(hearing: Hearing, day: date) -> tuple[Vote, ...]:
    """The last vote of each person who had a seat on its day and did not step aside."""
    last = {
        vote.person: vote
        for vote in hearing.votes
        if vote.on <= day
        and vote.person not in hearing.recused
        and hearing.body.seat_of(vote.person, vote.on)
    }
    return tuple(last.values())


def _result(hearing: Hearing, seats: list[Seat], valid: tuple[Vote, ...], counted: Tally) -> Result:
    body = hearing.body
    day = hearing.closed_on
    if not seats or counted.cast * _HUNDRED < body.quorum * counted.seats or not counted.cast:
        return Result.NO_QUORUM
    if body.family_seat and not any(s.for_families and s.live(day) for s in body.seats if day):
        return Result.NO_FAMILY_SEAT
    ballots = [v.ballot for v in valid]
    deciding = sum(1 for b in ballots if b is not Ballot.ABSTAIN)
    if counted.in_favor * _HUNDRED > body.majority * deciding:
        return Result.CONDITIONS if Ballot.CONDITIONS in ballots else Result.APPROVED
    returned = ballots.count(Ballot.RETURN) >= ballots.count(Ballot.REJECT)
    return Result.RETURNED if returned else Result.REJECTED


def must_step_aside(
    body: Body,
    seat: Seat,
    works_for: frozenset[str],
    *,
    lead: str,
    receives: frozenset[str],
    people: frozenset[str],
) -> tuple[Conflict, ...]:
    """Why a member may not vote on a project, by the body's own rule; empty when they may.

    ``works_for`` are the organizations for which the member acts beside the seat: whoever sits for
    a district and works for the recipient has the recipient's interest. ``lead`` is the
    organization that asks, ``receives`` those that would get data, ``people`` the actor ids of
    those who would work on it.
    """
    mine = works_for | {seat.organization}
    found = {
        Conflict.LEADS: lead in mine,
        Conflict.RECEIVES: bool(receives & mine),
        Conflict.WORKS_ON_IT: seat.person in people,
    }
    return tuple(c for c in Conflict if found[c] and c in body.conflicts)
