"""What votes come to on a date, who may cast them, and who steps aside."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.authorized_project import DAY, body, hearing, project

from cairn.policy.checks.projects.vote_count import APPROVING_RESULTS, VoteResult, count_votes
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.projects.committee import (
    BodyKind,
    ConflictOfInterest,
    Hearing,
    SeatFact,
    VoteFact,
)
from cairn.policy.questions.governance.committees import (
    may_change_committee,
    may_close_vote,
    may_put_project_on_agenda,
    may_recuse_from_vote,
    may_view_committees,
    may_vote_on_project,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.projects import Ballot, ProjectState

B = Ballot
MEMBER = {"id": "13"}


def _build_hearing(*ballots: Ballot, **changes: object) -> Hearing:
    people = ("11", "12", "13", "14")
    votes = tuple(VoteFact(p, b, DAY) for p, b in zip(people, ballots, strict=False))
    return hearing(votes=votes, **changes)


@pytest.mark.parametrize(
    ("ballots", "result"),
    [
        ((), VoteResult.NO_QUORUM),
        ((B.APPROVE,), VoteResult.NO_QUORUM),
        ((B.APPROVE, B.APPROVE), VoteResult.APPROVED),
        ((B.APPROVE, B.CONDITIONS), VoteResult.CONDITIONS),
        ((B.APPROVE, B.ABSTAIN), VoteResult.APPROVED),
        ((B.ABSTAIN, B.ABSTAIN), VoteResult.RETURNED),
        ((B.APPROVE, B.REJECT), VoteResult.REJECTED),
        ((B.APPROVE, B.RETURN), VoteResult.RETURNED),
        ((B.RETURN, B.RETURN, B.REJECT, B.APPROVE), VoteResult.RETURNED),
        ((B.REJECT, B.REJECT, B.RETURN, B.APPROVE), VoteResult.REJECTED),
    ],
)
def test_what_votes_come_to(ballots: tuple[Ballot, ...], result: VoteResult) -> None:
    assert count_votes(_build_hearing(*ballots), DAY).result is result


def test_a_vote_counts_from_the_day_it_is_closed() -> None:
    closed = _build_hearing(B.APPROVE, B.APPROVE)
    assert count_votes(closed, DAY - timedelta(1)).result is VoteResult.OPEN
    assert count_votes(replace(closed, closed_on=None), DAY).result is VoteResult.OPEN


def test_without_a_family_seat_nothing_is_decided() -> None:
    seats = tuple(replace(s, for_families=False) for s in body().seats)
    nobody = body(seats=seats)
    assert (
        count_votes(_build_hearing(B.APPROVE, B.APPROVE, body=nobody), DAY).result
        is VoteResult.NO_FAMILY_SEAT
    )
    not_asked = replace(nobody, family_seat=False)
    assert (
        count_votes(_build_hearing(B.APPROVE, B.APPROVE, body=not_asked), DAY).result
        is VoteResult.APPROVED
    )
    ended = body(seats=tuple(replace(s, ends=DAY - timedelta(1)) for s in body().seats))
    assert count_votes(_build_hearing(B.APPROVE, body=ended), DAY).result is VoteResult.NO_QUORUM


def test_stepping_aside_a_second_vote_and_a_vote_without_a_seat() -> None:
    aside = _build_hearing(B.REJECT, B.APPROVE, B.APPROVE, recused=frozenset({"11"}))
    assert (count_votes(aside, DAY).seats, count_votes(aside, DAY).cast) == (3, 2)
    assert count_votes(aside, DAY).result is VoteResult.APPROVED
    changed = replace(
        aside, recused=frozenset(), votes=(*aside.votes, VoteFact("11", B.APPROVE, DAY))
    )
    assert count_votes(changed, DAY).in_favor == 3
    stranger = replace(aside, votes=(*aside.votes, VoteFact("99", B.REJECT, DAY)))
    assert count_votes(stranger, DAY).cast == 2
    late = replace(aside, votes=(*aside.votes, VoteFact("14", B.REJECT, DAY + timedelta(1))))
    assert count_votes(late, DAY).cast == 2


@given(
    ballots=st.lists(st.sampled_from(list(B)), max_size=4),
    quorum=st.integers(1, 100),
    majority=st.integers(0, 99),
)
def test_no_vote_carries_without_quorum_and_majority(
    ballots: list[Ballot], quorum: int, majority: int
) -> None:
    heard = _build_hearing(*ballots, body=body(quorum=quorum, majority=majority))
    counted = count_votes(heard, DAY)
    if counted.result in APPROVING_RESULTS:
        against = sum(b in (B.REJECT, B.RETURN) for b in ballots)
        assert len(ballots) * 100 >= quorum * 4
        assert counted.in_favor * 100 > majority * (counted.in_favor + against)


@pytest.fixture
def waiting() -> object:
    return project(state=ProjectState.COMMITTEE, step="committee", hearings=())


def _codes(decision: object) -> set[str]:
    return {r.code for r in decision.refusals}  # type: ignore[attr-defined]


def test_who_may_vote(acting: Callable[..., Actor], waiting: object) -> None:
    member = acting(Role.COMMITTEE_MEMBER, at="families", **MEMBER)
    open_still = hearing(votes=(), closed_on=None)
    assert may_vote_on_project(waiting, open_still, member, DAY).allowed
    stranger = acting(Role.COMMITTEE_MEMBER, at="families", id="99")
    assert _codes(may_vote_on_project(waiting, open_still, stranger, DAY)) == {"V01"}
    closed = hearing(closed_on=DAY)
    assert "V02" in _codes(may_vote_on_project(waiting, closed, member, DAY))
    aside = replace(open_still, recused=frozenset({"13"}))
    assert _codes(may_vote_on_project(waiting, aside, member, DAY)) == {"V04"}
    assert _codes(may_vote_on_project(project(), open_still, member, DAY)) == {"V07"}
    analyst = acting(Role.ANALYST, at="hub", id="13")
    assert "A03" in _codes(may_vote_on_project(waiting, open_still, analyst, DAY))


@pytest.mark.parametrize(
    ("changes", "conflicts", "denied"),
    [
        ({"lead": "families"}, frozenset(ConflictOfInterest), True),
        ({"lead": "families"}, frozenset({ConflictOfInterest.RECEIVES}), False),
        ({"organizations": frozenset({"families"})}, frozenset(ConflictOfInterest), True),
        ({"staff": frozenset({"13"})}, frozenset(ConflictOfInterest), True),
        ({"requester": "13"}, frozenset({ConflictOfInterest.WORKS_ON_IT}), True),
        ({"requester": "13"}, frozenset(), False),
    ],
)
def test_a_conflict_of_interest_by_the_bodys_own_rule(
    acting: Callable[..., Actor],
    changes: dict[str, object],
    conflicts: frozenset[ConflictOfInterest],
    *,
    denied: bool,
) -> None:
    member = acting(Role.COMMITTEE_MEMBER, at="families", **MEMBER)
    fact = project(state=ProjectState.COMMITTEE, step="committee", hearings=(), **changes)
    heard = hearing(body=body(conflicts=conflicts), votes=(), closed_on=None)
    decision = may_vote_on_project(fact, heard, member, DAY)
    assert (_codes(decision) == {"V03"}) is denied
    assert decision.allowed is not denied
    assert may_recuse_from_vote(fact, heard, member, DAY).allowed


def test_who_works_for_the_recipient_steps_aside_whatever_the_seat(
    acting: Callable[..., Actor],
) -> None:
    member = acting(Role.COMMITTEE_MEMBER, at="families", **MEMBER)
    fact = project(
        state=ProjectState.COMMITTEE,
        step="committee",
        hearings=(),
        organizations=frozenset({"tutors"}),
    )
    heard = hearing(votes=(), closed_on=None)
    assert may_vote_on_project(fact, heard, member, DAY).allowed
    (seat,) = member.affiliations
    for role, denied in ((Role.PROGRAM_STAFF, True), (Role.COMMITTEE_MEMBER, False)):
        other = replace(seat, organization="tutors", role=role)
        both = replace(member, affiliations=(seat, other))
        assert (_codes(may_vote_on_project(fact, heard, both, DAY)) == {"V03"}) is denied


def test_the_agenda_and_the_closing(acting: Callable[..., Actor], waiting: object) -> None:
    manager = acting(Role.DATA_MANAGER, id="1")
    assert may_put_project_on_agenda(waiting, body(), manager, DAY).allowed
    assert _codes(may_put_project_on_agenda(waiting, body(BodyKind.EXECUTIVE), manager, DAY)) == {
        "V07"
    }
    open_still = replace(hearing(), closed_on=None)
    assert may_close_vote(waiting, open_still, 0, manager, DAY).allowed
    assert _codes(may_close_vote(waiting, replace(open_still, votes=()), 0, manager, DAY)) == {
        "V05"
    }
    no_family = replace(open_still, body=body(seats=body().seats[:2]), votes=open_still.votes[:2])
    assert _codes(may_close_vote(waiting, no_family, 0, manager, DAY)) == {"V06"}
    assert _codes(may_close_vote(waiting, hearing(), 0, manager, DAY)) == {"V02"}
    on_conditions = replace(open_still, votes=_build_hearing(B.APPROVE, B.CONDITIONS).votes)
    assert _codes(may_close_vote(waiting, on_conditions, 0, manager, DAY)) == {"V08"}
    assert may_close_vote(waiting, on_conditions, 1, manager, DAY).allowed


def test_who_may_see_and_change_bodies(acting: Callable[..., Actor]) -> None:
    assert may_change_committee(acting(Role.DATA_MANAGER), DAY).allowed
    assert not may_change_committee(acting(Role.STEWARD, at="river"), DAY).allowed
    assert may_view_committees(acting(Role.STEWARD, at="river"), DAY).allowed
    assert not may_view_committees(Actor.public(), DAY).allowed


def test_seats_have_terms() -> None:
    seat = SeatFact("1", "river", DAY, DAY)
    assert [seat.is_active(DAY + timedelta(n)) for n in (-1, 0, 1)] == [False, True, False]
