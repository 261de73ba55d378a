"""Derive from an agreement which columns, school years and codes a delivered file may have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cairn.policy.facts import AgreementFact, DataDictionaryFact
from cairn.warehouse.synthetic import parse_value_list


@dataclass(frozen=True, slots=True)
class AgreedFileShape:
    """The columns, first and last school year, and provider codes that a file may have."""

    fields: frozenset[str]
    years: tuple[str, str]
    values: Mapping[str, tuple[str, ...]]


def derive_file_shape(
    terms: AgreementFact, record: str, dictionaries: Iterable[DataDictionaryFact]
) -> AgreedFileShape:
    """Derive the shape of a file of one record type under an agreement.

    Args:
        terms: the agreement.
        record: the record type, such as "student".
        dictionaries: the providers' data dictionaries, for their own codes.

    Returns:
        The shape; its fields are empty if the agreement names no data of that record type.
    """
    data_terms = [term for term in terms.stated_data if term.record == record]
    fields = frozenset(field for term in data_terms for field in term.elements)
    firsts = [term.first_year for term in data_terms if term.first_year]
    lasts = [term.last_year for term in data_terms if term.last_year]
    entries = {
        element.name: parse_value_list(element.values)
        for dictionary in dictionaries
        for element in dictionary.elements
    }
    values = {field: entries.get(f"{record}.{field}", ()) for field in fields}
    return AgreedFileShape(
        fields,
        (min(firsts, default=""), max(lasts, default="")),
        {field: codes for field, codes in values.items() if codes},
    )
