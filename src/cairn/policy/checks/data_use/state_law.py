"""Check a whole use against the law of each state that the records come from."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from cairn.policy.engine import BoundCheck, Obligation, Reason, element_check, policy_check
from cairn.policy.facts import (
    FIGURE_RELEASE_ACTIONS,
    SENDING_ACTIONS,
    AgreementFact,
    ClauseKind,
    DisclosureContext,
    OrganizationFact,
    StateLawReview,
    select_state_review,
)
from cairn.policy.law import STATE_PACKS, StatePack, needs_counsel_review, subtract_business_days
from cairn.policy.law.cards.legal_bases import state_law as cards
from cairn.policy.vocabulary import (
    Action,
    LegalBasis,
    Level,
    OrganizationKind,
    Outcome,
    SpecialClass,
    label_code,
)

__all__ = ["check_reviewed_class", "find_state_review", "require_state_reports"]

# Actions that release records of individual children from the data system.
_ROW_RELEASE_ACTIONS: Final = SENDING_ACTIONS | FIGURE_RELEASE_ACTIONS | {Action.LIST}

_HOURS_A_DAY: Final = 24

# A clause that keeps consents permanently says so; a period of years does not.
_PERMANENT: Final = re.compile(r"\b(?<!not )permanent(ly)?\b", re.IGNORECASE)

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


_REVIEW_CARDS: Final = (
    cards.REVIEWED_USE,
    cards.REVIEWED_ROWS,
    cards.REVIEWED_CLAUSES,
)


@policy_check(cards.UNKNOWN, cards.SILENT, *_REVIEW_CARDS, *_USE_CARDS, *_REPORT_CARDS)
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
    elif is_individual and needs_counsel_review(provider.state, states):
        review = find_state_review(provider, context.state_reviews, on)
        if review is None:
            facts = (("state", provider.state), ("about", provider.state))
            yield Reason(cards.SILENT, Outcome.NEEDS_PERSON, facts)
        else:
            yield _check_cleared_use(review, agreements, context)
            yield from _check_reviewed_terms(review, agreements, context)
    if pack is not None:
        yield from _check_individual_rows(pack, context) if is_individual else ()
        yield from _check_reported(pack, provider, context, on)
        yield from _check_consents_kept(pack, agreements)


def find_state_review(
    provider: OrganizationFact, reviews: Iterable[StateLawReview], on: date
) -> StateLawReview | None:
    """Find the newest review of a state's law by counsel of a data owner that counts on a day.

    Args:
        provider: the data owner.
        reviews: all reviews on record.
        on: date of the use.
    Returns:
        The review; None if there is none.
    """
    return select_state_review(reviews, provider.slug, provider.state, on)


@element_check(cards.REVIEWED_CLASS)
def check_reviewed_class(
    element: str,
    on: date,
    context: DisclosureContext,
    classes: Callable[[str], Iterable[SpecialClass]],
    states: Mapping[str, StatePack] = STATE_PACKS,
) -> Iterator[Reason]:
    """Check that counsel of each owner cleared the special classes of an element.

    Args:
        element: data element (``record.field``).
        on: date of the use.
        context: providers, level and reviews of the use.
        classes: function that finds the special classes of an element.
        states: state packs by postal code.
    Returns:
        One reason for each owner with a review; none where a state pack or no review applies.
    """
    special = frozenset(classes(element))
    if context.level is not Level.INDIVIDUAL or not special:
        return
    for provider in context.providers:
        review = find_state_review(provider, context.state_reviews, on)
        if review is not None and needs_counsel_review(provider.state, states):
            uncleared = sorted(label_code(item) for item in special - review.classes)
            yield Reason.from_card(
                cards.REVIEWED_CLASS,
                met=not uncleared,
                organization=provider.slug,
                state=provider.state,
                element=element,
                classes=", ".join(uncleared),
            )


def _check_cleared_use(
    review: StateLawReview, agreements: tuple[AgreementFact, ...], context: DisclosureContext
) -> Reason:
    """Check that counsel cleared the bases and the purpose; anything else waits for a person."""
    uncleared = [label_code(item.basis) for item in agreements if item.basis not in review.bases]
    if context.purpose is not None and context.purpose not in review.purposes:
        uncleared.append(label_code(context.purpose))
    facts = (
        ("organization", review.organization),
        ("state", review.state),
        ("about", review.state),
        ("law", review.law),
        ("counsel", review.reviewed_by),
        ("until", review.expires_on.isoformat()),
        ("uncleared", ", ".join(dict.fromkeys(uncleared))),
    )
    effect = Outcome.NEEDS_PERSON if uncleared else Outcome.ALLOW
    return Reason(cards.REVIEWED_USE, effect, facts)


def _check_reviewed_terms(
    review: StateLawReview, agreements: tuple[AgreementFact, ...], context: DisclosureContext
) -> Iterator[Reason]:
    """Check what counsel found that the state's law forbids or requires."""
    found = {"organization": review.organization, "state": review.state, "law": review.law}
    if context.action is not None:
        yield Reason.from_card(
            cards.REVIEWED_ROWS,
            met=review.rows_leave or context.action not in _ROW_RELEASE_ACTIONS,
            action=label_code(context.action),
            **found,
        )
    for agreement in agreements:
        missing = list(_list_missing_terms(review, agreement))
        yield Reason.from_card(
            cards.REVIEWED_CLAUSES,
            met=not missing,
            agreement=agreement.reference,
            missing=", ".join(missing),
            **found,
        )


def _list_missing_terms(review: StateLawReview, agreement: AgreementFact) -> Iterator[str]:
    """List the terms that counsel's review requires and the agreement lacks, in words."""
    for kind in sorted(review.required_clauses):
        if agreement.find_clause(kind) is None:
            yield label_code(kind)
    limit = review.breach_notice_days
    if limit is not None and not any(
        clause.kind is ClauseKind.BREACH_NOTICE
        and clause.limit_hours is not None
        and clause.limit_hours <= limit * _HOURS_A_DAY
        for clause in agreement.clauses
    ):
        yield f"notice of a breach within {limit} days"
    is_on_consent = agreement.basis is LegalBasis.CONSENT
    kept = agreement.criteria.get("consents_kept", "").strip()
    if review.consents_kept and is_on_consent and not kept:
        yield "where signed consents are kept"


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
            is_kept = bool(_PERMANENT.search(clause)) if pack.consents_permanent else bool(clause)
            yield Reason.from_card(
                pack.consents_kept, met=is_kept, agreement=agreement.reference, said=clause
            ).at_clause(agreement.basis_clause)
