"""Define the facts of a provider's data dictionary: elements, years, identifier classes.

A dictionary holds no row about a person. An element without a confirmed class counts as
identifying.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cairn.policy.vocabulary import IdentifierClass, SpecialClass

__all__ = [
    "STILL_COLLECTED",
    "DataDictionaryFact",
    "DataElementFact",
    "ElementAvailability",
    "collect_identifier_classes",
    "collect_special_classes",
    "find_element_availability",
]

STILL_COLLECTED: Final = ""
"""The last year of an element that its dictionary marks as still collected."""


class ElementAvailability(StrEnum):
    """Name whether a dictionary has an element for the school years asked about."""

    YES = "yes"
    NOT_THOSE_YEARS = "not_those_years"
    YEARS_UNKNOWN = "years_unknown"
    NO = "no"


@dataclass(frozen=True, slots=True)
class DataElementFact:
    """Describe one entry of a data dictionary.

    The provider's file states the entry; a person at the provider confirms its classes.

    Attributes:
        name: ``record.field`` where a person matched the entry with Cairn's own catalog, else the
            provider's own name.
        definition: the provider's definition; empty if the file has none.
        kind: type of the values, such as "text" or "date"; empty if the file does not say.
        values: permitted values, as the provider writes them; empty if the file does not say.
        first_year: first school year with data, such as "2025-26"; None where the dictionary does
            not say.
        last_year: last school year with data; ``STILL_COLLECTED`` for an element that is still
            collected, None where the dictionary does not say.
        identifier: how the element identifies a student; None until a person confirmed a class.
        special: special classes; one that Cairn guessed counts before a person confirms it.
        confirmed: whether a person confirmed the classes; until then the element counts as
            identifying.
        ladder: coarser forms of the same fact, finest first; empty if there are none.
        own_name: the provider's own name for the element.
    """

    name: str
    definition: str = ""
    kind: str = ""
    values: str = ""
    first_year: str | None = None
    last_year: str | None = None
    identifier: IdentifierClass | None = None
    special: frozenset[SpecialClass] = frozenset()
    confirmed: bool = False
    ladder: tuple[str, ...] = ()
    own_name: str = ""

    @property
    def is_pii(self) -> bool:
        """Report whether this identifies a child, alone or with others; true until confirmed."""
        return not self.confirmed or self.identifier is not IdentifierClass.NONE

    def check_years(self, first: str, last: str) -> ElementAvailability:
        """Report whether this entry covers every school year from ``first`` to ``last``."""
        if self.first_year is None or self.last_year is None:
            return ElementAvailability.YEARS_UNKNOWN
        covers_start = self.first_year <= first
        covers_end = self.last_year == STILL_COLLECTED or last <= self.last_year
        return (
            ElementAvailability.YES
            if covers_start and covers_end
            else ElementAvailability.NOT_THOSE_YEARS
        )


@dataclass(frozen=True, slots=True)
class DataDictionaryFact:
    """Describe one data set of one provider, as a version of its dictionary describes it.

    Attributes:
        organization: slug of the provider.
        data_set: the provider's own name for the data set.
        version: number of this version; the first is 1.
        elements: entries of the dictionary.
    """

    organization: str
    data_set: str
    version: int
    elements: tuple[DataElementFact, ...]

    def find(self, element: str) -> DataElementFact | None:
        """Find the first entry for ``record.field`` or for the provider's own name, ignoring letter
        case.
        """
        return next(iter(self.find_all(element)), None)

    def find_all(self, element: str) -> tuple[DataElementFact, ...]:
        """Find every entry for an element; a name may occur in several programs of a provider."""
        folded_name = element.casefold()
        return tuple(
            entry
            for entry in self.elements
            if folded_name in (entry.name.casefold(), entry.own_name.casefold())
        )


def collect_special_classes(
    entries: Iterable[DataElementFact],
) -> dict[str, frozenset[SpecialClass]]:
    """Collect the special classes of elements from the entries of several dictionaries.

    A guessed class counts until a person confirms that the element has none.

    Args:
        entries: entries of the owners' dictionaries.
    Returns:
        All classes by element; an element without a class is there once a person confirmed it.
    """
    classes: dict[str, frozenset[SpecialClass]] = {}
    for entry in entries:
        if entry.special or entry.confirmed:
            classes[entry.name] = classes.get(entry.name, frozenset()) | entry.special
    return classes


def collect_identifier_classes(
    entries: Iterable[DataElementFact],
) -> dict[str, IdentifierClass | None]:
    """Collect how elements identify a student, from the entries of several dictionaries.

    Args:
        entries: entries of the owners' dictionaries.
    Returns:
        The most identifying class by element; ``None`` where an entry is not confirmed.
    """
    classes: dict[str, IdentifierClass | None] = {}
    for entry in entries:
        found = entry.identifier if entry.confirmed else None
        known = classes.get(entry.name, found)
        ranked = (None, IdentifierClass.DIRECT, IdentifierClass.INDIRECT, IdentifierClass.NONE)
        classes[entry.name] = min(found, known, key=ranked.index)
    return classes


def find_element_availability(
    dictionaries: Iterable[DataDictionaryFact], element: str, first: str, last: str
) -> ElementAvailability:
    """Find the best answer of several dictionaries for an element and its years.

    Args:
        dictionaries: data dictionaries of the owners.
        element: data element (``record.field``).
        first: first school year.
        last: last school year.
    Returns:
        Whether the element is available in these years.
    """
    answers = {
        entry.check_years(first, last)
        for dictionary in dictionaries
        for entry in dictionary.find_all(element)
    }
    return next(
        (answer for answer in ElementAvailability if answer in answers), ElementAvailability.NO
    )
