"""What a declaration of the written form is made of: fields, and tables of fields."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What stands at a key."""

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


class Need(StrEnum):
    """When something must stand in the text."""

    ALWAYS = "always"
    SHARING = "where data are shared"
    NEVER = "may be left out"


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a table: what stands there and what it says.

    ``words`` are the words to choose from; ``attribute`` is the name of the fact where it differs
    from the key; ``stand_in`` is read instead of a word that is missing or wrong, so that reading
    can go on.
    """

    key: str
    kind: Kind
    says: str
    need: Need = Need.NEVER
    words: type[StrEnum] | None = None
    attribute: str = ""
    stand_in: StrEnum | None = None

    @property
    def fact(self) -> str:
        """The name of the fact that this key holds."""
        return self.attribute or self.key

    @property
    def required(self) -> bool:
        """Whether it stands in every table of this kind."""
        return self.need is Need.ALWAYS


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the text, ``[key]``, or ``[[key]]`` where there may be many."""

    key: str
    heading: str
    says: str
    fields: tuple[Field, ...]
    many: bool = False
    need: Need = Need.NEVER

    @property
    def required(self) -> bool:
        """Whether it stands in every text."""
        return self.need is Need.ALWAYS
