"""Decide who may compare a partner's own figures with published ones, and set dashboard targets.

A partner already knows its own children. It must not learn figures about a few children of another
organization: neither directly, nor by subtracting its own from a total, nor because a figure was
counted from records that others delivered.
"""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, FactorFact, OwnFiguresFact, ReleaseFact, TargetFact
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action, PartyRole

__all__ = [
    "may_compare_own_figures",
    "may_end_target",
    "may_name_factor",
    "may_open_own_figures_page",
    "may_remove_factor",
    "may_set_target",
    "may_view_dashboards",
]


@policy_question
def may_view_dashboards(actor: Actor, on: date) -> Decision:
    """Decide whether a user may open the dashboards that arrange published figures.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_DASHBOARDS, actor, on=on)


@policy_question
def may_open_own_figures_page(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may open the page of one organization's own figures.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.COMPARE_OWN_FIGURES, actor, organization=organization, on=on)


@policy_question
def may_compare_own_figures(
    release: ReleaseFact, own: OwnFiguresFact, actor: Actor, on: date
) -> Decision:
    """Decide whether an organization may see its own unsuppressed figures of an outcome, by table.

    Args:
        release: facts of the release.
        own: the organization's own part of the outcome.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    own_agreements = [
        agreement
        for agreement in release.agreements
        if own.organization in agreement.list_organizations(PartyRole.PROVIDER)
    ]
    request = PolicyRequest(
        action=Action.COMPARE_OWN_FIGURES,
        actor=actor,
        facts=(release, own),
        access_checks=checks.require_actor_access(
            Action.COMPARE_OWN_FIGURES, actor, frozenset({own.organization})
        ),
        authority_checks=(checks.check_own_records(release, own),),
        elements=own.tables,
        element_checks=(checks.check_others_protected(own),),
        outcome_checks=(
            checks.check_release_published(release),
            checks.check_not_pilot(
                pilot=release.pilot or any(source.pilot for source in release.agreements)
            ),
        ),
        lineage=checks.summarize_lineage(own_agreements),
        purpose=release.purpose,
    )
    return decide_request(request, on)


@policy_question
def may_set_target(target: TargetFact, actor: Actor, on: date) -> Decision:
    """Decide whether a target may be set, or changed into this one.

    Args:
        target: the proposed target.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.CHANGE_TARGET,
        actor=actor,
        facts=(target,),
        access_checks=checks.require_actor_access(Action.CHANGE_TARGET, actor),
        outcome_checks=(
            checks.check_target_baseline(target),
            checks.check_target_ahead(target),
            checks.check_target_agreed(target),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_end_target(actor: Actor, on: date) -> Decision:
    """Decide whether a target may be ended, or an ended one resumed.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.CHANGE_TARGET, actor, on=on)


@policy_question
def may_name_factor(factor: FactorFact, actor: Actor, on: date) -> Decision:
    """Decide whether an indicator may be named as a contributing factor of an outcome.

    Args:
        factor: the proposed factor.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.CHANGE_TARGET,
        actor=actor,
        facts=(factor,),
        access_checks=checks.require_actor_access(Action.CHANGE_TARGET, actor),
        outcome_checks=(checks.check_factor(factor),),
    )
    return decide_request(request, on)


@policy_question
def may_remove_factor(actor: Actor, on: date) -> Decision:
    """Decide whether an indicator may be removed from the contributing factors of an outcome.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.CHANGE_TARGET, actor, on=on)
