"""Search data elements: those of organizations' dictionaries first, then Cairn's catalog."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cairn.governance.dictionaries.queries import load_current_dictionaries
from cairn.policy.facts import DataElementFact
from cairn.warehouse.schema import describe_element, load_element_catalogue

__all__ = [
    "ElementOffer",
    "OfferKind",
    "list_undescribed_elements",
    "search_dictionary_elements",
]

MOST_OFFERS: Final = 30
"""Elements on one page of search results."""


class OfferKind(StrEnum):
    """Where an element of a search is known."""

    LISTED = "listed"
    UNMATCHED = "unmatched"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class ElementOffer:
    """One element that a search found.

    Attributes:
        element: ``record.field``; the owner's own name for one without a match.
        label: its name in words.
        definition: the owner's definition; empty if there is none.
        kind: in an owner's dictionary, there under its own name only, or in no dictionary.
    """

    element: str
    label: str
    definition: str
    kind: OfferKind


def search_dictionary_elements(
    owners: Iterable[str], wanted: str, chosen: Collection[str]
) -> tuple[ElementOffer, ...]:
    """Search the data dictionaries of organizations, then Cairn's catalog.

    Args:
        owners: slugs of the organizations.
        wanted: words to look for; empty lists what the dictionaries have.
        chosen: elements that are chosen already, which are not offered.

    Returns:
        At most `MOST_OFFERS` elements, those of a dictionary first.
    """
    words = wanted.casefold().split()
    found: dict[str, ElementOffer] = {}
    for offer, text in _iterate_offers(_list_entries(owners), with_catalog=bool(words)):
        is_wanted = all(word in text.casefold() for word in words)
        if is_wanted and offer.element not in chosen:
            found.setdefault(offer.element, offer)
    return tuple(found.values())[:MOST_OFFERS]


def list_undescribed_elements(owners: Iterable[str], elements: Collection[str]) -> frozenset[str]:
    """List the elements that no dictionary of these organizations has.

    Args:
        owners: slugs of the organizations.
        elements: elements as ``record.field``.

    Returns:
        The elements; none where the organizations have no dictionary on record.
    """
    entries = _list_entries(owners)
    known = {entry.name for entry in entries}
    return frozenset(elements) - known if entries else frozenset()


def _list_entries(owners: Iterable[str]) -> list[DataElementFact]:
    slugs = sorted(set(owners) - {""})
    dictionaries = load_current_dictionaries(*slugs) if slugs else ()
    return [entry for dictionary in dictionaries for entry in dictionary.elements]


def _iterate_offers(
    entries: Iterable[DataElementFact], *, with_catalog: bool
) -> Iterator[tuple[ElementOffer, str]]:
    """Yield each element with the text that a search reads."""
    catalog = {
        field.element: " ".join(field.headers)
        for record in load_element_catalogue().values()
        for field in record.fields.values()
    }
    for entry in entries:
        is_matched = entry.name in catalog
        kind = OfferKind.LISTED if is_matched else OfferKind.UNMATCHED
        label = describe_element(entry.name) if is_matched else entry.own_name
        offer = ElementOffer(entry.name, label, entry.definition, kind)
        yield offer, f"{label} {entry.name} {entry.own_name} {entry.definition}"
    if with_catalog:
        for element, headers in catalog.items():
            label = describe_element(element)
            offer = ElementOffer(element, label, "", OfferKind.UNLISTED)
            yield offer, f"{label} {element} {headers}"
