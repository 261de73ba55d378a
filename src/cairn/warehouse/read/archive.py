"""Zip files: opened in memory, never unpacked to disk, with limits a bomb cannot pass."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from cairn.warehouse.read.sheet import Unreadable

MAX_MEMBERS: Final = 500
MAX_BYTES: Final = 2 << 30
MAX_RATIO: Final = 200
"""Text about children shrinks about tenfold; only a bomb shrinks two hundredfold."""

_DEPTH: Final = 2
"""A file, or a file in one folder, as a right click on a folder makes it."""

_SMALL: Final = 1 << 20
_LITTER: Final = ("__MACOSX/", ".")


def names(content: bytes) -> set[str]:
    """The names in a zip, to tell workbooks from archives."""
    with _open(content) as archive:
        return set(archive.namelist())


def members(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """(file name, bytes) of each file in the zip; limits are checked before and while reading."""
    check(name, content)
    with _open(content) as archive:
        entries = [e for e in archive.infolist() if not e.is_dir() and not _litter(e.filename)]
        left = MAX_BYTES
        for entry in entries:
            member = _read(archive, entry, left)
            left -= len(member)
            yield PurePosixPath(entry.filename).name, member


def check(name: str, content: bytes) -> None:
    """Refuse what would unpack to more than a delivery: by its own account, before unpacking."""
    with _open(content) as archive:
        entries = archive.infolist()
    if len(entries) > MAX_MEMBERS or sum(e.file_size for e in entries) > MAX_BYTES:
        raise Unreadable(f"{name} holds too much for one delivery. Send its files by themselves.")
    for entry in entries:
        if entry.file_size > _SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            raise Unreadable(f"{name} unpacks to far more than a table would. It was not opened.")


def _open(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Unreadable(
            "The zip file is damaged or cut off. Make it again and resend it."
        ) from error


def _litter(path: str) -> bool:
    return path.startswith(_LITTER[0]) or PurePosixPath(path).name.startswith(_LITTER[1])


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or len(path.parts) > _DEPTH:
        raise Unreadable("The zip file has folders inside folders. Put its files side by side.")
    if entry.flag_bits & 0x1:
        raise Unreadable("The zip file has a password. Make it without one and resend it.")
    if path.suffix.lower() in (".zip", ".7z", ".rar", ".gz"):
        raise Unreadable("The zip file has another archive inside. Unpack it and send the files.")
    try:
        with archive.open(entry) as file:
            content = file.read(min(entry.file_size, left) + 1)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise Unreadable(
            "The zip file is damaged or cut off. Make it again and resend it."
        ) from error
    if len(content) > min(entry.file_size, left):
        raise Unreadable("The zip file holds more than it says. It was not opened.")
    return content
