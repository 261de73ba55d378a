"""States of releases and extracts, answers of reviewers, owners and nations, attackers."""

from enum import StrEnum
from typing import Final

__all__ = [
    "ATTACKER_DESCRIPTIONS",
    "Attacker",
    "ExtractState",
    "NationAnswer",
    "OwnerAnswer",
    "ReleaseState",
    "RenewalCadence",
    "ReviewVerdict",
]


class ReleaseState(StrEnum):
    """The states of a release."""

    DRAFT = "draft"
    CHECKED = "checked"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class RenewalCadence(StrEnum):
    """How often a release renews itself. A term is half of a school year, which begins in July."""

    TERM = "term"
    SCHOOL_YEAR = "year"


class ExtractState(StrEnum):
    """The states of an extract: rows without names that one person may download once."""

    ASKED = "asked"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    ISSUED = "issued"
    FETCHED = "fetched"
    WITHDRAWN = "withdrawn"
    DESTROYED = "destroyed"


class NationAnswer(StrEnum):
    """A tribal nation's answer on figures that would count its children. The last answer counts."""

    APPROVE = "approve"
    DECLINE = "decline"


class ReviewVerdict(StrEnum):
    """A reviewer's verdict on a release."""

    APPROVE = "approve"
    RETURN = "return"


class OwnerAnswer(StrEnum):
    """A data owner's answer to the preview of a release, before other readers see the release."""

    CONFIRM = "confirm"
    CORRECT = "correct"
    DECLINE = "decline"


class Attacker(StrEnum):
    """The attackers that a release is audited against, in the order in which they were added.

    Adding one causes a new audit of every release that is not yet published.
    """

    OUTSIDER = "outsider"
    PARTICIPANT = "participant"
    CONTRIBUTOR = "contributor"
    COMPARER = "comparer"


ATTACKER_DESCRIPTIONS: Final = {
    Attacker.OUTSIDER: "a reader of all published data",
    Attacker.PARTICIPANT: "a person in the data who knows their own record",
    Attacker.CONTRIBUTOR: "a district that subtracts its own children from the totals",
    Attacker.COMPARER: "a reader who compares this release with an earlier one",
}
"""Description of each attacker in plain words."""
