"""Recognize files that hold no table Cairn reads, and say what to send instead."""

import re
from collections.abc import Collection
from typing import Final

from cairn.warehouse.schema import UnreadableFile

_START_BYTES: Final = 4096

_EXPORT: Final = "In the program that made it, export the table as CSV or Excel, and send that."
_UNPACK: Final = "Unpack it, and send the files themselves or a zip of them."
_DATABASE: Final = "Export each table or query as CSV or Excel, and send those, or a zip of them."
_SCAN: Final = "Type its rows into a spreadsheet, or ask for the file from which it was printed."

_SIGNATURES: Final = (
    (0, b"%PDF", "a PDF", _EXPORT),
    (0, b"{\\rtf", "a document (RTF)", _EXPORT),
    (0, b"\x89PNG", "an image", _SCAN),
    (0, b"\xff\xd8\xff", "an image", _SCAN),
    (0, b"GIF8", "an image", _SCAN),
    (0, b"II*\0", "an image", _SCAN),
    (0, b"MM\0*", "an image", _SCAN),
    (4, b"ftypheic", "an image", _SCAN),
    (8, b"WEBP", "an image", _SCAN),
    (4, b"Standard Jet DB", "an Access database", _DATABASE),
    (4, b"Standard ACE DB", "an Access database", _DATABASE),
    (0, b"SQLite format 3\0", "a SQLite database", _DATABASE),
    (0, b"PGDMP", "a database dump", _DATABASE),
    (0, b"TDEF", "a database dump", _DATABASE),
    (0, b"RDX2\n", "a file of R", "In R, write the table with write.csv, and send that."),
    (0, b"RDX3\n", "a file of R", "In R, write the table with write.csv, and send that."),
    (0, b"7z\xbc\xaf", "a 7-Zip archive", _UNPACK),
    (0, b"Rar!", "a RAR archive", _UNPACK),
    (0, b"BZh", "a compressed file", _UNPACK),
    (0, b"\xfd7zXZ", "a compressed file", _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a compressed file", _UNPACK),
    (257, b"ustar", "a tar archive", _UNPACK),
    (0, b"PK\x05\x06", "an empty zip file", "Add the files to it, and resend it."),
)
"""Place of the first byte, the bytes, what such a file is, and what to do instead."""

_TEXT_SIGNATURES: Final = (
    (
        re.compile(
            # Possessive: a file that begins with many comments and is no dump is given up at once.
            rb"\s*+(?:(?:--[^\n]*|/\*.*?\*/;?|set [^\n]*;|use [^\n]*;|begin[^\n]*;)\s*+)*+"
            rb"(?:(?:create|drop) (?:table|database|schema)\b[^,\n]*[(;]|insert into\b[^,\n]*\()",
            re.IGNORECASE | re.DOTALL,
        ),
        "a database dump in SQL",
        _DATABASE,
    ),
    (
        re.compile(rb"-- (?:mysql|mariadb|postgresql|phpmyadmin)", re.IGNORECASE),
        "a database dump in SQL",
        _DATABASE,
    ),
    (
        re.compile(
            rb"(?:received|return-path|mime-version|from): [^\n]+\n[a-z-]+: ", re.IGNORECASE
        ),
        "an e-mail",
        "Save its attachment, and send that.",
    ),
)

_PACKAGE_PARTS: Final = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("Index/Document.iwa", "a Numbers or Pages document"),
    ("doc.kml", "a map (KMZ)"),
)
_OLE_DOCUMENTS: Final = (
    ("WordDocument", "a Word document"),
    ("PowerPoint Document", "a PowerPoint presentation"),
    ("__properties_version1.0", "an Outlook message"),
)


def refuse_file_without_table(name: str, content: bytes) -> None:
    """Refuse a file of a kind that Cairn does not read, by its first bytes.

    Args:
        name: name of the file.
        content: its bytes.

    Raises:
        UnreadableFile: says what the file is, and what to send instead.
    """
    for place, signature, kind, advice in _SIGNATURES:
        if content.startswith(signature, place):
            raise _describe_kind(name, kind, advice)
    start = content[:_START_BYTES].removeprefix(b"\xef\xbb\xbf")
    for pattern, kind, advice in _TEXT_SIGNATURES:
        if pattern.match(start):
            raise _describe_kind(name, kind, advice)


def refuse_document_package(name: str, members: Collection[str]) -> None:
    """Refuse a zip file that is a document of another program, by the names of its parts.

    Raises:
        UnreadableFile: says what the file is, and what to send instead.
    """
    for part, kind in _PACKAGE_PARTS:
        if part in members:
            raise _describe_kind(name, kind, _EXPORT)


def refuse_old_document(name: str, content: bytes) -> None:
    """Refuse a file of an older Office program other than Excel, by the names of its streams.

    Raises:
        UnreadableFile: says what the file is, and what to send instead.
    """
    for stream, kind in _OLE_DOCUMENTS:
        if stream.encode("utf-16-le") in content:
            raise _describe_kind(name, kind, _EXPORT)


def _describe_kind(name: str, kind: str, advice: str) -> UnreadableFile:
    return UnreadableFile(f"{name} is {kind}. {advice}")
