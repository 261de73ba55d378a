"""Load the data element catalogue: record types, their fields, codes and accepted spellings.

The catalogue is data (TOML beside this file). An element is named ``record.field``; every
record type also has ``record_id``, which is unique in its feed.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final
from unicodedata import combining, normalize

from cairn.policy.vocabulary import IdentifierClass, SpecialClass

__all__ = [
    "LIFE_DATE_FIELDS",
    "LOCAL_ID",
    "RECORD_ID",
    "ElementField",
    "FieldType",
    "RecordType",
    "UnknownElement",
    "describe_element",
    "describe_elements_in_text",
    "get_element",
    "get_record_type",
    "load_code_list",
    "load_element_catalogue",
    "normalize_spelling",
    "remove_accents",
]

_ELEMENT_NAME: Final = re.compile(r"\b[a-z_]+\.[a-z_]+\b")
_SIGNS: Final = re.compile(r"[\W_]+")
RECORD_ID: Final = "record_id"

LIFE_DATE_FIELDS: Final = frozenset({"birth_date", "death_date"})
"""Fields with a day of a child's life. The day is in the past and belongs to no school year. It
identifies the child: shifted by some weeks it would still do so.
"""


class FieldType(StrEnum):
    """The type of a conformed field.

    A code is text from a list; a school year is "2025-26"; an encoding is bits, and the blocks
    by which they are looked up, as text.
    """

    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CODE = "code"
    SCHOOL_YEAR = "school_year"
    ENCODING = "encoding"


@dataclass(frozen=True, slots=True)
class ElementCode:
    """One allowed value, its label for pages, and the keys of its accepted spellings."""

    code: str
    label: str
    spellings: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ElementField:
    """One data element of the catalogue.

    Attributes:
        record: name of its record type.
        name: name of the field.
        type: type of its values.
        label: its usual name, such as "Local student ID" (CEDS or Ed-Fi where they have one).
        description: a sentence that says more than the label; empty where the label is enough.
        required: whether a row without it is set aside.
        identifier: how directly it identifies a child.
        special: the class of specially protected data that it belongs to; None if it belongs to
            none.
        unit: unit of a number, such as "hours".
        range: smallest and largest possible number; None if any is possible.
        codes: allowed values by code; empty unless its type is code.
        headers: normalized headings under which it is recognized.
        flags: code → normalized headings of a yes/no column for that code.
        prevailing_code: the code of a row that has it among several; empty if several codes are
            always "two or more".
    """

    record: str
    name: str
    type: FieldType
    label: str
    description: str = ""
    required: bool = False
    identifier: IdentifierClass = IdentifierClass.DIRECT
    special: SpecialClass | None = None
    unit: str = ""
    range: tuple[float, float] | None = None
    codes: Mapping[str, ElementCode] = field(default_factory=dict)
    headers: tuple[str, ...] = ()
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prevailing_code: str = ""

    @property
    def element(self) -> str:
        """The name that agreements and permits use: ``record.field``."""
        return f"{self.record}.{self.name}"

    @property
    def label_in_sentence(self) -> str:
        """The label within a sentence: "date of birth", but "ZIP code"."""
        return _lower_first_letter(self.label)

    def list_code_spellings(self) -> dict[str, str]:
        """Return a mapping from the key of every accepted spelling to its code."""
        return {s: c.code for c in self.codes.values() for s in c.spellings}


def _lower_first_letter(text: str) -> str:
    """Begin a name within a sentence in lower case, unless it begins with a name of its own."""
    begins_with_name = text[:2].isupper() or text.startswith("Title I")
    return text if begins_with_name else text[0].lower() + text[1:]


@dataclass(frozen=True, slots=True)
class RecordType:
    """One kind of row that a feed may hold.

    Attributes:
        name: short name, such as "attendance".
        title: title for people.
        description: what one row is about.
        person: fields that identify the person of a row; empty if a row is about no child.
        telling: fields that are typical of files of this record type, by which it is recognized.
        fields: its data elements by name.
        anonymous: whether a row is about a person without naming anyone.
        key: fields that tell its rows apart, by which a later file changes or deletes a row.
    """

    name: str
    title: str
    description: str
    person: tuple[str, ...]
    telling: tuple[str, ...]
    fields: Mapping[str, ElementField]
    anonymous: bool = False
    key: tuple[str, ...] = ()

    @property
    def title_in_sentence(self) -> str:
        """The title within a sentence: "school calendar", but "FAFSA completion"."""
        return _lower_first_letter(self.title)

    @property
    def subject(self) -> bool:
        """Whether a row is about a child."""
        return bool(self.person)


class UnknownElement(Exception):
    """A name that is not in the catalogue."""


def normalize_spelling(text: str) -> str:
    """Normalize a spelling for comparison: letters and digits only, without case.

    A text of signs alone is not changed, so that ✓ and -1 keep their meaning.

    Args:
        text: a header, a code, or a cell.

    Returns:
        The normalized text.
    """
    folded = text.strip().casefold()
    if folded.startswith("-") and folded[1:].isdigit():
        return folded
    return folded if folded.isalnum() else _SIGNS.sub("", folded) or folded


def remove_accents(text: str) -> str:
    """Remove the accents of letters, so that "Teléfono" is "Telefono".

    Args:
        text: a heading.

    Returns:
        The text without them.
    """
    return "".join(c for c in normalize("NFKD", text) if not combining(c))


@cache
def load_element_catalogue() -> Mapping[str, RecordType]:
    """Load every record type by name.

    Returns:
        Record types by name, in alphabetical order.
    """
    folder = files(__name__)
    person_fields = tomllib.loads(folder.joinpath("person.toml").read_text("utf-8"))
    record_types = {}
    for path in sorted(folder.joinpath("records").iterdir(), key=lambda entry: entry.name):
        name = path.name.removesuffix(".toml")
        record_types[name] = _build_record_type(
            name, tomllib.loads(path.read_text("utf-8")), person_fields
        )
    return MappingProxyType(record_types)


def get_record_type(name: str) -> RecordType:
    """Return one record type.

    Args:
        name: name of the record type, such as "student".

    Returns:
        The record type.

    Raises:
        UnknownElement: there is no such type; the message lists those that exist.
    """
    if name not in load_element_catalogue():
        raise UnknownElement(
            f"There is no record type “{name}”. There are: {', '.join(load_element_catalogue())}."
        )
    return load_element_catalogue()[name]


def get_element(name: str) -> ElementField:
    """Return one data element.

    Args:
        name: ``record.field``, such as "student.birth_date".

    Returns:
        The element.

    Raises:
        UnknownElement: the catalogue has no such record type or field.
    """
    record, _, field_name = name.partition(".")
    if field_name not in get_record_type(record).fields:
        raise UnknownElement(f"The record type {record} has no field “{field_name}”.")
    return load_element_catalogue()[record].fields[field_name]


def describe_element(name: str) -> str:
    """Name a data element for people: its record type and its label.

    Args:
        name: ``record.field``, or ``record.*`` for all fields of a record type.

    Returns:
        The words, such as "Attendance totals: days absent"; the name itself if it is unknown.
    """
    record, _, field_name = name.partition(".")
    record_type = load_element_catalogue().get(record)
    if record_type and field_name == "*":
        return f"{record_type.title}: all fields"
    if record_type is None or field_name not in record_type.fields:
        return name
    return f"{record_type.title}: {record_type.fields[field_name].label_in_sentence}"


def describe_elements_in_text(text: str) -> str:
    """Replace the names of data elements in a finished sentence by their words.

    Args:
        text: the sentence, such as "The data submission needs attendance_total.school_id."

    Returns:
        The sentence with the words of each known element; other names stay.
    """
    return _ELEMENT_NAME.sub(lambda match: describe_element(match[0]), text)


@cache
def load_code_list(name: str) -> Mapping[str, ElementCode]:
    """Load one list of codes, which several fields may share.

    Args:
        name: name of the list in ``codes.toml``.

    Returns:
        The allowed values by code, in the order of the list.

    Raises:
        KeyError: there is no such list.
    """
    return MappingProxyType(
        {
            code: ElementCode(
                code,
                entry["label"],
                frozenset(_normalize_spellings([code, entry["label"], *entry["spellings"]])),
            )
            for code, entry in _read_code_lists()[name].items()
        }
    )


@cache
def _read_code_lists() -> Mapping[str, Any]:
    return tomllib.loads(files(__name__).joinpath("codes.toml").read_text("utf-8"))


def _build_record_type(
    name: str,
    data: Mapping[str, Any],
    person: Mapping[str, Any],
) -> RecordType:
    all_fields = {
        RECORD_ID: {
            "type": "text",
            "identifier": "direct",
            "label": "Record ID",
            "description": "The ID of the row in the source system, unique within the data set.",
            "headers": ["record id", "row id", "event id"],
        },
        **{f: person[f] for f in data.get("person", ())},
        **data["fields"],
    }
    # What a record type is about protects every field of its rows, the child's ID included.
    special = {"special": data["special"]} if "special" in data else {}
    fields = {f: _build_field(name, f, special | entry) for f, entry in all_fields.items()}
    return RecordType(
        name,
        data["title"],
        data["description"],
        tuple(data.get("person", ())),
        tuple(data.get("telling", ())),
        MappingProxyType(fields),
        bool(data.get("anonymous")),
        tuple(data["key"]),
    )


def _build_field(record: str, name: str, entry: Mapping[str, Any]) -> ElementField:
    return ElementField(
        record=record,
        name=name,
        type=FieldType(entry["type"]),
        label=entry["label"],
        description=entry.get("description", ""),
        required=entry.get("required", False),
        identifier=IdentifierClass(entry["identifier"]),
        special=SpecialClass(entry["special"]) if "special" in entry else None,
        unit=entry.get("unit", ""),
        range=tuple(entry["range"]) if "range" in entry else None,
        codes=load_code_list(entry["codes"]) if "codes" in entry else MappingProxyType({}),
        headers=tuple(_normalize_spellings([name, *entry["headers"]])),
        prevailing_code=entry.get("prevailing_code", ""),
        flags={
            code: tuple(_normalize_spellings(spellings))
            for code, spellings in entry.get("flags", {}).items()
        },
    )


def _normalize_spellings(spellings: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys(normalize_spelling(s) for s in spellings)


LOCAL_ID: Final = "local_id"
