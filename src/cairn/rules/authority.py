"""Whether an agreement may be relied on: in force on a date, for whom, for what purpose."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType

from cairn.rules import pilot
from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.agreement import UNTIL_TERMINATED, Agreement, DataTerm
from cairn.rules.cards import agreement as cards
from cairn.rules.cards import redisclosure
from cairn.rules.decide import Lineage, Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.population import Population
from cairn.rules.question import question
from cairn.rules.standing import stands
from cairn.rules.vocabulary import RECIPIENTS, Action, Outcome, PartyRole, Purpose


@question
def in_force(agreement: Agreement, on: date) -> Decision:
    """Whether anyone may rely on this agreement on a date, with every reason why or why not."""
    nobody = Actor.public()
    request = Request(
        action=Action.RELY_ON_AGREEMENT,
        actor=nobody,
        facts=(agreement,),
        who=who(Action.RELY_ON_AGREEMENT, nobody),
        authority=stands(agreement),
        lineage=lineage((agreement,)),
    )
    return decide(request, on)


@question
def may_load_agreement(agreement: Agreement, actor: Actor, on: date) -> Decision:
    """Whether this person may put an agreement on record; it need not be in force yet."""
    return _concerning(Action.LOAD_AGREEMENT, agreement, actor, on)


@question
def may_view_agreement(agreement: Agreement, actor: Actor, on: date) -> Decision:
    """Whether this person may read an agreement: its parties, and those who review."""
    return _concerning(Action.VIEW_AGREEMENT, agreement, actor, on)


def _concerning(action: Action, agreement: Agreement, actor: Actor, on: date) -> Decision:
    request = Request(
        action=action,
        actor=actor,
        facts=(agreement,),
        who=who(action, actor, agreement.organizations(*PartyRole)),
        lineage=lineage((agreement,)),
    )
    return decide(request, on)


def relied_on(
    agreements: Iterable[Agreement], actor: Actor, purpose: Purpose | None = None
) -> tuple[Rule, ...]:
    """Every agreement behind a use in force, all of one world, the actor a recipient of each, the
    purpose in each."""
    all_of_them = tuple(agreements)
    rules: list[Rule] = [pilot.apart(all_of_them)] if all_of_them else [_no_agreement]
    for agreement in all_of_them:
        rules += stands(agreement)
        rules.append(partial(_recipient, agreement, actor))
        if purpose is not None:
            rules.append(partial(_purpose, agreement, purpose))
    return tuple(rules)


def lineage(agreements: Iterable[Agreement]) -> Lineage:
    """The strictest of each agreement: the largest minimum cell, the earliest last day."""
    all_of_them = tuple(agreements)
    bases = {a.basis for a in all_of_them}
    ends = [a.ends for a in all_of_them if a.ends is not None and a.ends != UNTIL_TERMINATED]
    return Lineage(
        references=tuple(sorted(a.reference for a in all_of_them)),
        basis=bases.pop() if len(bases) == 1 else None,
        minimum_cell=max((a.disclosure.minimum_cell for a in all_of_them), default=None),
        ends_on=min(ends, default=None),
        years=MappingProxyType(_years(all_of_them)),
        populations=filters(all_of_them),
    )


def filters(agreements: Iterable[Agreement]) -> Mapping[str, Population]:
    """Whom each of these agreements is about, by reference: those that leave somebody out. One
    that says it in words alone has nothing that a child could be held up to (ADR 0011)."""
    return MappingProxyType(
        {
            a.reference: a.children
            for a in agreements
            if a.children is not None and a.children.limits
        }
    )


def _years(agreements: Iterable[Agreement]) -> dict[str, tuple[str, str]]:
    """For each record type the first and last school year that some term of it names; a record
    type with a term that names none is not limited."""
    terms: dict[str, list[DataTerm]] = {}
    for agreement in agreements:
        for term in agreement.data:
            terms.setdefault(term.record, []).append(term)
    return {
        record: (min(t.first_year for t in found), max(t.last_year for t in found))
        for record, found in sorted(terms.items())
        if all(t.first_year and t.last_year for t in found)
    }


def _no_agreement(on: date) -> Iterator[Reason]:
    yield Reason(cards.NONE, Outcome.DENY)


def _recipient(agreement: Agreement, actor: Actor, on: date) -> Iterator[Reason]:
    recipients = agreement.organizations(*RECIPIENTS)
    mine = actor.organizations(on) & recipients
    facts = (("agreement", agreement.reference), ("recipients", ", ".join(sorted(recipients))))
    yield Reason(redisclosure.RECIPIENT, Outcome.ALLOW if mine else Outcome.DENY, facts)


def _purpose(agreement: Agreement, purpose: Purpose, on: date) -> Iterator[Reason]:
    allowed = ", ".join(sorted(agreement.purposes)) or "none"
    facts = (("agreement", agreement.reference), ("purpose", purpose), ("allowed", allowed))
    effect = Outcome.ALLOW if purpose in agreement.purposes else Outcome.DENY
    yield Reason(cards.PURPOSE, effect, facts)
