"""Read data dictionaries, limited to what the requester may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from cairn.governance.dictionaries import facts
from cairn.governance.dictionaries.models import DataDictionary, DataElement
from cairn.governance.partners.api import Organization
from cairn.platform.actions.api import keep_while_rows_unchanged, open_request_cache
from cairn.policy import questions
from cairn.policy.facts import Actor, DataDictionaryFact, collect_special_classes
from cairn.policy.vocabulary import Action, SpecialClass

__all__ = ["find_special_classes", "list_dictionaries", "load_current_dictionaries"]


def find_current_dictionaries() -> QuerySet[DataDictionary]:
    """Find the newest version of every data set's dictionary.

    Returns:
        The dictionary rows, with their organizations.
    """
    newest = (
        DataDictionary.objects.filter(
            organization=OuterRef("organization"), data_set=OuterRef("data_set")
        )
        .order_by("-version")
        .values("pk")[:1]
    )
    return DataDictionary.objects.filter(pk=Subquery(newest)).select_related("organization")


def load_current_dictionaries(*organizations: str) -> tuple[DataDictionaryFact, ...]:
    """Load the facts of the current dictionaries.

    Args:
        organizations: slugs of the organizations; all organizations if none is given.

    Returns:
        The dictionary facts. A page that only reads loads them once.
    """
    loaded = open_request_cache("dictionaries")
    if organizations not in loaded:
        rows = find_current_dictionaries().prefetch_related("elements")
        if organizations:
            rows = rows.filter(organization__slug__in=organizations)
        loaded[organizations] = tuple(facts.build_dictionary_fact(row) for row in rows)
    dictionaries: tuple[DataDictionaryFact, ...] = loaded[organizations]
    return dictionaries


@keep_while_rows_unchanged()
def find_special_classes(
    elements: frozenset[str], *organizations: str
) -> Mapping[str, frozenset[SpecialClass]]:
    """Find the special classes that organizations' own dictionaries give to data elements.

    Args:
        elements: names of the elements (``record.field``).
        organizations: slugs of the organizations; with none given, the result is empty.

    Returns:
        The special classes by element; an element without a class is there once a person
        confirmed it.
    """
    if not (organizations and elements):
        return {}
    # These elements alone: a dictionary has hundreds, and each page about a student asks.
    current = find_current_dictionaries().filter(organization__slug__in=organizations)
    named = Q(matched__in=elements) | Q(matched="", name__in=elements)
    rows = DataElement.objects.filter(named, dictionary__in=current)
    return collect_special_classes(facts.build_element_fact(row) for row in rows)


def list_dictionaries(who: Actor, on: date) -> QuerySet[DataDictionary]:
    """List every current dictionary with its number of elements and of unconfirmed elements.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The rows, annotated with ``total`` and ``unconfirmed``.

    Raises:
        Refused: the person may not read dictionaries.
    """
    questions.may_view_data_dictionary(who, on).require()
    return find_current_dictionaries().annotate(
        total=Count("elements"),
        unconfirmed=Count("elements", filter=Q(elements__confirmed_at__isnull=True)),
    )


@dataclass(frozen=True, slots=True)
class OpenedDictionary:
    """One dictionary for a page: its elements, its versions, and whether the person may change
    it.
    """

    row: DataDictionary
    elements: list[DataElement]
    unconfirmed: int
    may_change: bool
    versions: list[DataDictionary]


def open_dictionary(
    pk: int, who: Actor, on: date, *, only_unconfirmed: bool = False
) -> OpenedDictionary:
    """Open one dictionary for a page.

    Args:
        pk: the dictionary's primary key.
        who: the policy facts about the person.
        on: the date.
        only_unconfirmed: list only the elements that no person has confirmed.

    Returns:
        The dictionary with its elements.

    Raises:
        Refused: the person may not read dictionaries.
        DataDictionary.DoesNotExist: there is no such dictionary.
    """
    questions.may_view_data_dictionary(who, on).require()
    row = DataDictionary.objects.select_related("organization", "imported_by").get(pk=pk)
    elements = row.elements.select_related("confirmed_by")
    unconfirmed_rows = elements.filter(confirmed_at__isnull=True)
    return OpenedDictionary(
        row=row,
        elements=list(unconfirmed_rows if only_unconfirmed else elements),
        unconfirmed=unconfirmed_rows.count(),
        may_change=questions.may_change_data_dictionary(row.organization.slug, who, on).allowed,
        versions=list(
            DataDictionary.objects.filter(organization=row.organization, data_set=row.data_set)
        ),
    )


def find_changeable_element(pk: int, who: Actor, on: date) -> DataElement:
    """Find one element that a person may classify.

    Args:
        pk: the element's primary key.
        who: the policy facts about the person.
        on: the date.

    Returns:
        The element's row.

    Raises:
        Refused: the person may not change the dictionary.
        DataElement.DoesNotExist: there is no such element.
    """
    questions.may_open_page(Action.CHANGE_DICTIONARY, who, on=on).require()
    row = DataElement.objects.select_related("dictionary__organization").get(pk=pk)
    questions.may_change_data_dictionary(row.dictionary.organization.slug, who, on).require()
    return row


def list_dictionary_importers(who: Actor, on: date) -> QuerySet[Organization]:
    """List the organizations for which a person may import a dictionary.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The organizations.

    Raises:
        Refused: the person may import no dictionary.
    """
    questions.may_open_page(Action.CHANGE_DICTIONARY, who, on=on).require()
    slugs = Organization.objects.values_list("slug", flat=True)
    allowed = [
        slug for slug in slugs if questions.may_change_data_dictionary(slug, who, on).allowed
    ]
    return Organization.objects.filter(slug__in=allowed)
