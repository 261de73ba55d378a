"""List the obligations of an allowed use, and compute when a delivery or report is next due.

Obligations are the disclosure record, notices and the destruction date.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from cairn.policy.checks.data_use import state_law
from cairn.policy.checks.data_use.element_permissions import UseElements
from cairn.policy.checks.data_use.use_context import UseContext
from cairn.policy.checks.records.destruction_duties import find_destruction_due_date
from cairn.policy.coverage import list_special_class_obligations
from cairn.policy.engine import Obligation
from cairn.policy.facts import (
    FIGURE_RELEASE_ACTIONS,
    SENDING_ACTIONS,
    AgreementFact,
    DisclosureContext,
    GiveBackTerm,
)
from cairn.policy.law import RuleCard, add_business_days, fill_template, format_count
from cairn.policy.law.cards.governance import data_use as data_use_cards
from cairn.policy.law.cards.governance import record_keeping as record_keeping_cards
from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.law.cards.legal_bases import redisclosure as redisclosure_cards
from cairn.policy.vocabulary import Action, Audience, Frequency, LegalBasis, PartyRole, SpecialClass

__all__ = [
    "find_next_delivery_date",
    "find_next_partner_report_date",
    "is_partner_report_due",
    "is_report_of_term",
    "list_emergency_follow_ups",
    "list_report_partners",
    "list_use_obligations",
]


def list_law_obligations(
    classes: Iterable[SpecialClass], context: DisclosureContext, on: date
) -> Iterator[Obligation]:
    """List the obligations that the laws of these special classes and states impose on a day.

    Args:
        classes: special classes of the disclosed elements.
        context: providers and action of the use.
        on: date of the use.
    Returns:
        The obligations.
    """
    yield from list_special_class_obligations(classes)
    yield from state_law.list_state_obligations(context, on)


def list_use_obligations(use_elements: UseElements, on: date) -> Iterator[Obligation]:
    """List everything that a use of these elements obliges the actor to do.

    Args:
        use_elements: elements and context of the use.
        on: date of the use.
    Returns:
        The obligations.
    """
    request, agreements = use_elements.use.request, use_elements.use.disclosing_agreements
    bases = {item.basis for item in agreements}
    yield _build_card_obligation(record_keeping_cards.RECORD)
    if request.action in SENDING_ACTIONS or request.receiver != request.acting_for:
        yield _build_card_obligation(redisclosure_cards.REDISCLOSURE_NOTICE)
    classes = {
        special_class
        for element in request.elements
        for special_class in use_elements.list_classes(element)
    }
    yield from list_law_obligations(classes, use_elements.context, on)
    if request.action is Action.EMERGENCY:
        yield _build_card_obligation(exceptional_bases_cards.RECORD_THREAT)
    if LegalBasis.TRANSFER in bases:
        yield _build_card_obligation(exceptional_bases_cards.TRANSFER_COPY)
        yield _build_card_obligation(exceptional_bases_cards.TRANSFER_HEARING)
    if LegalBasis.CHILD_WELFARE in bases:
        yield _build_card_obligation(exceptional_bases_cards.EDUCATION_NEEDS)
    if LegalBasis.CONSENT in bases:
        message = "Give the parent a copy of the disclosed records, on request."
        yield Obligation("COPY", message, "34 CFR 99.30(c)")
    yield from _list_agreement_obligations(use_elements, on)


EMERGENCY_FOLLOW_UP: Final = timedelta(days=7)
"""Days to complete the record of an emergency disclosure; a rule of this software."""


def list_emergency_follow_ups(use: UseContext, on: date) -> Iterator[Obligation]:
    """List what follows an emergency disclosure: the receiver's record, lapsed training.

    Args:
        use: context of the use.
        on: date of the use.
    Returns:
        The obligations.
    """
    due = on + EMERGENCY_FOLLOW_UP
    if use.receiver is None:
        yield _build_follow_up(
            exceptional_bases_cards.RECEIVER_AFTER, due, organization=use.request.receiver
        )
    clearance = use.actor.clearance
    if clearance is None or clearance.find_last_day(on) is None:
        yield _build_follow_up(exceptional_bases_cards.TRAINING_AFTER, due)


def _build_follow_up(card: RuleCard, due: date, **facts: str) -> Obligation:
    message = card.format_message(Audience.STEWARD, facts)
    return Obligation(card.id, message, card.citation, due)


def _list_agreement_obligations(use_elements: UseElements, on: date) -> Iterator[Obligation]:
    """List what each agreement requires: destruction, reports, minimum cells, preview."""
    request = use_elements.use.request
    for agreement in use_elements.use.disclosing_agreements:
        yield from list_population_obligations(agreement)
        clause = agreement.retention.clause or agreement.reference
        due = find_destruction_due_date(agreement, on, request.elements)
        yield Obligation("DESTROY", "Destroy the data and all copies of them.", clause, due)
        for report in agreement.giveback:
            by = on + timedelta(days=report.within_days) if report.within_days is not None else None
            yield Obligation("GIVE_BACK", report.what, report.clause or agreement.reference, by)
        if request.action is Action.AGGREGATE or request.action in FIGURE_RELEASE_ACTIONS:
            cell = agreement.disclosure.minimum_cell
            clause = agreement.disclosure.clause or agreement.reference
            minimum_text = format_count(cell, "child", "children")
            message = (
                f"Suppress every count below {minimum_text}, and other cells that would reveal it."
            )
            yield Obligation("SUPPRESS", message, clause)
        if request.action in FIGURE_RELEASE_ACTIONS:
            days = agreement.disclosure.send_back_days
            days_text = format_count(days, "business day", "business days")
            message = f"Send a preview to the data owners first. They have {days_text} to respond."
            yield Obligation("SEND_BACK", message, clause, add_business_days(on, days))


def list_population_obligations(agreement: AgreementFact) -> Iterator[Obligation]:
    """Yield an obligation to check a population that an agreement gives in words alone.

    Args:
        agreement: the agreement.
    Returns:
        At most one obligation.
    """
    if agreement.children is None:
        population = agreement.population or "no description"
        facts = {"agreement": agreement.reference, "said": population}
        card = data_use_cards.POPULATION_IN_WORDS
        yield Obligation(card.id, fill_template(card.steward, facts), card.citation)


def _build_card_obligation(card: RuleCard) -> Obligation:
    return Obligation(card.id, card.steward, card.citation)


_REPORT_LEAD: Final = timedelta(days=14)

_PERIOD_DAYS: Final[Mapping[Frequency, int]] = MappingProxyType(
    {Frequency.DAILY: 1, Frequency.WEEKLY: 7}
)

_PERIOD_MONTHS: Final[Mapping[Frequency, int]] = MappingProxyType(
    {
        Frequency.MONTHLY: 1,
        Frequency.QUARTERLY: 3,
        Frequency.EACH_TERM: 6,
        Frequency.EACH_SEASON: 3,
        Frequency.TWICE_A_YEAR: 6,
        Frequency.YEARLY: 12,
    }
)


def find_next_due_date(frequency: Frequency | None, last: date | None, starts: date) -> date | None:
    """Find the day by which a recurring item is next due.

    The first one is due on the day the agreement starts. A one-time item is done when it came; an
    item on request is never due by a day.

    Args:
        frequency: how often it is due.
        last: day of the last one, ``None`` before the first.
        starts: first day of the agreement.
    Returns:
        The due date, ``None`` where nothing is due.
    """
    if frequency is None or frequency is Frequency.ON_REQUEST:
        return None
    if last is None:
        return starts
    if frequency in _PERIOD_DAYS:
        return last + timedelta(days=_PERIOD_DAYS[frequency])
    if frequency in _PERIOD_MONTHS:
        return _add_months(last, _PERIOD_MONTHS[frequency])
    return None


def find_next_delivery_date(agreement: AgreementFact, last: date | None) -> date | None:
    """Find the day by which the next delivery under an agreement is due.

    Args:
        agreement: the agreement.
        last: day of the last delivery.
    Returns:
        The due date, ``None`` where nothing is due.
    """
    return find_next_due_date(agreement.delivery.frequency, last, agreement.starts)


def find_next_partner_report_date(
    give: GiveBackTerm,
    agreement: AgreementFact,
    received: date | None,
    on: date,
    given: date | None = None,
) -> date | None:
    """Find the day by which a report to the partner is due.

    It is due some days after the newest delivery that no report covers, else by its own frequency
    from the agreement's first day. A report is not due again for the same period. A due date
    that passed without a report stays until one is given.

    Args:
        give: the term about the report.
        agreement: the agreement.
        received: day of the newest delivery that no report covers; ``None`` if there is none.
        on: today.
        given: day of the last report.
    Returns:
        The due date, ``None`` where nothing is due.
    """
    if give.within_days is not None:
        return None if received is None else received + timedelta(days=give.within_days)
    if give.frequency in (None, Frequency.ON_REQUEST):
        return None
    starts = agreement.starts
    after_first = find_next_due_date(give.frequency, starts, starts)
    if given is None:
        # The first recurring report is late only after a whole period.
        return after_first if after_first is not None and starts < on else starts
    covered_date = _find_covered_date(give, agreement, given)
    day: date | None = starts
    while day is not None and day <= covered_date:
        day = find_next_due_date(give.frequency, day, day)
    return day


def list_report_partners(give: GiveBackTerm, agreement: AgreementFact) -> frozenset[str]:
    """List the partners that get a report.

    Args:
        give: the term about the report.
        agreement: the agreement.
    Returns:
        Slugs: the party that the term names, else every provider.
    """
    return frozenset({give.to}) if give.to else agreement.list_organizations(PartyRole.PROVIDER)


def is_report_of_term(
    give: GiveBackTerm, agreement: AgreementFact, partner: str, what: str, *, is_by_cairn: bool
) -> bool:
    """Report whether a report that a partner got counts for a term of the agreement.

    The agreement may have been amended since. Cairn makes every report of published tables alike.
    If no term has its name now, it counts for each term that promises such a report.

    Args:
        give: the term about the report.
        agreement: the agreement of today.
        partner: slug of the partner.
        what: the report, as the agreement named it when the report was given.
        is_by_cairn: whether Cairn delivered it by itself.
    Returns:
        True if it does.
    """
    name = _fold_text(what)
    if name == _fold_text(give.what):
        return True
    return (
        is_by_cairn
        and give.contents is not None
        and not any(
            name == _fold_text(term.what)
            for term in agreement.giveback
            if term.contents is not None and partner in list_report_partners(term, agreement)
        )
    )


def _fold_text(text: str) -> str:
    return " ".join(text.split()).casefold()


def is_partner_report_due(
    give: GiveBackTerm,
    agreement: AgreementFact,
    received: date | None,
    on: date,
    given: date | None,
) -> bool:
    """Report whether it is time for a report that Cairn makes from its own records.

    A report that follows a delivery may go as soon as it can be made. One with a frequency goes in
    the two weeks before its next due date, but not before the due date in between. If the due date
    passes without a report, it may go on any later day.

    Args:
        give: the term about the report.
        agreement: the agreement.
        received: day of the newest delivery that no report covers; ``None`` if there is none.
        on: today.
        given: day of the last report.
    Returns:
        True if it may.
    """
    if give.within_days is not None or give.frequency is None:
        return received is not None
    day = find_next_partner_report_date(give, agreement, received, on, given)
    if day is None:
        return False
    if day < on:
        return True
    return day == _find_first_due_date(give, agreement, on) and day - on <= _REPORT_LEAD


def _find_covered_date(give: GiveBackTerm, agreement: AgreementFact, given: date) -> date:
    """Find the last due date for which a report counts.

    A person may give one at any time before its due date. Cairn gives one in the two weeks before
    it, so that an earlier one is the late report of the period before.
    """
    day, passed = agreement.starts, agreement.starts
    while day < given:
        later = find_next_due_date(give.frequency, day, day)
        if later is None:
            return day
        passed, day = day, later
    is_early = give.contents is None or day - given <= _REPORT_LEAD
    return day if is_early else passed


def _find_first_due_date(give: GiveBackTerm, agreement: AgreementFact, since: date) -> date | None:
    """Find the first due date of a frequency on or after a date."""
    day: date | None = agreement.starts
    while day is not None and day < since:
        day = find_next_due_date(give.frequency, day, day)
    return day


def _add_months(day: date, months: int) -> date:
    """Add months to a date; in a shorter month, use its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
