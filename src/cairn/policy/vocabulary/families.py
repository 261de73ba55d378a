"""Opt-out scopes, and states, methods and signers of consents."""

from enum import StrEnum

__all__ = [
    "AgeStatus",
    "AmendmentState",
    "AmendmentView",
    "AnswerView",
    "AppointmentState",
    "ConsentDefect",
    "ConsentMethod",
    "ConsentState",
    "ConsentStatus",
    "CopyExclusion",
    "LetterAccess",
    "NoteAudience",
    "OptOutScope",
    "ShareObstacle",
    "SignerRelation",
]


class OptOutScope(StrEnum):
    """The uses that a family declines."""

    DIRECTORY = "directory"
    ALL_DISCRETIONARY = "all_discretionary"


class ConsentState(StrEnum):
    """The states of one written consent. Whether it is live is computed and is not a state."""

    OFFERED = "offered"
    GRANTED = "granted"
    VERIFIED = "verified"
    RETURNED = "returned"
    REFUSED = "refused"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    UNDONE = "undone"


class AmendmentState(StrEnum):
    """The states of a family's request to amend a record (34 CFR 99.20-99.22)."""

    REQUESTED = "requested"
    AMENDED = "amended"
    REFUSED = "refused"
    HEARING_REQUESTED = "hearing_requested"
    HEARING_SCHEDULED = "hearing_scheduled"
    UPHELD = "upheld"
    STATEMENT_PLACED = "statement_placed"
    WITHDRAWN = "withdrawn"


class AmendmentView(StrEnum):
    """How much of one request to amend a record the holder of a family's code sees."""

    FULL = "full"
    """Every text and decision, and the next step."""
    STATEMENT = "statement"
    """The statement that is part of the record, and nothing of the request behind it."""
    STATEMENT_ON_FILE = "statement_on_file"
    """Only that a statement is part of the record."""
    HIDDEN = "hidden"
    """Nothing, and not that there is a request."""


class CopyExclusion(StrEnum):
    """Records left out of the copy for a family (34 CFR 99.12, 99.4)."""

    OTHER_STUDENTS = "other_students"
    PARENTS_FINANCES = "parents_finances"
    CONFIDENTIAL_LETTERS = "confidential_letters"
    COURT_ORDER = "court_order"
    OTHER_LAW = "other_law"


class LetterAccess(StrEnum):
    """What the code of a letter opens."""

    FULL = "full"
    READ_ONLY = "read_only"
    NONE = "none"


class SignerRelation(StrEnum):
    """The relation of a consent's signer to the student."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    ACTING_PARENT = "acting_parent"
    FOSTER_PARENT = "foster_parent"
    STUDENT = "student"
    AGENCY = "agency"
    OTHER = "other"


class ConsentMethod(StrEnum):
    """How a consent was given: a signature on paper, or an approval in an electronic session."""

    PAPER = "paper"
    ELECTRONIC = "electronic"


class AgeStatus(StrEnum):
    """Name who holds the right: the parent of a child, the eligible student, or unknown."""

    CHILD = "child"
    ELIGIBLE = "eligible"
    UNKNOWN = "unknown"


class ConsentDefect(StrEnum):
    """Name a defect that keeps one consent from counting."""

    SIGNATURE = "signature"
    AUTHENTICATION = "authentication"
    APPROVAL = "approval"
    VERIFICATION = "verification"
    TERM = "term"
    RELATION = "relation"
    PASSED = "passed"
    AGE = "age"
    MINOR = "minor"
    CUSTODY = "custody"


class ConsentStatus(StrEnum):
    """Name the status of a written consent on a date."""

    LIVE = "live"
    UNVERIFIED = "unverified"
    AGE_UNKNOWN = "age_unknown"
    SIGNER_UNSETTLED = "signer_unsettled"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    RIGHTS_TRANSFERRED = "rights_transferred"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    INCOMPLETE = "incomplete"
    SIGNER_AUTHORITY = "signer_authority"
    NOT_IN_EFFECT = "not_in_effect"
    """What a reader who may not know the cause sees in place of one about the signer."""


class AnswerView(StrEnum):
    """How much of one answer the holder of a family's code sees."""

    OWN = "own"
    """The person's own answer, given in this session."""
    UNSIGNED = "unsigned"
    """The answer without the name of the person who gave it."""
    ON_HOLD = "on_hold"
    """Neither the name nor the answer: two people who can decide disagree."""


class ShareObstacle(StrEnum):
    """Name what a family decided that keeps an agreement from sharing data about its child."""

    ON_HOLD = "on_hold"
    OPTED_OUT = "opted_out"
    OPTED_OUT_OF_DIRECTORY = "opted_out_of_directory"
    NO_PERMISSION = "no_permission"


class NoteAudience(StrEnum):
    """For whom a note about a participant is written."""

    STAFF = "staff"
    """Program staff and data stewards of the organization."""
    STEWARD = "steward"
    """Data stewards of the organization only."""
    FAMILY = "family"
    """Staff, and the family when it asks for the record."""


class AppointmentState(StrEnum):
    """The states of an appointment about a participant."""

    PLANNED = "planned"
    HELD = "held"
    MISSED = "missed"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"
