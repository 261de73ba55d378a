"""Store a file that belongs to a database row and is no table, such as a scan of signed papers.

A partner's file that waits for a person to confirm its columns is kept here too.

Each file is encrypted under a key of its own; an upload, which may be large, in chunks. The app
that keeps the row keeps the wrapped key with it, so that deleting the key makes the file
unreadable, also in a copy of the folder.
"""

import hashlib
import io
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.warehouse.store import sealed_chunks, sealed_files
from cairn.warehouse.store.keys import KEY_BYTES, KeyProblem, KeyRing

__all__ = [
    "UPLOADS_FOLDER",
    "Attachment",
    "AttachmentProblem",
    "find_attachment_problems",
    "hash_attachment",
    "open_attachment",
    "open_upload",
    "remove_attachment",
    "store_attachment",
    "store_upload",
]

MAX_ATTACHMENT_BYTES: Final = 30 * 1024 * 1024
_ATTACHMENT_NONCE_BYTES: Final = 12
_ATTACHMENTS_FOLDER: Final = "attachments"
UPLOADS_FOLDER: Final = "uploads"

_CHANGED: Final = "This file was changed on disk after it was stored."

_MEDIA_TYPES: Final = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}


class AttachmentProblem(Exception):
    """A file that cannot be attached, or that is gone or changed."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a database row keeps to find and open an attachment.

    Attributes:
        name: random name of the file.
        wrapped_key: the file's key, wrapped by the key ring.
        kind: media type, such as "application/pdf"; empty for an upload.
        folder: folder of the data folder that holds the file.
    """

    name: str
    wrapped_key: str
    kind: str = ""
    folder: str = _ATTACHMENTS_FOLDER


def store_attachment(data: Path, keys: KeyRing, content: bytes) -> Attachment:
    """Encrypt a PDF or a picture and write it.

    Args:
        data: the data folder.
        keys: key ring of the data folder.
        content: the file's bytes, at most 30 MB.

    Returns:
        The attachment to keep with the row.

    Raises:
        AttachmentProblem: the file is not a PDF or picture, or is too large; says what to send.
    """
    kind = next((k for start, k in _MEDIA_TYPES.items() if content.startswith(start)), "")
    if not kind:
        raise AttachmentProblem("The scan must be a PDF or an image (PNG, JPEG or TIFF).")
    if len(content) > MAX_ATTACHMENT_BYTES:
        raise AttachmentProblem(
            "The scan is larger than 30 MB. Scan at a lower resolution, or in two parts."
        )
    return _write_encrypted(data, keys, content, kind, _ATTACHMENTS_FOLDER)


def store_upload(data: Path, keys: KeyRing, blocks: Iterable[bytes]) -> Attachment:
    """Encrypt a partner's file, as it came, that waits for a person to confirm its columns.

    Args:
        data: the data folder.
        keys: key ring of the data folder.
        blocks: the file's bytes, in blocks of any size; at most one chunk is in memory at a time.

    Returns:
        The attachment to keep with the row.
    """
    name, key = secrets.token_hex(20), os.urandom(KEY_BYTES)
    path = _attachment_path(data, name, UPLOADS_FOLDER)
    with sealed_files.open_temporary_file(path.parent) as file:
        file.writelines(sealed_chunks.seal_blocks(blocks, key, name))
        sealed_files.publish_file(file, path)
    return Attachment(name, keys.wrap(key, bound_to=name), folder=UPLOADS_FOLDER)


@dataclass(frozen=True, slots=True)
class OpenedUpload:
    """A stored upload, which can be opened repeatedly.

    Attributes:
        size: number of bytes.
        open: opens it at its beginning, to read.
        shared: how another process reads it; None for a file that was stored in one piece.
    """

    size: int
    open: Callable[[], IO[bytes]]
    shared: sealed_chunks.SharedChunks | None = None


def open_upload(data: Path, keys: KeyRing, attachment: Attachment) -> OpenedUpload:
    """Open a file that ``store_upload`` stored; reading it decrypts it.

    Args:
        data: the data folder.
        keys: key ring of the data folder.
        attachment: what the row keeps.

    Returns:
        The file, which stays readable if it is removed meanwhile. To read it raises
        ``ChunksChanged`` where it was changed on disk.

    Raises:
        AttachmentProblem: the file or its key is gone, or it was cut off.
    """
    path, key = _find_stored_file(data, keys, attachment)
    if not _is_in_chunks(path):  # it was stored before uploads were stored in chunks
        content = open_attachment(data, keys, attachment)
        return OpenedUpload(len(content), partial(io.BytesIO, content))
    try:
        chunks = sealed_chunks.StoredChunks.open_path(path, key, attachment.name)
    except sealed_chunks.ChunksChanged as changed:
        raise AttachmentProblem(_CHANGED) from changed
    return OpenedUpload(chunks.size, chunks.open, chunks.shared)


def _find_stored_file(data: Path, keys: KeyRing, attachment: Attachment) -> tuple[Path, bytes]:
    """Find the file of an attachment, and its key."""
    path = _attachment_path(data, attachment.name, attachment.folder)
    if not attachment.wrapped_key or not path.exists():
        raise AttachmentProblem("This file was destroyed.")
    return path, keys.unwrap(attachment.wrapped_key, bound_to=attachment.name)


def _is_in_chunks(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(sealed_chunks.CHUNKS_MARK)) == sealed_chunks.CHUNKS_MARK


def _write_encrypted(
    data: Path, keys: KeyRing, content: bytes, kind: str, folder: str
) -> Attachment:
    name, key, nonce = (
        secrets.token_hex(20),
        os.urandom(KEY_BYTES),
        os.urandom(_ATTACHMENT_NONCE_BYTES),
    )
    encrypted = nonce + AESGCM(key).encrypt(nonce, content, name.encode())
    attachment = Attachment(name, keys.wrap(key, bound_to=name), kind, folder)
    sealed_files.write_bytes_atomically(encrypted, _attachment_path(data, name, folder))
    return attachment


def open_attachment(data: Path, keys: KeyRing, attachment: Attachment) -> bytes:
    """Decrypt an attachment.

    Args:
        data: the data folder.
        keys: key ring of the data folder.
        attachment: what the row keeps.

    Returns:
        The file's bytes.

    Raises:
        AttachmentProblem: the file or its key is gone, or the file was changed.
    """
    path, key = _find_stored_file(data, keys, attachment)
    encrypted = path.read_bytes()
    try:
        return AESGCM(key).decrypt(
            encrypted[:_ATTACHMENT_NONCE_BYTES],
            encrypted[_ATTACHMENT_NONCE_BYTES:],
            attachment.name.encode(),
        )
    except (InvalidTag, ValueError) as error:  # ValueError: it is shorter than a nonce
        raise AttachmentProblem(_CHANGED) from error


def find_attachment_problems(
    data: Path,
    keys: KeyRing,
    attachments: Iterable[Attachment],
    folder: str = _ATTACHMENTS_FOLDER,
) -> Iterator[tuple[str, str]]:
    """Find attachments that are missing, changed, or without a row.

    The authenticated encryption of each is checked, which only the written bytes satisfy.

    Args:
        data: the data folder.
        keys: key ring of the data folder.
        attachments: every attachment of the folder that a row points to.
        folder: folder of the data folder that holds them.

    Yields:
        Path within the data folder, and the problem in a sentence.
    """
    known_names = set()
    for attachment in attachments:
        known_names.add(attachment.name)
        try:
            _check_content(data, keys, attachment)
        except (AttachmentProblem, KeyProblem) as problem:
            path = _attachment_path(data, attachment.name, folder)
            yield str(path.relative_to(data)), str(problem)
    for path in sorted((data / folder).rglob("*")):
        if path.is_file() and path.name not in known_names:
            yield str(path.relative_to(data)), "No record refers to this file. Remove it."


def _check_content(data: Path, keys: KeyRing, attachment: Attachment) -> None:
    """Decrypt an attachment, an upload chunk by chunk, which raises if it is not as written."""
    if attachment.folder != UPLOADS_FOLDER:
        open_attachment(data, keys, attachment)
        return
    try:
        with open_upload(data, keys, attachment).open() as file:
            while file.read(sealed_chunks.CHUNK_BYTES):
                pass
    except sealed_chunks.ChunksChanged as changed:
        raise AttachmentProblem(_CHANGED) from changed


def hash_attachment(data: Path, name: str) -> str:
    """Return the sha256 (hex) of an attachment's bytes on disk; empty if the file is gone.

    Args:
        data: the data folder.
        name: the attachment's random name.

    Returns:
        The digest, or an empty text.
    """
    path = _attachment_path(data, name)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def remove_attachment(data: Path, name: str, folder: str = _ATTACHMENTS_FOLDER) -> None:
    """Remove the file of an attachment; the caller deletes its key.

    Args:
        data: the data folder.
        name: the attachment's random name.
        folder: folder of the data folder that holds it.
    """
    _attachment_path(data, name, folder).unlink(missing_ok=True)


def _attachment_path(data: Path, name: str, folder: str = _ATTACHMENTS_FOLDER) -> Path:
    return data / folder / name[:2] / name
