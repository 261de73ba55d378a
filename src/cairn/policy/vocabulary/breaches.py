"""Kinds and states of a breach of student data."""

from enum import StrEnum

__all__ = ["BreachKind", "BreachState"]


class BreachKind(StrEnum):
    """What happened to the data."""

    UNAUTHORIZED_DISCLOSURE = "unauthorized_disclosure"
    UNAUTHORIZED_ACCESS = "unauthorized_access"
    LOSS = "loss"
    OTHER_USE = "other_use"


class BreachState(StrEnum):
    """The states of a breach record."""

    OPEN = "open"
    CLOSED = "closed"
