"""A tribal nation decides whether figures count its children, and nobody decides for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy import permitted_use as u

from cairn.policy.checks.students.opt_outs_and_nations import find_approving_nations
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.outputs.release import ReleaseFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.nation import MemberFact, NationDecisionFact, NationFacts
from cairn.policy.facts.students.student import RowsFact
from cairn.policy.questions.data.data_marts import may_build_data_mart, may_count_people
from cairn.policy.questions.outputs.releases import (
    may_decide_for_nation,
    may_preview_release_to_owners,
    may_publish_release,
    may_submit_release,
    may_view_release,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.releases import NationAnswer, ReleaseState

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]
YES, NO = NationAnswer.APPROVE, NationAnswer.DECLINE
SAND, ELK = "sand-creek", "elk-river"
ID = frozenset({"student.local_id"})
WORDS = st.lists(
    st.builds(
        NationDecisionFact,
        st.sampled_from([SAND, ELK]),
        st.sampled_from(list(NationAnswer)),
        st.sampled_from(["Ada Bell", " "]),
        st.dates(u.ON - timedelta(days=3), u.ON + timedelta(days=1)),
    ),
    max_size=5,
)


def build_decision(
    answer: NationAnswer = YES, *, nation: str = SAND, on: date = u.ON, condition: str = ""
) -> NationDecisionFact:
    return NationDecisionFact(nation, answer, "Ada Bell", on, condition)


def _built(
    agreed: Agreed, acting: Acting, words: tuple[NationDecisionFact, ...], *of: MemberFact
) -> tuple[Decision, Decision]:
    """A mart and a count of one school's rows: one child of each nation, one of both, one of
    none; and other rows of the same people."""
    kept = (
        u.child("c1", nations=frozenset({SAND})),
        u.child("c2", nations=frozenset({ELK})),
        u.child("c3", nations=frozenset({SAND, ELK})),
    )
    terms, manager = agreed(), acting(Role.DATA_MANAGER)
    rows = (RowsFact(terms.reference, kept, u.SAID),)
    asked, nations = ((terms,), ID, Purpose.PUBLIC_REPORTING), NationFacts(words, of)
    return (
        may_build_data_mart(*asked, (), manager, u.ON, rows=rows, nations=nations),
        may_count_people(*asked, manager, u.ON, rows=rows, nations=nations),
    )


def _list_left_out(decision: Decision) -> set[str]:
    permit = decision.require()
    return {c for c in ("c1", "c2", "c3", "c4") if permit.find_withheld("A", "river", c, ID)}


@pytest.mark.parametrize(
    ("words", "out"),
    [
        ((), {"c1", "c2", "c3"}),
        ((build_decision(),), {"c2", "c3"}),
        ((build_decision(), build_decision(nation=ELK)), set()),
        ((build_decision(), build_decision(NO)), {"c1", "c2", "c3"}),
        ((build_decision(NO), build_decision()), {"c2", "c3"}),
        ((build_decision(on=u.ON + timedelta(days=1)),), {"c1", "c2", "c3"}),
        ((build_decision(condition="Read it with our council first."),), {"c2", "c3"}),
        ((replace(build_decision(), by=" "),), {"c1", "c2", "c3"}),
    ],
)
def test_the_children_of_a_nation_are_in_while_it_approves(
    agreed: Agreed, acting: Acting, words: tuple[NationDecisionFact, ...], out: set[str]
) -> None:
    for decision in _built(agreed, acting, words):
        assert _list_left_out(decision) == out
        assert decision.outcome is (Outcome.ALLOW_SUBSET if out else Outcome.ALLOW)
        assert {r.code for r in decision.refusals} == ({"X33"} if out else set())


def test_other_rows_of_the_same_people_are_out_too(agreed: Agreed, acting: Acting) -> None:
    members = (
        MemberFact("p1", frozenset({SAND})),
        MemberFact("p3", frozenset({SAND, ELK})),
    )
    silent, _count = _built(agreed, acting, (), *members)
    assert silent.require().except_people == {"p1", "p3"}
    one, _count = _built(agreed, acting, (build_decision(),), *members)
    assert one.require().except_people == {"p3"}


@given(WORDS, st.integers(0, 4))
def test_taking_an_approval_away_never_counts_more(
    words: list[NationDecisionFact], which: int
) -> None:
    before = find_approving_nations(words, u.ON)
    declined = [*words, build_decision(NO)]
    assert find_approving_nations(declined, u.ON) == before - {SAND}
    if which < len(words) and words[which].answer is YES:
        fewer = [*words[:which], replace(words[which], by=""), *words[which + 1 :]]
        assert find_approving_nations(fewer, u.ON) <= before


@given(WORDS)
def test_only_the_last_word_of_each_nation_counts(words: list[NationDecisionFact]) -> None:
    expected = set()
    for nation in (SAND, ELK):
        mine = [w for w in words if w.nation == nation and w.on <= u.ON]
        if mine and mine[-1].answer is YES and mine[-1].by.strip():
            expected.add(nation)
    assert find_approving_nations(words, u.ON) == expected


def test_figures_made_with_an_approval_go_no_further_without_it(
    sent_back: ReleaseFact, acting: Acting
) -> None:
    manager = acting(Role.DATA_MANAGER)
    counted = replace(sent_back, nations=frozenset({SAND}), words=(build_decision(),))
    assert may_publish_release(counted, manager, u.ON).allowed
    for words in (
        (),
        (build_decision(), build_decision(NO)),
        (build_decision(on=u.ON + timedelta(days=1)),),
    ):
        changed = replace(counted, words=words)
        assert [r.code for r in may_publish_release(changed, manager, u.ON).refusals] == ["P30"]
        for ask, state in (
            (may_submit_release, ReleaseState.CHECKED),
            (may_preview_release_to_owners, ReleaseState.IN_REVIEW),
        ):
            refused = ask(replace(changed, state=state), manager, u.ON)
            assert [r.code for r in refused.refusals] == ["P30"]
    # Who was never counted has nothing to take back.
    other = replace(counted, words=(build_decision(), build_decision(NO, nation=ELK)))
    assert may_publish_release(other, manager, u.ON).allowed


def test_a_condition_stands_in_front_of_publication_alone(
    sent_back: ReleaseFact, acting: Acting
) -> None:
    manager = acting(Role.DATA_MANAGER)
    waits = build_decision(condition="Read it with our council first.")
    counted = replace(sent_back, nations=frozenset({SAND}), words=(waits,))
    refused = may_publish_release(counted, manager, u.ON)
    assert [r.code for r in refused.refusals] == ["P31"]
    assert "Read it with our council first." in refused.refusals[0].message
    assert may_submit_release(replace(counted, state=ReleaseState.CHECKED), manager, u.ON).allowed
    met = replace(counted, words=(waits, build_decision()))
    assert may_publish_release(met, manager, u.ON).allowed


def test_a_nation_answers_for_its_own(sent_back: ReleaseFact, acting: Acting) -> None:
    nation = OrganizationFact(SAND, OrganizationKind.TRIBAL_NATION)
    steward = acting(Role.STEWARD, at=SAND)
    assert may_decide_for_nation(sent_back, nation, steward, u.ON).allowed
    other = acting(Role.STEWARD, at=ELK)
    for who in (acting(Role.DATA_MANAGER), acting(Role.REVIEWER, at=SAND), other):
        assert not may_decide_for_nation(sent_back, nation, who, u.ON).allowed
    district = OrganizationFact("river", OrganizationKind.SCHOOL_DISTRICT, "River")
    refused = may_decide_for_nation(sent_back, district, acting(Role.STEWARD, at="river"), u.ON)
    assert [r.code for r in refused.refusals] == ["P32"]
    gone = replace(sent_back, state=ReleaseState.WITHDRAWN)
    late = may_decide_for_nation(gone, nation, steward, u.ON)
    assert [r.code for r in late.refusals] == ["P33"]
    assert not may_view_release(sent_back, steward, u.ON).allowed
    asked = replace(sent_back, asked=frozenset({SAND}))
    assert may_view_release(asked, steward, u.ON).allowed
    assert not may_view_release(asked, other, u.ON).allowed
