"""Measure a workbook before it is opened.

The reader of workbooks makes a place in memory for every cell from the first to the last one in
use. A workbook of two kilobytes with one cell in the last corner, XFD1048576, would take hundreds
of gigabytes, and the process dies without an exception. So the addresses of the cells are read
first, in a stream.

Only cells with content count: programs often write formats, or a <dimension>, down to the last
row, and the reader drops those.

Files of the old .xls format are not measured. Its sheets end at IV65536, which fits the limit.
"""

import re
import zipfile
import zlib
from io import BytesIO
from typing import IO, Final
from xml.parsers import expat  # only addresses are read: no tree is built, nothing is fetched

from cairn.warehouse.schema import UnreadableFile

MAX_CELLS: Final = 20_000_000
"""Cells of all sheets of a workbook, each sheet from A1 to its last row and last column in use.

A sheet of 1,048,576 rows, the most that Excel has, may use 19 columns. Read as text, a full cell
takes about 170 bytes and an empty one 30: this limit is 3.4 GB, and 36 seconds of work.
"""

_SPARSE_SHARE: Final = 0.1
"""Below this share of cells with content the table is small, and some cell lies far from it."""

_CHUNK_BYTES: Final = 1 << 18
_COLUMN_LETTERS: Final = re.compile("[A-Z]{1,8}")
_ROW_DIGITS: Final = re.compile("[0-9]{1,12}")


class _NotASheet(Exception):
    """The part of the workbook holds no cells."""


class _UsedArea:
    """The last row and the last column of a sheet with content, and how many cells have some."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0
        self.filled = 0

    def include(self, row: int, column: int, filled: int = 1) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        self.filled += filled

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    @property
    def last_cell(self) -> str:
        """The address of the last cell, as Excel writes it."""
        letters, column = "", self.columns
        while column:
            column, letter = divmod(column - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.rows}"


class _UsedAreas:
    """The used areas of all sheets of a workbook so far."""

    def __init__(self, file_name: str) -> None:
        self._file_name = file_name
        self._areas: list[_UsedArea] = []

    def add_sheet(self) -> _UsedArea:
        self._areas.append(_UsedArea())
        return self._areas[-1]

    def check(self) -> None:
        """Raise UnreadableFile once there are too many cells."""
        if sum(area.cells for area in self._areas) <= MAX_CELLS:
            return
        largest = max(self._areas, key=lambda area: area.cells)
        if largest.filled < largest.cells * _SPARSE_SHARE:
            raise UnreadableFile(
                f"A sheet of {self._file_name} reaches to cell {largest.last_cell}, although most "
                "of its cells are empty. Delete the rows below and the columns to the right of "
                "the table, save the file, and resend it. Or export the table as CSV."
            )
        raise UnreadableFile(
            f"{self._file_name} has more than {MAX_CELLS:,} cells, too many for a workbook. "
            "Export each sheet as CSV, and send those."
        )


def check_workbook_size(name: str, content: bytes) -> None:
    """Refuse a workbook that has too many cells to be read.

    Args:
        name: name of the file, for the message.
        content: bytes of an .xlsx, .xlsb or .ods file.

    Raises:
        UnreadableFile: the workbook has more than ``MAX_CELLS`` cells, or is damaged.
    """
    areas = _UsedAreas(name)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as part:
                    if entry.filename.lower().endswith(".bin"):
                        _measure_binary_part(entry.filename, part, areas)
                    else:
                        _measure_xml_part(part, areas)
    except RuntimeError as error:  # how zipfile says that a part is encrypted
        raise UnreadableFile(
            f"{name} has a password. Save it without one and resend it."
        ) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
    ) as error:
        raise UnreadableFile(
            f"{name} is damaged or cut off. Open it in Excel, save it as .xlsx, and resend it."
        ) from error


def _measure_xml_part(part: IO[bytes], areas: _UsedAreas) -> None:
    """Measure a part of an .xlsx or .ods file; its first element says whether it has cells."""
    parser = expat.ParserCreate()
    follower: _ExcelCells | _OpenDocumentCells | None = None

    def choose_follower(element: str, attributes: dict[str, str]) -> None:
        nonlocal follower
        root = element.rpartition(":")[2]
        if root == "worksheet":
            follower = _ExcelCells(areas.add_sheet())
        elif root == "document-content":
            follower = _OpenDocumentCells(areas)
            parser.EndElementHandler = follower.end
        else:
            raise _NotASheet
        parser.StartElementHandler = follower.start

    parser.StartElementHandler = choose_follower
    try:
        while chunk := part.read(_CHUNK_BYTES):
            parser.Parse(chunk)
            if follower is not None:
                follower.flush()
                areas.check()
    except (_NotASheet, expat.ExpatError):
        # The reader forgives some errors of XML, so whether this is one is for the reader to say.
        if follower is not None:
            follower.flush()
            areas.check()


class _ExcelCells:
    """The cells of a sheet of an .xlsx file: `<row r="2"><c r="B2"><v>`."""

    def __init__(self, area: _UsedArea) -> None:
        self._area = area
        self._address: str | None = None
        self._addresses: list[str] = []
        self._row = 0
        self._column = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """Keep the address of each cell with a value; a formula alone is none."""
        if element == "c":
            self._address = attributes.get("r")
            self._column += 1
        elif element == "v" or element == "is":  # noqa: PLR1714 - this runs for every cell
            if self._address is None:
                self._area.include(self._row, self._column)
            else:
                self._addresses.append(self._address)
        elif element == "row":
            self._row, self._column = _parse_count(attributes.get("r"), self._row + 1), 0
        elif ":" in element:
            self.start(element.rpartition(":")[2], attributes)

    def flush(self) -> None:
        """Add the cells so far to the used area, many at a time because there may be millions."""
        addresses = " ".join(self._addresses).upper()
        columns = [_column_number(c) for c in set(_COLUMN_LETTERS.findall(addresses))]
        rows = [int(r) for r in set(_ROW_DIGITS.findall(addresses))]
        self._area.include(max(rows, default=0), max(columns, default=0), len(self._addresses))
        self._addresses.clear()


class _OpenDocumentCells:
    """The cells of the tables of an .ods file, where one element may repeat a million times."""

    _CONTENT_ATTRIBUTES: Final = frozenset({"office:value-type", "table:formula"})

    def __init__(self, areas: _UsedAreas) -> None:
        self._areas = areas
        self._area = _UsedArea()
        self._row = self._column = self._last_column = self._filled = 0
        self._row_repeat = self._cell_repeat = 1

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """Count rows and cells with their repetitions; note the last cell with content."""
        if element in ("table:table-cell", "table:covered-table-cell"):
            self._cell_repeat = _parse_count(attributes.get("table:number-columns-repeated"), 1)
            self._column += self._cell_repeat
            if not self._CONTENT_ATTRIBUTES.isdisjoint(attributes):
                self._note_content()
        elif element == "text:p":
            self._note_content()
        elif element == "table:table-row":
            self._row_repeat = _parse_count(attributes.get("table:number-rows-repeated"), 1)
            self._column = self._last_column = self._filled = 0
        elif element == "table:table":
            self._area, self._row = self._areas.add_sheet(), 0

    def end(self, element: str) -> None:
        """Add a row to the used area, if it has content."""
        if element == "table:table-row":
            self._row += self._row_repeat
            if self._last_column:
                self._area.include(self._row, self._last_column, self._filled * self._row_repeat)

    def flush(self) -> None:
        """Do nothing: rows are added as they end."""

    def _note_content(self) -> None:
        if self._last_column < self._column:
            self._last_column = self._column
            self._filled += self._cell_repeat


_XLSB_ROW: Final = 0
_XLSB_CELLS: Final = frozenset({*range(2, 12), 62})
"""Types of records of cells with content: BrtCellRk to BrtFmlaError, and BrtCellRString
([MS-XLSB] 2.3)."""


def _measure_binary_part(part_name: str, part: IO[bytes], areas: _UsedAreas) -> None:
    """Measure a sheet of an .xlsb file: records of a type, a size and that many bytes."""
    if "worksheets/" not in part_name.lower():
        return
    area, content = areas.add_sheet(), part.read()
    position, row = 0, 0
    while position < len(content):
        kind, position = _read_variable_integer(content, position)
        size, position = _read_variable_integer(content, position)
        first_number = int.from_bytes(content[position : position + 4], "little")
        if kind == _XLSB_ROW:
            row = first_number + 1
            areas.check()
        elif kind in _XLSB_CELLS:
            area.include(row, first_number + 1)
        position += size
    areas.check()


def _read_variable_integer(content: bytes, position: int) -> tuple[int, int]:
    """Read up to four bytes of seven bits each; the highest bit says that another follows."""
    number = 0
    for index, byte in enumerate(content[position : position + 4]):
        number |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:  # noqa: PLR2004 - the highest bit
            return number, position + index + 1
    return number, position + 4


def _parse_count(text: str | None, default: int) -> int:
    digits = _ROW_DIGITS.match(text or "")
    return int(digits[0]) if digits else default


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
