"""Health law packs: HIPAA and substance use treatment, as legal bases and as special classes."""

from types import MappingProxyType
from typing import Final

from cairn.policy.law.cards.legal_bases import special_classes as cards
from cairn.policy.law.packs.pack import BasisPack, ClassPack, LawCondition
from cairn.policy.vocabulary import LegalBasis, PersonRequirement, SpecialClass

_HIPAA_BASES: Final = frozenset(
    {
        LegalBasis.HIPAA_AUTHORIZATION,
        LegalBasis.BUSINESS_ASSOCIATE,
        LegalBasis.LIMITED_DATA_SET,
        LegalBasis.DE_IDENTIFIED,
        LegalBasis.TREATMENT,
        LegalBasis.RESEARCH_WAIVER,
    }
)

HIPAA: Final = ClassPack(
    id="hipaa",
    law="HIPAA Privacy Rule, 45 CFR Part 164, Subpart E",
    special=SpecialClass.HEALTH,
    card=cards.HEALTH,
    carried_by=_HIPAA_BASES,
    conditions=(
        LawCondition(
            "authorization",
            "each person, or a parent, signed an authorization",
            "45 CFR 164.508(a)(1)",
            of_each_person=True,
        ),
        LawCondition(
            "business_associate",
            "the recipient works for the covered entity under a business associate agreement",
            "45 CFR 164.502(e)(1)",
        ),
        LawCondition(
            "limited_data_set",
            "a limited data set, under its own data use agreement",
            "45 CFR 164.514(e)(1)",
        ),
        LawCondition(
            "de_identified",
            "de-identified by expert determination or by removing all listed identifiers",
            "45 CFR 164.514(b)",
        ),
        LawCondition(
            "required_by_law",
            "a law requires the disclosure",
            "45 CFR 164.512(a)",
        ),
        LawCondition(
            "public_health",
            (
                "to a public health authority that the law authorizes to collect it; or "
                "proof of immunization to a school, with a parent's agreement"
            ),
            "45 CFR 164.512(b)(1)",
        ),
        LawCondition(
            "education_record",
            "a school's own health record, which is an education record under FERPA",
            "45 CFR 160.103",
        ),
    ),
)

IMMUNIZATION: Final = ClassPack(
    id="immunization",
    law="HIPAA Privacy Rule, proof of immunization, 45 CFR 164.512(b)(1)(vi)",
    special=SpecialClass.IMMUNIZATION,
    card=cards.IMMUNIZATION,
    carried_by=_HIPAA_BASES | {LegalBasis.IMMUNIZATION_PROOF},
    conditions=HIPAA.conditions,
)

PART_2: Final = ClassPack(
    id="part_2",
    law="Confidentiality of Substance Use Disorder Patient Records, 42 CFR Part 2",
    special=SpecialClass.SUBSTANCE_USE,
    card=cards.SUBSTANCE_USE,
    carried_by=frozenset({LegalBasis.PART2_CONSENT}),
    conditions=(
        LawCondition(
            "patient_consent",
            "each patient signed a Part 2 consent",
            "42 CFR 2.31(a)",
            of_each_person=True,
        ),
        LawCondition(
            "service_organization",
            "the recipient serves the treatment program under a qualified service organization "
            "agreement",
            "42 CFR 2.12(c)(4)",
        ),
        LawCondition("medical_emergency", "a medical emergency", "42 CFR 2.51(a)"),
        LawCondition("research", "scientific research, as this section allows", "42 CFR 2.52(a)"),
        LawCondition("audit_and_evaluation", "an audit or evaluation", "42 CFR 2.53(a)"),
        LawCondition("court_order", "a court order under Part 2", "42 CFR 2.61(a)"),
    ),
    obligations=(cards.PART2_NOTICE_DUE,),
)

HEALTH_CLASS_PACKS: Final = (HIPAA, IMMUNIZATION, PART_2)

HEALTH_BASIS_PACKS: Final = (
    BasisPack(
        basis=LegalBasis.HIPAA_AUTHORIZATION,
        person=PersonRequirement.SIGNED_FORM,
        law="45 CFR 164.508: each person's own authorization",
        criteria=MappingProxyType(
            {
                "core_elements": cards.AUTHORIZATION_CORE,
                "required_statements": cards.AUTHORIZATION_STATEMENTS,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.BUSINESS_ASSOCIATE,
        person=PersonRequirement.NOTHING,
        law="45 CFR 164.504(e): a business associate of the covered entity",
        criteria=MappingProxyType(
            {
                "permitted_uses": cards.ASSOCIATE_USES,
                "no_other_use": cards.ASSOCIATE_LIMIT,
                "safeguards": cards.ASSOCIATE_SAFEGUARDS,
                "report_unauthorized_use": cards.ASSOCIATE_REPORT,
                "subcontractors": cards.ASSOCIATE_OTHERS,
                "return_or_destroy": cards.ASSOCIATE_RETURN,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.LIMITED_DATA_SET,
        person=PersonRequirement.NOTHING,
        law="45 CFR 164.514(e): a limited data set",
        criteria=MappingProxyType(
            {
                "permitted_uses": cards.LIMITED_USES,
                "who_may_use": cards.LIMITED_WHO,
                "recipient_duties": cards.LIMITED_DUTIES,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.TREATMENT,
        person=PersonRequirement.OCCASION,
        law="45 CFR 164.506(c)(2): treatment by a health care provider",
        criteria=MappingProxyType({"treatment_activity": cards.TREATMENT}),
    ),
    BasisPack(
        basis=LegalBasis.IMMUNIZATION_PROOF,
        person=PersonRequirement.OCCASION,
        law="45 CFR 164.512(b)(1)(vi): proof of immunization, to a school",
        criteria=MappingProxyType(
            {
                "admission_law": cards.IMMUNIZATION_LAW,
                "agreement_documented": cards.IMMUNIZATION_AGREEMENT,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.RESEARCH_WAIVER,
        person=PersonRequirement.NOTHING,
        law="45 CFR 164.512(i)(1)(i): research with a waiver of an IRB or privacy board",
        criteria=MappingProxyType(
            {
                "board_approval": cards.WAIVER_APPROVAL,
                "waiver_criteria": cards.WAIVER_CRITERIA,
                "information_described": cards.WAIVER_INFORMATION,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.PART2_CONSENT,
        person=PersonRequirement.SIGNED_FORM,
        law="42 CFR 2.31: a patient's consent for substance use treatment records",
        criteria=MappingProxyType(
            {"consent_form": cards.PART2_FORM, "redisclosure_notice": cards.PART2_NOTICE}
        ),
    ),
)
