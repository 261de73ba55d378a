"""Define what every reader returns: sheets of text, each row with its place in the file."""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

ROW_COLUMN: Final = "__row"
"""The column with a row's line in the file, or its row in the workbook, counted from 1."""


class UnreadableFile(Exception):
    """A file that cannot be read; the message says what to do and holds no value of the file."""


@dataclass(frozen=True, slots=True)
class ReadNote:
    """A remark about a file for the quality report; it never holds a value of the file.

    ``count`` is how many rows or columns it is about; ``rows`` the first few row numbers.
    """

    code: str
    message: str
    count: int = 1
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: ``table`` has the columns of ``header``, all text, and ``__row``.

    ``misfits`` are rows with more cells than the header: it is unknown which cell belongs to
    which column, so they are not in the table and are never written.
    """

    name: str
    header: tuple[str, ...]
    table: pa.Table
    notes: tuple[ReadNote, ...] = ()
    misfits: tuple[int, ...] = ()


SHEET_COLUMN: Final = "__sheet"
HEADING_COLUMN: Final = "(heading)"
CELL_COLUMN: Final = "(cell)"
