"""The form of what is sent instead of names: a file that is known by what it says of itself, and
one encoding as the text of a cell, as a delivery holds it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from cairn.warehouse.failures import Failure

RECORD: Final = "encoded_child"
"""The kind of records of a delivery of encodings."""
BITS: Final = 1024
BYTES: Final = BITS // 8
BLOCK: Final = 8
"""Bytes of one keyed hash by which records are looked for."""
FORM: Final = b"cairn-encoding"
VERSION: Final = b"1"
PROJECT: Final = b"cairn-project"
MARK: Final = b"cairn-secret-mark"
MARK_SIGNS: Final = 16
_START: Final = b"PAR1"


class NotEncoded(Exception):
    """Encodings that cannot be read or compared. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Encodings:
    """The encoded records of one file. ``rows``: source, record_id and blocks."""

    name: str
    project: str
    mark: str
    rows: pa.Table
    bits: npt.NDArray[np.uint8]


def is_encoded(path: Path) -> bool:
    """Whether a file holds encodings."""
    with path.open("rb") as file:
        return file.read(len(_START)) == _START and tells(path)


def tells(file: Path | pa.BufferReader) -> bool:
    """Whether a Parquet file says of itself that it holds encodings."""
    try:
        return FORM in (pq.read_schema(file).metadata or {})
    except (pa.ArrowException, OSError):
        return False


def read(name: str, file: Path | pa.BufferReader) -> Encodings:
    """The encodings in a file. Raises `NotEncoded` where they are of another form."""
    table = pq.read_table(file)
    told = table.schema.metadata or {}
    if told.get(FORM) != VERSION or table.schema.field("bits").type != pa.binary(BYTES):
        raise NotEncoded(f"{name}: encoded by another version of Cairn. Encode it anew.")
    column = table["bits"].combine_chunks()
    raw = np.frombuffer(b"".join(column.to_pylist()), np.uint8).reshape(len(table), BYTES)
    rows = table.drop_columns(["bits"])
    return Encodings(name, told[PROJECT].decode(), told[MARK].decode(), rows, raw)


def cell(bits: bytes, blocks: Sequence[bytes]) -> str:
    """One encoding as text: its bits, and after them its blocks."""
    return base64.b64encode(b"".join([bits, *blocks])).decode()


def opened(text: str) -> tuple[bytes, list[bytes]]:
    """The bits and the blocks of a cell. Raises ``ValueError`` where it is none."""
    whole = base64.b64decode(text, validate=True)
    bits, rest = whole[:BYTES], whole[BYTES:]
    if len(bits) < BYTES or len(rest) % BLOCK:
        raise ValueError("no encoding")
    return bits, [rest[i : i + BLOCK] for i in range(0, len(rest), BLOCK)]


def checked(text: str) -> str | Failure:
    """A cell as it came, if it holds an encoding."""
    try:
        opened(text)
    except ValueError:
        return Failure.NOT_AN_ENCODING
    return text
