"""Store projects, bodies and policies; whether an authorization is valid is computed."""

from cairn.governance.projects.models.authorization import Authorization, Condition
from cairn.governance.projects.models.body import (
    AgendaItem,
    Body,
    Invitation,
    Meeting,
    Recusal,
    Seat,
    Vote,
)
from cairn.governance.projects.models.lesson import Lesson
from cairn.governance.projects.models.policy import Acknowledgement, Policy
from cairn.governance.projects.models.project import (
    AskedElement,
    EquityStep,
    Project,
    Version,
    Word,
)
from cairn.governance.projects.models.question import Question, Wording

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
