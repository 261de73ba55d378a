"""Records of OneRoster, of its CSV and API: deleted ones, the latest version, demographics."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.schema import (
    ENDED_ROWS,
    ROW_COLUMN,
    UNKNOWN_USERS,
    ReadNote,
    RowKind,
    Sheet,
)

KEY: Final = "sourcedId"
DELETED: Final = "tobedeleted"
DEMOGRAPHICS: Final = "demographics"
API_COLUMNS: Final = frozenset({KEY, "status", "dateLastModified"})
"""What every record of the REST binding has (1EdTech OneRoster 1.1 and 1.2)."""

_USER: Final = "userSourcedId"
_NAMED_ROWS: Final = 5


def find_deleted_rows(table: pa.Table) -> pa.ChunkedArray:
    if "status" not in table.column_names:
        return pa.chunked_array([pa.repeat(pa.scalar(value=False), table.num_rows)])
    status = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(table["status"], "")))
    return pc.equal(status, DELETED)


def filter_current_rows(table: pa.Table) -> pa.Table:
    """Return the rows that are not marked as deleted."""
    return table.filter(pc.invert(find_deleted_rows(table)))


def end_deleted_spells(
    table: pa.Table, *, keeps_deleted: bool = False
) -> tuple[pa.Table, tuple[int, ...]]:
    """End the enrollments that were deleted on a known day, and leave out the other deleted ones.

    In a file of changes those stay, marked, and the ones that ended have no mark.

    Returns:
        The rows, and the numbers of those that ended that way.
    """
    deleted = find_deleted_rows(table)
    if "dateLastModified" not in table.column_names:
        return (table if keeps_deleted else table.filter(pc.invert(deleted))), ()
    day = pc.utf8_slice_codeunits(table["dateLastModified"], 0, 10)
    known = pc.and_(
        deleted,
        pc.fill_null(pc.match_substring_regex(day, r"^\d{4}-\d{2}-\d{2}$"), fill_value=False),
    )
    has_column = "endDate" in table.column_names
    end = table["endDate"] if has_column else pa.nulls(len(table), pa.string())
    is_open = pc.equal(pc.fill_null(end, ""), "")
    end = pc.if_else(pc.and_(known, is_open), day, end)
    position = table.column_names.index("endDate") if has_column else table.num_columns
    table = (
        table.set_column(position, "endDate", end)
        if has_column
        else table.add_column(table.column_names.index(ROW_COLUMN), "endDate", end)
    )
    ended = tuple(table[ROW_COLUMN].filter(known).to_pylist())
    if keeps_deleted:
        return (
            set_status(table, pc.if_else(known, "", table["status"])) if ended else table
        ), ended
    return table.filter(pc.or_(pc.invert(deleted), known)), ended


def set_status(table: pa.Table, status: pa.Array | pa.ChunkedArray) -> pa.Table:
    if "status" not in table.column_names:
        return table.add_column(table.column_names.index(ROW_COLUMN), "status", status)
    return table.set_column(table.column_names.index("status"), "status", status)


def keep_latest_records(sheet: Sheet) -> Sheet:
    """Keep of each record of an API the version that was modified last; of two, the later row."""
    if not {*sheet.header} >= API_COLUMNS:
        return sheet
    keys = sheet.table[KEY].to_pylist()
    if len({*keys}) == len(keys):
        return sheet
    latest: dict[str, tuple[datetime, int]] = {}
    times = map(_parse_time, sheet.table["dateLastModified"].to_pylist())
    for index, (key, modified_at) in enumerate(zip(keys, times, strict=True)):
        if key:
            latest[key] = max(latest.get(key, (modified_at, index)), (modified_at, index))
    is_kept = pa.array(not key or latest[key][1] == index for index, key in enumerate(keys))
    older = sheet.table[ROW_COLUMN].filter(pc.invert(is_kept)).to_pylist()
    counted = RowKind.OLDER_RECORD.count_rows(len(older), older)
    table = sheet.table.filter(is_kept)
    return replace(sheet, table=table, left_out=(*sheet.left_out, counted)) if older else sheet


def _parse_time(text: str | None) -> datetime:
    """Parse when a record was modified; a record that does not say it is the oldest."""
    try:
        modified_at = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return modified_at if modified_at.tzinfo else modified_at.replace(tzinfo=UTC)


def make_empty_demographics() -> Sheet:
    """Make the demographics of a file that has users only: those of the students do not change."""
    columns = load_columns()[DEMOGRAPHICS]["optional"]
    header = (KEY, *(name for name in columns if name not in API_COLUMNS))
    fields = [*((name, pa.string()) for name in header), (ROW_COLUMN, pa.int64())]
    return Sheet(DEMOGRAPHICS, header, pa.schema(fields).empty_table())


def select_joined_columns(demographics: Sheet, names: Sequence[str]) -> Sheet:
    """Select the key and the joined columns; a deleted row has empty cells."""
    table, deleted = demographics.table, find_deleted_rows(demographics.table)
    empty = pa.nulls(table.num_rows, pa.string())
    cells = {KEY: table[KEY]}
    for name in names:
        is_there = name in table.column_names
        cells[name] = pc.if_else(deleted, empty, table[name]) if is_there else empty
    rows = pa.table({**cells, ROW_COLUMN: table[ROW_COLUMN]})
    return replace(demographics, header=(KEY, *names), table=rows)


def note_ended_enrollments(sheet: Sheet, ended: tuple[int, ...]) -> Sheet:
    message = "Enrollments that the sender marked as deleted. They end on the day of that change."
    if not ended:
        return sheet
    note = ReadNote(ENDED_ROWS, message, len(ended))
    return replace(sheet, notes=(*sheet.notes, note), ended_rows=ended)


def note_unmatched_rows(demographics: Sheet, students: pa.Table) -> list[ReadNote]:
    """Count the rows of demographics that belong to none of the students."""
    if KEY not in demographics.header or KEY not in students.column_names:
        return []
    keys = students[KEY].combine_chunks()
    matched = pc.sum(pc.is_in(demographics.table[KEY], value_set=keys)).as_py() or 0
    message = "Rows of “demographics” that belong to no student in “users”. They were not read."
    unmatched = demographics.table.num_rows - matched
    return [ReadNote("unmatched_demographics", message, unmatched)] if unmatched else []


def drop_unknown_users(enrollments: pa.Table, users: pa.Table) -> tuple[pa.Table, list[ReadNote]]:
    """Leave the user of an enrollment blank where ``users`` has none with that ``sourcedId``.

    The row has no student then, and is set aside as it lands. Its ID would otherwise be that of a
    student without a name and a birth date.

    Args:
        enrollments: the rows of enrollments.csv.
        users: all rows of users.csv, also of those who are no students or are deleted.

    Returns:
        The rows, and a note that counts the blanks if there are any.
    """
    pointer = enrollments[_USER]
    is_named = pc.not_equal(pc.fill_null(pointer, ""), "")
    is_unknown = pc.and_not(is_named, pc.is_in(pointer, value_set=users[KEY].combine_chunks()))
    rows = enrollments[ROW_COLUMN].filter(is_unknown).to_pylist()
    if not rows:
        return enrollments, []
    blanked = pc.if_else(is_unknown, pa.scalar(None, pa.string()), pointer)
    place = enrollments.column_names.index(_USER)
    message = (
        "Rows of “enrollments” that name a user who is not in users.csv. They have no student. "
        "Send the users, too, or write the sourcedId of the right one."
    )
    note = ReadNote(UNKNOWN_USERS, message, len(rows), tuple(rows[:_NAMED_ROWS]))
    return enrollments.set_column(place, _USER, blanked), [note]


def filter_records(table: pa.Table, column: str, value: str) -> pa.Table:
    if column not in table.column_names:
        return table
    return table.filter(pc.equal(pc.utf8_lower(table[column]), value))


def make_joined_sheet(
    name: str,
    table: pa.Table,
    source: Sheet,
    left_out: Mapping[RowKind, int],
    sources: Sequence[str],
) -> Sheet:
    """Make a joined sheet; its rows, and those it leaves out, are those of one source table."""
    header = tuple(n for n in table.column_names if n != ROW_COLUMN)
    counted = [kind.count_rows(count) for kind, count in left_out.items() if count]
    return Sheet(
        name,
        header,
        table.select([*header, ROW_COLUMN]),
        source.notes,
        source.misfits,
        (*source.left_out, *counted),
        source.file_rows,
        tuple(sources),
    )


@cache
def load_columns() -> Mapping[str, Mapping[str, Sequence[str]]]:
    text = files(__package__).joinpath("oneroster.toml").read_text("utf-8")
    return tomllib.loads(text)
