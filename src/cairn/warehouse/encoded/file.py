"""The file that a partner sends instead of names: record id, bits, and keyed blocks."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cairn.warehouse.encoded.bits import BYTES, Bits, bits, blocks
from cairn.warehouse.encoded.secret import Secret
from cairn.warehouse.linking.standard import standardize
from cairn.warehouse.sealed_file import put, temporary

_FORM: Final = b"cairn-encoding"
_VERSION: Final = b"1"
_PROJECT: Final = b"cairn-project"
_MARK: Final = b"cairn-secret-mark"
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
    bits: Bits


def encode(records: pa.Table, secret: Secret) -> pa.Table:
    """What is sent of ``records`` (record_key, source, record_id and identifying fields).

    The rows come in the order of their bits: the order of a file tells names too.
    """
    standard = standardize(records)
    keys = records["record_key"].combine_chunks()
    at = pc.index_in(standard["record_key"], value_set=keys)
    found = bits(standard, secret)
    table = pa.table(
        {
            "source": records["source"].take(at),
            "record_id": records["record_id"].take(at),
            "bits": pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(BYTES), len(found), [None, pa.py_buffer(found.tobytes())]
            ),
            "blocks": blocks(standard, secret),
        }
    )
    order = np.lexsort(found.T[::-1])
    told = {_FORM: _VERSION, _PROJECT: secret.project.encode(), _MARK: secret.mark.encode()}
    return table.take(pa.array(order)).replace_schema_metadata(told)


def write(table: pa.Table, path: Path) -> None:
    """Whole under its name, or not there at all."""
    with temporary(path.parent) as file:
        pq.write_table(table, file, compression="zstd")
        put(file, path)


def is_encoded(path: Path) -> bool:
    """Whether a file holds encodings."""
    with path.open("rb") as file:
        if file.read(len(_START)) != _START:
            return False
    try:
        return _FORM in (pq.read_schema(path).metadata or {})
    except (pa.ArrowException, OSError):
        return False


def read(path: Path) -> Encodings:
    """The encodings in a file. Raises `NotEncoded` where they are of another form."""
    table = pq.read_table(path)
    told = table.schema.metadata or {}
    if told.get(_FORM) != _VERSION or table.schema.field("bits").type != pa.binary(BYTES):
        raise NotEncoded(f"{path.name}: encoded by another version of Cairn. Encode it anew.")
    column = table["bits"].combine_chunks()
    raw = np.frombuffer(b"".join(column.to_pylist()), np.uint8).reshape(len(table), BYTES)
    return Encodings(
        path.name, told[_PROJECT].decode(), told[_MARK].decode(), table.drop_columns(["bits"]), raw
    )
