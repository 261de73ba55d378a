"""Seal a large file in chunks, so that it is written and read without being whole in memory.

Each chunk of a megabyte is encrypted by itself (AES-256-GCM). Its nonce is its number and whether
it is the last one, as in STREAM (Hoang, Reyhanitabar, Rogaway and Vizár 2015), so that no chunk can
be moved, left out or cut off unseen. A key encrypts one file, so that no nonce comes twice.
"""

import io
import os
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.warehouse.store.keys import KEY_BYTES

__all__ = ["SealedSpool", "SharedChunks"]

CHUNK_BYTES: Final = 1 << 20
CHUNKS_MARK: Final = b"Cairn sealed chunks 1\n"
"""The first bytes of a stored file of chunks; no other stored file begins so."""

_TAG_BYTES: Final = 16
_SEALED_BYTES: Final = CHUNK_BYTES + _TAG_BYTES
_NUMBER_BYTES: Final = 11


class ChunksChanged(Exception):
    """A file of chunks that was changed or cut off after it was written."""


@dataclass(frozen=True, slots=True)
class SharedChunks:
    """How another process that inherits a descriptor reads a file of chunks.

    Attributes:
        descriptor: number of the open file.
        start: position of the first chunk in it.
        key: key of the file.
        bound_to: name of the file; empty for one without a name.
    """

    descriptor: int
    start: int
    key: bytes = field(repr=False)
    bound_to: str

    def dump(self) -> dict[str, Any]:
        """Return the values for JSON. They hold the key, so only a pipe may carry them."""
        return {**asdict(self), "key": self.key.hex()}

    @classmethod
    def parse(cls, body: Mapping[str, Any]) -> Self:
        """Read what ``dump`` returned."""
        key = bytes.fromhex(body["key"])
        return cls(body["descriptor"], body["start"], key, body["bound_to"])


class _ChunkCipher:
    """Seals and opens the chunks of one file.

    Args:
        key: 32 bytes that encrypt no other file.
        bound_to: name of the file; empty for one without a name.
    """

    def __init__(self, key: bytes, bound_to: str = "") -> None:
        self._cipher = AESGCM(key)
        self._bound_to = bound_to.encode()

    def seal(self, number: int, chunk: bytes, *, is_last: bool) -> bytes:
        return self._cipher.encrypt(_make_nonce(number, is_last=is_last), chunk, self._bound_to)

    def open(self, number: int, sealed: bytes, *, is_last: bool) -> bytes:
        try:
            nonce = _make_nonce(max(0, number), is_last=is_last)
            return self._cipher.decrypt(nonce, sealed, self._bound_to)
        except InvalidTag as error:
            raise ChunksChanged from error


def _make_nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_NUMBER_BYTES, "big") + bytes([is_last])


class _ChunkReader(io.RawIOBase):
    """Read a file of chunks as one file; one chunk is open at a time.

    Args:
        size: number of its bytes.
        read_chunk: opens a chunk by its number.
    """

    def __init__(self, size: int, read_chunk: Callable[[int], bytes]) -> None:
        self._size = size
        self._read_chunk = read_chunk
        self._position = 0
        self._open_chunk: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Read bytes of the chunk at the position."""
        if self._position >= self._size:
            return 0
        number, start = divmod(self._position, CHUNK_BYTES)
        if self._open_chunk[0] != number:
            self._open_chunk = (number, self._read_chunk(number))
        part = self._open_chunk[1][start : start + len(buffer)]
        buffer[: len(part)] = part
        self._position += len(part)
        return len(part)


class SealedSpool:
    """Bytes that arrive in pieces: up to a megabyte in memory, more on disk, sealed.

    The key is made here and kept in memory only, and the file has no name: after a crash the
    system frees it, and its bytes cannot be decrypted. It is for one thread at a time.

    Args:
        folder: folder on the disk that may hold the file; made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = os.urandom(KEY_BYTES)
        self._cipher = _ChunkCipher(self._key)
        self._file: IO[bytes] | None = None
        self._is_complete = False
        self._chunks = 0
        self._pending = bytearray()

    def __len__(self) -> int:
        """Return the number of bytes that arrived."""
        return self._chunks * CHUNK_BYTES + len(self._pending)

    def append(self, piece: bytes) -> None:
        """Add bytes at the end.

        Args:
            piece: the bytes.

        Raises:
            ValueError: it was shared, and is complete.
        """
        if self._is_complete:
            raise ValueError("The last chunk is sealed.")
        self._pending += piece
        while len(self._pending) > CHUNK_BYTES:
            chunk = bytes(self._pending[:CHUNK_BYTES])
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed below
                weakref.finalize(self, self._file.close)
            self._file.write(self._cipher.seal(self._chunks, chunk, is_last=False))
            self._chunks += 1
            del self._pending[:CHUNK_BYTES]

    def open(self) -> IO[bytes]:
        """Open the bytes that arrived, to read; they can be opened several times.

        Returns:
            A binary file at its beginning.
        """
        if self._file is not None:
            self._file.flush()
        return io.BufferedReader(_ChunkReader(len(self), self._read_chunk), CHUNK_BYTES)

    def share(self) -> SharedChunks | None:
        """Let another process read the bytes; no more can be added then.

        Returns:
            How it reads them; None where they are few and only in memory.
        """
        if self._file is None:
            return None
        if not self._is_complete:
            self._file.write(self._cipher.seal(self._chunks, bytes(self._pending), is_last=True))
            self._file.flush()
            self._is_complete = True
        return SharedChunks(self._file.fileno(), 0, self._key, "")

    def close(self) -> None:
        """Free the disk; the bytes are gone."""
        if self._file is not None:
            self._file.close()
        self._chunks, self._pending = 0, bytearray()

    def _read_chunk(self, number: int) -> bytes:
        if number == self._chunks:
            return bytes(self._pending)
        assert self._file is not None  # noqa: S101 - it has a chunk
        sealed = os.pread(self._file.fileno(), _SEALED_BYTES, number * _SEALED_BYTES)
        return self._cipher.open(number, sealed, is_last=False)


def seal_blocks(blocks: Iterable[bytes], key: bytes, bound_to: str) -> Iterator[bytes]:
    """Seal a file in chunks.

    Args:
        blocks: its bytes, in blocks of any size.
        key: 32 bytes that encrypt no other file.
        bound_to: name of the file.

    Yields:
        CHUNKS_MARK, then the sealed chunks, to be written in this order.
    """
    cipher, pending, number = _ChunkCipher(key, bound_to), bytearray(), 0
    yield CHUNKS_MARK
    for block in blocks:
        pending += block
        while len(pending) > CHUNK_BYTES:
            yield cipher.seal(number, bytes(pending[:CHUNK_BYTES]), is_last=False)
            number += 1
            del pending[:CHUNK_BYTES]
    yield cipher.seal(number, bytes(pending), is_last=True)


class StoredChunks:
    """A complete file of chunks, which is open.

    It stays readable for its holder while others remove it.

    Args:
        shared: its descriptor, start, key and name.

    Raises:
        ChunksChanged: its end is missing or changed.

    Attributes:
        shared: how another process reads it.
        size: number of its bytes.
    """

    def __init__(self, shared: SharedChunks) -> None:
        self.shared = shared
        self._cipher = _ChunkCipher(shared.key, shared.bound_to)
        sealed = os.fstat(shared.descriptor).st_size - shared.start
        self._chunks = -(-sealed // _SEALED_BYTES)
        self._read_chunk(self._chunks - 1)
        self.size = sealed - _TAG_BYTES * self._chunks

    @classmethod
    def open_path(cls, path: Path, key: bytes, bound_to: str) -> Self:
        """Open a file that ``seal_blocks`` made, and close it with the object.

        Args:
            path: the file.
            key: its key.
            bound_to: its name.

        Returns:
            The open file.

        Raises:
            ChunksChanged: its end is missing or changed.
        """
        descriptor = os.open(path, os.O_RDONLY)
        try:
            chunks = cls(SharedChunks(descriptor, len(CHUNKS_MARK), key, bound_to))
        except ChunksChanged:
            os.close(descriptor)
            raise
        weakref.finalize(chunks, os.close, descriptor)
        return chunks

    def open(self) -> IO[bytes]:
        """Open it, to read; it can be opened several times.

        Returns:
            A binary file; to read it raises ``ChunksChanged`` where it was changed.
        """
        return io.BufferedReader(_ChunkReader(self.size, self._read_chunk), CHUNK_BYTES)

    def _read_chunk(self, number: int) -> bytes:
        start = self.shared.start + max(0, number) * _SEALED_BYTES
        sealed = os.pread(self.shared.descriptor, _SEALED_BYTES, start)
        return self._cipher.open(number, sealed, is_last=number == self._chunks - 1)
