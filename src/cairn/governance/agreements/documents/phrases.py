"""The phrase that a document uses for each member of the policy vocabulary."""

from collections.abc import Mapping
from typing import Final

from cairn.policy.facts import ClauseKind
from cairn.policy.vocabulary import (
    AgreementTier,
    Channel,
    DeliveryMode,
    Frequency,
    LegalBasis,
    Level,
    PartyRole,
    PenaltyKind,
    Purpose,
    RenewalKind,
    RetentionEvent,
    SecurityCondition,
)

__all__ = ["LEGAL_BASIS_PHRASES", "TIER_PHRASES"]

TIER_PHRASES: Final[Mapping[AgreementTier, str]] = {
    AgreementTier.MEMORANDUM: "Memorandum of understanding",
    AgreementTier.DATA_SHARING_AGREEMENT: "Data sharing agreement",
    AgreementTier.DATA_USE_LICENSE: "Data use license",
    AgreementTier.CONFIDENTIALITY: "Confidentiality agreement",
    AgreementTier.CONSENT_FORM: "Consent form",
    AgreementTier.BUSINESS_ASSOCIATE: "Business associate agreement",
    AgreementTier.VENDOR: "Service provider agreement",
    AgreementTier.TERMS_AND_CONDITIONS: "Terms and conditions",
    AgreementTier.INTERAGENCY: "Interagency agreement",
    AgreementTier.DATA_PLAN: "Data plan",
    AgreementTier.AMENDMENT: "Amendment",
    AgreementTier.JOINDER: "Joinder",
}

PARTY_ROLE_PHRASES: Final[Mapping[PartyRole, str]] = {
    PartyRole.PROVIDER: "Provider",
    PartyRole.RECIPIENT: "Recipient",
    PartyRole.PROCESSOR: "Recipient, as processor",
    PartyRole.AUTHORIZED_REPRESENTATIVE: "Recipient, as authorized representative",
}

PURPOSE_PHRASES: Final[Mapping[Purpose, str]] = {
    Purpose.PUBLIC_REPORTING: "to report publicly on groups of students",
    Purpose.PROGRAM_EVALUATION: "to evaluate programs",
    Purpose.RESEARCH: "to conduct research",
    Purpose.IMPROVE_INSTRUCTION: "to improve instruction",
    Purpose.SERVICE_COORDINATION: "to coordinate services for individual students",
    Purpose.ADAPTIVE_LEARNING: "to adapt the contracted service to each student's learning",
    Purpose.SERVICE_IMPROVEMENT: "to maintain and improve the contracted service",
    Purpose.PRODUCT_IMPROVEMENT: "to improve educational products with de-identified records",
    Purpose.SALE: "to sell the data",
    Purpose.TARGETED_ADVERTISING: "to target advertising",
    Purpose.PROFILING: "to build profiles of students for other than the service",
    Purpose.MODEL_TRAINING: "to train models beyond the contracted service",
}

LEGAL_BASIS_PHRASES: Final[Mapping[LegalBasis, str]] = {
    LegalBasis.CONSENT: "written consent of a parent or eligible student (34 CFR 99.30)",
    LegalBasis.SCHOOL_OFFICIAL: "disclosure to a school official with a legitimate educational "
    "interest (34 CFR 99.31(a)(1))",
    LegalBasis.STUDIES: "a study for, or on behalf of, the provider (34 CFR 99.31(a)(6))",
    LegalBasis.AUDIT_EVALUATION: "the audit or evaluation of an education program "
    "(34 CFR 99.31(a)(3), 99.35)",
    LegalBasis.DIRECTORY: "directory information (34 CFR 99.37)",
    LegalBasis.TRANSFER: "a student's enrollment in another school (34 CFR 99.31(a)(2), 99.34)",
    LegalBasis.SUBPOENA: "a judicial order or subpoena (34 CFR 99.31(a)(9))",
    LegalBasis.EMERGENCY: "a health or safety emergency (34 CFR 99.36)",
    LegalBasis.CHILD_WELFARE: "an agency's legal responsibility for a child in care "
    "(20 USC 1232g(b)(1)(L))",
    LegalBasis.FINANCIAL_AID: "financial aid that a student applied for or received "
    "(34 CFR 99.31(a)(4))",
    LegalBasis.ACCREDITATION: "accreditation (34 CFR 99.31(a)(7))",
    LegalBasis.JUVENILE_JUSTICE: "a statute of the state on juvenile justice "
    "(34 CFR 99.31(a)(5), 99.38)",
    LegalBasis.DE_IDENTIFIED: "de-identified records (34 CFR 99.31(b))",
    LegalBasis.HIPAA_AUTHORIZATION: "a written authorization for health records (45 CFR 164.508)",
    LegalBasis.BUSINESS_ASSOCIATE: "service as a business associate (45 CFR 164.504(e))",
    LegalBasis.LIMITED_DATA_SET: "a limited data set of health records (45 CFR 164.514(e))",
    LegalBasis.TREATMENT: "treatment by a health care provider (45 CFR 164.506(c)(2))",
    LegalBasis.IMMUNIZATION_PROOF: "proof of immunization to a school (45 CFR 164.512(b)(1)(vi))",
    LegalBasis.RESEARCH_WAIVER: "research with a waiver of authorization (45 CFR 164.512(i)(1)(i))",
    LegalBasis.PART2_CONSENT: "written consent for substance use records (42 CFR Part 2)",
    LegalBasis.OWN_RECORDS: "the provider's own records, which are not education records",
    LegalBasis.PUBLIC_DATA: "data that are already public",
    LegalBasis.NO_DISCLOSURE: "none; this document does not authorize any disclosure",
}

LEVEL_PHRASES: Final[Mapping[Level, str]] = {
    Level.POPULATION: "aggregate counts of groups",
    Level.PROGRAM: "aggregate counts by program",
    Level.DE_IDENTIFIED: "de-identified individual student records",
    Level.INDIVIDUAL: "individual student records, including PII",
    Level.SYSTEMS: "data about organizations and services, not about students",
}

CHANNEL_PHRASES: Final[Mapping[Channel, str]] = {
    Channel.UPLOAD: "web upload",
    Channel.COMMAND: "command-line upload",
}

RETENTION_EVENT_PHRASES: Final[Mapping[RetentionEvent, str]] = {
    RetentionEvent.DELIVERY: "the data submission that contained it",
    RetentionEvent.AGREEMENT_END: "the end of this Agreement",
    RetentionEvent.TERMINATION: "the termination of this Agreement",
    RetentionEvent.PROJECT_END: "the end of the project",
    RetentionEvent.SCHOOL_YEAR_END: "the end of the school year",
    RetentionEvent.REVOCATION: "the date a consent is revoked",
}

MODE_PHRASES: Final[Mapping[DeliveryMode, str]] = {
    DeliveryMode.FULL: "has all rows of its period and replaces the file before",
    DeliveryMode.APPEND: "adds rows to the files before",
    DeliveryMode.CHANGES: "has only the rows that were added, changed or deleted",
}
FREQUENCY_PHRASES: Final[Mapping[Frequency, str]] = {
    Frequency.ONCE: "once",
    Frequency.DAILY: "daily",
    Frequency.WEEKLY: "weekly",
    Frequency.MONTHLY: "monthly",
    Frequency.QUARTERLY: "each quarter",
    Frequency.EACH_TERM: "each school term",
    Frequency.EACH_SEASON: "each season",
    Frequency.TWICE_A_YEAR: "twice a year",
    Frequency.YEARLY: "yearly",
    Frequency.ON_REQUEST: "on request",
}

SECURITY_PHRASES: Final[Mapping[SecurityCondition, str]] = {
    SecurityCondition.SECURITY_PLAN: "maintain a written security plan",
    SecurityCondition.YEARLY_ASSESSMENT: "assess its security every year",
    SecurityCondition.ENCRYPTED_TRANSFER: "encrypt {data} in transit",
    SecurityCondition.ENCRYPTED_STORAGE: "encrypt {data} at rest",
    SecurityCondition.ENCRYPTED_BACKUPS: "encrypt every backup",
    SecurityCondition.SECOND_FACTOR: "require multi-factor authentication",
    SecurityCondition.ACCESS_BY_ROLE: "grant access by role and revoke access when the role ends",
    SecurityCondition.ACCESS_LOG: "keep a log of each access to {data}, with the user and time",
    SecurityCondition.NO_PORTABLE_MEDIA: "not store {data} on portable devices or media",
    SecurityCondition.HOSTED_IN_COUNTRY: "store {data} only within the United States",
    SecurityCondition.SEPARATE_STORAGE: "store {data} separately from all other data it holds",
    SecurityCondition.INCIDENT_PLAN: "maintain and practice a written incident response plan",
    SecurityCondition.OUTSIDE_TEST: "have its systems tested by an independent third party",
}
"""What the recipient shall do; `{data}` is the defined term for the data."""

PENALTY_PHRASES: Final[Mapping[PenaltyKind, str]] = {
    PenaltyKind.LOSS_OF_ACCESS: "that Party's access to {data} ends immediately",
    PenaltyKind.FIVE_YEAR_BAR: "{provider} may deny that Party access to {data} for at least five "
    "years",
    PenaltyKind.TERMINATION: "any other Party may terminate this Agreement immediately",
    PenaltyKind.DAMAGES: "that Party shall compensate the other Parties for the resulting damages",
    PenaltyKind.FIXED_SUM: "that Party shall pay a fixed sum",
    PenaltyKind.LEGAL_ACTION: "{provider} may take legal action",
    PenaltyKind.DISCIPLINE: "that Party shall discipline the individuals responsible",
}
"""What follows; `{data}` and `{provider}` are the defined terms."""

RENEWAL_PHRASES: Final[Mapping[RenewalKind, str]] = {
    RenewalKind.ENDS: "This Agreement expires on its last day and does not renew automatically",
    RenewalKind.BY_AGREEMENT: "The Parties may renew this Agreement{months} in a writing that "
    "every Party signs{by}",
    RenewalKind.AUTOMATIC: "This Agreement renews automatically{months} unless a Party declines in "
    "writing{by}",
}
"""How the agreement is renewed; `{months}` and `{by}` are the length and the last day to decide."""

CRITERION_PHRASES: Final[Mapping[str, str]] = {
    "institutional_service": "Service in place of employees",
    "direct_control": "Direct control",
    "redisclosure_limits": "Limits on use and redisclosure",
    "legitimate_interest": "Legitimate educational interest",
    "annual_notice": "Annual notice",
    "on_behalf_of": "Study on behalf of the Provider",
    "scope": "Purpose, scope and duration",
    "use_limit": "Use for the study only",
    "no_identification": "Protection of identity",
    "destruction": "Destruction of records",
    "designation": "Designation",
    "activity": "Audit or evaluation",
    "education_program": "Education program",
    "policies": "Policies and procedures",
    "opt_out_window": "Time to opt out",
    "school_of_enrollment": "School of enrollment",
    "transfer_notice": "Notice of transfer",
    "order": "Order or subpoena",
    "case_plan": "Case plan",
    "determination": "Determination of de-identification",
    "core_elements": "Elements of the authorization",
    "required_statements": "Statements in the authorization",
    "permitted_uses": "Permitted uses and disclosures",
    "no_other_use": "No other use",
    "safeguards": "Safeguards",
    "report_unauthorized_use": "Reports of unauthorized use",
    "subcontractors": "Subcontractors",
    "return_or_destroy": "Return or destruction",
    "who_may_use": "Authorized users",
    "recipient_duties": "Duties of the Recipient",
    "consent_form": "Form of consent",
    "redisclosure_notice": "Notice against redisclosure",
    "consents_kept": "Signed consents",
    "study_purpose": "Purpose of the study",
    "program_operator": "Operator of the program",
    "notified": "Notice to the family",
    "sealed_order": "Sealed order",
    "record_code": "Record code",
    "code_method_kept": "Method of the record code",
}
"""The heading under which the agreement states how it meets each criterion of a legal basis."""

STATEMENT_PHRASES: Final[Mapping[str, str]] = {
    "program_operator": "Operator of the program that is audited or evaluated. {}.",
    "study_purpose": "Purpose of the study. {}.",
    "consents_kept": "Signed consents. {}.",
}
"""The sentence for each statement that the law does not list among the criteria."""

STATEMENT_VALUE_PHRASES: Final[Mapping[str, str]] = {
    "predictive_tests": "to develop, validate or administer predictive tests",
    "student_aid": "to administer student aid programs",
    "improve_instruction": "to improve instruction",
}

CLAUSE_KIND_PHRASES: Final[Mapping[ClauseKind, str]] = {
    ClauseKind.AUTHORITY: "Authority to sign",
    ClauseKind.LEGAL_BASIS: "Legal basis",
    ClauseKind.DEFINITIONS: "Definitions",
    ClauseKind.EDUCATIONAL_PURPOSE: "Educational purpose",
    ClauseKind.PARTNERSHIP: "Partnership",
    ClauseKind.GOVERNANCE: "Governance",
    ClauseKind.DUTIES: "Duties",
    ClauseKind.SERVICES: "Services",
    ClauseKind.SERVICE_LEVEL: "Service levels",
    ClauseKind.FEES: "Fees",
    ClauseKind.COUNSEL_REVIEW: "Review by counsel",
    ClauseKind.USE_LIMIT: "Limit on use",
    ClauseKind.LEGITIMATE_INTEREST: "Legitimate interest",
    ClauseKind.PROJECT_AUTHORIZATION: "Project authorization",
    ClauseKind.THIRD_PARTIES: "Third parties",
    ClauseKind.SUBCONTRACTORS: "Subcontractors",
    ClauseKind.OWNERSHIP: "Ownership of data",
    ClauseKind.LINKING: "Record matching",
    ClauseKind.NO_IDENTIFICATION: "No re-identification",
    ClauseKind.DE_IDENTIFICATION: "De-identification",
    ClauseKind.REFERRAL: "Referral",
    ClauseKind.ACCEPTABLE_USE: "Acceptable use",
    ClauseKind.CONFIDENTIALITY: "Confidentiality",
    ClauseKind.TRAINING: "Training",
    ClauseKind.BACKGROUND_CHECK: "Background checks",
    ClauseKind.HOSTING: "Hosting",
    ClauseKind.SAFEGUARDS: "Safeguards",
    ClauseKind.BREACH_NOTICE: "Breach notification",
    ClauseKind.COMPELLED_DISCLOSURE: "Compelled disclosure",
    ClauseKind.INSPECTION: "Inspection",
    ClauseKind.DATA_QUALITY: "Data quality",
    ClauseKind.RETURN_OF_DATA: "Return of data",
    ClauseKind.FAMILY_NOTICE: "Notice to families",
    ClauseKind.FAMILY_ACCESS: "Access by families",
    ClauseKind.CONSENT_COLLECTION: "Collection of consent",
    ClauseKind.VOLUNTARY: "Voluntary consent",
    ClauseKind.REVOCABLE: "Revocation of consent",
    ClauseKind.COPY_TO_FAMILY: "Copy to the family",
    ClauseKind.PERMITTED_USES: "Permitted uses",
    ClauseKind.ACCOUNTING: "Accounting of disclosures",
    ClauseKind.BOOKS_TO_SECRETARY: "Access by the Secretary",
    ClauseKind.INTELLECTUAL_PROPERTY: "Intellectual property",
    ClauseKind.PUBLICATION: "Publication",
    ClauseKind.ATTRIBUTION: "Attribution",
    ClauseKind.LIABILITY: "Liability",
    ClauseKind.INDEMNITY: "Indemnification",
    ClauseKind.INSURANCE: "Insurance",
    ClauseKind.WARRANTY: "Warranty",
    ClauseKind.DISPUTES: "Dispute resolution",
    ClauseKind.SUSPENSION: "Suspension",
    ClauseKind.JOINDER: "Joinder of new parties",
    ClauseKind.ASSIGNMENT: "Assignment",
    ClauseKind.SURVIVAL: "Survival",
    ClauseKind.GOVERNING_LAW: "Governing law",
    ClauseKind.ENTIRE_AGREEMENT: "Entire agreement",
    ClauseKind.SEVERABILITY: "Severability",
    ClauseKind.NOTICES: "Notices",
    ClauseKind.COUNTERPARTS: "Counterparts",
}
