"""Facts about a body that decides together: its seats, rules, agenda and votes."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cairn.policy.vocabulary import Ballot


class BodyKind(StrEnum):
    """The kind of a body: the committee advises and approves, the executive body decides last."""

    COMMITTEE = "committee"
    EXECUTIVE = "executive"


class ConflictOfInterest(StrEnum):
    """The conflicts of interest in which a member may not vote, by the body's own rule."""

    LEADS = "leads"
    RECEIVES = "receives"
    WORKS_ON_IT = "works_on_it"


@dataclass(frozen=True, slots=True)
class SeatFact:
    """One person's seat, with its first and last day (both inclusive; no end means open)."""

    person: str
    organization: str
    starts: date
    ends: date | None = None
    for_families: bool = False

    def live(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True)
class BodyFact:
    """A body's own rules: the share of seats that must vote, and of votes that must be in favor.

    ``quorum`` and ``majority`` are percents; a majority of 50 means more than half.
    ``family_seat``:
    no decision counts while no seat for families or young people is filled.
    """

    slug: str
    kind: BodyKind
    seats: tuple[SeatFact, ...] = ()
    quorum: int = 50
    majority: int = 50
    conflicts: frozenset[ConflictOfInterest] = frozenset(ConflictOfInterest)
    family_seat: bool = True

    def find_seat(self, person: str, on: date) -> SeatFact | None:
        return next((seat for seat in self.seats if seat.person == person and seat.live(on)), None)


@dataclass(frozen=True, slots=True)
class VoteFact:
    """One member's ballot and its day; a later ballot of the same member replaces it."""

    person: str
    ballot: Ballot
    on: date


@dataclass(frozen=True, slots=True)
class Hearing:
    """One matter on a body's agenda, with its votes and the members who recused themselves.

    ``closed_on`` is the day on which the vote was closed (``None``: still open, undecided).
    """

    body: BodyFact
    version: int
    votes: tuple[VoteFact, ...] = ()
    recused: frozenset[str] = frozenset()
    closed_on: date | None = None
