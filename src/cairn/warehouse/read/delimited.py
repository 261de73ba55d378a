"""CSV and its kin: comma, semicolon, tab or pipe. Fast for what is regular, careful for the rest.

pyarrow reads the file. It cannot say on which line a row stands, and gives up on rows of another
length; so line ends are counted beside it, and only rows that do not fit are read one by one. A
file in which the two counts disagree (a stray quotation mark) is read by the careful path whole.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import csv as fast

from cairn.warehouse.read.encoding import utf8
from cairn.warehouse.read.header import header_row, width
from cairn.warehouse.read.sheet import ReadNote, Sheet, Unreadable, from_rows, ragged, sheet

_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SAMPLE: Final = 1 << 17
_ROWS: Final = 200
_BLOCK: Final = 1 << 22

csv.field_size_limit(1 << 24)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What was found out about a file: its separator, its header and where the data begin."""

    delimiter: str
    header: tuple[str, ...]
    header_line: int
    data_line: int


def read(name: str, content: bytes, skip_rows: int | None = None) -> Sheet:
    """The one sheet of a delimited file. ``skip_rows``: lines above the header, if it is known."""
    text, notes = utf8(bytes(content))
    if b"\r" in text and b"\n" not in text:
        text = text.replace(b"\r", b"\n")
        notes.append(ReadNote("old_mac_lines", "Lines end in the way of old Macs."))
    if not text or text.isspace():
        raise Unreadable("The file is empty. Export it again and resend it.")
    shape = _shape(text, skip_rows)
    notes.append(ReadNote("delimiter", f"Columns are separated by {_DELIMITERS[shape.delimiter]}."))
    if shape.header_line > 1:
        message = f"The header is on line {shape.header_line}; lines above it were skipped."
        notes.append(ReadNote("title_rows", message, shape.header_line - 1))
    return _fast(name, text, shape, notes) or _careful(name, text, shape, notes)


def _shape(text: bytes, skip_rows: int | None) -> _Shape:
    sample = text[:_SAMPLE].decode("utf-8", "ignore")
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    skipped = 0
    if skip_rows:
        lines = sample.splitlines(keepends=True)
        skipped = min(skip_rows, len(lines) - 1)
        sample = "".join(lines[skipped:])
    delimiter = _delimiter(sample)
    rows = list(_records(sample, delimiter, skipped))[:_ROWS]
    at = 0 if skip_rows else header_row([r for _, _, r in rows])
    if not rows:
        raise Unreadable("There is nothing below the skipped lines. Check how many to skip.")
    line, end, cells = rows[at]
    names = cells + [""] * _unnamed(cells, [r for _, _, r in rows[at + 1 :]])
    return _Shape(delimiter, tuple(names), line, end + 1)


def _unnamed(header: Sequence[str], below: Sequence[Sequence[str]]) -> int:
    """How many columns at the right have no name: only where most rows are longer."""
    longer = [r for r in below if len(r) > len(header)]
    return width(longer) - len(header) if len(longer) * 2 > len(below) else 0


def _delimiter(sample: str) -> str:
    """The separator that cuts the most rows into the same number (above one) of cells."""
    best, score = ",", 0.0
    for delimiter in _DELIMITERS:
        rows = [r for _, _, r in _records(sample, delimiter, 0)][:_ROWS]
        cells = width(rows)
        fitting = sum(1 for r in rows if len(r) == cells)
        mark = fitting / max(1, len(rows)) * cells**0.5 if cells > 1 else 0.0
        if mark > score:
            best, score = delimiter, mark
    return best


def _records(text: str, delimiter: str, before: int) -> Iterator[tuple[int, int, list[str]]]:
    """(first line, last line, cells) of every record that is not an empty line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    last = 0
    try:
        for cells in reader:
            first, last = last + 1, reader.line_num
            if cells:
                yield first + before, last + before, cells
    except csv.Error as error:
        raise Unreadable(
            f"The text cannot be cut into cells near line {last + before + 1}: "
            "a quotation mark is not closed. Correct it, or export the file again."
        ) from error


def _careful(name: str, text: bytes, shape: _Shape, notes: Sequence[ReadNote]) -> Sheet:
    rows = _records(text.decode(), shape.delimiter, 0)
    below = ((first, cells) for first, _, cells in rows if first >= shape.data_line)
    return from_rows(name, shape.header, below, notes)


def _fast(name: str, text: bytes, shape: _Shape, notes: Sequence[ReadNote]) -> Sheet | None:
    """The sheet by pyarrow, or nothing when its count of rows is not ours."""
    odd: list[int] = []
    if lines := _plain_lines(text, shape.data_line):
        columns = _parse(text, lines.start, shape, odd)
        if columns is not None and not odd and columns.num_rows == lines.count:
            first = shape.data_line
            rows = pa.array(np.arange(first, first + lines.count))
            return sheet(name, shape.header, columns.columns, rows, notes)
    records = _records_below(text, shape.data_line)
    if not len(records.starts):
        return _careful(name, text, shape, notes)
    columns = _parse(text, int(records.starts[0]), shape, odd)
    if columns is None or columns.num_rows + len(odd) != len(records.starts):
        return None
    if not odd:
        return sheet(name, shape.header, columns.columns, pa.array(records.lines), notes)
    return _with_odd(name, text, shape, notes, columns, odd, records)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Records that are lines: where the first starts, and how many there are."""

    start: int
    count: int


def _plain_lines(text: bytes, line: int) -> _Lines | None:
    """The lines from one on, if every line is a record: no quotation marks, no empty lines."""
    if b'"' in text or b"\n\n" in text or b"\n\r" in text:
        return None
    start = 0
    for _ in range(line - 1):
        start = text.find(b"\n", start) + 1
        if not start:
            return None
    count = text.count(b"\n", start) + (not text.endswith(b"\n"))
    return _Lines(start, count) if start < len(text) else None


@dataclass(frozen=True, slots=True)
class _Places:
    """Where in the text each record starts and ends, and on which line it starts."""

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]


def _records_below(text: bytes, line: int) -> _Places:
    """The records from a line on, without empty lines.

    A line end between an odd and an even quotation mark is part of a cell.
    """
    raw = np.frombuffer(text, np.uint8)
    breaks = np.flatnonzero(raw == ord("\n"))
    starts = np.concatenate([[0], breaks + 1])
    ends = np.concatenate([breaks, [len(raw)]])
    lines = np.arange(1, len(starts) + 1)
    if b'"' in text:
        quotes = np.flatnonzero(raw == ord('"'))
        outside = np.searchsorted(quotes, breaks) % 2 == 0
        starts, lines = (a[np.concatenate([[True], outside])] for a in (starts, lines))
        ends = ends[np.concatenate([outside, [True]])]
    ends = ends - ((ends > starts) & (raw[ends - 1] == ord("\r")))
    wanted = (ends > starts) & (lines >= line)
    return _Places(starts[wanted], ends[wanted], lines[wanted])


def _parse(text: bytes, start: int, shape: _Shape, odd: list[int]) -> pa.Table | None:
    """The rows of the right length; the ordinal of each other one goes into ``odd``."""

    def note(row: fast.InvalidRow) -> str:
        odd.append(-1 if row.number is None else row.number - 1)
        return "skip"

    names = [f"c{i}" for i in range(len(shape.header))]

    def attempt(*, threads: bool) -> pa.Table:
        odd.clear()
        return fast.read_csv(
            pa.BufferReader(pa.py_buffer(text).slice(start)),
            fast.ReadOptions(use_threads=threads, block_size=_BLOCK, column_names=names),
            fast.ParseOptions(
                delimiter=shape.delimiter, newlines_in_values=b'"' in text, invalid_row_handler=note
            ),
            fast.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )

    try:
        # One block is read as fast on this thread. On others its bytes would still be let go of
        # while a short command ends, and the interpreter, half gone, would abort (exit 134).
        table = attempt(threads=len(text) - start > _BLOCK)
        return attempt(threads=False) if odd else table
    except pa.ArrowInvalid:
        return None


def _with_odd(
    name: str,
    text: bytes,
    shape: _Shape,
    notes: Sequence[ReadNote],
    columns: pa.Table,
    odd: Sequence[int],
    places: _Places,
) -> Sheet:
    """Read the odd rows one by one and put those that fit back where they belong."""
    size = len(shape.header)
    starts, ends, lines = places.starts, places.ends, places.lines
    fitted: list[tuple[int, list[str]]] = []
    short: list[int] = []
    misfits: list[int] = []
    for i in odd:
        piece = text[int(starts[i]) : int(ends[i])].decode()
        cells = next(csv.reader(io.StringIO(piece, newline=""), delimiter=shape.delimiter))
        if any(c.strip() for c in cells[size:]):
            misfits.append(int(lines[i]))
        else:
            fitted.append((i, (cells + [""] * size)[:size]))
            if len(cells) < size:
                short.append(int(lines[i]))
    regular = np.delete(np.arange(len(starts)), np.asarray(odd))
    order = np.concatenate([regular, np.array([i for i, _ in fitted], np.int64)])
    sorting = pa.array(np.argsort(order, kind="stable"))
    added = pa.table(
        [pa.array([c[j] for _, c in fitted], pa.string()) for j in range(size)],
        names=columns.column_names,
    )
    whole = pa.concat_tables([columns, added]).take(sorting)
    told = [*notes, *ragged(short, misfits)]
    return sheet(name, shape.header, whole.columns, pa.array(np.sort(lines[order])), told, misfits)
