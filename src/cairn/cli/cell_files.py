"""A file of counts or of people → the finest cells, with everything wrong named by row and column.

The finest cells may be rows of a file that somebody else protected: a blank number was withheld
by its source, and the totals beside it are kept as they are.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cairn.cli.voice import Unusable
from cairn.disclosure.table import ALL, RESULT, Key, Nest
from cairn.warehouse.read import ROW, Sheet, Unreadable, read_file

MOST_ROWS: Final = 2_000_000
"""Rows that are read. A table of more cells than this is nobody's to read either."""

_WITHHELD: Final = frozenset({"", "na", "n/a", "*", "**", "-", "--", "s", "ps", "null", "withheld"})
_RANGE: Final = re.compile(r"[<>≤≥]\s*=?\s*\d+|\d+\s*[-\u2013]\s*\d+")
_THOUSANDS: Final = re.compile(r"\d{1,3}(,\d{3})+")
_WHOLE: Final = re.compile(r"\d+(\.0+)?")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the file is what."""

    dims: tuple[str, ...]
    count: str | None = None
    denominator: str | None = None
    nests: tuple[Nest, ...] = ()

    @property
    def keyed(self) -> tuple[str, ...]:
        """The dimensions of the cells: with the outcome, where there is a denominator."""
        return (*self.dims, RESULT) if self.denominator else self.dims


@dataclass(slots=True)
class Given:
    """What a file says.

    Args:
        finest: people by key, one value for every dimension.
        totals: the same for keys with "All", with the row that says so.
        unsaid: keys that the file lists without a number: withheld by its source.
        rows: how many rows were read.
    """

    finest: dict[Key, int] = field(default_factory=dict)
    totals: dict[Key, tuple[int, int]] = field(default_factory=dict)
    unsaid: set[Key] = field(default_factory=set)
    rows: int = 0


def read_sheet(path: Path, wanted: Sequence[str]) -> Sheet:
    """The one table of a CSV, Excel or Parquet file that has the columns wanted."""
    try:
        content = path.read_bytes()
        if content.count(b"\n") > MOST_ROWS and not content.startswith((b"PAR1", b"PK")):
            raise Unusable(_too_many(path.name))
        sheets = read_file(path.name, content)
    except Unreadable as problem:
        raise Unusable(f"{path.name}: {problem}") from problem
    except OSError as problem:
        raise Unusable(f"{path}: this file cannot be opened ({problem.strerror}).") from problem
    fitting = [sheet for sheet in sheets if set(wanted) <= set(sheet.header)]
    if len(fitting) != 1:
        missing = [name for name in wanted if not any(name in s.header for s in sheets)]
        here = ", ".join(dict.fromkeys(h for s in sheets for h in s.header[:30]))
        raise Unusable(
            f"{path.name}: no column is called {missing[0]}. Columns here: {here}."
            if missing
            else f"{path.name}: no one table, or more than one, has all of the columns "
            f"{', '.join(wanted)}. Give it a file of its own."
        )
    sheet = fitting[0]
    if sheet.misfits:
        raise Unusable(
            f"{path.name}, row {sheet.misfits[0]}: more cells than the header has columns. "
            "Correct the row, or export the file again."
        )
    if sheet.table.num_rows > MOST_ROWS:
        raise Unusable(_too_many(path.name))
    return sheet


def read_cells(path: Path, columns: Columns) -> Given:
    """What a file says, each number in its place.

    Raises:
        Unusable: with the file, the row and the column of what must be mended.
    """
    numbers = [name for name in (columns.count, columns.denominator) if name]
    sheet = read_sheet(path, (*columns.dims, *numbers))
    if not sheet.table.num_rows:
        raise Unusable(f"{path.name}: there is a header and no row below it.")
    given = Given(rows=sheet.table.num_rows)
    within: dict[tuple[str, str], tuple[str, int]] = {}
    for row, key, said in _rows(path, sheet, columns, numbers):
        _check_nests(path, row, key, columns, within)
        for full, n in _counts(path, row, key, said, columns):
            _put(path, row, given, full, n)
    return given


def _too_many(name: str) -> str:
    return (
        f"{name}: more than {MOST_ROWS:,} rows. Count the rows first (one row for each "
        "combination of the dimensions), or name fewer dimensions."
    )


def _rows(
    path: Path, sheet: Sheet, columns: Columns, numbers: Sequence[str]
) -> Iterator[tuple[int, Key, list[int | None]]]:
    places = sheet.table.column(ROW).to_pylist()
    values = [sheet.table.column(dim).to_pylist() for dim in columns.dims]
    counts = [sheet.table.column(name).to_pylist() for name in numbers]
    for at, row in enumerate(places):
        key = tuple(
            _value(path, row, dim, column[at])
            for dim, column in zip(columns.dims, values, strict=True)
        )
        yield (
            row,
            key,
            [
                _number(path, row, name, column[at])
                for name, column in zip(numbers, counts, strict=True)
            ],
        )


def _value(path: Path, row: int, dim: str, text: str | None) -> str:
    value = (text or "").strip()
    if not value:
        raise Unusable(
            f"{path.name}, row {row}, column {dim}: empty. Write a name there, such as "
            '"Not on record": an empty group cannot be told from a missing one.'
        )
    return ALL if value.casefold() == ALL.casefold() else value


def _number(path: Path, row: int, name: str, text: str | None) -> int | None:
    """A whole number, or None where the source withheld it."""
    said = (text or "").strip()
    if said.casefold() in _WITHHELD or _RANGE.fullmatch(said):
        return None
    if _THOUSANDS.fullmatch(said):
        said = said.replace(",", "")
    if not _WHOLE.fullmatch(said):
        raise Unusable(
            f"{path.name}, row {row}, column {name}: not a whole number of people, zero or more. "
            "Write the count itself, not a percentage or an estimate."
        )
    return int(said.partition(".")[0])


def _check_nests(
    path: Path,
    row: int,
    key: Key,
    columns: Columns,
    within: dict[tuple[str, str], tuple[str, int]],
) -> None:
    for nest in columns.nests:
        child = key[columns.dims.index(nest.child)]
        parent = key[columns.dims.index(nest.parent)]
        if child == ALL:
            continue
        if parent == ALL:
            raise Unusable(
                f"{path.name}, row {row}, column {nest.parent}: a row that names its "
                f"{nest.child} must name the {nest.parent} it lies in, not {ALL}."
            )
        before, first = within.setdefault((nest.child, child), (parent, row))
        if before != parent:
            raise Unusable(
                f"{path.name}, row {row}, column {nest.child}: the nest is not a tree. The same "
                f"{nest.child} stands in another {nest.parent} in row {first}. Give the two "
                "different names, such as the district's name before the school's."
            )


def _counts(
    path: Path, row: int, key: Key, said: Sequence[int | None], columns: Columns
) -> Iterator[tuple[Key, int | None]]:
    """The cells that one row tells of."""
    if columns.count is None:
        if ALL in key:
            column = columns.dims[key.index(ALL)]
            raise Unusable(
                f'{path.name}, row {row}, column {column}: "{ALL}" is kept for totals, and a row '
                "that stands for one person cannot be in it. Rename that value."
            )
        yield key, 1
    elif columns.denominator is None:
        yield key, said[0]
    else:
        n, size = said
        if n is not None and size is not None and n > size:
            raise Unusable(
                f"{path.name}, row {row}: more people in column {columns.count} than in column "
                f"{columns.denominator}, which counts the whole group. Correct one of them."
            )
        yield (*key, "yes"), n
        yield (*key, "no"), None if n is None or size is None else size - n
        if n is None or size is None:
            yield (*key, ALL), size


def _put(path: Path, row: int, given: Given, key: Key, n: int | None) -> None:
    if n is None:
        given.unsaid.add(key)
    elif ALL not in key:
        given.finest[key] = given.finest.get(key, 0) + n
    else:
        before, first = given.totals.setdefault(key, (n, row))
        if before != n:
            raise Unusable(
                f"{path.name}, row {row}: another number than row {first}, which is the same "
                "total. Keep the right one."
            )


def check_totals(path: Path, given: Given, counted: Callable[[], Mapping[Key, int]]) -> None:
    """Totals that the file gives must be what its finest cells add up to."""
    if not given.totals:
        return
    true = counted()
    for key, (n, row) in given.totals.items():
        if true.get(key, 0) != n:
            raise Unusable(
                f'{path.name}, row {row}: the number beside "{ALL}" is not what the rows below it '
                f'add up to. "{ALL}" is kept for totals: correct the total, leave it out, or '
                f'rename the value if "{ALL}" is a category.'
            )
