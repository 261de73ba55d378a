"""Build facts about survey figures for policy."""

from collections.abc import Collection
from dataclasses import replace

from django.utils import timezone

from cairn.data.surveys.api import Survey, find_accepted_answers, list_countable_questions
from cairn.outputs.releases.api import load_lineage
from cairn.outputs.survey_figures.models import SurveyFigures
from cairn.policy.facts import AgreementFact, ReviewFact, SurveyFiguresFact
from cairn.policy.vocabulary import Purpose, ReviewVerdict, SurveyFiguresState


def find_survey_figures(survey: Survey) -> SurveyFigures | None:
    """Find the figures of a survey; None if they were not counted."""
    return SurveyFigures.objects.filter(survey=survey).first()


def build_figures_fact(survey: Survey, chosen: Collection[int] | None = None) -> SurveyFiguresFact:
    """Build the fact of the figures of a survey.

    Args:
        survey: the survey.
        chosen: IDs of the questions to be counted; None for all of them.

    Returns:
        The fact, with the reviews since they were counted.
    """
    return _build_fact(survey, find_survey_figures(survey), chosen)


def build_counted_fact(figures: SurveyFigures) -> SurveyFiguresFact:
    """Build the fact of figures that are loaded."""
    return _build_fact(figures.survey, figures, None)


def _build_fact(
    survey: Survey, figures: SurveyFigures | None, chosen: Collection[int] | None
) -> SurveyFiguresFact:
    delivery = find_accepted_answers(survey)
    agreements = load_lineage([survey.agreement_reference])
    questions = list_countable_questions(survey)
    wanted = SurveyFiguresFact(
        organization=survey.organization.slug,
        state=SurveyFiguresState.NOT_COUNTED,
        is_accepted=delivery is not None,
        questions=sum(chosen is None or question.id in chosen for question in questions),
        author="",
        reviews=(),
        is_owner_confirmed=False,
        agreements=agreements,
        purpose=choose_purpose(agreements),
        has_rows_set_aside=delivery is not None and delivery.quarantined_rows > 0,
    )
    if figures is None:
        return wanted
    return replace(
        wanted,
        state=SurveyFiguresState(figures.state),
        author=str(figures.author_id),
        reviews=tuple(
            ReviewFact(str(row.reviewer_id), ReviewVerdict(row.verdict), timezone.localdate(row.at))
            for row in figures.reviews.filter(round=figures.round)
        ),
        is_owner_confirmed=figures.confirmed_by_id is not None,
        purpose=Purpose(figures.purpose),
        is_current=delivery is not None and delivery.conformed == figures.counted_file,
    )


def choose_purpose(agreements: Collection[AgreementFact]) -> Purpose:
    """Choose public reporting where the agreement names it, or else the first that it names."""
    named = sorted({purpose for agreement in agreements for purpose in agreement.purposes})
    is_public = Purpose.PUBLIC_REPORTING in named or not named
    return Purpose.PUBLIC_REPORTING if is_public else named[0]
