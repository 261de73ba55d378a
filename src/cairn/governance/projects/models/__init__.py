"""Store projects, bodies and policies; whether an authorization is valid is computed."""

from cairn.governance.projects.models.body import (
    AgendaItem,
    Body,
    Invitation,
    Meeting,
    Recusal,
    Seat,
    Vote,
)
from cairn.governance.projects.models.policy import Acknowledgement, Policy
from cairn.governance.projects.models.project import (
    AskedElement,
    Authorization,
    Condition,
    EquityStep,
    Lesson,
    Project,
    Question,
    Version,
    Word,
    Wording,
)

__all__ = [
    "Acknowledgement",
    "AgendaItem",
    "AskedElement",
    "Authorization",
    "Body",
    "Condition",
    "EquityStep",
    "Invitation",
    "Lesson",
    "Meeting",
    "Policy",
    "Project",
    "Question",
    "Recusal",
    "Seat",
    "Version",
    "Vote",
    "Word",
    "Wording",
]
