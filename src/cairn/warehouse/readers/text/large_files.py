"""Read a large delimited file block by block, so that neither its bytes nor its cells fill memory.

Only a plain file is read like this: UTF-8 without repairs, every row as long as the header, and
quotation marks only where they belong; a cell may hold line breaks. Any other is read whole, by the
reader of all files, and a plain file is read the same by both. Where only some columns are wanted,
the cells of the others are not even cut out.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final, overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cairn.warehouse.block_streams import compute_at_once
from cairn.warehouse.readers import sheet_builder
from cairn.warehouse.readers.file_content import FileContent
from cairn.warehouse.readers.packed_table import PackedTable
from cairn.warehouse.readers.row_kinds import (
    LABEL_COLUMNS,
    SAMPLE_ROWS,
    TRAILING_ROWS,
    RowKindFinder,
)
from cairn.warehouse.readers.text import delimited
from cairn.warehouse.readers.text.delimited import SAMPLE_BYTES, TextLayout
from cairn.warehouse.readers.text.quoted_cells import (
    QuotedBlocks,
    count_lines,
    has_open_cell,
    is_quoted_in_lines,
)
from cairn.warehouse.readers.text.text_encoding import needs_repair
from cairn.warehouse.schema import ROW_COLUMN, ReadNote, Sheet

LARGE_FILE_BYTES: Final = 32 << 20
"""Files from this size on are read block by block where that is possible."""

HEAD_BYTES: Final = 2 * SAMPLE_BYTES
BLOCK_BYTES: Final = 8 << 20
EDGE_BYTES: Final = 1 << 20
_PARSED_BYTES: Final = 1 << 20
"""Bytes parsed at a time, so that they stay in a processor's cache; no row may be longer."""

_MAX_OPEN_LINES: Final = 1_000
"""Lines after which a cell that a block began is given up; a longer one is refused anyway."""

ColumnChooser = Callable[[Sequence[str]], Collection[str]]
"""Chooses from a header the columns to keep."""


def read_large_sheet(
    name: str,
    content: FileContent,
    skip_rows: int | None,
    *,
    keep_totals: bool,
    choose_columns: ColumnChooser | None = None,
) -> Sheet | None:
    """Read the sheet of a large plain file of delimited text.

    Args:
        name: name of the sheet.
        content: the content of a file of delimited text.
        skip_rows: lines above the header, if known.
        keep_totals: whether totals are records, as in a table of counts.
        choose_columns: chooses the columns that are wanted; None for all.

    Returns:
        The sheet that ``read_delimited_sheet`` reads, with a table of the wanted columns, packed;
        or None if the file must be read whole.

    Raises:
        UnreadableFile: its table cannot be read.
    """
    head = _read_head(content)
    if not _is_plain(head):
        return None
    text, layout, notes = delimited.detect_text_layout(head, skip_rows, keep_totals=keep_totals)
    start = delimited.find_line_start(text, layout.data_line)
    if layout.survey or start is None or not is_quoted_in_lines(text[:start], layout.delimiter):
        return None
    rows = _PlainRows(layout, notes, choose_columns, QuotedBlocks(text, layout.delimiter))
    beginning = len(head) - len(text) + start  # a byte-order mark is not in the text
    blocks = _number_blocks(_iterate_line_blocks(content, beginning), layout.data_line)
    for block in compute_at_once(rows.parse_block, blocks):
        if not rows.add_block(block):
            return None
    return rows.build_sheet(name)


def _read_head(content: FileContent) -> bytes:
    """Read the first lines of a file; nothing if it has no line end among them."""
    with content.open() as file:
        head = file.read(HEAD_BYTES)
    if len(head) < content.size:
        head = head[: head.rfind(b"\n") + 1]
        return head if len(head) > SAMPLE_BYTES else b""
    return head


def _iterate_line_blocks(content: FileContent, start: int) -> Iterator[tuple[bytes, bool]]:
    """Yield a file from some byte on in blocks of whole records, and whether each is the last.

    The first and the last are short, since every column is cut out of these.
    """
    with content.open() as file:
        file.seek(start)
        size = EDGE_BYTES
        while content.size - file.tell() > size + EDGE_BYTES:
            block = file.read(size) + file.readline()
            yield block + _read_open_cell(block, file), False
            size = BLOCK_BYTES
        rest = file.read()
        end = rest.rfind(b"\n", 0, max(0, len(rest) - EDGE_BYTES)) + 1
        is_open = has_open_cell(rest[:end])
        while is_open and end < len(rest):
            stop = rest.find(b"\n", end) + 1 or len(rest)
            is_open ^= has_open_cell(rest[end:stop])
            end = stop
        if 0 < end < len(rest):
            yield rest[:end], False
        yield rest[end:] if end < len(rest) else rest, True


def _read_open_cell(block: bytes, file: IO[bytes]) -> bytes:
    """Read the lines up to where the cell closes that is open at the end of a block."""
    lines: list[bytes] = []
    is_open = has_open_cell(block)
    while is_open and len(lines) < _MAX_OPEN_LINES and (line := file.readline()):
        lines.append(line)
        is_open ^= has_open_cell(line)
    return b"".join(lines)


def _is_plain(lines: bytes) -> bool:
    """Return whether some lines are UTF-8 that needs no repair, each ended by a line feed."""
    if not lines or b"\0" in lines:
        return False
    if b"\r" in lines and lines.count(b"\r") != lines.count(b"\r\n"):
        return False
    if not lines.isascii():
        try:
            lines.decode()
        except UnicodeDecodeError:
            return False
        return not needs_repair(lines)
    return True


@dataclass(frozen=True, slots=True)
class _LineBlock:
    """Some lines of a file: the number of the first, how many there are, and if they end it."""

    lines: bytes
    first: int
    line_count: int
    is_last: bool


def _number_blocks(blocks: Iterator[tuple[bytes, bool]], first: int) -> Iterator[_LineBlock]:
    """Number the first line of each block."""
    for lines, is_last in blocks:
        block = _LineBlock(lines, first, count_lines(lines) if lines else 0, is_last)
        yield block
        first += block.line_count


@dataclass(frozen=True, slots=True)
class _ParsedBlock:
    """A block with the lines on which its records begin and its columns; None if it is not plain.

    A block without lines, at the end of a file, has neither.
    """

    block: _LineBlock
    numbers: npt.NDArray[np.int64] | None = None
    columns: "_BlockColumns | None" = None


class _PlainRows:
    """The rows of a plain file, which are added in blocks and kept packed."""

    def __init__(
        self,
        layout: TextLayout,
        notes: Sequence[ReadNote],
        choose_columns: ColumnChooser | None,
        quoted: QuotedBlocks,
    ) -> None:
        self._layout = layout
        self._quoted = quoted
        self._notes = list(notes)
        header = layout.header
        self._nameless = [i for i, heading in enumerate(header) if not heading.strip()]
        named = [i for i, heading in enumerate(header) if heading.strip()]
        if self._nameless:
            self._notes.append(sheet_builder.note_empty_columns(len(self._nameless)))
        self.names = sheet_builder.make_unique_names([header[i] for i in named], self._notes)
        wanted = set(choose_columns(self.names) if choose_columns else self.names)
        self._kept = [i for i, name in zip(named, self.names, strict=True) if name in wanted]
        kept_names = [name for name in self.names if name in wanted]
        fields = [(name, pa.string()) for name in kept_names]
        self._table = PackedTable(pa.schema([*fields, (ROW_COLUMN, pa.int64())]))
        titles = [cells for _, cells in layout.titles]
        self._kinds = RowKindFinder(header, titles, keep_totals=layout.keep_totals)

    def parse_block(self, block: _LineBlock) -> _ParsedBlock:
        """Parse some lines; nothing changes, so that several blocks are parsed at once."""
        if not block.lines or not _is_plain(block.lines):
            return _ParsedBlock(block)
        numbers = self._quoted.locate_records(block.lines, block.first)
        if numbers is None:
            return _ParsedBlock(block)
        columns = _BlockColumns(
            block.lines,
            self._layout,
            {*self._kept, *self._nameless, *range(LABEL_COLUMNS)},
            is_quoted=len(numbers) < block.line_count,
        )
        return _ParsedBlock(block, numbers, columns)

    def add_block(self, parsed: _ParsedBlock) -> bool:
        """Add some lines; return False if they are not plain, so that the file is read whole."""
        numbers, columns, is_last = parsed.numbers, parsed.columns, parsed.block.is_last
        if not parsed.block.lines and is_last:
            return self._table.num_rows > 0
        # A blank line, or one of another length than the header, is none of the rows.
        if numbers is None or columns is None or not columns.is_regular:
            return False
        count = len(numbers)
        if len(columns[0]) != count:
            return False
        if any(not sheet_builder.is_empty_column(columns[i]) for i in self._nameless):
            return False
        before = self._table.num_rows
        if (before and is_last and count < TRAILING_ROWS) or (
            not before and not is_last and count < SAMPLE_ROWS
        ):
            return False
        self._kinds.add_rows(columns, is_last=is_last)
        cells = [columns[i] for i in self._kept]
        self._table.append_rows(pa.table([*cells, pa.array(numbers)], schema=self._table.schema))
        return True

    def build_sheet(self, name: str) -> Sheet:
        """Build the sheet of all rows that are records."""
        layout, table = self._layout, self._table
        sheet_builder.check_width(len(layout.header))
        counts = layout.count_rows(table.num_rows, 0)
        kinds = self._kinds.find_kinds()
        left_out = sheet_builder.count_row_kinds(
            kinds, lambda positions: table[ROW_COLUMN].take(positions).to_pylist(), counts
        )
        if kinds:
            table = table.filter(sheet_builder.find_kept_rows(kinds, table.num_rows))
        notes = tuple(self._notes)
        return Sheet(name, self.names, table, notes, (), left_out, counts.file_rows)


class _BlockColumns(Sequence[pa.ChunkedArray]):
    """The columns of a block of lines; those that are not wanted are cut out if one is asked for.

    ``is_regular`` says whether every row has as many cells as the header.
    """

    def __init__(
        self, lines: bytes, layout: TextLayout, wanted: Collection[int], *, is_quoted: bool
    ) -> None:
        self._lines = lines
        self._is_quoted = is_quoted
        self._layout = layout
        self._irregular: list[int] = []
        chosen = sorted(i for i in wanted if i < len(layout.header))
        table = self._parse(chosen)
        self.is_regular = table is not None and not self._irregular
        self._columns = dict(zip(chosen, table.columns, strict=True)) if table else {}

    def _parse(self, wanted: Sequence[int]) -> pa.Table | None:
        return delimited.parse_columns(
            pa.BufferReader(self._lines),
            self._layout,
            self._irregular,
            is_quoted=self._is_quoted,
            threads=False,  # two blocks are parsed at once
            wanted=wanted,
            block_bytes=_PARSED_BYTES,
        )

    def __len__(self) -> int:
        """Return the number of columns, wanted or not."""
        return len(self._layout.header)

    @overload
    def __getitem__(self, index: int) -> pa.ChunkedArray: ...

    @overload
    def __getitem__(self, index: slice) -> list[pa.ChunkedArray]: ...

    def __getitem__(self, index: int | slice) -> pa.ChunkedArray | list[pa.ChunkedArray]:
        """Return a column, and cut out all columns if it is not among the wanted ones."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index >= len(self):
            raise IndexError(index)
        if index not in self._columns:
            table = self._parse(range(len(self)))
            self._columns = dict(enumerate(table.columns if table else ()))
        return self._columns[index]
