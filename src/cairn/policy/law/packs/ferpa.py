"""FERPA: consent and its exceptions as legal bases (34 CFR 99.30, 99.31; 20 USC 1232g)."""

from types import MappingProxyType
from typing import Final

from cairn.policy.law.cards.legal_bases import audit_evaluation as audit
from cairn.policy.law.cards.legal_bases import directory_information as directory_information_cards
from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.law.cards.legal_bases import record_code as record_code_cards
from cairn.policy.law.cards.legal_bases import school_official as official
from cairn.policy.law.cards.legal_bases import studies as studies_cards
from cairn.policy.law.packs.pack import BasisPack
from cairn.policy.vocabulary import LegalBasis

FERPA_BASIS_PACKS: Final = (
    BasisPack(
        basis=LegalBasis.CONSENT,
        law="34 CFR 99.30: each child's own written consent, looked at child by child",
        more_keys=frozenset({"consents_kept"}),
    ),
    BasisPack(
        basis=LegalBasis.SCHOOL_OFFICIAL,
        law="34 CFR 99.31(a)(1): school officials, outside parties among them",
        criteria=MappingProxyType(
            {
                "institutional_service": official.SERVICE,
                "direct_control": official.CONTROL,
                "redisclosure_limits": official.BOUND,
                "legitimate_interest": official.INTEREST,
                "annual_notice": official.ANNUAL_NOTICE,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.STUDIES,
        law="34 CFR 99.31(a)(6): studies for, or on behalf of, a school or district",
        criteria=MappingProxyType(
            {
                "on_behalf_of": studies_cards.ON_BEHALF,
                "scope": studies_cards.SCOPE,
                "use_limit": studies_cards.USE_LIMIT,
                "no_identification": studies_cards.NO_IDENTIFICATION,
                "destruction": studies_cards.DESTRUCTION,
            }
        ),
        more_keys=frozenset({"study_purpose"}),
    ),
    BasisPack(
        basis=LegalBasis.AUDIT_EVALUATION,
        law="34 CFR 99.31(a)(3) and 99.35: audit or evaluation of education programs",
        criteria=MappingProxyType(
            {
                "designation": audit.DESIGNATION,
                "activity": audit.ACTIVITY,
                "education_program": audit.EDUCATION_PROGRAM,
                "destruction": audit.DESTRUCTION,
                "policies": audit.POLICIES,
            }
        ),
        more_keys=frozenset({"program_operator"}),
    ),
    BasisPack(
        basis=LegalBasis.DIRECTORY,
        law="34 CFR 99.31(a)(11) and 99.37: directory information",
        criteria=MappingProxyType(
            {
                "designation": directory_information_cards.DIRECTORY,
                "annual_notice": directory_information_cards.DIRECTORY_NOTICE,
                "opt_out_window": directory_information_cards.OPT_OUT_WINDOW,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.TRANSFER,
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
        law="34 CFR 99.31(a)(9): a court order or subpoena",
        criteria=MappingProxyType({"order": exceptional_bases_cards.ORDER}),
        more_keys=frozenset({"notified", "sealed_order"}),
    ),
    BasisPack(
        basis=LegalBasis.EMERGENCY,
        law="34 CFR 99.31(a)(10) and 99.36: one emergency, never a standing agreement",
    ),
    BasisPack(
        basis=LegalBasis.CHILD_WELFARE,
        law="20 USC 1232g(b)(1)(L): the agency that is responsible for a child's care",
        criteria=MappingProxyType({"case_plan": exceptional_bases_cards.CHILD_WELFARE}),
    ),
    BasisPack(
        basis=LegalBasis.DE_IDENTIFIED,
        law="34 CFR 99.31(b): records from which nobody can be identified",
        criteria=MappingProxyType({"determination": record_code_cards.DETERMINATION}),
        more_keys=frozenset({"record_code", "code_method_kept"}),
    ),
    BasisPack(
        basis=LegalBasis.OWN_RECORDS,
        law="The provider's own records, which no school's law reaches",
    ),
    BasisPack(
        basis=LegalBasis.PUBLIC_DATA,
        law="Data that are public and about no person",
    ),
    BasisPack(
        basis=LegalBasis.NO_DISCLOSURE,
        law="A document that discloses nothing by itself",
    ),
)
