"""What a partner sends: whether it may come in, element by element, and what then must be done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from types import MappingProxyType

from cairn.rules import packs, pilot
from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import lineage
from cairn.rules.cards import agreement as cards
from cairn.rules.cards import disclosed, redisclosure
from cairn.rules.citations import RuleCard
from cairn.rules.decide import ElementRule, Request, Rule, decide
from cairn.rules.decision import Decision, Obligation, Reason
from cairn.rules.duty import DutyFact, nothing_overdue
from cairn.rules.element import covered, some_element, special_classes
from cairn.rules.listing import file_names, in_file, listing
from cairn.rules.owed import nobody_measured
from cairn.rules.packs import Surroundings
from cairn.rules.question import question
from cairn.rules.retention import destroy_by
from cairn.rules.rows import (
    RowsFact,
    about_children,
    arriving,
    consents_known,
    rows_of,
    somebody_named,
    what_is_said,
)
from cairn.rules.standing import stands
from cairn.rules.terms import DataTerm
from cairn.rules.vocabulary import Action, Channel, Outcome, PartyRole, SpecialClass


@dataclass(frozen=True, slots=True)
class DeliveryFact:
    """One delivery: from whom, under which agreement, which feed and period, which elements.

    ``classes`` are the special classes that the sender's data dictionary gives to an element,
    beside those that the law's own list knows. ``file`` is the file's name, ``brought_by`` the
    e-mail address of whoever brought it; what is not known is neither named nor a contact.
    ``synthetic`` says how invented data were made; empty, the data are about real children.
    """

    organization: str
    agreement_reference: str
    feed: str
    period: str
    channel: Channel
    elements: frozenset[str]
    classes: Mapping[str, frozenset[SpecialClass]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    file: str = ""
    brought_by: str = ""
    synthetic: str = ""


@question
def may_receive(
    delivery: DeliveryFact,
    agreement: Agreement,
    actor: Actor,
    on: date,
    *,
    overdue: Iterable[DutyFact] | None,
    rows: Iterable[RowsFact] | None = None,
) -> Decision:
    """Whether a delivery may be received; the permit names the elements that are covered.

    ``overdue`` is what the recipient should have destroyed by now; ``None`` where nobody looked,
    which denies. ``rows`` are the children whom its rows name, which an agreement that rests on
    written consent cannot do without, and what their school has said of all of them: what it may
    keep back is not written before.
    """
    late = None if overdue is None else tuple(overdue)
    at_the_door = _Beside(
        facts=(late,),
        rules=(nothing_overdue(late),),
        of_elements=(what_is_said(agreement, delivery.organization, rows),),
    )
    return _about(Action.RECEIVE, delivery, agreement, actor, on, rows, at_the_door)


@question
def may_conform(
    delivery: DeliveryFact,
    agreement: Agreement,
    actor: Actor,
    on: date,
    *,
    rows: Iterable[RowsFact] | None = None,
) -> Decision:
    """Whether what was landed may be typed and checked; asked again, for the day it is done, of
    each child too. What the school no longer says is set aside: it was written when it did."""
    return _about(Action.CONFORM, delivery, agreement, actor, on, rows, _Beside())


@question
def may_view_delivery(organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may see what an organization sent: the report, never the rows."""
    return may_open(Action.VIEW_DELIVERY, actor, organization=organization, on=on)


@question
def may_change_mapping(organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may say which of an organization's columns is which element."""
    return may_open(Action.CHANGE_MAPPING, actor, organization=organization, on=on)


@question
def may_withdraw_delivery(organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may take a delivery out of use, or put it back."""
    return may_open(Action.WITHDRAW_DELIVERY, actor, organization=organization, on=on)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What one door asks beside what both ask: of the whole, of each element, and by which
    facts."""

    facts: tuple[object, ...] = ()
    rules: tuple[Rule, ...] = ()
    of_elements: tuple[ElementRule, ...] = ()


def _about(
    action: Action,
    delivery: DeliveryFact,
    agreement: Agreement,
    actor: Actor,
    on: date,
    rows: Iterable[RowsFact] | None,
    beside: _Beside,
) -> Decision:
    sent: tuple[Rule, ...] = (
        partial(_same_agreement, delivery, agreement),
        pilot.arriving(agreement, delivery.synthetic),
        partial(_provider, delivery, agreement),
        partial(_channel, delivery, agreement),
        partial(_contact, delivery, agreement),
        partial(_file, delivery, agreement),
        some_element(delivery.elements),
    )
    people = None
    if about_children(delivery.elements):
        sent += (consents_known((agreement,), rows), somebody_named(agreement, rows))
        people = partial(rows_of, {agreement.reference: arriving(agreement)}, (agreement,), rows)
    request = Request(
        action=action,
        actor=actor,
        facts=(delivery, agreement, *beside.facts, *(rows or ())),
        who=who(action, actor, frozenset({delivery.organization})),
        authority=stands(agreement) + sent + beside.rules,
        elements=delivery.elements,
        element_rules=(
            *covered((agreement,), _around(delivery)),
            partial(_listed, delivery, agreement),
            *beside.of_elements,
        ),
        people=people,
        obligations=partial(_obligations, delivery, agreement),
        lineage=lineage((agreement,)),
    )
    return decide(request, on)


def _around(delivery: DeliveryFact) -> Surroundings:
    return Surroundings(classes=delivery.classes)


def _same_agreement(delivery: DeliveryFact, agreement: Agreement, on: date) -> Iterator[Reason]:
    if delivery.agreement_reference != agreement.reference:
        named = ("named", delivery.agreement_reference)
        facts = (("agreement", agreement.reference), named)
        yield Reason(cards.WRONG_AGREEMENT, Outcome.DENY, facts)


def _provider(delivery: DeliveryFact, agreement: Agreement, on: date) -> Iterator[Reason]:
    provides = delivery.organization in agreement.organizations(PartyRole.PROVIDER)
    facts = (("agreement", agreement.reference), ("sender", delivery.organization))
    yield Reason(cards.SENDER, Outcome.ALLOW if provides else Outcome.DENY, facts)


def _channel(delivery: DeliveryFact, agreement: Agreement, on: date) -> Iterator[Reason]:
    agreed = delivery.channel in agreement.delivery.channels
    facts = (
        ("agreement", agreement.reference),
        ("channel", delivery.channel.value),
        ("allowed", " or ".join(sorted(agreement.delivery.channels)) or "no way at all"),
    )
    effect = Outcome.ALLOW if agreed else Outcome.DENY
    yield Reason(cards.CHANNEL, effect, facts, where=agreement.delivery.clause)


def _contact(delivery: DeliveryFact, agreement: Agreement, on: date) -> Iterator[Reason]:
    """Whoever brings it is one of those who send or receive, where the agreement names them."""
    terms = agreement.delivery
    people = (*terms.contacts, *terms.receivers)
    if people:
        met = delivery.brought_by.casefold() in {email.casefold() for _name, email in people}
        named = ", ".join(name for name, _email in people)
        facts = (("agreement", agreement.reference), ("named", named))
        yield _reason(cards.CONTACT, facts, terms.clause, met=met)


def _file(delivery: DeliveryFact, agreement: Agreement, on: date) -> Iterator[Reason]:
    """Some term about what it holds lets it be in a file of this name."""
    terms = _terms(delivery, agreement)
    if any(term.file_names for term in terms):
        met = any(in_file(term, delivery.file) for term in terms)
        yield _reason(cards.FILE_NAME, _named(delivery, agreement, terms), terms[0].clause, met=met)


def _listed(
    delivery: DeliveryFact, agreement: Agreement, element: str, on: date
) -> Iterator[Reason]:
    """One element: listed for this sender, and for a file of this name."""
    about = ("element", element)
    whose = tuple(listing(agreement, element))
    mine = tuple(listing(agreement, element, delivery.organization))
    if whose and not mine:
        owners = ", ".join(sorted({term.provider for term in whose}))
        named = (("agreement", agreement.reference), about, ("owners", owners))
        facts = (*named, ("sender", delivery.organization))
        yield _reason(cards.OTHER_PROVIDER, facts, whose[0].clause, met=False)
    elif any(term.file_names for term in mine):
        met = any(in_file(term, delivery.file) for term in mine)
        named_files = (*_named(delivery, agreement, mine), about)
        yield _reason(cards.FILE_OF_ELEMENT, named_files, mine[0].clause, met=met)


def _terms(delivery: DeliveryFact, agreement: Agreement) -> tuple[DataTerm, ...]:
    """The sender's terms that list some element of the delivery."""
    found = (listing(agreement, e, delivery.organization) for e in sorted(delivery.elements))
    return tuple(dict.fromkeys(term for terms in found for term in terms))


def _named(
    delivery: DeliveryFact, agreement: Agreement, terms: Iterable[DataTerm]
) -> tuple[tuple[str, str], ...]:
    file = delivery.file or "(no name)"
    return (("agreement", agreement.reference), ("named", file_names(terms)), ("file", file))


def _reason(card: RuleCard, facts: tuple[tuple[str, str], ...], where: str, *, met: bool) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, facts, where=where)


def _obligations(delivery: DeliveryFact, agreement: Agreement, on: date) -> Iterator[Obligation]:
    yield _to_do(disclosed.RECORD)
    yield _to_do(redisclosure.REDISCLOSURE_NOTICE)
    around = _around(delivery)
    classes = (kind for e in delivery.elements for kind in special_classes(e, around))
    yield from packs.obligations(classes, around, on)
    if about_children(delivery.elements):
        yield from nobody_measured(agreement)
    clause = agreement.retention.clause or agreement.reference
    due = destroy_by(agreement, on)
    yield Obligation("DESTROY", "Destroy the delivery and every copy of it.", clause, due)


def _to_do(card: RuleCard) -> Obligation:
    return Obligation(card.id, card.steward, card.citation)
