"""Hold a table with everything that a researcher must know about its numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

__all__ = ["ColumnKind", "LabeledTable", "LabeledValue", "LabeledVariable"]

LabeledValue: TypeAlias = str | float | date | None
"""A cell; an integer counts as a float."""


class ColumnKind(StrEnum):
    """What a column holds. A code is text from a list, with the meaning of each code."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    DATE = "date"


class UnwritableError(ValueError):
    """A table does not fit a format; the message names the column and what to do."""


@dataclass(frozen=True, slots=True)
class LabeledVariable:
    """One column as a codebook describes it.

    Attributes:
        name: name of the column.
        label: its meaning, in words.
        kind: text, code, number or date.
        codes: meaning of each code; empty unless the kind is code.
        note: what was done to it, such as "coarsened" or "shifted by some weeks".
    """

    name: str
    label: str
    kind: ColumnKind
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    note: str = ""

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each code, from 1, for the formats that label numbers only."""
        return {code: number for number, code in enumerate(self.codes, start=1)}


@dataclass(frozen=True, slots=True)
class LabeledTable:
    """One table with its codebook, checked when it is made.

    Attributes:
        title: title of the table.
        variables: its columns, in order.
        columns: values by the name of their variable, all of one length.
        notes: the terms inside the file: recipient, agreement, and destruction date.

    Raises:
        UnwritableError: the columns differ in length, or one holds values that are not in its
            codes.
    """

    title: str
    variables: tuple[LabeledVariable, ...]
    columns: Mapping[str, Sequence[LabeledValue]]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lengths = {len(self.columns[v.name]) for v in self.variables}
        if len(lengths) > 1:
            raise UnwritableError(f"The columns of “{self.title}” differ in length.")
        for variable in self.variables:
            unknown = set(self.columns[variable.name]) - set(variable.codes) - {None}
            if variable.kind is ColumnKind.CODE and unknown:
                raise UnwritableError(
                    f"“{variable.name}” holds {len(unknown)} values that are not in its list of "
                    "codes. Take it as text."
                )

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.columns[self.variables[0].name]) if self.variables else 0
