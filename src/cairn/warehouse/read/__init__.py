"""Files of partners → sheets of text. Everything happens in memory; the raw file is never written.

One module per format. What a file is, its content says; its name only helps to say it.
"""

from pathlib import PurePath
from typing import Final

from cairn.warehouse.read import archive, delimited, edfi, encodings, excel, oneroster, parquet
from cairn.warehouse.read.sheet import ROW, ReadNote, Sheet, Unreadable

__all__ = ["ROW", "ReadNote", "Sheet", "Unreadable", "read_file"]

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_OTHERS: Final = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PK\x05\x06": "an empty zip file",
}


def read_file(
    name: str, content: bytes | memoryview, *, skip_rows: int | None = None
) -> list[Sheet]:
    """Every table in a file. ``Unreadable`` says what the sender should do instead.

    ``skip_rows`` is the mapping's: lines above the header; left out, the header is found.
    """
    content = bytes(content)
    if not content or content.isspace():
        raise Unreadable(f"{name} is empty. Export it again and resend it.")
    for start, kind in _OTHERS.items():
        if content.startswith(start):
            raise Unreadable(f"{name} is {kind}. Send the table as CSV, Excel or a zip of those.")
    if content.startswith(parquet.START):
        reader = encodings if encodings.are_in(content) else parquet
        return [reader.read(_stem(name), content)]
    if content.startswith(_OLE):
        return excel.read(name, content, skip_rows)
    if content.startswith(_ZIP):
        names = archive.names(content)
        if "[Content_Types].xml" in names or "mimetype" in names:
            archive.check(name, content)
            return excel.read(name, content, skip_rows)
        return _archive(name, content, skip_rows)
    if _is_xml(content):
        return edfi.read(name, content)
    return [delimited.read(_stem(name), content, skip_rows)]


def _archive(name: str, content: bytes, skip_rows: int | None) -> list[Sheet]:
    sheets: dict[str, Sheet] = {}
    for member, inside in archive.members(name, content):
        if PurePath(member).suffix.lower() in (".md", ".pdf", ".docx", ".html"):
            continue
        for found in read_file(member, inside, skip_rows=skip_rows):
            sheets[_unused(found.name, member, sheets)] = found
    if not sheets:
        raise Unreadable(f"{name} has no tables in it. Send CSV or Excel files.")
    if any(encodings.are(sheet) for sheet in sheets.values()):
        raise Unreadable(
            f"{name} is a zip with encodings in it. Send the file that cairn encode wrote by "
            "itself: one project, and no names beside it."
        )
    if oneroster.is_oneroster(sheets):
        return list((sheets | {s.name: s for s in oneroster.joined(sheets)}).values())
    return [Sheet(n, s.header, s.table, s.notes, s.misfits) for n, s in sheets.items()]


def _unused(sheet: str, member: str, taken: dict[str, Sheet]) -> str:
    return sheet if sheet not in taken else f"{_stem(member)}/{sheet}"


def _is_xml(content: bytes) -> bool:
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"<?xml", b"<Interchange", b"<!DOCTYPE"))


def _stem(name: str) -> str:
    return PurePath(name).stem
