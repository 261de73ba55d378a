"""Read what the register offers for a draft: partners, people, and elements of dictionaries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.governance.partners.api import Affiliation, Organization, list_visible_people
from cairn.policy.facts import Actor, AgreementFact, DataElementFact
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import RECIPIENT_ROLES, Action, PartyRole
from cairn.warehouse.schema import describe_element, load_element_catalogue

MOST_OFFERS: Final = 30
"""Elements on one page of search results."""


def list_partner_choices() -> tuple[tuple[str, str], ...]:
    """List the registered partners for a choice.

    Returns:
        Short name and name, by name.
    """
    rows = Organization.objects.order_by("name").values_list("slug", "name")
    return tuple((str(slug), str(name)) for slug, name in rows)


@dataclass(frozen=True, slots=True)
class PartyPeople:
    """Registered people of the parties: those who may send, and who may receive."""

    senders: tuple[tuple[str, str], ...]
    receivers: tuple[tuple[str, str], ...]


def list_party_people(terms: AgreementFact, who: Actor, on: date) -> PartyPeople:
    """List the people of a draft's parties, as far as a person may see them.

    Args:
        terms: the draft's terms.
        who: the policy facts about the person.
        on: the date.

    Returns:
        Values as the text writes a contact ("name, email"), with labels.
    """
    if not may_open_page(Action.VIEW_PEOPLE, who, on=on).allowed:
        return PartyPeople((), ())
    visible = list_visible_people(who, on).values("pk")
    rows = (
        Affiliation.objects.filter_active(on)
        .filter(pk__in=visible, organization__slug__in=terms.list_organizations(*PartyRole))
        .select_related("user", "organization")
        .order_by("organization__name", "user__name")
    )
    people = [
        (row.organization.slug, f"{row.user.name}, {row.user.email}", row.organization.name)
        for row in rows
    ]

    def choose(slugs: Iterable[str]) -> tuple[tuple[str, str], ...]:
        wanted = frozenset(slugs)
        chosen = {value: f"{value} ({name})" for slug, value, name in people if slug in wanted}
        return tuple(chosen.items())

    return PartyPeople(
        choose(terms.list_organizations(PartyRole.PROVIDER)),
        choose(terms.list_organizations(*RECIPIENT_ROLES)),
    )


class OfferKind(StrEnum):
    """Where an element of a search is known."""

    LISTED = "listed"
    UNMATCHED = "unmatched"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class ElementOffer:
    """One element that a search found.

    Attributes:
        element: ``record.field``; the provider's own name for one without a match.
        label: its name in words.
        definition: the provider's definition; empty if there is none.
        kind: in a provider's dictionary, there under its own name only, or in no dictionary.
    """

    element: str
    label: str
    definition: str
    kind: OfferKind


def search_elements(terms: AgreementFact, wanted: str) -> tuple[ElementOffer, ...]:
    """Search the data dictionaries of a draft's providers, then Cairn's catalog.

    Args:
        terms: the draft's terms.
        wanted: words to look for; empty lists what the dictionaries have.

    Returns:
        At most `MOST_OFFERS` elements that the draft does not have, those of a dictionary first.
    """
    words = wanted.casefold().split()
    found: dict[str, ElementOffer] = {}
    for offer, text in _iterate_offers(_list_entries(terms), with_catalog=bool(words)):
        is_wanted = all(word in text.casefold() for word in words)
        if is_wanted and offer.element not in terms.elements:
            found.setdefault(offer.element, offer)
    return tuple(found.values())[:MOST_OFFERS]


def list_unlisted_elements(terms: AgreementFact) -> frozenset[str]:
    """List the elements of a draft that no dictionary of its providers has.

    Args:
        terms: the draft's terms.

    Returns:
        Elements as ``record.field``; none where the providers have no dictionary on record.
    """
    entries = _list_entries(terms)
    known = {entry.name for entry in entries}
    return frozenset(terms.stated_elements - known) if entries else frozenset()


def list_owner_choices(terms: AgreementFact) -> list[tuple[str, str]]:
    """List the data owners of a draft that a writer may ask for an element.

    Args:
        terms: the draft's terms.

    Returns:
        Slug and name of each provider.
    """
    return [
        (party.organization, party.name or party.organization)
        for party in terms.parties
        if party.role is PartyRole.PROVIDER and party.organization
    ]


def list_owner_stewards(terms: AgreementFact, who: Actor, on: date) -> tuple[str, ...]:
    """List the people to ask for an element that a dictionary lacks.

    Args:
        terms: the draft's terms.
        who: the policy facts about the person.
        on: the date.

    Returns:
        "Name, email" of each person of the providers, as far as the person may see them.
    """
    return tuple(value for value, _label in list_party_people(terms, who, on).senders)


def _list_entries(terms: AgreementFact) -> list[DataElementFact]:
    owners = sorted(terms.list_organizations(PartyRole.PROVIDER) - {""})
    dictionaries = load_current_dictionaries(*owners) if owners else ()
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
