"""What comes back to the owner of data: a report of its own delivery, and when it was given."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import lineage
from cairn.rules.cards import release as cards
from cairn.rules.decide import Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, Outcome


@dataclass(frozen=True, slots=True)
class GiveBackFact:
    """One delivery that is reported on: whose it is, under which agreement it came, and whether
    its rows were ``kept``, so that there is something to report."""

    organization: str
    agreement: Agreement
    kept: bool


@question
def may_view_give_back(report: GiveBackFact, actor: Actor, on: date) -> Decision:
    """Whether this person may read what became of a delivery: its owner, and who received it."""
    return _ask(Action.VIEW_GIVE_BACK, report, actor, on)


@question
def may_give_back(report: GiveBackFact, actor: Actor, on: date) -> Decision:
    """Whether this person may put on record that something was given back for a delivery: who
    received it. What the agreement promises after each delivery is then due no more."""
    return _ask(Action.GIVE_BACK, report, actor, on)


def _ask(action: Action, report: GiveBackFact, actor: Actor, on: date) -> Decision:
    request = Request(
        action=action,
        actor=actor,
        facts=(report,),
        who=who(action, actor, frozenset({report.organization})),
        outcome=(_kept(report),),
        lineage=lineage((report.agreement,)),
    )
    return decide(request, on)


def _kept(report: GiveBackFact) -> Rule:
    effect = Outcome.ALLOW if report.kept else Outcome.DENY
    return partial(_always, Reason(cards.SOMETHING_TO_REPORT, effect))


def _always(reason: Reason, on: date) -> tuple[Reason, ...]:
    return (reason,)
