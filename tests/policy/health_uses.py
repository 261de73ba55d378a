"""Random uses of a provider's records under health law and under bases of one occasion, and an
evaluator of them that shares no line with the rules (45 CFR Part 164, 42 CFR Part 2)."""

# ruff: noqa: PLR0911 - one long list of conditions is what makes it independent

from dataclasses import replace
from datetime import date
from typing import Final

from hypothesis import strategies as st
from tests.policy import permitted_use as u
from tests.policy.random_uses import mostly

from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.use import Facts, UseRequest
from cairn.policy.facts.students.circumstance import StudentCircumstance
from cairn.policy.facts.students.consent import WrittenConsent
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.law import BASIS_CRITERIA
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import IdentifierClass, LegalBasis, Purpose, SpecialClass
from cairn.policy.vocabulary.families import SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind

KINDS: Final = OrganizationKind
ELEMENT: Final = "student.x1"
OWNER_KINDS: Final = (KINDS.HEALTH, KINDS.SCHOOL_DISTRICT)
PURPOSES: Final = (
    *(Purpose.SERVICE_COORDINATION, Purpose.PROGRAM_EVALUATION),
    *(Purpose.RESEARCH, Purpose.PUBLIC_REPORTING),
)
"""Commercial purposes have rules and tests of their own."""
BORN: Final = {"adult": date(2004, 5, 4), "minor": date(2016, 5, 4)}
PATIENT_BASES: Final = (LegalBasis.HIPAA_AUTHORIZATION, LegalBasis.PART2_CONSENT)
_USUAL: Final = {
    LegalBasis.HIPAA_AUTHORIZATION: (KINDS.HEALTH, SpecialClass.HEALTH, u.SERVICE),
    LegalBasis.PART2_CONSENT: (KINDS.HEALTH, SpecialClass.SUBSTANCE_USE, u.SERVICE),
    LegalBasis.BUSINESS_ASSOCIATE: (
        KINDS.BACKBONE,
        SpecialClass.HEALTH,
        Purpose.PROGRAM_EVALUATION,
    ),
    LegalBasis.LIMITED_DATA_SET: (KINDS.BACKBONE, SpecialClass.HEALTH, Purpose.RESEARCH),
    LegalBasis.TREATMENT: (KINDS.HEALTH, SpecialClass.HEALTH, u.SERVICE),
    LegalBasis.IMMUNIZATION_PROOF: (
        KINDS.SCHOOL_DISTRICT,
        SpecialClass.IMMUNIZATION,
        u.SERVICE,
    ),
    LegalBasis.RESEARCH_WAIVER: (KINDS.BACKBONE, SpecialClass.HEALTH, Purpose.RESEARCH),
    LegalBasis.JUVENILE_JUSTICE: (KINDS.GOVERNMENT, None, u.SERVICE),
}
"""For each basis: the receiver's kind, the class of the element, and the purpose that fit."""


def forms(basis: LegalBasis) -> st.SearchStrategy[WrittenConsent]:
    """A patient's form, mostly in order and mostly of this basis."""
    return st.builds(
        u.consent,
        basis=mostly(basis, LegalBasis.CONSENT, *PATIENT_BASES),
        relation=mostly(SignerRelation.STUDENT, *SignerRelation),
        records=mostly(frozenset({ELEMENT}), frozenset({u.GRADE})),
        purposes=mostly(frozenset(Purpose), frozenset({Purpose.PUBLIC_REPORTING})),
        parties=mostly(frozenset({"hills"}), frozenset({"mentors"})),
        signed_on=mostly(date(2026, 8, 1), None, date(2021, 1, 1)),
        ends=mostly(None, u.ON, date(2026, 11, 23)),
        verified_on=mostly(date(2026, 8, 20), None),
        revoked_on=mostly(None, u.ON, date(2026, 11, 26)),
    )


@st.composite
def health_uses(draw: st.DrawFn) -> tuple[Facts, UseRequest]:
    """A steward of Hills takes one element of one patient of River."""
    basis = draw(st.sampled_from(sorted(_USUAL)))
    receiver_kind, special, purpose = _USUAL[basis]
    is_school = basis is LegalBasis.JUVENILE_JUSTICE
    owner_kind = KINDS.SCHOOL_DISTRICT if is_school else draw(mostly(*OWNER_KINDS))
    receiver_kind = draw(mostly(receiver_kind, KINDS.HEALTH, KINDS.COMMUNITY_PROGRAM))
    special = draw(mostly(special, *SpecialClass, None))
    purpose = draw(mostly(purpose, *PURPOSES))
    lost = draw(mostly("", *BASIS_CRITERIA[basis]))
    criteria = {key: "clause 3" for key in BASIS_CRITERIA[basis] if key != lost}
    entry = replace(
        u.element(ELEMENT, draw(mostly(IdentifierClass.INDIRECT, IdentifierClass.DIRECT))),
        special=frozenset({special} if special else ()),
    )
    agreement = u.agreement(
        basis,
        parties=(
            replace(u.party("river", PartyRole.PROVIDER), kind=owner_kind),
            replace(u.party("hills", PartyRole.RECIPIENT), kind=receiver_kind),
        ),
        criteria=criteria,
        purposes=frozenset({purpose}),
        data=(DataTerm("student", frozenset({"x1"}), clause="exhibit A"),),
    )
    (role,) = u.tutor().affiliations
    steward = replace(role, organization="hills", kind=receiver_kind, role=Role.STEWARD)
    occasion = StudentCircumstance(
        draw(mostly("c1", "c2")),
        draw(mostly(basis, LegalBasis.FINANCIAL_AID)),
        draw(mostly("river", "tutors")),
        draw(mostly("hills", "tutors")),
        draw(mostly(date(2026, 9, 1), None, date(2026, 11, 25))),
        draw(mostly(None, u.ON, date(2026, 11, 23))),
    )
    person = u.child(
        birth_date=draw(mostly(*BORN.values(), None)),
        organizations=frozenset({"river", "hills"}),
        consents=tuple(draw(st.lists(forms(basis), max_size=2))),
        hold=draw(mostly("", "safety")),
    )
    facts = u.facts(
        agreements=(agreement,),
        dictionaries=(replace(u.DICTIONARY, elements=(entry,)),),
        people=(person,),
        organizations=(
            replace(u.organization("river"), kind=owner_kind),
            replace(u.organization("hills"), kind=receiver_kind),
        ),
        actors=(u.tutor(affiliations=(steward,), security=(u.secured("hills"),)),),
        circumstances=draw(mostly((occasion,), ())),
    )
    policy = replace(facts.policy, standing_purposes=frozenset(Purpose))
    request = u.request(
        acting_for="hills", elements=frozenset({ELEMENT}), purpose=purpose, action=Action.EXPORT
    )
    return replace(facts, policy=policy), request


def may_take_element(request: UseRequest, facts: Facts, on: date) -> bool:
    """Whether the receiver may take the element of the patient; in these worlds the person, the
    agreement's dates and signatures, and the receiver's standing are in order."""
    (agreement,), (person,) = facts.agreements, facts.people
    (entry,) = facts.dictionaries[0].elements
    basis = agreement.basis
    owner, receiver = (party.kind for party in agreement.parties)
    if person.hold or any(not agreement.criteria.get(key) for key in BASIS_CRITERIA[basis]):
        return False
    if owner == KINDS.SCHOOL_DISTRICT and basis not in ("juvenile_justice", "part2_consent"):
        return False  # a school's records are education records, not protected health information
    if not may_carry(basis, entry.special) or not may_serve(basis, request.purpose):
        return False
    if basis == "limited_data_set" and entry.identifier == "direct":
        return False
    if basis == "treatment":
        return receiver == KINDS.HEALTH and has_occasion(facts, basis, on)
    if basis == "immunization_proof":
        return receiver == KINDS.SCHOOL_DISTRICT and has_occasion(facts, basis, on)
    if basis == "juvenile_justice":
        return receiver == KINDS.GOVERNMENT and has_occasion(facts, basis, on)
    if basis in ("hipaa_authorization", "part2_consent"):
        return any(
            form.basis == basis and is_valid_form(form, person, request, on)
            for form in person.consents
        )
    return True


def may_carry(basis: LegalBasis, special: frozenset[SpecialClass]) -> bool:
    """Whether a basis carries an element of a class of its own law."""
    if basis == "immunization_proof":
        return special == {SpecialClass.IMMUNIZATION}
    if basis == "part2_consent":
        return special <= {SpecialClass.SUBSTANCE_USE}
    if basis == "juvenile_justice":
        return not special
    return special <= {SpecialClass.HEALTH, SpecialClass.IMMUNIZATION}


def may_serve(basis: LegalBasis, purpose: Purpose) -> bool:
    """Whether a basis permits a purpose."""
    if basis == "business_associate":
        return purpose != Purpose.RESEARCH
    if basis == "limited_data_set":
        return purpose in ("research", "program_evaluation", "public_reporting")
    if basis == "treatment":
        return purpose == Purpose.SERVICE_COORDINATION
    return basis != "research_waiver" or purpose == Purpose.RESEARCH


def has_occasion(facts: Facts, basis: LegalBasis, on: date) -> bool:
    """Whether a documented circumstance of the patient opens the records to the receiver."""
    for case in facts.circumstances:
        named = (case.person, case.basis, case.organization, case.receiver)
        begun = case.documented_on is not None and case.documented_on <= on
        if named == ("c1", basis, "river", "hills") and begun:
            return case.ends is None or case.ends >= on
    return False


def is_valid_form(form: WrittenConsent, person: PersonFact, request: UseRequest, on: date) -> bool:
    """Whether one form counts: signed by an adult patient, or by a minor patient's parent under
    HIPAA alone; what state law leaves open waits for a person and opens nothing yet."""
    if ELEMENT not in form.records or request.purpose not in form.purposes:
        return False
    if "hills" not in form.parties or form.signed_on is None or form.verified_on is None:
        return False
    if (form.ends is not None and form.ends < on) or person.birth_date is None:
        return False
    if form.revoked_on is not None and form.revoked_on <= on:
        return False
    by_patient = form.relation == SignerRelation.STUDENT
    if person.birth_date == BORN["adult"]:
        return by_patient and form.signed_on >= date(2022, 5, 4)
    parents = ("parent", "guardian", "acting_parent", "foster_parent")
    return form.basis == "hipaa_authorization" and form.relation in parents
