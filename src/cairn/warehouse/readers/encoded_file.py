"""Read the file that `cairn encode` writes: encodings (Bloom filter bits) instead of names."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.readers.parquet import PARQUET_MAGIC
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

ENCODED_HEADER: Final = ("local_id", "encoding", "encoding_project", "encoding_mark")

_MAGIC_SIZE: Final = len(PARQUET_MAGIC)
_FOOTER_END: Final = 4 + _MAGIC_SIZE
"""A Parquet file ends with the size of its metadata, in four bytes, and the magic bytes again."""


def contains_encodings(content: bytes) -> bool:
    """Return whether a file says that it holds encodings instead of names.

    It looks for the key of the format among the metadata at the end of the file, without a parser
    that an uploaded file could bring down.

    Args:
        content: bytes of the file.

    Returns:
        True for a file that `cairn encode` wrote.
    """
    if not content.startswith(PARQUET_MAGIC) or not content.endswith(PARQUET_MAGIC):
        return False
    size = int.from_bytes(content[-_FOOTER_END:-_MAGIC_SIZE], "little")
    return FORMAT_KEY in content[-size - _FOOTER_END : -_FOOTER_END]


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
        raise UnreadableFile("The encoded file is damaged or cut off. Encode it anew.") from error
    ids = encodings.rows["record_id"].cast(pa.string())
    if not len(ids):
        raise UnreadableFile("The encoded file has no records in it.")
    if pc.count_distinct(ids).as_py() < len(ids):
        raise UnreadableFile(
            "Some record ids occur more than once in the encoded file. Number the records, each "
            "once, and encode one organization's children at a time."
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
