"""Define the columns of a file of fixed width, as its layout file lists them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

__all__ = ["FixedWidthColumn", "parse_fixed_width"]

_KEYS: Final = {"name", "start", "length"}


@dataclass(frozen=True, slots=True)
class FixedWidthColumn:
    """One column of a file of fixed width.

    Attributes:
        name: its heading, which the file itself does not have.
        start: the place of its first letter in a line, counted from 1.
        length: how many letters it has.
    """

    name: str
    start: int
    length: int

    @property
    def end(self) -> int:
        """The place of its last letter, counted from 1."""
        return self.start + self.length - 1


def parse_fixed_width(entries: Iterable[Mapping[str, Any]]) -> tuple[FixedWidthColumn, ...]:
    """Parse the list ``fixed_width`` of a mapping: tables of ``name``, ``start`` and ``length``.

    Args:
        entries: the tables, as read from TOML.

    Returns:
        The columns, in the order of their places.

    Raises:
        ValueError: an entry lacks a key, or has a place that cannot be; columns have the same
            name, or cover the same place.
    """
    columns = sorted(map(_parse_column, entries), key=lambda column: column.start)
    for column, following in pairwise(columns):
        if column.end >= following.start:
            raise ValueError(f"“{column.name}” and “{following.name}” cover the same place.")
    if repeated := _find_repeated([column.name for column in columns]):
        raise ValueError(f"Two columns have the name “{repeated}”.")
    return tuple(columns)


def _parse_column(entry: Mapping[str, Any]) -> FixedWidthColumn:
    if {*entry} != _KEYS:
        raise ValueError("Each entry of fixed_width has name, start and length.")
    name, start, length = str(entry["name"]).strip(), entry["start"], entry["length"]
    numbers = (start, length)
    if not name or any(type(number) is not int or number < 1 for number in numbers):
        raise ValueError(f"“{name}” needs a name, and a start and a length of at least 1.")
    return FixedWidthColumn(name, start, length)


def _find_repeated(names: Sequence[str]) -> str:
    return next((name for i, name in enumerate(names) if name in names[:i]), "")
