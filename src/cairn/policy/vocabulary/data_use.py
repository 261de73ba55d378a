"""Purpose, legal basis, level, and classes of data elements: the terms of a use of data."""

from enum import StrEnum
from typing import Final

__all__ = [
    "COMMERCIAL_PURPOSES",
    "CONTRACTED_PURPOSES",
    "IdentifierClass",
    "LegalBasis",
    "Level",
    "PersonRequirement",
    "Purpose",
    "SpecialClass",
]


class Purpose(StrEnum):
    """The purpose of a disclosure; an agreement names the purposes that it allows."""

    PUBLIC_REPORTING = "public_reporting"
    PROGRAM_EVALUATION = "program_evaluation"
    RESEARCH = "research"
    IMPROVE_INSTRUCTION = "improve_instruction"
    SERVICE_COORDINATION = "service_coordination"
    # Part of a contracted service for the school and its own students
    ADAPTIVE_LEARNING = "adaptive_learning"
    SERVICE_IMPROVEMENT = "service_improvement"
    # Of de-identified records only
    PRODUCT_IMPROVEMENT = "product_improvement"
    # Commercial uses: an agreement may name them, and no use is allowed for them
    SALE = "sale"
    TARGETED_ADVERTISING = "targeted_advertising"
    PROFILING = "profiling"
    MODEL_TRAINING = "model_training"


COMMERCIAL_PURPOSES: Final = frozenset(
    {Purpose.SALE, Purpose.TARGETED_ADVERTISING, Purpose.PROFILING, Purpose.MODEL_TRAINING}
)
"""Uses of student data for the recipient's own gain: sale, targeted advertising, profiling for
other than the service, and training models beyond the contracted service."""

CONTRACTED_PURPOSES: Final = frozenset({Purpose.ADAPTIVE_LEARNING, Purpose.SERVICE_IMPROVEMENT})
"""Uses that belong to a service for which the school contracted."""


class LegalBasis(StrEnum):
    """The legal basis on which a provider may disclose data.

    ``NO_DISCLOSURE`` is a document that by itself discloses nothing: a memorandum, a
    confidentiality
    promise, a form. Other documents rest on it.
    """

    CONSENT = "consent"
    # FERPA's exceptions, 34 CFR 99.31 and 20 USC 1232g(b)(1)(L)
    SCHOOL_OFFICIAL = "school_official"
    STUDIES = "studies"
    AUDIT_EVALUATION = "audit_evaluation"
    DIRECTORY = "directory"
    TRANSFER = "transfer"
    SUBPOENA = "subpoena"
    EMERGENCY = "emergency"
    CHILD_WELFARE = "child_welfare"
    FINANCIAL_AID = "financial_aid"
    ACCREDITATION = "accreditation"
    JUVENILE_JUSTICE = "juvenile_justice"
    DE_IDENTIFIED = "de_identified"
    # Health records: 45 CFR Part 164 and 42 CFR Part 2
    HIPAA_AUTHORIZATION = "hipaa_authorization"
    BUSINESS_ASSOCIATE = "business_associate"
    LIMITED_DATA_SET = "limited_data_set"
    TREATMENT = "treatment"
    IMMUNIZATION_PROOF = "immunization_proof"
    RESEARCH_WAIVER = "research_waiver"
    PART2_CONSENT = "part2_consent"
    # Records outside the scope of the laws above
    OWN_RECORDS = "own_records"
    PUBLIC_DATA = "public_data"
    NO_DISCLOSURE = "no_disclosure"


class PersonRequirement(StrEnum):
    """What a legal basis requires of each student, beside the agreement and the owner's choices."""

    SIGNED_FORM = "signed_form"
    """A form of this very basis, signed by the person who holds the right: a consent under FERPA,
    a HIPAA authorization, a Part 2 consent. None stands in for another."""
    NO_DIRECTORY_OPT_OUT = "no_directory_opt_out"
    CASE_RESPONSIBILITY = "case_responsibility"
    OCCASION = "occasion"
    """An emergency, transfer, order or other circumstance on record that names the student."""
    NOTHING = "nothing"


class Level(StrEnum):
    """How close the data are to one student, from individual records to population figures."""

    POPULATION = "population"
    PROGRAM = "program"
    DE_IDENTIFIED = "de_identified"
    INDIVIDUAL = "individual"
    SYSTEMS = "systems"


class IdentifierClass(StrEnum):
    """How an element identifies a student. An unclassified element counts as direct."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    NONE = "none"


class SpecialClass(StrEnum):
    """Classes of elements that a law of their own protects beyond FERPA."""

    MEAL_STATUS = "meal_status"
    DISABILITY = "disability"
    HOMELESSNESS = "homelessness"
    HEALTH = "health"
    IMMUNIZATION = "immunization"
    SUBSTANCE_USE = "substance_use"
    WAGE = "wage"
    JUVENILE = "juvenile"
    IMMIGRATION = "immigration"
    EARLY_INTERVENTION = "early_intervention"
    HEAD_START = "head_start"
    CHILD_WELFARE = "child_welfare"
    WIC = "wic"
    SNAP = "snap"
    TANF = "tanf"
    SURVEY = "survey"
    DOMESTIC_VIOLENCE = "domestic_violence"
    ONLINE_UNDER_13 = "online_under_13"
