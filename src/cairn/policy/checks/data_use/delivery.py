"""Check a delivery against its agreement: sender, channel, contact, file name and each element."""

from collections.abc import Iterator
from datetime import date

from cairn.policy.checks.access import SAFEGUARD_CARDS, check_organization_safeguards
from cairn.policy.checks.data_use import obligations
from cairn.policy.checks.data_use.obligations import list_population_obligations
from cairn.policy.checks.records.destruction_duties import find_destruction_due_date
from cairn.policy.checks.students.row_access import has_student_elements
from cairn.policy.coverage import (
    describe_file_names,
    list_special_classes,
    list_terms_for_element,
    may_term_use_file,
)
from cairn.policy.engine import Obligation, Reason, element_check, policy_check
from cairn.policy.facts import (
    RECEIVERS_NOT_RECORDED,
    Actor,
    AgreementFact,
    DataTerm,
    DeliveryFact,
    DisclosureContext,
    GiveBackFact,
)
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import access as access_cards
from cairn.policy.law.cards.governance import agreement as cards
from cairn.policy.law.cards.governance import record_keeping as record_keeping_cards
from cairn.policy.law.cards.legal_bases import redisclosure as redisclosure_cards
from cairn.policy.law.cards.outputs import release as release_cards
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    LegalBasis,
    Outcome,
    PartyRole,
    Role,
    label_code,
)

__all__ = [
    "build_delivery_surroundings",
    "check_delivery_agreement",
    "check_delivery_channel",
    "check_delivery_contact",
    "check_delivery_file_name",
    "check_delivery_receivers",
    "check_delivery_sender",
    "check_element_listed",
    "check_error_file_reader",
    "check_rows_kept",
    "list_delivery_obligations",
    "may_person_upload",
]


def build_delivery_surroundings(delivery: DeliveryFact) -> DisclosureContext:
    """Build the law-pack surroundings of a delivery.

    Args:
        delivery: facts of the delivery.
    Returns:
        The context, with the special classes of the delivered elements.
    """
    return DisclosureContext(classes=delivery.classes)


@policy_check(cards.WRONG_AGREEMENT)
def check_delivery_agreement(
    on: date, delivery: DeliveryFact, agreement: AgreementFact
) -> Iterator[Reason]:
    """Check that the delivery names this agreement.

    Args:
        on: date of the check.
        delivery: facts of the delivery.
        agreement: facts of the agreement.
    Returns:
        A refusal if it names another one.
    """
    if delivery.agreement_reference != agreement.reference:
        yield Reason.from_card(
            cards.WRONG_AGREEMENT,
            met=False,
            agreement=agreement.reference,
            named=delivery.agreement_reference,
        )


@policy_check(cards.SENDER)
def check_delivery_sender(on: date, delivery: DeliveryFact, agreement: AgreementFact) -> Reason:
    """Check that the sender is a provider under the agreement.

    Args:
        on: date of the check.
        delivery: facts of the delivery.
        agreement: facts of the agreement.
    Returns:
        One reason.
    """
    is_provider = delivery.organization in agreement.list_organizations(PartyRole.PROVIDER)
    return Reason.from_card(
        cards.SENDER, met=is_provider, agreement=agreement.reference, sender=delivery.organization
    )


@policy_check(cards.ERROR_FILE)
def check_error_file_reader(on: date, actor: Actor, organization: str) -> Reason:
    """Check that a person acts for the sender of a file: its errors come with values of the file.

    Args:
        on: date of the check.
        actor: the person who asks.
        organization: the sender.
    Returns:
        One reason.
    """
    own = actor.list_organizations(on, Role.STEWARD, Role.PROGRAM_STAFF, Role.DATA_MANAGER)
    return Reason.from_card(cards.ERROR_FILE, met=organization in own, sender=organization)


@policy_check(*SAFEGUARD_CARDS, access_cards.RECEIVERS_UNKNOWN)
def check_delivery_receivers(
    on: date, delivery: DeliveryFact, agreement: AgreementFact
) -> Iterator[Reason]:
    """Check that an organization that receives the delivery may hold these records.

    The receivers are the processors under the agreement, or else its recipients. One that
    may hold the records is enough: each use by another one is refused on its own. Public data and
    synthetic data are about no child, so nothing is asked of those who receive them.

    Args:
        on: date of the check.
        delivery: facts of the delivery.
        agreement: facts of the agreement.
    Returns:
        The reasons of the receivers that may hold the records; else those of all receivers.
    """
    if delivery.synthetic or agreement.basis is LegalBasis.PUBLIC_DATA:
        return
    if delivery.receivers is None:
        yield Reason.from_card(access_cards.RECEIVERS_UNKNOWN, met=False)
        return
    if delivery.receivers == RECEIVERS_NOT_RECORDED:
        return
    known = {security.organization: security for security in delivery.receivers}
    reasons_by_receiver = [
        tuple(
            check_organization_safeguards(
                receiver, known.get(receiver), agreement, delivery.organization
            ).run(on)
        )
        for receiver in _list_direct_receivers(agreement)
    ]
    in_standing = [
        reasons
        for reasons in reasons_by_receiver
        if all(reason.effect is Outcome.ALLOW for reason in reasons)
    ]
    for reasons in in_standing or reasons_by_receiver:
        yield from reasons


def _list_direct_receivers(agreement: AgreementFact) -> tuple[str, ...]:
    """List who holds a delivery first: the processors, or else all recipients."""
    processors = agreement.list_organizations(PartyRole.PROCESSOR)
    return tuple(sorted(processors or agreement.list_organizations(*RECIPIENT_ROLES)))


@policy_check(cards.CHANNEL)
def check_delivery_channel(on: date, delivery: DeliveryFact, agreement: AgreementFact) -> Reason:
    """Check that the agreement allows the channel.

    Args:
        on: date of the check.
        delivery: facts of the delivery.
        agreement: facts of the agreement.
    Returns:
        One reason.
    """
    is_agreed = delivery.channel in agreement.delivery.channels
    return Reason.from_card(
        cards.CHANNEL,
        met=is_agreed,
        agreement=agreement.reference,
        channel=label_code(delivery.channel),
        allowed=" or ".join(map(label_code, sorted(agreement.delivery.channels)))
        or "an unnamed transfer method",
    ).at_clause(agreement.delivery.clause)


@policy_check(cards.CONTACT)
def check_delivery_contact(
    on: date, delivery: DeliveryFact, agreement: AgreementFact
) -> Iterator[Reason]:
    """Check that a named sender or receiver uploads the file, where the agreement names any.

    Args:
        on: date of the check.
        delivery: facts of the delivery.
        agreement: facts of the agreement.
    Returns:
        One reason; none where the agreement names no person, and none for an organization that
        provides nothing under it: `check_delivery_sender` refuses it, and it reads no names.
    """
    terms = agreement.delivery
    people = (*terms.contacts, *terms.receivers)
    if people and delivery.organization in agreement.list_organizations(PartyRole.PROVIDER):
        met = may_person_upload(agreement, delivery.brought_by)
        contact_names = ", ".join(name for name, _email in people)
        yield Reason.from_card(
            cards.CONTACT, met=met, agreement=agreement.reference, named=contact_names
        ).at_clause(terms.clause)


def may_person_upload(agreement: AgreementFact, email: str) -> bool:
    """Tell whether an agreement names a person as sender or receiver, or names no person.

    Args:
        agreement: facts of the agreement.
        email: email address of the person.

    Returns:
        True if the person may upload files under it, as far as its names go.
    """
    people = (*agreement.delivery.contacts, *agreement.delivery.receivers)
    return not people or email.casefold() in {named.casefold() for _name, named in people}


@policy_check(cards.FILE_NAME)
def check_delivery_file_name(
    on: date, delivery: DeliveryFact, agreement: AgreementFact
) -> Iterator[Reason]:
    """Check that some term about the delivered elements allows a file of this name.

    Args:
        on: date of the check.
        delivery: facts of the delivery.
        agreement: facts of the agreement.
    Returns:
        One reason; none where no term names a file.
    """
    terms = _find_sender_terms(delivery, agreement)
    if any(term.file_names for term in terms):
        yield _build_file_reason(cards.FILE_NAME, delivery, agreement, terms)


@element_check(cards.OTHER_PROVIDER, cards.FILE_OF_ELEMENT)
def check_element_listed(
    element: str, on: date, delivery: DeliveryFact, agreement: AgreementFact
) -> Iterator[Reason]:
    """Check that one element is listed for this sender and for a file of this name.

    Args:
        element: data element (``record.field``).
        on: date of the check.
        delivery: facts of the delivery.
        agreement: facts of the agreement.
    Returns:
        A refusal if another provider alone may send it; one reason if a term names files; else
        none.
    """
    all_terms = tuple(list_terms_for_element(agreement, element))
    sender_terms = tuple(list_terms_for_element(agreement, element, delivery.organization))
    if all_terms and not sender_terms:
        owners = ", ".join(sorted({term.provider for term in all_terms}))
        yield Reason.from_card(
            cards.OTHER_PROVIDER,
            met=False,
            agreement=agreement.reference,
            element=element,
            owners=owners,
            sender=delivery.organization,
        ).at_clause(all_terms[0].clause)
    elif any(term.file_names for term in sender_terms):
        yield _build_file_reason(
            cards.FILE_OF_ELEMENT, delivery, agreement, sender_terms, element=element
        )


def _find_sender_terms(delivery: DeliveryFact, agreement: AgreementFact) -> tuple[DataTerm, ...]:
    """Find the sender's terms that list an element of the delivery."""
    terms_by_element = (
        list_terms_for_element(agreement, element, delivery.organization)
        for element in sorted(delivery.elements)
    )
    return tuple(dict.fromkeys(term for terms in terms_by_element for term in terms))


def _build_file_reason(
    card: RuleCard,
    delivery: DeliveryFact,
    agreement: AgreementFact,
    terms: tuple[DataTerm, ...],
    **facts: str,
) -> Reason:
    """Build the reason whether some term allows a file of this name, at the first term's clause."""
    return Reason.from_card(
        card,
        met=any(may_term_use_file(term, delivery.file) for term in terms),
        agreement=agreement.reference,
        named=describe_file_names(terms),
        file=delivery.file or "(no name)",
        **facts,
    ).at_clause(terms[0].clause)


def list_delivery_obligations(
    delivery: DeliveryFact, agreement: AgreementFact, on: date
) -> Iterator[Obligation]:
    """List what the recipient must do after receiving: record, notice, pack duties and destruction.

    Args:
        delivery: facts of the delivery.
        agreement: facts of the agreement.
        on: day of the delivery.
    Returns:
        The obligations.
    """
    yield _build_card_obligation(record_keeping_cards.RECORD)
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
    due = find_destruction_due_date(agreement, on, delivery.elements)
    yield Obligation("DESTROY", "Destroy this data submission and all copies of it.", clause, due)


def _build_card_obligation(card: RuleCard) -> Obligation:
    return Obligation(card.id, card.steward, card.citation)


@policy_check(release_cards.SOMETHING_TO_REPORT)
def check_rows_kept(on: date, report: GiveBackFact) -> Reason:
    """Check that rows of the delivery are kept, so that there is something to report.

    Args:
        on: date of the check.
        report: facts of the delivery that is reported on.
    Returns:
        One reason.
    """
    return Reason.from_card(release_cards.SOMETHING_TO_REPORT, met=report.kept)
