"""Give people random names inside one project, never derived from anything about the person.

34 CFR 99.31(b)(2): a record code must not be based on a student's personal information. So two
projects cannot be joined by it, and knowing the person does not reveal the code. The codes of
an extract project and the weeks by which each child's dates are shifted are kept sealed beside
the file keys, one file a project: later extracts agree with earlier ones. Destroying that file
removes the link between codes and people for good.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.warehouse.store import sealed_files
from cairn.warehouse.store.keys import KeyProblem, KeyRing

__all__ = ["ProjectCodes", "Pseudonyms"]

PROJECT_CODES_FOLDER: Final = "project-codes"
_CODES_KEY_LABEL: Final = "project-codes"
_CODES_NONCE_BYTES: Final = 12


@dataclass(slots=True)
class StudentCodes:
    """Person id → code, and code → weeks by which that child's dates are shifted."""

    codes: dict[str, str] = field(default_factory=dict)
    weeks: dict[str, int] = field(default_factory=dict)


class ProjectCodes:
    """Keep the codes of every project of one data folder, sealed.

    Args:
        data_folder: the data folder.
        ring: key ring of that folder.
    """

    def __init__(self, data_folder: Path, ring: KeyRing) -> None:
        self.root, self._ring = data_folder / PROJECT_CODES_FOLDER, ring

    @contextmanager
    def lock_codes(self, project: str) -> Iterator[StudentCodes]:
        """Yield a project's codes to add to, and save them at the end unless the body fails.

        Another process that wants them waits.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            codes = self.read(project)
            yield codes
            self._save_codes(project, codes)
        finally:
            os.close(descriptor)

    def read(self, project: str) -> StudentCodes:
        """Read a project's codes; empty before its first extract.

        Raises:
            KeyProblem: the file was changed or belongs to another project.
        """
        path = self._path(project)
        if not path.exists():
            return StudentCodes()
        encrypted = path.read_bytes()
        try:
            decrypted = self._make_cipher().decrypt(
                encrypted[:_CODES_NONCE_BYTES], encrypted[_CODES_NONCE_BYTES:], project.encode()
            )
        except InvalidTag as error:
            raise KeyProblem(
                f"The codes of {project} were changed or belong to another project."
            ) from error
        return StudentCodes(**json.loads(decrypted))

    def _save_codes(self, project: str, codes: StudentCodes) -> None:
        nonce = os.urandom(_CODES_NONCE_BYTES)
        plaintext = json.dumps({"codes": codes.codes, "weeks": codes.weeks}).encode()
        encrypted = self._make_cipher().encrypt(nonce, plaintext, project.encode())
        sealed_files.write_bytes_atomically(nonce + encrypted, self._path(project))

    def _make_cipher(self) -> AESGCM:
        return AESGCM(self._ring.subkey(_CODES_KEY_LABEL))

    def _path(self, project: str) -> Path:
        return self.root / f"{self._ring.seal(_CODES_KEY_LABEL, project.encode())}.sealed"


_PSEUDONYM_BYTES: Final = 12


def _generate_pseudonym() -> str:
    return secrets.token_hex(_PSEUDONYM_BYTES)


class Pseudonyms(Mapping[str, str]):
    """Map person IDs to random pseudonyms for one mart; a new person gets a new pseudonym.

    Args:
        known: pseudonyms by person ID that the project already uses, so that its next mart uses
            them, too.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._given = dict(known or {})

    def assign_pseudonyms(self, people: Iterable[str]) -> list[str]:
        """Return the pseudonym of each person, in order."""
        return [self[person] for person in people]

    def __getitem__(self, person: str) -> str:
        if person not in self._given:
            self._given[person] = _generate_pseudonym()
        return self._given[person]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)
