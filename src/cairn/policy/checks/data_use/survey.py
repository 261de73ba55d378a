"""Check a survey: whether it may be opened, and whether its link takes an answer."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.policy.coverage import list_terms_for_element
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import AgreementFact, SurveyFact
from cairn.policy.law.cards.governance import survey as cards
from cairn.policy.vocabulary import QuestionKind, SurveyPhase, SurveyRoute, SurveyStatus

__all__ = [
    "check_survey_answerable",
    "check_survey_complete",
    "check_survey_covered",
    "check_survey_unopened",
    "find_survey_phase",
    "get_survey_record",
    "list_collected_elements",
]

MAX_PER_MINUTE: Final = 60
"""Number of answers that one survey takes in a minute; a rule of this software."""

MAX_SENDINGS: Final = 20
"""Number of answers that may be sent with one personal link; a rule of this software."""


def get_survey_record(survey: SurveyFact) -> str:
    """Return the record type of a survey's answers.

    Args:
        survey: facts of the survey.
    Returns:
        The name of the record type.
    """
    by_roster = survey.route is SurveyRoute.ROSTER
    return "survey_answer" if by_roster else "anonymous_survey_answer"


def list_collected_elements(survey: SurveyFact) -> frozenset[str]:
    """List the elements without which the answers of a survey are of no use.

    Args:
        survey: facts of the survey.
    Returns:
        The elements: the question, its kinds of answers, and the student of a survey by roster.
    """
    kinds = {question.kind for question in survey.questions}
    fields = {"question"}
    fields |= {"answer_text"} if QuestionKind.TEXT in kinds else set()
    fields |= {"answer"} if kinds - {QuestionKind.TEXT} else set()
    fields |= {"local_id"} if survey.route is SurveyRoute.ROSTER else set()
    record = get_survey_record(survey)
    return frozenset(f"{record}.{field}" for field in fields)


def find_survey_phase(survey: SurveyFact, sendings: int, on: date) -> SurveyPhase:
    """Find what the link of a survey does on a day.

    Args:
        survey: facts of the survey.
        sendings: number of answers that were sent with the personal link; 0 without one.
        on: the day.
    Returns:
        The phase; only an open survey takes an answer.
    """
    # A survey by roster has as many links as students; a stranger has none of them.
    is_limited = survey.route is SurveyRoute.ANONYMOUS
    is_full = is_limited and max(survey.answers, survey.refusals) >= survey.answer_limit
    phases = (
        (SurveyPhase.DRAFT, survey.status is SurveyStatus.DRAFT),
        (SurveyPhase.ENDED, survey.status is SurveyStatus.CLOSED or on > survey.closes_on),
        (SurveyPhase.EARLY, on < survey.opens_on),
        (SurveyPhase.TRIED, sendings >= MAX_SENDINGS),
        (SurveyPhase.FULL, is_full),
        (SurveyPhase.BUSY, survey.latest_answers >= MAX_PER_MINUTE),
    )
    return next((phase for phase, applies in phases if applies), SurveyPhase.OPEN)


@policy_check(cards.TAKES_ANSWERS)
def check_survey_answerable(on: date, survey: SurveyFact, sendings: int) -> Reason:
    """Check that the link of a survey takes an answer.

    Args:
        on: date of the check.
        survey: facts of the survey.
        sendings: number of answers that were sent with the personal link; 0 without one.
    Returns:
        One reason.
    """
    phase = find_survey_phase(survey, sendings, on)
    return Reason.from_card(cards.TAKES_ANSWERS, met=phase is SurveyPhase.OPEN)


@policy_check(cards.IS_DRAFT)
def check_survey_unopened(on: date, survey: SurveyFact) -> Reason:
    """Check that a survey was not opened yet.

    Args:
        on: date of the check.
        survey: facts of the survey.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.IS_DRAFT, met=survey.status is SurveyStatus.DRAFT)


@policy_check(cards.HAS_QUESTIONS, cards.ASKS_CONSENT, cards.IS_TRANSLATED, cards.GIVES_NOTICE)
def check_survey_complete(on: date, survey: SurveyFact) -> Iterator[Reason]:
    """Check that a survey has what it needs before families see it.

    Args:
        on: date of the check.
        survey: facts of the survey.
    Returns:
        Four reasons: questions and days, consent, translation, and notice of protected areas.
    """
    has_days = survey.opens_on <= survey.closes_on and on <= survey.closes_on
    yield Reason.from_card(cards.HAS_QUESTIONS, met=bool(survey.questions) and has_days)
    yield Reason.from_card(cards.ASKS_CONSENT, met=survey.has_consent_question)
    untranslated = sum(not question.is_translated for question in survey.questions)
    yield Reason.from_card(cards.IS_TRANSLATED, met=not untranslated, number=untranslated)
    protected = sum(question.topic is not None for question in survey.questions)
    is_noticed = survey.has_consent_question and survey.has_notice
    yield Reason.from_card(cards.GIVES_NOTICE, met=not protected or is_noticed, number=protected)


@policy_check(cards.IS_COVERED)
def check_survey_covered(
    on: date, survey: SurveyFact, agreement: AgreementFact
) -> Iterator[Reason]:
    """Check that the agreement covers each element without which the answers are of no use.

    Args:
        on: date of the check.
        survey: facts of the survey.
        agreement: facts of the agreement.
    Returns:
        One reason for each element.
    """
    for element in sorted(list_collected_elements(survey)):
        terms = list_terms_for_element(agreement, element, survey.organization)
        yield Reason.from_card(
            cards.IS_COVERED, met=any(terms), agreement=agreement.reference, element=element
        )
