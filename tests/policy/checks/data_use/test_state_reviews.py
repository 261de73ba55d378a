"""Counsel's review of a state's law is applied like a pack: once, not for each request."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.policy import permitted_use as u

from cairn.policy.checks.data_use.state_law import require_state_law
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.agreements.state_review import StateLawReview
from cairn.policy.facts.data.use import DisclosureContext, Facts
from cairn.policy.facts.students.circumstance import PersonalDetermination
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import LegalBasis, Level, Purpose, SpecialClass
from cairn.policy.vocabulary.decisions import Outcome

_DAY = timedelta(days=1)
_REVIEW = StateLawReview(
    state="OH",
    organization="river",
    reviewed_by="Carla Counsel",
    reviewed_on=u.ON,
    expires_on=u.ON + 365 * _DAY,
    law="a statute on student records",
    bases=frozenset({LegalBasis.CONSENT}),
    purposes=frozenset({Purpose.SERVICE_COORDINATION}),
)


def _in_ohio(*reviews: StateLawReview, **changes: Any) -> Facts:
    organizations = tuple(
        replace(item, state="OH") if item.slug == "river" else item
        for item in u.facts().organizations
    )
    return u.facts(organizations=organizations, state_reviews=reviews, **changes)


def _list_refusals(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.refusals}


@pytest.mark.parametrize(
    ("changes", "outcome", "codes"),
    [
        ({}, Outcome.ALLOW, set()),
        ({"expires_on": u.ON}, Outcome.ALLOW, set()),
        ({"expires_on": u.ON - _DAY, "reviewed_on": u.FIRST}, Outcome.NEEDS_PERSON, {"L12"}),
        ({"reviewed_on": u.ON + _DAY}, Outcome.NEEDS_PERSON, {"L12"}),
        ({"organization": "hills"}, Outcome.NEEDS_PERSON, {"L12"}),
        ({"state": "WY"}, Outcome.NEEDS_PERSON, {"L12"}),
        ({"bases": frozenset({LegalBasis.STUDIES})}, Outcome.NEEDS_PERSON, {"L12.7"}),
        ({"purposes": frozenset({Purpose.RESEARCH})}, Outcome.NEEDS_PERSON, {"L12.7"}),
        ({"required_clauses": frozenset({ClauseKind.TRAINING})}, Outcome.DENY, {"L12.9"}),
        ({"breach_notice_days": 2}, Outcome.DENY, {"L12.9"}),
        ({"consents_kept": True}, Outcome.DENY, {"L12.9"}),
    ],
)
def test_a_use_follows_counsels_answers(
    changes: dict[str, Any], outcome: Outcome, codes: set[str]
) -> None:
    decision = decide_use(u.request(), _in_ohio(replace(_REVIEW, **changes)), u.ON)
    assert decision.outcome is outcome
    assert _list_refusals(decision) == codes


def test_without_a_review_a_person_decides_and_figures_need_none() -> None:
    assert _list_refusals(decide_use(u.request(), _in_ohio(), u.ON)) == {"L12"}
    figures = u.request(level=Level.POPULATION, action=Action.AGGREGATE, people=())
    decision = decide_use(figures, _in_ohio(replace(_REVIEW, bases=frozenset())), u.ON)
    assert not {code for code in _list_refusals(decision) if code.startswith("L12")}


def test_the_newest_review_counts() -> None:
    older = replace(_REVIEW, reviewed_on=u.ON - _DAY)
    narrower = replace(_REVIEW, bases=frozenset())
    decision = decide_use(u.request(), _in_ohio(older, narrower), u.ON)
    assert _list_refusals(decision) == {"L12.7"}


def test_a_person_may_still_decide_what_counsel_did_not_clear() -> None:
    answer = PersonalDetermination("L12.7", "OH", True, "Ada Bell", "river", u.FIRST, "Read again.")
    facts = _in_ohio(replace(_REVIEW, bases=frozenset()), answers=(answer,))
    assert decide_use(u.request(), facts, u.ON).outcome is Outcome.ALLOW


def test_terms_that_counsel_requires_satisfy_when_the_agreement_has_them() -> None:
    agreement = u.agreement(
        clauses=(
            AgreementClause("§1", ClauseKind.TRAINING, "Staff are trained."),
            AgreementClause("§2", ClauseKind.BREACH_NOTICE, "Notice within two days.", days=2),
        ),
        criteria={"consents_kept": "§3"},
        basis_clause="§3",
    )
    review = replace(
        _REVIEW,
        required_clauses=frozenset({ClauseKind.TRAINING}),
        breach_notice_days=2,
        consents_kept=True,
    )
    decision = decide_use(u.request(), _in_ohio(review, agreements=(agreement,)), u.ON)
    assert decision.outcome is Outcome.ALLOW
    in_hours = replace(agreement.clauses[1], days=None, hours=48)
    hourly = replace(agreement, clauses=(agreement.clauses[0], in_hours))
    assert decide_use(u.request(), _in_ohio(review, agreements=(hourly,)), u.ON).allowed
    unlimited = replace(hourly, clauses=(hourly.clauses[0], replace(in_hours, hours=None)))
    refused = decide_use(u.request(), _in_ohio(review, agreements=(unlimited,)), u.ON)
    assert _list_refusals(refused) == {"L12.9"}
    late = replace(review, breach_notice_days=1)
    refused = decide_use(u.request(), _in_ohio(late, agreements=(agreement,)), u.ON)
    assert _list_refusals(refused) == {"L12.9"}


@pytest.mark.parametrize(("rows_leave", "codes"), [(True, set()), (False, {"L12.8"})])
def test_records_leave_the_system_only_where_counsel_found_it_lawful(
    rows_leave: bool, codes: set[str]
) -> None:
    facts = _in_ohio(replace(_REVIEW, rows_leave=rows_leave))
    listed = decide_use(u.request(action=Action.LIST), facts, u.ON)
    assert _list_refusals(listed) == codes
    viewed = decide_use(u.request(action=Action.VIEW), facts, u.ON)
    assert viewed.outcome is Outcome.ALLOW


def test_a_special_class_needs_counsels_word() -> None:
    (dictionary,) = u.facts().dictionaries[:1]
    marked = replace(
        dictionary,
        elements=tuple(
            replace(entry, special=frozenset({SpecialClass.DISABILITY}))
            if entry.name == u.DAYS
            else entry
            for entry in dictionary.elements
        ),
    )
    facts = _in_ohio(_REVIEW, dictionaries=(marked,))
    refused = decide_use(u.request(), facts, u.ON)
    assert "L12.10" in _list_refusals(refused)
    cleared = replace(_REVIEW, classes=frozenset({SpecialClass.DISABILITY}))
    decision = decide_use(u.request(), replace(facts, state_reviews=(cleared,)), u.ON)
    assert "L12.10" not in _list_refusals(decision)
    utah = replace(facts, organizations=u.facts().organizations)
    assert "L12.10" not in _list_refusals(decide_use(u.request(), utah, u.ON))
    figures = u.request(level=Level.POPULATION, action=Action.AGGREGATE, people=())
    assert "L12.10" not in _list_refusals(decide_use(figures, facts, u.ON))


def test_matching_without_an_action_asks_about_uses_and_terms_alone() -> None:
    context = DisclosureContext(
        providers=(u.organization("river", state="OH"),),
        level=Level.INDIVIDUAL,
        state_reviews=(_REVIEW,),
    )
    (check,) = require_state_law((u.agreement(),), context)
    assert [reason.code for reason in check.run(u.ON)] == ["L12.7", "L12.9"]
