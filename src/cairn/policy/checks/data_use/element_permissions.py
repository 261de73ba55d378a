"""Find which agreements open an element of a use, given dictionaries and law packs.

Directory information is opened by the annual notice (34 CFR 99.37).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from cairn.policy.checks.agreements.agreement_validity import find_original_owners
from cairn.policy.checks.data_use.directory_notice import DIRECTORY_CARDS, check_directory_notice
from cairn.policy.checks.data_use.use_context import UseContext
from cairn.policy.checks.projects.project_authorization import LEVELS_WITHIN
from cairn.policy.checks.students.student_access import ElementPermission
from cairn.policy.coverage import (
    COVERAGE_CARDS,
    check_element_coverage,
    describe_file_names,
    is_term_in_years,
    list_special_classes,
    list_terms_for_element,
    may_term_use_file,
)
from cairn.policy.engine import Reason, element_check
from cairn.policy.facts import (
    FILE_ACTIONS,
    AgreementFact,
    AnnualNotice,
    DataDictionaryFact,
    DataElementFact,
    DisclosureContext,
    ElementAvailability,
    find_element_availability,
)
from cairn.policy.law.cards.governance import agreement as agreement_cards
from cairn.policy.law.cards.governance import data_use as cards
from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.vocabulary import (
    RECIPIENT_ROLES,
    IdentifierClass,
    LegalBasis,
    Level,
    Outcome,
    PartyRole,
    SpecialClass,
    label_code,
)

__all__ = [
    "UseElements",
    "check_element_permitted",
    "check_emergency_element",
    "list_element_permissions",
]


@dataclass(frozen=True, slots=True)
class UseElements:
    """The facts about the elements of a use: dictionaries of the owners, agreements, notices.

    Args:
        use: context of the use.
        dictionaries: data dictionaries of the owners.
        context: what law packs read.
        notices: annual notices of the providers.
        received: elements that files brought, by the reference of their agreement.
    """

    use: UseContext
    dictionaries: tuple[DataDictionaryFact, ...]
    context: DisclosureContext
    notices: tuple[AnnualNotice, ...] = ()
    received: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    # The reasons about an element explain the answer, and then say which agreements open it.
    _known_reasons: dict[tuple[str, str, date], tuple[Reason, ...]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def find_entries(self, element: str) -> tuple[DataElementFact, ...]:
        """Return what each dictionary says of an element."""
        return _find_entries(self.dictionaries, element)

    def list_coarser_forms(self, element: str) -> tuple[str, ...]:
        """Return the coarser forms of an element, finest first."""
        return tuple(
            dict.fromkeys(form for entry in self.find_entries(element) for form in entry.ladder)
        )

    def list_classes(self, element: str) -> frozenset[SpecialClass]:
        """Return the special classes of an element, by the law's own list and by dictionaries."""
        return list_special_classes(element, self.context)

    def explain_element(self, element: str, on: date) -> tuple[Reason, ...]:
        """Return the reasons of all agreements that open an element, else of those that list it.

        Where no agreement lists the element, one reason names them all.
        """
        agreements = self._list_giving_agreements()
        refused: list[Reason] = []
        opening: list[Reason] = []
        for agreement in agreements:
            reasons = self._list_reasons(agreement, element, on)
            if all(reason.effect is Outcome.ALLOW for reason in reasons):
                opening += reasons
            elif element in agreement.elements:
                refused += reasons
        if not opening and not refused:
            refused += check_element_coverage(agreements).run(element, on)
        return tuple(dict.fromkeys(opening or refused))

    def list_permissions(self, element: str, on: date) -> tuple[ElementPermission, ...]:
        """Return the agreements that open an element, each with its basis and the providers it
        opens.
        """
        return tuple(
            ElementPermission(
                agreement.reference,
                agreement.basis,
                self._list_opened_providers(agreement, element),
            )
            for agreement in self._list_giving_agreements()
            if all(
                reason.effect is Outcome.ALLOW
                for reason in self._list_reasons(agreement, element, on)
            )
        )

    def _list_opened_providers(self, agreement: AgreementFact, element: str) -> frozenset[str]:
        """Return the providers with data that an agreement opens to the receiver.

        A provider that is not a recipient gets its own data only, and not what the others provide
        under the same agreement (34 CFR 99.33(a)(1)).
        """
        receiver, owners = self.use.request.receiver, _find_term_owners(agreement, element)
        is_recipient = receiver in agreement.list_organizations(*RECIPIENT_ROLES)
        is_provider = receiver in agreement.list_organizations(PartyRole.PROVIDER)
        return owners & {receiver} if is_provider and not is_recipient else owners

    def _list_giving_agreements(self) -> tuple[AgreementFact, ...]:
        """Return the agreements that give the receiver data; else all that disclose data."""
        receiver, disclosing = self.use.request.receiver, self.use.disclosing_agreements
        direct = tuple(
            item
            for item in disclosing
            if receiver in item.list_organizations(PartyRole.PROVIDER, *RECIPIENT_ROLES)
        )
        return direct or disclosing

    def _list_reasons(self, agreement: AgreementFact, element: str, on: date) -> tuple[Reason, ...]:
        """List the reasons of one agreement for and against an element."""
        key = (agreement.reference, element, on)
        if key not in self._known_reasons:
            reasons = self._check_element_under_agreement(agreement, element, on)
            self._known_reasons[key] = tuple(reasons)
        return self._known_reasons[key]

    def _check_element_under_agreement(
        self, agreement: AgreementFact, element: str, on: date
    ) -> Iterator[Reason]:
        yield from check_element_coverage((agreement,), self.context).run(element, on)
        # An owner that sends its own file shows by it which elements it has.
        if not self.use.is_submission:
            yield from self._check_dictionary_entry(agreement, element)
        if agreement.basis is LegalBasis.DIRECTORY:
            yield from self._check_directory_notices(agreement, element, on)
        level, agreed_level = self.context.level, self._find_agreed_level(agreement)
        facts = {"agreement": agreement.reference, "element": element}
        yield Reason.from_card(
            cards.AGREED_LEVEL,
            met=level in LEVELS_WITHIN[agreed_level],
            level=label_code(level),
            agreed=label_code(agreed_level),
            **facts,
        )
        first, last = self.use.first_year, self.use.last_year
        if terms := tuple(list_terms_for_element(agreement, element)):
            met = any(is_term_in_years(term, first, last) for term in terms)
            yield Reason.from_card(cards.AGREED_YEARS, met=met, first=first, last=last, **facts)
        if self.use.request.action in FILE_ACTIONS and any(entry.file_names for entry in terms):
            file = self.use.request.file
            met = any(may_term_use_file(term, file) for term in terms)
            file_facts = {"file": file or "(no name)", "named": describe_file_names(terms)}
            yield Reason.from_card(agreement_cards.FILE_OF_ELEMENT, met=met, **facts, **file_facts)

    def _find_agreed_level(self, agreement: AgreementFact) -> Level:
        """Find the most detailed level at which the data may be used.

        De-identified records are used about no named child, whatever level the text states (34 CFR
        99.31(b)(1)). Their owner sends them as rows with a code in each.
        """
        is_nameless = agreement.basis is LegalBasis.DE_IDENTIFIED and not self.use.is_submission
        is_named = agreement.level is Level.INDIVIDUAL
        return Level.DE_IDENTIFIED if is_nameless and is_named else agreement.level

    def _check_dictionary_entry(self, agreement: AgreementFact, element: str) -> Iterator[Reason]:
        """Check that an owner's dictionary lists the element for these years and level.

        A file that brought the element under the agreement shows as well that the owner has it.
        """
        agreement_owners = find_original_owners(agreement)
        own_dictionaries = tuple(
            dictionary
            for dictionary in self.dictionaries
            if dictionary.organization in agreement_owners
        )
        first, last = self.use.first_year, self.use.last_year
        facts = {
            "element": element,
            "providers": " or ".join(sorted(agreement_owners)) or "any provider",
        }
        availability = (
            ElementAvailability.YES
            if element in self.received.get(agreement.reference, ())
            else find_element_availability(own_dictionaries, element, first, last)
        )
        yield Reason.from_card(
            cards.NOT_HELD, met=availability is not ElementAvailability.NO, **facts
        )
        if availability is not ElementAvailability.NO:
            met = bool(first) and bool(last) and availability is ElementAvailability.YES
            yield Reason.from_card(cards.NOT_THOSE_YEARS, met=met, first=first, last=last, **facts)
        level = self.context.level
        entries = _find_entries(own_dictionaries, element)
        if self.use.is_figure:  # the disclosure audit protects what figures show
            is_fitting = all(entry.identifier is not IdentifierClass.DIRECT for entry in entries)
        else:
            is_fitting = level is Level.INDIVIDUAL or all(map(_is_confirmed_indirect, entries))
        yield Reason.from_card(
            cards.TOO_CLOSE, met=is_fitting, element=element, level=label_code(level)
        )

    def _check_directory_notices(
        self, agreement: AgreementFact, element: str, on: date
    ) -> Iterator[Reason]:
        """Check what each provider's notice to families says of directory information."""
        receiver = self.use.request.receiver
        for provider in sorted(agreement.list_organizations(PartyRole.PROVIDER)):
            notice_check = check_directory_notice(
                self.notices, provider, agreement.reference, element, receiver
            )
            yield from notice_check.run(on)


@element_check(
    *COVERAGE_CARDS,
    *DIRECTORY_CARDS,
    cards.NOT_HELD,
    cards.NOT_THOSE_YEARS,
    cards.TOO_CLOSE,
    cards.AGREED_LEVEL,
    cards.AGREED_YEARS,
    agreement_cards.FILE_OF_ELEMENT,
)
def check_element_permitted(
    element: str, on: date, use_elements: UseElements
) -> tuple[Reason, ...]:
    """Check that an agreement, the law and the owner's dictionary allow an element of a use.

    Args:
        element: the element.
        on: date of the use.
        use_elements: facts about the elements.
    Returns:
        The reasons of every agreement that opens the element, else of all that refuse it.
    """
    return use_elements.explain_element(element, on)


def list_element_permissions(
    elements: Iterable[str], use_elements: UseElements, on: date
) -> Mapping[str, tuple[ElementPermission, ...]]:
    """List the permissions of each element and of each of its coarser forms.

    Args:
        elements: elements of the request.
        use_elements: facts about the elements.
        on: date of the use.
    Returns:
        Permissions by element.
    """
    all_forms = {
        form for name in elements for form in (name, *use_elements.list_coarser_forms(name))
    }
    return {element: use_elements.list_permissions(element, on) for element in sorted(all_forms)}


def _find_entries(
    dictionaries: Iterable[DataDictionaryFact], element: str
) -> tuple[DataElementFact, ...]:
    return tuple(entry for dictionary in dictionaries for entry in dictionary.find_all(element))


def _find_term_owners(agreement: AgreementFact, element: str) -> frozenset[str]:
    """Find the owners with data that a term opens: the provider that it names, else every owner."""
    term_providers = {term.provider for term in list_terms_for_element(agreement, element)}
    all_owners = find_original_owners(agreement)
    return all_owners if not term_providers or "" in term_providers else all_owners & term_providers


def _is_confirmed_indirect(entry: DataElementFact) -> bool:
    """Tell whether a person has confirmed that an element alone does not identify a child."""
    return entry.confirmed and entry.identifier in (IdentifierClass.INDIRECT, IdentifierClass.NONE)


@element_check(
    exceptional_bases_cards.A_PERSON_DECIDES, exceptional_bases_cards.NECESSARY, cards.NOT_HELD
)
def check_emergency_element(
    element: str,
    on: date,
    elements: UseElements,
    receiver: str,
    answered: frozenset[tuple[str, str]],
) -> Iterator[Reason]:
    """Check an element in an emergency; one under a law of its own waits for a person even then.

    So does an element of an owner without a data dictionary, since no one knows which law protects
    it. An element that the owner's dictionary lacks does not exist.

    Args:
        element: data element (``record.field``).
        on: date of the check.
        elements: facts about the elements, with the dictionaries of the owners.
        receiver: slug of the receiver.
        answered: questions that a person has answered: card and subject.
    Returns:
        One reason.
    """
    if elements.dictionaries and not elements.find_entries(element):
        owners = {dictionary.organization for dictionary in elements.dictionaries}
        yield Reason.from_card(
            cards.NOT_HELD, met=False, element=element, providers=" or ".join(sorted(owners))
        )
        return
    question = exceptional_bases_cards.A_PERSON_DECIDES
    is_open = not elements.dictionaries or bool(elements.list_classes(element))
    if is_open and (question.id, element) not in answered:
        official = (("official", "(nobody)"), ("about", element))
        yield Reason(question, Outcome.NEEDS_PERSON, official)
    else:
        yield Reason.from_card(exceptional_bases_cards.NECESSARY, met=True, organization=receiver)
