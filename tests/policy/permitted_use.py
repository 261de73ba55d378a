"""A use in which everything is in order, so that a test can take one thing away.

A tutoring program sees the attendance of the children it serves, on written consent: the purpose
is a standing one, so that no project stands beside the agreement.
"""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from cairn.policy.facts.agreements.agreement import AgreementFact, Party
from cairn.policy.facts.agreements.agreement_terms import DataTerm, OnwardRecipient, Retention
from cairn.policy.facts.agreements.data_dictionary import DataDictionaryFact, DataElementFact
from cairn.policy.facts.agreements.population import Population
from cairn.policy.facts.data.use import Facts, LocalPolicy, UseRequest
from cairn.policy.facts.people.access import (
    Actor,
    AffiliationFact,
    Clearance,
    Colleague,
    CompletionFact,
    ConfidentialitySignature,
    Curriculum,
    OrganizationSecurity,
)
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.circumstance import AnnualNotice
from cairn.policy.facts.students.consent import WrittenConsent
from cairn.policy.facts.students.student import PersonFact, RowsFact, SchoolDeclarations
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import AgreementTier, PartyRole
from cairn.policy.vocabulary.data_use import (
    IdentifierClass,
    LegalBasis,
    Level,
    Purpose,
    SpecialClass,
)
from cairn.policy.vocabulary.families import SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind

ON: Final = date(2026, 11, 24)
SAID: Final = SchoolDeclarations(frozenset({"river", "hills"}), frozenset({"river", "hills"}))
"""Every school here has said to which nations its children belong and what it keeps back."""


def build_declared_rows(*agreements: AgreementFact) -> tuple[RowsFact, ...]:
    """The rows under these agreements, of schools that have said it; no child is set apart.
    Nobody has looked whose rows are those under written consent."""
    exceptions = (one for one in agreements if one.basis is not LegalBasis.CONSENT)
    return tuple(RowsFact(one.reference, (), SAID) for one in exceptions)


FIRST, LAST = date(2024, 1, 1), date(2028, 12, 31)
DAYS, GRADE, BORN, BAND = (
    "absence.days",
    "student.grade",
    "student.birth_date",
    "student.age_band",
)
MEALS: Final = "student.meal_status"
SERVICE: Final = Purpose.SERVICE_COORDINATION
_KINDS: Final = {
    "river": OrganizationKind.SCHOOL_DISTRICT,
    "hills": OrganizationKind.SCHOOL_DISTRICT,
    "tutors": OrganizationKind.COMMUNITY_PROGRAM,
    "mentors": OrganizationKind.COMMUNITY_PROGRAM,
    "hub": OrganizationKind.BACKBONE,
    "clinic": OrganizationKind.HEALTH,
}
_CRITERIA: Final = {
    LegalBasis.SCHOOL_OFFICIAL: (
        "institutional_service",
        "direct_control",
        "redisclosure_limits",
        "legitimate_interest",
        "annual_notice",
    ),
    LegalBasis.DIRECTORY: ("designation", "annual_notice", "opt_out_window"),
    LegalBasis.CHILD_WELFARE: ("case_plan",),
    LegalBasis.TRANSFER: ("school_of_enrollment", "transfer_notice"),
    LegalBasis.SUBPOENA: ("order", "notified"),
    LegalBasis.FINANCIAL_AID: ("aid_use",),
    LegalBasis.ACCREDITATION: ("accrediting_function",),
    LegalBasis.STUDIES: (
        "on_behalf_of",
        "scope",
        "use_limit",
        "no_identification",
        "destruction",
        "study_purpose",
    ),
    LegalBasis.AUDIT_EVALUATION: (
        "designation",
        "activity",
        "education_program",
        "destruction",
        "policies",
        "program_operator",
    ),
    LegalBasis.DE_IDENTIFIED: ("determination", "code_method_kept"),
    LegalBasis.HIPAA_AUTHORIZATION: ("core_elements", "required_statements"),
    LegalBasis.PART2_CONSENT: ("consent_form", "redisclosure_notice"),
}


_CODES: Final = {"study_purpose": "improve_instruction", "program_operator": "river"}


def party(slug: str, role: PartyRole) -> Party:
    """A signed party."""
    return Party(slug, slug.title(), _KINDS[slug], role, "Ada Bell", "director", FIRST)


def agreement(basis: LegalBasis = LegalBasis.CONSENT, **changes: Any) -> AgreementFact:
    """River's data for the tutors, on a basis."""
    whole = AgreementFact(
        reference="A",
        title="Tutoring",
        tier=AgreementTier.DATA_SHARING_AGREEMENT,
        starts=FIRST,
        ends=date(2028, 2, 29),
        purposes=frozenset({SERVICE}),
        parties=(party("river", PartyRole.PROVIDER), party("tutors", PartyRole.RECIPIENT)),
        basis=basis,
        basis_clause="clause 3",
        criteria={key: _CODES.get(key, "clause 3") for key in _CRITERIA.get(basis, ())},
        data=(
            DataTerm("absence", frozenset({"days"}), "2024-25", "2026-27", clause="exhibit A"),
            DataTerm("student", frozenset({"grade", "age_band"}), clause="exhibit A"),
        ),
        retention=Retention(period_days=365, clause="clause 9"),
        children=Population(everyone=True),
    )
    return replace(whole, **changes)


def onward(basis: LegalBasis = LegalBasis.CONSENT, clause: str = "clause 7") -> AgreementFact:
    """The same, with the mentors as onward recipient."""
    further = (OnwardRecipient("mentors", "mentoring of the same children", clause),)
    return agreement(basis, onward=further)


def consent(child: str = "c1", **changes: Any) -> WrittenConsent:
    """A consent that counts."""
    whole = WrittenConsent(
        id=f"consent of {child}",
        child=child,
        signer="s1",
        relation=SignerRelation.PARENT,
        signed_on=date(2026, 8, 1),
        records=frozenset({"absence.*", GRADE, BAND}),
        purposes=frozenset({SERVICE}),
        parties=frozenset({"tutors"}),
        ends=date(2027, 7, 31),
        verified_on=date(2026, 8, 20),
        verified_by="River's steward",
    )
    return replace(whole, **changes)


def child(one: str = "c1", **changes: Any) -> PersonFact:
    """A child of ten whom River enrolls and the tutors serve, with a consent."""
    whole = PersonFact(
        id=one,
        birth_date=date(2016, 5, 4),
        postsecondary=False,
        organizations=frozenset({"river", "tutors"}),
        consents=(consent(one),),
        opt_outs=(),
        nations=frozenset(),
        withheld=frozenset(),
    )
    return replace(whole, **changes)


def secured(slug: str) -> OrganizationSecurity:
    """An organization that is assessed, with a plan and nothing overdue."""
    return OrganizationSecurity(
        slug,
        assessed_on=FIRST,
        assessment_expires=LAST,
        plan_on=FIRST,
        overdue=0,
        colleagues=(Colleague(FIRST, None, ((FIRST, LAST),)),),
    )


def tutor(**changes: Any) -> Actor:
    """A tutor who is cleared, in an organization that is."""
    courses = tuple(CompletionFact(m, "1", FIRST, LAST, "quiz") for m in ("ethics", "workshop"))
    cleared = Clearance(
        Curriculum("1", (("ethics", "1"),), ("workshop", "1")),
        (ConfidentialitySignature("1", FIRST),),
        courses,
    )
    role = AffiliationFact("tutors", _KINDS["tutors"], Role.PROGRAM_STAFF, FIRST, LAST)
    whole = Actor("7", True, SecondFactor.PRESENT, (role,), cleared, (secured("tutors"),))
    return replace(whole, **changes)


def element(name: str, identifier: IdentifierClass, *ladder: str) -> DataElementFact:
    """An entry that a person has confirmed."""
    return DataElementFact(
        name,
        first_year="2015-16",
        last_year="",
        identifier=identifier,
        confirmed=True,
        ladder=ladder,
        special=frozenset({SpecialClass.MEAL_STATUS} if name == MEALS else ()),
    )


DICTIONARY: Final = DataDictionaryFact(
    "river",
    "roster",
    1,
    (
        element(DAYS, IdentifierClass.NONE),
        element(GRADE, IdentifierClass.INDIRECT),
        element(BORN, IdentifierClass.DIRECT, BAND),
        element(BAND, IdentifierClass.INDIRECT),
        element(MEALS, IdentifierClass.INDIRECT),
    ),
)


def organization(slug: str, **changes: Any) -> OrganizationFact:
    """An organization in a state whose law is in, with nothing overdue."""
    return replace(OrganizationFact(slug, _KINDS[slug], state="UT", overdue=0), **changes)


NOTICE: Final = AnnualNotice(
    "river",
    "2026-27",
    date(2026, 7, 1),
    directory=frozenset({DAYS, GRADE}),
    opt_out_until=date(2026, 9, 30),
    official_criteria=True,
)


def request(**changes: Any) -> UseRequest:
    """A tutor looks at the absences of one child."""
    whole = UseRequest(
        actor="7",
        acting_for="tutors",
        action=Action.VIEW,
        purpose=SERVICE,
        elements=frozenset({DAYS}),
        level=Level.INDIVIDUAL,
        people=("c1",),
        channel="upload",
        first_year="2025-26",
        last_year="2026-27",
    )
    return replace(whole, **changes)


def facts(**changes: Any) -> Facts:
    """A world in which that request is allowed."""
    whole = Facts(
        agreements=(agreement(),),
        dictionaries=(DICTIONARY,),
        people=(child(),),
        actors=(tutor(),),
        organizations=tuple(map(organization, ("river", "tutors", "hub", "mentors"))),
        notices=(NOTICE,),
        receivers=tuple(map(secured, ("river", "hills", "tutors", "hub", "mentors", "clinic"))),
        policy=LocalPolicy(standing_purposes=frozenset({SERVICE})),
    )
    return replace(whole, **changes)
