"""Detect the format of a file by its content, and read it into sheets of text, in memory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final, Protocol

import pyarrow as pa

from cairn.warehouse.readers import (
    archive,
    excel,
    file_signatures,
    parquet,
    statistics_files,
    workbook_size,
)
from cairn.warehouse.readers.file_content import FileContent
from cairn.warehouse.readers.interchange import (
    edfi,
    hmis,
    json_records,
    markup_workbooks,
    oneroster,
    student_tracker,
    xml_records,
)
from cairn.warehouse.readers.surveys import survey_sheets
from cairn.warehouse.readers.text import delimited, fixed_width, large_files
from cairn.warehouse.readers.text.large_files import ColumnChooser
from cairn.warehouse.schema import (
    FixedWidthColumn,
    ReadNote,
    Sheet,
    UnreadableFile,
    has_encoding_metadata,
)

__all__ = ["FileReader", "read_file"]

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_XML_START: Final = re.compile(rb"<(?:\?xml|!DOCTYPE|!--|[A-Za-z_])")
_WITHOUT_TABLE: Final = frozenset(
    {".md", ".pdf", ".doc", ".docx", ".htm", ".html", ".jpg", ".jpeg", ".png", ".rtf"}
)


class FileReader(Protocol):
    """A way to read a file: ``read_file``, or ``read_file_in_child_process`` for an upload."""

    def __call__(
        self,
        name: str,
        content: bytes | memoryview | FileContent,
        *,
        skip_rows: int | None = None,
        fixed_width: Sequence[FixedWidthColumn] = (),
    ) -> list[Sheet]:
        """Read every table in a file."""


def read_file(
    name: str,
    content: bytes | memoryview | FileContent,
    *,
    skip_rows: int | None = None,
    keep_totals: bool = False,
    fixed_width: Sequence[FixedWidthColumn] = (),
    choose_columns: ColumnChooser | None = None,
) -> list[Sheet]:
    """Read every table in a file, in this process.

    A file that a partner uploads to the server is read by ``read_file_in_child_process``.

    Args:
        name: name of the file.
        content: its bytes, or content that can be opened.
        skip_rows: lines above the header, as the column mapping says; None to find the header.
        keep_totals: whether lines with totals are records, as in a table of counts.
        fixed_width: the layout of a file of fixed width; empty for any other file.
        choose_columns: chooses from a header the columns that the caller reads. The table of a
            large file then has no others; that of any other file has all.

    Returns:
        The sheets: one for a CSV file, one for each tab of a workbook, and so on.

    Raises:
        UnreadableFile: the file cannot be read; says what the sender should do instead.
    """
    options = _ReadOptions(skip_rows, keep_totals, tuple(fixed_width), choose_columns)
    try:
        sheets = _read_large_text(name, content, options) or _read_by_format(
            name,
            content.read() if isinstance(content, FileContent) else bytes(content),
            options,
        )
        return survey_sheets.finish_survey_sheets(_file_stem(name), sheets)
    except MemoryError as error:
        raise UnreadableFile(
            f"{name} needs more memory than it may use. Export its table as CSV, or send it in "
            "parts."
        ) from error


@dataclass(frozen=True, slots=True)
class _ReadOptions:
    """How a file is read: lines above the header, whether totals are records, fixed widths.

    ``choose_columns`` chooses the columns that are wanted of a large file; None for all.
    """

    skip_rows: int | None
    keep_totals: bool
    fixed_width: tuple[FixedWidthColumn, ...]
    choose_columns: ColumnChooser | None = None

    def choose_text_columns(self) -> ColumnChooser | None:
        """Return what chooses the columns of a text file, with those that its reader needs."""
        choose = self.choose_columns
        return (
            None
            if choose is None
            else lambda header: {*choose(header), *student_tracker.READ_COLUMNS}
        )

    def read_workbook(self, name: str, content: bytes) -> list[Sheet]:
        """Read a workbook."""
        return excel.read_workbook_sheets(
            name, content, self.skip_rows, keep_totals=self.keep_totals
        )

    def read_markup(self, name: str, content: bytes) -> list[Sheet]:
        """Read a web page, or a workbook in XML; no sheet of any other file."""
        if markup_workbooks.is_html(content):
            read = markup_workbooks.read_html_sheets
        elif markup_workbooks.is_xml_workbook(content):
            read = markup_workbooks.read_xml_workbook_sheets
        else:
            return []
        return read(name, content, self.skip_rows, keep_totals=self.keep_totals)

    def read_text(self, name: str, content: bytes) -> Sheet:
        """Read a text file, by its layout if it has one."""
        if self.fixed_width:
            return fixed_width.read_fixed_width_sheet(name, content, self.fixed_width)
        return student_tracker.strip_id_marks(
            delimited.read_delimited_sheet(
                name, content, self.skip_rows, keep_totals=self.keep_totals
            )
        )


def _read_large_text(
    name: str, content: bytes | memoryview | FileContent, options: _ReadOptions
) -> list[Sheet]:
    """Read a large file of delimited text block by block; no sheet if it must be read whole."""
    if not isinstance(content, FileContent) or content.size < large_files.LARGE_FILE_BYTES:
        return []
    with content.open() as file:
        head = file.read(large_files.HEAD_BYTES)
    is_other = options.fixed_width or head.startswith((archive.GZIP_MAGIC, _ZIP, _OLE))
    if is_other or head.isspace() or _find_table_format(name, head):
        return []
    file_signatures.refuse_file_without_table(name, head)
    sheet = large_files.read_large_sheet(
        _file_stem(name),
        content,
        options.skip_rows,
        keep_totals=options.keep_totals,
        choose_columns=options.choose_text_columns(),
    )
    return [student_tracker.strip_id_marks(sheet)] if sheet else []


def _find_table_format(name: str, content: bytes) -> str:
    """Return the format of a file by its first bytes; empty for text in columns."""
    if content.startswith(parquet.PARQUET_MAGIC):
        return "Parquet"
    if program := statistics_files.find_statistics_format(content):
        return program
    if markup_workbooks.is_html(content):
        return "HTML"
    if _is_xml(content):
        return "XML"
    return "JSON" if json_records.is_json(name, content) else ""


def _read_by_format(name: str, content: bytes, options: _ReadOptions) -> list[Sheet]:
    if not content or content.isspace():
        raise UnreadableFile(f"{name} is empty. Export it again and resend it.")
    if content.startswith(archive.GZIP_MAGIC):
        member, unpacked = archive.unpack_gzip(name, content)
        return _read_by_format(member, unpacked, options)
    if content.startswith(_ZIP):
        return _read_zip(name, content, options)
    file_signatures.refuse_file_without_table(name, content)
    if content.startswith(_OLE):
        file_signatures.refuse_old_document(name, content)
        return options.read_workbook(name, content)
    return options.read_markup(name, content) or _read_tables(
        _file_stem(name), name, content, options
    )


def _read_tables(stem: str, name: str, content: bytes, options: _ReadOptions) -> list[Sheet]:
    """Read a file that is neither an archive nor a workbook."""
    kind = _find_table_format(name, content)
    if kind == "Parquet":
        is_encoded = has_encoding_metadata(pa.BufferReader(content))
        read = parquet.read_encoded_sheet if is_encoded else parquet.read_parquet_sheet
        return [read(stem, content)]
    if kind == "XML":
        if edfi.is_edfi(content):
            return edfi.read_edfi_sheets(content)
        return xml_records.read_xml_sheets(stem, content)
    if kind == "JSON":
        return json_records.read_json_sheets(stem, content, keep_totals=options.keep_totals)
    if kind:
        return [statistics_files.read_statistics_sheet(stem, content, kind)]
    return [options.read_text(stem, content)]


def _read_zip(name: str, content: bytes, options: _ReadOptions) -> list[Sheet]:
    names = archive.list_member_names(content)
    file_signatures.refuse_document_package(name, names)
    if "[Content_Types].xml" in names or "mimetype" in names:
        archive.check_archive_size(name, content)
        workbook_size.check_workbook_size(name, content)
        return options.read_workbook(name, content)
    return _read_archive(name, content, options)


def _read_archive(name: str, content: bytes, options: _ReadOptions) -> list[Sheet]:
    sheets: dict[str, Sheet] = {}
    folders: dict[PurePath, dict[str, Sheet]] = {}
    unread: list[ReadNote] = []
    for path, member_content in archive.read_members(name, content):
        member = PurePath(path).name
        if PurePath(member).suffix.lower() in _WITHOUT_TABLE:
            message = f"The file {member} in the zip file is no table and was not read."
            unread.append(ReadNote("file_without_table", message))
            continue
        for member_sheet in _read_by_format(member, member_content, options):
            sheets[_choose_sheet_name(member_sheet.name, path, sheets)] = member_sheet
            folders.setdefault(PurePath(path).parent, {}).setdefault(
                member_sheet.name, member_sheet
            )
    if not sheets:
        raise UnreadableFile(f"{name} contains no tables. Send CSV or Excel files.")
    if any(parquet.is_encoded_sheet(sheet) for sheet in sheets.values()):
        raise UnreadableFile(
            f"{name} is a zip file that contains encoded records. Send only the file "
            "that cairn encode wrote, for one project and without names."
        )
    exports = [f for f in folders.values() if oneroster.is_oneroster(f) or hmis.is_hmis(f)]
    if len(exports) > 1:
        raise UnreadableFile(
            f"{name} contains several OneRoster or HMIS exports. Send each by itself."
        )
    if oneroster.is_oneroster(sheets):
        sheets |= {s.name: s for s in oneroster.join_oneroster_sheets(sheets)}
    if hmis.is_hmis(sheets):
        sheets = {s.name: s for s in hmis.join_hmis_sheets(sheets)}
    return [replace(s, name=n, notes=(*s.notes, *unread)) for n, s in sheets.items()]


def _choose_sheet_name(sheet: str, path: str, taken: dict[str, Sheet]) -> str:
    """Choose a name that no table has yet: with its folder or zip file, else with a number."""
    stems = [_file_stem(path), PurePath(path).parent.name]
    names = [sheet, *(f"{stem}/{sheet}" for stem in stems if stem not in ("", sheet))]
    numbered = (f"{sheet} {number}" for number in range(2, len(taken) + 3))
    return next(name for name in (*names, *numbered) if name not in taken)


def _is_xml(content: bytes) -> bool:
    start = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(_XML_START.match(start))


def _file_stem(name: str) -> str:
    return PurePath(name).stem
