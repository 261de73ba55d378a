"""The shape that an agreement gives to a file: which columns, which years, whose codes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cairn.rules.agreement import Agreement
from cairn.rules.dictionary import DataDictionary
from cairn.warehouse.invented import listed


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns by field, first and last school year, and the provider's own codes by field."""

    fields: frozenset[str]
    years: tuple[str, str]
    values: Mapping[str, tuple[str, ...]]


def shape_of(terms: Agreement, record: str, dictionaries: Iterable[DataDictionary]) -> Shape:
    """What a file of one record type may hold under an agreement; empty where it names none."""
    mine = [term for term in terms.data if term.record == record]
    fields = frozenset(field for term in mine for field in term.elements)
    firsts = [term.first_year for term in mine if term.first_year]
    lasts = [term.last_year for term in mine if term.last_year]
    entries = {e.name: listed(e.values) for one in dictionaries for e in one.elements}
    values = {field: entries.get(f"{record}.{field}", ()) for field in fields}
    return Shape(
        fields,
        (min(firsts, default=""), max(lasts, default="")),
        {field: codes for field, codes in values.items() if codes},
    )
