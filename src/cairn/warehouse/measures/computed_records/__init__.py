"""Name the rows that an indicator can count: partners' records, and records computed from them.

A computed record is one row per person and school year, such as the days that a student was
absent. It is a TOML file beside this one: its fields, the elements that it is computed from, and
its SQL. Only Cairn ships such files; a definition names them like any record type.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from cairn.policy.vocabulary import IdentifierClass
from cairn.warehouse.schema import ElementField, FieldType, load_element_catalogue

__all__ = ["CountedRecord", "load_counted_records"]


@dataclass(frozen=True, slots=True, eq=False)
class CountedRecord:
    """A record type, or a computed record, with rows about a person.

    Attributes:
        name: short name, such as "enrollment".
        title: title for people.
        description: what one row is about.
        fields: its elements by name.
        computed_from: names of the elements from which a computed record is made; empty for a
            record type of the catalogue.
        needs_any: record types; at least one must be on record.
        sql: the query of a computed record; empty for a record type.
    """

    name: str
    title: str
    description: str
    fields: Mapping[str, ElementField]
    computed_from: frozenset[str]
    needs_any: frozenset[str]
    sql: str = ""

    def list_elements(self, names: frozenset[str]) -> frozenset[str]:
        """Return the catalogue's elements that reading these fields uses, for a permit."""
        if self.sql:
            return self.computed_from
        return frozenset(f"{self.name}.{name}" for name in names)


@cache
def load_counted_records() -> Mapping[str, CountedRecord]:
    """Load every record that an indicator can count, by name.

    Returns:
        The record types about a person, then the computed records, each in alphabetical order.
    """
    records = {
        record_type.name: CountedRecord(
            record_type.name,
            record_type.title,
            record_type.description,
            record_type.fields,
            frozenset(),
            frozenset({record_type.name}),
        )
        for record_type in load_element_catalogue().values()
        if record_type.subject
    }
    folder = files(__name__)
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.endswith(".toml"):
            name = path.name.removesuffix(".toml")
            records[name] = _build_computed_record(name, tomllib.loads(path.read_text("utf-8")))
    return MappingProxyType(records)


def _build_computed_record(name: str, data: Mapping[str, Any]) -> CountedRecord:
    fields = {
        field_name: ElementField(
            record=name,
            name=field_name,
            type=FieldType(entry["type"]),
            label=entry["label"],
            identifier=IdentifierClass.NONE,
        )
        for field_name, entry in data["fields"].items()
    }
    return CountedRecord(
        name,
        data["title"],
        data["description"],
        MappingProxyType(fields),
        frozenset(data["computed_from"]),
        frozenset(data["needs_any"]),
        data["sql"],
    )
