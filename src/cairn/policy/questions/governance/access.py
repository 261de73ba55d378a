"""Answer who may open a page, who may see children, and who may sign, attest and view clearance.

A person signs the confidentiality agreement; another attests training.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, Reason, decide_request, policy_question
from cairn.policy.facts import Actor, Clearance, OrganizationSecurity
from cairn.policy.law import ROLE_PERMISSIONS
from cairn.policy.law.cards.governance import access as cards
from cairn.policy.vocabulary import Action, Role

__all__ = [
    "OrganizationScope",
    "find_organization_scope",
    "list_missing_clearance",
    "may_attest_training",
    "may_change_sign_in",
    "may_open_page",
    "may_see_children",
    "may_sign_confidentiality_agreement",
    "may_view_organization_clearance",
    "needs_second_factor",
]


@dataclass(frozen=True, slots=True)
class OrganizationScope:
    """Whose objects an action reaches on a date: those of these organizations, or all.

    It answers for every object at once what the question about one object answers, so that a list
    can be narrowed before its rows are fetched. An object that concerns several organizations is
    within reach as soon as one of them is.

    Args:
        every: whether the action reaches all objects, whatever organization they concern.
        organizations: slugs of the organizations whose objects it reaches.
    """

    every: bool
    organizations: frozenset[str] = frozenset()

    def includes(self, concerned: Iterable[str]) -> bool:
        """Tell whether an object that concerns these organizations is within reach."""
        return self.every or not self.organizations.isdisjoint(concerned)


def find_organization_scope(action: Action, actor: Actor, on: date) -> OrganizationScope:
    """Find for which organizations a person may take an action.

    Only the person's own organizations are asked about one by one: any other is reached by a role
    that reaches all, or not at all.

    Args:
        action: action that is asked for.
        actor: the person.
        on: date of the request.
    Returns:
        The scope; nothing is within it for a person who may not take the action.
    """
    if _decide_access(action, actor, frozenset(), on).allowed:
        return OrganizationScope(every=True)
    return OrganizationScope(
        every=False,
        organizations=frozenset(
            slug
            for slug in actor.list_organizations(on)
            if _decide_access(action, actor, frozenset({slug}), on).allowed
        ),
    )


@policy_question
def may_open_page(
    action: Action, actor: Actor, *, organization: str | None = None, on: date
) -> Decision:
    """Decide whether a person may open a page or an administration task that concerns no agreement.

    Args:
        action: action that is asked for.
        actor: the person.
        organization: organization concerned; ``None`` if there is none.
        on: date of the request.
    Returns:
        The decision.
    """
    organizations = None if organization is None else frozenset({organization})
    return _decide_access(action, actor, organizations, on, organization)


def _decide_access(
    action: Action,
    actor: Actor,
    organizations: frozenset[str] | None,
    on: date,
    *facts: object,
) -> Decision:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=facts,
        access_checks=checks.require_submission_access(action, actor, organizations),
    )
    return decide_request(request, on)


@policy_question
def may_open_family_page(action: Action, actor: Actor, *, child: str, on: date) -> Decision:
    """Decide whether a family may open the page about one child.

    Args:
        action: PARENT_VIEW to read, FAMILY_ANSWER to answer.
        actor: the family session.
        child: key of the child.
        on: date of the request.
    Returns:
        The decision.
    Raises:
        ValueError: if the action is not one that a family can ask for.
    """
    if Role.FAMILY not in ROLE_PERMISSIONS[action] or Role.PUBLIC in ROLE_PERMISSIONS[action]:
        raise ValueError(f"Families may not request {action}.")
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(child,),
        access_checks=(
            checks.require_family_answer(actor, child)
            if action is Action.FAMILY_ANSWER
            else checks.require_family_access(actor, child)
        ),
    )
    return decide_request(request, on)


@policy_question
def may_see_children(actor: Actor, on: date) -> Decision:
    """Decide whether a person may see data about individual children, at any organization.

    Args:
        actor: the person.
        on: date of the request.
    Returns:
        The decision.
    """
    return may_open_page(Action.SEE_CHILDREN, actor, on=on)


def needs_second_factor(actor: Actor, on: date) -> bool:
    """Tell whether this person lacks a second factor, and nothing that another person must resolve.

    Training may be missing too: both are the person's own tasks, in any order.

    Args:
        actor: the person.
        on: date of the request.
    Returns:
        True if a second factor is the person's next task.
    """
    codes = {reason.code for reason in may_see_children(actor, on).refusals}
    return cards.AUTHENTICATED.id in codes and codes <= {cards.AUTHENTICATED.id, *_CLEARANCE_CODES}


def list_missing_clearance(actor: Actor, on: date) -> tuple[Reason, ...]:
    """List what this person still has to learn or sign before they can see a child.

    Args:
        actor: the person.
        on: date of the request.
    Returns:
        The refusals; none for a person with a role that shows no child, since nothing is required.
    """
    refusals = may_see_children(actor, on).refusals
    if {reason.code for reason in refusals} & {cards.KNOWN.id, cards.ACTIVE.id, cards.ROLE.id}:
        return ()
    return tuple(reason for reason in refusals if reason.code in cards.PERSONAL_CARD_IDS)


_CLEARANCE_CODES = frozenset(card.id for card in cards.CLEARANCE_CARDS)


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
        access_checks=checks.require_actor_access(Action.TAKE_TRAINING, actor),
        outcome_checks=(checks.check_own_signature(actor, person),),
    )
    return decide_request(request, on)


@policy_question
def may_change_sign_in(
    person: str, organizations: frozenset[str], actor: Actor, on: date
) -> Decision:
    """Decide whether a user may deactivate or reactivate another's sign-in, or reset its factor.

    A person who resets a factor and makes a sign-in link can do all that the account can. So the
    user must prove a second factor, and manage people at every organization of the account.

    Args:
        person: actor id of the person who signs in.
        organizations: slugs of the organizations at which they have a role, or had the last one.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    access_checks = [
        check
        for slug in sorted(organizations)
        for check in checks.require_actor_access(Action.CHANGE_PEOPLE, actor, frozenset({slug}))
    ] or checks.require_actor_access(Action.CHANGE_PEOPLE, actor)
    request = PolicyRequest(
        action=Action.CHANGE_PEOPLE,
        actor=actor,
        facts=(person, organizations),
        access_checks=(*access_checks, checks.check_second_factor(actor)),
        outcome_checks=(checks.check_other_sign_in(actor, person),),
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
    outcome_checks = [checks.check_attested_by_other(actor, person, organization, others)]
    if workshop_after is not None:
        outcome_checks.append(checks.check_modules_before_workshop(workshop_after, took_place))
    request = PolicyRequest(
        action=Action.ATTEST_TRAINING,
        actor=actor,
        facts=(person, organization, others, workshop_after, took_place),
        access_checks=checks.require_actor_access(
            Action.ATTEST_TRAINING, actor, frozenset({organization})
        ),
        outcome_checks=tuple(outcome_checks),
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
        access_checks=checks.require_actor_access(
            Action.VIEW_CLEARANCE, actor, frozenset({organization})
        ),
        outcome_checks=(checks.check_organization_clearance(organization, security),),
    )
    return decide_request(request, on)
