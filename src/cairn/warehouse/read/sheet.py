"""What every reader returns: sheets of text, each row with its place in the file."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

ROW: Final = "__row"
"""The column that holds a row's line in the file, or its row in the workbook, from 1."""

MAX_COLUMNS: Final = 5_000


class Unreadable(Exception):
    """A file that cannot be read. The message says what to do next and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class ReadNote:
    """Something the report should say about a file. Never holds a value of it.

    ``count`` is how many rows or columns it is about; ``rows`` the first few of them.
    """

    code: str
    message: str
    count: int = 1
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file. ``table`` has the columns of ``header``, all text, and ``__row``.

    ``misfits`` are rows with more cells than the header: nobody can say which cell belongs to
    which column, so they are not in the table and never written.
    """

    name: str
    header: tuple[str, ...]
    table: pa.Table
    notes: tuple[ReadNote, ...] = ()
    misfits: tuple[int, ...] = ()


def sheet(
    name: str,
    header: Sequence[str],
    columns: Sequence[pa.Array | pa.ChunkedArray],
    rows: pa.Array,
    notes: Iterable[ReadNote] = (),
    misfits: Sequence[int] = (),
) -> Sheet:
    """Put a sheet together: every column gets a name of its own; nameless empty ones go."""
    if len(header) > MAX_COLUMNS:
        raise Unreadable(f"The sheet has {len(header)} columns; at most {MAX_COLUMNS} are read.")
    told = list(notes)
    if over := _overflowing(header, columns, rows):
        told += ragged([], over)
        misfits = sorted({*misfits, *over})
        fitting = pc.invert(pc.is_in(rows, value_set=pa.array(over, rows.type)))
        columns, rows = [c.filter(fitting) for c in columns], rows.filter(fitting)
    kept = [i for i, h in enumerate(header) if h.strip() or not _empty(columns[i])]
    if dropped := len(header) - len(kept):
        told.append(
            ReadNote("empty_columns", "Columns without a name and without values.", dropped)
        )
    names = _distinct([header[i] for i in kept], told)
    table = pa.table([*(columns[i] for i in kept), rows], names=[*names, ROW])
    return Sheet(name, names, table, tuple(told), tuple(misfits))


def from_rows(
    name: str,
    header: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    notes: Iterable[ReadNote] = (),
) -> Sheet:
    """A sheet from rows of text in Python: (place, cells). Short rows are filled up."""
    width = len(header)
    cells: list[list[str]] = [[] for _ in header]
    places: list[int] = []
    short: list[int] = []
    misfits: list[int] = []
    for place, row in rows:
        if not any(c.strip() for c in row):
            continue
        if any(c.strip() for c in row[width:]):
            misfits.append(place)
            continue
        if len(row) < width:
            short.append(place)
        places.append(place)
        for i in range(width):
            cells[i].append(row[i] if i < len(row) else "")
    told = [*notes, *ragged(short, misfits)]
    columns = [pa.array(c, pa.string()) for c in cells]
    return sheet(name, header, columns, pa.array(places, pa.int64()), told, misfits)


def ragged(short: Sequence[int], misfits: Sequence[int]) -> list[ReadNote]:
    """What the report says of rows that are not as long as the header."""
    notes = []
    if short:
        message = "Rows with fewer cells than the header; the missing cells count as empty."
        notes.append(ReadNote("short_rows", message, len(short), tuple(short[:5])))
    if misfits:
        message = "Rows with more cells than the header: the columns may have shifted. Set aside."
        notes.append(ReadNote("long_rows", message, len(misfits), tuple(misfits[:5])))
    return notes


def _overflowing(
    header: Sequence[str], columns: Sequence[pa.Array | pa.ChunkedArray], rows: pa.Array
) -> list[int]:
    """Rows with something beyond the last named column, where most rows have nothing there:
    their cells have shifted to the right.
    """
    named = max((i for i, h in enumerate(header, 1) if h.strip()), default=0)
    beyond = [c for c in columns[named:] if not _empty(c)]
    if not beyond:
        return []
    over = pa.repeat(value=False, size=len(rows))
    for column in beyond:
        filled = pc.not_equal(pc.utf8_trim_whitespace(column), "")
        over = pc.or_(over, pc.fill_null(filled, fill_value=False))
    places: list[int] = rows.filter(over).to_pylist()
    return places if len(places) * 2 <= len(rows) else []


def _empty(column: pa.Array | pa.ChunkedArray) -> bool:
    distinct = column.unique().to_pylist()
    return not any(v and v.strip() for v in distinct)


def _distinct(header: Sequence[str], notes: list[ReadNote]) -> tuple[str, ...]:
    """Trimmed names, each once: a second "Score" becomes "Score (2)", no name "Column 7"."""
    plain = [" ".join(h.replace("\ufeff", "").split()) for h in header]
    if nameless := plain.count(""):
        notes.append(ReadNote("nameless_columns", "Columns with values but no name.", nameless))
    plain = [h or f"Column {i}" for i, h in enumerate(plain, 1)]
    twice = [h for h, n in Counter(plain).items() if n > 1]
    if twice:
        message = f"Columns of the same name; the later are numbered: {', '.join(twice[:5])}."
        notes.append(ReadNote("duplicate_headers", message, len(twice)))
    taken: set[str] = set()
    names = []
    for h in plain:
        name, n = h, 1
        while name in taken or name == ROW:
            n += 1
            name = f"{h} ({n})"
        taken.add(name)
        names.append(name)
    return tuple(names)
