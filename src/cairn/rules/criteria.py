"""What the text of an agreement has to show, by legal basis: the tables behind `basis`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cairn.rules.cards import audit_evaluation as audit
from cairn.rules.cards import directory, exceptions, health, record_code, studies
from cairn.rules.cards import school_official as official
from cairn.rules.citations import RuleCard
from cairn.rules.vocabulary import LegalBasis, SpecialClass

# The key under [legal_basis.criteria] and its card. The value is the clause, or our words for it.
CRITERIA: Final[Mapping[LegalBasis, Mapping[str, RuleCard]]] = MappingProxyType(
    {
        LegalBasis.CONSENT: {},
        LegalBasis.SCHOOL_OFFICIAL: {
            "institutional_service": official.SERVICE,
            "direct_control": official.CONTROL,
            "redisclosure_limits": official.BOUND,
            "legitimate_interest": official.INTEREST,
            "annual_notice": official.ANNUAL_NOTICE,
        },
        LegalBasis.STUDIES: {
            "on_behalf_of": studies.ON_BEHALF,
            "scope": studies.SCOPE,
            "use_limit": studies.USE_LIMIT,
            "no_identification": studies.NO_IDENTIFICATION,
            "destruction": studies.DESTRUCTION,
        },
        LegalBasis.AUDIT_EVALUATION: {
            "designation": audit.DESIGNATION,
            "activity": audit.ACTIVITY,
            "education_program": audit.EDUCATION_PROGRAM,
            "destruction": audit.DESTRUCTION,
            "policies": audit.POLICIES,
        },
        LegalBasis.DIRECTORY: {
            "designation": directory.DIRECTORY,
            "annual_notice": directory.DIRECTORY_NOTICE,
            "opt_out_window": directory.OPT_OUT_WINDOW,
        },
        LegalBasis.TRANSFER: {
            "school_of_enrollment": exceptions.SCHOOL_OF_ENROLLMENT,
            "transfer_notice": exceptions.TRANSFER_NOTICE,
        },
        LegalBasis.SUBPOENA: {"order": exceptions.ORDER},
        LegalBasis.EMERGENCY: {},
        LegalBasis.CHILD_WELFARE: {"case_plan": exceptions.CHILD_WELFARE},
        LegalBasis.DE_IDENTIFIED: {"determination": record_code.DETERMINATION},
        LegalBasis.HIPAA_AUTHORIZATION: {
            "core_elements": health.AUTHORIZATION_CORE,
            "required_statements": health.AUTHORIZATION_STATEMENTS,
        },
        LegalBasis.BUSINESS_ASSOCIATE: {
            "permitted_uses": health.ASSOCIATE_USES,
            "no_other_use": health.ASSOCIATE_LIMIT,
            "safeguards": health.ASSOCIATE_SAFEGUARDS,
            "report_unauthorized_use": health.ASSOCIATE_REPORT,
            "subcontractors": health.ASSOCIATE_OTHERS,
            "return_or_destroy": health.ASSOCIATE_RETURN,
        },
        LegalBasis.LIMITED_DATA_SET: {
            "permitted_uses": health.LIMITED_USES,
            "who_may_use": health.LIMITED_WHO,
            "recipient_duties": health.LIMITED_DUTIES,
        },
        LegalBasis.PART2_CONSENT: {
            "consent_form": health.PART2_FORM,
            "redisclosure_notice": health.PART2_NOTICE,
        },
        LegalBasis.OWN_RECORDS: {},
        LegalBasis.PUBLIC_DATA: {},
        LegalBasis.NO_DISCLOSURE: {},
    }
)

# Keys that `conditions` reads beside those above.
_MORE_KEYS: Final[Mapping[LegalBasis, frozenset[str]]] = MappingProxyType(
    {
        LegalBasis.CONSENT: frozenset({"consents_kept"}),
        LegalBasis.STUDIES: frozenset({"study_purpose"}),
        LegalBasis.AUDIT_EVALUATION: frozenset({"program_operator"}),
        LegalBasis.SUBPOENA: frozenset({"notified", "sealed_order"}),
        LegalBasis.DE_IDENTIFIED: frozenset({"record_code", "code_method_kept"}),
    }
)


def authority_key(special: SpecialClass) -> str:
    """The key that names the authority of a special class, which no basis carries by itself."""
    return f"{special.value}_authority"


def condition_key(special: SpecialClass) -> str:
    """The key that names which of its law's conditions the authority meets (see `packs`)."""
    return f"{special.value}_condition"


def criteria_keys(basis: LegalBasis) -> frozenset[str]:
    """The keys that [legal_basis.criteria] may hold for a basis; any other is a mistake."""
    authorities = frozenset(key(one) for one in SpecialClass for key in _CLASS_KEYS)
    return frozenset(CRITERIA[basis]) | _MORE_KEYS.get(basis, frozenset()) | authorities


_CLASS_KEYS: Final = (authority_key, condition_key)
