"""Answer whether an agreement may be relied on, loaded and viewed."""

from collections.abc import Iterable
from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, AgreementFact
from cairn.policy.questions.governance.access import (
    OrganizationScope,
    find_organization_scope,
)
from cairn.policy.vocabulary import Action, PartyRole, Purpose

__all__ = [
    "decide_agreement_in_force",
    "find_viewable_agreements",
    "may_load_agreement",
    "may_rely_on_agreements",
    "may_view_agreement",
]


@policy_question
def decide_agreement_in_force(agreement: AgreementFact, on: date) -> Decision:
    """Decide whether an agreement may be relied on at all on a date, with every reason.

    Args:
        agreement: the agreement, with ``above`` resolved.
        on: the date.
    Returns:
        The decision, with one reason per check that ran.
    """
    public = Actor.public()
    request = PolicyRequest(
        action=Action.RELY_ON_AGREEMENT,
        actor=public,
        facts=(agreement,),
        access_checks=checks.require_actor_access(Action.RELY_ON_AGREEMENT, public),
        authority_checks=checks.require_valid_agreement(agreement),
        lineage=checks.summarize_lineage((agreement,)),
    )
    return decide_request(request, on)


@policy_question
def may_load_agreement(agreement: AgreementFact, actor: Actor, on: date) -> Decision:
    """Decide whether a person may put an agreement on record; it need not be in force yet.

    Args:
        agreement: the agreement.
        actor: the person.
        on: the date.
    Returns:
        The decision.
    """
    return _decide_for_parties(Action.LOAD_AGREEMENT, agreement, actor, on)


@policy_question
def may_view_agreement(agreement: AgreementFact, actor: Actor, on: date) -> Decision:
    """Decide whether a person may read an agreement: its parties and reviewers may.

    Args:
        agreement: the agreement.
        actor: the person.
        on: the date.
    Returns:
        The decision.
    """
    return _decide_for_parties(Action.VIEW_AGREEMENT, agreement, actor, on)


def find_viewable_agreements(actor: Actor, on: date) -> OrganizationScope:
    """Find whose agreements a person may read: those to which a party in the scope belongs.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The scope of organizations; the same answer as ``may_view_agreement`` for each.
    """
    return find_organization_scope(Action.VIEW_AGREEMENT, actor, on)


def _decide_for_parties(
    action: Action, agreement: AgreementFact, actor: Actor, on: date
) -> Decision:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(agreement,),
        access_checks=checks.require_actor_access(
            action, actor, agreement.organizations(*PartyRole)
        ),
        lineage=checks.summarize_lineage((agreement,)),
    )
    return decide_request(request, on)


@policy_question
def may_rely_on_agreements(
    agreements: Iterable[AgreementFact], purpose: Purpose | None, actor: Actor, on: date
) -> Decision:
    """Decide whether a person may rely on all of these agreements for a purpose on a date.

    Args:
        agreements: agreements behind the use.
        purpose: purpose of the use, ``None`` for any.
        actor: the person.
        on: the date.
    Returns:
        The decision.
    """
    listed = tuple(agreements)
    request = PolicyRequest(
        action=Action.RELY_ON_AGREEMENT,
        actor=actor,
        facts=(listed,),
        access_checks=checks.require_actor_access(Action.RELY_ON_AGREEMENT, actor),
        authority_checks=checks.require_agreement_reliance(listed, actor, purpose),
        lineage=checks.summarize_lineage(listed),
        purpose=purpose,
    )
    return decide_request(request, on)
