"""Class packs about education: meals, homelessness, disability, surveys, online use."""

from types import MappingProxyType
from typing import Final

from cairn.policy.law.cards.legal_bases import special_classes as cards
from cairn.policy.law.packs.pack import ClassPack, LawCondition
from cairn.policy.vocabulary import LegalBasis, Purpose, SpecialClass

# Bases under 34 CFR 99.31 that share education records beyond directory information.
FERPA_EXCEPTIONS: Final = frozenset(
    {
        LegalBasis.SCHOOL_OFFICIAL,
        LegalBasis.STUDIES,
        LegalBasis.AUDIT_EVALUATION,
        LegalBasis.TRANSFER,
        LegalBasis.SUBPOENA,
        LegalBasis.EMERGENCY,
        LegalBasis.CHILD_WELFARE,
        LegalBasis.FINANCIAL_AID,
        LegalBasis.ACCREDITATION,
        LegalBasis.JUVENILE_JUSTICE,
    }
)

_CONSENT: Final = frozenset({LegalBasis.CONSENT})

NSLP: Final = ClassPack(
    id="nslp",
    law="Richard B. Russell National School Lunch Act, 42 USC 1758(b)(6); 7 CFR 245.6(f)-(k)",
    special=SpecialClass.MEAL_STATUS,
    card=cards.MEAL_STATUS,
    carried_by=_CONSENT,
    conditions=(
        LawCondition(
            "federal_education_program",
            "names and eligibility status, to persons directly connected with a federal education "
            "program",
            "42 USC 1758(b)(6)(A)(ii)(I)",
        ),
        LawCondition(
            "state_program",
            "names and eligibility status, to persons directly connected with a health or "
            "education program of the state, run by the state or a local educational agency",
            "42 USC 1758(b)(6)(A)(ii)(II)",
        ),
        LawCondition(
            "means_tested_nutrition_program",
            "names and eligibility status, to persons directly connected with a means-tested "
            "nutrition program whose standards are comparable",
            "42 USC 1758(b)(6)(A)(ii)(III)",
        ),
        LawCondition(
            "child_nutrition_program",
            "to persons directly connected with a child nutrition program",
            "42 USC 1758(b)(6)(A)(i)",
        ),
        LawCondition(
            "medicaid_or_chip",
            (
                "to identify children for Medicaid or the children's health insurance "
                "program, if the family was notified and did not decline"
            ),
            "42 USC 1758(b)(6)(A)(iv)",
        ),
    ),
)

MCKINNEY_VENTO: Final = ClassPack(
    id="mckinney_vento",
    law="McKinney-Vento Homeless Assistance Act, 42 USC 11432(g)(3)(G)",
    special=SpecialClass.HOMELESSNESS,
    card=cards.HOMELESSNESS,
    carried_by=FERPA_EXCEPTIONS | _CONSENT,
)

IDEA_B: Final = ClassPack(
    id="idea_b",
    law="Individuals with Disabilities Education Act, Part B, 34 CFR 300.610-300.627",
    special=SpecialClass.DISABILITY,
    card=cards.DISABILITY,
    carried_by=FERPA_EXCEPTIONS | _CONSENT,
    not_for=MappingProxyType({Purpose.SERVICE_COORDINATION: cards.TRANSITION}),
    # The consent rule is about agencies that provide transition services, not about contractors
    # that are school officials.
    not_for_except=_CONSENT | {LegalBasis.SCHOOL_OFFICIAL},
    obligations=(cards.ACCESS_RECORD,),
)

IDEA_C: Final = ClassPack(
    id="idea_c",
    law="Individuals with Disabilities Education Act, Part C, 34 CFR 303.401-303.417",
    special=SpecialClass.EARLY_INTERVENTION,
    card=cards.EARLY_INTERVENTION,
    carried_by=FERPA_EXCEPTIONS | _CONSENT,
    not_for=MappingProxyType({Purpose.SERVICE_COORDINATION: cards.EARLY_INTERVENTION}),
    obligations=(cards.EARLY_ACCESS_RECORD,),
)

HEAD_START: Final = ClassPack(
    id="head_start",
    law="Head Start Program Performance Standards, 45 CFR 1303.20-1303.24",
    special=SpecialClass.HEAD_START,
    card=cards.HEAD_START,
    carried_by=_CONSENT,
    conditions=(
        LawCondition(
            "program_officials",
            "to officials of the program, or of an entity acting for it under its direct control",
            "45 CFR 1303.22(c)(1)",
        ),
        LawCondition(
            "study",
            "to a study for or on behalf of the program, under a written agreement",
            "45 CFR 1303.22(c)(3)",
        ),
        LawCondition(
            "next_school",
            (
                "to the program or school where the child enrolls or seeks to enroll, with advance "
                "notice to the parent, a copy on request, and the chance to refuse"
            ),
            "45 CFR 1303.22(b)",
        ),
        LawCondition(
            "audit_or_evaluation",
            "to the audit, evaluation or monitoring of the program, under a written agreement",
            "45 CFR 1303.22(c)(2)",
        ),
        LawCondition(
            "health_or_safety",
            "to appropriate parties in a disaster or a health or safety emergency",
            "45 CFR 1303.22(c)(4)",
        ),
        LawCondition(
            "court_order",
            "on a court order or subpoena, after an effort to notify the parent",
            "45 CFR 1303.22(c)(5)",
        ),
        LawCondition(
            "child_welfare",
            "to a caseworker who has the right to the case plan of a child in foster care",
            "45 CFR 1303.22(c)(7)",
        ),
    ),
)

COPPA: Final = ClassPack(
    id="coppa",
    law="Children's Online Privacy Protection Rule, 16 CFR Part 312",
    special=SpecialClass.ONLINE_UNDER_13,
    card=cards.ONLINE,
    carried_by=_CONSENT,
    conditions=(
        LawCondition(
            "school_authorization",
            (
                "the school consented for the parents, for an educational and not a "
                "commercial purpose, and the data are kept no longer than the written "
                "policy allows"
            ),
            "Federal Trade Commission guidance on 16 CFR 312.5(a)(1)",
        ),
    ),
)

PPRA: Final = ClassPack(
    id="ppra",
    law="Protection of Pupil Rights Amendment, 20 USC 1232h; 34 CFR Part 98",
    special=SpecialClass.SURVEY,
    card=cards.SURVEY,
    carried_by=_CONSENT,
    conditions=(
        LawCondition(
            "notice_and_opt_out",
            (
                "no Department of Education program paid for the survey, and families "
                "had notice and could opt out"
            ),
            "20 USC 1232h(c)(2)(A)",
        ),
    ),
)

EDUCATION_CLASS_PACKS: Final = (NSLP, MCKINNEY_VENTO, IDEA_B, IDEA_C, HEAD_START, COPPA, PPRA)
