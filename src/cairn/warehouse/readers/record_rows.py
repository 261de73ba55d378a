"""Collect records of unknown columns: elements of XML, objects of JSON."""

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from cairn.warehouse.readers.sheet_builder import build_sheet, check_width
from cairn.warehouse.schema import ReadNote, Sheet, UnreadableFile

MAX_CELLS: Final = 200_000_000
"""Cells of one table: its rows times the columns that any of them has. One takes at least 8 bytes.

A million students with 150 columns fit. A file of three megabytes in which each of 100,000 rows has
a column of its own does not: 80 GB."""


class RecordRows:
    """Collect the rows of one table by column; a column first seen late is filled up."""

    def __init__(self) -> None:
        self.places: list[int] = []
        self.columns: dict[str, list[str | None]] = {}

    def add_row(self, place: int, cells: Mapping[str, str]) -> None:
        """Add a row.

        Args:
            place: its line or its number in the file.
            cells: its cells by column; a column that it lacks is empty.

        Raises:
            UnreadableFile: the table has too many columns, or more than ``MAX_CELLS`` cells.
        """
        for name, value in cells.items():
            column = self.columns.setdefault(name, [])
            column.extend([None] * (len(self.places) - len(column)))
            column.append(value)
        self.places.append(place)
        check_width(len(self.columns))
        if len(self.columns) * len(self.places) > MAX_CELLS:
            raise UnreadableFile(
                f"The file has more than {MAX_CELLS:,} cells of one kind. Send it in parts."
            )

    def build_sheet(self, name: str, notes: Sequence[ReadNote]) -> Sheet:
        """Build the sheet; every row is a record."""
        columns = []
        for column in self.columns.values():
            column.extend([None] * (len(self.places) - len(column)))
            columns.append(pa.array(column, pa.string()))
        places = pa.array(self.places, pa.int64())
        return build_sheet(name, list(self.columns), columns, places, notes)
