"""Check a delivery against its agreement: sender, channel, contact, file name and each element."""

from collections.abc import Iterable, Iterator
from datetime import date

from cairn.policy.checks.data_use import obligations
from cairn.policy.checks.data_use.obligations import list_population_obligations
from cairn.policy.checks.records.retention import find_destruction_due_date
from cairn.policy.checks.students.row_access import has_student_elements
from cairn.policy.coverage import (
    describe_file_names,
    list_special_classes,
    list_terms_for_element,
    may_term_use_file,
)
from cairn.policy.engine import Obligation, Reason
from cairn.policy.facts import AgreementFact, DataTerm, DeliveryFact, DisclosureContext
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import agreement as cards
from cairn.policy.law.cards.governance import disclosure_log as disclosure_log_cards
from cairn.policy.law.cards.legal_bases import redisclosure as redisclosure_cards
from cairn.policy.vocabulary import Outcome, PartyRole


def build_delivery_surroundings(delivery: DeliveryFact) -> DisclosureContext:
    """Build the law-pack surroundings of a delivery."""
    return DisclosureContext(classes=delivery.classes)


def check_delivery_agreement(
    delivery: DeliveryFact, agreement: AgreementFact, on: date
) -> Iterator[Reason]:
    """Check that the delivery names this agreement."""
    if delivery.agreement_reference != agreement.reference:
        named_fact = ("named", delivery.agreement_reference)
        facts = (("agreement", agreement.reference), named_fact)
        yield Reason(cards.WRONG_AGREEMENT, Outcome.DENY, facts)


def check_delivery_sender(
    delivery: DeliveryFact, agreement: AgreementFact, on: date
) -> Iterator[Reason]:
    """Check that the sender is a provider under the agreement."""
    is_provider = delivery.organization in agreement.organizations(PartyRole.PROVIDER)
    facts = (("agreement", agreement.reference), ("sender", delivery.organization))
    yield Reason(cards.SENDER, Outcome.ALLOW if is_provider else Outcome.DENY, facts)


def check_delivery_channel(
    delivery: DeliveryFact, agreement: AgreementFact, on: date
) -> Iterator[Reason]:
    """Check that the agreement allows the channel."""
    is_agreed = delivery.channel in agreement.delivery.channels
    facts = (
        ("agreement", agreement.reference),
        ("channel", delivery.channel.value),
        ("allowed", " or ".join(sorted(agreement.delivery.channels)) or "no way at all"),
    )
    effect = Outcome.ALLOW if is_agreed else Outcome.DENY
    yield Reason(cards.CHANNEL, effect, facts, where=agreement.delivery.clause)


def check_delivery_contact(
    delivery: DeliveryFact, agreement: AgreementFact, on: date
) -> Iterator[Reason]:
    """Check that a named sender or receiver uploads the file, where the agreement names any."""
    terms = agreement.delivery
    people = (*terms.contacts, *terms.receivers)
    if people:
        met = delivery.brought_by.casefold() in {email.casefold() for _name, email in people}
        contact_names = ", ".join(name for name, _email in people)
        facts = (("agreement", agreement.reference), ("named", contact_names))
        yield _build_delivery_reason(cards.CONTACT, facts, terms.clause, met=met)


def check_delivery_file_name(
    delivery: DeliveryFact, agreement: AgreementFact, on: date
) -> Iterator[Reason]:
    """Check that some term about the delivered elements allows a file of this name."""
    terms = _find_sender_terms(delivery, agreement)
    if any(term.file_names for term in terms):
        met = any(may_term_use_file(term, delivery.file) for term in terms)
        yield _build_delivery_reason(
            cards.FILE_NAME, _build_file_facts(delivery, agreement, terms), terms[0].clause, met=met
        )


def check_element_listed(
    delivery: DeliveryFact, agreement: AgreementFact, element: str, on: date
) -> Iterator[Reason]:
    """Check that one element is listed for this sender and for a file of this name."""
    element_fact = ("element", element)
    all_terms = tuple(list_terms_for_element(agreement, element))
    sender_terms = tuple(list_terms_for_element(agreement, element, delivery.organization))
    if all_terms and not sender_terms:
        owners = ", ".join(sorted({term.provider for term in all_terms}))
        agreement_facts = (("agreement", agreement.reference), element_fact, ("owners", owners))
        facts = (*agreement_facts, ("sender", delivery.organization))
        yield _build_delivery_reason(cards.OTHER_PROVIDER, facts, all_terms[0].clause, met=False)
    elif any(term.file_names for term in sender_terms):
        met = any(may_term_use_file(term, delivery.file) for term in sender_terms)
        file_facts = (*_build_file_facts(delivery, agreement, sender_terms), element_fact)
        yield _build_delivery_reason(
            cards.FILE_OF_ELEMENT, file_facts, sender_terms[0].clause, met=met
        )


def _find_sender_terms(delivery: DeliveryFact, agreement: AgreementFact) -> tuple[DataTerm, ...]:
    """Find the sender's terms that list an element of the delivery."""
    terms_by_element = (
        list_terms_for_element(agreement, element, delivery.organization)
        for element in sorted(delivery.elements)
    )
    return tuple(dict.fromkeys(term for terms in terms_by_element for term in terms))


def _build_file_facts(
    delivery: DeliveryFact, agreement: AgreementFact, terms: Iterable[DataTerm]
) -> tuple[tuple[str, str], ...]:
    file = delivery.file or "(no name)"
    return (
        ("agreement", agreement.reference),
        ("named", describe_file_names(terms)),
        ("file", file),
    )


def _build_delivery_reason(
    card: RuleCard, facts: tuple[tuple[str, str], ...], clause: str, *, met: bool
) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, facts, where=clause)


def list_delivery_obligations(
    delivery: DeliveryFact, agreement: AgreementFact, on: date
) -> Iterator[Obligation]:
    """List what the recipient must do after receiving: record, notice, pack duties and
    destruction.
    """
    yield _build_card_obligation(disclosure_log_cards.RECORD)
    yield _build_card_obligation(redisclosure_cards.REDISCLOSURE_NOTICE)
    surroundings = build_delivery_surroundings(delivery)
    classes = (
        special_class
        for element in delivery.elements
        for special_class in list_special_classes(element, surroundings)
    )
    yield from obligations.list_law_obligations(classes, surroundings, on)
    if has_student_elements(delivery.elements):
        yield from list_population_obligations(agreement)
    clause = agreement.retention.clause or agreement.reference
    due = find_destruction_due_date(agreement, on)
    yield Obligation("DESTROY", "Destroy the delivery and every copy of it.", clause, due)


def _build_card_obligation(card: RuleCard) -> Obligation:
    return Obligation(card.id, card.steward, card.citation)
