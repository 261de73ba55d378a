"""Join the tables of a OneRoster API: users with their demographics, and ended enrollments."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.readers.interchange import oneroster_records as records
from cairn.warehouse.readers.interchange.table_joins import join_columns
from cairn.warehouse.schema import ROW_COLUMN, ReadNote, RowKind, Sheet

__all__ = ["join_api_sheets"]

_USER_KEY: Final = "user.sourcedId"
_USER_IDENTIFIER: Final = "user.identifier"
_NAMED_ROWS: Final = 5


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
    sheets = [_find_named_users(sheet, sheets) for sheet in sheets]
    demographics = next((s for s in sheets if s.name == records.DEMOGRAPHICS), None)
    joined = []
    for sheet in sheets:
        if not {*sheet.header} >= records.API_COLUMNS:
            joined.append(sheet)
        elif _USER_KEY in sheet.header:
            joined.append(_end_api_spells(sheet))
        elif demographics and sheet.name != records.DEMOGRAPHICS:
            joined.append(_join_api_demographics(sheet, demographics))
        elif "familyName" in sheet.header:
            joined.append(replace(sheet, joined=records.make_empty_demographics()))
        else:
            joined.append(sheet)
    is_joined = any(sheet.sources for sheet in joined)
    return [s for s in joined if not (is_joined and s.name == records.DEMOGRAPHICS)]


def _find_named_users(sheet: Sheet, sheets: Sequence[Sheet]) -> Sheet:
    """Find the ``sourcedId`` of users that a table names by their ``identifier`` alone.

    OneRoster refers to a user by the ``sourcedId`` (1EdTech OneRoster 1.1 and 1.2, GUIDRef). An
    identifier is as good where one current user of the file has it. Otherwise the row stays
    without a user: two users with one identifier may be two children.
    """
    if not {*sheet.header} >= records.API_COLUMNS | {_USER_IDENTIFIER}:
        return sheet
    has_keys = _USER_KEY in sheet.header
    blanks = [None] * sheet.table.num_rows
    keys = sheet.table[_USER_KEY].to_pylist() if has_keys else blanks
    identifiers = sheet.table[_USER_IDENTIFIER].to_pylist()
    users = _list_users_by_identifier(sheets)
    filled, rows = [], list[int]()
    for key, identifier, row in zip(
        keys, identifiers, sheet.table[ROW_COLUMN].to_pylist(), strict=True
    ):
        matches = users.get((identifier or "").strip(), frozenset())
        is_unclear = bool(not key and identifier and len(matches) != 1)
        rows += [row] * is_unclear
        filled.append(next(iter(matches)) if not key and len(matches) == 1 else key)
    column = pa.array(filled, pa.string())
    names = sheet.table.column_names
    place = names.index(_USER_KEY) if has_keys else names.index(ROW_COLUMN)
    table = sheet.table.remove_column(place) if has_keys else sheet.table
    header = sheet.header if has_keys else (*sheet.header, _USER_KEY)
    found = replace(sheet, header=header, table=table.add_column(place, _USER_KEY, column))
    if not rows:
        return found
    message = (
        f"Rows of “{sheet.name}” that name their user by an identifier alone, which no user of the "
        "file, or more than one, has. They have no student. Send them with the sourcedId of the "
        "user."
    )
    note = ReadNote("unclear_users", message, len(rows), tuple(rows[:_NAMED_ROWS]))
    return replace(found, notes=(*found.notes, note))


def _list_users_by_identifier(sheets: Sequence[Sheet]) -> Mapping[str, Set[str]]:
    """List the keys of the current users by their identifier."""
    users = defaultdict[str, set[str]](set)
    for sheet in sheets:
        if {*sheet.header} >= records.API_COLUMNS | {"familyName", "identifier"}:
            current = records.filter_current_rows(sheet.table)
            cells = zip(
                current["identifier"].to_pylist(), current[records.KEY].to_pylist(), strict=True
            )
            for identifier, key in cells:
                if key and (name := (identifier or "").strip()):
                    users[name].add(key)
    return users


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
