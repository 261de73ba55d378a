"""Decide who may count, review, confirm, publish, withdraw and view the figures of a survey."""

from datetime import date
from typing import Final

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, SurveyFiguresFact
from cairn.policy.questions.governance.access import OrganizationScope, find_organization_scope
from cairn.policy.vocabulary import Action

__all__ = [
    "find_survey_figures_scopes",
    "may_confirm_survey_figures",
    "may_count_survey_figures",
    "may_publish_survey_figures",
    "may_review_survey_figures",
    "may_view_published_survey_figures",
    "may_view_survey_figures",
    "may_view_survey_withdrawal",
    "may_withdraw_survey_figures",
]

_DECISIONS: Final = (Action.REVIEW_RELEASE, Action.ANSWER_SEND_BACK, Action.PUBLISH_RELEASE)


@policy_question
def may_count_survey_figures(figures: SurveyFiguresFact, actor: Actor, on: date) -> Decision:
    """Decide whether the answers of a survey may be counted, protected and sent to reviewers.

    Args:
        figures: facts of the figures that are wanted, or of those counted before.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_figures(
        Action.PROTECT,
        figures,
        actor,
        on,
        checks.check_survey_figures_step(figures, "count"),
        checks.check_survey_countable(figures),
        checks.check_survey_answers_complete(figures),
        authority_checks=_require_reliance(figures, actor),
    )


@policy_question
def may_review_survey_figures(figures: SurveyFiguresFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may review figures: not their author, and each reviewer once.

    Args:
        figures: facts of the figures.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_figures(
        Action.REVIEW_RELEASE,
        figures,
        actor,
        on,
        checks.check_survey_figures_step(figures, "review"),
        checks.check_not_author(figures.author, actor),
        checks.check_first_review(figures.reviews, actor),
        checks.check_verdicts_closed(figures.reviews),
    )


@policy_question
def may_confirm_survey_figures(figures: SurveyFiguresFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may confirm figures for the organization that asked: once a count.

    Args:
        figures: facts of the figures.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_figures(
        Action.ANSWER_SEND_BACK,
        figures,
        actor,
        on,
        checks.check_survey_figures_step(figures, "review"),
        checks.check_survey_figures_unconfirmed(figures),
    )


@policy_question
def may_publish_survey_figures(figures: SurveyFiguresFact, actor: Actor, on: date) -> Decision:
    """Decide whether figures may be published: two others approved them, and the owner confirmed.

    Args:
        figures: facts of the figures.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_figures(
        Action.PUBLISH_RELEASE,
        figures,
        actor,
        on,
        checks.check_survey_figures_step(figures, "publish"),
        checks.check_survey_countable(figures),
        checks.check_survey_figures_current(figures),
        checks.check_two_approvals(figures.reviews, figures.author),
        checks.check_survey_figures_confirmed(figures),
        authority_checks=_require_reliance(figures, actor),
    )


@policy_question
def may_withdraw_survey_figures(figures: SurveyFiguresFact, actor: Actor, on: date) -> Decision:
    """Decide whether published figures may be withdrawn: by the hub, or a steward of the owner.

    Args:
        figures: facts of the figures.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_figures(
        Action.WITHDRAW_RELEASE,
        figures,
        actor,
        on,
        checks.check_survey_figures_step(figures, "withdraw"),
    )


@policy_question
def may_view_survey_figures(figures: SurveyFiguresFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may see figures before publication: authors, reviewers, the owner.

    Args:
        figures: facts of the figures.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_figures(Action.VIEW_RELEASE, figures, actor, on)


@policy_question
def may_view_published_survey_figures(figures: SurveyFiguresFact, on: date) -> Decision:
    """Decide whether the public may see the figures of a survey now.

    Args:
        figures: facts of the figures.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_figures(
        Action.VIEW_PUBLISHED,
        figures,
        Actor.public(),
        on,
        checks.check_survey_figures_step(figures, "show"),
    )


@policy_question
def may_view_survey_withdrawal(figures: SurveyFiguresFact, on: date) -> Decision:
    """Decide whether the public reads that figures of a survey were withdrawn, when and why.

    Args:
        figures: facts of the figures.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_figures(
        Action.VIEW_PUBLISHED,
        figures,
        Actor.public(),
        on,
        checks.check_survey_figures_step(figures, "show withdrawal"),
    )


def find_survey_figures_scopes(actor: Actor, on: date) -> tuple[OrganizationScope, ...]:
    """Find the organizations on whose figures a user may decide: by review, owner or publication.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        One scope for each of the three decisions.
    """
    return tuple(find_organization_scope(action, actor, on) for action in _DECISIONS)


def _require_reliance(figures: SurveyFiguresFact, actor: Actor) -> tuple[BoundCheck, ...]:
    """List the checks of a use of the answers: the agreements allow it, today."""
    return checks.require_agreement_reliance(figures.agreements, actor, figures.purpose)


def _decide_on_figures(
    action: Action,
    figures: SurveyFiguresFact,
    actor: Actor,
    on: date,
    *outcome_checks: BoundCheck,
    authority_checks: tuple[BoundCheck, ...] = (),
) -> Decision:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(figures,),
        access_checks=checks.require_actor_access(action, actor, frozenset({figures.organization})),
        authority_checks=authority_checks,
        outcome_checks=outcome_checks,
        lineage=checks.summarize_lineage(figures.agreements),
        purpose=figures.purpose,
    )
    return decide_request(request, on)
