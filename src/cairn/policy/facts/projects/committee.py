"""Facts about a body that decides together: its seats, rules, agenda and votes."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cairn.policy.vocabulary import Ballot

__all__ = ["BodyFact", "BodyKind", "ConflictOfInterest", "Hearing", "SeatFact", "VoteFact"]


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
    """One person's seat, with its first and last day.

    Attributes:
        person: actor id of the member.
        organization: slug of the organization that the member sits for; empty if for none.
        starts: first day, included.
        ends: last day, included; None means open.
        for_families: whether the seat is for families or young people.
    """

    person: str
    organization: str
    starts: date
    ends: date | None = None
    for_families: bool = False

    def is_active(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True)
class BodyFact:
    """A body's own rules: the share of seats that must vote, and of votes that must be in favor.

    Attributes:
        slug: short name of the body.
        kind: kind of body.
        seats: every seat that it ever had; the date of a question selects those that are filled.
        quorum: percent of the seats that may vote that must cast a ballot.
        majority: percent of the ballots for or against that must be exceeded; 50 means more than
            half.
        conflicts: conflicts of interest in which a member may not vote.
        family_seat: whether no decision counts while no seat for families or young people is
            filled.
    """

    slug: str
    kind: BodyKind
    seats: tuple[SeatFact, ...] = ()
    quorum: int = 50
    majority: int = 50
    conflicts: frozenset[ConflictOfInterest] = frozenset(ConflictOfInterest)
    family_seat: bool = True

    def find_seat(self, person: str, on: date) -> SeatFact | None:
        return next(
            (seat for seat in self.seats if seat.person == person and seat.is_active(on)), None
        )


@dataclass(frozen=True, slots=True)
class VoteFact:
    """One member's ballot and its day; a later ballot of the same member replaces it.

    Attributes:
        person: actor id of the member.
        ballot: the vote.
        on: day of the vote.
    """

    person: str
    ballot: Ballot
    on: date


@dataclass(frozen=True, slots=True)
class Hearing:
    """One matter on a body's agenda, with its votes and the members who recused themselves.

    Attributes:
        body: body that decides, with its rules.
        version: number of the project version that it decides about.
        votes: ballots in the order in which they were cast.
        recused: actor ids of the members who recused themselves.
        closed_on: day on which the vote was closed; None if it is still open and undecided.
    """

    body: BodyFact
    version: int
    votes: tuple[VoteFact, ...] = ()
    recused: frozenset[str] = frozenset()
    closed_on: date | None = None
