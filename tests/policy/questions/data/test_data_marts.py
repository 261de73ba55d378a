"""Linking, marts and counts: every agreement behind them, and without those who declined."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.policy.permitted_use import build_declared_rows

from cairn.policy.engine.decision import ABOUT_PEOPLE, Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.questions.data.data_marts import (
    may_build_data_mart,
    may_count_people,
    may_protect_counts,
)
from cairn.policy.questions.data.record_matching import (
    may_match_records,
    may_match_under_agreement,
    may_view_match_summary,
)
from cairn.policy.questions.governance.consents import may_record_opt_out, may_view_opt_outs
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.families import OptOutScope

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]
PUBLIC = Purpose.PUBLIC_REPORTING
ID = frozenset({"student.local_id"})


def _all(agreements: tuple[AgreementFact, ...], actor: Actor, on: date) -> list[Decision]:
    return [
        may_match_records(agreements, ID, actor, on, rows=build_declared_rows(*agreements)),
        may_build_data_mart(
            agreements, ID, PUBLIC, (), actor, on, rows=build_declared_rows(*agreements)
        ),
        may_count_people(agreements, ID, PUBLIC, actor, on, rows=build_declared_rows(*agreements)),
        may_protect_counts(agreements, PUBLIC, actor, on),
    ]


def test_the_hub_links_builds_counts_and_protects(agreed: Agreed, acting: Acting, on: date) -> None:
    behind = (agreed(), agreed(LegalBasis.STUDIES, reference="B"))
    for decision in _all(behind, acting(Role.DATA_MANAGER), on):
        assert decision.outcome is Outcome.ALLOW
        assert decision.agreements == ("A", "B")
    assert may_view_match_summary(acting(Role.ANALYST), on).allowed
    assert not may_view_match_summary(acting(Role.STEWARD, at="river"), on).allowed


def test_only_a_recipient_matches_under_an_agreement(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    hub = acting(Role.DATA_MANAGER)
    assert may_match_under_agreement(agreed(), hub, on).allowed
    others = acting(Role.DATA_MANAGER, at="hills")
    assert not may_match_under_agreement(agreed(), others, on).allowed
    assert not may_match_under_agreement(agreed(), acting(Role.STEWARD, at="river"), on).allowed
    assert not may_match_under_agreement(agreed(ends=date(2025, 1, 1)), hub, on).allowed
    assert not may_match_under_agreement(agreed(), hub, on, pilot=True).allowed


@pytest.mark.parametrize("step", range(4))
def test_one_expired_agreement_stops_them(
    agreed: Agreed, acting: Acting, on: date, step: int
) -> None:
    behind = (agreed(), agreed(reference="B", ends=date(2025, 1, 1)))
    assert not _all(behind, acting(Role.DATA_MANAGER), on)[step].allowed
    assert not _all((), acting(Role.DATA_MANAGER), on)[step].allowed


@pytest.mark.parametrize("step", range(4))
def test_only_a_recipient_uses_the_records(
    agreed: Agreed, acting: Acting, on: date, step: int
) -> None:
    to_another = agreed()
    parties = (to_another.parties[0],)
    decision = _all((agreed(parties=parties),), acting(Role.DATA_MANAGER), on)[step]
    assert {"G06", "R15"} <= {r.code for r in decision.refusals}


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_purpose_that_one_agreement_lacks(
    agreed: Agreed, acting: Acting, on: date, step: int
) -> None:
    behind = (agreed(), agreed(reference="B", purposes=frozenset({Purpose.SERVICE_COORDINATION})))
    decision = _all(behind, acting(Role.DATA_MANAGER), on)[step]
    assert [r.code for r in decision.refusals] == ["G08"]


def test_an_element_may_come_from_the_agreement_that_allows_it(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    meal = DataTerm("student", frozenset({"meal_status"}))
    without = agreed(data=(meal,))
    named = agreed(
        reference="B",
        data=(meal,),
        criteria={
            **without.criteria,
            "meal_status_authority": "exhibit C",
            "meal_status_condition": "child_nutrition_program",
        },
    )
    asked = ("student.meal_status",)
    manager = acting(Role.DATA_MANAGER)
    rows = build_declared_rows(without, named)
    assert may_count_people((without, named), asked, PUBLIC, manager, on, rows=rows).allowed
    refused = may_count_people((without, without), asked, PUBLIC, manager, on, rows=rows)
    assert {r.code for r in refused.refusals} == {"L01"}


def _declined(person: str, scope: OptOutScope) -> OptOutFact:
    return OptOutFact(person, scope, "2026-27", "river")


def test_families_who_declined_are_left_out(agreed: Agreed, acting: Acting, on: date) -> None:
    declined = (
        _declined("p1", OptOutScope.ALL_DISCRETIONARY),
        _declined("p2", OptOutScope.DIRECTORY),
    )
    manager = acting(Role.DATA_MANAGER)
    rows = build_declared_rows(agreed())
    decision = may_build_data_mart((agreed(),), ID, PUBLIC, declined, manager, on, rows=rows)
    assert decision.outcome is Outcome.ALLOW_SUBSET
    assert decision.require().except_people == {"p1"}
    (refusal,) = decision.refusals
    assert (refusal.code, refusal.about) == ("P14", ABOUT_PEOPLE)
    assert "1" in refusal.message
    assert refusal.message_for(Audience.RECIPIENT) == "Some records may be left out."
    directory = (agreed(LegalBasis.DIRECTORY),)
    decision = may_build_data_mart(directory, ID, PUBLIC, declined, manager, on, rows=rows)
    assert decision.require().except_people == {"p1", "p2"}


def test_unknown_opt_outs_deny(agreed: Agreed, acting: Acting, on: date) -> None:
    manager, rows = acting(Role.DATA_MANAGER), build_declared_rows(agreed())
    decision = may_build_data_mart((agreed(),), ID, PUBLIC, None, manager, on, rows=rows)
    assert [r.code for r in decision.refusals] == ["P13"]


def test_the_childs_own_organization_records_opt_outs(acting: Acting, on: date) -> None:
    steward = acting(Role.STEWARD, at="river")
    assert may_record_opt_out("river", steward, on).allowed
    assert may_view_opt_outs("river", steward, on).allowed
    assert not may_record_opt_out("hills", steward, on).allowed
    assert not may_view_opt_outs("river", acting(Role.ANALYST), on).allowed


@pytest.mark.parametrize("step", range(3))
def test_written_consent_is_asked_child_by_child_and_not_here(
    agreed: Agreed, acting: Acting, on: date, step: int
) -> None:
    decision = _all((agreed(LegalBasis.CONSENT),), acting(Role.DATA_MANAGER), on)[step]
    assert "R01" in {r.code for r in decision.refusals}
