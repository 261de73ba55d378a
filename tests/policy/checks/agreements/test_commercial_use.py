"""Commercial use is refused, with the law that refuses it; what serves the school stays allowed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.policy import permitted_use as u
from tests.policy.valid_agreement import Sound, party

from cairn.policy.checks.agreements.commercial_use import check_commercial_use
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_clause import AgreementClause, ClauseKind
from cairn.policy.facts.data.use import LocalPolicy
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.law.packs.state_packs import STATE_PACKS
from cairn.policy.law.rule_card import RuleSource
from cairn.policy.lint import lint_agreement
from cairn.policy.lint.hint_phrases import find_commercial_phrase
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.questions.governance.agreements import may_rely_on_agreements
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import (
    COMMERCIAL_PURPOSES,
    CONTRACTED_PURPOSES,
    LegalBasis,
    Level,
    Purpose,
)
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.organizations import OrganizationKind

Agreed = Callable[..., AgreementFact]
SERVICES = (AgreementClause("2", ClauseKind.SERVICES, "The Recipient shall provide a math app."),)


def district(state: str, kind: OrganizationKind = OrganizationKind.SCHOOL_DISTRICT) -> Any:
    return OrganizationFact("river", kind, state=state)


def codes(agreement: AgreementFact, purpose: Purpose, on: date, **more: Any) -> list[str]:
    reasons = check_commercial_use(agreement, purpose, **more).run(on)
    return [reason.code for reason in reasons if reason.effect is not Outcome.ALLOW]


@pytest.mark.parametrize(
    ("state", "purpose", "code"),
    [
        ("CA", Purpose.SALE, "L12.13"),
        ("CA", Purpose.TARGETED_ADVERTISING, "L12.11"),
        ("CA", Purpose.PROFILING, "L12.12"),
        ("CA", Purpose.MODEL_TRAINING, "U01"),
        ("UT", Purpose.SALE, "L12.14"),
        ("UT", Purpose.MODEL_TRAINING, "L12.14"),
        ("MD", Purpose.SALE, "L12.15"),
        ("TX", Purpose.SALE, "L12.18"),
        ("WA", Purpose.TARGETED_ADVERTISING, "L12.19"),
        ("CO", Purpose.PROFILING, "L12.20"),
        ("MD", Purpose.MODEL_TRAINING, "U01"),
        ("OR", Purpose.SALE, "U01"),
        ("", Purpose.SALE, "U01"),
    ],
)
def test_the_law_of_the_state_refuses_where_it_has_a_prohibition(
    agreed: Agreed, on: date, state: str, purpose: Purpose, code: str
) -> None:
    assert codes(agreed(), purpose, on, providers=(district(state),)) == [code]


@pytest.mark.parametrize(
    ("basis", "code"),
    [
        (LegalBasis.SCHOOL_OFFICIAL, "U01"),
        (LegalBasis.STUDIES, "U01"),
        (LegalBasis.BUSINESS_ASSOCIATE, "U02"),
        (LegalBasis.CONSENT, "U03"),
        (LegalBasis.DIRECTORY, "U03"),
        (LegalBasis.OWN_RECORDS, "U03"),
    ],
)
def test_else_the_basis_that_limits_use_and_else_policy(
    agreed: Agreed, on: date, basis: LegalBasis, code: str
) -> None:
    for purpose in COMMERCIAL_PURPOSES:
        assert codes(agreed(basis), purpose, on) == [code]


def test_a_state_prohibition_is_about_records_of_schools(agreed: Agreed, on: date) -> None:
    program = district("CA", OrganizationKind.COMMUNITY_PROGRAM)
    own = agreed(LegalBasis.OWN_RECORDS)
    assert codes(own, Purpose.SALE, on, providers=(program,)) == ["U03"]


def test_products_are_improved_with_deidentified_records(agreed: Agreed, on: date) -> None:
    purpose = Purpose.PRODUCT_IMPROVEMENT
    assert codes(agreed(), purpose, on) == ["U04"]
    assert codes(agreed(), purpose, on, level=Level.DE_IDENTIFIED) == []
    assert codes(agreed(level=Level.DE_IDENTIFIED), purpose, on) == []
    assert codes(agreed(level=Level.DE_IDENTIFIED), purpose, on, level=Level.INDIVIDUAL) == ["U04"]


@pytest.mark.parametrize("purpose", sorted(CONTRACTED_PURPOSES))
def test_a_contracted_service_adapts_and_is_improved(
    agreed: Agreed, on: date, purpose: Purpose
) -> None:
    assert codes(agreed(), purpose, on) == ["U05"]
    assert codes(agreed(clauses=SERVICES), purpose, on, providers=(district("CA"),)) == []


@pytest.mark.parametrize(
    "purpose", sorted(set(Purpose) - COMMERCIAL_PURPOSES - CONTRACTED_PURPOSES)
)
def test_other_purposes_are_not_asked(agreed: Agreed, on: date, purpose: Purpose) -> None:
    asked = tuple(check_commercial_use(agreed(), purpose).run(on))
    assert bool(asked) is (purpose is Purpose.PRODUCT_IMPROVEMENT)


def test_a_use_for_sale_is_refused_though_the_agreement_names_it() -> None:
    agreement = replace(u.agreement(), purposes=frozenset({*u.agreement().purposes, Purpose.SALE}))
    sale = u.request(purpose=Purpose.SALE)
    standing = LocalPolicy(standing_purposes=frozenset({u.SERVICE, Purpose.SALE}))
    facts = u.facts(agreements=(agreement,), policy=standing)
    # The schools are in Utah.
    assert "L12.14" in {reason.code for reason in decide_use(sale, facts, u.ON).refusals}
    in_oregon = tuple(replace(one, state="OR") for one in facts.organizations)
    refused = decide_use(sale, replace(facts, organizations=in_oregon), u.ON)
    assert "U03" in {reason.code for reason in refused.refusals}
    # No agreement and no project is named: the purpose is refused all the same.
    unnamed = decide_use(sale, u.facts(agreements=(agreement,)), u.ON)
    assert "U03" in {reason.code for reason in unnamed.refusals}
    # The purpose of the same agreement that serves the children stays allowed.
    assert decide_use(u.request(), u.facts(agreements=(agreement,)), u.ON).allowed


def test_reliance_for_a_commercial_purpose_is_refused(
    agreed: Agreed, acting: Callable[..., Any], on: date
) -> None:
    named = agreed(purposes=frozenset({Purpose.SALE, Purpose.ADAPTIVE_LEARNING}), clauses=SERVICES)
    manager = acting(Role.DATA_MANAGER)
    refused = may_rely_on_agreements((named,), Purpose.SALE, manager, on)
    assert [reason.code for reason in refused.refusals] == ["U01"]
    assert may_rely_on_agreements((named,), Purpose.ADAPTIVE_LEARNING, manager, on).allowed


@pytest.mark.parametrize("purpose", sorted(COMMERCIAL_PURPOSES))
def test_an_agreement_that_permits_it_has_a_finding(
    sound: Sound, on: date, purpose: Purpose
) -> None:
    text = sound(purposes=frozenset({Purpose.PROGRAM_EVALUATION, purpose}))
    found = {f.key: f for f in lint_agreement(text, None, on)}
    assert found[f"LM01 {purpose.value}"].severity is RuleSource.PRACTICE
    in_utah = {f.key: f for f in lint_agreement(text, None, on, {"river": "UT"})}
    finding = in_utah[f"LM01 {purpose.value}"]
    assert (finding.severity, finding.citation) == (RuleSource.LAW, "Utah Code 53E-9-309(1)")
    elsewhere = {f.key: f for f in lint_agreement(text, None, on, {"hub": "UT"})}
    assert elsewhere[f"LM01 {purpose.value}"].severity is RuleSource.PRACTICE


def test_a_clause_that_permits_it_has_a_finding(sound: Sound, on: date) -> None:
    clause = AgreementClause("7", ClauseKind.PERMITTED_USES, "The Recipient may sell Student Data.")
    text = sound(clauses=(*sound().clauses, clause))
    keys = {f.key: f.severity for f in lint_agreement(text, None, on)}
    assert keys["LM02 sale 7"] is RuleSource.PRACTICE
    in_california = lint_agreement(text, None, on, {"river": "CA"})
    assert {f.key: f.severity for f in in_california}["LM02 sale 7"] is RuleSource.LAW
    promise = replace(clause, said="The Recipient may not sell Student Data.")
    kept = sound(clauses=(*sound().clauses, promise))
    assert not [f for f in lint_agreement(kept, None, on) if f.id == "LM02"]


@pytest.mark.parametrize(
    ("purpose", "text", "words"),
    [
        (Purpose.SALE, "may monetize the data", "monetize"),
        (Purpose.TARGETED_ADVERTISING, "may use it for targeted advertising", "targeted advert"),
        (Purpose.PROFILING, "may build a profile of each student", "build a profile"),
        (Purpose.MODEL_TRAINING, "may use it to train its machine learning models", "train its"),
        (Purpose.MODEL_TRAINING, "shall train its staff", ""),
        (Purpose.PROFILING, "a risk profile", ""),
    ],
)
def test_words_of_a_commercial_use(purpose: Purpose, text: str, words: str) -> None:
    found = find_commercial_phrase(purpose, text)
    assert found.startswith(words) if words else not found


def test_a_study_or_an_evaluation_is_no_service(sound: Sound, on: date) -> None:
    for basis, rule in ((LegalBasis.STUDIES, "LB01"), (LegalBasis.AUDIT_EVALUATION, "LB02")):
        text = sound(basis, purposes=frozenset({Purpose.ADAPTIVE_LEARNING}))
        assert f"{rule} adaptive_learning" in {f.key for f in lint_agreement(text, None, on)}


def test_a_paragraph_that_was_not_read_says_so() -> None:
    cards = {c for pack in STATE_PACKS.values() for c in pack.prohibited_uses.values()}
    assert {card.id for card in cards if not card.verified} == {"L12.15"}


def test_more_parties_do_not_change_the_state(sound: Sound, on: date) -> None:
    text = party(sound(purposes=frozenset({Purpose.SALE})), 0, organization="lake")
    found = lint_agreement(text, None, on, {"lake": "CA"})
    assert [f.severity for f in found if f.id == "LM01"] == [RuleSource.LAW]
