"""Check one data element: listed in an agreement, and lawful for its special class."""

from collections.abc import Iterable, Iterator
from datetime import date
from fnmatch import fnmatchcase
from typing import Final

from cairn.policy.coverage.special_class_law import CLASS_LAW_CARDS, list_class_law_reasons
from cairn.policy.engine import Reason, element_check, policy_check
from cairn.policy.facts import AgreementFact, DataTerm, DisclosureContext
from cairn.policy.law import (
    DIRECT_IDENTIFIER_FIELDS,
    IMPERSONAL_RECORDS,
    RuleCard,
    find_special_class,
)
from cairn.policy.law.cards.governance import agreement as cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.law.cards.legal_bases import special_classes as special_classes_cards
from cairn.policy.law.cards.outputs import extract as extract_cards
from cairn.policy.vocabulary import LegalBasis, Outcome, SpecialClass

__all__ = [
    "COVERAGE_CARDS",
    "check_any_element",
    "check_element_coverage",
    "describe_file_names",
    "is_term_in_years",
    "list_special_classes",
    "list_terms_for_element",
    "matches_file_name",
    "may_term_use_file",
]

NO_CONTEXT: Final = DisclosureContext()
"""The context of a check that knows nothing except the agreements."""

# Never disclosed as, or used to look up, directory information (34 CFR 99.37(e)).
_NEVER_DIRECTORY_FIELDS: Final = frozenset({"ssn"})


def list_special_classes(element: str, context: DisclosureContext) -> frozenset[SpecialClass]:
    """List every special class of an element: its own, and those that a data dictionary adds.

    Args:
        element: ``record.field``.
        context: classes that data dictionaries add.
    Returns:
        The special classes.
    """
    own_class = find_special_class(element)
    return context.classes.get(element, frozenset()) | ({own_class} if own_class else frozenset())


@policy_check(cards.NO_ELEMENTS)
def check_any_element(on: date, elements: frozenset[str]) -> Iterator[Reason]:
    """Check that a request names at least one element.

    Args:
        on: date of the check.
        elements: elements of the request.
    Returns:
        A refusal if it names none.
    """
    if not elements:
        yield Reason.from_card(cards.NO_ELEMENTS, met=False)


COVERAGE_CARDS: Final = (
    cards.ELEMENT,
    special_classes_cards.ABOUT_PEOPLE,
    special_classes_cards.NOTHING_DISCLOSED,
    ferpa_exceptions_cards.DIRECTORY_NEVER_JOINED,
    special_classes_cards.LIMITED_IDENTIFIERS,
    extract_cards.NOBODY_NAMED,
    *CLASS_LAW_CARDS,
)


@element_check(*COVERAGE_CARDS)
def check_element_coverage(
    element: str,
    on: date,
    agreements: tuple[AgreementFact, ...],
    context: DisclosureContext = NO_CONTEXT,
) -> Iterator[Reason]:
    """Check that an element is listed in an agreement and lawful in one that lists it.

    Args:
        element: the element.
        on: date of the check.
        agreements: agreements behind the request.
        context: disclosure that they are part of.
    Returns:
        The reasons of the first agreement that allows the element, else of all that refuse it.
    """
    refused: list[Reason] = []
    for agreement in agreements:
        if element in agreement.elements:
            reasons = tuple(_check_element_under(agreement, context, element))
            if all(reason.effect is Outcome.ALLOW for reason in reasons):
                yield from reasons
                return
            refused += reasons
    if not refused:
        references = ", ".join(sorted(item.reference for item in agreements)) or "any agreement"
        refused.append(
            Reason.from_card(cards.ELEMENT, met=False, agreement=references, element=element)
        )
    yield from refused


def _check_element_under(
    agreement: AgreementFact, context: DisclosureContext, element: str
) -> Iterator[Reason]:
    reference, clause = agreement.reference, _find_element_clause(agreement, element)
    listed = Reason.from_card(cards.ELEMENT, met=True, agreement=reference, element=element)
    yield listed.at_clause(clause)
    record, _, field = element.partition(".")
    card, met = _find_basis_limit(agreement.basis, record, field)
    if card is not None:
        yield Reason.from_card(card, met=met, agreement=reference, element=element)
    yield from list_class_law_reasons(
        agreement, element, list_special_classes(element, context), context
    )


def _find_basis_limit(basis: LegalBasis, record: str, field: str) -> tuple[RuleCard | None, bool]:
    """Find the limit that a legal basis sets for an element, and whether it is met."""
    match basis:
        case LegalBasis.PUBLIC_DATA:
            return special_classes_cards.ABOUT_PEOPLE, record in IMPERSONAL_RECORDS
        case LegalBasis.NO_DISCLOSURE:
            return special_classes_cards.NOTHING_DISCLOSED, False
        case LegalBasis.DIRECTORY:
            return (
                ferpa_exceptions_cards.DIRECTORY_NEVER_JOINED,
                field not in _NEVER_DIRECTORY_FIELDS,
            )
        case LegalBasis.LIMITED_DATA_SET:
            return special_classes_cards.LIMITED_IDENTIFIERS, field not in DIRECT_IDENTIFIER_FIELDS
        case LegalBasis.DE_IDENTIFIED:
            return extract_cards.NOBODY_NAMED, field not in DIRECT_IDENTIFIER_FIELDS
        case _:
            return None, True


def _find_element_clause(agreement: AgreementFact, element: str) -> str:
    record, _, field = element.partition(".")
    clauses = (
        term.clause for term in agreement.data if term.record == record and field in term.elements
    )
    return next((clause for clause in clauses if clause), "")


def list_terms_for_element(
    agreement: AgreementFact, element: str, provider: str = ""
) -> Iterator[DataTerm]:
    """List the data terms of an agreement that name an element.

    Args:
        agreement: the agreement.
        element: ``record.field``.
        provider: organization that owns the data; empty: any provider.
    Returns:
        The terms.
    """
    record, _, field = element.partition(".")
    for term in agreement.data:
        of_provider = not provider or term.provider in ("", provider)
        if term.record == record and field in term.elements and of_provider:
            yield term


def is_term_in_years(term: DataTerm, first: str, last: str) -> bool:
    """Tell whether a term covers school years; a term that names none is not limited.

    Args:
        term: the data term.
        first: first school year.
        last: last school year.
    Returns:
        True if both years lie in the term.
    """
    begins = not term.first_year or term.first_year <= first
    return begins and (not term.last_year or last <= term.last_year)


def may_term_use_file(term: DataTerm, file: str) -> bool:
    """Tell whether a term allows its elements in a file of this name.

    A term that names no file allows any.

    In the agreement's names ``*`` matches any letters and ``?`` matches one; case does not count.

    Args:
        term: the data term.
        file: name of the file.
    Returns:
        True if the name matches.
    """
    return matches_file_name(term.file_names, file)


def matches_file_name(names: Iterable[str], file: str) -> bool:
    """Tell whether a file name matches one of these patterns; without patterns any name matches.

    Args:
        names: patterns with ``*`` and ``?``.
        file: name of the file.
    Returns:
        True if the name matches.
    """
    patterns = tuple(names)
    return not patterns or any(_matches_pattern(file, name) for name in patterns)


def describe_file_names(terms: Iterable[DataTerm]) -> str:
    """Describe in words the file names that data terms allow.

    Args:
        terms: data terms.
    Returns:
        Names joined by "or".
    """
    names = sorted({name for term in terms for name in term.file_names})
    return " or ".join(names) or "a file of any name"


def _matches_pattern(file: str, name: str) -> bool:
    return fnmatchcase(file.casefold(), name.casefold().replace("[", "[[]"))
