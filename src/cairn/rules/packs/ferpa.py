"""FERPA: consent and its exceptions, as legal bases (34 CFR 99.30, 99.31; 20 USC 1232g)."""

from types import MappingProxyType
from typing import Final

from cairn.rules.cards import audit_evaluation as audit
from cairn.rules.cards import directory, exceptions, record_code, studies
from cairn.rules.cards import school_official as official
from cairn.rules.packs.pack import BasisPack
from cairn.rules.vocabulary import LegalBasis

BASES: Final = (
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
                "on_behalf_of": studies.ON_BEHALF,
                "scope": studies.SCOPE,
                "use_limit": studies.USE_LIMIT,
                "no_identification": studies.NO_IDENTIFICATION,
                "destruction": studies.DESTRUCTION,
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
                "designation": directory.DIRECTORY,
                "annual_notice": directory.DIRECTORY_NOTICE,
                "opt_out_window": directory.OPT_OUT_WINDOW,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.TRANSFER,
        law="34 CFR 99.31(a)(2) and 99.34: the school where a student enrolls",
        criteria=MappingProxyType(
            {
                "school_of_enrollment": exceptions.SCHOOL_OF_ENROLLMENT,
                "transfer_notice": exceptions.TRANSFER_NOTICE,
            }
        ),
    ),
    BasisPack(
        basis=LegalBasis.SUBPOENA,
        law="34 CFR 99.31(a)(9): a court order or subpoena",
        criteria=MappingProxyType({"order": exceptions.ORDER}),
        more_keys=frozenset({"notified", "sealed_order"}),
    ),
    BasisPack(
        basis=LegalBasis.EMERGENCY,
        law="34 CFR 99.31(a)(10) and 99.36: one emergency, never a standing agreement",
    ),
    BasisPack(
        basis=LegalBasis.CHILD_WELFARE,
        law="20 USC 1232g(b)(1)(L): the agency that is responsible for a child's care",
        criteria=MappingProxyType({"case_plan": exceptions.CHILD_WELFARE}),
    ),
    BasisPack(
        basis=LegalBasis.DE_IDENTIFIED,
        law="34 CFR 99.31(b): records from which nobody can be identified",
        criteria=MappingProxyType({"determination": record_code.DETERMINATION}),
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
