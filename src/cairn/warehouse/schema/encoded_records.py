"""Define the format of encoded records, which partners send instead of names.

A file declares its format in its metadata; in a delivery, one encoding is the text of a cell.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from cairn.warehouse.schema.failures import Failure

__all__ = [
    "BLOCK_HASH_BYTES",
    "ENCODED_RECORD_TYPE",
    "ENCODING_BITS",
    "ENCODING_BYTES",
    "FORMAT_KEY",
    "FORMAT_VERSION",
    "PROJECT_KEY",
    "SECRET_MARK_KEY",
    "SECRET_MARK_LENGTH",
    "EncodedFile",
    "InvalidEncoding",
    "format_encoding_cell",
    "has_encoding_metadata",
    "is_encoded_file",
    "parse_encoding_cell",
    "read_encoded_file",
]

ENCODED_RECORD_TYPE: Final = "encoded_child"
"""The record type of a delivery of encodings."""

ENCODING_BITS: Final = 1024
ENCODING_BYTES: Final = ENCODING_BITS // 8

BLOCK_HASH_BYTES: Final = 8
"""Bytes of one keyed hash by which encodings are grouped for comparison."""

FORMAT_KEY: Final = b"cairn-encoding"
FORMAT_VERSION: Final = b"1"
PROJECT_KEY: Final = b"cairn-project"
SECRET_MARK_KEY: Final = b"cairn-secret-mark"
SECRET_MARK_LENGTH: Final = 16
_PARQUET_SIGNATURE: Final = b"PAR1"


class InvalidEncoding(Exception):
    """Encodings that cannot be read or compared. The message says what to do."""


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """The encoded records of one file.

    Attributes:
        name: name of the file.
        project: name of the project; its secret encoded them.
        mark: fingerprint of that secret, by which files of different secrets are refused.
        rows: Table[source: str, record_id: str, blocks: list[binary]].
        bits: one encoding of ``ENCODING_BITS`` bits in each row, packed into bytes.
    """

    name: str
    project: str
    mark: str
    rows: pa.Table
    bits: npt.NDArray[np.uint8]


def is_encoded_file(path: Path) -> bool:
    """Decide whether a file holds encodings.

    Args:
        path: any file.
    Returns:
        True for a Parquet file that Cairn wrote as encodings.
    """
    with path.open("rb") as file:
        return file.read(len(_PARQUET_SIGNATURE)) == _PARQUET_SIGNATURE and has_encoding_metadata(
            path
        )


def has_encoding_metadata(file: Path | pa.BufferReader) -> bool:
    """Decide whether the metadata of a Parquet file declare encodings.

    Args:
        file: a Parquet file, on disk or in memory.
    Returns:
        True if it declares encodings; False also for a file that is no Parquet.
    """
    try:
        return FORMAT_KEY in (pq.read_schema(file).metadata or {})
    except (pa.ArrowException, OSError):
        return False


def read_encoded_file(name: str, file: Path | pa.BufferReader) -> EncodedFile:
    """Read the encodings in a file.

    Args:
        name: name of the file, for messages.
        file: the file, on disk or in memory.
    Returns:
        The encoded records.
    Raises:
        InvalidEncoding: the file has another format.
    """
    table = pq.read_table(file)
    metadata = table.schema.metadata or {}
    if metadata.get(FORMAT_KEY) != FORMAT_VERSION or table.schema.field("bits").type != pa.binary(
        ENCODING_BYTES
    ):
        raise InvalidEncoding(f"{name}: encoded by another version of Cairn. Encode it anew.")
    column = table["bits"].combine_chunks()
    encoding_bytes = np.frombuffer(b"".join(column.to_pylist()), np.uint8).reshape(
        len(table), ENCODING_BYTES
    )
    rows = table.drop_columns(["bits"])
    return EncodedFile(
        name,
        metadata[PROJECT_KEY].decode(),
        metadata[SECRET_MARK_KEY].decode(),
        rows,
        encoding_bytes,
    )


def format_encoding_cell(bits: bytes, blocks: Sequence[bytes]) -> str:
    """Format one encoding as text: its bits, followed by its blocks.

    Args:
        bits: the `ENCODING_BYTES` bytes of the encoding.
        blocks: keyed hashes of `BLOCK_HASH_BYTES` bytes each.
    Returns:
        The text, in base 64.
    """
    return base64.b64encode(b"".join([bits, *blocks])).decode()


def parse_encoding_cell(text: str) -> tuple[bytes, list[bytes]]:
    """Parse a cell into the bits and the blocks of an encoding.

    Args:
        text: a cell as `format_encoding_cell` writes it.
    Returns:
        The bits and the blocks.
    Raises:
        ValueError: the cell holds no encoding.
    """
    content = base64.b64decode(text, validate=True)
    bits, block_bytes = content[:ENCODING_BYTES], content[ENCODING_BYTES:]
    if len(bits) < ENCODING_BYTES or len(block_bytes) % BLOCK_HASH_BYTES:
        raise ValueError("not an encoded record")
    return bits, [
        block_bytes[i : i + BLOCK_HASH_BYTES] for i in range(0, len(block_bytes), BLOCK_HASH_BYTES)
    ]


def check_encoding_cell(text: str) -> str | Failure:
    """Check that a cell holds an encoding.

    Args:
        text: the cell as it was received.
    Returns:
        The same text, or the failure.
    """
    try:
        parse_encoding_cell(text)
    except ValueError:
        return Failure.NOT_AN_ENCODING
    return text
