"""Hold a large table compressed in memory, and unpack one column or one block of it at a time.

The cells of a file of two gigabytes take three as a `pyarrow.Table`, and a third of that here. The
first 128 MB are not compressed. LZ4 takes half as much more memory than Zstandard and a sixth of
its time.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa

PLAIN_BYTES: Final = 128 << 20
_CODEC: Final = pa.Codec("lz4")


class PackedTable:
    """A table in compressed blocks, used in place of a `pyarrow.Table`.

    To read one column or a few rows unpacks only these. Anything else that a table can do is done
    by the whole table, unpacked.

    Args:
        schema: the columns and their types.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self._blocks: list[pa.Buffer | pa.Table] = []
        self._plain_bytes = 0
        self._starts = [0]
        self._last_read: tuple[int, pa.Table] | None = None

    def append_rows(self, rows: pa.Table) -> None:
        """Pack a block of rows, unless the table is small so far.

        Args:
            rows: the rows, with the columns of the schema.
        """
        if not rows.num_rows:
            return
        self._plain_bytes += rows.nbytes
        self._blocks.append(rows if self._plain_bytes <= PLAIN_BYTES else _pack_block(rows))
        self._starts.append(self._starts[-1] + rows.num_rows)

    @property
    def num_rows(self) -> int:
        """The number of rows."""
        return self._starts[-1]

    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""
        return list(self.schema.names)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.num_rows

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        """Unpack one column."""
        return self.column(name)

    def column(self, name: str) -> pa.ChunkedArray:
        """Unpack one column.

        Args:
            name: its name.

        Returns:
            Its cells.
        """
        index = self.schema.get_field_index(name)
        if index < 0:
            raise KeyError(name)
        chunks = [
            chunk
            for block in self._blocks
            for chunk in _read_block(block, [index]).column(0).chunks
        ]
        return pa.chunked_array(chunks, self.schema.field(index).type)

    def slice(self, offset: int = 0, length: int | None = None) -> pa.Table:
        """Unpack some rows.

        Args:
            offset: position of the first.
            length: how many; None for all that follow.

        Returns:
            The rows.
        """
        end = self.num_rows if length is None else min(self.num_rows, offset + length)
        parts = [self.schema.empty_table()]
        number = bisect_right(self._starts, offset) - 1
        while offset < end:
            rows = self._unpack_block(number).slice(offset - self._starts[number], end - offset)
            parts.append(rows)
            offset, number = offset + rows.num_rows, number + 1
        return pa.concat_tables(parts)

    def filter(self, mask: pa.Array) -> "PackedTable":
        """Keep some rows.

        Args:
            mask: whether each row is kept.

        Returns:
            The rows that are kept, packed.
        """
        kept = PackedTable(self.schema)
        for number, block in enumerate(self._blocks):
            rows = _read_block(block)
            kept.append_rows(rows.filter(mask.slice(self._starts[number], rows.num_rows)))
        return kept

    def iterate_blocks(self) -> Iterator[pa.Table]:
        """Unpack one block of rows after the other.

        Yields:
            The rows, in their order.
        """
        yield from map(_read_block, self._blocks)

    def unpack(self) -> pa.Table:
        """Unpack the whole table, which takes much memory."""
        return pa.concat_tables([self.schema.empty_table(), *self.iterate_blocks()])

    def __eq__(self, other: object) -> bool:
        """Compare the rows with those of another table, packed or not."""
        whole = other.unpack() if isinstance(other, PackedTable) else other
        return bool(self.unpack() == whole)

    __hash__ = None  # type: ignore[assignment] # as a table has none

    def __getattr__(self, name: str) -> Any:
        """Have the unpacked table do what a packed one cannot."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.unpack(), name)

    def _unpack_block(self, number: int) -> pa.Table:
        """Unpack a block, or take it as it was unpacked last: a reader goes from row to row."""
        if self._last_read is None or self._last_read[0] != number:
            self._last_read = (number, _read_block(self._blocks[number]))
        return self._last_read[1]


def _pack_block(rows: pa.Table) -> pa.Buffer:
    options = pa.ipc.IpcWriteOptions(compression=_CODEC)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=options) as stream:
        stream.write_table(rows.combine_chunks())
    return sink.getvalue()


def _read_block(block: pa.Buffer | pa.Table, columns: list[int] | None = None) -> pa.Table:
    if isinstance(block, pa.Table):
        return block if columns is None else block.select(columns)
    options = pa.ipc.IpcReadOptions(included_fields=columns)
    with pa.ipc.open_stream(block, options=options) as stream:
        return stream.read_all()
