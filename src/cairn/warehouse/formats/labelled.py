"""A table with everything that a researcher must know beside its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

Value: TypeAlias = str | float | date | None
"""A cell; an integer counts as a float."""


class Kind(StrEnum):
    """What a column holds. A code is text from a list, with what each code means."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    DATE = "date"


class UnwritableError(ValueError):
    """A table does not fit a format; the message names the column and what to do."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One column: its name, what it means, and for a code what each one stands for.

    ``note`` says what was done to it (made coarser, moved by some weeks).
    """

    name: str
    label: str
    kind: Kind
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: str = ""

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each code, from 1: for the formats that label numbers alone."""
        return {code: number for number, code in enumerate(self.codes, start=1)}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One table: ``columns`` by the name of their variable, all of one length.

    ``notes`` are the terms that travel inside: whose copy it is, under which agreement, to be
    destroyed by when.
    """

    title: str
    variables: tuple[Variable, ...]
    columns: Mapping[str, Sequence[Value]]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lengths = {len(self.columns[v.name]) for v in self.variables}
        if len(lengths) > 1:
            raise UnwritableError(f"The columns of “{self.title}” differ in length.")
        for variable in self.variables:
            unknown = set(self.columns[variable.name]) - set(variable.codes) - {None}
            if variable.kind is Kind.CODE and unknown:
                raise UnwritableError(
                    f"“{variable.name}” holds {len(unknown)} values that are not in its list of "
                    "codes. Take it as text."
                )

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.columns[self.variables[0].name]) if self.variables else 0
