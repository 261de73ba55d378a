"""Check a whole use against the law of each state that the records come from."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Final

from cairn.policy.engine import Obligation, Reason, Rule
from cairn.policy.facts import AgreementFact, DisclosureContext, OrganizationFact
from cairn.policy.law import STATE_PACKS, StatePack, subtract_business_days
from cairn.policy.law.cards.legal_bases import state_law as cards
from cairn.policy.vocabulary import Action, LegalBasis, Level, OrganizationKind, Outcome

# Actions that release records of individual children from the data system.
_ROW_RELEASE_ACTIONS: Final = frozenset(
    {
        Action.LIST,
        Action.EXPORT,
        Action.DELIVER,
        Action.REFER,
        Action.RELEASE,
        Action.PUBLISH,
    }
)

_LINKING_ACTIONS: Final = frozenset({Action.LINK, Action.MATCH})
_PUBLIC_ACTIONS: Final = frozenset({Action.RELEASE, Action.PUBLISH})


def require_state_law(
    agreements: Iterable[AgreementFact],
    context: DisclosureContext,
    states: Mapping[str, StatePack] = STATE_PACKS,
) -> tuple[Rule, ...]:
    """Build one rule per provider: the law of its state, or a reason that no pack for it exists.

    Args:
        agreements: agreements behind the use.
        context: providers, receiver, action and level of the use.
        states: state packs by postal code.
    Returns:
        The rules.
    """
    relied_on = tuple(agreements)
    return tuple(
        partial(_check_provider_state, provider, relied_on, context, states)
        for provider in context.providers
    )


def require_state_reports(
    providers: Iterable[OrganizationFact],
    reported_on: date | None,
    states: Mapping[str, StatePack] = STATE_PACKS,
) -> tuple[Rule, ...]:
    """Build one rule per provider of published figures: reported to its state in time.

    The rule applies where the state requires a report. A provider of a kind that some state
    requires to report must say in which state it is.

    Args:
        providers: organizations with published figures.
        reported_on: day of the report, ``None`` if there was none.
        states: state packs by postal code.
    Returns:
        The rules.
    """
    context = DisclosureContext(
        action=Action.PUBLISH, level=Level.POPULATION, reported_on=reported_on
    )
    return tuple(partial(_check_publication, provider, context, states) for provider in providers)


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


def _check_provider_state(
    provider: OrganizationFact,
    agreements: tuple[AgreementFact, ...],
    context: DisclosureContext,
    states: Mapping[str, StatePack],
    on: date,
) -> Iterator[Reason]:
    is_individual = context.level is Level.INDIVIDUAL
    pack = states.get(provider.state)
    if not provider.state:
        facts = (("organization", provider.slug), ("about", provider.slug))
        yield Reason(cards.UNKNOWN, Outcome.DENY, facts)
    elif is_individual and pack is None:
        facts = (("state", provider.state), ("about", provider.state))
        yield Reason(cards.SILENT, Outcome.NEEDS_PERSON, facts)
    if pack is not None:
        yield from _check_individual_rows(pack, context) if is_individual else ()
        yield from _check_reported(pack, provider, context, on)
        yield from _check_consents_kept(pack, agreements)


def _check_publication(
    provider: OrganizationFact,
    context: DisclosureContext,
    states: Mapping[str, StatePack],
    on: date,
) -> Iterator[Reason]:
    pack = states.get(provider.state)
    if pack is not None:
        yield from _check_reported(pack, provider, context, on)
    elif not provider.state and any(
        provider.kind in other_pack.report_kinds for other_pack in states.values()
    ):
        facts = (("organization", provider.slug), ("about", provider.slug))
        yield Reason(cards.UNKNOWN, Outcome.DENY, facts)


def _check_individual_rows(pack: StatePack, context: DisclosureContext) -> Iterator[Reason]:
    """Check records of individual students: not released; open to the data manager only."""
    if pack.no_rows is not None and context.action is not None:
        facts = (("action", context.action.value.replace("_", " ")),)
        effect = Outcome.DENY if context.action in _ROW_RELEASE_ACTIONS else Outcome.ALLOW
        yield Reason(pack.no_rows, effect, facts)
    if pack.staff_only is not None and context.action is not None:
        receiver = context.receiver
        is_data_manager = receiver is not None and receiver.kind is OrganizationKind.BACKBONE
        facts = (("organization", receiver.slug if receiver else "the receiver"),)
        yield Reason(pack.staff_only, Outcome.ALLOW if is_data_manager else Outcome.DENY, facts)


def _check_reported(
    pack: StatePack, provider: OrganizationFact, context: DisclosureContext, on: date
) -> Iterator[Reason]:
    """Check that the release was reported to the state early enough, where the state requires
    it.
    """
    is_required = context.action in _PUBLIC_ACTIONS and provider.kind in pack.report_kinds
    if pack.report_card is None or not is_required:
        return
    latest = subtract_business_days(on, pack.report_days)
    met = context.reported_on is not None and context.reported_on <= latest
    facts = (("on", on.isoformat()), ("reported", str(context.reported_on)))
    yield Reason(pack.report_card, Outcome.ALLOW if met else Outcome.DENY, facts)


def _check_consents_kept(
    pack: StatePack, agreements: tuple[AgreementFact, ...]
) -> Iterator[Reason]:
    for agreement in agreements:
        if pack.consents_kept is not None and agreement.basis is LegalBasis.CONSENT:
            clause = agreement.criteria.get("consents_kept", "").strip()
            facts = (("agreement", agreement.reference), ("said", clause))
            effect = Outcome.ALLOW if clause else Outcome.DENY
            yield Reason(pack.consents_kept, effect, facts, agreement.basis_clause)
