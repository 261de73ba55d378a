"""Define the facts of a survey that is filled in on a page."""

from dataclasses import dataclass
from datetime import date

from cairn.policy.vocabulary import ProtectedTopic, QuestionKind, SurveyRoute, SurveyStatus

__all__ = ["SurveyFact", "SurveyQuestionFact"]


@dataclass(frozen=True, slots=True)
class SurveyQuestionFact:
    """Describe one question of a survey.

    Attributes:
        kind: how it is answered.
        is_translated: whether its wording and its choices are in English and Spanish.
        topic: the protected area that it asks about; None if it asks about none.
    """

    kind: QuestionKind
    is_translated: bool = True
    topic: ProtectedTopic | None = None


@dataclass(frozen=True, slots=True)
class SurveyFact:
    """Describe a survey, as Cairn has it on record.

    Attributes:
        organization: slug of the organization that asks.
        agreement_reference: reference of the agreement under which its answers are imported.
        status: how far it is.
        route: whether the answers are stored under a student.
        opens_on: first day on which it can be answered.
        closes_on: last day on which it can be answered.
        questions: its questions, without the consent question.
        has_consent_question: whether it asks for consent first, in English and Spanish.
        has_notice: whether it states its purpose and its rights, in English and Spanish.
        answers: number of answers on record.
        refusals: number of times that consent was refused.
        latest_answers: number of answers in the last minute.
        answer_limit: the largest number of answers by an anonymous link.
    """

    organization: str
    agreement_reference: str
    status: SurveyStatus
    route: SurveyRoute
    opens_on: date
    closes_on: date
    questions: tuple[SurveyQuestionFact, ...]
    has_consent_question: bool
    has_notice: bool
    answers: int = 0
    refusals: int = 0
    latest_answers: int = 0
    answer_limit: int = 1_000
