"""Answer who may open a page and who may see children."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cairn.policy.checks import require_actor_access, require_family_access
from cairn.policy.engine import Decision, PolicyRequest, Reason, decide_request, policy_question
from cairn.policy.facts import Actor
from cairn.policy.law import ROLE_PERMISSIONS
from cairn.policy.law.cards.governance import access as cards
from cairn.policy.vocabulary import Action, Role

__all__ = [
    "OrganizationScope",
    "find_organization_scope",
    "list_missing_clearance",
    "may_open_page",
    "may_see_children",
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
            for slug in actor.organizations(on)
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
        access_checks=require_actor_access(action, actor, organizations),
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
        raise ValueError(f"{action} is not a family's to ask for.")
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(child,),
        access_checks=require_family_access(actor, child),
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
