"""Class packs weighed: what each law says of one element under one agreement."""

from collections.abc import Iterable, Iterator
from typing import Final

from cairn.rules.agreement import Agreement
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Obligation, Reason
from cairn.rules.packs import benefits, health, schooling
from cairn.rules.packs.pack import ClassPack, authority_key, condition_key
from cairn.rules.packs.surroundings import Surroundings
from cairn.rules.vocabulary import (
    FERPA_AGENCIES,
    Action,
    LegalBasis,
    Level,
    Outcome,
    SpecialClass,
)

_BY_CONSENT: Final = frozenset({LegalBasis.CONSENT})
PACKS: Final = (*schooling.PACKS, *health.PACKS, *benefits.PACKS)

# Actions by which somebody sees records of single people, or gets them.
_SHOWS_ROWS: Final = frozenset(
    {Action.VIEW, Action.LIST, Action.EXPORT, Action.DELIVER, Action.REFER, Action.EMERGENCY}
)


def of_element(
    agreement: Agreement,
    element: str,
    classes: frozenset[SpecialClass],
    around: Surroundings,
    packs: Iterable[ClassPack] = PACKS,
) -> Iterator[Reason]:
    """What every pack says that is about one of the element's special classes."""
    for pack in packs:
        if pack.special in classes:
            yield _carried(pack, agreement, element)
            yield from _purpose(pack, agreement, element, around)
            yield from _seen(pack, element, around)


def obligations(
    classes: Iterable[SpecialClass], packs: Iterable[ClassPack] = PACKS
) -> Iterator[Obligation]:
    """What the packs of these classes oblige to, each once."""
    named = frozenset(classes)
    due = {card.id: card for p in packs if p.special in named for card in p.obligations}
    for card in due.values():
        yield Obligation(card.id, card.steward, card.citation)


def _carried(pack: ClassPack, agreement: Agreement, element: str) -> Reason:
    """Carried by its basis, or by an authority that meets one of the law's own conditions."""
    said = agreement.criteria.get(authority_key(pack.special), "").strip()
    condition = agreement.criteria.get(condition_key(pack.special), "").strip()
    by_authority = bool(said) and (condition in pack.codes or not pack.conditions)
    carried = agreement.basis in pack.carried_by
    met = agreement.basis not in pack.never and (carried or by_authority)
    basis = agreement.basis.value.replace("_", " ")
    told = said if by_authority else f"carried by {basis}"
    return _reason(
        pack.card,
        agreement,
        met=met,
        element=element,
        basis=basis,
        key=authority_key(pack.special),
        conditions=_conditions(pack),
        said=told,
    )


def _conditions(pack: ClassPack) -> str:
    codes = ", ".join(condition.code for condition in pack.conditions)
    return f" and, under {condition_key(pack.special)}, one of {codes}" if codes else ""


def _purpose(
    pack: ClassPack, agreement: Agreement, element: str, around: Surroundings
) -> Iterator[Reason]:
    """A purpose that the law does not let the basis carry to an agency that is no school, unless
    an authority of its own does."""
    card = pack.not_for.get(around.purpose) if around.purpose else None
    if around.receiver is not None and around.receiver.kind in FERPA_AGENCIES:
        return
    own = agreement.criteria.get(authority_key(pack.special), "").strip()
    if card is None or own or agreement.basis not in pack.carried_by - _BY_CONSENT:
        return
    basis = agreement.basis.value.replace("_", " ")
    key, conditions = authority_key(pack.special), _conditions(pack)
    yield _reason(
        card, agreement, met=False, element=element, basis=basis, key=key, conditions=conditions
    )


def _seen(pack: ClassPack, element: str, around: Surroundings) -> Iterator[Reason]:
    """Whether the one who would see single people's records is of a kind that may."""
    single = around.level is Level.INDIVIDUAL and around.action in _SHOWS_ROWS
    if pack.seen_card is None or not single:
        return
    kind = around.receiver.kind if around.receiver else None
    slug = around.receiver.slug if around.receiver else "an unknown organization"
    if kind not in pack.seen_by:
        facts = (("element", element), ("organization", slug))
        yield Reason(pack.seen_card, Outcome.DENY, facts)


def _reason(card: RuleCard, agreement: Agreement, *, met: bool, **facts: str) -> Reason:
    effect = Outcome.ALLOW if met else Outcome.DENY
    told = (("agreement", agreement.reference), *sorted(facts.items()))
    return Reason(card, effect, told, where=agreement.basis_clause)
