"""Define what every reader returns: sheets of text, each row with its place in the file."""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

__all__ = [
    "CELL_COLUMN",
    "HEADING_COLUMN",
    "ROW_COLUMN",
    "SHEET_COLUMN",
    "ReadNote",
    "Sheet",
    "UnreadableFile",
]

ROW_COLUMN: Final = "__row"
"""The column with a row's line in the file, or its row in the workbook, counted from 1."""


class UnreadableFile(Exception):
    """A file that cannot be read; the message says what to do and holds no value of the file."""


@dataclass(frozen=True, slots=True)
class ReadNote:
    """A remark about a file for the quality report; it never holds a value of the file.

    Attributes:
        code: the kind of remark.
        message: the remark in words.
        count: number of rows or columns that it is about.
        rows: numbers of the first few rows.
    """

    code: str
    message: str
    count: int = 1
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file.

    Attributes:
        name: name of the sheet, or of the file.
        header: headings of the columns.
        table: the rows as text, one column for each heading, and ``__row``: the number of the row
            in the file.
        notes: remarks about how it was read.
        misfits: numbers of the rows with more cells than the header. It is unknown which cell
            belongs to which column, so they are not in the table and are never written.
    """

    name: str
    header: tuple[str, ...]
    table: pa.Table
    notes: tuple[ReadNote, ...] = ()
    misfits: tuple[int, ...] = ()


SHEET_COLUMN: Final = "__sheet"
HEADING_COLUMN: Final = "(heading)"
CELL_COLUMN: Final = "(cell)"
