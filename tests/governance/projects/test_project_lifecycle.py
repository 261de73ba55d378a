"""A project from a question to its closing, and every way in which it does not get there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.governance.projects.sample_projects import World

from cairn.governance.projects import facts
from cairn.governance.projects.action_inputs import ReviewAnswer
from cairn.governance.projects.actions import bodies, proposals, reviews
from cairn.governance.projects.models.project import Authorization
from cairn.governance.projects.queries import versions
from cairn.platform.audit.models import AuditLine
from cairn.policy.checks.projects.project_authorization import (
    check_authorized_element,
    require_project_authorization,
)
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.projects.committee import BodyKind
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.projects import Ballot, Decider, StepAnswer

pytestmark = pytest.mark.django_db


def _reasons(world: World, version: object) -> dict[str, Outcome]:
    (fact,) = facts.load_project_facts()
    rules = require_project_authorization(
        fact,
        actor=str(world.analyst.pk),
        acting_for="backbone",
        purpose=Purpose.PROGRAM_EVALUATION,
        level=Level.INDIVIDUAL,
        owners=frozenset({"river"}),
    )
    return {r.code: r.effect for rule in rules for r in rule.run(world.at.date())}


def test_from_a_question_to_the_closing(world: World) -> None:
    version = world.to_authorization(enrollment__grade="We do not share it")
    assert version.state == "approved"
    assert Outcome.DENY in _reasons(world, version).values()
    leave = world.authorize(version)
    assert set(leave.question_of) == {"attendance_total.days_absent"}
    assert set(_reasons(world, version).values()) == {Outcome.ALLOW}
    (fact,) = facts.load_project_facts()
    told = check_authorized_element(fact).run("enrollment.grade", world.at.date())
    assert {r.code for r in told if r.effect is Outcome.DENY} == {"J30", "J15"}
    world.move_on(version)
    assert version.state == "analysis"
    world.move_on(version)
    assert version.state == "closing"
    with pytest.raises(Refused, match="reflection"):
        world.move_on(version)
    world.engage(version, "reflection")
    world.move_on(version)
    assert version.state == "closed"
    assert Outcome.DENY in _reasons(world, version).values()
    assert AuditLine.objects.filter(event="project.authorized").count() == 1


def test_a_small_flow_and_one_in_eight_steps_lead_to_data_as_well(world: World) -> None:
    for flow in ("small_partnership", "request_to_license"):
        version = world.propose(flow)
        world.move_on(version)
        world.say(version)
        world.score(version)
        world.say(version)
        assert version.state == "committee"
        world.vote(version)
        assert version.state == "committee"
        world.say(version, Decider.PROVIDERS)
        while version.step not in ("authorization", "transfer"):
            assert not Authorization.objects.filter(version=version).exists()
            world.say(version)
        assert version.state == "approved"
        world.authorize(version)
        assert version.state == "active"


def test_sent_back_and_declined_words_are_void_in_the_next_round(world: World) -> None:
    version = world.to_owners()
    world.say(version, Decider.PROVIDERS, StepAnswer.DECLINE)
    assert (version.state, version.step, version.round) == ("returned", "narrowing", 2)
    assert facts.load_project_fact(version).words == ()
    proposals.request_elements(
        version=version,
        question_of={"attendance_total.days_absent": ["Q1"]},
        first_year="2024-25",
        last_year="2025-26",
        by=world.analyst,
        at=world.at,
    )
    world.answer_challenges(version)
    world.move_on(version)
    assert version.state == "submitted"
    world.say(version)
    world.say(version, answer=StepAnswer.RETURN)
    assert version.state == "returned"


def test_the_votes_decide(world: World) -> None:
    version = world.to_owners()
    world.say(version, Decider.PROVIDERS)
    with pytest.raises(Refused, match="percent"):
        world.vote(version, Ballot.APPROVE)
    item = version.hearings.get()
    bodies.cast_vote(item=item, ballot=Ballot.REJECT, why="", by=world.members[1], at=world.at)
    bodies.cast_vote(item=item, ballot=Ballot.REJECT, why="", by=world.members[0], at=world.at)
    bodies.close_vote(item=item, conditions=(), by=world.manager, at=world.at)
    version.refresh_from_db()
    assert version.state == "rejected"
    again = proposals.revise_project(
        version=version, why="Less data", by=world.analyst, at=world.at
    )
    assert (again.number, again.state, again.elements.count()) == (2, "idea", 2)


def test_a_body_may_send_it_back(world: World) -> None:
    version = world.to_owners()
    world.say(version, Decider.PROVIDERS)
    world.vote(version, Ballot.RETURN, Ballot.APPROVE)
    version.refresh_from_db()
    assert version.state == "returned"


def test_conditions_are_met_before_the_leave(world: World) -> None:
    version = world.to_owners()
    world.say(version, Decider.PROVIDERS)
    conditional = (Ballot.CONDITIONS, Ballot.APPROVE)
    world.vote(version, *conditional, conditions=("Train all", "Ask families"))
    world.vote(version, kind=BodyKind.EXECUTIVE)
    version.refresh_from_db()
    assert version.state == "conditions"
    with pytest.raises(Refused):
        world.authorize(version)
    for condition in version.conditions.all():
        reviews.meet_condition(condition=condition, how="Done", by=world.manager, at=world.at)
    version.refresh_from_db()
    assert version.state == "approved"
    world.authorize(version)


def test_a_member_steps_aside_and_votes_no_more(world: World) -> None:
    version = world.to_owners()
    world.say(version, Decider.PROVIDERS)
    item = world.item(version)
    member = world.members[0]
    bodies.cast_vote(item=item, ballot=Ballot.APPROVE, why="", by=member, at=world.at)
    bodies.record_recusal(item=item, why="", by=member, at=world.at)
    with pytest.raises(Refused, match="recused"):
        bodies.cast_vote(item=item, ballot=Ballot.APPROVE, why="", by=member, at=world.at)
    assert facts.load_hearing_fact(item).recused == {str(member.pk)}


def test_a_next_version_replaces_the_one_before_it_and_revoking_ends_all(world: World) -> None:
    first = world.to_authorization()
    world.authorize(first)
    second = proposals.revise_project(
        version=first, why="One more year", by=world.analyst, at=world.at
    )
    assert facts.load_project_facts()[0].version == 1
    assert set(_reasons(world, first).values()) == {Outcome.ALLOW}
    world.move_on(second)
    world.say(second, Decider.PROVIDERS, StepAnswer.COMMENT)
    world.say(second, Decider.PUBLIC, StepAnswer.COMMENT)
    world.move_on(second)
    world.say(second)
    world.score(second)
    world.say(second)
    world.say(second, Decider.PROVIDERS)
    world.vote(second)
    world.vote(second, kind=BodyKind.EXECUTIVE)
    world.authorize(second)
    first.refresh_from_db()
    assert first.state == "superseded"
    assert facts.load_project_facts(["P-2026-01"])[0].version == 2
    reviews.revoke_authorization(version=second, why="A breach", by=world.manager, at=world.at)
    assert Outcome.DENY in _reasons(world, second).values()
    assert second.state == "closing"


def test_a_follow_on_project_begins_as_a_copy_and_shows_only_what_differs(world: World) -> None:
    first = world.propose()
    follow = world.propose(follows=first.project)
    assert [q.follows for q in follow.questions.all()] == ["P-2026-01 Q1", "P-2026-01 Q2"]
    earlier = versions.find_comparison_version(follow)
    assert earlier == first
    assert versions.compare_versions(follow, earlier) == []
    proposals.drop_question(
        question=follow.questions.get(code="Q2"), why="Answered", by=world.analyst, at=world.at
    )
    (gone,) = versions.compare_versions(follow, earlier)
    assert (gone.what, gone.after) == ("Question Q2", "")
    assert versions.find_comparison_version(first) is None


def test_questions_keep_their_wordings_and_reasons(world: World) -> None:
    version = world.propose()
    question = version.questions.get(code="Q1")
    by = {"question": question, "by": world.analyst, "at": world.at}
    proposals.reword_question(text="How much less?", why="Families asked so", **by)
    proposals.drop_question(why="Too broad", **by)
    assert question.wordings.get().text == "Do they miss less?"
    assert facts.load_project_fact(version).live_questions == {"Q2"}
    proposals.restore_question(**by)
    assert facts.load_project_fact(version).live_questions == {"Q1", "Q2"}


def test_withdrawing(world: World) -> None:
    version = world.propose()
    reviews.withdraw_project(version=version, why="No time", by=world.analyst, at=world.at)
    with pytest.raises(Refused):
        world.move_on(version)


def test_nobody_else_decides(world: World) -> None:
    version = world.to_owners()
    with pytest.raises(Refused):
        reviews.record_step_answer(
            version=version,
            decider=Decider.PROVIDERS,
            organization=world.river,
            review_answer=ReviewAnswer(answer=StepAnswer.APPROVE),
            by=world.manager,
            at=world.at,
        )
    assert not AuditLine.objects.filter(event="project.answered", actor_id="").exists()


def test_the_facts_of_many_projects_take_as_many_queries_as_those_of_one(world: World) -> None:
    """The home page of everyone loads them all."""
    first = world.to_authorization()
    world.authorize(first)
    rows = [first, world.propose("small_partnership"), world.propose()]
    one, all_rows = CaptureQueriesContext(connection), CaptureQueriesContext(connection)
    with one:
        alone = facts.load_project_fact(rows[0])
    with all_rows:
        together = facts.load_version_facts(rows)
    # The dictionaries of data owners are read for each project that is not approved yet.
    assert len(all_rows) <= len(one) + 2 * 6
    assert together == (alone, *map(facts.load_project_fact, rows[1:]))
    assert together[0].authorization
    assert together[0].hearings
