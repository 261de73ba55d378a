"""No flow reaches data without the owners' approval and an authorization; the rest is a finding."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.authorized_project import FLOW

from cairn.policy.checks.projects.project_workflow import (
    RECOMMENDED_BEFORE_DATA,
    REQUIRED_BEFORE_DATA,
    find_flow_faults,
    find_flow_findings,
)
from cairn.policy.facts.projects.project import Flow, FlowStep
from cairn.policy.vocabulary.projects import (
    Decider,
    NoResponseEffect,
    ProjectState,
    StepRequirement,
)

S, D = ProjectState, Decider


def _change_step(name: str, **changes: object) -> Flow:
    steps = tuple(
        replace(s, **changes) if s.name == name else s  # type: ignore[arg-type]
        for s in FLOW.steps
    )
    return replace(FLOW, steps=steps)


def _remove_steps(*names: str) -> Flow:
    return replace(FLOW, steps=tuple(s for s in FLOW.steps if s.name not in names))


def test_a_whole_flow_has_no_fault() -> None:
    assert find_flow_faults(FLOW) == ()
    assert FLOW.find_next_step("closing") is None
    assert FLOW.list_steps_before("nowhere") == ()
    assert FLOW.list_needs_through("nowhere") == frozenset()


@pytest.mark.parametrize(
    ("flow", "fault"),
    [
        (replace(FLOW, steps=()), "no steps"),
        (replace(FLOW, steps=(*FLOW.steps, FLOW.steps[-1])), "Two steps"),
        (_remove_steps("idea"), "must be the idea"),
        (_remove_steps("closing"), "must be the closing"),
        (_remove_steps("submitted"), "cannot move from"),
        (replace(FLOW, authorization="elsewhere"), "name the step"),
        (replace(FLOW, authorization="transfer"), "name the step"),
        (_change_step("owners", deciders=(D.NATIONS,)), "decided by: data owners"),
        (_change_step("owners", deciders=(D.PROVIDERS,)), "decided by: Tribal nations"),
        (_change_step("narrow", needs=()), "requires: elements"),
        (_change_step("owners", silence=NoResponseEffect.LAPSES), "without a response"),
        (_change_step("feedback", days=None), "number of days is missing"),
        (_change_step("board", state=S.ACTIVE), "before the authorization"),
    ],
)
def test_each_fault_is_told(flow: Flow, fault: str) -> None:
    assert any(fault in told for told in find_flow_faults(flow)), find_flow_faults(flow)


_WITHOUT_RECOMMENDED = tuple(
    need for need in FLOW.steps[2].needs if need not in RECOMMENDED_BEFORE_DATA
)


@pytest.mark.parametrize(
    ("flow", "finding"),
    [
        (_change_step("check", deciders=(D.PROVIDERS,)), "staff review"),
        (_remove_steps("check"), "staff review"),
        (_remove_steps("committee", "board"), "committee vote"),
        (_change_step("narrow", needs=_WITHOUT_RECOMMENDED), "engagement"),
        (_change_step("closing", needs=()), "reflection"),
    ],
)
def test_a_published_flow_loads_with_a_finding(flow: Flow, finding: str) -> None:
    assert find_flow_faults(flow) == ()
    assert any(finding in sentence for sentence in find_flow_findings(flow))


def test_a_whole_flow_has_no_finding() -> None:
    assert find_flow_findings(FLOW) == ()
    assert find_flow_findings(replace(FLOW, steps=()))


def test_a_public_comment_may_lapse_anywhere() -> None:
    flow = _change_step("submitted", deciders=(D.PUBLIC,), silence=NoResponseEffect.LAPSES)
    assert not any("silence" in fault for fault in find_flow_faults(flow))


STEPS = st.builds(
    FlowStep,
    name=st.sampled_from("abcdefgh"),
    title=st.just("A step"),
    deciders=st.lists(st.sampled_from(list(D)), min_size=1, max_size=3).map(tuple),
    state=st.sampled_from(list(S)),
    needs=st.lists(st.sampled_from(list(StepRequirement)), max_size=12).map(tuple),
    days=st.none() | st.integers(1, 30),
    silence=st.sampled_from(list(NoResponseEffect)),
)
FLOWS = st.builds(
    Flow,
    name=st.just("any"),
    title=st.just("Any"),
    authorization=st.sampled_from("abcdefgh"),
    steps=st.lists(STEPS, max_size=9).map(tuple),
)


@st.composite
def _reduced(draw: st.DrawFn) -> Flow:
    """The whole flow with steps, needs and deciders taken away at random: near enough to sound."""

    def some(things: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(thing for thing in things if draw(st.integers(0, 19)))

    steps = tuple(
        replace(step, needs=some(step.needs), deciders=some(step.deciders))  # type: ignore[arg-type]
        for step in FLOW.steps
        if draw(st.integers(0, 19))
    )
    return replace(FLOW, steps=steps)


@given(FLOWS | _reduced())
def test_what_is_sound_asks_everything_before_data(flow: Flow) -> None:
    if find_flow_faults(flow):
        return
    names = [s.name for s in flow.steps]
    first = next(i for i, s in enumerate(flow.steps) if s.state in (S.ACTIVE, S.ANALYSIS))
    before = flow.steps[:first]
    assert names.index(flow.authorization) < first
    deciding = [s for s in before if s.state is not S.FEEDBACK]
    assert {d for s in deciding for d in s.deciders} >= {D.PROVIDERS, D.NATIONS}
    assert {n for s in before for n in s.needs} >= REQUIRED_BEFORE_DATA
    owners = [s for s in before if D.PROVIDERS in s.deciders and s.state is not S.FEEDBACK]
    assert owners
    assert all(s.silence is NoResponseEffect.WAITS for s in owners)
