"""Name the zones and point to one file in them: the reference, its paths and the write lock."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from cairn.policy.vocabulary import Action

__all__ = ["FileRef", "Zone"]


class Zone(StrEnum):
    """A stage of a file on its way from a partner to the public; also the name of its folder."""

    LANDED = "landed"
    CONFORMED = "conformed"
    QUARANTINED = "quarantined"
    LINKED = "linked"
    MART = "mart"
    COUNTED = "counted"
    RELEASED = "released"
    EXTRACT = "extract"
    TEXTS = "texts"


WRITE_ACTIONS: Final[Mapping[Zone, frozenset[Action]]] = {
    Zone.LANDED: frozenset({Action.RECEIVE}),
    Zone.CONFORMED: frozenset({Action.CONFORM}),
    Zone.QUARANTINED: frozenset({Action.CONFORM}),
    Zone.LINKED: frozenset({Action.LINK}),
    Zone.MART: frozenset({Action.BUILD_MART, Action.PREPARE_EXTRACT}),
    Zone.COUNTED: frozenset({Action.COUNT}),
    Zone.RELEASED: frozenset({Action.PROTECT, Action.PUBLISH_RELEASE}),
    Zone.EXTRACT: frozenset({Action.PREPARE_EXTRACT}),
    Zone.TEXTS: frozenset({Action.PREPARE_EXTRACT}),
}
"""The permitted actions that may write into each zone."""

DESTROY_ACTIONS: Final[Mapping[Zone, frozenset[Action]]] = {
    **dict.fromkeys(Zone, frozenset({Action.DESTROY})),
    # A held file that is canceled was never used: nothing was made from it.
    Zone.LANDED: frozenset({Action.DESTROY, Action.CANCEL_DELIVERY}),
    # Preparing an extract again leaves the earlier copy without a purpose.
    Zone.EXTRACT: frozenset({Action.DESTROY, Action.PREPARE_EXTRACT}),
    # Copies for the text reviewer only: they are destroyed once they are not needed.
    Zone.TEXTS: frozenset(
        {Action.DESTROY, Action.PREPARE_EXTRACT, Action.EXPORT, Action.WITHDRAW_EXTRACT}
    ),
}
"""The permitted actions that may destroy a file of each zone."""

LOOKUP_FOLDER: Final = "found"
_DIGEST_LENGTH: Final = 64


@dataclass(frozen=True, slots=True, order=True)
class FileRef:
    """Point to one file of the store.

    Attributes:
        zone: the zone that holds the file.
        digest: sha256 (hex) of the encrypted bytes on disk.
        rows: number of rows in the table; -1 if unknown.
    """

    zone: Zone
    digest: str
    rows: int = field(default=-1, compare=False)

    def __str__(self) -> str:
        return f"{self.zone}/{self.digest}"

    @classmethod
    def parse(cls, reference: str) -> Self:
        """Parse a reference written ``zone/digest``.

        Raises:
            ValueError: the text is not exactly that, with the digest as 64 lower-case hex
                digits.
        """
        zone, _, digest = reference.partition("/")
        if len(digest) != _DIGEST_LENGTH or digest.strip("0123456789abcdef"):
            raise ValueError("A file reference is written zone/digest, the digest in hexadecimal.")
        return cls(Zone(zone), digest)

    def data_path(self, root: Path) -> Path:
        """Return the path of the encrypted Parquet file under the folder of zones."""
        return root / self.zone.value / self.digest[:2] / f"{self.digest}.parquet"

    def pointer_path(self, root: Path, lookup_key: str) -> Path:
        """Return the path of the empty file by which ``FileStore.find`` finds this file."""
        return root / LOOKUP_FOLDER / lookup_key[:2] / lookup_key / f"{self.zone}.{self.digest}"

    def manifest_path(self, root: Path) -> Path:
        """Return the path of the manifest beside the file."""
        return self.data_path(root).with_suffix(".json")


@contextmanager
def hold_write_lock(root: Path) -> Iterator[None]:
    """Hold the shared lock of a writer, so that none of its files is removed meanwhile.

    Args:
        root: the folder of zones.
    """
    with _open_lock_file(root) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextmanager
def hold_exclusive_lock(root: Path) -> Iterator[bool]:
    """Yield whether no writer is at work; while the answer is True no writer can begin.

    Args:
        root: the folder of zones.
    """
    with _open_lock_file(root) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _open_lock_file(root: Path) -> Iterator[int]:
    root.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
