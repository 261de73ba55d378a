"""The data element catalogue: record types, their fields, codes and how partners spell them.

The catalogue is data (TOML beside this file). An element is named ``record.field``; every record
type also has ``record_id``, which is unique in its feed.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from cairn.rules.vocabulary import IdentifierClass, SpecialClass

RECORD_ID: Final = "record_id"
DAYS_OF_LIFE: Final = frozenset({"birth_date", "death_date"})
"""Fields with a day of a child's life. It is in the past and belongs to no school year, and
whoever knows it knows the child: moved by some weeks it would still tell who she is."""


class Type(StrEnum):
    """What a conformed field holds. A code is text from a list; a school year is "2025-26"; an
    encoding is bits, and what to look for them by, as text."""

    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CODE = "code"
    SCHOOL_YEAR = "school_year"
    ENCODING = "encoding"


@dataclass(frozen=True, slots=True)
class Code:
    """One allowed value, what a page calls it, and the keys of its accepted spellings."""

    code: str
    label: str
    spellings: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """One data element. ``headers`` and ``flags`` hold keys (see ``key``) of header spellings."""

    record: str
    name: str
    type: Type
    description: str
    required: bool = False
    identifier: IdentifierClass = IdentifierClass.DIRECT
    special: SpecialClass | None = None
    unit: str = ""
    range: tuple[float, float] | None = None
    codes: Mapping[str, Code] = field(default_factory=dict)
    headers: tuple[str, ...] = ()
    flags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def element(self) -> str:
        """The name that agreements and permits use."""
        return f"{self.record}.{self.name}"

    def spellings(self) -> dict[str, str]:
        """Every accepted spelling's key → code."""
        return {s: c.code for c in self.codes.values() for s in c.spellings}


@dataclass(frozen=True, slots=True)
class RecordType:
    """What one row of a feed is about. ``person`` lists the fields that find the row's person;
    ``telling`` those by which a file of this type is known.
    """

    name: str
    title: str
    description: str
    person: tuple[str, ...]
    telling: tuple[str, ...]
    fields: Mapping[str, Field]

    @property
    def subject(self) -> bool:
        """Whether a row is about a child."""
        return bool(self.person)


class UnknownElement(Exception):
    """A name that is not in the catalogue."""


def key(text: str) -> str:
    """How spellings are compared: letters and digits only, without case.

    A text of nothing but signs is itself, so that ✓ and -1 stay what they are.
    """
    folded = text.strip().casefold()
    if folded.startswith("-") and folded[1:].isdigit():
        return folded
    return "".join(c for c in folded if c.isalnum()) or folded


@cache
def catalogue() -> Mapping[str, RecordType]:
    """Every record type by name."""
    here = files(__name__)
    person = tomllib.loads(here.joinpath("person.toml").read_text("utf-8"))
    found = {}
    for file in sorted(here.joinpath("records").iterdir(), key=lambda f: f.name):
        name = file.name.removesuffix(".toml")
        found[name] = _record(name, tomllib.loads(file.read_text("utf-8")), person)
    return MappingProxyType(found)


def record_type(name: str) -> RecordType:
    """One record type; ``UnknownElement`` names those there are."""
    if name not in catalogue():
        raise UnknownElement(
            f"There is no record type “{name}”. There are: {', '.join(catalogue())}."
        )
    return catalogue()[name]


def element(name: str) -> Field:
    """One data element by its name ``record.field``."""
    record, _, wanted = name.partition(".")
    if wanted not in record_type(record).fields:
        raise UnknownElement(f"The record type {record} has no field “{wanted}”.")
    return catalogue()[record].fields[wanted]


@cache
def code_list(name: str) -> Mapping[str, Code]:
    """One list of codes, which several fields may share."""
    lists = tomllib.loads(files(__name__).joinpath("codes.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            code: Code(
                code, entry["label"], frozenset(_keys([code, entry["label"], *entry["spellings"]]))
            )
            for code, entry in lists[name].items()
        }
    )


def _record(
    name: str,
    data: Mapping[str, Any],
    person: Mapping[str, Any],
) -> RecordType:
    own = {
        RECORD_ID: {
            "type": "text",
            "identifier": "direct",
            "description": "The sender's own number of the row, unique in its feed",
            "headers": ["record id", "row id", "event id"],
        },
        **{f: person[f] for f in data.get("person", ())},
        **data["fields"],
    }
    fields = {f: _field(name, f, entry) for f, entry in own.items()}
    return RecordType(
        name,
        data["title"],
        data["description"],
        tuple(data.get("person", ())),
        tuple(data.get("telling", ())),
        MappingProxyType(fields),
    )


def _field(record: str, name: str, entry: Mapping[str, Any]) -> Field:
    return Field(
        record=record,
        name=name,
        type=Type(entry["type"]),
        description=entry["description"],
        required=entry.get("required", False),
        identifier=IdentifierClass(entry["identifier"]),
        special=SpecialClass(entry["special"]) if "special" in entry else None,
        unit=entry.get("unit", ""),
        range=tuple(entry["range"]) if "range" in entry else None,
        codes=code_list(entry["codes"]) if "codes" in entry else MappingProxyType({}),
        headers=tuple(_keys([name, *entry["headers"]])),
        flags={code: tuple(_keys(spellings)) for code, spellings in entry.get("flags", {}).items()},
    )


def _keys(spellings: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys(key(s) for s in spellings)
