"""The master key and what is derived from it. Losing the key loses the data: the note is loud."""

import base64
import hashlib
import hmac
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VARIABLE: Final = "CAIRN_KEY"
KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_FINGERPRINT_FILE: Final = "key-fingerprint"


class KeyProblem(Exception):
    """The key is missing, malformed or not the one this data was written with."""


class KeyRing:
    """Wraps data keys and derives the keys of other rooms from one master key of 32 bytes.

    ``note`` is empty when the key came from the environment; else it is a sentence that a person
    must see, because the key then lies on the same disk as the data.
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
        """The key for a data folder: from ``CAIRN_KEY``, else from a 0600 file beside the folder.

        A folder remembers the fingerprint of its key, so that a wrong key is a clear error here
        and not a failure to decrypt later.
        """
        data_folder.mkdir(parents=True, exist_ok=True)
        if text := env.get(VARIABLE, "").strip():
            ring = cls(_decoded(text, f"the environment variable {VARIABLE}"))
        else:
            ring = cls._from_file(data_folder)
        ring._match(data_folder / _FINGERPRINT_FILE)  # noqa: SLF001 - its own class
        return ring

    @classmethod
    def _from_file(cls, data_folder: Path) -> "KeyRing":
        file = key_file(data_folder)
        if not file.exists():
            if (data_folder / _FINGERPRINT_FILE).exists():
                raise KeyProblem(
                    f"The data in {data_folder} was written with a key that is not here. Set "
                    f"{VARIABLE} to it, or put the key file back at {file}."
                )
            _create(file, base64.b64encode(os.urandom(KEY_BYTES)))
        if file.stat().st_mode & 0o077:
            raise KeyProblem(f"Others can read the key file {file}. Run: chmod 600 {file}")
        note = (
            f"The key that opens all data is the file {file}, on the same disk as the data. "
            f"Anyone who copies both can read everything, and without it nothing can be read. "
            f"Keep a copy elsewhere, and for real children set {VARIABLE} from a place of its own."
        )
        return cls(_decoded(file.read_text("ascii", "replace"), f"the key file {file}"), note)

    def _match(self, fingerprint: Path) -> None:
        mine = self.subkey("fingerprint").hex().encode()
        if not fingerprint.exists():
            _create(fingerprint, mine)
        if not hmac.compare_digest(fingerprint.read_bytes(), mine):
            raise KeyProblem(
                f"This is not the key that the data in {fingerprint.parent} was written with. "
                f"Set {VARIABLE} to the right one, or choose another data folder."
            )

    def wrap(self, key: bytes, *, bound_to: str) -> str:
        """Encrypt a data key. ``bound_to`` names the one thing it may open."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self.subkey("wrap")).encrypt(nonce, key, bound_to.encode())
        return base64.b64encode(nonce + sealed).decode("ascii")

    def unwrap(self, wrapped: str, *, bound_to: str) -> bytes:
        """The data key again; ``KeyProblem`` if it was changed or belongs to something else."""
        try:
            raw = base64.b64decode(wrapped, validate=True)
            nonce, sealed = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
            return AESGCM(self.subkey("wrap")).decrypt(nonce, sealed, bound_to.encode())
        except (InvalidTag, ValueError) as error:
            raise KeyProblem(
                f"The stored key of {bound_to} was not made by this master key."
            ) from error

    def subkey(self, label: str) -> bytes:
        """A key of 32 bytes for one use, derived with HKDF-SHA256 (RFC 5869)."""
        hkdf = HKDF(
            algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"cairn/" + label.encode()
        )
        return hkdf.derive(self._master)

    def seal(self, label: str, content: bytes) -> str:
        """An HMAC-SHA256 over content, in hexadecimal."""
        return hmac.new(self.subkey(label), content, hashlib.sha256).hexdigest()


def key_file(data_folder: Path) -> Path:
    """Beside the data folder, not in it: a copy of the folder must not carry its key."""
    folder = data_folder.resolve()
    return folder.with_name(folder.name + ".key")


def _decoded(text: str, source: str) -> bytes:
    try:
        master = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        master = b""
    if len(master) != KEY_BYTES:
        raise KeyProblem(
            f"{source[0].upper()}{source[1:]} must be {KEY_BYTES} random bytes in base64. Make one "
            'with: python -c "import base64,os; print(base64.b64encode(os.urandom(32)).decode())"'
        )
    return master


def _create(path: Path, content: bytes) -> None:
    """Create a 0600 file with its whole content, unless another process was first."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        return
    finally:
        Path(name).unlink()
