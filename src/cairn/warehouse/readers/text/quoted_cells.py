"""Refuse a text file in which an unclosed quotation mark swallowed rows.

A quoted cell may hold line breaks: a note of several lines. But where the quotation mark does not
close as one must, or the further lines of a cell are rows of the table, the rows of other children
would become text of one cell.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from cairn.warehouse.schema import UnreadableFile

_SAMPLE_ROWS: Final = 200
_MAX_LINES_OF_CELL: Final = 500
_QUOTE: Final = ord('"')
_LINE_END: Final = ord("\n")
_DATA: Final = re.compile(r"[-+$]?[\d.,/:%\s-]*\d[\d.,/:%\s-]*")
_MIN_COLUMNS_OF_TEXT: Final = 3


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the cells of single-line rows look like: how many, and which are numbers or dates."""

    delimiter: str
    width: int
    data: frozenset[int]

    def add_cells(self, cells: Sequence[str]) -> "_Columns":
        """Count the columns of these cells, the first of a row, as data where the cells are."""
        data = {i for i, cell in enumerate(cells) if _DATA.fullmatch(cell.strip())}
        return self if self.data else replace(self, data=frozenset(data))

    def fits(self, cells: Sequence[str]) -> bool:
        """Return whether cells, from the first column on, may be those of a row."""
        typed = [i for i in range(len(cells)) if i in self.data and cells[i].strip()]
        if any(not _DATA.fullmatch(cells[i].strip().strip('"')) for i in typed):
            return False
        if typed:
            return True
        # Text alone is judged by its commas: a sentence or an address has spaces after them.
        is_prose = any(cell.startswith(" ") for cell in cells[1:])
        return not self.data and self.width >= _MIN_COLUMNS_OF_TEXT and not is_prose


def check_quoted_cells(text: bytes, delimiter: str) -> None:
    """Refuse a file with a quotation mark that is not closed where its cell ends.

    Args:
        text: the file in UTF-8.
        delimiter: the separator of its cells.

    Raises:
        UnreadableFile: a cell swallowed rows; says on which line it begins.
    """
    if b'"' not in text:
        return
    quotes = np.flatnonzero(np.frombuffer(text, np.uint8) == _QUOTE)
    records = (
        _iterate_regular_records(text, quotes)
        if _is_quoted_by_the_book(text, quotes, delimiter)
        else _iterate_records(text, delimiter)
    )
    _check_records(records, text, delimiter)


class QuotedBlocks:
    """Checks a file in blocks of whole lines, as ``check_quoted_cells`` checks it whole.

    Args:
        beginning: the first lines of the file, in UTF-8.
        delimiter: the separator of its cells.
    """

    def __init__(self, beginning: bytes, delimiter: str) -> None:
        self._beginning = beginning
        self._delimiter = delimiter

    def locate_records(self, lines: bytes, first: int) -> npt.NDArray[np.int64] | None:
        """Locate the records of a block.

        Args:
            lines: whole lines, which begin with a record.
            first: number of the first line.

        Returns:
            The number of the line on which each record begins; None if a quotation mark is where
            none may be, or is not closed in the block.

        Raises:
            UnreadableFile: a cell swallowed rows; says on which line it begins.
        """
        if b'"' not in lines:
            return np.arange(first, first + count_lines(lines))
        codes = np.frombuffer(lines, np.uint8)
        breaks = np.flatnonzero(codes == _LINE_END)
        starts = np.concatenate([[0], breaks + 1])
        quotes = np.flatnonzero(codes == _QUOTE)
        if not _is_quoted_by_the_book(lines, quotes, self._delimiter):
            return None
        is_outside = np.searchsorted(quotes, breaks) % 2 == 0
        if not is_outside.all():
            records = _iterate_regular_records(lines, quotes)
            numbered = ((first - 1 + line, record) for line, record in records)
            _check_records(numbered, self._beginning, self._delimiter)
        is_start = (starts < len(codes)) & np.concatenate([[True], is_outside])
        return first + np.flatnonzero(is_start)


def count_lines(lines: bytes) -> int:
    """Count whole lines; one without a line end counts too."""
    breaks = np.count_nonzero(np.frombuffer(lines, np.uint8) == _LINE_END)
    return int(breaks) + (not lines.endswith(b"\n"))


def has_open_cell(lines: bytes) -> bool:
    """Return whether a quotation mark is open at the end of some lines."""
    if b'"' not in lines:
        return False
    return bool(np.count_nonzero(np.frombuffer(lines, np.uint8) == _QUOTE) % 2)


def _check_records(records: Iterable[tuple[int, str]], beginning: bytes, delimiter: str) -> None:
    """Refuse records of several lines in which a cell swallowed rows."""
    columns: _Columns | None = None
    for line, record in records:
        cells = _split_strictly(record, delimiter, line)
        columns = columns or _describe_columns(beginning, delimiter)
        for number, cell in enumerate(cells):
            if "\n" in cell and _holds_rows(cell, number, columns.add_cells(cells[:number])):
                offset = sum(c.count("\n") for c in cells[:number])
                raise _refuse_cell(line + offset, line + offset + cell.count("\n"))


def is_quoted_in_lines(lines: bytes, delimiter: str) -> bool:
    """Return whether each quotation mark is where one may be, and closed on its line.

    Args:
        lines: whole lines, in UTF-8.
        delimiter: the separator of the cells.

    Returns:
        Whether every line is a record.
    """
    if b'"' not in lines:
        return True
    codes = np.frombuffer(lines, np.uint8)
    quotes, breaks = np.flatnonzero(codes == _QUOTE), np.flatnonzero(codes == _LINE_END)
    is_within = np.searchsorted(quotes, breaks) % 2 == 1
    return not is_within.any() and _is_quoted_by_the_book(lines, quotes, delimiter)


def _is_quoted_by_the_book(text: bytes, quotes: npt.NDArray[np.int64], delimiter: str) -> bool:
    """Return whether each quotation mark is where one may be, so that they can be counted off."""
    codes = np.frombuffer(text, np.uint8)
    if len(quotes) % 2:
        return False
    is_border = np.zeros(256, bool)
    is_border[[*b'\r\n"', ord(delimiter)]] = True
    before, after = codes[quotes[0::2] - 1], codes[np.minimum(quotes[1::2] + 1, len(codes) - 1)]
    is_open, is_closed = is_border[before], is_border[after]
    is_open[0] |= quotes[0] == 0  # the first byte of the file has none before it
    return bool(is_open.all() and is_closed.all())


def _iterate_regular_records(
    text: bytes, quotes: npt.NDArray[np.int64]
) -> Iterator[tuple[int, str]]:
    """Yield first line and text of each record of several lines, by counting quotation marks."""
    breaks = np.flatnonzero(np.frombuffer(text, np.uint8) == _LINE_END)
    is_outside = np.searchsorted(quotes, breaks) % 2 == 0
    if is_outside.all():
        return
    ends = np.flatnonzero(np.concatenate([is_outside, [True]]))
    first = np.concatenate([[0], ends[:-1] + 1])
    starts = np.concatenate([[0], breaks + 1])
    stops = np.concatenate([breaks, [len(text)]])
    for i in np.flatnonzero(ends > first):
        yield int(first[i]) + 1, text[starts[first[i]] : stops[ends[i]]].decode()


def _iterate_records(text: bytes, delimiter: str) -> Iterator[tuple[int, str]]:
    """Yield first line and text of each record of several lines, as the lenient reader cuts it."""
    lines = io.StringIO(text.decode(), newline="").readlines()
    reader = csv.reader(iter(lines), delimiter=delimiter)
    last = 0
    try:
        for _ in reader:
            first, last = last, reader.line_num
            if last > first + 1:
                yield first + 1, "".join(lines[first:last]).removesuffix("\n").removesuffix("\r")
    except csv.Error as error:
        raise _refuse_cell(last + 1, reader.line_num) from error


def _split_strictly(record: str, delimiter: str, line: int) -> list[str]:
    """Split a record of several lines; its quotation marks must be closed by the book."""
    try:
        rows = list(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise _refuse_cell(line, line + record.count("\n")) from error
    return [cell for row in rows for cell in row]


def _describe_columns(text: bytes, delimiter: str) -> _Columns:
    """Describe the columns by the first rows of one line."""
    sample = text[: 1 << 17].decode("utf-8", "ignore").splitlines()
    rows = [
        next(csv.reader([line], delimiter=delimiter), [])
        for line in sample[: 4 * _SAMPLE_ROWS]
        if line.count('"') % 2 == 0
    ]
    widths = [len(row) for row in rows if row]
    width = max(sorted({*widths}), key=lambda n: (widths.count(n) * n, n), default=0)
    regular = [row for row in rows if len(row) == width][:_SAMPLE_ROWS]
    data = set()
    for i in range(width):
        cells = [row[i].strip() for row in regular[1:] if row[i].strip()]
        if cells and sum(bool(_DATA.fullmatch(c)) for c in cells) * 10 >= len(cells) * 8:
            data.add(i)
    return _Columns(delimiter, width, frozenset(data))


def _holds_rows(cell: str, number: int, columns: _Columns) -> bool:
    """Return whether the further lines of a cell are rows of the table.

    A cell that swallowed rows has the rest of its own row on its first line, whole rows between,
    and on its last line the cells up to where the quotation mark closed.
    """
    first, *lines = cell.replace("\r\n", "\n").split("\n")
    if len(lines) > _MAX_LINES_OF_CELL:
        return True
    if columns.width < 2:  # noqa: PLR2004 - one column has no separators
        return False
    split = [line.split(columns.delimiter) for line in lines]
    whole = sum(1 for cells in split[:-1] if len(cells) == columns.width and columns.fits(cells))
    last = split[-1]
    rest_of_row = len(first.split(columns.delimiter)) == columns.width - number
    is_last_row = 1 < len(last) <= columns.width and columns.fits(last)
    if rest_of_row:
        return bool(whole) or is_last_row
    return whole * 2 > len(lines)


def _refuse_cell(first: int, last: int) -> UnreadableFile:
    lines = f"from line {first} to line {last}" if last > first else f"from line {first} on"
    return UnreadableFile(
        f"A quotation mark is not closed: the cell that begins on line {first} runs {lines}, and "
        "the rows there would be lost. Close or remove the quotation mark on that line, or "
        "export the file again."
    )
