"""Decide who may sign the confidentiality agreement, attest training, and view clearance."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from cairn.policy.checks import check_organization_clearance, require_actor_access
from cairn.policy.engine import Decision, PolicyRequest, Reason, decide_request, policy_question
from cairn.policy.facts import Actor, Clearance, OrganizationSecurity
from cairn.policy.law.cards.governance import clearance as cards
from cairn.policy.vocabulary import Action, Outcome


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
        who=require_actor_access(Action.TAKE_TRAINING, actor),
        outcome=(partial(_check_own_signature, actor, person),),
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
    rules = [partial(_check_attested_by_other, actor, person, organization, others)]
    if workshop_after is not None:
        rules.append(partial(_check_modules_before_workshop, workshop_after, took_place))
    request = PolicyRequest(
        action=Action.ATTEST_TRAINING,
        actor=actor,
        facts=(person, organization, others, workshop_after, took_place),
        who=require_actor_access(Action.ATTEST_TRAINING, actor, frozenset({organization})),
        outcome=tuple(rules),
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
        who=require_actor_access(Action.VIEW_CLEARANCE, actor, frozenset({organization})),
        outcome=(partial(check_organization_clearance, organization, security),),
    )
    return decide_request(request, on)


def _check_own_signature(actor: Actor, person: str, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if actor.id == person else Outcome.DENY
    yield Reason(cards.OWN_SIGNATURE, effect)


def _check_attested_by_other(
    actor: Actor, person: str, organization: str, others: int, on: date
) -> Iterator[Reason]:
    is_own_attestation = actor.id == person and others > 0
    effect = Outcome.DENY if is_own_attestation else Outcome.ALLOW
    yield Reason(cards.ATTEST_OTHERS, effect, (("organization", organization),))


def _check_modules_before_workshop(
    clearance: Clearance, took_place: date, on: date
) -> Iterator[Reason]:
    missing = clearance.missing(took_place)
    effect = Outcome.DENY if missing else Outcome.ALLOW
    facts = (("on", took_place.isoformat()), ("missing", ", ".join(missing)))
    yield Reason(cards.WORKSHOP_LAST, effect, facts)
