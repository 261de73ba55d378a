"""Mend the IDs of a StudentTracker detail file of the National Student Clearinghouse.

The Clearinghouse returns each ID with an underscore, ``0012345_``, so that a spreadsheet does not
take it for a number.
"""

from dataclasses import replace
from typing import Final

import pyarrow.compute as pc

from cairn.warehouse.schema import ReadNote, Sheet

_ID_HEADER: Final = "Your Unique Identifier"
READ_COLUMNS: Final = frozenset({_ID_HEADER})
"""The columns that are read here."""

_HEADERS: Final = frozenset({_ID_HEADER, "Record Found Y/N", "College Code/Branch"})
_MARK: Final = "_"


def strip_id_marks(sheet: Sheet) -> Sheet:
    """Remove the underscore after the IDs of a StudentTracker file.

    Args:
        sheet: any sheet.

    Returns:
        The sheet with a note that counts them; the same sheet if it is of another kind.
    """
    if not {*sheet.header} >= _HEADERS:
        return sheet
    ids = sheet.table[_ID_HEADER]
    marked = pc.sum(pc.ends_with(ids, _MARK)).as_py() or 0
    if not marked:
        return sheet
    place = sheet.table.column_names.index(_ID_HEADER)
    table = sheet.table.set_column(place, _ID_HEADER, pc.utf8_rtrim(ids, _MARK))
    note = ReadNote("id_marks", "IDs with an underscore at the end, which was removed.", marked)
    return replace(sheet, table=table, notes=(*sheet.notes, note))
