"""How an agreement ends: notice is given, its last day comes, what was received is destroyed."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.cards import drafting as cards
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.drafting import in_state, party_to
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, Outcome, PartyRole


@question
def may_terminate(
    agreement: Agreement, organization: str, last_day: date, actor: Actor, on: date
) -> Decision:
    """Whether a party may end it from ``last_day`` on, which is the first day it counts no more.

    A text that states no notice may be ended from today: to stop sharing is never forbidden
    (34 CFR 99.31(d)).
    """
    steps = (
        in_state(agreement.state, "terminate"),
        partial(party_to, agreement, organization),
        partial(_notice, agreement, last_day),
    )
    return _ask(Action.TERMINATE_AGREEMENT, agreement, actor, on, *steps, of={organization})


@question
def may_take_back_notice(
    agreement: Agreement, organization: str, given_by: str, actor: Actor, on: date
) -> Decision:
    """Whether a notice may be taken back: until the day it takes effect, by the party that gave
    it and its own people. Nobody else may let data flow again that it has stopped."""
    steps = (
        in_state(agreement.state, "take back"),
        partial(party_to, agreement, organization),
        partial(_giver, agreement, organization, given_by, actor),
        partial(_not_begun, agreement),
    )
    return _ask(Action.TERMINATE_AGREEMENT, agreement, actor, on, *steps, of={organization})


@question
def may_begin_closing(agreement: Agreement, actor: Actor, on: date) -> Decision:
    """Whether what was received is destroyed now: its last day is over."""
    steps = (in_state(agreement.state, "begin closing"), partial(_ended, agreement))
    return _ask(Action.CLOSE_AGREEMENT, agreement, actor, on, *steps)


@question
def may_close(agreement: Agreement, open_duties: int | None, actor: Actor, on: date) -> Decision:
    """Whether it is closed for good: nothing remains to be destroyed (``None``: not known)."""
    steps = (in_state(agreement.state, "close"), partial(_duties_done, agreement, open_duties))
    return _ask(Action.CLOSE_AGREEMENT, agreement, actor, on, *steps)


def last_day(agreement: Agreement) -> date | None:
    """The last day on which it counts; ``None`` where it runs until somebody ends it."""
    days = []
    if agreement.ends is not None and agreement.ends != UNTIL_TERMINATED:
        days.append(agreement.ends)
    if agreement.terminated_on is not None:
        days.append(agreement.terminated_on - timedelta(days=1))
    return min(days, default=None)


def earliest_end(agreement: Agreement, on: date) -> date:
    """The first day from which a notice given today may end it."""
    return on + timedelta(days=agreement.termination_notice_days or 0)


def _ask(
    action: Action,
    agreement: Agreement,
    actor: Actor,
    on: date,
    *rules: Rule,
    of: set[str] | None = None,
) -> Decision:
    parties = frozenset(of) if of else agreement.organizations(*PartyRole)
    request = Request(
        action=action,
        actor=actor,
        facts=(agreement,),
        who=who(action, actor, parties),
        outcome=rules,
    )
    return decide(request, on)


def _notice(agreement: Agreement, day: date, on: date) -> Iterator[Reason]:
    earliest = earliest_end(agreement, on)
    facts = (
        ("agreement", agreement.reference),
        ("days", agreement.termination_notice_days or 0),
        ("earliest", earliest.isoformat()),
        ("day", day.isoformat()),
    )
    effect = Outcome.ALLOW if day >= earliest else Outcome.DENY
    yield Reason(cards.NOTICE, effect, facts, where=agreement.termination_clause)


def _giver(
    agreement: Agreement, organization: str, given_by: str, actor: Actor, on: date
) -> Iterator[Reason]:
    met = organization == given_by and organization in actor.organizations(on)
    facts = (("agreement", agreement.reference), ("given_by", given_by or "(not known)"))
    yield Reason(cards.NOTICE_GIVER, Outcome.ALLOW if met else Outcome.DENY, facts)


def _not_begun(agreement: Agreement, on: date) -> Iterator[Reason]:
    if agreement.terminated_on is not None and agreement.terminated_on <= on:
        day = agreement.terminated_on.isoformat()
        facts = (("agreement", agreement.reference), ("day", day))
        yield Reason(cards.NOT_BEGUN, Outcome.DENY, facts)


def _ended(agreement: Agreement, on: date) -> Iterator[Reason]:
    last = last_day(agreement)
    over = last is not None and last < on
    said = "not known" if last is None else last.isoformat()
    facts = (("agreement", agreement.reference), ("ends", said))
    yield Reason(cards.RUNNING, Outcome.ALLOW if over else Outcome.DENY, facts)


def _duties_done(agreement: Agreement, open_duties: int | None, on: date) -> Iterator[Reason]:
    known = "An unknown number of" if open_duties is None else open_duties
    facts = (("agreement", agreement.reference), ("open", known))
    yield Reason(cards.DUTIES_DONE, Outcome.ALLOW if open_duties == 0 else Outcome.DENY, facts)
