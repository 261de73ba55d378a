"""OneRoster bulk CSV in a zip: its tables, and two that join them the way a delivery needs."""

from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.read.sheet import ROW, ReadNote, Sheet

MANIFEST: Final = "manifest"
_VERSION: Final = "oneroster.version"
_KEY: Final = "sourcedId"


def is_oneroster(sheets: Mapping[str, Sheet]) -> bool:
    """Whether the zip has the manifest that OneRoster asks for."""
    manifest = sheets.get(MANIFEST)
    if manifest is None or manifest.header[:1] != ("propertyName",):
        return False
    return _VERSION in manifest.table["propertyName"].to_pylist()


def joined(sheets: Mapping[str, Sheet]) -> list[Sheet]:
    """``students`` (users who are students, with their demographics) and ``enrollments`` (theirs,
    with class, school and year; it stands for enrollments.csv). Rows keep their line there.
    """
    made = []
    if users := sheets.get("users"):
        students = _where(users.table, "role", "student")
        if demographics := sheets.get("demographics"):
            students = _beside(students, _KEY, demographics.table, {})
        made.append(_sheet("students", students, users.notes))
    if enrollments := sheets.get("enrollments"):
        made.append(_enrollments(enrollments, sheets))
    return made


def _enrollments(enrollments: Sheet, sheets: Mapping[str, Sheet]) -> Sheet:
    table = _where(enrollments.table, "role", "student")
    notes = list(enrollments.notes)
    if classes := sheets.get("classes"):
        names = {"grades": "grades", "title": "classTitle", "classType": "classType"}
        names |= {"termSourcedIds": "termSourcedIds"}
        table = _beside(table, "classSourcedId", classes.table, names)
        homerooms = _where(table, "classType", "homeroom")
        if homerooms.num_rows and homerooms.num_rows < table.num_rows:
            message = "Enrollments in classes other than homerooms were left out."
            notes.append(ReadNote("homerooms", message, table.num_rows - homerooms.num_rows))
            table = homerooms
    if (sessions := sheets.get("academicSessions")) and "termSourcedIds" in table.column_names:
        names = {"schoolYear": "schoolYear", "title": "sessionTitle"}
        table = _beside(table, "termSourcedIds", sessions.table, names)
    if orgs := sheets.get("orgs"):
        names = {"name": "schoolName", "identifier": "schoolIdentifier"}
        table = _beside(table, "schoolSourcedId", orgs.table, names)
    if users := sheets.get("users"):
        table = _beside(table, "userSourcedId", users.table, {"identifier": "userIdentifier"})
    return _sheet("enrollments", table, notes)


def _where(table: pa.Table, column: str, value: str) -> pa.Table:
    if column not in table.column_names:
        return table
    return table.filter(pc.equal(pc.utf8_lower(table[column]), value))


def _beside(table: pa.Table, foreign: str, other: pa.Table, names: Mapping[str, str]) -> pa.Table:
    """Put columns of the row that ``foreign`` points to beside each row: those of ``names``
    (old → new), or every one that is not here yet. A pointer to several takes the first.
    """
    if foreign not in table.column_names or _KEY not in other.column_names:
        return table
    wanted = names or {n: n for n in other.column_names if n not in (*table.column_names, ROW)}
    pointer = table[foreign]
    pointer = pc.if_else(
        pc.match_substring(pointer, ","), pc.replace_substring_regex(pointer, r",.*$", ""), pointer
    )
    at = pc.index_in(pointer, value_set=other[_KEY].combine_chunks())
    for old, new in wanted.items():
        if old in other.column_names and new not in table.column_names:
            table = table.append_column(new, other[old].take(at))
    return table


def _sheet(name: str, table: pa.Table, notes: Sequence[ReadNote]) -> Sheet:
    header = tuple(n for n in table.column_names if n != ROW)
    return Sheet(name, header, table.select([*header, ROW]), tuple(notes))
