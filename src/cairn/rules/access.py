"""Who may ask: the first stage of every request, read from the table in `roles`."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from cairn.rules.actor import Actor, Affiliation
from cairn.rules.cards import access as cards
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.roles import ACCESS, SEES_CHILDREN, Reach
from cairn.rules.vocabulary import Action, OrganizationKind, Outcome, Role, SecondFactor


def who(
    action: Action, actor: Actor, organizations: frozenset[str] | None = None
) -> tuple[Rule, ...]:
    """The rules of the first stage: known, active, role live here, second factor.

    ``organizations`` are those whose matter this is, any of which will do; ``None`` where the
    action concerns no organization, so that any live role in the table will do.
    """
    if Role.PUBLIC in ACCESS[action]:
        return (_open,)
    rules: list[Rule] = [
        partial(_known, actor),
        partial(_active, actor),
        partial(_role, action, actor, organizations),
    ]
    if action in SEES_CHILDREN:
        rules.append(partial(_authenticated, actor))
    return tuple(rules)


def may_open(
    action: Action, actor: Actor, *, organization: str | None = None, on: date
) -> Decision:
    """A page or a piece of administration that concerns no agreement."""
    organizations = None if organization is None else frozenset({organization})
    request = Request(
        action=action,
        actor=actor,
        facts=(organization,),
        who=who(action, actor, organizations),
    )
    return decide(request, on)


def may_see_children(actor: Actor, on: date) -> Decision:
    """Whether this person may be shown anything about one child, wherever they hold a role."""
    return may_open(Action.SEE_CHILDREN, actor, on=on)


def second_factor_due(actor: Actor, on: date) -> bool:
    """Whether the one thing that keeps this person from their work is a second factor."""
    refusals = may_see_children(actor, on).refusals
    return {r.code for r in refusals} == {cards.AUTHENTICATED.id}


def reached(
    action: Action, actor: Actor, organizations: frozenset[str] | None, on: date
) -> Affiliation | None:
    """The affiliation by which this person may act for one of the organizations, if any."""
    for affiliation in actor.affiliations:
        reach = ACCESS[action].get(affiliation.role)
        if reach and affiliation.live(on) and _reaches(reach, affiliation, organizations):
            return affiliation
    return None


def _reaches(reach: Reach, affiliation: Affiliation, organizations: frozenset[str] | None) -> bool:
    at_backbone = affiliation.kind is OrganizationKind.BACKBONE
    if reach is Reach.BACKBONE_ONLY:
        return at_backbone
    if reach is Reach.EVERY or organizations is None:
        return True
    if reach is Reach.FROM_BACKBONE and at_backbone:
        return True
    return affiliation.organization in organizations


def _open(on: date) -> Iterator[Reason]:
    yield Reason(cards.OPEN, Outcome.ALLOW)


def _known(actor: Actor, on: date) -> Iterator[Reason]:
    if not actor.known:
        yield Reason(cards.KNOWN, Outcome.DENY)


def _active(actor: Actor, on: date) -> Iterator[Reason]:
    if not actor.active:
        yield Reason(cards.ACTIVE, Outcome.DENY)


def _role(
    action: Action, actor: Actor, organizations: frozenset[str] | None, on: date
) -> Iterator[Reason]:
    held = reached(action, actor, organizations, on)
    where = " or ".join(sorted(organizations or ())) or "the partnership"
    if held is None:
        roles = " or ".join(sorted(r.value.replace("_", " ") for r in ACCESS[action]))
        facts = (("roles", roles), ("where", where), ("on", on.isoformat()))
        yield Reason(cards.ROLE, Outcome.DENY, facts)
    else:
        role = held.role.value.replace("_", " ").capitalize()
        facts = (("role", role), ("where", held.organization), ("on", on.isoformat()))
        yield Reason(cards.ROLE, Outcome.ALLOW, facts)


def _authenticated(actor: Actor, on: date) -> Iterator[Reason]:
    proved = actor.second_factor is not SecondFactor.ABSENT
    factor = actor.second_factor.value.replace("_", " ")
    effect = Outcome.ALLOW if proved else Outcome.DENY
    yield Reason(cards.AUTHENTICATED, effect, (("factor", factor),))
