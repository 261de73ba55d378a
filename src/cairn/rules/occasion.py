"""Bases for one occasion: an emergency, a transfer, an order. What happened opens whose records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from cairn.rules.cards import exceptions
from cairn.rules.cards import use as cards
from cairn.rules.circumstance import Emergency, Notice, Order, Transfer
from cairn.rules.decision import Reason
from cairn.rules.facts import Facts
from cairn.rules.people import Occasion
from cairn.rules.use import UseRequest
from cairn.rules.vocabulary import Action, LegalBasis, Outcome

MOST: Final = 25
"""How many children one emergency may concern before a person has to answer for it: a guard of
this software against bulk exchange that calls itself an emergency."""


def of_children(facts: Facts, request: UseRequest, on: date) -> Mapping[str, frozenset[Occasion]]:
    """For each child what happened that opens its records to the receiver on a day."""
    found: dict[str, set[Occasion]] = defaultdict(set)
    receiver = request.receiver
    if request.action is Action.EMERGENCY:
        for emergency in relied_on(concerning(facts, request), request, on):
            for child in emergency.people:
                found[child].add((LegalBasis.EMERGENCY, emergency.organization))
    for transfer in facts.transfers:
        if transfer.receiver == receiver and _told_of_transfer(transfer, facts.notices, on):
            found[transfer.person].add((LegalBasis.TRANSFER, transfer.sender))
    for order in facts.orders:
        if order.recipient == receiver and _told_of_order(order, on):
            for child in order.people:
                found[child].add((LegalBasis.SUBPOENA, order.organization))
    return {child: frozenset(occasions) for child, occasions in found.items()}


def _told_of_transfer(transfer: Transfer, notices: Iterable[Notice], on: date) -> bool:
    """The family was told, or the annual notice says that records follow (99.34(a)(1))."""
    told = transfer.notified_on is not None and transfer.notified_on <= on
    by_notice = any(
        n.organization == transfer.sender and n.forwarding and n.published_on <= on for n in notices
    )
    return told or by_notice


def _told_of_order(order: Order, on: date) -> bool:
    """Issued, and the family was told before, or the order forbids it (99.31(a)(9)(ii))."""
    told = order.notified_on is not None and order.notified_on <= on
    return order.issued_on <= on and (told or bool(order.sealed.strip()))


def concerning(facts: Facts, request: UseRequest) -> tuple[Emergency, ...]:
    """The emergencies on record that name the receiver as one that has to know."""
    return tuple(e for e in facts.emergencies if request.receiver in e.recipients)


def emergency(
    emergencies: tuple[Emergency, ...], request: UseRequest, on: date
) -> Iterator[Reason]:
    """Whether one emergency is in words, determined by an official, and not over (99.36)."""
    organization = ("organization", request.receiver)
    told = [tuple(_determined(one, request, on)) for one in emergencies]
    if not told:
        yield Reason(cards.EMERGENCY, Outcome.DENY, (organization,))
        return
    yield Reason(cards.EMERGENCY, Outcome.ALLOW, (organization,))
    yield from min(told, key=_worst)


def relied_on(
    emergencies: tuple[Emergency, ...], request: UseRequest, on: date
) -> tuple[Emergency, ...]:
    """Those whose children may be opened: each of which nothing refuses and nothing is open; else
    the one that `emergency` asks a person about. One that is over, or that nobody determined,
    opens nobody's records beside another that holds."""
    worst = {one.id: _worst(tuple(_determined(one, request, on))) for one in emergencies}
    if clear := tuple(one for one in emergencies if not worst[one.id]):
        return clear
    nearest = min(emergencies, key=lambda one: worst[one.id], default=None)
    return (nearest,) if nearest is not None and worst[nearest.id] == 1 else ()


def _determined(one: Emergency, request: UseRequest, on: date) -> Iterator[Reason]:
    official, day = one.determined_by.strip(), one.determined_on
    facts = (("official", official or "(nobody)"), ("determined", str(day)))
    if not one.threat.strip():
        yield Reason(exceptions.THREAT, Outcome.DENY, facts)
    if not official or day is None or day > on:
        yield Reason(exceptions.A_PERSON_DECIDES, Outcome.NEEDS_PERSON, (*facts, ("about", one.id)))
        return
    yield Reason(exceptions.THREAT, Outcome.ALLOW, facts)
    over = one.ends is None or on > one.ends
    effect = Outcome.DENY if over else Outcome.ALLOW
    yield Reason(exceptions.TIME_BOX, effect, (("determined", str(day)), ("ends", str(one.ends))))
    n = len(set(request.people))
    many = Outcome.NEEDS_PERSON if n > MOST else Outcome.ALLOW
    yield Reason(exceptions.STANDING, many, (("n", n), ("most", MOST), ("about", one.id)))


def _worst(reasons: tuple[Reason, ...]) -> int:
    """How far an emergency is from allowing: nothing open, a person to ask, a refusal."""
    effects = {r.effect for r in reasons}
    return (Outcome.DENY in effects) * 2 + (Outcome.NEEDS_PERSON in effects)
