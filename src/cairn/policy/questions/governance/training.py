"""Decide who may sign the confidentiality agreement, attest training, and view clearance."""

from datetime import date

from cairn.policy.checks import (
    check_attested_by_other,
    check_modules_before_workshop,
    check_organization_clearance,
    check_own_signature,
    require_actor_access,
)
from cairn.policy.engine import (
    Decision,
    PolicyRequest,
    decide_request,
    policy_question,
)
from cairn.policy.facts import Actor, Clearance, OrganizationSecurity
from cairn.policy.vocabulary import Action

__all__ = [
    "may_attest_training",
    "may_sign_confidentiality_agreement",
    "may_view_organization_clearance",
]


@policy_question
def may_sign_confidentiality_agreement(actor: Actor, person: str, on: date) -> Decision:
    """Decide whether a user may sign the confidentiality agreement, for themselves only.

    Args:
        actor: the person who asks, with roles and clearance.
        person: actor id of the person who is to sign.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.TAKE_TRAINING,
        actor=actor,
        facts=(person,),
        access_checks=require_actor_access(Action.TAKE_TRAINING, actor),
        outcome_checks=(check_own_signature(actor, person),),
    )
    return decide_request(request, on)


@policy_question
def may_attest_training(
    actor: Actor,
    person: str,
    organization: str,
    *,
    others: int,
    workshop_after: Clearance | None = None,
    on: date,
    took_place: date,
) -> Decision:
    """Decide whether a user may record training that a person took elsewhere.

    Args:
        actor: the person who asks, with roles and clearance.
        person: actor id of the person trained.
        organization: slug of the organization for which they hold a role.
        others: number of other people at that organization who could attest it.
        workshop_after: clearance of the person trained, given for a workshop, which comes after
            every module.
        on: the day that the decision is for.
        took_place: the day of the training.

    Returns:
        The decision, with one reason for each check that ran.
    """
    checks = [check_attested_by_other(actor, person, organization, others)]
    if workshop_after is not None:
        checks.append(check_modules_before_workshop(workshop_after, took_place))
    request = PolicyRequest(
        action=Action.ATTEST_TRAINING,
        actor=actor,
        facts=(person, organization, others, workshop_after, took_place),
        access_checks=require_actor_access(
            Action.ATTEST_TRAINING, actor, frozenset({organization})
        ),
        outcome_checks=tuple(checks),
    )
    return decide_request(request, on)


@policy_question
def may_view_organization_clearance(
    actor: Actor, organization: str, security: OrganizationSecurity | None, on: date
) -> Decision:
    """Decide whether an organization is cleared, for users who may see that; allowed means cleared.

    Args:
        actor: the person who asks, with roles and clearance.
        organization: slug of the organization concerned.
        security: the safeguards of the organization; ``None`` if unknown.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.VIEW_CLEARANCE,
        actor=actor,
        facts=(organization, security),
        access_checks=require_actor_access(Action.VIEW_CLEARANCE, actor, frozenset({organization})),
        outcome_checks=(check_organization_clearance(organization, security),),
    )
    return decide_request(request, on)
