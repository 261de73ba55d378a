"""Read Parquet files: typed columns, written as the text that a person would type for them."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cairn.warehouse.readers.sheet_builder import build_sheet
from cairn.warehouse.schema import ReadNote, Sheet, UnreadableFile

PARQUET_MAGIC: Final = b"PAR1"


def read_parquet_sheet(name: str, content: bytes) -> Sheet:
    """Read the one sheet of a Parquet file; ``__row`` counts its rows from 1.

    Numbers lose a decimal point without meaning (a phone among empty cells is stored as
    5550100.0), days are year-month-day. Columns of lists or structures are left out, with a
    note.

    Raises:
        UnreadableFile: the file is damaged, encrypted, or has no rows of plain values.
    """
    try:
        table = pq.ParquetFile(pa.BufferReader(content)).read()
    except MemoryError:  # Arrow's is an ArrowException too
        raise
    except (pa.ArrowException, OSError) as error:
        raise UnreadableFile(
            "The Parquet file is damaged, encrypted or cut off. Make it again and resend it."
        ) from error
    columns = {n: _format_column(table[n]) for n in table.column_names}
    kept = {n: column for n, column in columns.items() if column is not None}
    if not kept or not len(table):
        raise UnreadableFile("The Parquet file has no rows of plain values in it.")
    notes = [ReadNote("parquet", "Read as Parquet.")]
    if nested := len(columns) - len(kept):
        notes.append(ReadNote("nested_columns", "Columns that hold lists or binary data.", nested))
    rows = pa.array(np.arange(1, len(table) + 1))
    return build_sheet(name, tuple(kept), list(kept.values()), rows, notes)


def _format_column(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Write a column as text; None where its cells are not single values."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _format_column(column.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "yes", "no")
    if pa.types.is_floating(kind):
        return pc.replace_substring_regex(_format_numbers(column), r"\.0$", "")
    if pa.types.is_timestamp(kind):
        return pc.replace_substring_regex(column.cast(pa.string()), r" 00:00:00(\.0+)?Z?$", "")
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return None
    return column.cast(pa.string())


def _format_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write whole numbers without an exponent, and other numbers unchanged."""
    finite = pc.if_else(pc.is_finite(column), column, None).cast(pa.float64())
    whole = pc.and_(pc.equal(pc.floor(finite), finite), pc.less(pc.abs(finite), 2.0**53))
    digits = pc.if_else(whole, finite, 0.0).cast(pa.int64()).cast(pa.string())
    return pc.if_else(whole, digits, finite.cast(pa.string()))
