"""Whether a written agreement stands: its term, signatures and basis, and what it rests on."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial

from cairn.rules.agreement import UNTIL_TERMINATED, Agreement
from cairn.rules.basis import basis_holds
from cairn.rules.cards import agreement as cards
from cairn.rules.cards import standing
from cairn.rules.chain import references
from cairn.rules.decide import Rule
from cairn.rules.decision import Reason
from cairn.rules.lint import beyond_rules
from cairn.rules.pilot import world_above
from cairn.rules.signature import signed
from cairn.rules.vocabulary import RECIPIENTS, AgreementState, LegalBasis, Outcome, PartyRole, Tier

# A terminated agreement runs through its notice: the day it ends on decides, not its state.
_STANDING_STATES = frozenset({AgreementState.SIGNED, AgreementState.TERMINATED})


def stands(agreement: Agreement, below: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """The rules by which an agreement is in force: state, term, parties, signatures, basis,
    retention, every agreement that it rests on, and no finding of law left open.

    ``below`` are the references that led here, so that a circle is told as one.
    """
    rules: tuple[Callable[[Agreement, date], Iterable[Reason]], ...] = (
        _state,
        _term,
        _not_terminated,
        _parties,
        signed,
        basis_holds,
        _retention,
        _nothing_open,
        world_above,
    )
    return (
        *(partial(rule, agreement) for rule in rules),
        partial(_rests, agreement, (*below, agreement.reference)),
    )


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


def _state(agreement: Agreement, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if agreement.state in _STANDING_STATES else Outcome.DENY
    state = agreement.state.value.replace("_", " ")
    yield Reason(
        standing.SIGNED_STATE, effect, (("agreement", agreement.reference), ("state", state))
    )


def _parties(agreement: Agreement, on: date) -> Iterator[Reason]:
    """There is somebody who provides and somebody who receives: of a joinder, in the whole."""
    named = ("agreement", agreement.reference)
    whole = (agreement, *(a for a in agreement.above if a.reference == agreement.joins))
    for role, any_of in (("provider", (PartyRole.PROVIDER,)), ("recipient", RECIPIENTS)):
        if not any(a.organizations(*any_of) for a in whole):
            yield Reason(cards.PARTIES, Outcome.DENY, (named, ("role", role)))


def _retention(agreement: Agreement, on: date) -> Iterator[Reason]:
    """What discloses nothing, and a joinder to what says it, need no period of their own."""
    if agreement.basis is LegalBasis.NO_DISCLOSURE or agreement.tier is Tier.JOINDER:
        return
    days = agreement.retention.period_days
    effect = Outcome.DENY if days is None else Outcome.ALLOW
    facts = (("agreement", agreement.reference), ("days", days or 0))
    yield Reason(cards.RETENTION, effect, facts, where=agreement.retention.clause)


def _rests(agreement: Agreement, path: tuple[str, ...], on: date) -> Iterator[Reason]:
    """Each agreement that this one rests on is on record, in force, and not itself."""
    named = ("agreement", agreement.reference)
    above = {a.reference: a for a in agreement.above}
    for name in references(agreement):
        if name in path:
            way = " → ".join((*path[path.index(name) :], name))
            yield Reason(standing.CIRCLE, Outcome.DENY, (named, ("circle", way)))
        elif name not in above:
            yield Reason(standing.REST_UNKNOWN, Outcome.DENY, (named, ("other", name)))
        elif name == agreement.amends:
            yield from _amends(agreement, above[name])
        else:
            yield _rests_on(agreement, above[name], path, on)


def _rests_on(agreement: Agreement, other: Agreement, path: tuple[str, ...], on: date) -> Reason:
    told = [r for rule in stands(other, path) for r in rule(on)]
    lacks = [r.message for r in told if r.effect is not Outcome.ALLOW]
    facts = (
        ("agreement", agreement.reference),
        ("other", other.reference),
        ("on", on.isoformat()),
        ("why", " ".join(lacks)),
    )
    return Reason(standing.REST_STANDS, Outcome.DENY if lacks else Outcome.ALLOW, facts)


def _amends(agreement: Agreement, other: Agreement) -> Iterator[Reason]:
    """The amended text need not run any longer, but it did when the amendment began."""
    last = min(other.ends or date.min, other.terminated_on or date.max)
    if last < agreement.starts:
        facts = (
            ("agreement", agreement.reference),
            ("other", other.reference),
            ("starts", agreement.starts.isoformat()),
            ("ended", "a day that it does not say" if other.ends is None else last.isoformat()),
        )
        yield Reason(standing.AMENDED_TOO_LATE, Outcome.DENY, facts)


def _nothing_open(agreement: Agreement, on: date) -> Iterator[Reason]:
    """No finding of law is open that the other rules do not tell themselves.

    Only the counsel of an organization whose data these are can accept one, and only the findings
    themselves: a criterion of the basis is met by its clause, not by anyone's word.
    """
    owners = agreement.organizations(PartyRole.PROVIDER)
    words = {
        o.finding: o
        for o in agreement.overrides
        if o.organization in owners and o.by.strip() and o.reason.strip() and o.on <= on
    }
    for finding in beyond_rules(agreement, on):
        named = (("agreement", agreement.reference), ("finding", finding.key))
        if word := words.get(finding.key):
            told = (*named, ("by", word.by), ("on", word.on.isoformat()), ("reason", word.reason))
            yield Reason(standing.OVERRIDDEN, Outcome.ALLOW, told)
        else:
            told = (
                *named,
                ("citation", finding.citation),
                ("message", finding.message),
                ("instead", finding.instead),
            )
            yield Reason(standing.FINDING, Outcome.DENY, told)
