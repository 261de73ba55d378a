"""Join the tables of a OneRoster API: users with their demographics, and ended enrollments."""

from collections.abc import Sequence
from dataclasses import replace

import pyarrow.compute as pc

from cairn.warehouse.readers.interchange import oneroster_records as records
from cairn.warehouse.readers.interchange.table_joins import join_columns
from cairn.warehouse.schema import ReadNote, RowKind, Sheet

__all__ = ["join_api_sheets"]


def join_api_sheets(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Join the demographics of a OneRoster API to its users, and end its deleted enrollments.

    Of a record that the file has more than once, which happens while pages of it are read, the one
    that was modified last counts. Deleted users stay marked, so that a file of changes can delete
    them; the column mapping leaves them out of a whole file.

    Args:
        sheets: the tables of a JSON file.

    Returns:
        The tables; the same ones if they are none of OneRoster.
    """
    sheets = [records.keep_latest_records(sheet) for sheet in sheets]
    demographics = next((s for s in sheets if s.name == records.DEMOGRAPHICS), None)
    joined = []
    for sheet in sheets:
        if not {*sheet.header} >= records.API_COLUMNS:
            joined.append(sheet)
        elif "user.sourcedId" in sheet.header:
            joined.append(_end_api_spells(sheet))
        elif demographics and sheet.name != records.DEMOGRAPHICS:
            joined.append(_join_api_demographics(sheet, demographics))
        elif "familyName" in sheet.header:
            joined.append(replace(sheet, joined=records.make_empty_demographics()))
        else:
            joined.append(sheet)
    is_joined = any(sheet.sources for sheet in joined)
    return [s for s in joined if not (is_joined and s.name == records.DEMOGRAPHICS)]


def _end_api_spells(sheet: Sheet) -> Sheet:
    table, ended = records.end_deleted_spells(sheet.table)
    # An enrollment that ended is a row like any other, also in a file of changes.
    status = pc.if_else(records.find_deleted_rows(table), "", table["status"])
    table = table.set_column(table.column_names.index("status"), "status", status)
    left_out = {RowKind.DELETED: sheet.table.num_rows - table.num_rows}
    made = replace(
        records.make_joined_sheet(sheet.name, table, sheet, left_out, ()), sources=sheet.sources
    )
    return records.note_ended_enrollments(made, ended)


def _join_api_demographics(users: Sheet, demographics: Sheet) -> Sheet:
    """Join the current demographics to the users of an API; they have the same key."""
    if records.KEY not in demographics.header:
        return users
    current = records.filter_current_rows(demographics.table)
    table = join_columns(users.table, records.KEY, current, {}, records.KEY)
    made = records.make_joined_sheet(
        users.name, table, users, {}, [users.name, records.DEMOGRAPHICS]
    )
    message = "Rows of “demographics”, joined to their users."
    counted = ReadNote("joined_demographics", message, demographics.table.num_rows)
    unmatched = records.note_unmatched_rows(demographics, users.table)
    # A column that is empty in each record of a JSON file is not there.
    known = [*made.header, *records.make_empty_demographics().header]
    added = [name for name in dict.fromkeys(known) if name not in users.header]
    joined = records.select_joined_columns(demographics, added)
    return replace(made, notes=(*made.notes, counted, *unmatched), joined=joined)
