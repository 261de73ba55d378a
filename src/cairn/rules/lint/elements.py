"""The data elements: named one by one, held by their provider, needed, lawful by themselves."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from cairn.rules.agreement import Agreement, DataTerm
from cairn.rules.citations import Severity
from cairn.rules.dictionary import DataDictionary, Held, held
from cairn.rules.element import DIRECT_FIELDS, covered
from cairn.rules.lint.finding import Finding, Objection, Text
from cairn.rules.packs import Surroundings
from cairn.rules.vocabulary import IdentifierClass, LegalBasis, Level, Outcome, SpecialClass

_NAMED: Final = "Cairn policy, reading 3"

EVERYTHING: Final = Objection(
    "LA30",
    Severity.ANOMALY,
    _NAMED,
    "'{about}' of {record} names no data element.",
    "List each element by its name: what is not listed is not shared.",
)
EVERYTHING_OF_A_STUDY: Final = Objection(
    "LL30",
    Severity.LAW,
    "34 CFR 99.31(a)(6)(iii)(C)(1)",
    "'{about}' of {record}: a studies agreement specifies the information to be disclosed.",
    "List each element by its name.",
)
EVERYTHING_OF_AN_EVALUATION: Final = Objection(
    "LL31",
    Severity.LAW,
    "34 CFR 99.35(a)(3)(ii)(B)",
    "'{about}' of {record}: an evaluation agreement specifies the information to be disclosed.",
    "List each element by its name.",
)
LACKING: Final = Objection(
    "LA31",
    Severity.ANOMALY,
    _NAMED,
    "The provider's dictionary has no {about}.",
    "Take it out, or ask the provider what it calls this element.",
)
OTHER_YEARS: Final = Objection(
    "LA32",
    Severity.ANOMALY,
    _NAMED,
    "The provider's dictionary has {about}, but not for {first} to {last}.",
    "Ask for the years in which the provider has it.",
)
UNKNOWN_YEARS: Final = Objection(
    "LA33",
    Severity.ANOMALY,
    _NAMED,
    "The provider's dictionary does not say for which years it has {about}.",
    "Ask the provider for the years before relying on it.",
)
IDENTIFIES: Final = Objection(
    "LL32",
    Severity.LAW,
    "34 CFR 99.31(b)(1)",
    "{about} identifies a child, but the level says {level}.",
    'Take it out, or write level = "individual" with a basis that carries it.',
)
UNUSED: Final = Objection(
    "LP06u",
    Severity.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 6",
    "Nothing says which question the elements of {about} serve.",
    "Write used_for.",
)
NO_YEARS: Final = Objection(
    "LP06y",
    Severity.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 6",
    "The years of {about} are not limited.",
    'Write years = ["2021-22", "2025-26"].',
)
NO_DATA: Final = Objection(
    "LP06d",
    Severity.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 6",
    "No data element is named, so nothing may be delivered under it.",
    'Add a [[data]] table for each record type, or say basis = "no_disclosure".',
)

_BY_BASIS: Final = MappingProxyType(
    {
        LegalBasis.STUDIES: EVERYTHING_OF_A_STUDY,
        LegalBasis.AUDIT_EVALUATION: EVERYTHING_OF_AN_EVALUATION,
    }
)
# Said instead of a name. A name is one word, or words joined by underscores.
_NO_NAME: Final = re.compile(
    r"\*|\ball\b|\bany\b|\bevery|including|not limited|such as|\betc\b|relevant|appropriate"
    r"|as needed|necessary|to be determined|\btbd\b|data points|other\b.*\b(data|information)",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"(?!(?:all|any|every)_\w*(?:data|elements|fields|records)$)\w+_\w+\Z")
_CLOSE: Final = (Level.INDIVIDUAL, Level.SYSTEMS)


def names_nothing(element: str) -> bool:
    """Whether what stands for an element says "all", "such as" or the like instead of a name."""
    if _NAME.match(element):
        return False
    return _NO_NAME.search(element.replace("_", " ")) is not None


def elements(text: Text) -> Iterator[Finding]:
    """Each element of each term: whether it is one, and is held and needed."""
    agreement = text.agreement
    discloses = agreement.basis is not LegalBasis.NO_DISCLOSURE
    if discloses and not agreement.data and not agreement.joins:
        yield NO_DATA.finding()
    for term in agreement.data:
        yield from _named(agreement, term)
        if not term.used_for:
            yield UNUSED.finding(term.clause, term.record)
        if not term.first_year:
            yield NO_YEARS.finding(term.clause, term.record)
        if text.dictionaries is not None:
            yield from _held(term, text.dictionaries)
    if agreement.level not in _CLOSE:
        yield from _identifying(text)


def _named(agreement: Agreement, term: DataTerm) -> Iterator[Finding]:
    objection = _BY_BASIS.get(agreement.basis, EVERYTHING)
    for element in sorted(term.elements):
        if names_nothing(element):
            yield objection.finding(term.clause, element, record=term.record)


def _held(term: DataTerm, dictionaries: tuple[DataDictionary, ...]) -> Iterator[Finding]:
    mine = [d for d in dictionaries if "" in (term.provider, d.organization)]
    mine += [d for d in dictionaries if d.organization and d.organization == term.provider]
    for element in sorted(term.elements):
        whole = f"{term.record}.{element}"
        first, last = term.first_year, term.last_year
        match held(mine, whole, first, last):
            case Held.NO:
                yield LACKING.finding(term.clause, whole)
            case Held.NOT_THOSE_YEARS if first:
                yield OTHER_YEARS.finding(term.clause, whole, first=first, last=last)
            case Held.YEARS_UNKNOWN if first:
                yield UNKNOWN_YEARS.finding(term.clause, whole)
            case _:
                pass


def _identifying(text: Text) -> Iterator[Finding]:
    """What names a child has no place where no child is to be told from another."""
    level = text.agreement.level.value.replace("_", " ")
    for term in text.agreement.data:
        for element in sorted(term.elements):
            whole = f"{term.record}.{element}"
            if element in DIRECT_FIELDS or _direct(whole, text.dictionaries or ()):
                yield IDENTIFIES.finding(term.clause, whole, level=level)


def _direct(element: str, dictionaries: tuple[DataDictionary, ...]) -> bool:
    entries = (d.find(element) for d in dictionaries)
    return any(e is not None and e.identifier is IdentifierClass.DIRECT for e in entries)


def protected(text: Text) -> Iterator[Finding]:
    """Each element that the decision would refuse by itself, in the words of its own rule."""
    agreement = text.agreement
    around = Surroundings(classes=_classes(text))
    for rule in covered((agreement,), around):
        for element in sorted(agreement.elements):
            for reason in rule(element, text.on):
                if reason.effect is Outcome.DENY:
                    card = reason.card
                    yield Finding(
                        card.id,
                        card.severity,
                        card.citation,
                        reason.where or "data",
                        reason.message,
                        reason.next_step,
                        element,
                    )


def _classes(text: Text) -> Mapping[str, frozenset[SpecialClass]]:
    """The special classes that the dictionaries know of elements named here."""
    entries = [e for d in text.dictionaries or () for e in d.elements if e.special]
    return MappingProxyType({entry.name: entry.special for entry in entries})


ALL: Final = (
    EVERYTHING,
    EVERYTHING_OF_A_STUDY,
    EVERYTHING_OF_AN_EVALUATION,
    LACKING,
    OTHER_YEARS,
    UNKNOWN_YEARS,
    IDENTIFIES,
    UNUSED,
    NO_YEARS,
    NO_DATA,
)
