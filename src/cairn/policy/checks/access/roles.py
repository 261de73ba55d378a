"""Check who may ask: the first stage of every request, read from the table of role permissions."""

from collections.abc import Iterator
from datetime import date

from cairn.policy.checks.access.clearance import (
    ORGANIZATION_CARDS,
    check_organization_clearance,
    check_person_clearance,
    is_organization_cleared,
)
from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import Actor, AffiliationFact
from cairn.policy.law import PROTECTIVE_ACTIONS, ROLE_PERMISSIONS, STUDENT_DATA_ACTIONS, RoleReach
from cairn.policy.law.cards.governance import access as cards
from cairn.policy.vocabulary import Action, OrganizationKind, Role, SecondFactor

__all__ = [
    "check_second_factor",
    "find_acting_affiliation",
    "require_actor_access",
    "require_family_access",
]


def find_acting_affiliation(
    action: Action, actor: Actor, organizations: frozenset[str] | None, on: date
) -> AffiliationFact | None:
    """Find the affiliation by which a person may act for one of the organizations.

    If there are several and the action can show a child, one with a cleared organization comes
    first.

    Args:
        action: action that is asked for.
        actor: the person.
        organizations: organizations concerned; ``None`` if the action concerns none.
        on: date of the request.
    Returns:
        The affiliation, ``None`` if there is none.
    """
    candidates = [
        affiliation
        for affiliation in actor.affiliations
        if (reach := ROLE_PERMISSIONS[action].get(affiliation.role))
        and affiliation.live(on)
        and _is_within_reach(reach, affiliation, organizations)
    ]
    if action in STUDENT_DATA_ACTIONS:
        cleared = (
            candidate
            for candidate in candidates
            if is_organization_cleared(
                candidate.organization, actor.find_security(candidate.organization), on
            )
        )
        return next(cleared, next(iter(candidates), None))
    return next(iter(candidates), None)


def _is_within_reach(
    reach: RoleReach, affiliation: AffiliationFact, organizations: frozenset[str] | None
) -> bool:
    at_backbone = affiliation.kind is OrganizationKind.BACKBONE
    if reach is RoleReach.BACKBONE_ONLY:
        return at_backbone
    if reach is RoleReach.EVERY or organizations is None:
        return True
    if reach is RoleReach.FROM_BACKBONE and at_backbone:
        return True
    return affiliation.organization in organizations


def require_actor_access(
    action: Action, actor: Actor, organizations: frozenset[str] | None = None
) -> tuple[BoundCheck, ...]:
    """List the checks of the first stage: known, active, and with an active role here.

    For an action that can show a child, also: a second factor, the person's own clearance, and the
    clearance of the organization they act for.

    Args:
        action: action that is asked for.
        actor: the person.
        organizations: organizations concerned, one is enough; ``None`` if the action concerns
            no organization, so that any active role in the table is enough.
    Returns:
        The checks.
    """
    if Role.PUBLIC in ROLE_PERMISSIONS[action]:
        return (check_open_to_everyone(),)
    if Role.FAMILY in ROLE_PERMISSIONS[action]:
        return require_family_access(actor, child="")
    checks = [
        check_known_actor(actor),
        check_active_actor(actor),
        check_actor_role(action, actor, organizations),
    ]
    if action in STUDENT_DATA_ACTIONS:
        checks.append(check_second_factor(actor))
        checks.append(check_person_clearance(actor.clearance))
    if action in STUDENT_DATA_ACTIONS - PROTECTIVE_ACTIONS:
        checks.append(check_acting_organization(action, actor, organizations))
    return tuple(checks)


def require_family_access(actor: Actor, child: str) -> tuple[BoundCheck, ...]:
    """List the checks of the first stage for a family: its own child, through its own page.

    Args:
        actor: the family session.
        child: key of the child.
    Returns:
        The checks.
    """
    return (check_known_actor(actor), check_active_actor(actor), check_own_child(actor, child))


@policy_check(cards.OPEN)
def check_open_to_everyone(on: date) -> Reason:
    """Allow everyone, known or not."""
    return Reason.from_card(cards.OPEN, met=True)


@policy_check(cards.KNOWN)
def check_known_actor(on: date, actor: Actor) -> Iterator[Reason]:
    """Check that the actor has an account."""
    if not actor.known:
        yield Reason.from_card(cards.KNOWN, met=False)


@policy_check(cards.ACTIVE)
def check_active_actor(on: date, actor: Actor) -> Iterator[Reason]:
    """Check that the account of the actor is active."""
    if not actor.active:
        yield Reason.from_card(cards.ACTIVE, met=False)


@policy_check(cards.ROLE)
def check_actor_role(
    on: date, action: Action, actor: Actor, organizations: frozenset[str] | None
) -> Reason:
    """Check that the actor has an active role that may take this action for an organization."""
    affiliation = find_acting_affiliation(action, actor, organizations, on)
    place = " or ".join(sorted(organizations or ())) or "the partnership"
    if affiliation is None:
        roles = " or ".join(
            sorted(
                permitted_role.value.replace("_", " ")
                for permitted_role in ROLE_PERMISSIONS[action]
            )
        )
        return Reason.from_card(cards.ROLE, met=False, roles=roles, where=place, on=on.isoformat())
    role = affiliation.role.value.replace("_", " ").capitalize()
    return Reason.from_card(
        cards.ROLE, met=True, role=role, where=affiliation.organization, on=on.isoformat()
    )


@policy_check(cards.AUTHENTICATED)
def check_second_factor(on: date, actor: Actor) -> Reason:
    """Check that the session proved a second factor, so that the actor is known (34 CFR 99.31(c)).

    Args:
        actor: the person.
        on: date of the request.
    Returns:
        One reason.
    """
    is_proved = actor.second_factor is not SecondFactor.ABSENT
    factor = actor.second_factor.value.replace("_", " ")
    return Reason.from_card(cards.AUTHENTICATED, met=is_proved, factor=factor)


@policy_check(*ORGANIZATION_CARDS)
def check_acting_organization(
    on: date, action: Action, actor: Actor, organizations: frozenset[str] | None
) -> Iterator[Reason]:
    """Check the clearance of the organization that this person acts for; none without a role."""
    affiliation = find_acting_affiliation(action, actor, organizations, on)
    if affiliation is not None:
        security = actor.find_security(affiliation.organization)
        yield from check_organization_clearance(affiliation.organization, security).run(on)


@policy_check(cards.OWN_CHILD)
def check_own_child(on: date, actor: Actor, child: str) -> Reason:
    """Check that a family session belongs to this child."""
    is_own = bool(child) and actor.child == child
    return Reason.from_card(cards.OWN_CHILD, met=is_own)
