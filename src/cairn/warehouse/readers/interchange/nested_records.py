"""Turn nested records into sheets: objects of JSON, and elements of XML.

An object is a row, and a nested value a column of its path: ``name.first``. A list of objects in a
row is a sheet of its own; its rows keep the values of the row that they belong to, as
``parent.id``.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cairn.warehouse.readers.record_rows import RecordRows
from cairn.warehouse.readers.sheet_builder import RowCounts, build_sheet_from_rows
from cairn.warehouse.schema import ReadNote, Sheet, UnreadableFile

_PARENT: Final = "parent."
_HALF_CHARACTER: Final = re.compile("[\ud800-\udfff]")
_SEPARATOR: Final = "; "


@dataclass(slots=True)
class NestedRecords:
    """The tables of a file so far, by name.

    Attributes:
        name: name of the file, and of the table of its records.
        notes: remarks about how the file was read.
        keep_totals: whether totals are records, as in a table of counts.
        tables: the rows of each table.
        array_sheet: the sheet of a file of arrays.
        cut_characters: number of characters that were cut in half.
    """

    name: str
    notes: list[ReadNote]
    keep_totals: bool = False
    tables: dict[str, RecordRows] = field(default_factory=dict)
    array_sheet: Sheet | None = None
    cut_characters: int = 0

    def build_sheets(self) -> list[Sheet]:
        """Build the sheets."""
        if self.cut_characters:
            message = "Characters that were cut in half. Cairn replaced them with a sign."
            self.add_note("cut_characters", message, self.cut_characters)
        if self.array_sheet:
            return [self.array_sheet]
        if not any(rows.columns for rows in self.tables.values()):
            raise UnreadableFile(
                "The file holds no records. Export it again, with one entry for each record."
            )
        return [rows.build_sheet(name, self.notes) for name, rows in self.tables.items()]

    def add_note(self, code: str, message: str, count: int = 1) -> None:
        """Add a remark for the report."""
        self.notes.append(ReadNote(code, message, count))

    def read_list(self, values: Sequence[Any]) -> None:
        """Read a list of records, or of arrays with the header first."""
        if values and all(isinstance(value, list) for value in values):
            self._read_arrays(values)
            return
        for value in values:
            self.add_record(self.name, value, {})

    def _read_arrays(self, rows: Sequence[Sequence[Any]]) -> None:
        """Read rows, the header first, as a statistical office sends them."""
        cells = [[self._format_value(cell) for cell in row] for row in rows]
        numbered = list(enumerate(cells, 1))[1:]
        counts = RowCounts(len(rows), keep_totals=self.keep_totals)
        self.array_sheet = build_sheet_from_rows(self.name, cells[0], numbered, self.notes, counts)

    def read_wrapper(self, wrapper: dict[str, Any]) -> None:
        """Read an object around the records: its lists of objects are the tables."""
        cells: dict[str, str] = {}
        lists: dict[str, list[Any]] = {}
        self._flatten(wrapper, "", cells, lists)
        if not lists:
            self.add_record(self.name, wrapper, {})
            return
        if cells:
            message = "Values beside the lists of records, such as page numbers, were not read."
            self.add_note("wrapper_fields", message, len(cells))
        for path, values in lists.items():
            for value in values:
                self.add_record(path, value, {})

    def add_record(
        self, table: str, value: Any, parent: Mapping[str, str], line: int | None = None
    ) -> None:
        """Add a record, and the records that its lists hold."""
        record = _make_record(value)
        cells: dict[str, str] = {}
        lists: dict[str, list[Any]] = {}
        self._flatten(record, "", cells, lists)
        cells |= {_PARENT + name: cell for name, cell in parent.items()}
        rows = self.tables.setdefault(table, RecordRows())
        rows.add_row(line or len(rows.places) + 1, cells)
        for path, values in lists.items():
            nested = path if table == self.name else f"{table}.{path}"
            for child in values:
                self.add_record(nested, child, cells)

    def _flatten(
        self, record: dict[str, Any], path: str, cells: dict[str, str], lists: dict[str, list[Any]]
    ) -> None:
        for key, value in record.items():
            name = self._repair_text(f"{path}.{key}" if path else key)
            if isinstance(value, dict):
                self._flatten(value, name, cells, lists)
            elif isinstance(value, list) and any(isinstance(v, dict | list) for v in value):
                lists[name] = value
            elif text := self._format_value(value):
                cells[name] = text

    def _format_value(self, value: Any) -> str:
        """Write a value as a person would type it; a list of values with semicolons."""
        if isinstance(value, str):
            return self._repair_text(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return _SEPARATOR.join(map(self._format_value, value))
        return "" if value is None else self._repair_text(json.dumps(value, ensure_ascii=False))

    def _repair_text(self, text: str) -> str:
        """Replace half a character, which a program left that cut a text off."""
        if text.isascii():
            return text
        repaired, count = _HALF_CHARACTER.subn("\ufffd", text)
        self.cut_characters += count
        return repaired


def _make_record(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {f"column {i}": cell for i, cell in enumerate(value, 1)}
    return {"value": value}
