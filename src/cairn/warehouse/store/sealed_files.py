"""Write and read encrypted Parquet files that are written once and hashed as they are written.

pyarrow encrypts and decrypts (Parquet modular encryption, AES-256-GCM). DuckDB can read such a
file too, but only with access to the file system, from which every engine is cut off here.
"""

import base64
import hashlib
import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet.encryption import create_decryption_properties, create_encryption_properties

from cairn.warehouse.block_streams import compute_at_once

__all__ = ["open_temporary_file", "publish_file", "write_bytes_atomically"]

TEMPORARY_PREFIX: Final = ".writing-"
_ROW_GROUP_SIZE: Final = 131_072
_SAMPLE_ROWS: Final = 4_096
_SCHEMA_KEY: Final = "ARROW:schema"
"""The key by which pyarrow finds the schema of the rows in a Parquet file."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """What was written: the sha256 of the bytes on disk, their number, and the number of rows."""

    digest: str
    size: int
    rows: int


class _HashingSink:
    """Hash and count the bytes that pyarrow writes; Parquet is written front to back."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        self.size += len(data)
        return self._file.write(data)


@contextmanager
def open_temporary_file(folder: Path) -> Iterator[IO[bytes]]:
    """Open a file under a temporary name; it is removed afterwards unless it was renamed.

    Args:
        folder: folder of the file; made if missing.

    Yields:
        The open binary file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=TEMPORARY_PREFIX, delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def publish_file(file: IO[bytes], target: Path) -> None:
    """Give a temporary file its final name at once, after its bytes reached the disk.

    A crash leaves either the old file or the new one.

    Args:
        file: an open temporary file.
        target: the final path.
    """
    file.flush()
    os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    Path(file.name).replace(target)
    for folder in (target.parent, target.parent.parent):
        sync_folder(folder)


def write_bytes_atomically(content: bytes, target: Path) -> None:
    """Write a small file so that a crash leaves either the old one or the new one.

    Args:
        content: the whole content.
        target: the path.
    """
    with open_temporary_file(target.parent) as file:
        file.write(content)
        publish_file(file, target)


def write_encrypted_parquet(
    file: IO[bytes], table: pa.Table | pa.RecordBatchReader, key: bytes
) -> WrittenFile:
    """Stream a table into an open file, encrypted; a reader is never held whole in memory.

    Args:
        file: an open file.
        table: the table, or a stream of batches; its texts may be in dictionaries.
        key: data key of 32 bytes.

    Returns:
        Digest, size in bytes, and number of rows.
    """
    sink = _HashingSink(file)
    rows = 0
    batches = iter([table] if isinstance(table, pa.Table) else map(_make_table, table))
    first = next(batches, table.schema.empty_table())
    repeating = _list_repeating_columns(first)
    schema = write_out_texts(table.schema)
    texts = {n for n in repeating if schema.field(n).type == pa.string()}
    writer = pq.ParquetWriter(
        pa.PythonFile(sink, mode="w"),
        _encode_texts(table.schema.empty_table(), texts).schema,
        compression="zstd",
        use_dictionary=repeating,
        write_statistics=False,  # a quarter of the time; no reader skips rows by them
        store_schema=False,
        encryption_properties=create_encryption_properties(key),
    )
    row_groups = (
        part.slice(start, _ROW_GROUP_SIZE)
        for part in chain([first], batches)
        for start in range(0, part.num_rows, _ROW_GROUP_SIZE)
    )
    with writer:
        for encoded in compute_at_once(partial(_encode_texts, names=texts), row_groups):
            writer.write_table(encoded)
            rows += encoded.num_rows
        # A reader gets texts, not how they were encoded to be written.
        stored = base64.b64encode(schema.serialize())
        writer.add_key_value_metadata({**(schema.metadata or {}), _SCHEMA_KEY: stored})
    return WrittenFile(sink.sha256.hexdigest(), sink.size, rows)


def write_out_texts(schema: pa.Schema) -> pa.Schema:
    """Return the columns of a file that is written from such rows: dictionaries become texts."""
    for index, field in enumerate(schema):
        if pa.types.is_dictionary(field.type):
            schema = schema.set(index, field.with_type(field.type.value_type))
    return schema


def _encode_texts(table: pa.Table, names: Collection[str]) -> pa.Table:
    """Store each text of some columns once, in a third of the time that the Parquet writer takes.

    Args:
        table: the rows of one row group; texts that came in a dictionary may be among others.
        names: columns of text.

    Returns:
        The same rows. The texts of these columns are in dictionaries, which hold no others, as
        that of a row that was left out; those of all other columns are written out.
    """
    for index, name in enumerate(table.column_names):
        is_encoded = pa.types.is_dictionary(table.column(index).type)
        if not is_encoded and name not in names:
            continue
        column = table.column(index).combine_chunks()
        if name not in names:
            column = column.dictionary_decode()
        elif is_encoded:
            used = column.indices.dictionary_encode()
            texts = column.dictionary.take(used.dictionary)
            column = pa.DictionaryArray.from_arrays(used.indices, texts)
        else:
            column = column.dictionary_encode()
        table = table.set_column(index, table.field(index).with_type(column.type), column)
    return table


def _make_table(batch: pa.RecordBatch) -> pa.Table:
    return pa.Table.from_batches([batch])


def _list_repeating_columns(table: pa.Table) -> list[str]:
    """List the columns that repeat values; only those gain from a dictionary."""
    sample = table.slice(0, _SAMPLE_ROWS)
    return [n for n in sample.column_names if len(sample[n].unique()) * 2 <= sample.num_rows]


def open_encrypted_parquet(
    path: Path, key: bytes, encoded_columns: Collection[str] = ()
) -> pq.ParquetFile:
    """Open an encrypted file; pyarrow checks each part as it decrypts it.

    Args:
        path: the file.
        key: its data key.
        encoded_columns: columns of text that are read as they are stored: each text once.

    Returns:
        The open file.
    """
    return pq.ParquetFile(
        path,
        read_dictionary=list(encoded_columns),
        decryption_properties=create_decryption_properties(key),
    )


def is_text_stored_once(file: pq.ParquetFile, name: str) -> bool:
    """Return whether a file stores each text of a column once, as it does where texts repeat."""
    index = file.schema_arrow.get_field_index(name)
    if not file.num_row_groups or file.schema_arrow.field(index).type != pa.string():
        return False
    return "RLE_DICTIONARY" in file.metadata.row_group(0).column(index).encodings


def hash_file(path: Path) -> str:
    """Return the sha256 (hex) of a file's bytes as they are on disk now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make renames and removals in a folder survive a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
