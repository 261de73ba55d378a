"""Rows of questions, projects, bodies and policies. Whether leave holds is computed, not stored."""

from cairn.projects.models.body import AgendaItem, Body, Invitation, Meeting, Recusal, Seat, Vote
from cairn.projects.models.leave import Authorization, Condition
from cairn.projects.models.lesson import Lesson
from cairn.projects.models.policy import Acknowledgement, Policy
from cairn.projects.models.project import AskedElement, EquityStep, Project, Version, Word
from cairn.projects.models.question import Question, Wording

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
