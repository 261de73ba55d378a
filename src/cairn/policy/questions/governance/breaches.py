"""Decide who may record a breach, notify the data owners, and close the record."""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, BreachFact
from cairn.policy.vocabulary import Action

__all__ = ["may_change_breach"]


@policy_question
def may_change_breach(event: str, breach: BreachFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may apply an event to a breach record.

    Args:
        event: event of the lifecycle: "notify" or "close".
        breach: the breach; for "close" with the remedy that is stated.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    action = Action.RECORD_BREACH
    closing = (checks.check_breach_closable(breach),) if event == "close" else ()
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(event, breach),
        access_checks=checks.require_actor_access(action, actor, frozenset({breach.organization})),
        authority_checks=(checks.check_breach_event(event, breach), *closing),
    )
    return decide_request(request, on)
