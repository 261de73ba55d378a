"""Rows about children: under written consent child by child, and without what is kept back.

A door over many rows asks this beside everything else: an agreement that rests on written consent
opens the rows of those children alone whose consent covers element, purpose and party on the day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.cards import consent as cards
from cairn.rules.cards import use
from cairn.rules.child import Terms, Way, each_child
from cairn.rules.decide import ElementRule, Rule
from cairn.rules.decision import PEOPLE, PeopleAnswer, Reason
from cairn.rules.facts import by_id
from cairn.rules.people import PersonFact
from cairn.rules.policy import CONSERVATIVE
from cairn.rules.saying import NOTHING_SAID, Said, of_children, shut, unsaid
from cairn.rules.vocabulary import RECIPIENTS, LegalBasis, Outcome, PartyRole, Purpose

NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class RowsFact:
    """The children whom the rows under one agreement name, as they are on record on a day.

    Each ``id`` names the child as its own organization knows it, so that the consent of each
    provider's family is judged for that provider's rows. ``said`` is which schools have said of
    all their children what no single child's record says.
    """

    agreement: str
    children: tuple[PersonFact, ...]
    said: Said = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class Door:
    """What a step over rows is for: who would have them, and for which purposes. Where several
    are possible still, one that a consent covers is enough: the next door asks again.

    ``uses`` is whether the data are used by it, so that nations must have approved: ``nations`` are
    those that have.
    """

    purposes: frozenset[Purpose]
    receivers: frozenset[str]
    uses: bool
    nations: frozenset[str] = NOTHING


def arriving(agreement: Agreement) -> Door:
    """Rows come in, for whatever the agreement is for."""
    return Door(agreement.purposes, agreement.organizations(*RECIPIENTS), uses=False)


def inside(
    agreement: Agreement,
    actor: Actor,
    on: date,
    purpose: Purpose | None = None,
    nations: frozenset[str] = NOTHING,
) -> Door:
    """Rows are worked with by whom the actor acts for; for one purpose, once there is one."""
    mine = agreement.organizations(*RECIPIENTS) & actor.organizations(on)
    purposes = agreement.purposes if purpose is None else frozenset({purpose})
    return Door(purposes, mine, uses=purpose is not None, nations=nations)


def about_children(elements: Iterable[str]) -> bool:
    """Whether some of these elements are of records about children."""
    return bool(of_children(elements))


def consents_known(agreements: Iterable[Agreement], rows: Iterable[RowsFact] | None) -> Rule:
    """Under written consent it is known whose rows they are; ``None``: nobody looked."""
    return partial(_known, tuple(agreements), frozenset(r.agreement for r in rows or ()))


def what_is_said(
    agreement: Agreement, organization: str, rows: Iterable[RowsFact] | None
) -> ElementRule:
    """Of each element that an organization sends, whether it has said if it keeps it back."""
    mine = (r.said for r in rows or () if r.agreement == agreement.reference)
    return unsaid(agreement, organization, next(mine, NOTHING_SAID))


def somebody_named(agreement: Agreement, rows: Iterable[RowsFact] | None) -> Rule:
    """What comes under written consent names a child: nobody has consented for a nameless row."""
    return partial(_somebody, agreement, frozenset(c.id for r in rows or () for c in r.children))


def rows_of(
    doors: Mapping[str, Door],
    agreements: Iterable[Agreement],
    rows: Iterable[RowsFact] | None,
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """Which children's rows may be in, with which elements, under each agreement on consent.

    ``doors`` by the reference of the agreement. Of every other agreement all rows are in, without
    what a school keeps back for a child or has not said that it does not, and without a nation's
    children where they are used.
    """
    by_agreement = {r.agreement: r for r in rows or ()}
    found = _Rows()
    for agreement in agreements:
        told = by_agreement.get(agreement.reference, RowsFact(agreement.reference, ()))
        asked = elements & agreement.elements
        door = doors[agreement.reference]
        if agreement.basis is LegalBasis.CONSENT:
            found.by_consent(door, agreement, told, asked, on)
        else:
            found.by_exception(door, agreement, told, asked)
    return found.answer()


class _Rows:
    """What is found under one agreement after another."""

    def __init__(self) -> None:
        self._rows: dict[str, Mapping[str, frozenset[str]]] = {}
        self._kept_back: dict[str, frozenset[str]] = {}
        self._shut: dict[str, Mapping[str, frozenset[str]]] = {}
        self._reasons: list[Reason] = []
        self._some: list[bool] = []
        self._left_out = False

    def by_consent(
        self, door: Door, agreement: Agreement, told: RowsFact, asked: frozenset[str], on: date
    ) -> None:
        mine, reasons = _consented(door, agreement, told.children, asked, on)
        self._rows[agreement.reference] = MappingProxyType(mine)
        self._reasons += reasons
        self._left_out |= any(some != asked for some in mine.values())
        self._some.append(any(mine.values()))

    def by_exception(
        self, door: Door, agreement: Agreement, told: RowsFact, asked: frozenset[str]
    ) -> None:
        back, reasons = _kept_back(door, told.children, asked)
        closed, unsaid = shut(agreement, told.said, asked, uses=door.uses)
        self._kept_back |= back
        if closed:
            self._shut[agreement.reference] = closed
        self._reasons += (*reasons, *unsaid)
        self._left_out |= bool(back or closed)
        providers = agreement.organizations(PartyRole.PROVIDER)
        everything = of_children(asked)
        self._some.append(not everything or any(closed.get(one) != everything for one in providers))

    def answer(self) -> PeopleAnswer:
        return PeopleAnswer(
            rows=self._rows,
            kept_back=self._kept_back,
            shut=self._shut,
            left_out=self._left_out,
            nothing=bool(self._some) and not any(self._some),
            reasons=tuple(self._reasons),
        )


def both(first: PeopleAnswer, second: PeopleAnswer) -> PeopleAnswer:
    """Those whom either leaves out, and the rows of ``second``."""
    outcomes = dict(sorted({**first.outcomes, **second.outcomes}.items()))
    return replace(second, outcomes=outcomes, reasons=(*first.reasons, *second.reasons))


def _known(agreements: tuple[Agreement, ...], looked: frozenset[str], on: date) -> Iterator[Reason]:
    for agreement in agreements:
        if agreement.basis is LegalBasis.CONSENT:
            met = agreement.reference in looked
            facts = (("agreement", agreement.reference),)
            effect = Outcome.ALLOW if met else Outcome.DENY
            yield Reason(cards.CONSENT, effect, facts, where=agreement.basis_clause)


def _somebody(agreement: Agreement, children: frozenset[str], on: date) -> Iterator[Reason]:
    if agreement.basis is LegalBasis.CONSENT and not children:
        facts = (("agreement", agreement.reference),)
        yield Reason(cards.CONSENT, Outcome.DENY, facts, where=agreement.basis_clause)


def _consented(
    door: Door,
    agreement: Agreement,
    children: tuple[PersonFact, ...],
    elements: frozenset[str],
    on: date,
) -> tuple[dict[str, frozenset[str]], list[Reason]]:
    """Each child's elements under one agreement, and why some lack."""
    found: dict[str, frozenset[str]] = {child.id: NOTHING for child in children}
    told: tuple[Reason, ...] = ()
    for terms in _terms(door, agreement, children, elements):
        answer = each_child(found, by_id(children), terms, elements, on)
        told = told or answer.reasons
        for child, outcome in answer.outcomes.items():
            if outcome is Outcome.ALLOW:
                found[child] |= elements
            elif outcome is Outcome.ALLOW_SUBSET:
                found[child] |= answer.partly[child]
    lacking = frozenset(child for child, some in found.items() if some != elements)
    return found, list(_about(told, lacking))


def _terms(
    door: Door,
    agreement: Agreement,
    children: tuple[PersonFact, ...],
    elements: frozenset[str],
) -> Iterator[Terms]:
    """What is asked of each child, for each purpose and receiver that the door could be for."""
    kinds = {party.organization: party.kind for party in agreement.parties}
    owners = agreement.organizations(PartyRole.PROVIDER)
    way = Way(agreement.reference, agreement.basis, owners)
    nations = door.nations if door.uses else _nations(children)
    for receiver in sorted(door.receivers):
        for purpose in sorted(door.purposes):
            yield Terms(
                ways=dict.fromkeys(elements, (way,)),
                receiver=receiver,
                kind=kinds[receiver],
                purpose=purpose,
                caseload=False,
                policy=CONSERVATIVE,
                nations=nations,
            )


def _nations(children: Iterable[PersonFact]) -> frozenset[str]:
    return NOTHING.union(*(child.nations or () for child in children))


def _about(told: Iterable[Reason], lacking: frozenset[str]) -> Iterator[Reason]:
    """The reasons against, of those children whom nothing else let in."""
    for reason in told:
        people = tuple(one for one in reason.people if one in lacking)
        if people and reason.effect is not Outcome.ALLOW:
            rest = tuple(fact for fact in reason.facts if fact[0] != "n")
            yield replace(reason, people=people, facts=(("n", len(people)), *rest))


def _kept_back(
    door: Door, children: tuple[PersonFact, ...], elements: frozenset[str]
) -> tuple[dict[str, frozenset[str]], list[Reason]]:
    """What stays out for single children where everybody else's rows are in."""
    back: dict[str, frozenset[str]] = {}
    reasons: list[Reason] = []
    for element in sorted(elements):
        whose = tuple(sorted(c.id for c in children if element in (c.withheld or ())))
        back |= {child: back.get(child, NOTHING) | {element} for child in whose}
        if whose:
            facts = (("n", len(whose)), ("element", element))
            reasons.append(Reason(use.KEPT_BACK, Outcome.DENY, facts, about=PEOPLE, people=whose))
    waiting = (c for c in children if door.uses and not (c.nations or NOTHING) <= door.nations)
    members = tuple(sorted(c.id for c in waiting))
    if members:
        back |= dict.fromkeys(members, elements)
        n = (("n", len(members)),)
        reasons.append(Reason(use.NATION, Outcome.DENY, n, about=PEOPLE, people=members))
    return back, reasons
