"""Decide who may read, write, preview and approve the definition of an indicator."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, IndicatorVersionFact
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action

__all__ = [
    "may_approve_indicator",
    "may_change_indicator",
    "may_draft_indicator",
    "may_view_indicator_preview",
    "may_view_indicators",
]


@policy_question
def may_view_indicators(actor: Actor, on: date) -> Decision:
    """Decide whether a user may read the definitions of indicators, which hold no record.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_INDICATOR, actor, on=on)


@policy_question
def may_view_indicator_preview(actor: Actor, on: date) -> Decision:
    """Decide whether a user may see what a preview counted: who writes definitions, or approves.

    A preview was neither protected nor reviewed, so no one else sees it.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    writes = may_open_page(Action.CHANGE_INDICATOR, actor, on=on)
    return writes if writes.allowed else may_open_page(Action.APPROVE_INDICATOR, actor, on=on)


@policy_question
def may_draft_indicator(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may write a definition, or a new version, for an organization.

    Args:
        organization: slug of the organization; empty if none is chosen yet.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.CHANGE_INDICATOR, actor, organization=organization, on=on)


@policy_question
def may_change_indicator(version: IndicatorVersionFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may change, preview or discard a version: while it is a draft.

    Args:
        version: facts of the version.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_version(
        Action.CHANGE_INDICATOR, version, actor, on, (checks.check_indicator_draft(version),)
    )


@policy_question
def may_approve_indicator(version: IndicatorVersionFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may approve a version, so that figures are published by it.

    Args:
        version: facts of the version.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_version(
        Action.APPROVE_INDICATOR,
        version,
        actor,
        on,
        (
            checks.check_indicator_draft(version),
            checks.check_indicator_previewed(version),
            checks.check_indicator_author(version, actor),
        ),
    )


def _decide_version(
    action: Action,
    version: IndicatorVersionFact,
    actor: Actor,
    on: date,
    outcome_checks: tuple[BoundCheck, ...],
) -> Decision:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(version,),
        access_checks=checks.require_actor_access(action, actor, frozenset({version.organization})),
        outcome_checks=outcome_checks,
    )
    return decide_request(request, on)
