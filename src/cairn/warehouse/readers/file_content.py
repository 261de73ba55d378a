"""Hold what a partner's file contains as something that can be opened again, not as its bytes.

A file of gigabytes is hashed and read in blocks, twice or three times, and is never whole in
memory. A small upload is its bytes.
"""

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Self

from cairn.warehouse.schema import UnreadableFile
from cairn.warehouse.store import SharedChunks

__all__ = ["FileContent"]

_BLOCK_BYTES: Final = 1 << 22
_HASHED_AHEAD_BYTES: Final = 32 << 20


@dataclass(frozen=True, slots=True)
class FileContent:
    """The content of one file, which can be opened repeatedly.

    Attributes:
        size: number of bytes.
        open: opens it at its beginning, to read; what it raises says what to do.
        shared: how a child process reads it from the disk; None if it does not.
    """

    size: int
    open: Callable[[], IO[bytes]]
    shared: SharedChunks | None = None
    _digests: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    @classmethod
    def wrap(cls, content: "bytes | memoryview | FileContent") -> "FileContent":
        """Return bytes as content, and content unchanged.

        Args:
            content: bytes in memory, or content.

        Returns:
            The content.
        """
        if isinstance(content, FileContent):
            return content
        return cls(len(content), lambda: io.BytesIO(content))

    @classmethod
    def from_path(cls, path: Path) -> Self:
        """Return the content of a file on this machine, which must not change until it is read.

        Args:
            path: the file.

        Returns:
            Its content; opening it raises ``UnreadableFile`` once the file was changed.
        """
        first = _describe_state(path.stat())

        def open_unchanged() -> IO[bytes]:
            file = path.open("rb")
            if _describe_state(os.fstat(file.fileno())) != first:
                file.close()
                raise UnreadableFile(
                    f"{path.name} was changed while Cairn read it. Wait until it is complete, "
                    "and send it again."
                )
            return file

        return cls(first[0], open_unchanged)

    def read(self) -> bytes:
        """Return all bytes."""
        with self.open() as file:
            return file.read()

    def compute_digest(self) -> str:
        """Compute the sha256 (hex) of the bytes, unless ``hash_meanwhile`` did."""
        if self._digests:
            self.check_unchanged()
            return self._digests[0]
        digest = hashlib.sha256()
        for block in self.read_blocks():
            digest.update(block)
        return digest.hexdigest()

    @contextmanager
    def hash_meanwhile(self) -> Iterator[None]:
        """Compute the digest of a large file in another thread while the caller reads it."""
        if self.size < _HASHED_AHEAD_BYTES or self._digests:
            yield
            return
        with ThreadPoolExecutor(max_workers=1) as pool:
            hashed = pool.submit(self.compute_digest)
            yield
            self._digests.append(hashed.result())

    def check_unchanged(self) -> None:
        """Refuse content that changed since it was first opened, such as during the last read."""
        self.open().close()

    def read_blocks(self) -> Iterator[bytes]:
        """Yield the bytes in blocks of 4 MB."""
        with self.open() as file:
            while block := file.read(_BLOCK_BYTES):
                yield block


def _describe_state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino
