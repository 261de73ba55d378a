"""Recognize an export of a homeless management system: the HUD HMIS CSV format.

The format is a set of CSV files with an ``Export.csv`` that describes it (HMIS CSV Format
Specifications, HUD). A stay is a row of ``Enrollment``; its end is in ``Exit`` and its program in
``Project``. Rows with a ``DateDeleted`` are no longer true.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.readers.interchange.table_joins import join_columns
from cairn.warehouse.schema import ReadNote, RowKind, Sheet

_REQUIRED: Final = frozenset({"Export", "Client", "Enrollment"})
_DELETED: Final = "DateDeleted"
_JOINS: Final = (
    ("Exit", "EnrollmentID", ("ExitDate", "Destination")),
    ("Project", "ProjectID", ("ProjectName", "ProjectType")),
)


def is_hmis(sheets: Mapping[str, Sheet]) -> bool:
    """Return whether an archive has the tables that every HMIS export has."""
    return sheets.keys() >= _REQUIRED and "PersonalID" in sheets["Client"].header


def join_hmis_sheets(sheets: Mapping[str, Sheet]) -> list[Sheet]:
    """Leave out deleted rows, and give each enrollment its exit and its project.

    Args:
        sheets: the tables of the archive by name.

    Returns:
        All tables. ``Enrollment`` has ``ExitDate``, ``Destination``, ``ProjectName`` and
        ``ProjectType`` too.
    """
    current = {name: _leave_out_deleted(sheet) for name, sheet in sheets.items()}
    enrollments = current["Enrollment"]
    for name, key, columns in _JOINS:
        if other := current.get(name):
            table = join_columns(
                enrollments.table, key, other.table, dict(zip(columns, columns, strict=True)), key
            )
            added = [c for c in table.column_names if c not in enrollments.table.column_names]
            enrollments = replace(enrollments, header=(*enrollments.header, *added), table=table)
    current["Enrollment"] = enrollments
    message = f"HUD HMIS CSV export of {len(sheets)} tables."
    note = ReadNote("hmis", message, len(sheets))
    return [replace(sheet, notes=(*sheet.notes, note)) for sheet in current.values()]


def _leave_out_deleted(sheet: Sheet) -> Sheet:
    if _DELETED not in sheet.header:
        return sheet
    filled = pc.not_equal(pc.utf8_trim_whitespace(pc.fill_null(sheet.table[_DELETED], "")), "")
    if not (count := pc.sum(filled).as_py()):
        return sheet
    left_out = (*sheet.left_out, RowKind.DELETED.count_rows(count))
    kept: pa.Table = sheet.table.filter(pc.invert(filled))
    return replace(sheet, table=kept, left_out=left_out)
