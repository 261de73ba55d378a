"""Manage the master key, the keys derived from it, and the key of each file.

Without the master key the data cannot be read. A file's own key lies beside the zones, never
among them, so a copy of the zones alone opens nothing. When a file is destroyed its key is
destroyed too, so an older copy of the zones, put back later, stays closed. Back up the folder
of file keys apart from the zones and keep that copy for a short time only: for that long, a
person who has the copy, the zones and the master key could still open a destroyed file.
"""

import base64
import hashlib
import hmac
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cairn.warehouse.store import sealed_files
from cairn.warehouse.store.file_refs import FileRef

__all__ = ["FILE_KEYS_FOLDER", "MASTER_KEY_VARIABLE", "KeyProblem", "KeyRing", "locate_key_file"]

MASTER_KEY_VARIABLE: Final = "CAIRN_KEY"
KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_FINGERPRINT_FILE: Final = "key-fingerprint"


class KeyProblem(Exception):
    """The key is missing, malformed, or not the key that wrote this data."""


class KeyRing:
    """Wrap data keys, and derive keys for other uses, from one master key.

    Args:
        master: the master key, 32 bytes.
        note: empty if the key came from the environment. Otherwise a sentence that a person must
            see, because the key then is on the same disk as the data.

    Raises:
        KeyProblem: the master key does not have 32 bytes.
    """

    def __init__(self, master: bytes, note: str = "") -> None:
        if len(master) != KEY_BYTES:
            raise KeyProblem(
                f"The master key must be {KEY_BYTES} bytes; this one is {len(master)}."
            )
        self._master = master
        self.note = note

    @classmethod
    def open(cls, data_folder: Path, env: Mapping[str, str]) -> "KeyRing":
        """Open the key of a data folder.

        The key comes from ``CAIRN_KEY``, else from a 0600 file beside the folder. A folder
        remembers the fingerprint of its key, so that a wrong key is a clear error here and not
        a failure to decrypt later. Without either, a new key file is made for a new folder.

        Args:
            data_folder: folder of the installation's data; made if missing.
            env: environment variables.

        Returns:
            The key ring.

        Raises:
            KeyProblem: the key is missing, malformed, readable by others, or not this folder's.
        """
        data_folder.mkdir(parents=True, exist_ok=True)
        if encoded_key := env.get(MASTER_KEY_VARIABLE, "").strip():
            key_ring = cls(
                _decode_master_key(encoded_key, f"the environment variable {MASTER_KEY_VARIABLE}")
            )
        else:
            key_ring = cls._open_key_file(data_folder)
        key_ring._check_fingerprint(data_folder / _FINGERPRINT_FILE)  # noqa: SLF001 - its own class
        return key_ring

    @classmethod
    def _open_key_file(cls, data_folder: Path) -> "KeyRing":
        path = locate_key_file(data_folder)
        if not path.exists():
            if (data_folder / _FINGERPRINT_FILE).exists():
                raise KeyProblem(
                    f"The data in {data_folder} was written with a key that is not here. Set "
                    f"{MASTER_KEY_VARIABLE} to it, or put the key file back at {path}."
                )
            _create_private_file(path, base64.b64encode(os.urandom(KEY_BYTES)))
        if path.stat().st_mode & 0o077:
            raise KeyProblem(f"Others can read the key file {path}. Run: chmod 600 {path}")
        note = (
            f"The key that opens all data is the file {path}, on the same disk as the data. "
            f"Anyone who copies both can read everything, and without it nothing can be read. "
            f"Keep a copy elsewhere, and for real children set {MASTER_KEY_VARIABLE} "
            "from a place of its own."
        )
        return cls(
            _decode_master_key(path.read_text("ascii", "replace"), f"the key file {path}"), note
        )

    def _check_fingerprint(self, fingerprint_file: Path) -> None:
        fingerprint = self.subkey("fingerprint").hex().encode()
        if not fingerprint_file.exists():
            _create_private_file(fingerprint_file, fingerprint)
        if not hmac.compare_digest(fingerprint_file.read_bytes(), fingerprint):
            raise KeyProblem(
                f"This is not the key that the data in {fingerprint_file.parent} was written with. "
                f"Set {MASTER_KEY_VARIABLE} to the right one, or choose another data folder."
            )

    def encode_master_key(self) -> str:
        """Return the master key in base64, for the environment of a process of our own."""
        return base64.b64encode(self._master).decode("ascii")

    def wrap(self, key: bytes, *, bound_to: str) -> str:
        """Encrypt a data key with AES-256-GCM.

        Args:
            key: the data key (or other secret bytes).
            bound_to: name of the one thing that the key may open; the wrapped key fails for any
                other.

        Returns:
            Nonce and ciphertext in base64.
        """
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self.subkey("wrap")).encrypt(nonce, key, bound_to.encode())
        return base64.b64encode(nonce + sealed).decode("ascii")

    def unwrap(self, wrapped: str, *, bound_to: str) -> bytes:
        """Decrypt a wrapped data key.

        Args:
            wrapped: what ``wrap`` returned.
            bound_to: the name that was given to ``wrap``.

        Returns:
            The data key.

        Raises:
            KeyProblem: the wrapped key was changed or belongs to something else.
        """
        try:
            decoded = base64.b64decode(wrapped, validate=True)
            nonce, sealed = decoded[:_NONCE_BYTES], decoded[_NONCE_BYTES:]
            return AESGCM(self.subkey("wrap")).decrypt(nonce, sealed, bound_to.encode())
        except (InvalidTag, ValueError) as error:
            raise KeyProblem(
                f"The stored key of {bound_to} was not made by this master key."
            ) from error

    def subkey(self, label: str) -> bytes:
        """Derive a key of 32 bytes for one use with HKDF-SHA256 (RFC 5869).

        Args:
            label: name of the use.
        """
        hkdf = HKDF(
            algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"cairn/" + label.encode()
        )
        return hkdf.derive(self._master)

    def seal(self, label: str, content: bytes) -> str:
        """Compute an HMAC-SHA256 over content, in hexadecimal, with the subkey of a label."""
        return hmac.new(self.subkey(label), content, hashlib.sha256).hexdigest()


def locate_key_file(data_folder: Path) -> Path:
    """Return the path of the key file: beside the data folder, not in it.

    A copy of the data folder must not carry its key.

    Args:
        data_folder: folder of the installation's data.

    Returns:
        The path, whether or not the file exists.
    """
    folder = data_folder.resolve()
    return folder.with_name(folder.name + ".key")


def _decode_master_key(encoded_key: str, source: str) -> bytes:
    try:
        master = base64.b64decode(encoded_key.strip(), validate=True)
    except ValueError:
        master = b""
    if len(master) != KEY_BYTES:
        raise KeyProblem(
            f"{source[0].upper()}{source[1:]} must be {KEY_BYTES} random bytes in base64. Make one "
            'with: python -c "import base64,os; print(base64.b64encode(os.urandom(32)).decode())"'
        )
    return master


def _create_private_file(path: Path, content: bytes) -> None:
    """Create a 0600 file with its whole content, unless another process did so first."""
    descriptor, temporary_name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fsync(file.fileno())
        os.link(temporary_name, path)
    except FileExistsError:
        return
    finally:
        Path(temporary_name).unlink()


FILE_KEYS_FOLDER: Final = "file-keys"
_FILE_KEY_SUFFIX: Final = ".key"


class KeyGone(Exception):
    """The key of a file was destroyed or never existed; the file cannot be opened again."""


class FileKeys:
    """Keep one small file for each data key, wrapped and bound to the file that it opens."""

    def __init__(self, data_folder: Path, ring: KeyRing) -> None:
        self.root = data_folder / FILE_KEYS_FOLDER
        self._ring = ring

    def store_key(self, ref: FileRef, key: bytes) -> None:
        """Store a file's key: after the file, and before the manifest by which the file exists."""
        wrapped = self._ring.wrap(key, bound_to=str(ref))
        sealed_files.write_bytes_atomically(wrapped.encode("ascii"), self._path(ref))

    def open_key(self, ref: FileRef) -> bytes:
        """Return a file's key.

        Raises:
            KeyGone: there is no key of this file.
            KeyProblem: the stored key belongs to another file or master key.
        """
        path = self._path(ref)
        if not path.exists():
            raise KeyGone(f"The key of {ref} was destroyed. The file can never be opened again.")
        return self._ring.unwrap(path.read_text("ascii", "replace"), bound_to=str(ref))

    def has_key(self, ref: FileRef) -> bool:
        """Return whether a key is stored for this file, valid or not."""
        return self._path(ref).exists()

    def describe_problem(self, ref: FileRef) -> str:
        """Say in a sentence why the stored key cannot open a file; empty when it can."""
        try:
            self.open_key(ref)
        except (KeyGone, KeyProblem) as problem:
            return str(problem)
        return ""

    def destroy_key(self, ref: FileRef) -> None:
        """Destroy a file's key: overwrite it, remove it, and sync the folder."""
        path = self._path(ref)
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sealed_files.sync_folder(path.parent)

    def list_files(self) -> Iterator[tuple[Path, FileRef | None]]:
        """Yield every file in the folder of keys, with the reference that its name gives.

        The reference is None for a file that is not named like a key.
        """
        for path in sorted(p for p in self.root.rglob("*") if not p.is_dir()):
            yield path, self._parse_key_path(path)

    def _parse_key_path(self, path: Path) -> FileRef | None:
        relative = path.relative_to(self.root)
        try:
            ref = FileRef.parse(f"{relative.parts[0]}/{path.stem}")
        except ValueError:
            return None
        return ref if self._path(ref) == path and not path.is_symlink() else None

    def _path(self, ref: FileRef) -> Path:
        return self.root / ref.zone.value / ref.digest[:2] / f"{ref.digest}{_FILE_KEY_SUFFIX}"
