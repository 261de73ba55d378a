"""Decide who may read a breach record, notify the data owners, and close it."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, BreachFact
from cairn.policy.questions.governance.access import OrganizationScope, find_organization_scope
from cairn.policy.vocabulary import Action

__all__ = [
    "find_viewable_breaches",
    "may_close_breach",
    "may_notify_breach_owner",
    "may_view_breach",
]


@policy_question
def may_view_breach(breach: BreachFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may read a breach record.

    People of the organization where it happened may, and those of each data owner from its notice
    on.

    Args:
        breach: the breach.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    readers = breach.notified | {breach.organization}
    return _decide(Action.VIEW_BREACHES, breach, actor, on, readers, ())


def find_viewable_breaches(actor: Actor, on: date) -> OrganizationScope:
    """Find whose breach records a user may read: those that happened there, or of which these
    organizations were notified.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The scope of organizations; the same answer as ``may_view_breach`` for each record.
    """
    return find_organization_scope(Action.VIEW_BREACHES, actor, on)


@policy_question
def may_notify_breach_owner(breach: BreachFact, owner: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may record that a data owner was notified of a breach.

    Args:
        breach: the breach.
        owner: slug of the data owner.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    more = (
        checks.check_breach_event("notify", breach),
        checks.check_owner_waiting(breach, owner),
    )
    place = frozenset({breach.organization})
    return _decide(Action.RECORD_BREACH, breach, actor, on, place, more, owner)


@policy_question
def may_close_breach(breach: BreachFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may close a breach record.

    Args:
        breach: the breach, with the remedy that is stated.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    more = (
        checks.check_breach_event("close", breach),
        checks.check_breach_closable(breach),
    )
    place = frozenset({breach.organization})
    return _decide(Action.RECORD_BREACH, breach, actor, on, place, more)


def _decide(
    action: Action,
    breach: BreachFact,
    actor: Actor,
    on: date,
    organizations: frozenset[str],
    more: tuple[BoundCheck, ...],
    *facts: str,
) -> Decision:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(breach, *facts),
        access_checks=checks.require_actor_access(action, actor, organizations),
        authority_checks=more,
    )
    return decide_request(request, on)
