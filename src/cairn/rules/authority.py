"""Whether an agreement may be relied on: in force on a date, for whom, for what purpose."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from types import MappingProxyType

from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.agreement import UNTIL_TERMINATED, Agreement, DataTerm
from cairn.rules.basis import RECIPIENTS, basis_holds
from cairn.rules.cards import agreement as cards
from cairn.rules.cards import ferpa
from cairn.rules.decide import Lineage, Request, Rule, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.vocabulary import Action, Outcome, PartyRole, Purpose


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


def may_load_agreement(agreement: Agreement, actor: Actor, on: date) -> Decision:
    """Whether this person may put an agreement on record; it need not be in force yet."""
    return _concerning(Action.LOAD_AGREEMENT, agreement, actor, on)


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


def stands(agreement: Agreement) -> tuple[Rule, ...]:
    """The rules by which an agreement is in force: term, parties, signatures, basis, retention."""
    return tuple(
        partial(rule, agreement)
        for rule in (_term, _not_terminated, _parties, _signed, basis_holds, _retention)
    )


def relied_on(
    agreements: Iterable[Agreement], actor: Actor, purpose: Purpose | None = None
) -> tuple[Rule, ...]:
    """Every agreement behind a use in force, the actor its recipient, the purpose in each."""
    all_of_them = tuple(agreements)
    rules: list[Rule] = [] if all_of_them else [_no_agreement]
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


def _term(agreement: Agreement, on: date) -> Iterator[Reason]:
    named = ("agreement", agreement.reference)
    starts = ("starts", agreement.starts.isoformat())
    begun = Outcome.ALLOW if agreement.starts <= on else Outcome.DENY
    yield Reason(cards.STARTED, begun, (named, starts, ("on", on.isoformat())))
    if agreement.ends is None:
        yield Reason(cards.NO_END, Outcome.DENY, (named,))
        return
    running = Outcome.ALLOW if on <= agreement.ends else Outcome.DENY
    open_end = agreement.ends == UNTIL_TERMINATED
    last = "its termination" if open_end else agreement.ends.isoformat()
    yield Reason(cards.ENDED, running, (named, ("ends", last)))


def _not_terminated(agreement: Agreement, on: date) -> Iterator[Reason]:
    if agreement.terminated_on is not None and agreement.terminated_on <= on:
        when = ("terminated", agreement.terminated_on.isoformat())
        yield Reason(cards.TERMINATED, Outcome.DENY, (("agreement", agreement.reference), when))


def _parties(agreement: Agreement, on: date) -> Iterator[Reason]:
    named = ("agreement", agreement.reference)
    if not agreement.organizations(PartyRole.PROVIDER):
        yield Reason(cards.PARTIES, Outcome.DENY, (named, ("role", "provider")))
    if not agreement.organizations(*RECIPIENTS):
        yield Reason(cards.PARTIES, Outcome.DENY, (named, ("role", "recipient")))


def _signed(agreement: Agreement, on: date) -> Iterator[Reason]:
    named = ("agreement", agreement.reference)
    lacking = [
        party
        for party in agreement.parties
        if not party.signed_by or party.signed_on is None or party.signed_on > on
    ]
    for party in lacking:
        facts = (named, ("party", party.name), ("role", party.role.value), ("on", on.isoformat()))
        yield Reason(cards.SIGNED, Outcome.DENY, facts)
    if not lacking:
        yield Reason(cards.SIGNED, Outcome.ALLOW, (named,))


def _retention(agreement: Agreement, on: date) -> Iterator[Reason]:
    days = agreement.retention.period_days
    effect = Outcome.DENY if days is None else Outcome.ALLOW
    facts = (("agreement", agreement.reference), ("days", days or 0))
    yield Reason(cards.RETENTION, effect, facts, where=agreement.retention.clause)


def _recipient(agreement: Agreement, actor: Actor, on: date) -> Iterator[Reason]:
    recipients = agreement.organizations(*RECIPIENTS)
    mine = actor.organizations(on) & recipients
    facts = (("agreement", agreement.reference), ("recipients", ", ".join(sorted(recipients))))
    yield Reason(ferpa.RECIPIENT, Outcome.ALLOW if mine else Outcome.DENY, facts)


def _purpose(agreement: Agreement, purpose: Purpose, on: date) -> Iterator[Reason]:
    allowed = ", ".join(sorted(agreement.purposes)) or "none"
    facts = (("agreement", agreement.reference), ("purpose", purpose), ("allowed", allowed))
    effect = Outcome.ALLOW if purpose in agreement.purposes else Outcome.DENY
    yield Reason(cards.PURPOSE, effect, facts)
