"""Decide who may give or withdraw notice, begin closing an agreement, and close it."""

from datetime import date

from cairn.policy.checks import (
    check_agreement_ended,
    check_agreement_party,
    check_agreement_state,
    check_destruction_finished,
    check_notice_giver,
    check_notice_period,
    check_termination_not_effective,
    require_actor_access,
)
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, AgreementFact
from cairn.policy.vocabulary import Action, PartyRole

__all__ = [
    "may_begin_closing_agreement",
    "may_close_agreement",
    "may_terminate_agreement",
    "may_withdraw_termination_notice",
]


@policy_question
def may_terminate_agreement(
    agreement: AgreementFact, organization: str, last_day: date, actor: Actor, on: date
) -> Decision:
    """Decide whether a party may terminate an agreement from ``last_day`` on.

    A text that states no notice period may be terminated from today: to stop sharing is never
    forbidden (34 CFR 99.31(d)).

    Args:
        agreement: facts of the agreement.
        organization: slug of the party that gives notice.
        last_day: the first day on which the agreement is no longer in force.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_termination(
        Action.TERMINATE_AGREEMENT,
        agreement,
        actor,
        on,
        checks=(
            check_agreement_state(agreement.state, "terminate"),
            check_agreement_party(agreement, organization),
            check_notice_period(agreement, last_day),
        ),
        organizations={organization},
    )


@policy_question
def may_withdraw_termination_notice(
    agreement: AgreementFact, organization: str, given_by: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a party may withdraw its notice of termination before it takes effect.

    Only the party that gave the notice, acting through its own people, may withdraw it. No other
    party may restart a data flow that the notice stopped.

    Args:
        agreement: facts of the agreement.
        organization: slug of the organization concerned.
        given_by: slug of the party that gave the notice; empty if unknown.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_termination(
        Action.TERMINATE_AGREEMENT,
        agreement,
        actor,
        on,
        checks=(
            check_agreement_state(agreement.state, "take back"),
            check_agreement_party(agreement, organization),
            check_notice_giver(agreement, organization, given_by, actor),
            check_termination_not_effective(agreement),
        ),
        organizations={organization},
    )


@policy_question
def may_begin_closing_agreement(agreement: AgreementFact, actor: Actor, on: date) -> Decision:
    """Decide whether the destruction of received data may begin: the last day is over.

    Args:
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_termination(
        Action.CLOSE_AGREEMENT,
        agreement,
        actor,
        on,
        checks=(
            check_agreement_state(agreement.state, "begin closing"),
            check_agreement_ended(agreement),
        ),
    )


@policy_question
def may_close_agreement(
    agreement: AgreementFact, open_duties: int | None, actor: Actor, on: date
) -> Decision:
    """Decide whether an agreement may be closed for good: no data remain to be destroyed.

    Args:
        agreement: facts of the agreement.
        open_duties: number of destruction duties that are open; ``None`` if unknown, which
            denies.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_termination(
        Action.CLOSE_AGREEMENT,
        agreement,
        actor,
        on,
        checks=(
            check_agreement_state(agreement.state, "close"),
            check_destruction_finished(agreement, open_duties),
        ),
    )


def _decide_on_termination(
    action: Action,
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    *,
    checks: tuple[BoundCheck, ...] = (),
    organizations: set[str] | None = None,
) -> Decision:
    parties = frozenset(organizations) if organizations else agreement.organizations(*PartyRole)
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(agreement,),
        access_checks=require_actor_access(action, actor, parties),
        outcome_checks=checks,
    )
    return decide_request(request, on)
