"""Join the tables of a OneRoster bulk CSV archive into students and enrollments."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.schema import ROW_COLUMN, ReadNote, RowKind, Sheet

MANIFEST_SHEET: Final = "manifest"
_VERSION: Final = "oneroster.version"
_KEY: Final = "sourcedId"

_LOOKED_UP: Final = ("classes", "academicSessions", "orgs")
"""The tables that only add columns to an enrollment."""


def is_oneroster(sheets: Mapping[str, Sheet]) -> bool:
    """Return whether an archive has the manifest that OneRoster requires."""
    manifest = sheets.get(MANIFEST_SHEET)
    if manifest is None or manifest.header[:1] != ("propertyName",):
        return False
    return _VERSION in manifest.table["propertyName"].to_pylist()


def join_oneroster_sheets(sheets: Mapping[str, Sheet]) -> list[Sheet]:
    """Build the joined sheets ``students`` and ``enrollments``.

    Students are users with that role and their demographics; enrollments get class, school and
    year. The joined ``enrollments`` replaces enrollments.csv. Rows keep their line of the
    source file.
    """
    joined_sheets = []
    if users := sheets.get("users"):
        students = _filter_rows(users.table, "role", "student")
        others = users.table.num_rows - students.num_rows
        sources = ["users", MANIFEST_SHEET]
        notes: list[ReadNote] = []
        if demographics := sheets.get("demographics"):
            students = _join_columns(students, _KEY, demographics.table, {})
            sources.append("demographics")
            notes += _note_unmatched_rows(demographics, students)
        left_out = {RowKind.OTHER_PEOPLE: others}
        sheet = _make_sheet("students", students, users, left_out, sources)
        joined_sheets.append(replace(sheet, notes=(*sheet.notes, *notes)))
    if enrollments := sheets.get("enrollments"):
        joined_sheets.append(_join_enrollments(enrollments, sheets))
    return joined_sheets


def _join_enrollments(enrollments: Sheet, sheets: Mapping[str, Sheet]) -> Sheet:
    table = _filter_rows(enrollments.table, "role", "student")
    left_out = {RowKind.OTHER_PEOPLE: enrollments.table.num_rows - table.num_rows}
    sources = [MANIFEST_SHEET, *(name for name in _LOOKED_UP if name in sheets)]
    if classes := sheets.get("classes"):
        names = {"grades": "grades", "title": "classTitle", "classType": "classType"}
        names |= {"termSourcedIds": "termSourcedIds"}
        table = _join_columns(table, "classSourcedId", classes.table, names)
        homerooms = _filter_rows(table, "classType", "homeroom")
        if homerooms.num_rows and homerooms.num_rows < table.num_rows:
            left_out[RowKind.OTHER_CLASSES] = table.num_rows - homerooms.num_rows
            table = homerooms
    if (sessions := sheets.get("academicSessions")) and "termSourcedIds" in table.column_names:
        names = {"schoolYear": "schoolYear", "title": "sessionTitle"}
        table = _join_columns(table, "termSourcedIds", sessions.table, names)
    if orgs := sheets.get("orgs"):
        names = {"name": "schoolName", "identifier": "schoolIdentifier"}
        table = _join_columns(table, "schoolSourcedId", orgs.table, names)
    if users := sheets.get("users"):
        table = _join_columns(table, "userSourcedId", users.table, {"identifier": "userIdentifier"})
    return _make_sheet("enrollments", table, enrollments, left_out, sources)


def _note_unmatched_rows(demographics: Sheet, students: pa.Table) -> list[ReadNote]:
    """Count the rows of demographics that belong to none of the students."""
    if _KEY not in demographics.header or _KEY not in students.column_names:
        return []
    keys = students[_KEY].combine_chunks()
    matched = pc.sum(pc.is_in(demographics.table[_KEY], value_set=keys)).as_py() or 0
    message = "Rows of “demographics” that belong to no student in “users”. They were not read."
    unmatched = demographics.table.num_rows - matched
    return [ReadNote("unmatched_demographics", message, unmatched)] if unmatched else []


def _filter_rows(table: pa.Table, column: str, value: str) -> pa.Table:
    if column not in table.column_names:
        return table
    return table.filter(pc.equal(pc.utf8_lower(table[column]), value))


def _join_columns(
    table: pa.Table, foreign: str, other: pa.Table, names: Mapping[str, str]
) -> pa.Table:
    """Add the columns of the row to which the column ``foreign`` points.

    Those are the columns of ``names`` (old → new), or every one that is new. A pointer to
    several rows takes the first.
    """
    if foreign not in table.column_names or _KEY not in other.column_names:
        return table
    wanted = names or {
        n: n for n in other.column_names if n not in (*table.column_names, ROW_COLUMN)
    }
    pointer = table[foreign]
    pointer = pc.if_else(
        pc.match_substring(pointer, ","), pc.replace_substring_regex(pointer, r",.*$", ""), pointer
    )
    positions = pc.index_in(pointer, value_set=other[_KEY].combine_chunks())
    for old, new in wanted.items():
        if old in other.column_names and new not in table.column_names:
            table = table.append_column(new, other[old].take(positions))
    return table


def _make_sheet(
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
