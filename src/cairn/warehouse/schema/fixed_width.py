"""Define the columns of a file of fixed width, as its layout file lists them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from cairn.warehouse.schema.elements import normalize_spelling
from cairn.warehouse.schema.sheets import Sheet

__all__ = ["FixedWidthColumn", "list_fixed_width_columns", "parse_fixed_width"]

_NAME_HEADINGS: Final = (
    *("columnname", "fieldname", "name", "field", "column", "variablename", "variable"),
    *("element", "elementname", "dataelement", "fielddescription", "description"),
)
_START_HEADINGS: Final = (
    *("startindex", "start", "startposition", "startingposition", "startcolumn", "begin"),
    *("beginposition", "beginningposition", "from", "startpos", "columnstart"),
)
_END_HEADINGS: Final = (
    *("endindex", "end", "endposition", "endingposition", "endcolumn", "to", "endpos", "stop"),
    "columnend",
)
_LENGTH_HEADINGS: Final = ("length", "width", "len", "size", "fieldlength", "fieldwidth")

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


def list_fixed_width_columns(sheet: Sheet) -> tuple[FixedWidthColumn, ...]:
    """List the columns of a file of fixed width from the table that its maker publishes.

    The table has a row for each column: its name, where it starts, and its length or where it
    ends. Places are counted from 1, or from 0 where the first one is 0; an end may be the last
    place of its column, or the first of the next.

    Args:
        sheet: the table.

    Returns:
        The columns, in the order of their places; of the same name, the second one is “name (2)”.

    Raises:
        ValueError: a column of the table is missing, or the places cannot be.
    """
    names = _find_cells(sheet, _NAME_HEADINGS)
    starts = _find_cells(sheet, _START_HEADINGS)
    ends, lengths = _find_cells(sheet, _END_HEADINGS), _find_cells(sheet, _LENGTH_HEADINGS)
    if names is None or starts is None or (ends is None and lengths is None):
        raise ValueError(
            "The layout needs a row for each column of the file, with the headings Name, Start, "
            "and Length or End."
        )
    extents = lengths or ends or []
    places = sorted(
        (_parse_place(start), _parse_place(extent), name or f"Column {number}")
        for number, (name, start, extent) in enumerate(zip(names, starts, extents, strict=True), 1)
        if start or extent
    )
    first = 0 if places and places[0][0] == 0 else 1
    touching = sum(end == following for (_, end, _), (following, _, _) in pairwise(places))
    is_end_of_next = touching * 2 > len(places) - 1
    seen: Counter[str] = Counter()
    entries = []
    for start, extent, name in places:
        seen[name] += 1
        length = extent if lengths else extent - start + (0 if is_end_of_next else 1)
        title = f"{name} ({seen[name]})" if seen[name] > 1 else name
        entries.append({"name": title, "start": start + 1 - first, "length": length})
    if not entries:
        raise ValueError("The layout has no columns.")
    return parse_fixed_width(entries)


def _find_cells(sheet: Sheet, headings: Sequence[str]) -> list[str] | None:
    """Return the cells of the column with the best of some headings; None if none has one."""
    found = {normalize_spelling(name): name for name in reversed(sheet.header)}
    for heading in headings:
        if heading in found:
            return [(cell or "").strip() for cell in sheet.table[found[heading]].to_pylist()]
    return None


def _parse_place(text: str) -> int:
    number = text.removesuffix(".0")
    if not number.isdecimal():
        raise ValueError(f"The layout has “{text}” where a number is needed.")
    return int(number)


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
