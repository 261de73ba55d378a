"""Outcomes of a decision and the audiences that read its reasons."""

from enum import StrEnum

__all__ = ["Audience", "Outcome"]


class Outcome(StrEnum):
    """The answer to a request, or to one element or one student of it.

    ``COARSEN`` answers for an element: refused in its exact form, allowed in a coarser one.
    """

    ALLOW = "allow"
    ALLOW_SUBSET = "allow_subset"
    COARSEN = "coarsen"
    DENY = "deny"
    NEEDS_PERSON = "needs_person"


class Audience(StrEnum):
    """The readers of a reason. Each reads its own wording, because a reason can disclose."""

    STEWARD = "steward"
    RECIPIENT = "recipient"
    FAMILY = "family"
    PUBLIC = "public"
