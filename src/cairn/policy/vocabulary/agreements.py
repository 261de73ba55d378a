"""Kinds, states, signatures and party roles of written agreements."""

from enum import StrEnum
from typing import Final

__all__ = [
    "RECIPIENT_ROLES",
    "AgreementState",
    "AgreementTier",
    "CriterionType",
    "Frequency",
    "PartyRole",
    "PenaltyKind",
    "RenewalKind",
    "ReportContents",
    "RetentionEvent",
    "SecurityCondition",
    "SignatureMethod",
]


class AgreementTier(StrEnum):
    """The kind of written agreement."""

    MEMORANDUM = "memorandum"
    DATA_SHARING_AGREEMENT = "data_sharing_agreement"
    DATA_USE_LICENSE = "data_use_license"
    CONFIDENTIALITY = "confidentiality"
    CONSENT_FORM = "consent_form"
    BUSINESS_ASSOCIATE = "business_associate"
    VENDOR = "vendor"
    TERMS_AND_CONDITIONS = "terms_and_conditions"
    INTERAGENCY = "interagency"
    DATA_PLAN = "data_plan"
    AMENDMENT = "amendment"
    JOINDER = "joinder"


class AgreementState(StrEnum):
    """The states of a written agreement. Whether it is in force is computed and is not a state."""

    DRAFT = "draft"
    COUNSEL_REVIEW = "counsel_review"
    OUT_FOR_SIGNATURE = "out_for_signature"
    SIGNED = "signed"
    TERMINATED = "terminated"
    CLOSING = "closing"
    CLOSED = "closed"


class SignatureMethod(StrEnum):
    """How the signer was identified."""

    SESSION = "session"
    """By a session with a second factor."""
    DEMONSTRATION = "demonstration"
    """By a session of a demonstration, which asks for no second factor."""
    COMMAND = "command"
    """By the account of the server itself, in which a command was run."""
    PAPER = "paper"
    """By a person who saw the signed paper."""


class PartyRole(StrEnum):
    """The role of an organization in one agreement."""

    PROVIDER = "provider"
    RECIPIENT = "recipient"
    PROCESSOR = "processor"
    AUTHORIZED_REPRESENTATIVE = "authorized_representative"


RECIPIENT_ROLES: Final = (
    PartyRole.RECIPIENT,
    PartyRole.PROCESSOR,
    PartyRole.AUTHORIZED_REPRESENTATIVE,
)
"""The roles in an agreement that receive data under it."""


class RetentionEvent(StrEnum):
    """Name the event from which a retention period is counted."""

    DELIVERY = "delivery"
    AGREEMENT_END = "agreement_end"
    TERMINATION = "termination"
    PROJECT_END = "project_end"
    SCHOOL_YEAR_END = "school_year_end"
    REVOCATION = "revocation"


class Frequency(StrEnum):
    """Name how often data are delivered."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    EACH_TERM = "each term"
    EACH_SEASON = "each season"
    TWICE_A_YEAR = "twice a year"
    YEARLY = "yearly"
    ON_REQUEST = "on request"


class ReportContents(StrEnum):
    """Name what a report to a partner consists of, where Cairn makes the report itself."""

    PUBLISHED_TABLES = "published tables"


class SecurityCondition(StrEnum):
    """Name a safeguard that a recipient's systems and staff must have while they hold the data."""

    SECURITY_PLAN = "security_plan"
    YEARLY_ASSESSMENT = "yearly_assessment"
    ENCRYPTED_TRANSFER = "encrypted_transfer"
    ENCRYPTED_STORAGE = "encrypted_storage"
    ENCRYPTED_BACKUPS = "encrypted_backups"
    SECOND_FACTOR = "second_factor"
    ACCESS_BY_ROLE = "access_by_role"
    ACCESS_LOG = "access_log"
    NO_PORTABLE_MEDIA = "no_portable_media"
    HOSTED_IN_COUNTRY = "hosted_in_country"
    SEPARATE_STORAGE = "separate_storage"
    INCIDENT_PLAN = "incident_plan"
    OUTSIDE_TEST = "outside_test"


class PenaltyKind(StrEnum):
    """Name what follows when a party breaches the agreement."""

    LOSS_OF_ACCESS = "loss_of_access"
    FIVE_YEAR_BAR = "five_year_bar"
    TERMINATION = "termination"
    DAMAGES = "damages"
    FIXED_SUM = "fixed_sum"
    LEGAL_ACTION = "legal_action"
    DISCIPLINE = "discipline"


class RenewalKind(StrEnum):
    """Name what happens at the end of a term."""

    ENDS = "ends"
    BY_AGREEMENT = "by_agreement"
    AUTOMATIC = "automatic"


class CriterionType(StrEnum):
    """Name the type of answer that a criterion of a legal basis has."""

    CHOICE = "choice"
    PERIOD = "period"
    QUOTATION = "quotation"
    CLAUSE = "clause"
    ORGANIZATION = "organization"
