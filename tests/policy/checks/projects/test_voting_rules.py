"""A body's own rules: unanimity, quorum of those present, abstentions, proxies; votes and steps."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from tests.policy.authorized_project import DAY, FLOW, body, hearing, project

from cairn.policy.checks.projects.project_requirements import find_decided_hearing
from cairn.policy.checks.projects.vote_count import VoteResult, count_votes
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.projects.committee import Hearing, ProxyFact, VoteFact
from cairn.policy.questions.governance.committees import (
    may_appoint_proxy,
    may_close_vote,
    may_vote_as_proxy,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.projects import Ballot, Decider, ProjectState

Acting = Callable[..., Actor]
B, R = Ballot, VoteResult
PEOPLE: Final = ("11", "12", "13", "14")


def _heard(*ballots: Ballot, **rules: object) -> Hearing:
    votes = tuple(VoteFact(who, ballot, DAY) for who, ballot in zip(PEOPLE, ballots, strict=False))
    return hearing(votes=votes, body=body(**rules))


@pytest.mark.parametrize(
    ("ballots", "rules", "result"),
    [
        ((B.APPROVE, B.APPROVE, B.APPROVE), {"unanimous": True}, R.APPROVED),
        ((B.APPROVE, B.APPROVE, B.REJECT), {"unanimous": True}, R.REJECTED),
        ((B.APPROVE, B.APPROVE, B.ABSTAIN), {"unanimous": True}, R.APPROVED),
        ((B.ABSTAIN, B.ABSTAIN), {"unanimous": True}, R.RETURNED),
        (
            (B.APPROVE, B.APPROVE, B.ABSTAIN),
            {"unanimous": True, "abstentions_count": True},
            R.RETURNED,
        ),
        ((B.APPROVE, B.ABSTAIN), {}, R.APPROVED),
        ((B.APPROVE, B.ABSTAIN), {"abstentions_count": True}, R.RETURNED),
        ((B.APPROVE, B.APPROVE, B.ABSTAIN), {"abstentions_count": True}, R.APPROVED),
    ],
)
def test_unanimity_and_abstentions(
    ballots: tuple[Ballot, ...], rules: dict[str, object], result: VoteResult
) -> None:
    assert count_votes(_heard(*ballots, **rules), DAY).result is result


def test_a_quorum_of_those_present() -> None:
    one_vote = _heard(B.APPROVE, quorum_of_present=True)
    assert count_votes(one_vote, DAY).result is R.NO_QUORUM
    three = replace(one_vote, present=frozenset({"11", "12", "13"}))
    tally = count_votes(three, DAY)
    assert (tally.present, tally.cast, tally.result) == (3, 1, R.APPROVED)
    # The ballot of a member who was not there does not count.
    absent = replace(three, votes=(*three.votes, VoteFact("14", B.REJECT, DAY)))
    assert count_votes(absent, DAY).cast == 1
    assert count_votes(replace(three, present=frozenset({"12", "13"})), DAY).result is R.NO_QUORUM


def test_a_proxy_votes_where_the_rules_allow_it() -> None:
    proxied = VoteFact("14", B.REJECT, DAY, cast_by="11")
    heard = _heard(B.APPROVE, proxies=True)
    given = replace(heard, votes=(*heard.votes, proxied), proxies=(ProxyFact("14", "11"),))
    assert count_votes(given, DAY).cast == 2
    for refused in (
        replace(given, body=body()),
        replace(given, proxies=()),
        replace(given, proxies=(*given.proxies, ProxyFact("14", "12"))),
        replace(given, recused=frozenset({"14"})),
        replace(given, votes=(heard.votes[0], replace(proxied, cast_by="99"))),
    ):
        assert count_votes(refused, DAY).cast == 1
    # The holder's recusal takes both ballots; the member's own ballot replaces the proxy's.
    assert count_votes(replace(given, recused=frozenset({"11"})), DAY).cast == 0
    own = replace(given, votes=(VoteFact("14", B.APPROVE, DAY), *given.votes))
    assert count_votes(own, DAY).in_favor == 2
    # A member whose proxy is there counts as represented.
    there = replace(given, body=body(proxies=True, quorum_of_present=True), present=frozenset("11"))
    assert count_votes(replace(there, present=frozenset({"11"})), DAY).present == 2


def test_who_names_a_proxy_and_who_votes_as_one(acting: Acting) -> None:
    waiting = project(state=ProjectState.COMMITTEE, step="committee", hearings=())
    rules = body(proxies=True)
    heard = hearing(votes=(), closed_on=None, body=rules)
    absent, holder = (acting(Role.COMMITTEE_MEMBER, id=who) for who in ("14", "12"))

    def codes(decision: object) -> list[str]:
        return [reason.code for reason in decision.refusals]  # type: ignore[attr-defined]

    assert may_appoint_proxy(waiting, heard, "12", absent, DAY).allowed
    assert codes(may_appoint_proxy(waiting, heard, "14", absent, DAY)) == ["V11"]
    assert codes(may_appoint_proxy(waiting, heard, "99", absent, DAY)) == ["V11"]
    taken = replace(heard, proxies=(ProxyFact("13", "12"),))
    assert codes(may_appoint_proxy(waiting, taken, "12", absent, DAY)) == ["V11"]
    no_rule = replace(heard, body=body())
    assert codes(may_appoint_proxy(waiting, no_rule, "12", absent, DAY)) == ["V10"]
    given = replace(heard, proxies=(ProxyFact("14", "12"),))
    assert may_vote_as_proxy(waiting, given, "14", holder, DAY).allowed
    assert codes(may_vote_as_proxy(waiting, heard, "14", holder, DAY)) == ["V12"]
    aside = replace(given, recused=frozenset({"14"}))
    assert codes(may_vote_as_proxy(waiting, aside, "14", holder, DAY)) == ["V12"]


def test_closing_without_a_quorum_of_those_present(acting: Acting) -> None:
    waiting = project(state=ProjectState.COMMITTEE, step="committee", hearings=())
    heard = replace(_heard(B.APPROVE, quorum_of_present=True), closed_on=None)
    manager = acting(Role.DATA_MANAGER)
    closing = may_close_vote(waiting, heard, 0, manager, DAY)
    assert [reason.code for reason in closing.refusals] == ["V09"]
    there = replace(heard, present=frozenset({"11", "12"}))
    assert may_close_vote(waiting, there, 0, manager, DAY).allowed


def test_each_vote_belongs_to_its_step() -> None:
    """One committee that votes at two steps votes twice."""
    twice = replace(
        FLOW,
        steps=tuple(
            replace(step, deciders=(Decider.COMMITTEE,)) if step.name == "board" else step
            for step in FLOW.steps
        ),
    )
    first = hearing(step="committee")
    voted_once = project(flow=twice, hearings=(first,))
    assert find_decided_hearing(voted_once, "committee", Decider.COMMITTEE, DAY) is not None
    assert find_decided_hearing(voted_once, "board", Decider.COMMITTEE, DAY) is None
    voted_twice = replace(voted_once, hearings=(first, hearing(step="board")))
    assert find_decided_hearing(voted_twice, "board", Decider.COMMITTEE, DAY) is not None
    # A vote from before votes belonged to steps counts for each step of its body.
    earlier = replace(voted_once, hearings=(hearing(),))
    assert find_decided_hearing(earlier, "board", Decider.COMMITTEE, DAY) is not None
