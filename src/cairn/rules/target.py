"""A target: from a published figure to a better one, agreed by somebody, with its context."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.cards import target as cards
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, Outcome

_ALL: Final = 1000


@dataclass(frozen=True, slots=True)
class TargetFact:
    """A target as it would stand. Shares are in thousandths of all children.

    ``outcome`` is its title; ``higher_is_better`` where better lies. ``begins`` is the share that
    is published of everyone in ``year`` (None: there is none), ``share`` what is to be reached in
    ``until``; years are school years such as "2025-26", or calendar years.
    """

    outcome: str
    higher_is_better: bool
    year: str
    begins: int | None
    until: str
    share: int
    agreed_by: str
    context: str


@question
def may_set_target(target: TargetFact, actor: Actor, on: date) -> Decision:
    """Whether a target may be set, or changed into this one."""
    request = Request(
        action=Action.CHANGE_TARGET,
        actor=actor,
        facts=(target,),
        who=who(Action.CHANGE_TARGET, actor),
        outcome=(
            partial(_begins_at_a_figure, target),
            partial(_lies_ahead, target),
            partial(_is_agreed, target),
        ),
    )
    return decide(request, on)


@question
def may_end_target(actor: Actor, on: date) -> Decision:
    """Whether a target may be ended, or an ended one taken up again."""
    return may_open(Action.CHANGE_TARGET, actor, on=on)


def _begins_at_a_figure(target: TargetFact, on: date) -> Iterator[Reason]:
    facts: tuple[tuple[str, str], ...] = (("outcome", target.outcome), ("year", target.year))
    if target.begins is None:
        yield Reason(cards.BASELINE, Outcome.DENY, facts)
    else:
        facts = (*facts, ("share", _percent(target.begins)))
        yield Reason(cards.BASELINE, Outcome.ALLOW, facts)


def _lies_ahead(target: TargetFact, on: date) -> Iterator[Reason]:
    if target.begins is None:
        return
    later = target.until[:4] > target.year[:4]
    better = (target.share > target.begins) == target.higher_is_better
    met = later and better and target.share != target.begins and 0 <= target.share <= _ALL
    facts = (
        ("target", _percent(target.share)),
        ("until", target.until),
        ("share", _percent(target.begins)),
        ("year", target.year),
        ("better", "higher" if target.higher_is_better else "lower"),
    )
    yield Reason(cards.AHEAD, Outcome.ALLOW if met else Outcome.DENY, facts)


def _is_agreed(target: TargetFact, on: date) -> Iterator[Reason]:
    said = {"who agreed": target.agreed_by, "what is to be done": target.context}
    missing = " and ".join(what for what, words in said.items() if not words.strip())
    facts = (("missing", missing),)
    yield Reason(cards.AGREED, Outcome.DENY if missing else Outcome.ALLOW, facts)


def _percent(share: int) -> str:
    whole, tenths = divmod(share, 10)
    return f"{whole}.{tenths}%" if tenths else f"{whole}%"
