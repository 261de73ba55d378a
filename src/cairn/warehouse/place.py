"""Where a file stands: the zones, the reference to one file, and the path of it on disk."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from cairn.rules.vocabulary import Action


class Zone(StrEnum):
    """Where a file stands on its way from a partner to the public; also its folder's name."""

    LANDED = "landed"
    CONFORMED = "conformed"
    QUARANTINED = "quarantined"
    LINKED = "linked"
    MART = "mart"
    COUNTED = "counted"
    RELEASED = "released"
    EXTRACT = "extract"
    TEXTS = "texts"


WRITES: Final[Mapping[Zone, frozenset[Action]]] = {
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
"""Which permitted action may write into which zone."""

UNMAKES: Final[Mapping[Zone, frozenset[Action]]] = {
    **dict.fromkeys(Zone, frozenset({Action.DESTROY})),
    # Preparing an extract again makes what was prepared before a copy that nobody asked for.
    Zone.EXTRACT: frozenset({Action.DESTROY, Action.PREPARE_EXTRACT}),
    # A copy that only serves to be read: it goes with the need, and nobody waits for that.
    Zone.TEXTS: frozenset(
        {Action.DESTROY, Action.PREPARE_EXTRACT, Action.EXPORT, Action.WITHDRAW_EXTRACT}
    ),
}
"""Which permitted action may destroy a file of which zone."""


FOUND: Final = "found"
_DIGEST_LENGTH: Final = 64


@dataclass(frozen=True, slots=True, order=True)
class FileRef:
    """Points to one file. ``digest`` is the sha256 of its bytes on disk; ``rows`` -1 if unknown."""

    zone: Zone
    digest: str
    rows: int = field(default=-1, compare=False)

    def __str__(self) -> str:
        return f"{self.zone}/{self.digest}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """From ``zone/digest``; ``ValueError`` for anything that is not exactly that."""
        zone, _, digest = text.partition("/")
        if len(digest) != _DIGEST_LENGTH or digest.strip("0123456789abcdef"):
            raise ValueError("A file reference is written zone/digest, the digest in hexadecimal.")
        return cls(Zone(zone), digest)

    def file(self, root: Path) -> Path:
        """The encrypted file, under the folder of zones."""
        return root / self.zone.value / self.digest[:2] / f"{self.digest}.parquet"

    def pointer(self, root: Path, key: str) -> Path:
        """An empty file by which whoever knows the key finds this one; see ``Storehouse.find``."""
        return root / FOUND / key[:2] / key / f"{self.zone}.{self.digest}"

    def manifest(self, root: Path) -> Path:
        """The record beside it."""
        return self.file(root).with_suffix(".json")


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Held by every writer, so that nobody takes its unfinished files for a crash's leavings."""
    with _lock_file(root) as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextmanager
def alone(root: Path) -> Iterator[bool]:
    """Whether no writer is at work; while the answer is yes none can begin."""
    with _lock_file(root) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _lock_file(root: Path) -> Iterator[int]:
    root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)
