"""Store counted figures of a survey, and review, confirm, publish and withdraw them."""

from collections.abc import Collection
from datetime import datetime

from cairn.data.surveys.api import Survey
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.outputs.survey_figures.answers import ProtectedAnswers
from cairn.outputs.survey_figures.facts import build_figures_fact
from cairn.outputs.survey_figures.models import SurveyFigures, SurveyFiguresReview
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import questions
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import SurveyFiguresFact
from cairn.policy.vocabulary import ReviewVerdict, SurveyFiguresState

__all__ = [
    "FiguresRecounted",
    "confirm_survey_figures",
    "publish_survey_figures",
    "review_survey_figures",
    "store_survey_figures",
    "withdraw_survey_figures",
]


class FiguresRecounted(Exception):
    """Report that the figures were counted again after the user opened the page."""


def _lock_chosen(*, survey: Survey, chosen: Collection[int]) -> tuple[SurveyFiguresFact]:
    _lock_figures(survey)
    return (build_figures_fact(survey, chosen),)


def _lock_fact(*, figures: SurveyFigures) -> tuple[SurveyFiguresFact]:
    _lock_figures(figures.survey)
    return (build_figures_fact(figures.survey),)


def _lock_figures(survey: Survey) -> SurveyFigures | None:
    """Lock the row of the survey, so that two people never count at once, and read its figures."""
    Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    return SurveyFigures.objects.filter(survey=survey).first()


def _get_seen_figures(figures: SurveyFigures, seen_round: int) -> SurveyFigures:
    row = SurveyFigures.objects.get(pk=figures.pk)
    if row.round != seen_round:
        raise FiguresRecounted
    return row


@action("survey_figures.counted", asks=questions.may_count_survey_figures, facts=_lock_chosen)
def store_survey_figures(
    permit: Permit,
    /,
    *,
    survey: Survey,
    chosen: Collection[int],
    protected: ProtectedAnswers,
    by: User,
    at: datetime,
) -> ActionResult[SurveyFigures]:
    """Store counted figures for review; reviews of an earlier count no longer matter.

    Args:
        permit: the permit.
        survey: the survey.
        chosen: IDs of the questions that were counted.
        protected: the protected figures.
        by: the user who counted them.
        at: the time.

    Returns:
        The figures.
    """
    row = _lock_figures(survey) or SurveyFigures(survey=survey, round=0)
    fact = build_figures_fact(survey, chosen)
    row.state, row.purpose = SurveyFiguresState.IN_REVIEW.value, fact.purpose.value
    row.tables, row.minimum_cell = protected.tables, protected.minimum_cell
    row.counted_file = protected.counted_file
    row.round += 1
    row.author, row.counted_at = by, at
    row.confirmed_by = None
    row.save()
    return ActionResult(row, subject=row, detail={"tables": len(row.tables)})


@action("survey_figures.reviewed", asks=questions.may_review_survey_figures, facts=_lock_fact)
def review_survey_figures(
    permit: Permit,
    /,
    *,
    figures: SurveyFigures,
    seen_round: int,
    verdict: ReviewVerdict,
    comment: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record one reviewer's verdict.

    Args:
        permit: the permit.
        figures: the figures.
        seen_round: the count that the reviewer saw.
        verdict: approve, or ask for changes.
        comment: what should change.
        by: the reviewer.
        at: the time.

    Raises:
        FiguresRecounted: the reviewer saw an earlier count.
    """
    row = _get_seen_figures(figures, seen_round)
    SurveyFiguresReview.objects.create(
        figures=row,
        round=row.round,
        reviewer=by,
        verdict=verdict.value,
        comment=comment,
        at=at,
    )
    return ActionResult(subject=row)


@action("survey_figures.confirmed", asks=questions.may_confirm_survey_figures, facts=_lock_fact)
def confirm_survey_figures(
    permit: Permit, /, *, figures: SurveyFigures, seen_round: int, by: User, at: datetime
) -> ActionResult[None]:
    """Record that a data steward of the organization has seen the figures and confirms them.

    Args:
        permit: the permit.
        figures: the figures.
        seen_round: the count that the data steward saw.
        by: the data steward.
        at: the time.

    Raises:
        FiguresRecounted: the data steward saw an earlier count.
    """
    row = _get_seen_figures(figures, seen_round)
    row.confirmed_by = by
    row.save(update_fields=["confirmed_by"])
    return ActionResult(subject=row)


@action("survey_figures.published", asks=questions.may_publish_survey_figures, facts=_lock_fact)
def publish_survey_figures(
    permit: Permit, decision: Decision, /, *, figures: SurveyFigures, by: User, at: datetime
) -> ActionResult[None]:
    """Show the figures to the public.

    Args:
        permit: the permit.
        decision: the decision, for the disclosure log.
        figures: the figures.
        by: the user who publishes them.
        at: the time.
    """
    row = SurveyFigures.objects.get(pk=figures.pk)
    record_disclosure(
        decision,
        by=by,
        at=at,
        parties=(),
        interest="publish figures of a survey that do not identify any child",
    )
    row.state, row.published_at = SurveyFiguresState.PUBLISHED.value, at
    row.save(update_fields=["state", "published_at"])
    return ActionResult(subject=row)


@action("survey_figures.withdrawn", asks=questions.may_withdraw_survey_figures, facts=_lock_fact)
def withdraw_survey_figures(
    permit: Permit, /, *, figures: SurveyFigures, reason: str, by: User, at: datetime
) -> ActionResult[None]:
    """Withdraw published figures; the public page then says when and why.

    Args:
        permit: the permit.
        figures: the figures.
        reason: why, for the public page.
        by: the user who decides.
        at: the time.
    """
    row = SurveyFigures.objects.get(pk=figures.pk)
    row.state, row.withdrawn_at = SurveyFiguresState.WITHDRAWN.value, at
    row.withdrawn_why = reason
    row.save(update_fields=["state", "withdrawn_at", "withdrawn_why"])
    return ActionResult(subject=row)
