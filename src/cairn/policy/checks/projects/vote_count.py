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
    """

    seats: int
    cast: int
    in_favor: int
    result: VoteResult


def count_votes(hearing: Hearing, on: date) -> VoteTally:
    """Count the votes on a matter as of a date. A vote that is not closed by then has no result.

    A recused member counts neither as a seat nor as a ballot. A vote by a person without an active
    seat on that day does not count. Abstaining counts toward the quorum and is neither for nor
    against.

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
    count = VoteTally(len(seats), len(valid_votes), in_favor, VoteResult.OPEN)
    if hearing.closed_on is None or on < hearing.closed_on:
        return count
    return replace(count, result=_find_vote_result(hearing, seats, valid_votes, count))


def _select_valid_votes(hearing: Hearing, day: date) -> tuple[VoteFact, ...]:
    """Select the last vote of each person who had a seat on its day and was not recused."""
    last_votes = {
        vote.person: vote
        for vote in hearing.votes
        if vote.on <= day
        and vote.person not in hearing.recused
        and hearing.body.find_seat(vote.person, vote.on)
    }
    return tuple(last_votes.values())


def _find_vote_result(
    hearing: Hearing, seats: list[SeatFact], valid_votes: tuple[VoteFact, ...], count: VoteTally
) -> VoteResult:
    body = hearing.body
    day = hearing.closed_on
    if not seats or count.cast * _HUNDRED < body.quorum * count.seats or not count.cast:
        return VoteResult.NO_QUORUM
    if body.family_seat and not any(
        seat.for_families and seat.is_active(day) for seat in body.seats if day
    ):
        return VoteResult.NO_FAMILY_SEAT
    ballots = [vote.ballot for vote in valid_votes]
    deciding = sum(1 for ballot in ballots if ballot is not Ballot.ABSTAIN)
    if count.in_favor * _HUNDRED > body.majority * deciding:
        return VoteResult.CONDITIONS if Ballot.CONDITIONS in ballots else VoteResult.APPROVED
    returned = ballots.count(Ballot.RETURN) >= ballots.count(Ballot.REJECT)
    return VoteResult.RETURNED if returned else VoteResult.REJECTED
