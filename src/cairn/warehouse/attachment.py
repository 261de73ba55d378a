"""A file that belongs to a row and is no table: a scan of signed papers, encrypted on disk.

Each has a key of its own. Who keeps the row keeps the wrapped key with it, so that forgetting the
key makes the file unreadable, also in a copy of the folder.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.warehouse import sealed_file
from cairn.warehouse.keys import KEY_BYTES, KeyProblem, KeyRing

LARGEST: Final = 30 * 1024 * 1024
_NONCE: Final = 12
_FOLDER: Final = "attachments"
_KINDS: Final = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}


class NoAttachment(Exception):
    """A file that cannot be attached, or is not here any more."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where a file lies and what opens it: its random name, its wrapped key, and its kind."""

    name: str
    wrapped_key: str
    kind: str


def attach(data: Path, keys: KeyRing, content: bytes) -> Attachment:
    """Encrypt a PDF or a picture and write it. ``NoAttachment`` says what to send instead."""
    kind = next((k for start, k in _KINDS.items() if content.startswith(start)), "")
    if not kind:
        raise NoAttachment("The scan is neither a PDF nor a picture (PNG, JPEG, TIFF).")
    if len(content) > LARGEST:
        raise NoAttachment("The scan is larger than 30 MB. Scan with fewer dots, or in two parts.")
    name, key, nonce = secrets.token_hex(20), os.urandom(KEY_BYTES), os.urandom(_NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, content, name.encode())
    sealed_file.put_bytes(sealed, _path(data, name))
    return Attachment(name, keys.wrap(key, bound_to=name), kind)


def opened(data: Path, keys: KeyRing, attached: Attachment) -> bytes:
    """The file again. ``NoAttachment`` where it or its key is gone, or it was changed."""
    path = _path(data, attached.name)
    if not attached.wrapped_key or not path.exists():
        raise NoAttachment("This scan was destroyed.")
    key = keys.unwrap(attached.wrapped_key, bound_to=attached.name)
    raw = path.read_bytes()
    try:
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], attached.name.encode())
    except InvalidTag as error:
        raise NoAttachment("This scan was changed on disk after it was attached.") from error


def wrong(data: Path, keys: KeyRing, held: Iterable[Attachment]) -> Iterator[tuple[str, str]]:
    """Where the folder is not as it was written: (path in the data folder, what is wrong).

    ``held`` is everything that a row points at. The seal of each is checked, which only the bytes
    that were written fit; a file that is nobody's is told too.
    """
    known = set()
    for attached in held:
        known.add(attached.name)
        try:
            opened(data, keys, attached)
        except (NoAttachment, KeyProblem) as problem:
            yield str(_path(data, attached.name).relative_to(data)), str(problem)
    for path in sorted((data / _FOLDER).rglob("*")):
        if path.is_file() and path.name not in known:
            yield str(path.relative_to(data)), "No row points at this scan: remove it."


def digest(data: Path, name: str) -> str:
    """The sha256 of a file's bytes on disk; empty where it is gone."""
    path = _path(data, name)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def destroy(data: Path, name: str) -> None:
    """Remove the file; whoever calls forgets its key."""
    _path(data, name).unlink(missing_ok=True)


def _path(data: Path, name: str) -> Path:
    return data / _FOLDER / name[:2] / name
