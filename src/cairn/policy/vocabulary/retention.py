"""States and causes of duties to destroy data."""

from enum import StrEnum

__all__ = ["DutyCause", "DutyState"]


class DutyState(StrEnum):
    """The states of a duty to destroy data. Whether it is overdue is computed for a date."""

    DUE = "due"
    DEMANDED = "demanded"
    RUNNING = "running"
    CERTIFIED = "certified"
    DISPUTED = "disputed"
    ACCEPTED = "accepted"


class DutyCause(StrEnum):
    """The reasons for which data must be destroyed."""

    TERM = "term"
    AGREEMENT_ENDED = "agreement_ended"
    TERMINATED = "terminated"
    PROJECT_ENDED = "project_ended"
    DEMAND = "demand"
    REVOKED = "revoked"
