"""Read what the register offers for a draft: partners, people, and elements of dictionaries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cairn.governance.dictionaries import api as dictionaries_api
from cairn.governance.partners.api import Affiliation, Organization, list_visible_people
from cairn.policy.facts import Actor, AgreementFact
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import RECIPIENT_ROLES, Action, PartyRole


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


def search_elements(terms: AgreementFact, wanted: str) -> tuple[dictionaries_api.ElementOffer, ...]:
    """Search the data dictionaries of a draft's providers, then Cairn's catalog.

    Args:
        terms: the draft's terms.
        wanted: words to look for; empty lists what the dictionaries have.

    Returns:
        Elements that the draft does not have, those of a dictionary first.
    """
    return dictionaries_api.search_dictionary_elements(
        terms.list_organizations(PartyRole.PROVIDER), wanted, terms.elements
    )


def list_unlisted_elements(terms: AgreementFact) -> frozenset[str]:
    """List the elements of a draft that no dictionary of its providers has.

    Args:
        terms: the draft's terms.

    Returns:
        Elements as ``record.field``; none where the providers have no dictionary on record.
    """
    return dictionaries_api.list_undescribed_elements(
        terms.list_organizations(PartyRole.PROVIDER), terms.stated_elements
    )


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
