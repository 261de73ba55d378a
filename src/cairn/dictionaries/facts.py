"""Rows → facts: the one door between the tables of this room and `rules`."""

from cairn.dictionaries.models import DataDictionary, DataElement
from cairn.rules import dictionary as law
from cairn.rules.vocabulary import IdentifierClass


def dictionary(row: DataDictionary) -> law.DataDictionary:
    """One dictionary with its elements; prefetch ``elements`` when there are many."""
    return law.DataDictionary(
        organization=row.organization.slug,
        data_set=row.data_set,
        version=row.version,
        elements=tuple(element(one) for one in row.elements.all()),
    )


def element(row: DataElement) -> law.DataElement:
    """One entry; a class that nobody confirmed is no class."""
    confirmed = row.confirmed_at is not None
    return law.DataElement(
        name=row.matched or row.name,
        own_name=row.name,
        definition=row.definition,
        kind=row.kind,
        values=row.values,
        first_year=row.first_year,
        last_year=row.last_year,
        identifier=IdentifierClass(row.identifier) if confirmed else None,
        # A guessed special class protects before anybody has confirmed it.
        special=frozenset(row.specials),
        confirmed=confirmed,
        ladder=tuple(row.ladder),
    )
