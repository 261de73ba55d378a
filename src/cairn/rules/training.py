"""Signing, learning, attesting: what people do to be cleared, and who may record it."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.cards import clearance as cards
from cairn.rules.clearance import Clearance, OrganizationSecurity
from cairn.rules.cleared import organization_cleared
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, Outcome


@question
def may_sign(actor: Actor, person: str, on: date) -> Decision:
    """Whether this person may sign the confidentiality agreement as ``person`` (an actor's id)."""
    request = Request(
        action=Action.TAKE_TRAINING,
        actor=actor,
        facts=(person,),
        who=who(Action.TAKE_TRAINING, actor),
        outcome=(partial(_oneself, actor, person),),
    )
    return decide(request, on)


@question
def may_attest(
    actor: Actor,
    person: str,
    organization: str,
    *,
    others: int,
    workshop_after: Clearance | None = None,
    on: date,
    took_place: date,
) -> Decision:
    """Whether this person may record training that ``person`` took elsewhere, for their role at an
    organization, on the day ``took_place``.

    ``others`` counts who else at that organization could attest it. ``workshop_after`` is the
    clearance of the person trained, given for a workshop: it comes after every module.
    """
    rules = [partial(_somebody_else, actor, person, organization, others)]
    if workshop_after is not None:
        rules.append(partial(_after_the_modules, workshop_after, took_place))
    request = Request(
        action=Action.ATTEST_TRAINING,
        actor=actor,
        facts=(person, organization, others, workshop_after, took_place),
        who=who(Action.ATTEST_TRAINING, actor, frozenset({organization})),
        outcome=tuple(rules),
    )
    return decide(request, on)


@question
def organization_standing(
    actor: Actor, organization: str, security: OrganizationSecurity | None, on: date
) -> Decision:
    """Whether an organization is cleared, told to whoever may see that: allowed means cleared."""
    request = Request(
        action=Action.VIEW_CLEARANCE,
        actor=actor,
        facts=(organization, security),
        who=who(Action.VIEW_CLEARANCE, actor, frozenset({organization})),
        outcome=(partial(organization_cleared, organization, security),),
    )
    return decide(request, on)


def _oneself(actor: Actor, person: str, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if actor.id == person else Outcome.DENY
    yield Reason(cards.OWN_SIGNATURE, effect)


def _somebody_else(
    actor: Actor, person: str, organization: str, others: int, on: date
) -> Iterator[Reason]:
    alone = actor.id == person and others > 0
    effect = Outcome.DENY if alone else Outcome.ALLOW
    yield Reason(cards.ATTEST_OTHERS, effect, (("organization", organization),))


def _after_the_modules(clearance: Clearance, took_place: date, on: date) -> Iterator[Reason]:
    missing = clearance.missing(took_place)
    effect = Outcome.DENY if missing else Outcome.ALLOW
    facts = (("on", took_place.isoformat()), ("missing", ", ".join(missing)))
    yield Reason(cards.WORKSHOP_LAST, effect, facts)
