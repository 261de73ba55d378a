"""The phrase that a document uses for each member of the policy vocabulary."""

from collections.abc import Mapping
from typing import Final

from cairn.policy.vocabulary import (
    AgreementTier,
    Channel,
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
    PartyRole.PROVIDER: "provides data",
    PartyRole.RECIPIENT: "receives data",
    PartyRole.PROCESSOR: "processes data for others",
    PartyRole.AUTHORIZED_REPRESENTATIVE: "receives data as authorized representative",
}

PURPOSE_PHRASES: Final[Mapping[Purpose, str]] = {
    Purpose.PUBLIC_REPORTING: "to report to the public on groups of children",
    Purpose.PROGRAM_EVALUATION: "to evaluate programs",
    Purpose.RESEARCH: "to do research",
    Purpose.IMPROVE_INSTRUCTION: "to improve instruction",
    Purpose.SERVICE_COORDINATION: "to coordinate services for a child",
}

LEGAL_BASIS_PHRASES: Final[Mapping[LegalBasis, str]] = {
    LegalBasis.CONSENT: "written consent of a parent or eligible student (34 CFR 99.30)",
    LegalBasis.SCHOOL_OFFICIAL: "a school official with a legitimate educational interest "
    "(34 CFR 99.31(a)(1))",
    LegalBasis.STUDIES: "a study for or on behalf of the provider (34 CFR 99.31(a)(6))",
    LegalBasis.AUDIT_EVALUATION: "the audit or evaluation of an education program "
    "(34 CFR 99.31(a)(3), 99.35)",
    LegalBasis.DIRECTORY: "directory information (34 CFR 99.37)",
    LegalBasis.TRANSFER: "a student's enrollment in another school (34 CFR 99.31(a)(2), 99.34)",
    LegalBasis.SUBPOENA: "a judicial order or subpoena (34 CFR 99.31(a)(9))",
    LegalBasis.EMERGENCY: "a health or safety emergency (34 CFR 99.36)",
    LegalBasis.CHILD_WELFARE: "an agency's legal responsibility for a child in care "
    "(20 USC 1232g(b)(1)(L))",
    LegalBasis.DE_IDENTIFIED: "records from which nobody can be identified (34 CFR 99.31(b))",
    LegalBasis.HIPAA_AUTHORIZATION: "a written authorization for health records (45 CFR 164.508)",
    LegalBasis.BUSINESS_ASSOCIATE: "service as a business associate (45 CFR 164.504(e))",
    LegalBasis.LIMITED_DATA_SET: "a limited data set of health records (45 CFR 164.514(e))",
    LegalBasis.PART2_CONSENT: "written consent for substance use records (42 CFR Part 2)",
    LegalBasis.OWN_RECORDS: "the provider's own records, which are not education records",
    LegalBasis.PUBLIC_DATA: "data that are public already",
    LegalBasis.NO_DISCLOSURE: "none: by itself this document lets nobody disclose anything",
}

LEVEL_PHRASES: Final[Mapping[Level, str]] = {
    Level.POPULATION: "counts of groups",
    Level.PROGRAM: "counts by program",
    Level.DE_IDENTIFIED: "records without anything that identifies a child",
    Level.INDIVIDUAL: "records of single children",
    Level.SYSTEMS: "records about organizations and services, not children",
}

CHANNEL_PHRASES: Final[Mapping[Channel, str]] = {
    Channel.UPLOAD: "the upload page",
    Channel.COMMAND: "the command line",
}

RETENTION_EVENT_PHRASES: Final[Mapping[RetentionEvent, str]] = {
    RetentionEvent.DELIVERY: "each delivery",
    RetentionEvent.AGREEMENT_END: "the end of this agreement",
    RetentionEvent.TERMINATION: "the termination of this agreement",
    RetentionEvent.PROJECT_END: "the end of the project",
    RetentionEvent.SCHOOL_YEAR_END: "the end of the school year",
    RetentionEvent.REVOCATION: "the day a consent is revoked",
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
    SecurityCondition.SECURITY_PLAN: "keeps a written security plan",
    SecurityCondition.YEARLY_ASSESSMENT: "assesses its security every year",
    SecurityCondition.ENCRYPTED_TRANSFER: "moves the data only encrypted",
    SecurityCondition.ENCRYPTED_STORAGE: "keeps the data only encrypted",
    SecurityCondition.ENCRYPTED_BACKUPS: "encrypts every backup",
    SecurityCondition.SECOND_FACTOR: "lets nobody in without a second factor beside the password",
    SecurityCondition.ACCESS_BY_ROLE: "gives access by role, and takes it back when a role ends",
    SecurityCondition.ACCESS_LOG: "logs who saw what, and when",
    SecurityCondition.NO_PORTABLE_MEDIA: "puts the data on no portable device or medium",
    SecurityCondition.HOSTED_IN_COUNTRY: "keeps the data within the United States",
    SecurityCondition.SEPARATE_STORAGE: "keeps the data apart from everything else it holds",
    SecurityCondition.INCIDENT_PLAN: "has a written plan for incidents, and practices it",
    SecurityCondition.OUTSIDE_TEST: "has its systems tested by somebody outside",
}

PENALTY_PHRASES: Final[Mapping[PenaltyKind, str]] = {
    PenaltyKind.LOSS_OF_ACCESS: "its access ends at once",
    PenaltyKind.FIVE_YEAR_BAR: "the provider may keep data from it for at least five years",
    PenaltyKind.TERMINATION: "the other parties may end this agreement at once",
    PenaltyKind.DAMAGES: "it makes good the damage",
    PenaltyKind.FIXED_SUM: "it pays a fixed sum",
    PenaltyKind.LEGAL_ACTION: "the provider may go to court",
    PenaltyKind.DISCIPLINE: "it disciplines whoever did it",
}

RENEWAL_PHRASES: Final[Mapping[RenewalKind, str]] = {
    RenewalKind.ENDS: "After its last day this agreement ends and is not renewed by itself",
    RenewalKind.BY_AGREEMENT: "The parties may renew this agreement in writing, signed anew",
    RenewalKind.AUTOMATIC: "This agreement renews by itself unless a party declines in writing",
}
