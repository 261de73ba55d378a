"""The building blocks of the format's declaration: fields, and tables of fields."""

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """What type of value a key holds."""

    TEXT = "text"
    LONG_TEXT = "long text"
    TEXTS = "list of texts"
    DAY = "date"
    LAST_DAY = "date, or until terminated"
    WHOLE = "whole number"
    FLAG = "true or false"
    WORD = "one word of a list"
    WORDS = "words of a list"
    YEARS = "first and last school year"
    PEOPLE = "list of people"
    CRITERIA = "table of criteria"


class FieldNeed(StrEnum):
    """When a key or table is required."""

    ALWAYS = "always"
    SHARING = "where data are shared"
    NEVER = "may be left out"


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
