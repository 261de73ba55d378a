"""Open zip and gzip files in memory, never on disk, with limits that a bomb cannot pass."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from pathlib import PurePosixPath
from typing import Any, Final

from cairn.warehouse.readers import file_signatures
from cairn.warehouse.schema import UnreadableFile

MAX_MEMBERS: Final = 500
MAX_BYTES: Final = 2 << 30

MAX_PROTECTED_BYTES: Final = 256 << 20
"""A zip with a password is opened in memory before it is stored."""

MAX_RATIO: Final = 200
"""Text about students shrinks about tenfold; only a zip bomb shrinks two hundredfold."""

GZIP_MAGIC: Final = b"\x1f\x8b"

_MAX_FOLDER_DEPTH: Final = 2
"""A file, or a file in one folder, as the "compress" command on a folder makes it."""

_MAX_ARCHIVE_DEPTH: Final = 2
"""A zip of zips, as systems write it that pack each month or school on its own."""

_ALWAYS_ALLOWED_BYTES: Final = 1 << 20
_ZIP_MAGIC: Final = b"PK\x03\x04"
_PACKAGE_NAMES: Final = frozenset({"[Content_Types].xml", "mimetype"})
_BOMB: Final = "{name} unpacks to far more data than a table has, so Cairn did not open it."
_TOO_LARGE: Final = "{name} is too large for one data submission. Send its files separately."
_PROTECTED: Final = 0x1
"""The flag of a member that a password protects (PKWARE APPNOTE 4.4.4)."""

_LOCKED: Final = (
    "The zip file has a password. Upload it on the page and type the password there, use cairn "
    "receive --password-file, or send the file without one: Cairn encrypts what it receives."
)
_DAMAGED: Final = "The zip file is damaged or incomplete. Create it again and resend it."
_DAMAGED_MEMBER: Final = (
    "{name}, in the zip file, is damaged or incomplete. Create the zip file again and resend it."
)
_READ_ERRORS: Final = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,  # a wrong password
    ValueError,  # a damaged list of members, which points before the file's start
    zlib.error,
)
_NOT_OPENED: Final = (
    "The password does not open the zip file, or the file is damaged. Type the password again."
)
_SYSTEM_FILES: Final = ("__MACOSX/", ".")


def list_member_names(content: bytes) -> set[str]:
    """List the names in a zip file, which show whether it is a workbook or an archive."""
    with _open_zip(content) as archive:
        return set(archive.namelist())


def is_plain_zip(content: bytes) -> bool:
    """Return whether a file is a zip of other files, and no workbook or document."""
    return content.startswith(_ZIP_MAGIC) and not list_member_names(content) & _PACKAGE_NAMES


def read_members(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of each file in a zip, and in the zip files in it.

    Limits are checked before and while reading, for all of them together.

    Raises:
        UnreadableFile: the archive is damaged, nested too deep, protected by a password, or too
            large.
    """
    budget = _Budget(MAX_BYTES, MAX_MEMBERS)
    yield from _read_nested(name, content, PurePosixPath(), 1, budget)


@dataclass(slots=True)
class _Budget:
    """What may still be unpacked of an archive and those in it."""

    bytes: int
    members: int


def _read_nested(
    name: str, content: bytes, folder: PurePosixPath, depth: int, budget: _Budget
) -> Iterator[tuple[str, bytes]]:
    check_archive_size(name, content)
    with _open_zip(content) as archive:
        for entry, member in _read_entries(archive, budget):
            path = folder / entry.filename
            budget.members -= 1
            if budget.members < 0:
                raise UnreadableFile(_TOO_LARGE.format(name=name))
            if not is_plain_zip(member):
                if path.suffix.lower() == ".zip":
                    raise UnreadableFile(_DAMAGED)
                yield str(path), member
                continue
            if path.suffix.lower() != ".zip":
                file_signatures.refuse_document_package(path.name, list_member_names(member))
            _refuse_deep_zip(path.name, member, entry.compress_size, depth)
            yield from _read_nested(path.name, member, path.with_suffix(""), depth + 1, budget)


def _refuse_deep_zip(name: str, content: bytes, packed_size: int, depth: int) -> None:
    """Refuse a zip in a zip that is too deep, has a password, or is a bomb packed twice."""
    if depth == _MAX_ARCHIVE_DEPTH:
        raise UnreadableFile(
            f"{name} is a zip file in a zip file in a zip file. Unpack it and send the files."
        )
    if has_zip_password(content):
        raise UnreadableFile(f"{name}, in the zip file, has a password. Send its files without it.")
    with _open_zip(content) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > max(_ALWAYS_ALLOWED_BYTES, MAX_RATIO * packed_size):
        raise UnreadableFile(_BOMB.format(name=name))


def has_zip_password(content: bytes) -> bool:
    """Return whether a file is a zip with a member that a password protects."""
    if not content.startswith(_ZIP_MAGIC):
        return False
    with _open_zip(content) as archive:
        return any(entry.flag_bits & _PROTECTED for entry in archive.infolist())


def unlock_zip(name: str, content: bytes, password: str) -> bytes:
    """Write a zip file again without its password, in memory.

    The same files give the same bytes, so that they are known when they are sent again under
    another password.

    Args:
        name: name of the file.
        content: its bytes.
        password: the password, for AES (WinZip) or ZipCrypto.

    Returns:
        The bytes of a zip file without a password; of any other file, its own.

    Raises:
        UnreadableFile: the password is wrong, or the archive is damaged, nested or too large.
    """
    if not has_zip_password(content):
        return content
    if len(content) > MAX_PROTECTED_BYTES:
        raise UnreadableFile(
            f"{name} has a password and is too large to open. Send its files without a password: "
            "Cairn encrypts what it receives."
        )
    check_archive_size(name, content)
    unlocked = BytesIO()
    library = import_module("pyzipper")  # where it is needed: most files have no password
    try:
        opened = library.AESZipFile(BytesIO(content))
        with opened as archive, zipfile.ZipFile(unlocked, "w", zipfile.ZIP_DEFLATED) as plain:
            archive.setpassword(password.encode())
            for entry, member in _read_entries(archive, _Budget(MAX_BYTES, 0), is_open=True):
                plain.writestr(zipfile.ZipInfo(entry.filename), member, zipfile.ZIP_DEFLATED)
    except library.BadZipFile as error:
        raise UnreadableFile(_NOT_OPENED) from error
    return unlocked.getvalue()


def _read_entries(
    archive: Any, budget: _Budget, *, is_open: bool = False
) -> Iterator[tuple[Any, bytes]]:
    """Yield each file of an open archive; ``is_open`` where its password is set."""
    for entry in archive.infolist():
        if entry.is_dir() or _is_system_file(entry.filename):
            continue
        member = _read_member(archive, entry, budget.bytes, is_open=is_open)
        budget.bytes -= len(member)
        yield entry, member


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
        raise UnreadableFile(_BOMB.format(name=name))
    if unpacked.startswith((GZIP_MAGIC, _ZIP_MAGIC)):
        raise UnreadableFile(f"{name} contains another archive. Unpack it and send the files.")
    return PurePosixPath(name).name.removesuffix(".gz"), unpacked


def check_archive_size(name: str, content: bytes) -> None:
    """Refuse an archive that would unpack to more than a delivery, by its own record of sizes."""
    with _open_zip(content) as archive:
        entries = archive.infolist()
    if len(entries) > MAX_MEMBERS or sum(e.file_size for e in entries) > MAX_BYTES:
        raise UnreadableFile(_TOO_LARGE.format(name=name))
    for entry in entries:
        if entry.file_size > _ALWAYS_ALLOWED_BYTES and entry.file_size > MAX_RATIO * max(
            1, entry.compress_size
        ):
            raise UnreadableFile(_BOMB.format(name=name))


def _open_zip(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableFile(_DAMAGED) from error


def _is_system_file(path: str) -> bool:
    return path.startswith(_SYSTEM_FILES[0]) or PurePosixPath(path).name.startswith(
        _SYSTEM_FILES[1]
    )


def _read_member(archive: Any, entry: Any, remaining: int, *, is_open: bool) -> bytes:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or len(path.parts) > _MAX_FOLDER_DEPTH:
        raise UnreadableFile(
            "The zip file contains nested folders. Put all files at the top level."
        )
    if not path.name:
        raise UnreadableFile(_DAMAGED)
    if entry.flag_bits & _PROTECTED and not is_open:
        raise UnreadableFile(_LOCKED)
    if path.suffix.lower() in (".7z", ".rar", ".gz"):
        raise UnreadableFile("The zip file contains another archive. Unpack it and send the files.")
    try:
        with archive.open(entry) as file:
            content: bytes = file.read(min(entry.file_size, remaining) + 1)
    except _READ_ERRORS as error:
        # A wrong password of ZipCrypto shows only as cells that make no sense.
        damage = _NOT_OPENED if is_open else _DAMAGED_MEMBER.format(name=path.name)
        raise UnreadableFile(damage) from error
    if len(content) > min(entry.file_size, remaining):
        raise UnreadableFile("The zip file is larger than it states, so Cairn did not open it.")
    return content
