"""A survey opens when its answers could be handed in, and its link takes an answer in its days."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from cairn.policy.checks.data_use.survey import find_survey_phase, list_collected_elements
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.facts.data.survey import SurveyFact, SurveyQuestionFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.data.surveys import (
    find_surveying_organizations,
    may_answer_survey,
    may_change_survey,
    may_manage_survey,
    may_name_survey_links,
    may_open_survey,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.surveys import (
    ProtectedTopic,
    QuestionKind,
    SurveyPhase,
    SurveyRoute,
    SurveyStatus,
)

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]
_DAY = timedelta(days=1)
_SCALE = SurveyQuestionFact(QuestionKind.SCALE)
_TEXT = SurveyQuestionFact(QuestionKind.TEXT)


def _survey(on: date, **changed: Any) -> SurveyFact:
    survey = SurveyFact(
        organization="river",
        agreement_reference="A",
        status=SurveyStatus.OPEN,
        route=SurveyRoute.ROSTER,
        opens_on=on,
        closes_on=on + _DAY,
        questions=(_SCALE,),
        has_consent_question=True,
        has_notice=True,
        answer_limit=100,
    )
    return replace(survey, **changed)


@pytest.fixture
def covering(agreed: Agreed) -> AgreementFact:
    """An agreement that covers the answers of surveys, with families' notice on record."""
    names = ("local_id", "question", "answer")
    term = DataTerm("survey_answer", frozenset(names), frozenset(), "A")
    terms = agreed()
    criteria = {
        **terms.criteria,
        "survey_authority": "§4",
        "survey_condition": "notice_and_opt_out",
    }
    return replace(terms, data=(*terms.data, term), criteria=criteria)


@pytest.fixture
def answers(delivery: DeliveryFact) -> DeliveryFact:
    return replace(
        delivery,
        elements=frozenset(f"survey_answer.{n}" for n in ("local_id", "question", "answer")),
    )


@pytest.mark.parametrize(
    ("role", "at", "allowed"),
    [
        (Role.DATA_MANAGER, "hub", True),
        (Role.STEWARD, "river", True),
        (Role.STEWARD, "hills", False),
        (Role.PROGRAM_STAFF, "river", False),
        (Role.ANALYST, "hub", False),
    ],
)
def test_who_writes_a_survey(
    role: Role,
    at: str,
    allowed: bool,
    covering: AgreementFact,
    answers: DeliveryFact,
    acting: Acting,
    on: date,
) -> None:
    actor = acting(role) if at == "hub" else acting(role, at=at)
    draft = _survey(on, status=SurveyStatus.DRAFT)
    assert may_manage_survey("river", actor, on).allowed is allowed
    assert may_change_survey(draft, actor, on).allowed is allowed
    assert may_open_survey(draft, answers, covering, actor, on, overdue=()).allowed is allowed
    assert find_surveying_organizations(actor, on).includes(["river"]) is allowed


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, ""),
        ({"status": SurveyStatus.OPEN}, "S07"),
        ({"status": SurveyStatus.CLOSED}, "S07"),
        ({"questions": ()}, "S01"),
        ({"closes_on": date(2020, 1, 1)}, "S01"),
        ({"opens_on": date(2029, 1, 1)}, "S01"),
        ({"has_consent_question": False}, "S02"),
        ({"questions": (replace(_SCALE, is_translated=False),)}, "S03"),
        ({"questions": (replace(_SCALE, topic=ProtectedTopic.RELIGION),)}, ""),
        (
            {
                "questions": (replace(_SCALE, topic=ProtectedTopic.RELIGION),),
                "has_notice": False,
            },
            "S04",
        ),
        ({"has_notice": False}, ""),
        ({"questions": (_SCALE, _TEXT)}, "S05"),
        ({"route": SurveyRoute.ANONYMOUS}, "S05"),
    ],
)
def test_what_a_survey_needs(
    changed: dict[str, Any],
    code: str,
    covering: AgreementFact,
    answers: DeliveryFact,
    acting: Acting,
    on: date,
) -> None:
    survey = _survey(on, **{"status": SurveyStatus.DRAFT, **changed})
    steward = acting(Role.STEWARD, at="river")
    decision = may_open_survey(survey, answers, covering, steward, on, overdue=())
    assert {reason.code for reason in decision.refusals} == ({code} if code else set())
    assert may_change_survey(survey, steward, on).allowed is (code != "S07")


def test_an_agreement_without_the_law_of_surveys_opens_none(
    covering: AgreementFact, answers: DeliveryFact, acting: Acting, on: date
) -> None:
    criteria = {k: v for k, v in covering.criteria.items() if not k.startswith("survey")}
    terms, steward = replace(covering, criteria=criteria), acting(Role.STEWARD, at="river")
    draft = _survey(on, status=SurveyStatus.DRAFT)
    decision = may_open_survey(draft, answers, terms, steward, on, overdue=())
    assert "L11" in {reason.code for reason in decision.refusals}
    assert not may_open_survey(draft, answers, covering, steward, on, overdue=None).allowed


@pytest.mark.parametrize(
    ("changed", "sendings", "phase"),
    [
        ({}, 0, SurveyPhase.OPEN),
        ({"status": SurveyStatus.DRAFT}, 0, SurveyPhase.DRAFT),
        ({"status": SurveyStatus.CLOSED}, 0, SurveyPhase.ENDED),
        ({"opens_on": date(2029, 1, 1), "closes_on": date(2029, 2, 1)}, 0, SurveyPhase.EARLY),
        ({"opens_on": date(2020, 1, 1), "closes_on": date(2020, 1, 1)}, 0, SurveyPhase.ENDED),
        ({"route": SurveyRoute.ANONYMOUS, "answers": 100}, 0, SurveyPhase.FULL),
        ({"route": SurveyRoute.ANONYMOUS, "refusals": 100}, 0, SurveyPhase.FULL),
        ({"route": SurveyRoute.ANONYMOUS, "answers": 99, "refusals": 99}, 0, SurveyPhase.OPEN),
        # Each family on the roster has a link of its own, so no one can use up the others' turn.
        ({"answers": 100, "refusals": 100}, 0, SurveyPhase.OPEN),
        ({"latest_answers": 59}, 0, SurveyPhase.OPEN),
        ({"latest_answers": 60}, 0, SurveyPhase.BUSY),
        ({}, 19, SurveyPhase.OPEN),
        ({}, 20, SurveyPhase.TRIED),
    ],
)
def test_when_a_link_takes_an_answer(
    changed: dict[str, Any],
    sendings: int,
    phase: SurveyPhase,
    agreed: Agreed,
    acting: Acting,
    on: date,
) -> None:
    survey, terms = _survey(on, **changed), agreed()
    assert find_survey_phase(survey, sendings, on) is phase
    for who in (Actor.public(), acting(Role.ANALYST)):
        decision = may_answer_survey(survey, sendings, terms, who, on)
        assert decision.allowed is (phase is SurveyPhase.OPEN)
        assert [r.code for r in decision.refusals] == ([] if decision.allowed else ["S06"])


def test_the_link_closes_with_the_agreement(agreed: Agreed, on: date) -> None:
    ended = replace(agreed(), ends=on - _DAY)
    assert not may_answer_survey(_survey(on), 0, ended, Actor.public(), on).allowed


def test_the_first_and_the_last_day_count(on: date) -> None:
    survey = _survey(on, closes_on=on)
    assert find_survey_phase(survey, 0, on) is SurveyPhase.OPEN
    assert find_survey_phase(survey, 0, on + _DAY) is SurveyPhase.ENDED
    assert find_survey_phase(survey, 0, on - _DAY) is SurveyPhase.EARLY


def test_what_is_collected_follows_from_the_questions(on: date) -> None:
    both = _survey(on, questions=(_SCALE, _TEXT), route=SurveyRoute.ANONYMOUS)
    assert list_collected_elements(both) == {
        f"anonymous_survey_answer.{name}" for name in ("question", "answer", "answer_text")
    }
    assert list_collected_elements(_survey(on, questions=(_TEXT,))) == {
        f"survey_answer.{name}" for name in ("question", "answer_text", "local_id")
    }


def test_links_with_names_go_to_the_organizations_own_steward(acting: Acting, on: date) -> None:
    assert may_name_survey_links("river", acting(Role.STEWARD, at="river"), on).allowed
    for someone in (
        acting(Role.STEWARD, at="hills"),
        acting(Role.DATA_MANAGER),
        acting(Role.PROGRAM_STAFF, at="river"),
    ):
        assert not may_name_survey_links("river", someone, on).allowed
