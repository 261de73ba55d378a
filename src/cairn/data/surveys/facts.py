"""Build facts about surveys for policy."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from cairn.data.intake.api import Submission
from cairn.data.surveys.models import Survey, SurveyLink, SurveyQuestion
from cairn.governance.agreements.api import Agreement
from cairn.governance.consents.api import compute_school_year
from cairn.platform.accounts.api import User
from cairn.policy import vocabulary
from cairn.policy.facts import Actor, SurveyFact, SurveyQuestionFact

_MINUTE: Final = timedelta(minutes=1)


def build_survey_fact(survey: Survey, at: datetime) -> SurveyFact:
    """Build the fact of a survey.

    Args:
        survey: the survey.
        at: the time, from which the answers of the last minute are counted.

    Returns:
        The fact.
    """
    return SurveyFact(
        organization=survey.organization.slug,
        agreement_reference=survey.agreement_reference,
        status=vocabulary.SurveyStatus(survey.status),
        route=vocabulary.SurveyRoute(survey.route),
        opens_on=survey.opens_on,
        closes_on=survey.closes_on,
        questions=_build_question_facts(survey.questions.all()),
        has_consent_question=_is_in_both_languages(survey, "consent_question"),
        has_notice=_is_in_both_languages(survey, "notice"),
        answers=survey.responses.count(),
        refusals=survey.refusals,
        latest_answers=survey.responses.filter(sent_at__gt=at - _MINUTE).count(),
        answer_limit=survey.answer_limit,
    )


def _build_question_facts(questions: Iterable[SurveyQuestion]) -> tuple[SurveyQuestionFact, ...]:
    return tuple(
        SurveyQuestionFact(
            vocabulary.QuestionKind(question.kind),
            question.is_translated,
            vocabulary.ProtectedTopic(question.topic) if question.topic else None,
        )
        for question in questions
    )


def _is_in_both_languages(survey: Survey, name: str) -> bool:
    return all(survey.get_text(name, language).strip() for language in ("en", "es"))


def count_sendings(link: SurveyLink | None) -> int:
    """Count the answers that were sent with a personal link; 0 without one."""
    return link.sendings if link is not None else 0


def build_survey_submission(
    survey: Survey, *, by: User, at: datetime, requester: Actor | None = None
) -> Submission:
    """Build the submission of the file of a survey's answers.

    Args:
        survey: the survey.
        by: the user who hands in the file.
        at: the time.
        requester: facts about `by`, where a browser session supplied them.

    Returns:
        The submission.
    """
    return Submission(
        organization=survey.organization,
        agreement=Agreement.objects.get(reference=survey.agreement_reference),
        channel=vocabulary.Channel.UPLOAD,
        by=by,
        at=at,
        name=f"{survey.feed}.csv",
        feed=survey.feed,
        period=compute_school_year(survey.opens_on),
        requester=requester,
    )
