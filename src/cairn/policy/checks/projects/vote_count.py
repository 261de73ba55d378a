"""Count the votes of a body on a project."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from cairn.policy.facts import Hearing, SeatFact, VoteFact
from cairn.policy.vocabulary import Ballot

__all__ = ["APPROVING_RESULTS", "VoteResult", "VoteTally", "count_votes"]

_HUNDRED: Final = 100
_APPROVING_BALLOTS: Final = frozenset({Ballot.APPROVE, Ballot.CONDITIONS})


class VoteResult(StrEnum):
    """The result of a vote."""

    OPEN = "open"
    NO_QUORUM = "no_quorum"
    NO_FAMILY_SEAT = "no_family_seat"
    APPROVED = "approved"
    CONDITIONS = "conditions"
    RETURNED = "returned"
    REJECTED = "rejected"


APPROVING_RESULTS: Final = frozenset({VoteResult.APPROVED, VoteResult.CONDITIONS})


@dataclass(frozen=True, slots=True)
class VoteTally:
    """The count of a vote: seats that may vote, ballots cast, ballots in favor, and the result.

    Args:
        seats: seats that may vote.
        cast: ballots that count.
        in_favor: ballots in favor, with or without conditions.
        result: the result.
        present: seats that are present or represented, by which some bodies count their quorum.
    """

    seats: int
    cast: int
    in_favor: int
    result: VoteResult
    present: int = 0


def count_votes(hearing: Hearing, on: date) -> VoteTally:
    """Count the votes on a matter as of a date. A vote that is not closed by then has no result.

    A recused member counts neither as a seat nor as a ballot. A vote by a person without an active
    seat on that day does not count. Abstaining counts toward the quorum; whether it also counts
    among the ballots that count for the majority is the body's own rule, and so are unanimity, a
    quorum of the members present, and proxies.

    Args:
        hearing: the matter with its votes.
        on: the date.
    Returns:
        The count and the result.
    """
    day = hearing.closed_on or on
    seats = [
        seat
        for seat in hearing.body.seats
        if seat.is_active(day) and seat.person not in hearing.recused
    ]
    valid_votes = _select_valid_votes(hearing, day)
    in_favor = sum(1 for vote in valid_votes if vote.ballot in _APPROVING_BALLOTS)
    count = VoteTally(
        len(seats),
        len(valid_votes),
        in_favor,
        VoteResult.OPEN,
        sum(1 for seat in seats if _is_represented(hearing, seat.person)),
    )
    if hearing.closed_on is None or on < hearing.closed_on:
        return count
    return replace(count, result=_find_vote_result(hearing, seats, valid_votes, count))


def _is_represented(hearing: Hearing, person: str) -> bool:
    """Tell whether a member is present, or their proxy is."""
    holder = hearing.find_proxy_holder(person) if hearing.body.proxies else ""
    return person in hearing.present or (bool(holder) and holder in hearing.present)


def is_ballot_valid(hearing: Hearing, vote: VoteFact) -> bool:
    """Tell whether one ballot counts: by a member with a seat, or by the member's proxy.

    Args:
        hearing: the matter.
        vote: the ballot.
    Returns:
        True if it counts, unless a later ballot of the same member replaces it.
    """
    body = hearing.body
    voters = [vote.person, *([vote.cast_by] if vote.cast_by else [])]
    if any(person in hearing.recused for person in voters):
        return False
    if not all(body.find_seat(person, vote.on) for person in voters):
        return False
    if vote.cast_by:
        return body.proxies and hearing.find_proxy_holder(vote.person) == vote.cast_by
    return True


def _select_valid_votes(hearing: Hearing, day: date) -> tuple[VoteFact, ...]:
    """Select the last valid ballot of each member; the member's own comes before a proxy's."""
    valid_votes = [
        vote
        for vote in hearing.votes
        if vote.on <= day
        and is_ballot_valid(hearing, vote)
        and (not hearing.body.quorum_of_present or _is_represented(hearing, vote.person))
    ]
    by_proxy_first = sorted(valid_votes, key=lambda vote: not vote.cast_by)
    return tuple({vote.person: vote for vote in by_proxy_first}.values())


def _find_vote_result(
    hearing: Hearing, seats: list[SeatFact], valid_votes: tuple[VoteFact, ...], count: VoteTally
) -> VoteResult:
    body = hearing.body
    day = hearing.closed_on
    taking_part = count.present if body.quorum_of_present else count.cast
    if not seats or taking_part * _HUNDRED < body.quorum * count.seats or not count.cast:
        return VoteResult.NO_QUORUM
    if body.family_seat and not any(
        seat.for_families and seat.is_active(day) for seat in body.seats if day
    ):
        return VoteResult.NO_FAMILY_SEAT
    ballots = [vote.ballot for vote in valid_votes]
    deciding = sum(
        1 for ballot in ballots if body.abstentions_count or ballot is not Ballot.ABSTAIN
    )
    is_approved = (
        count.in_favor == deciding > 0
        if body.unanimous
        else count.in_favor * _HUNDRED > body.majority * deciding
    )
    if is_approved:
        return VoteResult.CONDITIONS if Ballot.CONDITIONS in ballots else VoteResult.APPROVED
    returned = ballots.count(Ballot.RETURN) >= ballots.count(Ballot.REJECT)
    return VoteResult.RETURNED if returned else VoteResult.REJECTED
