"""The building blocks of the format: fields, tables of fields, and how a value is read.

The value of a key is read according to its kind.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from cairn.policy.facts import UNTIL_TERMINATED


class FieldKind(StrEnum):
    """What type of value a key holds."""

    TEXT = "text"
    LONG_TEXT = "long text"
    TEXTS = "list of texts"
    DAY = "date"
    LAST_DAY = "date, or until terminated"
    WHOLE = "whole number"
    FLAG = "true or false"
    WORD = "one code"
    WORDS = "list of codes"
    YEARS = "first and last school year"
    PEOPLE = "list of people"
    CRITERIA = "table of requirements"


class FieldNeed(StrEnum):
    """When a key or table is required."""

    ALWAYS = "always"
    SHARING = "where data are shared"
    NEVER = "optional"


@dataclass(frozen=True, slots=True)
class FormatField:
    """One key of a table: what type of value it holds and what it means.

    ``words`` are the allowed codes. ``attribute`` is the name of the fact's attribute where
    it differs from the key. ``stand_in`` replaces a code that is missing or wrong, so that
    parsing can go on.
    """

    key: str
    kind: FieldKind
    says: str
    need: FieldNeed = FieldNeed.NEVER
    words: type[StrEnum] | None = None
    attribute: str = ""
    stand_in: StrEnum | None = None

    @property
    def fact(self) -> str:
        """The name of the fact's attribute that holds this key's value."""
        return self.attribute or self.key

    @property
    def required(self) -> bool:
        """Whether the key is required in every table of this kind."""
        return self.need is FieldNeed.ALWAYS


@dataclass(frozen=True, slots=True)
class FormatTable:
    """A table of the text: ``[key]``, or ``[[key]]`` where it may repeat."""

    key: str
    heading: str
    says: str
    fields: tuple[FormatField, ...]
    many: bool = False
    need: FieldNeed = FieldNeed.NEVER

    @property
    def required(self) -> bool:
        """Whether the table is required in every text."""
        return self.need is FieldNeed.ALWAYS


UNTIL_TERMINATED_TEXT: Final = "until terminated"
_SCHOOL_YEAR: Final = re.compile(r"(\d{4})-(\d{2})\Z")
_PAIR: Final = 2


class UnreadableValue(ValueError):
    """A value of the wrong kind; the message says what to write."""


def read_field_value(field: FormatField, raw: object) -> Any:
    """Read the fact's value from a raw TOML value.

    Args:
        field: the field's declaration.
        raw: the value as `tomllib` read it.

    Returns:
        The value that the agreement fact holds.

    Raises:
        UnreadableValue: the value is of the wrong kind.
    """
    return _READER_BY_KIND[field.kind](field, raw)


def _read_text(field: FormatField, raw: object) -> str:
    if not isinstance(raw, str):
        raise UnreadableValue('must be text in quotation marks, "…"')
    if field.required and not raw.strip():
        raise UnreadableValue("is empty: enter a value or remove it")
    return raw.strip()


def _read_texts(field: FormatField, raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or not all(isinstance(item, str) for item in raw):
        raise UnreadableValue('must be a list, ["…", "…"]')
    if len(set(raw)) != len(raw):
        raise UnreadableValue("lists a value twice")
    return tuple(raw)


def _read_day(field: FormatField, raw: object) -> date:
    if type(raw) is not date:
        raise UnreadableValue("must be a date with its year, without quotation marks, 2026-07-01")
    return raw


def _read_last_day(field: FormatField, raw: object) -> date:
    if raw == UNTIL_TERMINATED_TEXT:
        return UNTIL_TERMINATED
    if type(raw) is not date:
        message = "must be a date with its year, without quotation marks, 2026-07-01, or"
        raise UnreadableValue(f'{message} "{UNTIL_TERMINATED_TEXT}"')
    return raw


def _read_whole_number(field: FormatField, raw: object) -> int:
    if type(raw) is not int or raw < 1:
        raise UnreadableValue("must be a whole number, 1 or more")
    return raw


def _read_flag(field: FormatField, raw: object) -> bool:
    if not isinstance(raw, bool):
        raise UnreadableValue("must be true or false")
    return raw


def _read_word(field: FormatField, raw: object) -> Any:
    words = _words_by_code(field)
    if not isinstance(raw, str) or raw not in words:
        raise UnreadableValue(f"must be one of: {', '.join(words)}")
    return words[raw]


def _read_words(field: FormatField, raw: object) -> tuple[Any, ...]:
    words = _words_by_code(field)
    codes = raw if isinstance(raw, list) else []
    if not codes or any(not isinstance(word, str) or word not in words for word in codes):
        raise UnreadableValue(f"must be a list of one or more of: {', '.join(words)}")
    return tuple(words[word] for word in codes)


def _words_by_code(field: FormatField) -> Mapping[str, Any]:
    return {word.value: word for word in field.words or ()}


def _read_years(field: FormatField, raw: object) -> tuple[str, str]:
    if not isinstance(raw, list) or len(raw) != _PAIR or not all(map(_is_school_year, raw)):
        raise UnreadableValue('must be the first and the last school year, ["2021-22", "2025-26"]')
    first, last = raw
    if first > last:
        raise UnreadableValue(f"ends before it begins: {first} is after {last}")
    return first, last


def _is_school_year(raw: object) -> bool:
    match = _SCHOOL_YEAR.match(raw) if isinstance(raw, str) else None
    return match is not None and (int(match[1]) + 1) % 100 == int(match[2])


def _read_people(field: FormatField, raw: object) -> tuple[tuple[str, str], ...]:
    rows = raw if isinstance(raw, list) else [None]
    people = [_read_person(row) for row in rows]
    return tuple(people)


def _read_person(row: object) -> tuple[str, str]:
    if not isinstance(row, dict) or set(row) != {"name", "email"}:
        raise UnreadableValue('must name each person so: { name = "…", email = "…" }')
    name, email = row["name"], row["email"]
    if not isinstance(name, str) or not isinstance(email, str):
        raise UnreadableValue('must name each person so: { name = "…", email = "…" }')
    return name.strip(), email.strip()


def _read_criteria(field: FormatField, raw: object) -> Mapping[str, object]:
    if not isinstance(raw, dict):
        raise UnreadableValue("must be a table that begins with [legal_basis.criteria]")
    return raw


_READER_BY_KIND: Final[Mapping[FieldKind, Callable[[FormatField, object], Any]]] = {
    FieldKind.TEXT: _read_text,
    FieldKind.LONG_TEXT: _read_text,
    FieldKind.TEXTS: _read_texts,
    FieldKind.DAY: _read_day,
    FieldKind.LAST_DAY: _read_last_day,
    FieldKind.WHOLE: _read_whole_number,
    FieldKind.FLAG: _read_flag,
    FieldKind.WORD: _read_word,
    FieldKind.WORDS: _read_words,
    FieldKind.YEARS: _read_years,
    FieldKind.PEOPLE: _read_people,
    FieldKind.CRITERIA: _read_criteria,
}
