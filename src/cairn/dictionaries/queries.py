"""Reads, narrowed to who asks before anything is fetched."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from cairn.dictionaries import facts
from cairn.dictionaries.models import DataDictionary, DataElement
from cairn.partners.models import Organization
from cairn.rules import dictionary as law
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.dictionary import may_change_dictionary, may_view_dictionary
from cairn.rules.vocabulary import Action, SpecialClass


def current() -> QuerySet[DataDictionary]:
    """The newest version of every data set."""
    newest = (
        DataDictionary.objects.filter(
            organization=OuterRef("organization"), data_set=OuterRef("data_set")
        )
        .order_by("-version")
        .values("pk")[:1]
    )
    return DataDictionary.objects.filter(pk=Subquery(newest)).select_related("organization")


def dictionaries(*organizations: str) -> tuple[law.DataDictionary, ...]:
    """The facts of every current dictionary, of these organizations or of all."""
    rows = current().prefetch_related("elements")
    if organizations:
        rows = rows.filter(organization__slug__in=organizations)
    return tuple(facts.dictionary(row) for row in rows)


def special_classes(
    elements: frozenset[str], *organizations: str
) -> dict[str, frozenset[SpecialClass]]:
    """The special classes that these organizations' own dictionaries give to the elements."""
    found: dict[str, frozenset[SpecialClass]] = {}
    for dictionary in dictionaries(*organizations) if organizations else ():
        for entry in dictionary.elements:
            if entry.special and entry.name in elements:
                found[entry.name] = found.get(entry.name, frozenset()) | entry.special
    return found


def listed(who: Actor, on: date) -> QuerySet[DataDictionary]:
    """Every current dictionary, with how many elements wait for a person. Raises `Refused`."""
    may_view_dictionary(who, on).require()
    return current().annotate(
        total=Count("elements"),
        unconfirmed=Count("elements", filter=Q(elements__confirmed_at__isnull=True)),
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """One dictionary for a page: its elements in the order asked for, and what may be done."""

    row: DataDictionary
    elements: list[DataElement]
    unconfirmed: int
    may_change: bool
    versions: list[DataDictionary]


def opened(pk: int, who: Actor, on: date, *, only_unconfirmed: bool = False) -> Opened:
    """Raises `Refused`, or `DataDictionary.DoesNotExist`."""
    may_view_dictionary(who, on).require()
    row = DataDictionary.objects.select_related("organization", "imported_by").get(pk=pk)
    elements = row.elements.select_related("confirmed_by")
    waiting = elements.filter(confirmed_at__isnull=True)
    return Opened(
        row=row,
        elements=list(waiting if only_unconfirmed else elements),
        unconfirmed=waiting.count(),
        may_change=may_change_dictionary(row.organization.slug, who, on).allowed,
        versions=list(
            DataDictionary.objects.filter(organization=row.organization, data_set=row.data_set)
        ),
    )


def changeable(pk: int, who: Actor, on: date) -> DataElement:
    """One element that this person may classify. Raises `Refused` or `DoesNotExist`."""
    may_open(Action.CHANGE_DICTIONARY, who, on=on).require()
    row = DataElement.objects.select_related("dictionary__organization").get(pk=pk)
    may_change_dictionary(row.dictionary.organization.slug, who, on).require()
    return row


def importable(who: Actor, on: date) -> QuerySet[Organization]:
    """The organizations whose dictionaries this person may import. Raises `Refused`."""
    may_open(Action.CHANGE_DICTIONARY, who, on=on).require()
    slugs = Organization.objects.values_list("slug", flat=True)
    allowed = [slug for slug in slugs if may_change_dictionary(slug, who, on).allowed]
    return Organization.objects.filter(slug__in=allowed)
