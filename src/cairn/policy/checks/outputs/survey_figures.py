"""Check the figures of a survey: what may be counted, each step, and the owner's confirmation."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import SurveyFiguresFact
from cairn.policy.law.cards.outputs import survey_figures as cards
from cairn.policy.vocabulary import SurveyFiguresState, label_code

__all__ = [
    "check_survey_answers_complete",
    "check_survey_countable",
    "check_survey_figures_confirmed",
    "check_survey_figures_current",
    "check_survey_figures_step",
    "check_survey_figures_unconfirmed",
]

_STATES_ALLOWING: Final[Mapping[str, frozenset[SurveyFiguresState]]] = MappingProxyType(
    {
        "count": frozenset({SurveyFiguresState.NOT_COUNTED, SurveyFiguresState.IN_REVIEW}),
        "review": frozenset({SurveyFiguresState.IN_REVIEW}),
        "publish": frozenset({SurveyFiguresState.IN_REVIEW}),
        "show": frozenset({SurveyFiguresState.PUBLISHED}),
        "show withdrawal": frozenset({SurveyFiguresState.WITHDRAWN}),
        "withdraw": frozenset({SurveyFiguresState.PUBLISHED}),
    }
)


@policy_check(cards.COUNTABLE)
def check_survey_countable(on: date, figures: SurveyFiguresFact) -> Reason:
    """Check that the answers were accepted and some question has fixed choices or a scale.

    Args:
        on: date of the check.
        figures: facts of the figures.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.COUNTABLE, met=figures.is_accepted and figures.questions > 0)


@policy_check(cards.STEP)
def check_survey_figures_step(on: date, figures: SurveyFiguresFact, step: str) -> Reason:
    """Check that a step is possible in the present state of the figures.

    Args:
        on: date of the check.
        figures: facts of the figures.
        step: "count", "review", "publish", "show", "show withdrawal" or "withdraw".
    Returns:
        One reason.
    """
    is_possible = figures.state in _STATES_ALLOWING[step]
    return Reason.from_card(cards.STEP, met=is_possible, state=label_code(figures.state))


@policy_check(cards.OWNER_CONFIRMED)
def check_survey_figures_confirmed(on: date, figures: SurveyFiguresFact) -> Reason:
    """Check that a data steward of the organization confirmed the figures.

    Args:
        on: date of the check.
        figures: facts of the figures.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.OWNER_CONFIRMED,
        met=figures.is_owner_confirmed,
        organization=figures.organization,
    )


@policy_check(cards.FIRST_CONFIRMATION)
def check_survey_figures_unconfirmed(on: date, figures: SurveyFiguresFact) -> Reason:
    """Check that no data steward of the organization confirmed the figures yet.

    Args:
        on: date of the check.
        figures: facts of the figures.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.FIRST_CONFIRMATION,
        met=not figures.is_owner_confirmed,
        organization=figures.organization,
    )


@policy_check(cards.ANSWERS_COMPLETE)
def check_survey_answers_complete(on: date, figures: SurveyFiguresFact) -> Reason:
    """Check that no row of the answers was set aside.

    Args:
        on: date of the check.
        figures: facts of the figures.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.ANSWERS_COMPLETE, met=not figures.has_rows_set_aside)


@policy_check(cards.FIGURES_CURRENT)
def check_survey_figures_current(on: date, figures: SurveyFiguresFact) -> Reason:
    """Check that the answers are those that were counted.

    Args:
        on: date of the check.
        figures: facts of the figures.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.FIGURES_CURRENT, met=figures.is_current)
