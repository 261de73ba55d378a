"""Check the data elements: named one by one, in the provider's dictionary, needed, and lawful."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from cairn.policy.coverage import check_element_coverage
from cairn.policy.facts import (
    AgreementFact,
    DataDictionaryFact,
    DataTerm,
    DisclosureContext,
    ElementAvailability,
    collect_special_classes,
    find_element_availability,
)
from cairn.policy.law import DIRECT_IDENTIFIER_FIELDS, RuleSource
from cairn.policy.lint.findings import LintFinding, LintInput, LintRule
from cairn.policy.vocabulary import (
    IdentifierClass,
    LegalBasis,
    Level,
    Outcome,
    SpecialClass,
    label_code,
)

_NAMED: Final = "Cairn policy, agreement review 3"

NO_ELEMENT_NAMED: Final = LintRule(
    "LA30",
    RuleSource.ANOMALY,
    _NAMED,
    "'{about}' in {record} is not a data element.",
    "List each data element by name. Elements that are not listed may not be shared.",
)

NO_ELEMENT_NAMED_IN_STUDY: Final = LintRule(
    "LL30",
    RuleSource.LAW,
    "34 CFR 99.31(a)(6)(iii)(C)(1)",
    ("'{about}' in {record}: a studies agreement must specify the information to be disclosed."),
    "List each data element by name.",
)

NO_ELEMENT_NAMED_IN_EVALUATION: Final = LintRule(
    "LL31",
    RuleSource.LAW,
    "34 CFR 99.35(a)(3)(ii)(A)",
    (
        "'{about}' in {record}: an evaluation agreement must specify the information to be "
        "disclosed."
    ),
    "List each data element by name.",
)

NOT_IN_DICTIONARY: Final = LintRule(
    "LA31",
    RuleSource.ANOMALY,
    _NAMED,
    "The provider's data dictionary does not have {about}.",
    "Remove the element, or ask the provider to add it to its data dictionary.",
)

OTHER_YEARS: Final = LintRule(
    "LA32",
    RuleSource.ANOMALY,
    _NAMED,
    "The provider's data dictionary has {about}, but not for {first} to {last}.",
    "Request the years for which the provider has it.",
)

UNKNOWN_YEARS: Final = LintRule(
    "LA33",
    RuleSource.ANOMALY,
    _NAMED,
    "The provider's data dictionary does not state the years for {about}.",
    "Ask the provider for the years before you rely on this element.",
)

IDENTIFYING_ELEMENT: Final = LintRule(
    "LL32",
    RuleSource.LAW,
    "34 CFR 99.31(b)(1)",
    "The level of detail is {level}, but this element identifies a child: {about}.",
    'Remove the element, or enter level = "individual" with a legal basis that allows it.',
)

NO_STATED_USE: Final = LintRule(
    "LP06u",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 6",
    "The agreement does not state which question the elements of {about} serve.",
    "Enter used_for.",
)

NO_YEARS: Final = LintRule(
    "LP06y",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 6",
    "The agreement does not limit the years of {about}.",
    'Enter years = ["2021-22", "2025-26"], for example.',
)

NO_DATA: Final = LintRule(
    "LP06d",
    RuleSource.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 6",
    "The agreement does not name any data elements, so no data may be submitted under it.",
    'Add a [[data]] table for each record type, or enter basis = "no_disclosure".',
    blocks_use=True,
)

_RULE_BY_BASIS: Final = MappingProxyType(
    {
        LegalBasis.STUDIES: NO_ELEMENT_NAMED_IN_STUDY,
        LegalBasis.AUDIT_EVALUATION: NO_ELEMENT_NAMED_IN_EVALUATION,
    }
)

# Phrases used in place of a name. A name is one word, or words joined by underscores.
_VAGUE_PHRASE: Final = re.compile(
    r"\*|\ball\b|\bany\b|\bevery|including|not limited|such as|\betc\b|relevant|appropriate"
    r"|as needed|necessary|to be determined|\btbd\b|data points|other\b.*\b(data|information)",
    re.IGNORECASE,
)

_ELEMENT_NAME: Final = re.compile(
    r"(?!(?:all|any|every)_\w*(?:data|elements|fields|records)$)\w+_\w+\Z"
)
_IDENTIFIED_LEVELS: Final = (Level.INDIVIDUAL, Level.SYSTEMS)


def is_vague_element(element: str) -> bool:
    """Report whether an element says "all", "such as" or the like instead of a name."""
    if _ELEMENT_NAME.match(element):
        return False
    return _VAGUE_PHRASE.search(element.replace("_", " ")) is not None


def check_data_elements(lint_input: LintInput) -> Iterator[LintFinding]:
    """Check each element of each term: named, in the dictionary, and needed."""
    agreement = lint_input.agreement
    is_disclosure = agreement.basis is not LegalBasis.NO_DISCLOSURE
    if is_disclosure and not agreement.data and not agreement.joins:
        yield NO_DATA.make_finding()
    for term in agreement.data:
        yield from _check_element_names(agreement, term)
        if not term.used_for:
            yield NO_STATED_USE.make_finding(term.clause, term.record)
        if not term.first_year:
            yield NO_YEARS.make_finding(term.clause, term.record)
        if lint_input.dictionaries is not None:
            yield from _check_dictionary(term, lint_input.dictionaries)
    if agreement.level not in _IDENTIFIED_LEVELS:
        yield from _check_identifying_elements(lint_input)


def _check_element_names(agreement: AgreementFact, term: DataTerm) -> Iterator[LintFinding]:
    lint_rule = _RULE_BY_BASIS.get(agreement.basis, NO_ELEMENT_NAMED)
    for element in sorted(term.elements):
        if is_vague_element(element):
            yield lint_rule.make_finding(term.clause, element, record=term.record)


def _check_dictionary(
    term: DataTerm, dictionaries: tuple[DataDictionaryFact, ...]
) -> Iterator[LintFinding]:
    provider_dictionaries = [
        dictionary for dictionary in dictionaries if "" in (term.provider, dictionary.organization)
    ]
    provider_dictionaries += [
        dictionary
        for dictionary in dictionaries
        if dictionary.organization and dictionary.organization == term.provider
    ]
    for element in sorted(term.elements):
        element_name = f"{term.record}.{element}"
        first_year, last_year = term.first_year, term.last_year
        match find_element_availability(provider_dictionaries, element_name, first_year, last_year):
            case ElementAvailability.NO:
                yield NOT_IN_DICTIONARY.make_finding(term.clause, element_name)
            case ElementAvailability.NOT_THOSE_YEARS if first_year:
                yield OTHER_YEARS.make_finding(
                    term.clause, element_name, first=first_year, last=last_year
                )
            case ElementAvailability.YEARS_UNKNOWN if first_year:
                yield UNKNOWN_YEARS.make_finding(term.clause, element_name)
            case _:
                pass


def _check_identifying_elements(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report identifying elements in a text with a level at which no child can be identified."""
    level = label_code(lint_input.agreement.level)
    for term in lint_input.agreement.data:
        for element in sorted(term.elements):
            element_name = f"{term.record}.{element}"
            if element in DIRECT_IDENTIFIER_FIELDS or _is_direct_identifier(
                element_name, lint_input.dictionaries or ()
            ):
                yield IDENTIFYING_ELEMENT.make_finding(term.clause, element_name, level=level)


def _is_direct_identifier(element: str, dictionaries: tuple[DataDictionaryFact, ...]) -> bool:
    return any(
        entry.identifier is IdentifierClass.DIRECT
        for dictionary in dictionaries
        for entry in dictionary.find_all(element)
    )


def check_protected_elements(lint_input: LintInput) -> Iterator[LintFinding]:
    """Report each element that a decision would refuse, in the words of its own rule."""
    agreement = lint_input.agreement
    surroundings = DisclosureContext(classes=_find_special_classes(lint_input))
    coverage_check = check_element_coverage((agreement,), surroundings)
    for element in sorted(agreement.elements):
        for reason in coverage_check.run(element, lint_input.on):
            if reason.effect is Outcome.DENY:
                card = reason.card
                yield LintFinding(
                    card.id,
                    card.severity,
                    card.citation,
                    reason.where or "data",
                    reason.message,
                    reason.next_step,
                    element,
                )


def _find_special_classes(lint_input: LintInput) -> Mapping[str, frozenset[SpecialClass]]:
    """Find the special classes that the dictionaries give to elements of this text."""
    dictionaries = lint_input.dictionaries or ()
    return collect_special_classes(
        entry for dictionary in dictionaries for entry in dictionary.elements
    )


ALL: Final = (
    NO_ELEMENT_NAMED,
    NO_ELEMENT_NAMED_IN_STUDY,
    NO_ELEMENT_NAMED_IN_EVALUATION,
    NOT_IN_DICTIONARY,
    OTHER_YEARS,
    UNKNOWN_YEARS,
    IDENTIFYING_ELEMENT,
    NO_STATED_USE,
    NO_YEARS,
    NO_DATA,
)
