"""Join the tables of OneRoster, version 1.1 or 1.2, into students and enrollments.

Only a person with the role of a student is one: in 1.1 the role is a column of ``users``, in 1.2 a
row of ``roles``. What the sender marks ``tobedeleted`` is left out and counted; an enrollment that
says when it was deleted ends on that day instead. In tables that have changes only (delta, by
the manifest), they stay marked, so that the file before loses them, and enrollments with another
role stay, so that the one of a student who has another role now ends.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.readers.interchange import oneroster_records as records
from cairn.warehouse.readers.interchange.table_joins import join_columns
from cairn.warehouse.schema import CHANGES_ONLY, ReadNote, RowKind, Sheet, UnreadableFile

MANIFEST_SHEET: Final = "manifest"
_VERSION: Final = "oneroster.version"
_STUDENT: Final = "student"
_DELTA: Final = "delta"
_USERS: Final = "users"
_LOOKED_UP: Final = ("classes", "academicSessions", "orgs")
"""The tables that only add columns to an enrollment."""
_SOURCES: Final[Mapping[str, Set[str]]] = {
    "students": {_USERS, "roles", records.DEMOGRAPHICS},
    "enrollments": {"enrollments", _USERS, *_LOOKED_UP},
}
"""Joined sheet → the tables that its rows and cells come from."""


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

    Args:
        sheets: the tables of the archive by name.

    Returns:
        The joined sheets.

    Raises:
        UnreadableFile: a table lacks a column that OneRoster requires, or nothing says who is a
            student.
    """
    notes = [*_check_headers(sheets), *_check_manifest(sheets)]
    changed = {name for name, mode in _read_modes(sheets).items() if mode == _DELTA}
    sheets = {n: records.keep_latest_records(s) if n in changed else s for n, s in sheets.items()}
    joined_sheets = []
    if users := sheets.get("users"):
        is_change = _USERS in changed
        joined_sheets.append(
            _join_changed_students(users, sheets, changed)
            if is_change
            else _join_students(users, sheets)
        )
    if enrollments := sheets.get("enrollments"):
        joined_sheets.append(_join_enrollments(enrollments, sheets, changed))
    joined_sheets = [replace(sheet, notes=(*sheet.notes, *notes)) for sheet in joined_sheets]
    joined = {sheet.name for sheet in joined_sheets}
    others = [sheets[name] for name in sorted(changed & sheets.keys() - joined)]
    return [_note_changes(sheet, sheets, changed) for sheet in (*joined_sheets, *others)]


def _note_changes(sheet: Sheet, sheets: Mapping[str, Sheet], changed: Set[str]) -> Sheet:
    """Note the tables of a sheet that have changes only: whole files never have such rows."""
    tables = sorted(_SOURCES.get(sheet.name, {sheet.name}) & changed & sheets.keys())
    if not tables:
        return sheet
    message = (
        f"The manifest says that these tables hold changes only, not all rows: "
        f"{', '.join(tables)}. They do not replace a complete file. State the day of the changes, "
        "and Cairn applies them to the file before, or send a full (bulk) export."
    )
    note = ReadNote(CHANGES_ONLY, message, len(tables))
    return replace(sheet, notes=(*sheet.notes, note))


def _join_students(users: Sheet, sheets: Mapping[str, Sheet]) -> Sheet:
    students = _filter_students(users, sheets)
    left_out = {RowKind.OTHER_PEOPLE: users.table.num_rows - students.num_rows}
    present = records.filter_current_rows(students)
    left_out[RowKind.DELETED] = students.num_rows - present.num_rows
    sources = ["users", MANIFEST_SHEET, *(["roles"] if "roles" in sheets else [])]
    notes: list[ReadNote] = []
    if demographics := sheets.get("demographics"):
        notes += records.note_unmatched_rows(demographics, students)
        present = join_columns(present, records.KEY, demographics.table, {}, records.KEY)
        sources.append("demographics")
    sheet = records.make_joined_sheet("students", present, users, left_out, sources)
    return replace(sheet, notes=(*sheet.notes, *notes))


def _join_changed_students(users: Sheet, sheets: Mapping[str, Sheet], changed: Set[str]) -> Sheet:
    """Join changed users: those who were deleted, or are no student any more, are marked.

    The role of a user may be in an earlier file only, or change without the user. That cannot be
    seen: then ``joined`` is None, and the changes are refused.
    """
    roles = None if "role" in users.header else sheets.get("roles")
    table, is_certain = (
        _mark_former_students(users.table, roles.table, has_all_roles="roles" not in changed)
        if roles
        else (_mark_other_people(users, sheets), True)
    )
    left_out = {RowKind.OTHER_PEOPLE: users.table.num_rows - table.num_rows}
    sources = ["users", MANIFEST_SHEET, *(["roles"] if "roles" in sheets else [])]
    joined, notes = records.make_empty_demographics(), list[ReadNote]()
    if demographics := sheets.get(records.DEMOGRAPHICS):
        added = [name for name in demographics.header if name not in table.column_names]
        current = records.filter_current_rows(demographics.table)
        table = join_columns(table, records.KEY, current, {}, records.KEY)
        notes += records.note_unmatched_rows(demographics, table)
        joined = records.select_joined_columns(demographics, added)
        sources.append(records.DEMOGRAPHICS)
    sheet = records.make_joined_sheet("students", table, users, left_out, sources)
    certain = joined if is_certain else None
    return replace(sheet, notes=(*sheet.notes, *notes), joined=certain)


def _mark_former_students(
    users: pa.Table, roles: pa.Table, *, has_all_roles: bool
) -> tuple[pa.Table, bool]:
    """Take the students among changed users; one who lost this role is marked as deleted.

    Returns:
        The rows, and whether the role of each user is certain.
    """
    ever = records.filter_records(roles, "role", _STUDENT)
    lists = [ever, records.filter_current_rows(ever), roles]
    keys = users[records.KEY]
    was_student, is_student, has_role = (
        pc.is_in(keys, value_set=rows["userSourcedId"].combine_chunks()) for rows in lists
    )
    is_deleted = records.find_deleted_rows(users)
    unsent = pc.invert(pc.is_in(ever["userSourcedId"], value_set=keys.combine_chunks()))
    has_lost_role = pc.and_not(was_student, is_student)
    # Changes do not repeat the role that a student keeps at another school.
    is_uncertain = pc.and_not(pc.or_(pc.invert(has_role), has_lost_role), is_deleted)
    is_certain = has_all_roles or not (_has_any(unsent) or _has_any(is_uncertain))
    is_former = pc.or_(is_deleted, has_lost_role)
    marked = records.set_status(users, pc.if_else(is_former, records.DELETED, ""))
    return marked.filter(pc.or_(was_student, pc.and_not(is_deleted, has_role))), is_certain


def _mark_other_people(users: Sheet, sheets: Mapping[str, Sheet]) -> pa.Table:
    """Mark the users with another role as deleted: the file before may have them as students."""
    if "role" not in users.header:
        return _filter_students(users, sheets)
    role = pc.utf8_lower(pc.fill_null(users.table["role"], ""))
    status = users.table["status"] if "status" in users.header else ""
    marked = pc.if_else(pc.equal(role, _STUDENT), status, records.DELETED)
    return records.set_status(users.table, marked)


def _has_any(rows: pa.Array | pa.ChunkedArray) -> bool:
    return bool(pc.any(rows).as_py())


def _filter_students(users: Sheet, sheets: Mapping[str, Sheet]) -> pa.Table:
    """Return the users who are students, by their role or by their rows in ``roles``."""
    if "role" in users.header:
        return records.filter_records(users.table, "role", _STUDENT)
    roles = sheets.get("roles")
    if roles is None:
        raise UnreadableFile(
            "users.csv has no column “role”, and there is no roles.csv, so nothing says who is a "
            "student. Export the archive again with roles.csv."
        )
    current = records.filter_current_rows(roles.table)
    student_keys = records.filter_records(current, "role", _STUDENT)[
        "userSourcedId"
    ].combine_chunks()
    return users.table.filter(pc.is_in(users.table[records.KEY], value_set=student_keys))


def _join_enrollments(enrollments: Sheet, sheets: Mapping[str, Sheet], changed: Set[str]) -> Sheet:
    is_change = enrollments.name in changed
    students = records.filter_records(enrollments.table, "role", _STUDENT)
    _students, ended = records.end_deleted_spells(students)
    # In changes, an enrollment with another role may have been a student's in the file before.
    rows = enrollments.table if is_change else students
    table, _ended = records.end_deleted_spells(rows, keeps_deleted=is_change)
    left_out = {
        RowKind.OTHER_PEOPLE: enrollments.table.num_rows - rows.num_rows,
        RowKind.DELETED: rows.num_rows - table.num_rows,
    }
    sources = [MANIFEST_SHEET, *(name for name in _LOOKED_UP if name in sheets)]
    incomplete: set[str] = set()

    def look_up(foreign: str, name: str, columns: Mapping[str, str]) -> None:
        """Add the columns of another table; say which may lack cells, as it has changes only."""
        nonlocal table
        if other := sheets.get(name):
            before = {*table.column_names}
            table = join_columns(table, foreign, other.table, columns, records.KEY)
            added = {*table.column_names} - before
            current = records.filter_records(table, "role", _STUDENT)
            is_known = name == _USERS and all(not current[column].null_count for column in added)
            if is_change and (foreign in incomplete or (name in changed and not is_known)):
                incomplete.update(added)

    names = {"grades": "grades", "title": "classTitle", "classType": "classType"}
    look_up("classSourcedId", "classes", names | {"termSourcedIds": "termSourcedIds"})
    if "classType" in table.column_names and "classType" not in incomplete:
        homerooms = records.filter_records(table, "classType", "homeroom")
        # Changes may have one kind only, where the file before had both.
        classes = sheets["classes"].table if is_change else table
        has_homerooms = records.filter_records(classes, "classType", "homeroom").num_rows > 0
        if has_homerooms and homerooms.num_rows < table.num_rows:
            left_out[RowKind.OTHER_CLASSES] = table.num_rows - homerooms.num_rows
            table = homerooms
    look_up(
        "termSourcedIds", "academicSessions", {"schoolYear": "schoolYear", "title": "sessionTitle"}
    )
    look_up("schoolSourcedId", "orgs", {"name": "schoolName", "identifier": "schoolIdentifier"})
    look_up("userSourcedId", "users", {"identifier": "userIdentifier"})
    notes: list[ReadNote] = []
    if not (is_change or _USERS in changed) and _USERS in sheets:
        table, notes = records.drop_unknown_users(table, sheets[_USERS].table)
    sheet = records.make_joined_sheet("enrollments", table, enrollments, left_out, sources)
    sheet = replace(sheet, notes=(*sheet.notes, *notes))
    return replace(
        records.note_ended_enrollments(sheet, ended),
        joined=records.make_empty_demographics() if is_change else None,
        incomplete=tuple(sorted(incomplete)),
    )


def _check_headers(sheets: Mapping[str, Sheet]) -> Iterator[ReadNote]:
    """Note columns that may be misspelt.

    Raises:
        UnreadableFile: a required column is missing.
    """
    for name, columns in records.load_columns().items():
        sheet = sheets.get(name)
        if sheet is None:
            continue
        expected = [*columns["required"], *columns["optional"]]
        missing = [column for column in expected if column not in sheet.header]
        unknown = [column for column in sheet.header if column not in expected]
        for column in columns["required"]:
            if column in missing:
                similar = _find_similar(column, unknown)
                guess = f" Is it “{similar}”? Correct its spelling." if similar else ""
                raise UnreadableFile(f"{name}.csv has no column “{column}”.{guess}")
        for column in unknown:
            if similar := _find_similar(column, missing):
                message = (
                    f"{name}.csv: “{column}” is not a column of OneRoster. Did you mean "
                    f"“{similar}”?"
                )
                yield ReadNote("misspelt_header", message)


def _find_similar(name: str, choices: Sequence[str]) -> str:
    """Return the most similar of some names; empty if none is similar."""
    folded = {choice.casefold().replace("_", "").replace(" ", ""): choice for choice in choices}
    key = name.casefold().replace("_", "").replace(" ", "")
    matches = get_close_matches(key, folded, n=1, cutoff=0.8)
    return folded[matches[0]] if matches else ""


def _read_modes(sheets: Mapping[str, Sheet]) -> dict[str, str]:
    """Read from the manifest which tables have all rows (bulk), changes (delta), or are absent."""
    table = sheets[MANIFEST_SHEET].table
    if "value" not in table.column_names:
        return {}
    properties = zip(table["propertyName"].to_pylist(), table["value"].to_pylist(), strict=True)
    return {
        str(name).removeprefix("file."): str(mode or "").strip().lower()
        for name, mode in properties
        if str(name).startswith("file.")
    }


def _check_manifest(sheets: Mapping[str, Sheet]) -> Iterator[ReadNote]:
    """Note tables that the manifest announces and the archive lacks."""
    modes = _read_modes(sheets)
    absent = [
        name for name, mode in modes.items() if mode in ("bulk", _DELTA) and name not in sheets
    ]
    if absent:
        message = f"Tables that the manifest announces and the archive lacks: {', '.join(absent)}."
        yield ReadNote("missing_tables", message, len(absent))
