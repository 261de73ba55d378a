"""Define the terms of a survey on a page: its status, its route, its kinds of questions."""

from enum import StrEnum

__all__ = [
    "ProtectedTopic",
    "QuestionKind",
    "SurveyFiguresState",
    "SurveyPhase",
    "SurveyRoute",
    "SurveyStatus",
]


class SurveyStatus(StrEnum):
    """How far a survey is."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class SurveyPhase(StrEnum):
    """What the link of a survey does on one day."""

    DRAFT = "draft"
    EARLY = "early"
    OPEN = "open"
    ENDED = "ended"
    FULL = "full"
    BUSY = "busy"
    TRIED = "tried"
    """Too many answers were sent with one personal link."""


class SurveyFiguresState(StrEnum):
    """How far the figures of a survey are."""

    NOT_COUNTED = "not_counted"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class SurveyRoute(StrEnum):
    """Whether the answers are stored under a student."""

    ANONYMOUS = "anonymous"
    ROSTER = "roster"


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    ONE_CHOICE = "one_choice"
    CHOICES = "choices"
    SCALE = "scale"
    NUMBER = "number"
    DATE = "date"


class ProtectedTopic(StrEnum):
    """The eight areas of 20 USC 1232h(b), about which a student may be asked only with consent."""

    POLITICS = "politics"
    MENTAL_HEALTH = "mental_health"
    SEX = "sex"
    ILLEGAL_BEHAVIOR = "illegal_behavior"
    FAMILY_APPRAISAL = "family_appraisal"
    PRIVILEGED_RELATIONSHIP = "privileged_relationship"
    RELIGION = "religion"
    INCOME = "income"
