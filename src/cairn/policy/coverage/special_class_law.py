"""Check what the law of each special class says of one element under one agreement."""

from collections.abc import Iterable, Iterator
from typing import Final

from cairn.policy.engine import Obligation, Reason
from cairn.policy.facts import AgreementFact, DisclosureContext
from cairn.policy.law import (
    CLASS_PACKS,
    ClassPack,
    RuleCard,
    format_authority_key,
    format_condition_key,
)
from cairn.policy.vocabulary import (
    FERPA_AGENCY_KINDS,
    Action,
    LegalBasis,
    Level,
    SpecialClass,
)

__all__ = ["list_special_class_obligations"]

_CONSENT_BASIS: Final = frozenset({LegalBasis.CONSENT})

# Actions that show or hand over records of individuals.
_ROW_ACTIONS: Final = frozenset(
    {Action.VIEW, Action.LIST, Action.EXPORT, Action.DELIVER, Action.REFER, Action.EMERGENCY}
)


CLASS_LAW_CARDS: Final = tuple(
    card
    for pack in CLASS_PACKS
    for card in (pack.card, *pack.not_for.values(), pack.seen_card)
    if card is not None
)
"""Cards of the reasons that the law packs of special classes give."""


def list_class_law_reasons(
    agreement: AgreementFact,
    element: str,
    classes: frozenset[SpecialClass],
    context: DisclosureContext,
    packs: Iterable[ClassPack] = CLASS_PACKS,
) -> Iterator[Reason]:
    """List what the law pack of each special class says of one element.

    Args:
        agreement: agreement that lists the element.
        element: ``record.field``.
        classes: special classes of the element.
        context: disclosure that the agreement is part of.
        packs: law packs to apply.
    Returns:
        One reason per rule of a matching pack.
    """
    for pack in packs:
        if pack.special in classes:
            yield _check_carried(pack, agreement, element)
            yield from _check_class_purpose(pack, agreement, element, context)
            yield from _check_receiver_kind(pack, element, context)


def list_special_class_obligations(
    classes: Iterable[SpecialClass], packs: Iterable[ClassPack] = CLASS_PACKS
) -> Iterator[Obligation]:
    """List the obligations from the packs of these special classes, each once.

    Args:
        classes: special classes of the disclosed elements.
        packs: law packs to apply.
    Returns:
        The obligations.
    """
    wanted = frozenset(classes)
    cards = {card.id: card for pack in packs if pack.special in wanted for card in pack.obligations}
    for card in cards.values():
        yield Obligation(card.id, card.steward, card.citation)


def _check_carried(pack: ClassPack, agreement: AgreementFact, element: str) -> Reason:
    """Check that the basis carries the class, or that an authority meets the law's conditions."""
    authority = agreement.criteria.get(format_authority_key(pack.special), "").strip()
    condition = agreement.criteria.get(format_condition_key(pack.special), "").strip()
    by_authority = bool(authority) and (condition in pack.codes or not pack.conditions)
    carried = agreement.basis in pack.carried_by
    met = agreement.basis not in pack.never and (carried or by_authority)
    basis = agreement.basis.value.replace("_", " ")
    ground = authority if by_authority else f"carried by {basis}"
    return _build_class_law_reason(
        pack.card,
        agreement,
        met=met,
        element=element,
        basis=basis,
        key=format_authority_key(pack.special),
        conditions=_describe_conditions(pack),
        said=ground,
    )


def _describe_conditions(pack: ClassPack) -> str:
    codes = ", ".join(condition.code for condition in pack.conditions)
    return f" and, under {format_condition_key(pack.special)}, one of {codes}" if codes else ""


def _check_class_purpose(
    pack: ClassPack, agreement: AgreementFact, element: str, context: DisclosureContext
) -> Iterator[Reason]:
    """Check a purpose that the law does not let the basis carry to an agency that is not a school.

    An authority that the agreement names for the class lifts the limit.
    """
    card = pack.not_for.get(context.purpose) if context.purpose else None
    if context.receiver is not None and context.receiver.kind in FERPA_AGENCY_KINDS:
        return
    authority = agreement.criteria.get(format_authority_key(pack.special), "").strip()
    if card is None or authority or agreement.basis not in pack.carried_by - _CONSENT_BASIS:
        return
    basis = agreement.basis.value.replace("_", " ")
    key, conditions = format_authority_key(pack.special), _describe_conditions(pack)
    yield _build_class_law_reason(
        card, agreement, met=False, element=element, basis=basis, key=key, conditions=conditions
    )


def _check_receiver_kind(
    pack: ClassPack, element: str, context: DisclosureContext
) -> Iterator[Reason]:
    """Check that the receiver of individual records is of a kind that the law allows."""
    single = context.level is Level.INDIVIDUAL and context.action in _ROW_ACTIONS
    if pack.seen_card is None or not single:
        return
    kind = context.receiver.kind if context.receiver else None
    slug = context.receiver.slug if context.receiver else "an unknown organization"
    if kind not in pack.seen_by:
        yield Reason.from_card(pack.seen_card, met=False, element=element, organization=slug)


def _build_class_law_reason(
    card: RuleCard, agreement: AgreementFact, *, met: bool, **facts: str
) -> Reason:
    ordered_facts = dict(sorted(facts.items()))
    return Reason.from_card(
        card, met=met, agreement=agreement.reference, **ordered_facts
    ).at_clause(agreement.basis_clause)
