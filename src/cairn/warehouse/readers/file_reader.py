"""Detect the format of a file by its content, and read it into sheets of text, in memory."""

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final, Protocol

import pyarrow as pa

from cairn.warehouse.readers import (
    archive,
    delimited,
    edfi,
    excel,
    oneroster,
    parquet,
    workbook_size,
)
from cairn.warehouse.schema import ReadNote, Sheet, UnreadableFile, has_encoding_metadata

__all__ = ["FileReader", "read_file"]

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"

_UNREADABLE_FORMATS: Final = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"PK\x05\x06": "an empty zip file",
}


class FileReader(Protocol):
    """A way to read a file: ``read_file``, or ``read_file_in_child_process`` for an upload."""

    def __call__(
        self, name: str, content: bytes | memoryview, *, skip_rows: int | None = None
    ) -> list[Sheet]:
        """Read every table in a file."""


def read_file(
    name: str,
    content: bytes | memoryview,
    *,
    skip_rows: int | None = None,
    keep_totals: bool = False,
) -> list[Sheet]:
    """Read every table in a file, in this process.

    A file that a partner uploads to the server is read by ``read_file_in_child_process``.

    Args:
        name: name of the file.
        content: its bytes.
        skip_rows: lines above the header, as the column mapping says; None to find the header.
        keep_totals: whether lines with totals are records, as in a table of counts.

    Returns:
        The sheets: one for a CSV file, one for each tab of a workbook, and so on.

    Raises:
        UnreadableFile: the file cannot be read; says what the sender should do instead.
    """
    try:
        return _read_by_format(name, bytes(content), _ReadOptions(skip_rows, keep_totals))
    except MemoryError as error:
        raise UnreadableFile(
            f"{name} needs more memory than it may use. Export its table as CSV, or send it in "
            "parts."
        ) from error


@dataclass(frozen=True, slots=True)
class _ReadOptions:
    """How a file is read: lines above the header, and whether totals are records."""

    skip_rows: int | None
    keep_totals: bool

    def read_workbook(self, name: str, content: bytes) -> list[Sheet]:
        """Read a workbook."""
        return excel.read_workbook_sheets(
            name, content, self.skip_rows, keep_totals=self.keep_totals
        )


def _read_by_format(name: str, content: bytes, options: _ReadOptions) -> list[Sheet]:
    if not content or content.isspace():
        raise UnreadableFile(f"{name} is empty. Export it again and resend it.")
    for start, kind in _UNREADABLE_FORMATS.items():
        if content.startswith(start):
            raise UnreadableFile(
                f"{name} is {kind}. Send the table as CSV, Excel or a zip of those."
            )
    if content.startswith(parquet.PARQUET_MAGIC):
        read = (
            parquet.read_encoded_sheet
            if has_encoding_metadata(pa.BufferReader(content))
            else parquet.read_parquet_sheet
        )
        return [read(_file_stem(name), content)]
    if content.startswith(_OLE):
        return options.read_workbook(name, content)
    if content.startswith(_ZIP):
        names = archive.list_member_names(content)
        if "[Content_Types].xml" in names or "mimetype" in names:
            archive.check_archive_size(name, content)
            workbook_size.check_workbook_size(name, content)
            return options.read_workbook(name, content)
        return _read_archive(name, content, options)
    if _is_xml(content):
        return edfi.read_edfi_sheets(name, content)
    return [
        delimited.read_delimited_sheet(
            _file_stem(name), content, options.skip_rows, keep_totals=options.keep_totals
        )
    ]


def _read_archive(name: str, content: bytes, options: _ReadOptions) -> list[Sheet]:
    sheets: dict[str, Sheet] = {}
    unread: list[ReadNote] = []
    for member, member_content in archive.read_members(name, content):
        if PurePath(member).suffix.lower() in (".md", ".pdf", ".docx", ".html"):
            message = f"The file {member} in the zip file is no table and was not read."
            unread.append(ReadNote("file_without_table", message))
            continue
        for member_sheet in _read_by_format(member, member_content, options):
            sheets[_choose_sheet_name(member_sheet.name, member, sheets)] = member_sheet
    if not sheets:
        raise UnreadableFile(f"{name} contains no tables. Send CSV or Excel files.")
    if any(parquet.is_encoded_sheet(sheet) for sheet in sheets.values()):
        raise UnreadableFile(
            f"{name} is a zip file that contains encoded records. Send only the file "
            "that cairn encode wrote, for one project and without names."
        )
    if oneroster.is_oneroster(sheets):
        sheets |= {s.name: s for s in oneroster.join_oneroster_sheets(sheets)}
    return [replace(s, name=n, notes=(*s.notes, *unread)) for n, s in sheets.items()]


def _choose_sheet_name(sheet: str, member: str, taken: dict[str, Sheet]) -> str:
    return sheet if sheet not in taken else f"{_file_stem(member)}/{sheet}"


def _is_xml(content: bytes) -> bool:
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"<?xml", b"<Interchange", b"<!DOCTYPE"))


def _file_stem(name: str) -> str:
    return PurePath(name).stem
