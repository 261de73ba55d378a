"""Answer whether an agreement may be relied on, loaded and viewed, and who may end it.

To end it is to give or withdraw notice, to begin closing it, and to close it.
"""

from collections.abc import Iterable
from datetime import date

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, AgreementFact
from cairn.policy.questions.governance.access import OrganizationScope, find_organization_scope
from cairn.policy.vocabulary import Action, PartyRole, Purpose

__all__ = [
    "decide_agreement_in_force",
    "find_viewable_agreements",
    "may_begin_closing_agreement",
    "may_close_agreement",
    "may_load_agreement",
    "may_name_agreement",
    "may_rely_on_agreements",
    "may_terminate_agreement",
    "may_view_agreement",
    "may_withdraw_termination_notice",
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
def may_name_agreement(
    action: Action,
    organization: str,
    reference: str,
    is_on_record: bool,  # noqa: FBT001 - a fact, not a switch
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a person may take an action that names an agreement by its number.

    Args:
        action: the action, such as publishing a consent form.
        organization: slug of the organization concerned; empty if the action concerns none.
        reference: the number that was entered; empty if none was.
        is_on_record: whether an agreement has this number.
        actor: the person.
        on: the date.
    Returns:
        The decision.
    """
    concerned = frozenset({organization}) if organization else None
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(action, organization, reference, is_on_record),
        access_checks=checks.require_actor_access(action, actor, concerned),
        authority_checks=(checks.check_agreement_reference(reference, is_on_record=is_on_record),),
    )
    return decide_request(request, on)


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
            action, actor, agreement.list_organizations(*PartyRole)
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
        outcome_checks=(
            checks.check_agreement_state(agreement.state, "terminate"),
            checks.check_agreement_party(agreement, organization),
            checks.check_notice_period(agreement, last_day),
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
        outcome_checks=(
            checks.check_agreement_state(agreement.state, "take back"),
            checks.check_agreement_party(agreement, organization),
            checks.check_notice_giver(agreement, organization, given_by, actor),
            checks.check_termination_not_effective(agreement),
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
        outcome_checks=(
            checks.check_agreement_state(agreement.state, "begin closing"),
            checks.check_agreement_ended(agreement),
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
        outcome_checks=(
            checks.check_agreement_state(agreement.state, "close"),
            checks.check_destruction_finished(agreement, open_duties),
        ),
    )


def _decide_on_termination(
    action: Action,
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    *,
    outcome_checks: tuple[BoundCheck, ...] = (),
    organizations: set[str] | None = None,
) -> Decision:
    parties = (
        frozenset(organizations) if organizations else agreement.list_organizations(*PartyRole)
    )
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(agreement,),
        access_checks=checks.require_actor_access(action, actor, parties),
        outcome_checks=outcome_checks,
    )
    return decide_request(request, on)
