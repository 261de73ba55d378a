"""One encrypted Parquet file on disk: written once, hashed as it is written, read by its key.

pyarrow encrypts and decrypts (Parquet modular encryption, AES-256-GCM). DuckDB can read such a
file too, but then it needs the file system; here every engine is shut off from it.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.parquet.encryption import create_decryption_properties, create_encryption_properties

TEMPORARY: Final = ".writing-"
_ROWS_A_GROUP: Final = 131_072
_LOOKED_AT: Final = 4_096


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the sha256 of the bytes on disk, their number, and the rows in them."""

    digest: str
    size: int
    rows: int


class _Hashing:
    """What pyarrow needs of a file, hashing what passes; Parquet is written front to back."""

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
def temporary(folder: Path) -> Iterator[IO[bytes]]:
    """A file in the folder that nobody takes for finished; gone afterwards unless renamed."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=TEMPORARY, delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def put(file: IO[bytes], target: Path) -> None:
    """Make a temporary file the finished one: on disk first, then under its name, at once."""
    file.flush()
    os.fsync(file.fileno())
    target.parent.mkdir(parents=True, exist_ok=True)
    Path(file.name).replace(target)
    for folder in (target.parent, target.parent.parent):
        sync_folder(folder)


def put_bytes(content: bytes, target: Path) -> None:
    """Write a small file so that a crash leaves either the old one or the new one."""
    with temporary(target.parent) as file:
        file.write(content)
        put(file, target)


def write_parquet(file: IO[bytes], table: pa.Table | pa.RecordBatchReader, key: bytes) -> Written:
    """Stream a table into an open file, encrypted. A reader is never held whole in memory."""
    sink = _Hashing(file)
    rows = 0
    writer = pq.ParquetWriter(
        pa.PythonFile(sink, mode="w"),
        table.schema,
        compression="zstd",
        use_dictionary=_repeating(table),
        encryption_properties=create_encryption_properties(key),
    )
    with writer:
        if isinstance(table, pa.Table):
            writer.write_table(table, row_group_size=_ROWS_A_GROUP)
            rows = table.num_rows
        else:
            for batch in table:
                writer.write_batch(batch, row_group_size=_ROWS_A_GROUP)
                rows += batch.num_rows
    return Written(sink.sha256.hexdigest(), sink.size, rows)


def _repeating(table: pa.Table | pa.RecordBatchReader) -> list[str]:
    """The columns in which values come again: only those gain from a dictionary."""
    if not isinstance(table, pa.Table):
        return list(table.schema.names)
    start = table.slice(0, _LOOKED_AT)
    return [n for n in start.column_names if len(start[n].unique()) * 2 <= start.num_rows]


def read_parquet(path: Path, key: bytes) -> pq.ParquetFile:
    """Open an encrypted file; its parts are checked as they are decrypted."""
    return pq.ParquetFile(path, decryption_properties=create_decryption_properties(key))


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes as they are on disk now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make what was renamed or removed in a folder last through a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
