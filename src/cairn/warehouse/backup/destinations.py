"""Write, read and list the encrypted files of a backup, in a folder or at a storage address."""

import hashlib
import json
import os
import re
import tarfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import fsspec
import pyrage
from fsspec.implementations.local import LocalFileSystem

from cairn.warehouse.store import KeyRing

__all__ = ["BackupDestination", "BackupProblem"]

SEALED_SUFFIX: Final = ".json"
_SEAL_LABEL: Final = "backup"
_PART_SUFFIX: Final = ".part"


class BackupProblem(Exception):
    """A backup that cannot be made, or cannot be trusted; the message names the file."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One file of a backup: the SHA-256 of its encrypted bytes, and their number."""

    sha256: str
    size: int

    def to_json(self) -> list[str | int]:
        """Return the two values as they are in a manifest."""
        return [self.sha256, self.size]


@dataclass(slots=True)
class HashingFile:
    """Pass bytes on to a file or from a file, and hash and count them."""

    file: IO[bytes]
    sha256: Any = field(default_factory=hashlib.sha256)
    size: int = 0

    def write(self, content: bytes) -> int:
        """Write bytes."""
        self._count(content)
        return self.file.write(content)

    def read(self, size: int = -1) -> bytes:
        """Read bytes."""
        content = self.file.read(size)
        self._count(content)
        return content

    def flush(self) -> None:
        """Flush the file."""
        self.file.flush()

    def _count(self, content: bytes) -> None:
        self.sha256.update(content)
        self.size += len(content)


class BackupDestination:
    """A folder, or any storage address that fsspec opens, such as `sftp://host/path`.

    Args:
        address: path or address. Storage other than folders needs fsspec's package for it.

    Raises:
        BackupProblem: the address cannot be opened.
    """

    def __init__(self, address: str) -> None:
        self.address = _hide_password(address)
        try:
            self._storage, self._root = fsspec.core.url_to_fs(address)
        except (ImportError, ValueError) as error:
            message = _hide_password(f"Cairn cannot open {address}: {error}")
            raise BackupProblem(message) from error

    def list_sizes(self, folder: str = "") -> dict[str, int]:
        """List the name and size of each file, also of those that an interrupted write left."""
        top = self._locate(folder) if folder else self._root
        self._storage.invalidate_cache()
        if not self._storage.exists(top):
            return {}
        found = self._storage.find(top, detail=True)
        return {
            path.removeprefix(self._root).lstrip("/"): details["size"]
            for path, details in found.items()
        }

    def write(self, name: str, write_content: Callable[[HashingFile], None]) -> StoredObject:
        """Write a file; it gets its name once it is complete."""
        part = self._locate(name + _PART_SUFFIX)
        try:
            self._storage.makedirs(part.rpartition("/")[0], exist_ok=True)
            with self._storage.open(part, "wb") as file:
                hashing = HashingFile(file)
                write_content(hashing)
                _sync_local_file(self._storage, file)
            self._storage.mv(part, self._locate(name))
        except (OSError, pyrage.EncryptError) as error:
            self._remove_part(part)
            message = _hide_password(f"{name} could not be written to {self.address}: {error}")
            raise BackupProblem(message) from error
        return StoredObject(hashing.sha256.hexdigest(), hashing.size)

    def write_encrypted(
        self, name: str, source: IO[bytes], recipients: Sequence[pyrage.x25519.Recipient]
    ) -> StoredObject:
        """Encrypt a stream to recipients and write it."""
        return self.write(name, lambda file: pyrage.encrypt_io(source, file, list(recipients)))

    def write_sealed(self, name: str, body: Mapping[str, Any], keys: KeyRing) -> None:
        """Write a JSON document with a keyed digest of its content."""
        content = _encode_canonically({**body, "seal": _seal_document(body, keys)})
        self.write(name, lambda file: _discard(file.write(content)))

    def read_sealed(self, name: str, keys: KeyRing) -> dict[str, Any]:
        """Read a sealed JSON document.

        Raises:
            BackupProblem: it is missing, was changed, or belongs to another master key.
        """
        try:
            with self._storage.open(self._locate(name), "rb") as file:
                body = json.loads(file.read())
            seal = body.pop("seal")
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupProblem(f"{name} is missing or cannot be read.") from error
        if body.get("fingerprint") != read_fingerprint(keys):
            raise BackupProblem(f"{name} was written with another master key than this one.")
        if seal != _seal_document(body, keys):
            raise BackupProblem(f"{name} was changed after it was written.")
        return dict(body)

    def refuse_other_owner(self, names: Sequence[str], keys: KeyRing) -> None:
        """Refuse a place with documents of another installation; one that is damaged is not.

        Raises:
            BackupProblem: a document was sealed with another master key.
        """
        own = read_fingerprint(keys)
        for name in names:
            try:
                with self._storage.open(self._locate(name), "rb") as file:
                    found = json.loads(file.read())["fingerprint"]
            except (OSError, ValueError, KeyError, TypeError):
                continue
            if found != own:
                raise BackupProblem(
                    f"{name} at {self.address} was sealed with another master key. Give each "
                    "installation places of its own."
                )

    def read_encrypted(
        self,
        name: str,
        target: Path,
        stored: StoredObject,
        identities: Sequence[pyrage.x25519.Identity],
    ) -> None:
        """Decrypt a file into a local one, and check that it is the file that was written.

        Raises:
            BackupProblem: the file is missing, was changed, or is for other recipients.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._storage.open(self._locate(name), "rb") as file, target.open("wb") as plain:
                target.chmod(0o600)
                hashing = HashingFile(file)
                problem = _decrypt(hashing, plain, identities)
                while hashing.read(1 << 20):
                    pass
        except FileNotFoundError as error:
            raise BackupProblem(f"{name} is missing from the backup.") from error
        if (hashing.sha256.hexdigest(), hashing.size) != (stored.sha256, stored.size):
            raise BackupProblem(f"{name} was changed after it was written.")
        if problem:
            raise BackupProblem(f"{name} cannot be decrypted with this private key: {problem}")

    def remove(self, name: str) -> None:
        """Remove a file; it may be gone already."""
        try:
            self._storage.rm(self._locate(name))
        except FileNotFoundError:
            return
        except OSError as error:
            message = _hide_password(f"{name} could not be removed: {error}")
            raise BackupProblem(message) from error

    def is_inside(self, other: "BackupDestination") -> bool:
        """Return whether this place is the other one, or within it."""
        own, outer = self._root.rstrip("/") + "/", other._root.rstrip("/") + "/"  # noqa: SLF001
        return bool(self._storage == other._storage) and own.startswith(outer)  # noqa: SLF001

    def _locate(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def _remove_part(self, part: str) -> None:
        try:
            self._storage.rm(part)
        except OSError:
            return


def read_fingerprint(keys: KeyRing) -> str:
    """Return the fingerprint of a master key, which does not reveal it."""
    return keys.subkey("fingerprint").hex()


def pack_files(target: Path, folder: Path, paths: Sequence[Path]) -> None:
    """Pack files of a folder into one compressed archive."""
    with tarfile.open(target, "w:gz", compresslevel=1) as archive:
        for path in paths:
            archive.add(path, str(path.relative_to(folder)), recursive=False)


def unpack_files(archive_file: Path, folder: Path) -> None:
    """Unpack an archive into a folder; a member outside of it is refused."""
    try:
        with tarfile.open(archive_file) as archive:
            archive.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupProblem(f"{archive_file.name} cannot be unpacked: {error}") from error


def _decrypt(
    source: HashingFile, plain: IO[bytes], identities: Sequence[pyrage.x25519.Identity]
) -> str:
    """Decrypt a stream; return what went wrong, or an empty text."""
    try:
        pyrage.decrypt_io(source, plain, list(identities))
    except (pyrage.DecryptError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise BackupProblem(f"The restored file could not be written: {error}") from error
        return str(error)
    return ""


def _sync_local_file(storage: Any, file: IO[bytes]) -> None:
    if isinstance(storage, LocalFileSystem):
        file.flush()
        os.fsync(file.fileno())


def _seal_document(body: Mapping[str, Any], keys: KeyRing) -> str:
    return keys.seal(_SEAL_LABEL, _encode_canonically(body))


def _encode_canonically(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


def _hide_password(message: str) -> str:
    return re.sub(r"//[^/\s]*@", "//", message)


def _discard(written: int) -> None:
    del written
