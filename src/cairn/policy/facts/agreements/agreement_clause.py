"""A clause of a written agreement: its reference in the text and the kind of promise it makes."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cairn.policy.facts.later_fields import ADDED_LATER

__all__ = ["AgreementClause", "ClauseKind"]

_HOURS_A_DAY: Final = 24


class ClauseKind(StrEnum):
    """What a clause promises, where no other term of the agreement carries it.

    The list is closed: one of these kinds describes any clause of these kinds of agreements.
    """

    # Purpose, authority and governance
    AUTHORITY = "authority"
    LEGAL_BASIS = "legal_basis"
    DEFINITIONS = "definitions"
    EDUCATIONAL_PURPOSE = "educational_purpose"
    PARTNERSHIP = "partnership"
    GOVERNANCE = "governance"
    DUTIES = "duties"
    SERVICES = "services"
    SERVICE_LEVEL = "service_level"
    FEES = "fees"
    COUNSEL_REVIEW = "counsel_review"
    # Permitted use
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
    # Safeguards
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
    # Results of the use
    INTELLECTUAL_PROPERTY = "intellectual_property"
    PUBLICATION = "publication"
    ATTRIBUTION = "attribution"
    # Liability and general terms
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
class AgreementClause:
    """One clause of an agreement.

    Args:
        ref: its number in the text.
        kind: the kind of promise.
        said: the content of the clause in a sentence.
        party: organization that the clause binds; empty binds every party.
        days: limit that it sets, if any (days to report a breach, days that a duty survives).
        hours: the same limit in hours, where the text has it so.
    """

    ref: str
    kind: ClauseKind
    said: str
    party: str = ""
    days: int | None = None
    hours: int | None = field(default=None, metadata=ADDED_LATER)

    @property
    def limit_hours(self) -> int | None:
        """Return the limit in hours, the shorter one if the text has two; ``None`` without one."""
        limits = [self.hours, None if self.days is None else self.days * _HOURS_A_DAY]
        return min((limit for limit in limits if limit is not None), default=None)
