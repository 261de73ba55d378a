"""What is to be done with each element of an extract, by the catalogue and the owners' own
dictionaries."""

from collections.abc import Iterable, Mapping
from typing import Final

from cairn.disclosure.microdata.extract import How, Rows, Treatment
from cairn.disclosure.microdata.forms import known
from cairn.disclosure.microdata.free_text import is_free_text
from cairn.rules.dictionary import DataDictionary, DataElement
from cairn.rules.element import DIRECT_FIELDS, special_class
from cairn.rules.vocabulary import IdentifierClass
from cairn.warehouse.elements import DAYS_OF_LIFE, Field, Type, element

NAMES_SOMEBODY: Final = "It names a child."
FREE_TEXT: Final = "It is free text, which nobody has read."
_BIRTH: Final = ("age in months", "age in years", "age band")
_DAY: Final = ("month", "school year")
_COMMON: Final = ("most common ones, the rest together",)
_OWN_LADDERS: Final = {
    "birth_date": _BIRTH,
    "death_date": ("school year",),
    "grade": ("band of grades",),
}


def treatments(
    elements: Iterable[str], dictionaries: Iterable[DataDictionary], tables: Mapping[str, Rows]
) -> dict[str, Treatment]:
    """The treatment of each element. What somebody's dictionary calls more telling than our
    catalogue does is treated so; what is said nowhere to be harmless counts as telling."""
    described = tuple(dictionaries)
    return {
        name: _treatment(element(name), [e for d in described if (e := d.find(name))], tables)
        for name in elements
    }


def _treatment(field: Field, entries: list[DataElement], tables: Mapping[str, Rows]) -> Treatment:
    said = {entry.identifier for entry in entries if entry.confirmed}
    direct = field.identifier is IdentifierClass.DIRECT or IdentifierClass.DIRECT in said
    if direct or field.name in DIRECT_FIELDS:
        return Treatment(How.WITHHOLD, why=NAMES_SOMEBODY)
    telling = field.identifier is IdentifierClass.INDIRECT or IdentifierClass.INDIRECT in said
    ladder = _ladder(field, entries)
    if field.type is Type.DATE and field.name not in DAYS_OF_LIFE:
        return Treatment(How.MOVE, tuple(known(ladder)))
    if telling:
        return Treatment(How.COARSEN, tuple(known(ladder)))
    if field.type is Type.TEXT and is_free_text(_column(field, tables)):
        return Treatment(How.WITHHOLD, why=FREE_TEXT)
    special = field.special or special_class(field.element)
    return Treatment(How.KEEP, sensitive=special is not None)


def _ladder(field: Field, entries: list[DataElement]) -> tuple[str, ...]:
    """The owners' own ladder, if one can be climbed here; else ours."""
    theirs = tuple(dict.fromkeys(form for entry in entries for form in entry.ladder))
    if known(theirs):
        return theirs
    return _OWN_LADDERS.get(field.name, _DAY if field.type is Type.DATE else _COMMON)


def _column(field: Field, tables: Mapping[str, Rows]) -> tuple[object, ...]:
    rows = tables.get(field.record)
    return rows.columns.get(field.name, ()) if rows else ()
