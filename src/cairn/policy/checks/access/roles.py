"""Check who may ask: the first stage of every request, read from the table of role permissions."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from cairn.policy.checks.access.clearance import (
    check_organization_clearance,
    check_person_clearance,
    is_organization_cleared,
)
from cairn.policy.engine import Reason, Rule
from cairn.policy.facts import Actor, AffiliationFact
from cairn.policy.law import PROTECTIVE_ACTIONS, ROLE_PERMISSIONS, STUDENT_DATA_ACTIONS, RoleReach
from cairn.policy.law.cards.governance import access as cards
from cairn.policy.vocabulary import Action, OrganizationKind, Outcome, Role, SecondFactor


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
) -> tuple[Rule, ...]:
    """Build the rules of the first stage: known, active, and with an active role here.

    For an action that can show a child, also: a second factor, the person's own clearance, and the
    clearance of the organization they act for.

    Args:
        action: action that is asked for.
        actor: the person.
        organizations: organizations concerned, one is enough; ``None`` if the action concerns
            no organization, so that any active role in the table is enough.
    Returns:
        The rules.
    """
    if Role.PUBLIC in ROLE_PERMISSIONS[action]:
        return (_allow_everyone,)
    if Role.FAMILY in ROLE_PERMISSIONS[action]:
        return require_family_access(actor, child="")
    rules: list[Rule] = [
        partial(_check_known_actor, actor),
        partial(_check_active_actor, actor),
        partial(_check_role, action, actor, organizations),
    ]
    if action in STUDENT_DATA_ACTIONS:
        rules.append(partial(check_second_factor, actor))
        rules.append(partial(check_person_clearance, actor.clearance))
    if action in STUDENT_DATA_ACTIONS - PROTECTIVE_ACTIONS:
        rules.append(partial(_check_acting_organization, action, actor, organizations))
    return tuple(rules)


def require_family_access(actor: Actor, child: str) -> tuple[Rule, ...]:
    """Build the rules of the first stage for a family: its own child, through its own page.

    Args:
        actor: the family session.
        child: key of the child.
    Returns:
        The rules.
    """
    return (
        partial(_check_known_actor, actor),
        partial(_check_active_actor, actor),
        partial(_check_own_child, actor, child),
    )


def _allow_everyone(on: date) -> Iterator[Reason]:
    yield Reason(cards.OPEN, Outcome.ALLOW)


def _check_known_actor(actor: Actor, on: date) -> Iterator[Reason]:
    if not actor.known:
        yield Reason(cards.KNOWN, Outcome.DENY)


def _check_active_actor(actor: Actor, on: date) -> Iterator[Reason]:
    if not actor.active:
        yield Reason(cards.ACTIVE, Outcome.DENY)


def _check_role(
    action: Action, actor: Actor, organizations: frozenset[str] | None, on: date
) -> Iterator[Reason]:
    affiliation = find_acting_affiliation(action, actor, organizations, on)
    place = " or ".join(sorted(organizations or ())) or "the partnership"
    if affiliation is None:
        roles = " or ".join(
            sorted(
                permitted_role.value.replace("_", " ")
                for permitted_role in ROLE_PERMISSIONS[action]
            )
        )
        facts = (("roles", roles), ("where", place), ("on", on.isoformat()))
        yield Reason(cards.ROLE, Outcome.DENY, facts)
    else:
        role = affiliation.role.value.replace("_", " ").capitalize()
        facts = (("role", role), ("where", affiliation.organization), ("on", on.isoformat()))
        yield Reason(cards.ROLE, Outcome.ALLOW, facts)


def check_second_factor(actor: Actor, on: date) -> Iterator[Reason]:
    """Check that the session proved a second factor, so that the actor is known (34 CFR 99.31(c)).

    Args:
        actor: the person.
        on: date of the request.
    Returns:
        One reason.
    """
    is_proved = actor.second_factor is not SecondFactor.ABSENT
    factor = actor.second_factor.value.replace("_", " ")
    effect = Outcome.ALLOW if is_proved else Outcome.DENY
    yield Reason(cards.AUTHENTICATED, effect, (("factor", factor),))


def _check_acting_organization(
    action: Action, actor: Actor, organizations: frozenset[str] | None, on: date
) -> Iterator[Reason]:
    """Check the clearance of the organization that this person acts for; without a role, no
    reason.
    """
    affiliation = find_acting_affiliation(action, actor, organizations, on)
    if affiliation is not None:
        security = actor.find_security(affiliation.organization)
        yield from check_organization_clearance(affiliation.organization, security, on)


def _check_own_child(actor: Actor, child: str, on: date) -> Iterator[Reason]:
    is_own = bool(child) and actor.child == child
    yield Reason(cards.OWN_CHILD, Outcome.ALLOW if is_own else Outcome.DENY)
