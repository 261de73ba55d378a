"""Read Parquet files: typed columns, as the text that a person would type; or encoded records.

Encoded records are what `cairn encode` writes: encodings (Bloom filter bits) instead of names.
"""

import os
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cairn.warehouse.readers.file_content import FileContent
from cairn.warehouse.readers.sheet_builder import build_sheet
from cairn.warehouse.schema import (
    FORMAT_KEY,
    InvalidEncoding,
    ReadNote,
    Sheet,
    UnreadableFile,
    format_encoding_cell,
    read_encoded_file,
)

__all__ = ["contains_encodings"]

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
            "The Parquet file is damaged, encrypted or incomplete. Create it again and resend it."
        ) from error
    columns = {n: _format_column(table[n]) for n in table.column_names}
    kept = {n: column for n, column in columns.items() if column is not None}
    if not kept or not len(table):
        raise UnreadableFile("The Parquet file has no rows of plain values.")
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


ENCODED_HEADER: Final = ("local_id", "encoding", "encoding_project", "encoding_mark")

_MAGIC_SIZE: Final = len(PARQUET_MAGIC)
_FOOTER_END: Final = 4 + _MAGIC_SIZE
"""A Parquet file ends with the size of its metadata, in four bytes, and the magic bytes again."""


def contains_encodings(content: bytes | FileContent) -> bool:
    """Return whether a file says that it holds encodings instead of names.

    It looks for the key of the format among the metadata at the end of the file, without a parser
    that an uploaded file could bring down.

    Args:
        content: bytes of the file, or content that can be opened.

    Returns:
        True for a file that `cairn encode` wrote.
    """
    opened = FileContent.wrap(content)
    with opened.open() as file:
        if opened.size < _FOOTER_END or file.read(_MAGIC_SIZE) != PARQUET_MAGIC:
            return False
        file.seek(-_FOOTER_END, os.SEEK_END)
        end = file.read()
        if not end.endswith(PARQUET_MAGIC):
            return False
        size = int.from_bytes(end[:-_MAGIC_SIZE], "little")
        file.seek(max(0, opened.size - size - _FOOTER_END))
        return FORMAT_KEY in file.read()[:-_FOOTER_END]


def is_encoded_sheet(sheet: Sheet) -> bool:
    """Return whether a sheet was read from a file of encodings."""
    return sheet.header == ENCODED_HEADER


def read_encoded_sheet(name: str, content: bytes) -> Sheet:
    """Read the one sheet of a file of encodings.

    Rows keep the order of the file, which is that of the bits. Its columns are the sender's own
    student ID, the encoding, the project, and the mark of its secret.

    Raises:
        UnreadableFile: the file is damaged, empty, or repeats a record ID.
    """
    try:
        encodings = read_encoded_file(name, pa.BufferReader(content))
    except InvalidEncoding as problem:
        raise UnreadableFile(str(problem)) from problem
    except MemoryError:  # Arrow's is an ArrowException too
        raise
    except (pa.ArrowException, OSError, KeyError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            "The encoded file is damaged or incomplete. Encode it again."
        ) from error
    ids = encodings.rows["record_id"].cast(pa.string())
    if not len(ids):
        raise UnreadableFile("The encoded file has no records.")
    if pc.count_distinct(ids).as_py() < len(ids):
        raise UnreadableFile(
            "Some record IDs appear more than once in the encoded file. Give each record "
            "its own number, and encode one organization's children at a time."
        )
    blocks = encodings.rows["blocks"].to_pylist()
    cells = [
        format_encoding_cell(bits.tobytes(), of or ())
        for bits, of in zip(encodings.bits, blocks, strict=True)
    ]
    rows = len(cells)
    columns = [
        ids,
        pa.array(cells, pa.string()),
        pa.repeat(pa.scalar(encodings.project, pa.string()), rows),
        pa.repeat(pa.scalar(encodings.mark, pa.string()), rows),
    ]
    notes = [
        ReadNote("encoded", f"Encodings of the project “{encodings.project}”, no names.", rows)
    ]
    return build_sheet(name, ENCODED_HEADER, columns, pa.array(np.arange(1, rows + 1)), notes)
