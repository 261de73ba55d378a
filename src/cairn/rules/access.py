"""Who may ask: the first stage of every request, read from the table in `roles`."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from cairn.rules.actor import Actor
from cairn.rules.cards import access as cards
from cairn.rules.cards import clearance
from cairn.rules.cleared import organization_cleared, person_cleared
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.question import question
from cairn.rules.reach import reached
from cairn.rules.roles import ACCESS, PROTECTS_CHILDREN, SEES_CHILDREN
from cairn.rules.vocabulary import Action, Outcome, Role, SecondFactor


def who(
    action: Action, actor: Actor, organizations: frozenset[str] | None = None
) -> tuple[Rule, ...]:
    """The rules of the first stage: known, active, role live here; for whoever can see a child
    also a second factor, their own clearance, and that of the organization they act for.

    ``organizations`` are those whose matter this is, any of which will do; ``None`` where the
    action concerns no organization, so that any live role in the table will do.
    """
    if Role.PUBLIC in ACCESS[action]:
        return (_open,)
    if Role.FAMILY in ACCESS[action]:
        return who_of_family(actor, child="")
    rules: list[Rule] = [
        partial(_known, actor),
        partial(_active, actor),
        partial(_role, action, actor, organizations),
    ]
    if action in SEES_CHILDREN:
        rules.append(partial(authenticated, actor))
        rules.append(partial(person_cleared, actor.clearance))
    if action in SEES_CHILDREN - PROTECTS_CHILDREN:
        rules.append(partial(_organization, action, actor, organizations))
    return tuple(rules)


def who_of_family(actor: Actor, child: str) -> tuple[Rule, ...]:
    """The rules of the first stage for what a family may do: for its own child, by its own page."""
    return (partial(_known, actor), partial(_active, actor), partial(_own_child, actor, child))


@question
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


@question
def may_open_family(action: Action, actor: Actor, *, child: str, on: date) -> Decision:
    """A family's page about one child (by its key): PARENT_VIEW to read, FAMILY_ANSWER to answer.

    Raises ``ValueError`` for an action that is not a family's.
    """
    if Role.FAMILY not in ACCESS[action] or Role.PUBLIC in ACCESS[action]:
        raise ValueError(f"{action} is not a family's to ask for.")
    request = Request(action=action, actor=actor, facts=(child,), who=who_of_family(actor, child))
    return decide(request, on)


@question
def may_see_children(actor: Actor, on: date) -> Decision:
    """Whether this person may be shown anything about one child, wherever they hold a role."""
    return may_open(Action.SEE_CHILDREN, actor, on=on)


def second_factor_due(actor: Actor, on: date) -> bool:
    """Whether this person lacks a second factor, and nothing that somebody else must put right.

    Training may be missing too: both are the person's own to do, in any order.
    """
    codes = {r.code for r in may_see_children(actor, on).refusals}
    return cards.AUTHENTICATED.id in codes and codes <= {cards.AUTHENTICATED.id, *_CLEARANCE}


def clearance_due(actor: Actor, on: date) -> tuple[Reason, ...]:
    """What this person still has to learn or sign before they can see a child.

    Nothing for somebody whose role shows them no child, since nothing is asked of them.
    """
    refusals = may_see_children(actor, on).refusals
    if {r.code for r in refusals} & {cards.KNOWN.id, cards.ACTIVE.id, cards.ROLE.id}:
        return ()
    return tuple(r for r in refusals if r.code in clearance.PERSONAL)


_CLEARANCE = frozenset(card.id for card in clearance.ALL)


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


def authenticated(actor: Actor, on: date) -> Iterator[Reason]:
    """The session proved a second factor, so it is known who acts (34 CFR 99.31(c))."""
    proved = actor.second_factor is not SecondFactor.ABSENT
    factor = actor.second_factor.value.replace("_", " ")
    effect = Outcome.ALLOW if proved else Outcome.DENY
    yield Reason(cards.AUTHENTICATED, effect, (("factor", factor),))


def _organization(
    action: Action, actor: Actor, organizations: frozenset[str] | None, on: date
) -> Iterator[Reason]:
    """The clearance of the organization for which this person acts here; else no role told so."""
    held = reached(action, actor, organizations, on)
    if held is not None:
        security = actor.security_of(held.organization)
        yield from organization_cleared(held.organization, security, on)


def _own_child(actor: Actor, child: str, on: date) -> Iterator[Reason]:
    own = bool(child) and actor.child == child
    yield Reason(cards.OWN_CHILD, Outcome.ALLOW if own else Outcome.DENY)
