"""Check a whole use against the law of each state that the records come from."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from cairn.policy.engine import BoundCheck, Obligation, Reason, policy_check
from cairn.policy.facts import (
    FIGURE_RELEASE_ACTIONS,
    SENDING_ACTIONS,
    AgreementFact,
    DisclosureContext,
    OrganizationFact,
)
from cairn.policy.law import STATE_PACKS, StatePack, subtract_business_days
from cairn.policy.law.cards.legal_bases import state_law as cards
from cairn.policy.vocabulary import Action, LegalBasis, Level, OrganizationKind, Outcome, label_code

__all__ = ["require_state_reports"]

# Actions that release records of individual children from the data system.
_ROW_RELEASE_ACTIONS: Final = SENDING_ACTIONS | FIGURE_RELEASE_ACTIONS | {Action.LIST}

_LINKING_ACTIONS: Final = frozenset({Action.LINK, Action.MATCH})


def require_state_law(
    agreements: Iterable[AgreementFact],
    context: DisclosureContext,
    states: Mapping[str, StatePack] = STATE_PACKS,
) -> tuple[BoundCheck, ...]:
    """List one check per provider: the law of its state, or a reason that no pack for it exists.

    Args:
        agreements: agreements behind the use.
        context: providers, receiver, action and level of the use.
        states: state packs by postal code.
    Returns:
        The checks.
    """
    relied_on = tuple(agreements)
    return tuple(
        check_provider_state_law(provider, relied_on, context, states)
        for provider in context.providers
    )


def require_state_reports(
    providers: Iterable[OrganizationFact],
    reported_on: date | None,
    states: Mapping[str, StatePack] = STATE_PACKS,
) -> tuple[BoundCheck, ...]:
    """List one check per provider of published figures: reported to its state in time.

    It applies where the state requires a report. A provider of a kind that some state requires to
    report must say in which state it is.

    Args:
        providers: organizations with published figures.
        reported_on: day of the report, ``None`` if there was none.
        states: state packs by postal code.
    Returns:
        The checks.
    """
    context = DisclosureContext(
        action=Action.PUBLISH, level=Level.POPULATION, reported_on=reported_on
    )
    return tuple(check_state_report(provider, context, states) for provider in providers)


def list_state_obligations(
    context: DisclosureContext, on: date, states: Mapping[str, StatePack] = STATE_PACKS
) -> Iterator[Obligation]:
    """List the obligations from the states behind a use, each once.

    Copies of linked records are due for destruction on the day of linking.

    Args:
        context: providers and action of the use.
        on: date of the use.
        states: state packs by postal code.
    Returns:
        The obligations.
    """
    packs = {
        provider.state: states[provider.state]
        for provider in context.providers
        if provider.state in states
    }
    for pack in packs.values():
        if (card := pack.destroy_copies) is not None:
            due = on if context.action in _LINKING_ACTIONS else None
            yield Obligation(card.id, card.steward, card.citation, due)


_REPORT_CARDS: Final = tuple(
    pack.report_card for pack in STATE_PACKS.values() if pack.report_card is not None
)
_USE_CARDS: Final = tuple(
    card
    for pack in STATE_PACKS.values()
    for card in (pack.no_rows, pack.staff_only, pack.consents_kept)
    if card is not None
)


@policy_check(cards.UNKNOWN, cards.SILENT, *_USE_CARDS, *_REPORT_CARDS)
def check_provider_state_law(
    on: date,
    provider: OrganizationFact,
    agreements: tuple[AgreementFact, ...],
    context: DisclosureContext,
    states: Mapping[str, StatePack],
) -> Iterator[Reason]:
    """Check a use against the law of one provider's state, or that no pack for it exists."""
    is_individual = context.level is Level.INDIVIDUAL
    pack = states.get(provider.state)
    if not provider.state:
        yield Reason.from_card(
            cards.UNKNOWN, met=False, organization=provider.slug, about=provider.slug
        )
    elif is_individual and pack is None:
        facts = (("state", provider.state), ("about", provider.state))
        yield Reason(cards.SILENT, Outcome.NEEDS_PERSON, facts)
    if pack is not None:
        yield from _check_individual_rows(pack, context) if is_individual else ()
        yield from _check_reported(pack, provider, context, on)
        yield from _check_consents_kept(pack, agreements)


@policy_check(cards.UNKNOWN, *_REPORT_CARDS)
def check_state_report(
    on: date,
    provider: OrganizationFact,
    context: DisclosureContext,
    states: Mapping[str, StatePack],
) -> Iterator[Reason]:
    """Check that a publication was reported to the state of one provider in time."""
    pack = states.get(provider.state)
    if pack is not None:
        yield from _check_reported(pack, provider, context, on)
    elif not provider.state and any(
        provider.kind in other_pack.report_kinds for other_pack in states.values()
    ):
        yield Reason.from_card(
            cards.UNKNOWN, met=False, organization=provider.slug, about=provider.slug
        )


def _check_individual_rows(pack: StatePack, context: DisclosureContext) -> Iterator[Reason]:
    """Check records of individual students: not released; open to the data manager only."""
    if pack.no_rows is not None and context.action is not None:
        met = context.action not in _ROW_RELEASE_ACTIONS
        yield Reason.from_card(pack.no_rows, met=met, action=label_code(context.action))
    if pack.staff_only is not None and context.action is not None:
        receiver = context.receiver
        is_data_manager = receiver is not None and receiver.kind is OrganizationKind.BACKBONE
        slug = receiver.slug if receiver else "the receiver"
        yield Reason.from_card(pack.staff_only, met=is_data_manager, organization=slug)


def _check_reported(
    pack: StatePack, provider: OrganizationFact, context: DisclosureContext, on: date
) -> Iterator[Reason]:
    """Check that a release was reported to the state in time, where the state requires it."""
    is_required = context.action in FIGURE_RELEASE_ACTIONS and provider.kind in pack.report_kinds
    if pack.report_card is None or not is_required:
        return
    latest = subtract_business_days(on, pack.report_days)
    met = context.reported_on is not None and context.reported_on <= latest
    yield Reason.from_card(
        pack.report_card, met=met, on=on.isoformat(), reported=str(context.reported_on)
    )


def _check_consents_kept(
    pack: StatePack, agreements: tuple[AgreementFact, ...]
) -> Iterator[Reason]:
    for agreement in agreements:
        if pack.consents_kept is not None and agreement.basis is LegalBasis.CONSENT:
            clause = agreement.criteria.get("consents_kept", "").strip()
            yield Reason.from_card(
                pack.consents_kept, met=bool(clause), agreement=agreement.reference, said=clause
            ).at_clause(agreement.basis_clause)
