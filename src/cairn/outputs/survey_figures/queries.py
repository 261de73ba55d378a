"""Read survey figures, narrowed to the reader."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from cairn.outputs.survey_figures.facts import build_counted_fact
from cairn.outputs.survey_figures.models import SurveyFigures
from cairn.platform.inbox.api import InboxTask
from cairn.policy import questions
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import SurveyFiguresState

__all__ = ["list_published_survey_figures", "list_survey_figure_tasks"]


def load_figures() -> QuerySet[SurveyFigures]:
    """Load all figures with their surveys."""
    return SurveyFigures.objects.select_related("survey__organization", "survey__delivery")


def list_published_survey_figures() -> list[SurveyFigures]:
    """List the figures of surveys that the public may see, newest first.

    Returns:
        The figures.
    """
    return list(load_figures().filter(state=SurveyFiguresState.PUBLISHED.value))


def list_survey_figure_tasks(actor: Actor, on: date) -> list[InboxTask]:
    """List the figures of surveys that wait for the user: to review, to confirm or to publish.

    Args:
        actor: the user.
        on: the day of the decision.

    Returns:
        One entry for each survey.
    """
    scopes = questions.find_survey_figures_scopes(actor, on)
    rows = load_figures().filter(state=SurveyFiguresState.IN_REVIEW.value)
    if not any(scope.every for scope in scopes):
        organizations = frozenset[str]().union(*(scope.organizations for scope in scopes))
        if not organizations:
            return []
        rows = rows.filter(survey__organization__slug__in=organizations)
    return [
        InboxTask(
            1,
            ngettext("survey with figures to decide", "surveys with figures to decide", 1),
            reverse("survey_figures:figures", args=[figures.survey_id]),
            figures.survey.title,
            minutes=5,
            keys=(f"survey_figures:{figures.pk}:{figures.round}",),
        )
        for figures in rows
        if _is_waiting_for(figures, actor, on)
    ]


def _is_waiting_for(figures: SurveyFigures, actor: Actor, on: date) -> bool:
    fact = build_counted_fact(figures)
    return (
        questions.may_review_survey_figures(fact, actor, on).allowed
        or questions.may_confirm_survey_figures(fact, actor, on).allowed
        or questions.may_publish_survey_figures(fact, actor, on).allowed
    )


def word_tables(figures: SurveyFigures, language: str) -> Iterator[dict[str, Any]]:
    """Put the tables of figures into words of one language.

    Args:
        figures: the figures.
        language: "es" for Spanish, anything else for English.

    Yields:
        The question, the number of respondents, and each choice with its number and its share in
        percent; None where it is suppressed.
    """
    index = int(language.startswith("es"))
    for table in figures.tables:
        total = table["respondents"]
        yield {
            "wording": table["wording"][index],
            "respondents": total,
            "choices": [
                {
                    "label": choice["label"][index],
                    "n": choice["n"],
                    "share": round(100 * choice["n"] / total)
                    if total and choice["n"] is not None
                    else None,
                }
                for choice in table["choices"]
            ],
        }


def count_suppressed(figures: SurveyFigures) -> int:
    """Count the numbers of figures that are suppressed."""
    return sum(choice["n"] is None for table in figures.tables for choice in table["choices"])


def list_counted_answer_files() -> Iterator[str]:
    """List every file of answers that figures of surveys were counted from, as ``zone/digest``.

    Yields:
        References.
    """
    yield from SurveyFigures.objects.values_list("counted_file", flat=True)
