"""Open zip and gzip files in memory, never on disk, with limits that a bomb cannot pass."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from cairn.warehouse.schema import UnreadableFile

MAX_MEMBERS: Final = 500
MAX_BYTES: Final = 2 << 30

MAX_RATIO: Final = 200
"""Text about students shrinks about tenfold; only a zip bomb shrinks two hundredfold."""

GZIP_MAGIC: Final = b"\x1f\x8b"

_MAX_FOLDER_DEPTH: Final = 2
"""A file, or a file in one folder, as the "compress" command on a folder makes it."""

_ALWAYS_ALLOWED_BYTES: Final = 1 << 20
_SYSTEM_FILES: Final = ("__MACOSX/", ".")


def list_member_names(content: bytes) -> set[str]:
    """List the names in a zip file, which show whether it is a workbook or an archive."""
    with _open_zip(content) as archive:
        return set(archive.namelist())


def read_members(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file in a zip; limits are checked before and while reading.

    Raises:
        UnreadableFile: the archive is damaged, nested, protected by a password, or too large.
    """
    check_archive_size(name, content)
    with _open_zip(content) as archive:
        entries = [
            e for e in archive.infolist() if not e.is_dir() and not _is_system_file(e.filename)
        ]
        remaining = MAX_BYTES
        for entry in entries:
            member = _read_member(archive, entry, remaining)
            remaining -= len(member)
            yield PurePosixPath(entry.filename).name, member


def unpack_gzip(name: str, content: bytes) -> tuple[str, bytes]:
    """Unpack a gzip file.

    Args:
        name: name of the file.
        content: its bytes.

    Returns:
        Name and bytes of the file in it.

    Raises:
        UnreadableFile: the file is damaged, holds another archive, or unpacks to far more data
            than a table has.
    """
    limit = min(MAX_BYTES, max(_ALWAYS_ALLOWED_BYTES, MAX_RATIO * len(content)))
    try:
        with gzip.GzipFile(fileobj=BytesIO(content)) as file:
            unpacked = file.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile(
            f"{name} is damaged or cut off. Compress the file again, or send it as it was."
        ) from error
    if len(unpacked) > limit:
        raise UnreadableFile(
            f"{name} unpacks to far more data than a table has, so Cairn did not open it."
        )
    if unpacked.startswith((GZIP_MAGIC, b"PK\x03\x04")):
        raise UnreadableFile(f"{name} contains another archive. Unpack it and send the files.")
    return PurePosixPath(name).name.removesuffix(".gz"), unpacked


def check_archive_size(name: str, content: bytes) -> None:
    """Refuse an archive that would unpack to more than a delivery, by its own record of sizes."""
    with _open_zip(content) as archive:
        entries = archive.infolist()
    if len(entries) > MAX_MEMBERS or sum(e.file_size for e in entries) > MAX_BYTES:
        raise UnreadableFile(
            f"{name} is too large for one data submission. Send its files separately."
        )
    for entry in entries:
        if entry.file_size > _ALWAYS_ALLOWED_BYTES and entry.file_size > MAX_RATIO * max(
            1, entry.compress_size
        ):
            raise UnreadableFile(
                f"{name} unpacks to far more data than a table has, so Cairn did not open it."
            )


def _open_zip(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableFile(
            "The zip file is damaged or incomplete. Create it again and resend it."
        ) from error


def _is_system_file(path: str) -> bool:
    return path.startswith(_SYSTEM_FILES[0]) or PurePosixPath(path).name.startswith(
        _SYSTEM_FILES[1]
    )


def _read_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, remaining: int) -> bytes:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or len(path.parts) > _MAX_FOLDER_DEPTH:
        raise UnreadableFile(
            "The zip file contains nested folders. Put all files at the top level."
        )
    if entry.flag_bits & 0x1:
        raise UnreadableFile(
            "The zip file has a password. Create it without one and resend it: Cairn encrypts what "
            "it receives, and does not ask for passwords of files."
        )
    if path.suffix.lower() in (".zip", ".7z", ".rar", ".gz"):
        raise UnreadableFile("The zip file contains another archive. Unpack it and send the files.")
    try:
        with archive.open(entry) as file:
            content = file.read(min(entry.file_size, remaining) + 1)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, zlib.error) as error:
        raise UnreadableFile(
            "The zip file is damaged or incomplete. Create it again and resend it."
        ) from error
    if len(content) > min(entry.file_size, remaining):
        raise UnreadableFile("The zip file is larger than it states, so Cairn did not open it.")
    return content
