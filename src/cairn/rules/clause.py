"""A clause of a written agreement: its reference, and what kind of promise it makes."""

from dataclasses import dataclass
from enum import StrEnum


class ClauseKind(StrEnum):
    """What a clause promises, where no other term of the agreement carries it.

    The list is closed: whatever an agreement of these kinds says can be told by one of them.
    """

    # Why, and who may agree
    AUTHORITY = "authority"
    DEFINITIONS = "definitions"
    EDUCATIONAL_PURPOSE = "educational_purpose"
    PARTNERSHIP = "partnership"
    GOVERNANCE = "governance"
    DUTIES = "duties"
    SERVICES = "services"
    SERVICE_LEVEL = "service_level"
    FEES = "fees"
    COUNSEL_REVIEW = "counsel_review"
    # What may be done, and by whom
    USE_LIMIT = "use_limit"
    LEGITIMATE_INTEREST = "legitimate_interest"
    PROJECT_AUTHORIZATION = "project_authorization"
    THIRD_PARTIES = "third_parties"
    SUBCONTRACTORS = "subcontractors"
    OWNERSHIP = "ownership"
    LINKING = "linking"
    NO_IDENTIFICATION = "no_identification"
    DE_IDENTIFICATION = "de_identification"
    REFERRAL = "referral"
    ACCEPTABLE_USE = "acceptable_use"
    # Care
    CONFIDENTIALITY = "confidentiality"
    TRAINING = "training"
    BACKGROUND_CHECK = "background_check"
    HOSTING = "hosting"
    SAFEGUARDS = "safeguards"
    BREACH_NOTICE = "breach_notice"
    COMPELLED_DISCLOSURE = "compelled_disclosure"
    INSPECTION = "inspection"
    DATA_QUALITY = "data_quality"
    RETURN_OF_DATA = "return_of_data"
    # Families
    FAMILY_NOTICE = "family_notice"
    FAMILY_ACCESS = "family_access"
    CONSENT_COLLECTION = "consent_collection"
    VOLUNTARY = "voluntary"
    REVOCABLE = "revocable"
    COPY_TO_FAMILY = "copy_to_family"
    # Health (45 CFR 164.504(e))
    PERMITTED_USES = "permitted_uses"
    ACCOUNTING = "accounting"
    BOOKS_TO_SECRETARY = "books_to_secretary"
    # What is made of the data
    INTELLECTUAL_PROPERTY = "intellectual_property"
    PUBLICATION = "publication"
    ATTRIBUTION = "attribution"
    # When it goes wrong, and the rest of the paper
    LIABILITY = "liability"
    INDEMNITY = "indemnity"
    INSURANCE = "insurance"
    WARRANTY = "warranty"
    DISPUTES = "disputes"
    SUSPENSION = "suspension"
    JOINDER = "joinder"
    ASSIGNMENT = "assignment"
    SURVIVAL = "survival"
    GOVERNING_LAW = "governing_law"
    ENTIRE_AGREEMENT = "entire_agreement"
    SEVERABILITY = "severability"
    NOTICES = "notices"
    COUNTERPARTS = "counterparts"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: ``ref`` is its number in the text, ``said`` what it says in a sentence.

    ``party`` is the organization bound by it (empty: every party); ``days`` the limit it sets,
    where it sets one (a breach told within so many days, a duty that survives so many).
    """

    ref: str
    kind: ClauseKind
    said: str
    party: str = ""
    days: int | None = None
