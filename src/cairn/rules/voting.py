"""How a body decides about a project: who may vote, who steps aside, when the vote is closed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.cards import committee as cards
from cairn.rules.citations import RuleCard
from cairn.rules.committee import Body, Hearing, Result, must_step_aside, tally
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.project import ProjectFact
from cairn.rules.question import question
from cairn.rules.turn import awaited
from cairn.rules.vocabulary import STAFF_ROLES, Action, Ballot, Outcome, Role

_WORDS: Final = {
    "leads": "your organization asks for the data",
    "receives": "your organization would receive the data",
    "works_on_it": "you would work on the project",
}


@question
def may_view_committee(actor: Actor, on: date) -> Decision:
    """Whether this person may see bodies, their agenda and minutes."""
    return may_open(Action.VIEW_COMMITTEE, actor, on=on)


@question
def may_change_body(actor: Actor, on: date) -> Decision:
    """Whether this person may found bodies, fill seats, call meetings and write minutes."""
    return may_open(Action.CHANGE_COMMITTEE, actor, on=on)


@question
def may_hear(project: ProjectFact, body: Body, actor: Actor, on: date) -> Decision:
    """Whether a project may go on a body's agenda: it waits for that body."""
    waits = partial(_waits, project, body)
    return _ask(Action.CHANGE_COMMITTEE, (project, body), actor, on, waits)


@question
def may_vote(project: ProjectFact, hearing: Hearing, actor: Actor, on: date) -> Decision:
    """Whether this person may vote: a seat, no conflict of interest, an open matter."""
    return _ask(
        Action.VOTE,
        (project, hearing),
        actor,
        on,
        partial(_waits, project, hearing.body),
        *_member(hearing, actor),
        partial(_no_conflict, project, hearing.body, actor),
    )


@question
def may_step_aside(project: ProjectFact, hearing: Hearing, actor: Actor, on: date) -> Decision:
    """Whether this person may record that they step aside. No reason is asked."""
    return _ask(Action.VOTE, (project, hearing), actor, on, *_member(hearing, actor))


@question
def may_close(
    project: ProjectFact, hearing: Hearing, conditions: int, actor: Actor, on: date
) -> Decision:
    """Whether the vote may be closed: a quorum, a family's seat filled, conditions written down.

    ``conditions`` is how many are written down.
    """
    return _ask(
        Action.CHANGE_COMMITTEE,
        (project, hearing, conditions),
        actor,
        on,
        partial(_waits, project, hearing.body),
        partial(_open, hearing),
        partial(_quorum, hearing),
        partial(_says_what, hearing, conditions),
    )


def _ask(
    action: Action, facts: tuple[object, ...], actor: Actor, on: date, *rules: Rule
) -> Decision:
    request = Request(
        action=action, actor=actor, facts=facts, who=who(action, actor), authority=rules
    )
    return decide(request, on)


def _reason(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))


def _waits(project: ProjectFact, body: Body, on: date) -> Iterator[Reason]:
    waiting = {a.decider.value for a in awaited(project, on)}
    yield _reason(cards.ON_AGENDA, met=body.kind.value in waiting, body=body.slug)


def _member(hearing: Hearing, actor: Actor) -> tuple[Rule, ...]:
    return (
        partial(_seat, hearing.body, actor),
        partial(_open, hearing),
        partial(_not_aside, hearing, actor),
    )


def _seat(body: Body, actor: Actor, on: date) -> Iterator[Reason]:
    held = body.seat_of(actor.id, on) is not None
    yield _reason(cards.SEAT, met=held, body=body.slug, on=on.isoformat())


def _open(hearing: Hearing, on: date) -> Iterator[Reason]:
    closed = hearing.closed_on
    yield _reason(cards.OPEN, met=closed is None, closed=closed.isoformat() if closed else "")


def _not_aside(hearing: Hearing, actor: Actor, on: date) -> Iterator[Reason]:
    if actor.id in hearing.recused:
        yield _reason(cards.STEPPED_ASIDE, met=False)


def _no_conflict(project: ProjectFact, body: Body, actor: Actor, on: date) -> Iterator[Reason]:
    seat = body.seat_of(actor.id, on)
    if seat is None:
        return
    found = must_step_aside(
        body,
        seat,
        actor.organizations(on, *(STAFF_ROLES - {Role.COMMITTEE_MEMBER})),
        lead=project.lead,
        receives=project.organizations,
        people=project.staff | {project.requester},
    )
    why = "; ".join(_WORDS[conflict] for conflict in found)
    yield _reason(cards.ASIDE, met=not found, why=why, body=body.slug)


def _quorum(hearing: Hearing, on: date) -> Iterator[Reason]:
    counted = tally(replace(hearing, closed_on=on), on)
    body = hearing.body
    facts = {"cast": counted.cast, "seats": counted.seats, "quorum": body.quorum}
    met = counted.result is not Result.NO_QUORUM
    yield _reason(cards.QUORUM, met=met, body=body.slug, **facts)
    seated = counted.result is not Result.NO_FAMILY_SEAT
    yield _reason(cards.FAMILY_SEAT, met=seated, body=body.slug)


def _says_what(hearing: Hearing, conditions: int, on: date) -> Iterator[Reason]:
    wanted = any(vote.ballot is Ballot.CONDITIONS for vote in hearing.votes)
    yield _reason(cards.SAYS_WHAT, met=not wanted or conditions > 0)
