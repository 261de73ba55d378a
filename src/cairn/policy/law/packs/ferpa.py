"""FERPA: consent and its exceptions as legal bases (34 CFR 99.30, 99.31; 20 USC 1232g)."""

from types import MappingProxyType
from typing import Final

from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.law.cards.outputs import extract as extract_cards
from cairn.policy.law.packs.pack import BasisPack
from cairn.policy.vocabulary import LegalBasis, PersonRequirement

FERPA_BASIS_PACKS: Final = (
    BasisPack(
        basis=LegalBasis.CONSENT,
        person=PersonRequirement.SIGNED_FORM,
        law="34 CFR 99.30: written consent for each child",
        more_keys=frozenset({"consents_kept"}),
    ),
    BasisPack(
        basis=LegalBasis.SCHOOL_OFFICIAL,
        person=PersonRequirement.NOTHING,
        law="34 CFR 99.31(a)(1): school officials, including outside parties",
        criteria=MappingProxyType(
            {
                "institutional_service": ferpa_exceptions_cards.OFFICIAL_SERVICE,
                "direct_control": ferpa_exceptions_cards.OFFICIAL_CONTROL,
                "redisclosure_limits": ferpa_exceptions_cards.OFFICIAL_BOUND,
                "legitimate_interest": ferpa_exceptions_cards.OFFICIAL_INTEREST,
                "annual_notice": ferpa_exceptions_cards.OFFICIAL_NOTICE,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.STUDIES,
        person=PersonRequirement.NOTHING,
        law="34 CFR 99.31(a)(6): studies for, or on behalf of, a school or district",
        criteria=MappingProxyType(
            {
                "on_behalf_of": ferpa_exceptions_cards.STUDY_ON_BEHALF,
                "scope": ferpa_exceptions_cards.STUDY_SCOPE,
                "use_limit": ferpa_exceptions_cards.STUDY_USE_LIMIT,
                "no_identification": ferpa_exceptions_cards.STUDY_NO_IDENTIFICATION,
                "destruction": ferpa_exceptions_cards.STUDY_DESTRUCTION,
            }
        ),
        more_keys=frozenset({"study_purpose"}),
    ),
    BasisPack(
        basis=LegalBasis.AUDIT_EVALUATION,
        person=PersonRequirement.NOTHING,
        law="34 CFR 99.31(a)(3) and 99.35: audit or evaluation of education programs",
        criteria=MappingProxyType(
            {
                "designation": ferpa_exceptions_cards.EVALUATION_DESIGNATION,
                "activity": ferpa_exceptions_cards.EVALUATION_ACTIVITY,
                "education_program": ferpa_exceptions_cards.EVALUATION_PROGRAM,
                "destruction": ferpa_exceptions_cards.EVALUATION_DESTRUCTION,
                "policies": ferpa_exceptions_cards.EVALUATION_POLICIES,
            }
        ),
        more_keys=frozenset({"program_operator"}),
    ),
    BasisPack(
        basis=LegalBasis.DIRECTORY,
        person=PersonRequirement.NO_DIRECTORY_OPT_OUT,
        law="34 CFR 99.31(a)(11) and 99.37: directory information",
        criteria=MappingProxyType(
            {
                "designation": ferpa_exceptions_cards.DIRECTORY,
                "annual_notice": ferpa_exceptions_cards.DIRECTORY_NOTICE,
                "opt_out_window": ferpa_exceptions_cards.DIRECTORY_OPT_OUT_WINDOW,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.TRANSFER,
        person=PersonRequirement.OCCASION,
        law="34 CFR 99.31(a)(2) and 99.34: the school where a student enrolls",
        criteria=MappingProxyType(
            {
                "school_of_enrollment": exceptional_bases_cards.SCHOOL_OF_ENROLLMENT,
                "transfer_notice": exceptional_bases_cards.TRANSFER_NOTICE,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.SUBPOENA,
        person=PersonRequirement.OCCASION,
        law="34 CFR 99.31(a)(9): a court order or subpoena",
        criteria=MappingProxyType({"order": exceptional_bases_cards.ORDER}),
        more_keys=frozenset({"notified", "sealed_order"}),
    ),
    BasisPack(
        basis=LegalBasis.EMERGENCY,
        person=PersonRequirement.OCCASION,
        law=(
            "34 CFR 99.31(a)(10) and 99.36: a single health or safety emergency, not an "
            "ongoing agreement"
        ),
    ),
    BasisPack(
        basis=LegalBasis.CHILD_WELFARE,
        person=PersonRequirement.CASE_RESPONSIBILITY,
        law="20 USC 1232g(b)(1)(L): the child welfare agency responsible for a child's care",
        criteria=MappingProxyType({"case_plan": exceptional_bases_cards.CHILD_WELFARE}),
    ),
    BasisPack(
        basis=LegalBasis.FINANCIAL_AID,
        person=PersonRequirement.OCCASION,
        law="34 CFR 99.31(a)(4): financial aid that a student applied for or received",
        criteria=MappingProxyType({"aid_use": exceptional_bases_cards.AID_USE}),
    ),
    BasisPack(
        basis=LegalBasis.ACCREDITATION,
        person=PersonRequirement.NOTHING,
        law="34 CFR 99.31(a)(7): an accrediting organization, for accreditation",
        criteria=MappingProxyType({"accrediting_function": exceptional_bases_cards.ACCREDITATION}),
    ),
    BasisPack(
        basis=LegalBasis.JUVENILE_JUSTICE,
        person=PersonRequirement.OCCASION,
        law="34 CFR 99.31(a)(5) and 99.38: juvenile justice, under a statute of the state",
        criteria=MappingProxyType(
            {
                "state_statute": exceptional_bases_cards.JUVENILE_STATUTE,
                "certification": exceptional_bases_cards.JUVENILE_CERTIFICATION,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.DE_IDENTIFIED,
        person=PersonRequirement.NOTHING,
        law="34 CFR 99.31(b): de-identified records",
        criteria=MappingProxyType({"determination": extract_cards.DETERMINATION}),
        more_keys=frozenset({"record_code", "code_method_kept"}),
    ),
    BasisPack(
        basis=LegalBasis.OWN_RECORDS,
        person=PersonRequirement.NOTHING,
        law="The provider's own records, which are not education records",
    ),
    BasisPack(
        basis=LegalBasis.PUBLIC_DATA,
        person=PersonRequirement.NOTHING,
        law="Public data that are not about a person",
    ),
    BasisPack(
        basis=LegalBasis.NO_DISCLOSURE,
        person=PersonRequirement.NOTHING,
        law="A document that does not authorize disclosure by itself",
    ),
)
