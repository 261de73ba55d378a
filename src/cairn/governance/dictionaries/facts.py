"""Turn dictionary rows into the frozen facts that the policy package evaluates."""

from cairn.governance.dictionaries.models import DataDictionary, DataElement
from cairn.policy.facts import DataDictionaryFact, DataElementFact
from cairn.policy.vocabulary import IdentifierClass


def build_dictionary_fact(row: DataDictionary) -> DataDictionaryFact:
    """Build the fact of one dictionary with its elements.

    Args:
        row: the dictionary's row; prefetch ``elements`` when there are many rows.

    Returns:
        The dictionary fact.
    """
    return DataDictionaryFact(
        organization=row.organization.slug,
        data_set=row.data_set,
        version=row.version,
        elements=tuple(build_element_fact(element_row) for element_row in row.elements.all()),
    )


def build_element_fact(row: DataElement) -> DataElementFact:
    """Build the fact of one element; an identifier class that no person confirmed is left out.

    Args:
        row: the element's row.

    Returns:
        The element fact.
    """
    confirmed = row.confirmed_at is not None
    return DataElementFact(
        name=row.matched or row.name,
        own_name=row.name,
        definition=row.definition,
        kind=row.kind,
        values=row.values,
        first_year=row.first_year,
        last_year=row.last_year,
        identifier=IdentifierClass(row.identifier) if confirmed else None,
        # A guessed special class already protects the element before a person confirms it.
        special=frozenset(row.specials),
        confirmed=confirmed,
        ladder=tuple(row.ladder),
    )
