"""Health records open only with a signed form of their own basis, from a person who may sign."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from tests.policy import permitted_use as u

from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.use import Facts, LocalPolicy
from cairn.policy.facts.students.circumstance import PersonalDetermination
from cairn.policy.facts.students.consent import WrittenConsent
from cairn.policy.law.packs.catalog import BASIS_PACKS, SIGNED_FORM_BASES
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import (
    IdentifierClass,
    LegalBasis,
    PersonRequirement,
    Purpose,
    SpecialClass,
)
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.families import SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind

HIPAA, PART2 = LegalBasis.HIPAA_AUTHORIZATION, LegalBasis.PART2_CONSENT
ALLOW, DENY, ASKS = Outcome.ALLOW, Outcome.DENY, Outcome.NEEDS_PERSON
ASTHMA: Final = "student.asthma"
ADULT, MINOR = date(2004, 5, 4), date(2016, 5, 4)
CLASSES: Final = {HIPAA: SpecialClass.HEALTH, PART2: SpecialClass.SUBSTANCE_USE}


def form(basis: LegalBasis, **changes: Any) -> WrittenConsent:
    """A form of a basis, signed by an adult patient, that covers the use."""
    whole = u.consent(
        basis=basis, relation=SignerRelation.STUDENT, records=frozenset({ASTHMA}), ends=None
    )
    return replace(whole, **changes)


def world(
    basis: LegalBasis, *forms: WrittenConsent, born: date | None = ADULT, **changes: Any
) -> Facts:
    """The clinic's records of one patient for the tutors, with these signed forms."""
    agreement = u.agreement(
        basis,
        parties=(u.party("clinic", PartyRole.PROVIDER), u.party("tutors", PartyRole.RECIPIENT)),
        data=(DataTerm("student", frozenset({"asthma"}), clause="exhibit A"),),
    )
    entry = replace(
        u.element(ASTHMA, IdentifierClass.INDIRECT), special=frozenset({CLASSES[basis]})
    )
    person = u.child(
        birth_date=born,
        organizations=frozenset({"clinic", "tutors"}),
        consents=forms,
        **changes,
    )
    return u.facts(
        agreements=(agreement,),
        dictionaries=(replace(u.DICTIONARY, organization="clinic", elements=(entry,)),),
        people=(person,),
        organizations=tuple(map(u.organization, ("clinic", "tutors"))),
    )


def decided(facts: Facts) -> Decision:
    return decide_use(u.request(elements=frozenset({ASTHMA})), facts, u.ON)


def codes(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.refusals}


def test_every_basis_declares_what_it_requires_of_each_student() -> None:
    assert {basis: BASIS_PACKS[basis].person for basis in LegalBasis}
    assert {LegalBasis.CONSENT, HIPAA, PART2} == SIGNED_FORM_BASES
    silent = {b for b in LegalBasis if BASIS_PACKS[b].person is PersonRequirement.NOTHING}
    assert silent == {
        LegalBasis.SCHOOL_OFFICIAL,
        LegalBasis.STUDIES,
        LegalBasis.AUDIT_EVALUATION,
        LegalBasis.ACCREDITATION,
        LegalBasis.RESEARCH_WAIVER,
        LegalBasis.DE_IDENTIFIED,
        LegalBasis.BUSINESS_ASSOCIATE,
        LegalBasis.LIMITED_DATA_SET,
        LegalBasis.OWN_RECORDS,
        LegalBasis.PUBLIC_DATA,
        LegalBasis.NO_DISCLOSURE,
    }


@pytest.mark.parametrize(("basis", "code"), [(HIPAA, "L07.14"), (PART2, "L08.4")])
def test_nothing_opens_without_a_form_and_a_valid_form_opens(basis: LegalBasis, code: str) -> None:
    assert codes(decided(world(basis))) == {code}
    assert decided(world(basis, form(basis))).outcome is ALLOW


@pytest.mark.parametrize("basis", [HIPAA, PART2])
@pytest.mark.parametrize("other", [LegalBasis.CONSENT, HIPAA, PART2])
def test_a_form_of_another_basis_does_not_count(basis: LegalBasis, other: LegalBasis) -> None:
    expected = ALLOW if other is basis else DENY
    assert decided(world(basis, form(other))).outcome is expected


def test_a_health_form_opens_no_education_records() -> None:
    """The twin of a consent under FERPA, which does."""
    for basis, outcome in ((LegalBasis.CONSENT, ALLOW), (HIPAA, DENY)):
        person = u.child(consents=(u.consent(basis=basis),))
        decision = decide_use(u.request(), u.facts(people=(person,)), u.ON)
        assert decision.outcome is outcome


@pytest.mark.parametrize(
    ("changes", "hipaa", "part2"),
    [
        ({"records": frozenset({"student.grade"})}, "L07.15", "L08.5"),
        ({"parties": frozenset({"mentors"})}, "L07.16", "L08.6"),
        ({"purposes": frozenset({Purpose.RESEARCH})}, "L07.17", "L08.7"),
        ({"revoked_on": u.ON}, "L07.18", "L08.8"),
        ({"ends": date(2026, 11, 23)}, "L07.18", "L08.8"),
        ({"signed_on": None}, "L07.18", "L08.8"),
        ({"verified_on": None}, "L07.18", "L08.8"),
        ({"relation": SignerRelation.OTHER}, "L07.19", "L08.9"),
        ({"signed_on": date(2021, 1, 1)}, "L07.19", "L08.9"),
        ({"relation": SignerRelation.PARENT}, "L07.19", "L08.9"),
    ],
)
def test_a_form_that_does_not_cover_the_use(
    changes: dict[str, Any], hipaa: str, part2: str
) -> None:
    for basis, code in ((HIPAA, hipaa), (PART2, part2)):
        decision = decided(world(basis, form(basis, **changes)))
        assert decision.outcome is DENY
        assert codes(decision) == {code}


def test_a_class_of_parties_names_the_recipient() -> None:
    kinds = frozenset({OrganizationKind.COMMUNITY_PROGRAM})
    named = form(HIPAA, parties=frozenset(), classes=kinds)
    assert decided(world(HIPAA, named)).outcome is ALLOW


@pytest.mark.parametrize(
    ("basis", "relation", "outcome", "code"),
    [
        (HIPAA, SignerRelation.PARENT, ALLOW, ""),
        (HIPAA, SignerRelation.STUDENT, ASKS, "L07.20"),
        (PART2, SignerRelation.PARENT, ASKS, "L08.10"),
        (PART2, SignerRelation.STUDENT, ASKS, "L08.10"),
    ],
)
def test_who_signs_for_a_minor(
    basis: LegalBasis, relation: SignerRelation, outcome: Outcome, code: str
) -> None:
    facts = world(basis, form(basis, relation=relation), born=MINOR)
    assert decided(facts).outcome is outcome
    assert codes(decided(facts)) == ({code} if code else set())
    answer = PersonalDetermination(code, "c1", True, "Ada Bell", "clinic", u.FIRST, "State law.")
    assert decided(replace(facts, answers=(answer,))).outcome is ALLOW
    of_other_child = replace(answer, about="c2")
    assert decided(replace(facts, answers=(of_other_child,))).outcome is outcome


def test_college_attendance_passes_no_rights_to_health_records() -> None:
    facts = world(HIPAA, form(HIPAA, relation=SignerRelation.PARENT), born=MINOR)
    in_college = replace(facts, people=(replace(facts.people[0], postsecondary=True),))
    assert decided(in_college).outcome is ALLOW


def test_an_unknown_birth_date_asks_who_may_sign() -> None:
    assert decided(world(HIPAA, form(HIPAA), born=None)).outcome is ASKS


def test_a_parents_form_may_outlive_majority_where_counsel_reads_it_so() -> None:
    by_parent = form(HIPAA, relation=SignerRelation.PARENT, signed_on=date(2021, 1, 1))
    facts = world(HIPAA, by_parent)
    assert codes(decided(facts)) == {"L07.19"}
    policy = replace(facts.policy, rights_pass_at_18=False)
    assert isinstance(policy, LocalPolicy)
    assert decided(replace(facts, policy=policy)).outcome is ALLOW


def test_a_court_order_asks_counsel_of_the_clinic() -> None:
    facts = world(HIPAA, form(HIPAA), court_order=True)
    assert codes(decided(facts)) == {"L07.20"}
    assert decided(facts).outcome is ASKS
    answer = PersonalDetermination("L07.20", "c1", True, "Ada Bell", "clinic", u.FIRST, "Read it.")
    assert decided(replace(facts, answers=(answer,))).outcome is ALLOW
