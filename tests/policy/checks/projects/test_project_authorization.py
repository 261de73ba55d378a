"""The leave of a project: everything in order allows; each thing taken away denies, by its card."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest
from tests.policy.authorized_project import (
    DAY,
    FLOW,
    build_authorization,
    build_response,
    hearing,
    project,
)

from cairn.policy.checks.projects.project_authorization import (
    check_authorized_element,
    plan_authorization,
    require_project_authorization,
)
from cairn.policy.engine.decision import Reason
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.projects.committee import BodyKind
from cairn.policy.facts.projects.project import (
    DeciderResponseFact,
    EquityStepFact,
    ProjectConditionFact,
    ProjectFact,
    ProjectQuestionFact,
)
from cairn.policy.questions.governance.projects import decide_authorization_in_force
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.projects import Ballot, Decider, ProjectState, StepAnswer

ON = date(2026, 11, 24)
D, A = Decider, StepAnswer


def _ask(fact: ProjectFact | None, on: date = ON, **changes: object) -> list[Reason]:
    use: dict[str, object] = {
        "actor": "7",
        "acting_for": "hub",
        "purpose": Purpose.PROGRAM_EVALUATION,
        "level": Level.INDIVIDUAL,
        "owners": frozenset({"river"}),
    }
    rules = require_project_authorization(fact, **(use | changes))  # type: ignore[arg-type]
    return [reason for rule in rules for reason in rule.run(on)]


def _denied(reasons: Iterable[Reason]) -> set[str]:
    return {r.code for r in reasons if r.effect is not Outcome.ALLOW}


def _words(*more: DeciderResponseFact) -> tuple[DeciderResponseFact, ...]:
    return (*project().words, *more)


def test_an_authorization_names_years_and_files() -> None:
    """Use outside either is refused, and the refusal names which."""
    named = project(authorization=build_authorization(file_names=("absence_*.csv",)))
    assert _denied(_ask(named, years=("2023-24", "2025-26"), file="Absence_2026.csv")) == set()
    assert _denied(_ask(named, years=("", ""), file=None)) == set()
    for years in (("2022-23", "2025-26"), ("2023-24", "2026-27")):
        assert _denied(_ask(named, years=years)) == {"J41"}
    for file in ("", "children.csv"):
        [reason] = [r for r in _ask(named, file=file) if r.effect is not Outcome.ALLOW]
        assert reason.code == "J42"
        assert "absence_*.csv" in reason.message
    assert _denied(_ask(project(), file="children.csv")) == set()


def test_everything_in_order() -> None:
    reasons = _ask(project())
    assert _denied(reasons) == set()
    assert all(r.message for r in reasons)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": ProjectState.APPROVED}, "J02"),
        ({"state": ProjectState.CLOSED}, "J02"),
        ({"five": {"why": "Because", "what": " "}}, "J04"),
        ({"engagement": ()}, "J07"),
        ({"engagement": (EquityStepFact(DAY, "Parents", " "),)}, "J07"),
        ({"engagement": (EquityStepFact(date(2027, 1, 1), "Parents", "All"),)}, "J07"),
        ({"nations": None}, "J16"),
        ({"nations": frozenset({"nation", "other"})}, "J17"),
        ({"words": project().words[1:]}, "J20"),
        ({"words": (build_response(D.STAFF, step="submitted"), *project().words[1:])}, "J20"),
        ({"words": (project().words[0], project().words[2])}, "J13"),
        ({"words": project().words[:2]}, "J17"),
        ({"words": _words(build_response(D.PROVIDERS, "river", answer=A.DECLINE))}, "J14"),
        ({"words": _words(build_response(D.PROVIDERS, "river", answer=A.RETURN))}, "J13"),
        ({"providers": frozenset({"river", "stone"})}, "J13"),
        ({"flow": None}, "J37"),
        ({"flow": replace(FLOW, authorization="owners")}, "J37"),
        ({"hearings": (hearing(),)}, "J18"),
        ({"hearings": (hearing(BodyKind.EXECUTIVE),)}, "J18"),
        ({"hearings": (hearing(version=2), hearing(BodyKind.EXECUTIVE))}, "J18"),
        ({"hearings": (hearing(closed_on=None), hearing(BodyKind.EXECUTIVE))}, "J18"),
        ({"hearings": (hearing(votes=()), hearing(BodyKind.EXECUTIVE))}, "J18"),
        ({"conditions": (ProjectConditionFact("Train everyone"),)}, "J19"),
        ({"conditions": (ProjectConditionFact("Train everyone", date(2027, 1, 1)),)}, "J19"),
        ({"authorization": None}, "J22"),
        ({"authorization": build_authorization(starts=date(2027, 1, 1))}, "J23"),
        ({"authorization": build_authorization(ends=ON - timedelta(1))}, "J24"),
        ({"authorization": build_authorization(revoked_on=ON)}, "J25"),
        (
            {"authorization": build_authorization(conditions=(ProjectConditionFact("Train"),))},
            "J19",
        ),
        ({"authorization": build_authorization(staff=frozenset({"8"}))}, "J26"),
        ({"authorization": build_authorization(organizations=frozenset({"stone"}))}, "J27"),
        ({"authorization": build_authorization(purpose=Purpose.RESEARCH)}, "J28"),
        ({"authorization": build_authorization(level=Level.POPULATION)}, "J29"),
    ],
)
def test_what_is_taken_away_denies(changes: dict[str, object], code: str) -> None:
    denied = _denied(_ask(project(**changes)))
    assert code in denied
    assert code not in _denied(_ask(project()))


def test_no_project_and_no_owner() -> None:
    assert _denied(_ask(None)) == {"J03"}
    assert "J31" in _denied(_ask(project(providers=frozenset()), owners=frozenset()))


def test_an_owner_of_the_chain_must_approve_although_the_project_names_it_not() -> None:
    assert "J13" in _denied(_ask(project(), owners=frozenset({"stone"})))


def test_dates_are_inclusive_and_words_count_from_their_day() -> None:
    assert _denied(_ask(project(), date(2027, 6, 30))) == set()
    assert _denied(_ask(project(), date(2027, 7, 1))) == {"J24"}
    assert (
        _denied(_ask(project(authorization=build_authorization(revoked_on=date(2026, 11, 25)))))
        == set()
    )
    early = _denied(_ask(project(), date(2026, 5, 31)))
    assert {"J13", "J17", "J18", "J20", "J23"} <= early


def test_a_condition_met_by_the_day_is_no_hindrance() -> None:
    met = project(conditions=(ProjectConditionFact("Train everyone", DAY),))
    assert _denied(_ask(met)) == set()


def test_a_later_hearing_counts_and_a_comment_changes_nothing() -> None:
    against = hearing(votes=tuple(replace(v, ballot=Ballot.REJECT) for v in hearing().votes))
    fact = project(hearings=(*project().hearings, against))
    assert _denied(_ask(fact)) == {"J18"}
    comment = build_response(D.PROVIDERS, "river", answer=A.COMMENT)
    assert _denied(_ask(project(words=_words(comment)))) == set()


@pytest.mark.parametrize(
    ("authorized_for", "asked", "allowed"),
    [
        (Level.INDIVIDUAL, Level.POPULATION, True),
        (Level.PROGRAM, Level.INDIVIDUAL, False),
        (Level.PROGRAM, Level.POPULATION, True),
        (Level.POPULATION, Level.PROGRAM, False),
        (Level.SYSTEMS, Level.POPULATION, False),
        (Level.SYSTEMS, Level.SYSTEMS, True),
    ],
)
def test_a_level_that_shows_less_is_within(
    authorized_for: Level, asked: Level, *, allowed: bool
) -> None:
    fact = project(authorization=build_authorization(level=authorized_for))
    assert ("J29" not in _denied(_ask(fact, level=asked))) is allowed


def _element(fact: ProjectFact | None, element: str = "absence.days") -> set[str]:
    return _denied(check_authorized_element(fact).run(element, ON))


def test_each_element_has_its_own_answer() -> None:
    assert _element(project()) == set()
    assert _element(None) == {"J30"}
    assert _element(project(authorization=None)) == {"J30"}
    assert _element(project(), "student.birth_date") == {"J30"}
    dropped = (ProjectQuestionFact("Q1", "?", "Families", dropped_on=DAY), project().questions[1])
    assert _element(project(questions=dropped), "student.grade") == {"J10"}
    assert _element(project(questions=dropped)) == set()


def test_an_owner_keeps_one_element_back() -> None:
    kept = build_response(D.PROVIDERS, "river", left_out=MappingProxyType({"absence.days": ""}))
    fact = project(words=_words(kept))
    assert _element(fact) == {"J15"}
    assert _element(fact, "student.grade") == set()
    withdrawn = project(words=_words(kept, build_response(D.PROVIDERS, "river")))
    assert _element(withdrawn) == set()
    plan = plan_authorization(fact, ON, ON, ON)
    assert plan.elements == {"student.grade"}


def test_whether_the_leave_holds_is_one_decision_with_an_answer_an_element(
    acting: object,
) -> None:
    actor: Actor = acting(Role.REVIEWER, at="river")  # type: ignore[operator]
    assert decide_authorization_in_force(project(), actor, ON).outcome is Outcome.ALLOW
    kept = build_response(D.PROVIDERS, "river", left_out=MappingProxyType({"absence.days": "Ours"}))
    part = decide_authorization_in_force(project(words=_words(kept)), actor, ON)
    assert part.outcome is Outcome.ALLOW_SUBSET
    assert part.elements["absence.days"] is Outcome.DENY
    assert not decide_authorization_in_force(project(authorization=None), actor, ON).allowed
    assert not decide_authorization_in_force(project(), Actor.public(), ON).allowed
