"""What a provider's data dictionary says: which elements exist, for which years, how they identify.

A dictionary holds no row about anyone. What nobody has classified counts as identifying.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, IdentifierClass, SpecialClass

TO_PRESENT: Final = ""
"""An element's last year where its dictionary says that it is still collected."""


class Held(StrEnum):
    """Whether a dictionary holds an element for the years asked about."""

    YES = "yes"
    NOT_THOSE_YEARS = "not_those_years"
    YEARS_UNKNOWN = "years_unknown"
    NO = "no"


@dataclass(frozen=True, slots=True)
class DataElement:
    """One entry of a dictionary.

    ``name`` is ``record.field`` where a person matched the entry with Cairn's own catalogue, else
    the provider's own name; ``own_name`` is always the provider's. Years are school years
    ("2025-26"): ``None`` where the dictionary does not say, ``TO_PRESENT`` as the last year of what
    is still collected. ``identifier`` is ``None`` until a person has confirmed a class. ``ladder``
    holds coarser forms of the same fact, finest first.
    """

    name: str
    definition: str = ""
    kind: str = ""
    values: str = ""
    first_year: str | None = None
    last_year: str | None = None
    identifier: IdentifierClass | None = None
    special: frozenset[SpecialClass] = frozenset()
    confirmed: bool = False
    ladder: tuple[str, ...] = ()
    own_name: str = ""

    @property
    def pii(self) -> bool:
        """Whether this alone or with others identifies a child; true until somebody says not."""
        return not self.confirmed or self.identifier is not IdentifierClass.NONE

    def held(self, first: str, last: str) -> Held:
        """Whether every school year from ``first`` to ``last`` is in this entry's years."""
        if self.first_year is None or self.last_year is None:
            return Held.YEARS_UNKNOWN
        begins = self.first_year <= first
        lasts = self.last_year == TO_PRESENT or last <= self.last_year
        return Held.YES if begins and lasts else Held.NOT_THOSE_YEARS


@dataclass(frozen=True, slots=True)
class DataDictionary:
    """One data set of one provider, as its dictionary of a version describes it."""

    organization: str
    data_set: str
    version: int
    elements: tuple[DataElement, ...]

    def find(self, element: str) -> DataElement | None:
        """The entry for ``record.field`` or for the provider's own name, letter case aside."""
        wanted = element.casefold()
        return next(
            (e for e in self.elements if wanted in (e.name.casefold(), e.own_name.casefold())), None
        )


def held(dictionaries: Iterable[DataDictionary], element: str, first: str, last: str) -> Held:
    """The best answer of several dictionaries for an element and its years."""
    entries = [e for d in dictionaries if (e := d.find(element)) is not None]
    answers = {entry.held(first, last) for entry in entries}
    return next((answer for answer in Held if answer in answers), Held.NO)


@question
def may_view_dictionary(actor: Actor, on: date) -> Decision:
    """Whether this person may read what partners' files contain: names of columns, never rows."""
    return may_open(Action.VIEW_DICTIONARY, actor, on=on)


@question
def may_change_dictionary(organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may import an organization's dictionary and classify its elements."""
    return may_open(Action.CHANGE_DICTIONARY, actor, organization=organization, on=on)
