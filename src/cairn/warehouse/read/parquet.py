"""Parquet files: typed columns, written as the text a person would type for them."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cairn.warehouse.read.sheet import ReadNote, Sheet, Unreadable, sheet

START: Final = b"PAR1"


def read(name: str, content: bytes) -> Sheet:
    """The one sheet of a Parquet file; ``__row`` counts its rows from 1.

    Numbers lose a point that says nothing (a phone among empty cells is stored as 5550100.0),
    days are year-month-day. Columns of lists or structures are left out, with a note.
    """
    try:
        table = pq.ParquetFile(pa.BufferReader(content)).read()
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(
            "The Parquet file is damaged, encrypted or cut off. Make it again and resend it."
        ) from error
    columns = {n: _text(table[n]) for n in table.column_names}
    kept = {n: column for n, column in columns.items() if column is not None}
    if not kept or not len(table):
        raise Unreadable("The Parquet file has no rows of plain values in it.")
    notes = [ReadNote("parquet", "Read as Parquet.")]
    if nested := len(columns) - len(kept):
        notes.append(ReadNote("nested_columns", "Columns that hold lists or binary data.", nested))
    rows = pa.array(np.arange(1, len(table) + 1))
    return sheet(name, tuple(kept), list(kept.values()), rows, notes)


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """The column as text, or nothing where its cells are no single values."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.cast(kind.value_type))
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "yes", "no")
    if pa.types.is_floating(kind):
        return pc.replace_substring_regex(_whole(column), r"\.0$", "")
    if pa.types.is_timestamp(kind):
        return pc.replace_substring_regex(column.cast(pa.string()), r" 00:00:00(\.0+)?Z?$", "")
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return None
    return column.cast(pa.string())


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Numbers that are whole without an exponent; the others as they are."""
    sure = pc.if_else(pc.is_finite(column), column, None).cast(pa.float64())
    whole = pc.and_(pc.equal(pc.floor(sure), sure), pc.less(pc.abs(sure), 2.0**53))
    digits = pc.if_else(whole, sure, 0.0).cast(pa.int64()).cast(pa.string())
    return pc.if_else(whole, digits, sure.cast(pa.string()))
