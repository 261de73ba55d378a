"""Read a file of counts or people into finest cells; name every error by row and column.

The finest cells may be rows of a file that another organization protected: a blank number was
withheld by its source, and the totals beside it are kept unchanged.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from cairn.interfaces.cli.output import CommandUsageError
from cairn.sdc.contributors import CellContributor
from cairn.sdc.tables import ALL, RESULT, CellCounts, Key, Nest
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import ROW_COLUMN, Sheet, UnreadableFile

MOST_CELL_ROWS: Final = 2_000_000
"""Rows that are read. No person reads a table of more cells than this either."""

_WITHHELD_SYMBOLS: Final = frozenset(
    {"", "na", "n/a", "*", "**", "-", "--", "s", "ps", "null", "withheld"}
)
_RANGE_PATTERN: Final = re.compile(r"[<>≤≥]\s*=?\s*\d+|\d+\s*[-\u2013]\s*\d+")
_GROUPED_DIGITS: Final = re.compile(r"\d{1,3}(,\d{3})+")
_WHOLE_NUMBER: Final = re.compile(r"\d+(\.0+)?")


@dataclass(frozen=True, slots=True)
class CellColumns:
    """Say which column of the file is what."""

    dims: tuple[str, ...]
    count: str | None = None
    denominator: str | None = None
    nests: tuple[Nest, ...] = ()

    @property
    def key_dims(self) -> tuple[str, ...]:
        """List the dimensions of the cells: with the outcome, where there is a denominator."""
        return (*self.dims, RESULT) if self.denominator else self.dims


@dataclass(slots=True)
class CellFile:
    """Hold what a file contains.

    Args:
        finest: people by key, one value for every dimension.
        totals: the same for keys with "All", with the row that gives it.
        unsaid: keys that the file lists without a number: withheld by its source.
        rows: how many rows were read.
    """

    finest: dict[Key, int] = field(default_factory=dict)
    totals: dict[Key, tuple[int, int]] = field(default_factory=dict)
    withheld: set[Key] = field(default_factory=set)
    rows: int = 0


def read_matching_sheet(path: Path, wanted: Sequence[str]) -> Sheet:
    """Read the one table of a CSV, Excel or Parquet file that has the wanted columns.

    Args:
        path: the file.
        wanted: names of columns.

    Returns:
        The table.

    Raises:
        Unusable: the file cannot be read, or not exactly one table has the columns.
    """
    try:
        content = path.read_bytes()
        if content.count(b"\n") > MOST_CELL_ROWS and not content.startswith((b"PAR1", b"PK")):
            raise CommandUsageError(_format_too_many_rows(path.name))
        sheets = read_file(path.name, content, keep_totals=True)
    except UnreadableFile as problem:
        raise CommandUsageError(f"{path.name}: {problem}") from problem
    except OSError as problem:
        raise CommandUsageError(
            f"{path}: this file cannot be opened ({problem.strerror})."
        ) from problem
    fitting = [sheet for sheet in sheets if set(wanted) <= set(sheet.header)]
    if len(fitting) != 1:
        missing = [name for name in wanted if not any(name in s.header for s in sheets)]
        present_columns = ", ".join(dict.fromkeys(h for s in sheets for h in s.header[:30]))
        raise CommandUsageError(
            f"{path.name}: no column is called {missing[0]}. Columns here: {present_columns}."
            if missing
            else f"{path.name}: no one table, or more than one, has all of the columns "
            f"{', '.join(wanted)}. Give it a file of its own."
        )
    sheet = fitting[0]
    if sheet.misfits:
        raise CommandUsageError(
            f"{path.name}, row {sheet.misfits[0]}: more cells than the header has columns. "
            "Correct the row, or export the file again."
        )
    if sheet.table.num_rows > MOST_CELL_ROWS:
        raise CommandUsageError(_format_too_many_rows(path.name))
    return sheet


def read_cell_file(path: Path, columns: CellColumns) -> CellFile:
    """Read what a file contains, each number as the cell that it counts.

    Args:
        path: the file.
        columns: which column is what.

    Returns:
        The cells and totals of the file.

    Raises:
        Unusable: with the file, the row and the column of what must be corrected.
    """
    numbers = [name for name in (columns.count, columns.denominator) if name]
    sheet = read_matching_sheet(path, (*columns.dims, *numbers))
    if not sheet.table.num_rows:
        raise CommandUsageError(f"{path.name}: there is no row below the header.")
    content = CellFile(rows=sheet.table.num_rows)
    parents: dict[tuple[str, str], tuple[str, int]] = {}
    for row, key, row_numbers in _list_rows(path, sheet, columns, numbers):
        _check_row_nests(path, row, key, columns, parents)
        for full, n in _list_cells_of_row(path, row, key, row_numbers, columns):
            _add_cell(path, row, content, full, n)
    return content


def _format_too_many_rows(name: str) -> str:
    return (
        f"{name}: more than {MOST_CELL_ROWS:,} rows. Count the rows first (one row for each "
        "combination of the dimensions), or name fewer dimensions."
    )


def _list_rows(
    path: Path, sheet: Sheet, columns: CellColumns, numbers: Sequence[str]
) -> Iterator[tuple[int, Key, list[int | None]]]:
    row_numbers = sheet.table.column(ROW_COLUMN).to_pylist()
    values = [sheet.table.column(dim).to_pylist() for dim in columns.dims]
    counts = [sheet.table.column(name).to_pylist() for name in numbers]
    for index, row in enumerate(row_numbers):
        key = tuple(
            _read_value(path, row, dim, column[index])
            for dim, column in zip(columns.dims, values, strict=True)
        )
        yield (
            row,
            key,
            [
                _read_number(path, row, name, column[index])
                for name, column in zip(numbers, counts, strict=True)
            ],
        )


def _read_value(path: Path, row: int, dim: str, text: str | None) -> str:
    value = (text or "").strip()
    if not value:
        raise CommandUsageError(
            f'{path.name}, row {row}, column {dim}: empty. Enter a value, such as "Not on record".'
        )
    return ALL if value.casefold() == ALL.casefold() else value


def _read_number(path: Path, row: int, name: str, text: str | None) -> int | None:
    """Read a whole number, or None where the source withheld it."""
    digits = (text or "").strip()
    if digits.casefold() in _WITHHELD_SYMBOLS or _RANGE_PATTERN.fullmatch(digits):
        return None
    if _GROUPED_DIGITS.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _WHOLE_NUMBER.fullmatch(digits):
        raise CommandUsageError(
            f"{path.name}, row {row}, column {name}: not a whole number of people, zero or more. "
            "Use the count itself, not a percentage or an estimate."
        )
    return int(digits.partition(".")[0])


def _check_row_nests(
    path: Path,
    row: int,
    key: Key,
    columns: CellColumns,
    parents: dict[tuple[str, str], tuple[str, int]],
) -> None:
    for nest in columns.nests:
        child = key[columns.dims.index(nest.child)]
        parent = key[columns.dims.index(nest.parent)]
        if child == ALL:
            continue
        if parent == ALL:
            raise CommandUsageError(
                f"{path.name}, row {row}, column {nest.parent}: a row that names its "
                f"{nest.child} must name its {nest.parent}, not {ALL}."
            )
        previous_parent, first_row = parents.setdefault((nest.child, child), (parent, row))
        if previous_parent != parent:
            raise CommandUsageError(
                f"{path.name}, row {row}, column {nest.child}: the same {nest.child} has another "
                f"{nest.parent} in row {first_row}. If these are two, give them different names, "
                "such as the district's name before the school's."
            )


def _list_cells_of_row(
    path: Path, row: int, key: Key, numbers: Sequence[int | None], columns: CellColumns
) -> Iterator[tuple[Key, int | None]]:
    """List the cells that one row counts."""
    if columns.count is None:
        if ALL in key:
            column = columns.dims[key.index(ALL)]
            raise CommandUsageError(
                f'{path.name}, row {row}, column {column}: "{ALL}" is reserved for totals. Rename '
                "that value."
            )
        yield key, 1
    elif columns.denominator is None:
        yield key, numbers[0]
    else:
        n, size = numbers
        if n is not None and size is not None and n > size:
            raise CommandUsageError(
                f"{path.name}, row {row}: more people in column {columns.count} than in column "
                f"{columns.denominator}, which counts the whole group. Correct one of them."
            )
        yield (*key, "yes"), n
        yield (*key, "no"), None if n is None or size is None else size - n
        if n is None or size is None:
            yield (*key, ALL), size


def _add_cell(path: Path, row: int, content: CellFile, key: Key, n: int | None) -> None:
    if n is None:
        content.withheld.add(key)
    elif ALL not in key:
        content.finest[key] = content.finest.get(key, 0) + n
    else:
        previous_count, first_row = content.totals.setdefault(key, (n, row))
        if previous_count != n:
            raise CommandUsageError(
                f"{path.name}, row {row}: a different number than row {first_row} for the same "
                "total. Keep the correct one."
            )


def check_file_totals(
    path: Path, content: CellFile, count_totals: Callable[[], Mapping[Key, int]]
) -> None:
    """Check that the totals of the file are what its finest cells add up to."""
    if not content.totals:
        return
    true_totals = count_totals()
    for key, (n, row) in content.totals.items():
        if true_totals.get(key, 0) != n:
            raise CommandUsageError(
                f'{path.name}, row {row}: the number for "{ALL}" is not the sum of its rows. '
                f'"{ALL}" is reserved for totals: correct the total, leave it out, or '
                f'rename the value if "{ALL}" is a category.'
            )


MOST_CONTRIBUTORS: Final = 200
"""The most contributors; each is audited separately."""


def read_contributors(
    path: Path, column: str, columns: CellColumns, cells: CellCounts
) -> tuple[CellContributor, ...]:
    """Read, by each value of a column, its own part of the finest cells.

    Args:
        path: the file.
        column: names the organization of each row; a dimension of the table or not.
        columns: what the other columns are.
        cells: what the file counts in all.

    Returns:
        One contributor for each value, by name.

    Raises:
        Unusable: some number has no owner, or is blank.
    """
    own = _read_own_cells(path, column, columns, cells)
    if len(own) > MOST_CONTRIBUTORS:
        raise CommandUsageError(
            f"--contributor: {column} has {len(own):,} values; the limit is {MOST_CONTRIBUTORS}. "
            f"Name the column of organizations."
        )
    return tuple(CellContributor(name, counts) for name, counts in sorted(own.items()))


def _read_own_cells(
    path: Path, column: str, columns: CellColumns, cells: CellCounts
) -> dict[str, dict[Key, int]]:
    own: dict[str, dict[Key, int]] = defaultdict(dict)
    if column in columns.dims:
        index = columns.dims.index(column)
        for key, n in cells.counts.items():
            own[key[index]][key] = n
        return own
    index = len(columns.dims)
    content = read_cell_file(path, replace(columns, dims=(*columns.dims, column)))
    for key, n in content.finest.items():
        own[key[index]][(*key[:index], *key[index + 1 :])] = n
    remaining = dict(cells.counts)
    for counts in own.values():
        for key, n in counts.items():
            remaining[key] -= n
    if any(remaining.values()):
        raise CommandUsageError(
            f"{path.name}, column {column}: some rows name everyone instead of one contributor. "
            "Use the most detailed counts of each contributor."
        )
    return own
