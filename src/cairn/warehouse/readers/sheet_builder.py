"""Find the header of a table and build the sheet that every reader returns."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.readers.row_kinds import (
    find_group_headings,
    find_row_kinds,
    group_row_kinds,
    list_known_headings,
)
from cairn.warehouse.schema import (
    GROUP_COLUMN,
    ROW_COLUMN,
    ReadNote,
    RowKind,
    Sheet,
    UnreadableFile,
    normalize_spelling,
)

_SEARCH_ROWS: Final = 40
_DATA_CELL: Final = re.compile(r"[-+$]?[\d.,/:%\s]+|\d{4}-\d{2}-\d{2}.*")
_DATE_CELL: Final = re.compile(r"\d{1,4}[/.-]\d{1,2}([/.-]\d{1,4})?")


def detect_width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells a row of the table has.

    That is the most common length, weighted by the length.
    """
    counts = Counter(len(r) for r in rows if any(c.strip() for c in r))
    if not counts:
        return 0
    return max(counts, key=lambda n: (counts[n] * n, n))


def _typical_fill(filled: Sequence[int]) -> int:
    """Return how many cells the fuller rows fill; titles and footers are the emptier rows."""
    return sorted(filled)[len(filled) * 3 // 4] if filled else 0


def find_header_row(rows: Sequence[Sequence[str]]) -> int:
    """Return the index of the header among the first rows; 0 when no row looks like one.

    The header is the first row that fills about as many cells as the fullest of the rows around
    it and in which nearly every cell is a name. Dates may be names: some sheets have one column
    for each day.
    """
    first_rows = rows[:_SEARCH_ROWS]
    filled = [sum(1 for c in r if c.strip()) for r in first_rows]
    typical = _typical_fill([n for n in filled if n])
    for i, row in enumerate(first_rows):
        cells = [c.strip() for c in row if c.strip()]
        if len(cells) < max(1, min(typical, 2), typical * 0.6):
            continue
        names = sum(1 for c in cells if not _DATA_CELL.fullmatch(c) or _DATE_CELL.fullmatch(c))
        if names >= len(cells) * 0.75 and not _DATE_CELL.fullmatch(cells[0]):
            below = first_rows[i + 1 : i + 2]
            return i + 1 if _is_band(row, below) or _has_known_names(row, below) else i
    return next((i for i, n in enumerate(filled) if n), 0)


def _is_band(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether a row is above the header, such as the weekdays above dates.

    The row below names more columns. Either it names the first column and this row does not, or it
    has a known heading and names that repeat below each of the groups.
    """
    for names in below:
        filled = [c.strip() for c in names if c.strip()]
        is_name = [not _DATA_CELL.fullmatch(c) or bool(_DATE_CELL.fullmatch(c)) for c in filled]
        is_longer = len(filled) > sum(1 for c in row if c.strip())
        if not (is_longer and all(is_name)) or _DATE_CELL.fullmatch(filled[0]):
            return False
        if names[0].strip() and not row[0].strip():
            return True
        known = list_known_headings()
        has_known = any(normalize_spelling(name) in known for name in filled)
        return has_known and len({name.casefold() for name in filled}) < len(filled)
    return False


def _has_known_names(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether the row below a row of short names spells them out, in known headings."""
    known = list_known_headings()
    for names in below:
        filled = [c.strip() for c in names if c.strip()]
        recognized = len({normalize_spelling(name) for name in filled} & known)
        before = sum(1 for name in row if normalize_spelling(name) in known)
        return recognized >= max(_MIN_KNOWN, before + 1, len(filled) * 0.6)
    return False


_MIN_KNOWN: Final = 3


def join_header_bands(
    header: Sequence[str], titles: Sequence[tuple[int, Sequence[str]]], notes: list[ReadNote]
) -> list[str]:
    """Join the headings above groups of columns to the names of these columns.

    Below “Reading” and “Math”, two columns “Score” become “Reading Score” and “Math Score”. Names
    are joined only where they repeat in each group, and where that makes each of them unique.

    Args:
        header: names of the columns.
        titles: the rows above the header with their numbers.
        notes: gets a note if names were joined.

    Returns:
        The names.
    """
    names = [" ".join(name.split()) for name in header]
    used = Counter(name.casefold() for name in names if name)
    band = [" ".join(cell.split()) for cell in titles[-1][1]] if titles else []
    is_data = any(_DATA_CELL.fullmatch(c) and not _YEAR_CELL.fullmatch(c) for c in band if c)
    if max(used.values(), default=1) == 1 or is_data or sum(map(bool, band)) < _MIN_BANDS:
        return list(header)
    joined, groups, above = [], [set[bool]()], ""
    for index, name in enumerate(names):
        if index < len(band) and band[index]:
            above = band[index]
            groups.append(set())
        joined.append(f"{above} {name}".strip() if name else name)
        groups[-1] |= {used[name.casefold()] > 1} if name else set()
    is_mixed = any(len(kinds) > 1 for kinds in groups[:-1])
    found = [name.casefold() for name in joined if name]
    if is_mixed or len({*found}) < len(found):
        return list(header)
    message = "Headings above groups of columns were joined to the names of the columns."
    notes.append(ReadNote("header_bands", message))
    return joined


_YEAR_CELL: Final = re.compile(r"(?:19|20)\d{2}(?:-\d{2,4})?")
_MIN_BANDS: Final = 2

MAX_COLUMNS: Final = 5_000

MAX_FILLED_CELLS: Final = 100_000_000
"""Cells that short rows may lack in one sheet; each is made as an empty one, of 12 bytes.

Some programs leave out the empty cells at the end of a row: 20 in each of 5 million rows fit. A
file of ten megabytes can have 5,000 columns in its header and 5 million rows of one cell: 300 GB.
"""


def check_width(columns: int) -> None:
    """Refuse a sheet with more than ``MAX_COLUMNS`` columns."""
    if columns > MAX_COLUMNS:
        raise UnreadableFile(
            f"The sheet has {columns:,} columns; at most {MAX_COLUMNS:,} are read."
        )


def check_filled_cells(count: int) -> None:
    """Refuse a sheet in which short rows lack more than ``MAX_FILLED_CELLS`` cells."""
    if count > MAX_FILLED_CELLS:
        raise UnreadableFile(
            "Most rows have far fewer cells than the header, so this is not a single "
            "table. Export only the table and resend it."
        )


@dataclass(frozen=True, slots=True)
class RowCounts:
    """What a reader knows of the rows of a file that are not in the columns it read.

    Attributes:
        file_rows: number of all rows of the table in the file.
        titles: the rows above the header, which reports repeat on each page.
        skipped: number of rows above the header that the mapping says to skip.
        blank: number of blank rows that were not read.
        header_row: number of the row with the header; 0 if the file has none.
        keep_totals: whether totals are records, as in a table of counts.
        further_headers: numbers of the further rows of the header.
    """

    file_rows: int
    titles: tuple[tuple[int, Sequence[str]], ...] = ()
    skipped: int = 0
    blank: int = 0
    header_row: int = 1
    keep_totals: bool = False
    further_headers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RaggedRows:
    """Numbers of the rows with fewer cells, and with more cells, than the header."""

    short: Sequence[int] = ()
    misfits: Sequence[int] = ()


NOT_RAGGED: Final = RaggedRows()


def build_sheet(
    name: str,
    header: Sequence[str],
    columns: Sequence[pa.Array | pa.ChunkedArray],
    rows: pa.Array,
    notes: Iterable[ReadNote] = (),
    ragged: RaggedRows = NOT_RAGGED,
    counts: RowCounts | None = None,
) -> Sheet:
    """Build a sheet: column names become unique, columns without name and values are removed.

    Args:
        name: name of the sheet.
        header: names of the columns, as in the file.
        columns: their cells, as text.
        rows: number of each row in the file.
        notes: remarks about how the file was read.
        ragged: rows of another length than the header.
        counts: the other rows of the file; None for a format in which every row is a record.

    Returns:
        The sheet.

    Raises:
        UnreadableFile: the sheet has more than ``MAX_COLUMNS`` columns.
    """
    check_width(len(header))
    left_out: tuple[ReadNote, ...] = ()
    short, misfits = ragged.short, ragged.misfits
    file_rows = counts.file_rows if counts else len(rows) + len(misfits)
    if counts:
        groups = find_group_headings(columns)
        is_record, left_out = _find_records(header, columns, rows, counts, groups)
        if groups and GROUP_COLUMN not in header:
            above = pa.array([groups.get(i) for i in range(len(rows))], pa.string())
            header, columns = [*header, GROUP_COLUMN], [*columns, pc.fill_null_forward(above)]
        if is_record is not None:
            outside = {*rows.filter(pc.invert(is_record)).to_pylist()} if short else set()
            short = [row for row in short if row not in outside]
            columns, rows = [c.filter(is_record) for c in columns], rows.filter(is_record)
    all_notes = [*notes, *note_ragged_rows(short, misfits)]
    if overflowing := _find_overflowing_rows(header, columns, rows):
        all_notes += note_ragged_rows([], overflowing)
        misfits = sorted({*misfits, *overflowing})
        fitting = pc.invert(pc.is_in(rows, value_set=pa.array(overflowing, rows.type)))
        columns, rows = [c.filter(fitting) for c in columns], rows.filter(fitting)
    kept = [i for i, h in enumerate(header) if h.strip() or not is_empty_column(columns[i])]
    if dropped := len(header) - len(kept):
        all_notes.append(note_empty_columns(dropped))
    names = make_unique_names([header[i] for i in kept], all_notes)
    table = pa.table([*(columns[i] for i in kept), rows], names=[*names, ROW_COLUMN])
    return Sheet(name, names, table, tuple(all_notes), tuple(misfits), left_out, file_rows)


def _find_records(
    header: Sequence[str],
    columns: Sequence[pa.Array | pa.ChunkedArray],
    rows: pa.Array,
    counts: RowCounts,
    groups: Iterable[int],
) -> tuple[pa.Array | None, tuple[ReadNote, ...]]:
    """Return which rows are records, None if all are; and the count of others in the file."""
    titles = [cells for _, cells in counts.titles]
    kinds = find_row_kinds(header, columns, titles, keep_totals=counts.keep_totals)
    kinds |= dict.fromkeys(groups, RowKind.GROUP)
    notes = count_row_kinds(kinds, lambda positions: rows.take(positions).to_pylist(), counts)
    return (find_kept_rows(kinds, len(rows)) if kinds else None), notes


def count_row_kinds(
    kinds: Mapping[int, RowKind], number_rows: Callable[[pa.Array], list[int]], counts: RowCounts
) -> tuple[ReadNote, ...]:
    """Count the rows of a file that are no records, by kind.

    Args:
        kinds: the kind of each such row among the rows that were read, by its position.
        number_rows: returns the numbers in the file of rows at some positions.
        counts: the other rows of the file.

    Returns:
        A note for each kind.
    """
    numbers = {
        RowKind.TITLE: [row for row, _ in counts.titles],
        RowKind.HEADER: [
            *([counts.header_row] if counts.header_row else []),
            *counts.further_headers,
        ],
    }
    for kind, positions in group_row_kinds(kinds).items():
        found = number_rows(pa.array(positions))
        numbers[kind] = [*numbers.get(kind, ()), *found]
    totals = {kind: len(found) for kind, found in numbers.items()}
    totals[RowKind.SKIPPED] = counts.skipped
    totals[RowKind.BLANK] = totals.get(RowKind.BLANK, 0) + counts.blank
    return tuple(
        kind.count_rows(totals[kind], () if kind is RowKind.BLANK else numbers.get(kind, ()))
        for kind in RowKind
        if totals.get(kind)
    )


def find_kept_rows(kinds: Iterable[int], rows: int) -> pa.Array:
    """Return True for each row but those at these positions."""
    is_record = np.ones(rows, bool)
    is_record[list(kinds)] = False
    return pa.array(is_record)


def build_sheet_from_rows(
    name: str,
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    notes: Iterable[ReadNote],
    counts: RowCounts,
) -> Sheet:
    """Build a sheet from rows of text: (row number, cells). Short rows are filled up.

    Blank rows among them are counted here, and need not be in ``counts.blank``.

    Raises:
        UnreadableFile: there are more than ``MAX_COLUMNS`` columns, or short rows lack more than
            ``MAX_FILLED_CELLS`` cells.
    """
    width = len(header)
    check_width(width)
    kept_rows: list[Sequence[str]] = []
    row_numbers: list[int] = []
    short_rows: list[int] = []
    misfits: list[int] = []
    empty_row, filled = [""] * width, 0
    blank = counts.blank
    for row_number, row in rows:
        if not any(c.strip() for c in row):
            blank += 1
            continue
        if any(c.strip() for c in row[width:]):
            misfits.append(row_number)
            continue
        if len(row) < width:
            short_rows.append(row_number)
            check_filled_cells(filled := filled + width - len(row))
        row_numbers.append(row_number)
        kept_rows.append(row if len(row) == width else [*row, *empty_row][:width])
    columns = [pa.array(c, pa.string()) for c in zip(*kept_rows, strict=True)] or [
        pa.array([], pa.string()) for _ in header
    ]
    return build_sheet(
        name,
        header,
        columns,
        pa.array(row_numbers, pa.int64()),
        notes,
        RaggedRows(short_rows, misfits),
        replace(counts, blank=blank),
    )


def note_ragged_rows(short: Sequence[int], misfits: Sequence[int]) -> list[ReadNote]:
    """Describe for the report the rows that are longer or shorter than the header."""
    notes = []
    if short:
        message = "Rows with fewer cells than the header. Cairn treats the missing cells as empty."
        notes.append(ReadNote("short_rows", message, len(short), tuple(short[:5])))
    if misfits:
        message = (
            "Rows with more cells than the header were set aside, because their columns may "
            "be shifted."
        )
        notes.append(ReadNote("long_rows", message, len(misfits), tuple(misfits[:5])))
    return notes


def _find_overflowing_rows(
    header: Sequence[str], columns: Sequence[pa.Array | pa.ChunkedArray], rows: pa.Array
) -> list[int]:
    """Find rows with a value beyond the last named column, where most rows have none there.

    Their cells have shifted to the right.
    """
    named_width = max((i for i, h in enumerate(header, 1) if h.strip()), default=0)
    unnamed_columns = [c for c in columns[named_width:] if not is_empty_column(c)]
    if not unnamed_columns:
        return []
    overflows = pa.repeat(value=False, size=len(rows))
    for column in unnamed_columns:
        filled = pc.not_equal(pc.utf8_trim_whitespace(column), "")
        overflows = pc.or_(overflows, pc.fill_null(filled, fill_value=False))
    row_numbers: list[int] = rows.filter(overflows).to_pylist()
    return row_numbers if len(row_numbers) * 2 <= len(rows) else []


def note_empty_columns(count: int) -> ReadNote:
    """Describe for the report the columns that were left out."""
    return ReadNote("empty_columns", "Columns without a name and without values.", count)


def is_empty_column(column: pa.Array | pa.ChunkedArray) -> bool:
    """Return whether no cell of a column has a character other than a space."""
    distinct = column.unique().to_pylist()
    return not any(v and v.strip() for v in distinct)


def make_unique_names(header: Sequence[str], notes: list[ReadNote]) -> tuple[str, ...]:
    """Trim names and make each unique: a second "Score" becomes "Score (2)", no name "Column 7"."""
    trimmed = [" ".join(base.replace("\ufeff", "").split()) for base in header]
    if unnamed := trimmed.count(""):
        notes.append(ReadNote("nameless_columns", "Columns with values but no name.", unnamed))
    trimmed = [base or f"Column {i}" for i, base in enumerate(trimmed, 1)]
    duplicates = [base for base, suffix in Counter(trimmed).items() if suffix > 1]
    if duplicates:
        message = f"Columns of the same name; the later are numbered: {', '.join(duplicates[:5])}."
        notes.append(ReadNote("duplicate_headers", message, len(duplicates)))
    used: set[str] = set()
    names = []
    for base in trimmed:
        name, suffix = base, 1
        while name in used or name == ROW_COLUMN:
            suffix += 1
            name = f"{base} ({suffix})"
        used.add(name)
        names.append(name)
    return tuple(names)
