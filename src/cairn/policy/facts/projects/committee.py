"""Facts about a body that decides together: its seats, rules, agenda and votes."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.vocabulary import Ballot

__all__ = [
    "BodyFact",
    "BodyKind",
    "ConflictOfInterest",
    "Hearing",
    "ProxyFact",
    "SeatFact",
    "VoteFact",
]


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
        unanimous: whether every ballot that counts must be in favor; ``majority`` is then not read.
        abstentions_count: whether an abstention counts among the ballots of the majority, so that
            abstaining works against the project.
        quorum_of_present: whether the quorum counts the members present at the meeting, not the
            ballots; then only members present vote.
        proxies: whether an absent member may have another member vote for them.
    """

    slug: str
    kind: BodyKind
    seats: tuple[SeatFact, ...] = ()
    quorum: int = 50
    majority: int = 50
    conflicts: frozenset[ConflictOfInterest] = frozenset(ConflictOfInterest)
    family_seat: bool = True
    unanimous: bool = field(default=False, metadata=ADDED_LATER)
    abstentions_count: bool = field(default=False, metadata=ADDED_LATER)
    quorum_of_present: bool = field(default=False, metadata=ADDED_LATER)
    proxies: bool = field(default=False, metadata=ADDED_LATER)

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
        cast_by: actor id of the member who cast it as a proxy; empty if the member cast it.
    """

    person: str
    ballot: Ballot
    on: date
    cast_by: str = field(default="", metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class ProxyFact:
    """An absent member's written choice of another member to vote for them on one matter.

    Attributes:
        absent: actor id of the absent member.
        holder: actor id of the member who votes for them.
    """

    absent: str
    holder: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """One matter on a body's agenda, with its votes and the members who recused themselves.

    Attributes:
        body: body that decides, with its rules.
        version: number of the project version that it decides about.
        votes: ballots in the order in which they were cast.
        recused: actor ids of the members who recused themselves.
        closed_on: day on which the vote was closed; None if it is still open and undecided.
        step: name of the workflow's step that the vote belongs to; empty if it was recorded before
            votes belonged to steps, and then it counts for every step of its body.
        present: actor ids of the members present at the meeting.
        proxies: choices of absent members, oldest first.
    """

    body: BodyFact
    version: int
    votes: tuple[VoteFact, ...] = ()
    recused: frozenset[str] = frozenset()
    closed_on: date | None = None
    step: str = field(default="", metadata=ADDED_LATER)
    present: frozenset[str] = field(default=frozenset(), metadata=ADDED_LATER)
    proxies: tuple[ProxyFact, ...] = field(default=(), metadata=ADDED_LATER)

    def find_proxy_holder(self, absent: str) -> str:
        """Return the member who votes for an absent one by the last choice; empty if none does."""
        return next(
            (proxy.holder for proxy in reversed(self.proxies) if proxy.absent == absent), ""
        )
