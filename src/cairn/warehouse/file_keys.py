"""The home of the files' own keys: beside the zones, never among them.

A copy of the zones alone can open nothing. When a file is destroyed its key is gone from here, so
that a copy of the zones made before, and put back afterwards, stays closed as well. Whoever backs
this folder up keeps that copy apart from the zones and for a short time only: how long it is kept
is how long a destroyed file could still be opened by someone who has both, and the master key.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cairn.warehouse import sealed_file
from cairn.warehouse.keys import KeyProblem, KeyRing
from cairn.warehouse.place import FileRef

FOLDER: Final = "file-keys"
_SUFFIX: Final = ".key"


class KeyGone(Exception):
    """The key of a file was destroyed, or was never here: the file cannot be opened again."""


class FileKeys:
    """One small file for each key, wrapped by the master key and bound to the file it opens."""

    def __init__(self, data_folder: Path, ring: KeyRing) -> None:
        self.root = data_folder / FOLDER
        self._ring = ring

    def keep(self, ref: FileRef, key: bytes) -> None:
        """Store a file's key: after the file, and before the manifest by which the file exists."""
        wrapped = self._ring.wrap(key, bound_to=str(ref))
        sealed_file.put_bytes(wrapped.encode("ascii"), self._path(ref))

    def open(self, ref: FileRef) -> bytes:
        """A file's key. ``KeyGone`` when it is not here; ``KeyProblem`` when it is not its own."""
        path = self._path(ref)
        if not path.exists():
            raise KeyGone(f"The key of {ref} was destroyed: nobody can open the file again.")
        return self._ring.unwrap(path.read_text("ascii", "replace"), bound_to=str(ref))

    def holds(self, ref: FileRef) -> bool:
        """Whether a key of this file is here, whichever it is."""
        return self._path(ref).exists()

    def problem(self, ref: FileRef) -> str:
        """Why the key of a file cannot open it, in a sentence; empty when it can."""
        try:
            self.open(ref)
        except (KeyGone, KeyProblem) as problem:
            return str(problem)
        return ""

    def forget(self, ref: FileRef) -> None:
        """Destroy a file's key: written over, then removed, and the folder told so."""
        path = self._path(ref)
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sealed_file.sync_folder(path.parent)

    def all(self) -> Iterator[tuple[Path, FileRef | None]]:
        """Every file in the folder, with the file whose key it is by its name; None: a stranger."""
        for path in sorted(p for p in self.root.rglob("*") if not p.is_dir()):
            yield path, self._of(path)

    def _of(self, path: Path) -> FileRef | None:
        here = path.relative_to(self.root)
        try:
            ref = FileRef.parse(f"{here.parts[0]}/{path.stem}")
        except ValueError:
            return None
        return ref if self._path(ref) == path and not path.is_symlink() else None

    def _path(self, ref: FileRef) -> Path:
        return self.root / ref.zone.value / ref.digest[:2] / f"{ref.digest}{_SUFFIX}"
