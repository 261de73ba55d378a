"""Figures of a survey pass the same people as a release, and never change once they are out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.outputs.release import ReviewFact
from cairn.policy.facts.outputs.survey_figures import SurveyFiguresFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.outputs import survey_figures as questions
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.releases import ReviewVerdict
from cairn.policy.vocabulary.surveys import SurveyFiguresState

Acting = Callable[..., Actor]
_STATES = SurveyFiguresState
_ME, _OTHERS = "7", ("8", "9")


@pytest.fixture
def figures(agreed: Callable[..., AgreementFact], on: date) -> SurveyFiguresFact:
    """Figures that two reviewers approved and the district confirmed."""
    return SurveyFiguresFact(
        organization="river",
        state=_STATES.IN_REVIEW,
        is_accepted=True,
        questions=2,
        author="5",
        reviews=tuple(ReviewFact(who, ReviewVerdict.APPROVE, on) for who in _OTHERS),
        is_owner_confirmed=True,
        agreements=(agreed(),),
        purpose=Purpose.PUBLIC_REPORTING,
    )


_COUNT, _REVIEW, _CONFIRM, _PUBLISH, _WITHDRAW, _VIEW = (
    questions.may_count_survey_figures,
    questions.may_review_survey_figures,
    questions.may_confirm_survey_figures,
    questions.may_publish_survey_figures,
    questions.may_withdraw_survey_figures,
    questions.may_view_survey_figures,
)


@pytest.mark.parametrize(
    ("asks", "role", "at", "changed", "code"),
    [
        (_COUNT, Role.ANALYST, "hub", {}, ""),
        (_COUNT, Role.DATA_MANAGER, "hub", {"state": _STATES.NOT_COUNTED}, ""),
        (_COUNT, Role.DATA_MANAGER, "hub", {"state": _STATES.PUBLISHED}, "S09"),
        (_COUNT, Role.DATA_MANAGER, "hub", {"state": _STATES.WITHDRAWN}, "S09"),
        (_COUNT, Role.DATA_MANAGER, "hub", {"questions": 0}, "S08"),
        (_COUNT, Role.DATA_MANAGER, "hub", {"is_accepted": False}, "S08"),
        (_COUNT, Role.DATA_MANAGER, "hub", {"has_rows_set_aside": True}, "S11"),
        (_COUNT, Role.DATA_MANAGER, "hub", {"is_current": False}, ""),
        (_COUNT, Role.DATA_MANAGER, "hub", {"purpose": Purpose.RESEARCH}, "G08"),
        (_COUNT, Role.STEWARD, "river", {}, "access"),
        (_REVIEW, Role.REVIEWER, "hub", {"reviews": ()}, ""),
        (_REVIEW, Role.REVIEWER, "hub", {"reviews": (), "author": _ME}, "P02"),
        (_REVIEW, Role.REVIEWER, "hub", {}, "P17"),
        (_REVIEW, Role.REVIEWER, "hub", {"reviews": (), "state": _STATES.PUBLISHED}, "S09"),
        (_REVIEW, Role.DATA_MANAGER, "hub", {"reviews": ()}, "access"),
        (_CONFIRM, Role.STEWARD, "river", {"is_owner_confirmed": False}, ""),
        (_CONFIRM, Role.STEWARD, "river", {}, "S13"),
        (_CONFIRM, Role.STEWARD, "hills", {}, "access"),
        (_CONFIRM, Role.DATA_MANAGER, "hub", {}, "access"),
        (_CONFIRM, Role.STEWARD, "river", {"state": _STATES.PUBLISHED}, "S09"),
        (_PUBLISH, Role.DATA_MANAGER, "hub", {}, ""),
        (_PUBLISH, Role.ANALYST, "hub", {}, "access"),
        (_PUBLISH, Role.DATA_MANAGER, "hub", {"reviews": ()}, "P16"),
        (_PUBLISH, Role.DATA_MANAGER, "hub", {"author": "8"}, "P04"),
        (_PUBLISH, Role.DATA_MANAGER, "hub", {"is_owner_confirmed": False}, "S10"),
        (_PUBLISH, Role.DATA_MANAGER, "hub", {"is_accepted": False}, "S08"),
        (_PUBLISH, Role.DATA_MANAGER, "hub", {"is_current": False}, "S12"),
        (_PUBLISH, Role.DATA_MANAGER, "hub", {"state": _STATES.WITHDRAWN}, "S09"),
        (_WITHDRAW, Role.DATA_MANAGER, "hub", {"state": _STATES.PUBLISHED}, ""),
        (_WITHDRAW, Role.STEWARD, "river", {"state": _STATES.PUBLISHED}, ""),
        (_WITHDRAW, Role.STEWARD, "hills", {"state": _STATES.PUBLISHED}, "access"),
        (_WITHDRAW, Role.DATA_MANAGER, "hub", {}, "S09"),
        (_VIEW, Role.STEWARD, "river", {}, ""),
        (_VIEW, Role.REVIEWER, "hub", {}, ""),
        (_VIEW, Role.STEWARD, "hills", {}, "access"),
        (_VIEW, Role.PROGRAM_STAFF, "river", {}, "access"),
    ],
)
def test_who_takes_which_step(
    asks: Callable[..., Any],
    role: Role,
    at: str,
    changed: dict[str, Any],
    code: str,
    figures: SurveyFiguresFact,
    acting: Acting,
    on: date,
) -> None:
    """An empty code is a lawful step; "access" a person who may not take it at all."""
    decision = asks(replace(figures, **changed), acting(role, at=at), on)
    refused = {reason.code for reason in decision.refusals}
    assert decision.allowed is (code == "")
    assert code in refused or code in ("", "access")
    if code == "access":
        assert not {name for name in refused if name.startswith(("S", "P"))}


def test_the_public_sees_published_figures_alone(figures: SurveyFiguresFact, on: date) -> None:
    for state in _STATES:
        now = replace(figures, state=state)
        decision = questions.may_view_published_survey_figures(now, on)
        assert decision.allowed is (state is _STATES.PUBLISHED)
        notice = questions.may_view_survey_withdrawal(now, on)
        assert notice.allowed is (state is _STATES.WITHDRAWN)


def test_each_decides_on_figures_within_reach(acting: Acting, on: date) -> None:
    for role, at, reach in (
        (Role.REVIEWER, "hub", {"river", "hills"}),
        (Role.DATA_MANAGER, "hub", {"river", "hills"}),
        (Role.STEWARD, "river", {"river"}),
        (Role.PROGRAM_STAFF, "river", set()),
    ):
        scopes = questions.find_survey_figures_scopes(acting(role, at=at), on)
        found = {name for name in ("river", "hills") if any(s.includes([name]) for s in scopes)}
        assert found == reach


def test_an_agreement_that_ended_lets_nobody_count_or_publish(
    figures: SurveyFiguresFact, acting: Acting, on: date
) -> None:
    ended = replace(
        figures, agreements=(replace(figures.agreements[0], ends=on.replace(year=2025)),)
    )
    for asks in (_COUNT, _PUBLISH):
        assert not asks(ended, acting(Role.DATA_MANAGER), on).allowed
    assert _VIEW(ended, acting(Role.DATA_MANAGER), on).allowed
