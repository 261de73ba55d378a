"""Whose turn it is, what each may do at each step, and where a project goes next."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from tests.policy.authorized_project import (
    DAY,
    FLOW,
    build_authorization,
    build_response,
    hearing,
    project,
)

from cairn.policy.checks.projects.project_requirements import (
    is_unusual_level,
    require_step_requirements,
)
from cairn.policy.checks.projects.project_workflow import (
    AwaitedDecider,
    WorkflowPosition,
    find_comment_due_date,
    find_next_position,
    find_step_due_date,
    has_comment_period_ended,
    list_awaited_deciders,
)
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.projects.committee import BodyKind
from cairn.policy.facts.projects.project import (
    EquityStepFact,
    ProjectConditionFact,
    ProjectFact,
    ProjectQuestionFact,
    StepNoticeFact,
)
from cairn.policy.lifecycles.state_machine import (
    find_next_state,
    list_states_allowing,
    may_role_cause_event,
)
from cairn.policy.lifecycles.state_tables import PROJECT_TRANSITIONS
from cairn.policy.questions.governance.projects import (
    may_add_project_agreements,
    may_authorize_project,
    may_change_project,
    may_finish_project_step,
    may_meet_project_condition,
    may_propose_project,
    may_respond_to_project,
    may_revise_project,
    may_revoke_authorization,
    may_score_project,
    may_withdraw_project,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.projects import Decider, ProjectState, StepAnswer, StepRequirement

S, D, A = ProjectState, Decider, StepAnswer

# state: event role letters → next (D data manager, A analyst, S steward, C committee member)
EXPECTED = """
idea ask-for-feedback DA feedback
idea submit DA submitted
feedback answer S feedback
feedback narrow DA narrowed
narrowed submit DA submitted
returned submit DA submitted
submitted take-up D staff_check
submitted pass-to-providers D provider_review
submitted pass-to-committee D committee
staff_check pass-to-providers D provider_review
staff_check pass-to-committee D committee
staff_check return D returned
provider_review answer S provider_review
provider_review answer-last S committee
provider_review approve-last S approved
provider_review return S returned
provider_review decline S returned
committee answer S committee
committee answer-last S approved
committee return S returned
committee decline S returned
committee vote C committee
committee voted-for D approved
committee voted-for-on-conditions D conditions
committee voted-to-return D returned
committee voted-against D rejected
conditions meet-the-last-condition D approved
approved check D approved
approved authorize D active
active check D active
active begin-the-analysis DA analysis
active answer S active
analysis answer S analysis
active end DA closing
analysis end DA closing
active revoke D closing
analysis revoke D closing
active supersede D superseded
analysis supersede D superseded
closing reflect-and-close DA closed
"""
ROWS = [line.split() for line in EXPECTED.strip().splitlines()]
BEFORE = (
    "idea feedback narrowed submitted staff_check provider_review committee conditions returned "
    "approved"
)
ROWS += [[state, "withdraw", "DA", "withdrawn"] for state in BEFORE.split()]
LETTER = {
    Role.DATA_MANAGER: "D",
    Role.ANALYST: "A",
    Role.STEWARD: "S",
    Role.COMMITTEE_MEMBER: "C",
    Role.REVIEWER: "R",
    Role.PROGRAM_STAFF: "P",
    Role.COUNSEL: "L",
    Role.FAMILY: "F",
    Role.PUBLIC: "0",
}
EVENTS = sorted({row[1] for row in ROWS})


@pytest.mark.parametrize("state", list(S))
def test_every_state_event_and_role(state: ProjectState) -> None:
    for event in EVENTS:
        row = next((r for r in ROWS if r[:2] == [state.value, event]), None)
        said = event.replace("-", " ")
        assert find_next_state(PROJECT_TRANSITIONS, state, said) == (row[3] if row else None)
        for role, letter in LETTER.items():
            expected = row is not None and letter in row[2]
            assert may_role_cause_event(PROJECT_TRANSITIONS, state, said, role) is expected, (
                event,
                role,
            )


def test_the_table_has_no_other_event() -> None:
    assert {step.event.replace(" ", "-") for step in PROJECT_TRANSITIONS} == set(EVENTS)
    assert list_states_allowing(PROJECT_TRANSITIONS, "authorize") == (S.APPROVED,)


def _at(step: str, /, **changes: object) -> ProjectFact:
    """The project at a step of its flow, with nothing said there yet."""
    found = FLOW.find_step(step)
    assert found
    blank: dict[str, object] = {
        "state": found.state,
        "step": step,
        "words": (),
        "hearings": (),
        "authorization": None,
    }
    return project(**(blank | changes))


@pytest.fixture
def analyst(acting: Callable[..., Actor]) -> Actor:
    return acting(Role.ANALYST, at="hub", id="7")


@pytest.fixture
def manager(acting: Callable[..., Actor]) -> Actor:
    return acting(Role.DATA_MANAGER, at="hub", id="1")


@pytest.fixture
def steward(acting: Callable[..., Actor]) -> Actor:
    return acting(Role.STEWARD, at="river", id="21")


def _codes(decision: Decision) -> set[str]:
    return {r.code for r in decision.refusals}


@pytest.mark.parametrize(
    ("fact", "waits_for"),
    [
        (_at("idea"), [("requester", "")]),
        (_at("feedback"), [("providers", "river"), ("public", "")]),
        (_at("owners"), [("providers", "river"), ("nations", "nation")]),
        (_at("owners", nations=None), [("providers", "river")]),
        (_at("owners", words=(build_response(D.PROVIDERS, "river"),)), [("nations", "nation")]),
        (_at("owners", words=(build_response(D.PROVIDERS, "river", answer=A.COMMENT),)), None),
        (_at("committee"), [("committee", "")]),
        (_at("committee", hearings=(hearing(),)), []),
        (_at("committee", hearings=(hearing(votes=()),)), [("committee", "")]),
        (_at("narrow", state=S.RETURNED), [("requester", "")]),
        (_at("leave", state=S.CONDITIONS), [("staff", "")]),
        (_at("board", state=S.REJECTED), []),
        (_at("idea", flow=None), []),
    ],
)
def test_whose_word_is_awaited(fact: ProjectFact, waits_for: list[tuple[str, str]] | None) -> None:
    both = [("providers", "river"), ("nations", "nation")]
    expected = both if waits_for is None else waits_for
    assert list(list_awaited_deciders(fact, DAY)) == [
        AwaitedDecider(Decider(d), o) for d, o in expected
    ]


def test_comments_lapse_after_their_days_and_nothing_else_does() -> None:
    fact = _at("feedback", notices=(StepNoticeFact("river", DAY),))
    assert find_step_due_date(fact) == DAY + timedelta(15)
    assert not has_comment_period_ended(fact, DAY + timedelta(15))
    assert list_awaited_deciders(fact, DAY + timedelta(15)) != ()
    assert has_comment_period_ended(fact, DAY + timedelta(16))
    assert list_awaited_deciders(fact, DAY + timedelta(16)) == ()
    assert len(list_awaited_deciders(_at("owners"), DAY + timedelta(99))) == 2
    assert find_step_due_date(_at("idea")) is None
    assert find_step_due_date(replace(fact, since=None)) is None
    assert not has_comment_period_ended(replace(fact, since=None), DAY)


def test_a_comment_lapses_only_after_a_delivered_notice(analyst: Actor) -> None:
    late = DAY + timedelta(99)
    unnotified = _at("feedback")
    assert find_comment_due_date(unnotified, "river") is None
    assert list_awaited_deciders(unnotified, late) == (AwaitedDecider(D.PROVIDERS, "river"),)
    refused = may_finish_project_step(unnotified, analyst, late)
    assert {"J40", "J43"} <= _codes(refused)
    # The lawful twin: a notice was delivered, and the days that follow it have passed.
    notices = (StepNoticeFact("river", DAY + timedelta(5)), StepNoticeFact("hills", DAY))
    notified = replace(unnotified, notices=notices)
    assert find_comment_due_date(notified, "river") == DAY + timedelta(20)
    assert "J40" in _codes(may_finish_project_step(notified, analyst, DAY + timedelta(20)))
    assert not {"J40", "J43"} & _codes(
        may_finish_project_step(notified, analyst, DAY + timedelta(21))
    )
    # A notice before the step began is not a notice of this step.
    early = replace(unnotified, notices=(StepNoticeFact("river", DAY - timedelta(9)),))
    assert find_comment_due_date(early, "river") == DAY + timedelta(15)
    # A decision recorded before notices were kept is answered as it was.
    assert list_awaited_deciders(replace(unnotified, notices=None), late) == ()
    # A step that waits for approval refuses for the missing approval alone.
    assert "J43" not in _codes(may_finish_project_step(_at("owners"), analyst, late))


@pytest.mark.parametrize(
    ("fact", "place"),
    [
        (_at("idea"), WorkflowPosition("feedback", S.FEEDBACK)),
        (_at("narrow", state=S.RETURNED), WorkflowPosition("submitted", S.SUBMITTED)),
        (_at("committee"), WorkflowPosition("board", S.COMMITTEE)),
        (_at("board"), WorkflowPosition("leave", S.APPROVED)),
        (
            _at("board", conditions=(ProjectConditionFact("?"),)),
            WorkflowPosition("leave", S.CONDITIONS),
        ),
        (
            _at("board", conditions=(ProjectConditionFact("?", DAY),)),
            WorkflowPosition("leave", S.APPROVED),
        ),
        (_at("closing"), WorkflowPosition("closing", S.CLOSED)),
        (_at("idea", state=S.ANALYSIS), None),
        (_at("idea", flow=None), None),
        (_at("idea", step="elsewhere"), None),
    ],
)
def test_where_it_goes_next(fact: ProjectFact, place: WorkflowPosition | None) -> None:
    assert find_next_position(fact, DAY) == place


def test_those_who_ask_finish_their_step(analyst: Actor, steward: Actor, manager: Actor) -> None:
    assert may_finish_project_step(_at("idea"), analyst, DAY).allowed
    assert may_finish_project_step(_at("idea"), manager, DAY).allowed
    assert _codes(may_finish_project_step(_at("idea"), steward, DAY)) == {"A03"}
    assert _codes(may_finish_project_step(_at("owners"), analyst, DAY)) == {"J34", "J40"}
    assert may_finish_project_step(_at("narrow", state=S.RETURNED), analyst, DAY).allowed
    assert _codes(may_finish_project_step(_at("idea", flow=None), analyst, DAY)) >= {"J34", "J37"}
    unsound = replace(FLOW, authorization="idea")
    assert "J37" in _codes(may_finish_project_step(_at("idea", flow=unsound), analyst, DAY))
    assert _codes(may_finish_project_step(_at("closing"), analyst, DAY)) == {"J08"}
    looked_back = (EquityStepFact(DAY, "Parents", "More tutors"),)
    assert may_finish_project_step(_at("closing", reflection=looked_back), analyst, DAY).allowed


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"five": {}}, "J04"),
        ({"principles": {}}, "J05"),
        ({"harms": " "}, "J06"),
        ({"engagement": ()}, "J07"),
        ({"questions": ()}, "J09"),
        ({"questions": (ProjectQuestionFact("Q1", "?"),)}, "J09"),
        ({"question_of": {"student.grade": ("Q9",)}}, "J10"),
        ({"question_of": {}}, "J33"),
        ({"challenges": 2}, "J11"),
        ({"challenges": None}, "J11"),
        ({"level": Level.SYSTEMS}, "J12"),
        ({"first_year": ""}, "J32"),
        ({"last_year": "2020-21"}, "J32"),
        ({"nations": None}, "J16"),
    ],
)
def test_nothing_is_handed_in_that_lacks_something(
    analyst: Actor, changes: dict[str, object], code: str
) -> None:
    assert code in _codes(may_finish_project_step(_at("narrow", **changes), analyst, DAY))
    assert may_finish_project_step(_at("narrow"), analyst, DAY).allowed


def test_an_unusual_level_is_explained_and_only_an_evaluation_states_harm(analyst: Actor) -> None:
    why = _at("narrow", level=Level.SYSTEMS, level_why="Systems of care are compared")
    assert may_finish_project_step(why, analyst, DAY).allowed
    research = _at("narrow", purpose=Purpose.RESEARCH, harms="")
    assert may_finish_project_step(research, analyst, DAY).allowed
    assert is_unusual_level(Purpose.PUBLIC_REPORTING, Level.INDIVIDUAL)
    assert not is_unusual_level(Purpose.SERVICE_COORDINATION, Level.INDIVIDUAL)


def test_every_need_has_a_rule() -> None:
    for need, fact in product(StepRequirement, (project(), project(flow=None, agreements=()))):
        (rule,) = require_step_requirements((need,), fact)
        assert all(r.message for r in rule.run(DAY))


@pytest.mark.parametrize(
    ("step", "decider", "organization", "answer", "codes"),
    [
        ("submitted", D.STAFF, "", A.APPROVE, set()),
        ("check", D.STAFF, "", A.RETURN, set()),
        ("feedback", D.PUBLIC, "", A.COMMENT, set()),
        ("feedback", D.PUBLIC, "", A.APPROVE, {"J34"}),
        ("owners", D.STAFF, "", A.APPROVE, {"J34"}),
        ("leave", D.STAFF, "", A.APPROVE, {"J34"}),
        ("transfer", D.STAFF, "", A.APPROVE, set()),
    ],
)
def test_the_words_of_staff(
    manager: Actor,
    step: str,
    decider: Decider,
    organization: str,
    answer: StepAnswer,
    codes: set[str],
) -> None:
    assert (
        _codes(may_respond_to_project(_at(step), decider, organization, answer, manager, DAY))
        == codes
    )


def test_staff_do_not_decide_their_own_and_score_first(manager: Actor, steward: Actor) -> None:
    own = _at("check", requester="1")
    assert _codes(may_respond_to_project(own, D.STAFF, "", A.APPROVE, manager, DAY)) == {"J36"}
    assert _codes(may_score_project(own, manager, DAY)) == {"J36"}
    assert may_score_project(_at("check"), manager, DAY).allowed
    assert "A03" in _codes(may_score_project(_at("check"), steward, DAY))
    unscored = _at("check", scores={})
    assert _codes(may_respond_to_project(unscored, D.STAFF, "", A.APPROVE, manager, DAY)) == {"J21"}
    assert may_respond_to_project(unscored, D.STAFF, "", A.RETURN, manager, DAY).allowed


@pytest.mark.parametrize("answer", list(A))
def test_an_owner_answers_for_its_own_data(
    steward: Actor, acting: Callable[..., Actor], answer: StepAnswer
) -> None:
    at = _at("owners")
    assert may_respond_to_project(at, D.PROVIDERS, "river", answer, steward, DAY).allowed
    stone = acting(Role.STEWARD, at="stone")
    assert _codes(may_respond_to_project(at, D.PROVIDERS, "stone", answer, stone, DAY)) == {"J35"}
    assert _codes(may_respond_to_project(at, D.PROVIDERS, "river", answer, stone, DAY)) == {"A03"}
    nation = acting(Role.STEWARD, at="nation")
    assert may_respond_to_project(at, D.NATIONS, "nation", answer, nation, DAY).allowed
    nobody = _at("owners", nations=None)
    assert _codes(may_respond_to_project(nobody, D.NATIONS, "nation", answer, nation, DAY)) == {
        "J35"
    }
    over = _at("owners", state=S.WITHDRAWN)
    assert "J34" in _codes(may_respond_to_project(over, D.PROVIDERS, "river", answer, steward, DAY))
    gone = _at("owners", step="elsewhere")
    assert "J34" in _codes(may_respond_to_project(gone, D.PROVIDERS, "river", answer, steward, DAY))


def test_what_may_be_changed_withdrawn_revised_revoked(analyst: Actor, manager: Actor) -> None:
    assert may_propose_project("hub", analyst, DAY).allowed
    assert not may_propose_project("river", analyst, DAY).allowed
    for state in S:
        fact = _at("idea", state=state)
        changeable = state in (S.IDEA, S.FEEDBACK, S.NARROWED, S.RETURNED)
        assert may_change_project(fact, analyst, DAY).allowed is changeable
        assert may_withdraw_project(fact, analyst, DAY).allowed is (state.value in BEFORE.split())
        assert may_revoke_authorization(fact, manager, DAY).allowed is (
            state in (S.ACTIVE, S.ANALYSIS)
        )
        assert may_meet_project_condition(fact, manager, DAY).allowed is (state is S.CONDITIONS)
    assert may_revise_project(_at("transfer"), analyst, DAY).allowed
    assert not may_revise_project(_at("idea"), analyst, DAY).allowed
    assert not may_revoke_authorization(_at("transfer"), analyst, DAY).allowed


def _ready(**changes: object) -> ProjectFact:
    whole = project()
    said = {"words": whole.words, "hearings": whole.hearings}
    return _at("leave", **(said | changes))


def test_the_leave_is_given_once_everything_is_approved(manager: Actor, analyst: Actor) -> None:
    assert may_authorize_project(_ready(), build_authorization(), manager, DAY).allowed
    assert "A03" in _codes(may_authorize_project(_ready(), build_authorization(), analyst, DAY))
    assert _codes(
        may_authorize_project(_ready(requester="1"), build_authorization(), manager, DAY)
    ) == {"J36"}
    unheard = _ready(hearings=(hearing(BodyKind.EXECUTIVE),))
    assert _codes(may_authorize_project(unheard, build_authorization(), manager, DAY)) == {"J18"}
    assert _codes(
        may_authorize_project(_ready(step="transfer"), build_authorization(), manager, DAY)
    ) == {"J34"}
    assert "J34" in _codes(
        may_authorize_project(_ready(step="elsewhere"), build_authorization(), manager, DAY)
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"staff": frozenset()}, "J39"),
        ({"outputs": ()}, "J39"),
        ({"ends": DAY - timedelta(1), "starts": DAY - timedelta(9)}, "J39"),
        ({"ends": date(2026, 6, 2)}, "J39"),
        ({"elements": frozenset({"student.name"})}, "J38"),
        ({"purpose": Purpose.RESEARCH}, "J38"),
        ({"level": Level.PROGRAM}, "J38"),
        ({"first_year": "2019-20"}, "J38"),
        ({"last_year": "2029-30"}, "J38"),
        ({"agreements": ("A", "B")}, "J38"),
        ({"staff": frozenset({"7", "8"})}, "J38"),
        ({"organizations": frozenset({"stone"})}, "J38"),
        ({"question_of": {"student.grade": ("Q9",)}}, "J38"),
    ],
)
def test_a_leave_is_whole_and_goes_no_further(
    manager: Actor, changes: dict[str, object], code: str
) -> None:
    decision = may_authorize_project(_ready(), build_authorization(**changes), manager, DAY)
    assert _codes(decision) == {code}
    assert decision.outcome is Outcome.DENY


def test_a_license_is_named_at_the_step_that_asks_for_one(manager: Actor, analyst: Actor) -> None:
    at = _at("leave", agreements=())
    after = replace(at, agreements=("A",))
    assert may_add_project_agreements(at, after, manager, DAY).allowed
    assert "A03" in _codes(may_add_project_agreements(at, after, analyst, DAY))
    for step in ("idea", "check", "transfer"):
        assert _codes(may_add_project_agreements(_at(step), _at(step), manager, DAY)) == {"J34"}
    for held in (_at("leave", state=S.CONDITIONS), _at("leave", step="elsewhere")):
        assert _codes(may_add_project_agreements(held, held, manager, DAY)) == {"J34"}
    pilots = replace(after, pilots=frozenset({"A"}))
    assert not may_add_project_agreements(at, pilots, manager, DAY).allowed
