"""A project's codes for its children, and by how many weeks it moves each one's dates.

Both are random and lie beside the files' own keys, sealed, one file a project: later extracts of
the same project agree with earlier ones, and no two projects can be joined. Destroying the file
makes every extract of the project nobody's.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.warehouse import sealed_file
from cairn.warehouse.keys import KeyProblem, KeyRing

FOLDER: Final = "project-codes"
_LABEL: Final = "project-codes"
_NONCE: Final = 12


@dataclass(slots=True)
class Codes:
    """Person id → code, and code → weeks by which that child's dates are moved."""

    codes: dict[str, str] = field(default_factory=dict)
    weeks: dict[str, int] = field(default_factory=dict)


class ProjectCodes:
    """The codes of every project of one data folder."""

    def __init__(self, data_folder: Path, ring: KeyRing) -> None:
        self.root, self._ring = data_folder / FOLDER, ring

    @contextmanager
    def held(self, project: str) -> Iterator[Codes]:
        """A project's codes, to add to: kept at the end unless the body fails. Whoever else wants
        them waits."""
        self.root.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            codes = self.read(project)
            yield codes
            self._keep(project, codes)
        finally:
            os.close(handle)

    def read(self, project: str) -> Codes:
        """A project's codes; none before its first extract. ``KeyProblem`` if they were changed."""
        path = self._path(project)
        if not path.exists():
            return Codes()
        raw = path.read_bytes()
        try:
            opened = self._cipher().decrypt(raw[:_NONCE], raw[_NONCE:], project.encode())
        except InvalidTag as error:
            raise KeyProblem(f"The codes of {project} were changed or are another's.") from error
        return Codes(**json.loads(opened))

    def _keep(self, project: str, codes: Codes) -> None:
        nonce = os.urandom(_NONCE)
        plain = json.dumps({"codes": codes.codes, "weeks": codes.weeks}).encode()
        sealed = self._cipher().encrypt(nonce, plain, project.encode())
        sealed_file.put_bytes(nonce + sealed, self._path(project))

    def _cipher(self) -> AESGCM:
        return AESGCM(self._ring.subkey(_LABEL))

    def _path(self, project: str) -> Path:
        return self.root / f"{self._ring.seal(_LABEL, project.encode())}.sealed"
