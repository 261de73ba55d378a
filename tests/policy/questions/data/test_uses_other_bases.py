"""Bases that open records without consent in cases of their own, each beside what it refuses."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from tests.policy import permitted_use as u
from tests.policy.questions.data.test_uses_lawful_twins import codes, steward

from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.use import Facts, UseRequest
from cairn.policy.facts.students.circumstance import StudentCircumstance
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.law import BASIS_CRITERIA
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import (
    IdentifierClass,
    LegalBasis,
    Purpose,
    SpecialClass,
)
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.families import OptOutScope
from cairn.policy.vocabulary.organizations import OrganizationKind

ALLOW, DENY = Outcome.ALLOW, Outcome.DENY
KINDS: Final = OrganizationKind
ELEMENT: Final = "student.x1"


def world(
    basis: LegalBasis,
    receiver: OrganizationKind,
    provider: OrganizationKind = KINDS.SCHOOL_DISTRICT,
    special: SpecialClass | None = None,
    purpose: Purpose = u.SERVICE,
    **changes: Any,
) -> tuple[Facts, UseRequest]:
    """River's records about one child for Hills, which has the child on no roster."""
    parties = (
        replace(u.party("river", PartyRole.PROVIDER), kind=provider),
        replace(u.party("hills", PartyRole.RECIPIENT), kind=receiver),
    )
    entry = u.element(ELEMENT, IdentifierClass.INDIRECT)
    if special is not None:
        entry = replace(entry, special=frozenset({special}))
    agreement = u.agreement(
        basis,
        parties=parties,
        criteria=dict.fromkeys(BASIS_CRITERIA[basis], "clause 3"),
        purposes=frozenset({purpose}),
        data=(DataTerm("student", frozenset({"x1"}), clause="exhibit A"),),
    )
    organizations = (
        replace(u.organization("river"), kind=provider),
        replace(u.organization("hills"), kind=receiver),
    )
    facts = u.facts(
        agreements=(agreement,),
        dictionaries=(replace(u.DICTIONARY, elements=(entry,)),),
        people=(u.child(consents=(), organizations=frozenset({"river"})),),
        organizations=organizations,
        actors=(steward("hills", receiver),),
    )
    request = u.request(
        acting_for="hills", elements=frozenset({ELEMENT}), purpose=purpose, action=Action.EXPORT
    )
    return replace(facts, **changes), request


def documented(basis: LegalBasis, **changes: Any) -> StudentCircumstance:
    """The circumstance of the child that a basis asks for."""
    return replace(StudentCircumstance("c1", basis, "river", "hills", date(2026, 9, 1)), **changes)


def test_a_circumstance_does_not_stand_in_for_a_transfer() -> None:
    """A transfer needs notice to the family (34 CFR 99.34), which a circumstance does not show."""
    facts, request = world(LegalBasis.TRANSFER, KINDS.SCHOOL_DISTRICT)
    facts = replace(facts, circumstances=(documented(LegalBasis.TRANSFER),))
    assert codes(decide_use(request, facts, u.ON)) == {"X35"}


OCCASIONS: Final = (
    (LegalBasis.FINANCIAL_AID, KINDS.POSTSECONDARY, KINDS.SCHOOL_DISTRICT, None),
    (LegalBasis.JUVENILE_JUSTICE, KINDS.GOVERNMENT, KINDS.SCHOOL_DISTRICT, None),
    (LegalBasis.TREATMENT, KINDS.HEALTH, KINDS.HEALTH, SpecialClass.HEALTH),
    (
        LegalBasis.IMMUNIZATION_PROOF,
        KINDS.SCHOOL_DISTRICT,
        KINDS.HEALTH,
        SpecialClass.IMMUNIZATION,
    ),
)


@pytest.mark.parametrize(("basis", "receiver", "provider", "special"), OCCASIONS)
@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, ALLOW),
        ({"ends": u.ON}, ALLOW),
        ({"ends": date(2026, 11, 23)}, DENY),
        ({"documented_on": None}, DENY),
        ({"documented_on": date(2026, 11, 25)}, DENY),
        ({"person": "c2"}, DENY),
        ({"receiver": "tutors"}, DENY),
        ({"organization": "tutors"}, DENY),
    ],
)
def test_a_basis_opens_the_records_of_its_own_students(
    basis: LegalBasis,
    receiver: OrganizationKind,
    provider: OrganizationKind,
    special: SpecialClass | None,
    changes: dict[str, Any],
    outcome: Outcome,
) -> None:
    """No roster and no form opens them: the documented circumstance of each student does."""
    facts, request = world(basis, receiver, provider, special)
    with_circumstance = replace(facts, circumstances=(documented(basis, **changes),))
    decision = decide_use(request, with_circumstance, u.ON)
    assert decision.outcome is outcome
    assert codes(decision) == (set() if outcome is ALLOW else {"X35"})


@pytest.mark.parametrize(("basis", "receiver", "provider", "special"), OCCASIONS)
def test_a_family_may_opt_out_of_what_the_law_leaves_to_choice(
    basis: LegalBasis,
    receiver: OrganizationKind,
    provider: OrganizationKind,
    special: SpecialClass | None,
) -> None:
    facts, request = world(basis, receiver, provider, special)
    opted_out = (OptOutFact("c1", OptOutScope.ALL_DISCRETIONARY, "2026-27", "river"),)
    facts = replace(
        facts,
        circumstances=(documented(basis),),
        people=(replace(facts.people[0], opt_outs=opted_out),),
    )
    assert decide_use(request, facts, u.ON).outcome is DENY


@pytest.mark.parametrize(
    ("basis", "receiver", "provider", "code"),
    [
        (LegalBasis.JUVENILE_JUSTICE, KINDS.COMMUNITY_PROGRAM, KINDS.SCHOOL_DISTRICT, "R39.2"),
        (LegalBasis.TREATMENT, KINDS.SCHOOL_DISTRICT, KINDS.HEALTH, "L07.33"),
        (LegalBasis.IMMUNIZATION_PROOF, KINDS.COMMUNITY_PROGRAM, KINDS.HEALTH, "L07.38"),
        (LegalBasis.TREATMENT, KINDS.HEALTH, KINDS.SCHOOL_DISTRICT, "L07.1"),
        (LegalBasis.RESEARCH_WAIVER, KINDS.BACKBONE, KINDS.SCHOOL_DISTRICT, "L07.1"),
    ],
)
def test_a_basis_is_for_its_own_kinds_of_parties(
    basis: LegalBasis, receiver: OrganizationKind, provider: OrganizationKind, code: str
) -> None:
    facts, request = world(basis, receiver, provider)
    facts = replace(facts, circumstances=(documented(basis),))
    assert code in codes(decide_use(request, facts, u.ON))


@pytest.mark.parametrize("special", [SpecialClass.HEALTH, SpecialClass.SUBSTANCE_USE, None])
def test_a_school_gets_proof_of_immunization_alone(special: SpecialClass | None) -> None:
    """45 CFR 164.512(b)(1)(vi)(A); its twin is the case of the documented agreement above."""
    basis = LegalBasis.IMMUNIZATION_PROOF
    facts, request = world(basis, KINDS.SCHOOL_DISTRICT, KINDS.HEALTH, special)
    facts = replace(facts, circumstances=(documented(basis),))
    assert "L07.37" in codes(decide_use(request, facts, u.ON))


def test_treatment_does_not_open_substance_use_records() -> None:
    """42 CFR Part 2 asks for the patient's consent, also for treatment."""
    basis = LegalBasis.TREATMENT
    facts, request = world(basis, KINDS.HEALTH, KINDS.HEALTH, SpecialClass.SUBSTANCE_USE)
    facts = replace(facts, circumstances=(documented(basis),))
    assert codes(decide_use(request, facts, u.ON)) == {"L08"}


@pytest.mark.parametrize(
    ("basis", "purpose", "action", "refused"),
    [
        (LegalBasis.ACCREDITATION, Purpose.PROGRAM_EVALUATION, Action.EXPORT, set()),
        (LegalBasis.RESEARCH_WAIVER, Purpose.RESEARCH, Action.EXPORT, set()),
        (LegalBasis.RESEARCH_WAIVER, Purpose.PROGRAM_EVALUATION, Action.EXPORT, {"L07.30"}),
        (LegalBasis.LIMITED_DATA_SET, Purpose.RESEARCH, Action.EXPORT, set()),
        (LegalBasis.LIMITED_DATA_SET, Purpose.RESEARCH, Action.MATCH, {"L07.31"}),
        (LegalBasis.LIMITED_DATA_SET, Purpose.IMPROVE_INSTRUCTION, Action.EXPORT, {"L07.30"}),
        (LegalBasis.BUSINESS_ASSOCIATE, Purpose.PROGRAM_EVALUATION, Action.EXPORT, set()),
        (LegalBasis.BUSINESS_ASSOCIATE, Purpose.PROGRAM_EVALUATION, Action.MATCH, set()),
        (LegalBasis.BUSINESS_ASSOCIATE, Purpose.RESEARCH, Action.EXPORT, {"L07.30"}),
    ],
)
def test_a_basis_permits_its_own_purposes(
    basis: LegalBasis, purpose: Purpose, action: Action, refused: set[str]
) -> None:
    is_ferpa = basis is LegalBasis.ACCREDITATION
    provider = KINDS.SCHOOL_DISTRICT if is_ferpa else KINDS.HEALTH
    special = None if is_ferpa else SpecialClass.HEALTH
    facts, request = world(basis, KINDS.BACKBONE, provider, special, purpose)
    (actor,) = facts.actors
    manager = replace(actor.affiliations[0], role=Role.DATA_MANAGER)
    facts = replace(
        facts,
        actors=(replace(actor, affiliations=(manager,)),),
        policy=replace(facts.policy, standing_purposes=frozenset({purpose})),
    )
    decision = decide_use(replace(request, action=action), facts, u.ON)
    assert codes(decision) == refused
