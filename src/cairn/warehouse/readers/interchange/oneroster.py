"""Join the tables of OneRoster, version 1.1 or 1.2, into students and enrollments: CSV and API.

Only a person with the role of a student is one: in 1.1 the role is a column of ``users``, in 1.2 a
row of ``roles``. What the sender marks ``tobedeleted`` is left out and counted; an enrollment that
says when it was deleted ends on that day instead.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.readers.interchange.table_joins import join_columns
from cairn.warehouse.schema import ROW_COLUMN, ReadNote, RowKind, Sheet, UnreadableFile

MANIFEST_SHEET: Final = "manifest"
_VERSION: Final = "oneroster.version"
_KEY: Final = "sourcedId"
_STUDENT: Final = "student"
_DELETED: Final = "tobedeleted"
_DEMOGRAPHICS: Final = "demographics"
_API_COLUMNS: Final = frozenset({_KEY, "status", "dateLastModified"})
"""What every record of the REST binding has (1EdTech OneRoster 1.1 and 1.2)."""

_LOOKED_UP: Final = ("classes", "academicSessions", "orgs")
"""The tables that only add columns to an enrollment."""


def is_oneroster(sheets: Mapping[str, Sheet]) -> bool:
    """Return whether an archive has the manifest that OneRoster requires."""
    manifest = sheets.get(MANIFEST_SHEET)
    if manifest is None or manifest.header[:1] != ("propertyName",):
        return False
    return _VERSION in manifest.table["propertyName"].to_pylist()


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
    sheets = [_keep_latest_records(sheet) for sheet in sheets]
    by_name = {sheet.name: sheet for sheet in sheets}
    joined = []
    for sheet in sheets:
        if not {*sheet.header} >= _API_COLUMNS:
            joined.append(sheet)
        elif "user.sourcedId" in sheet.header:
            joined.append(_end_api_spells(sheet))
        elif sheet.name != _DEMOGRAPHICS and (demographics := by_name.get(_DEMOGRAPHICS)):
            joined.append(_join_api_demographics(sheet, demographics))
        elif "familyName" in sheet.header:
            joined.append(replace(sheet, joined=_make_empty_demographics()))
        else:
            joined.append(sheet)
    is_joined = any(sheet.sources for sheet in joined)
    return [s for s in joined if not (is_joined and s.name == _DEMOGRAPHICS)]


def _keep_latest_records(sheet: Sheet) -> Sheet:
    """Keep of each record of an API the version that was modified last; of two, the later row."""
    if not {*sheet.header} >= _API_COLUMNS:
        return sheet
    keys = sheet.table[_KEY].to_pylist()
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


def _make_empty_demographics() -> Sheet:
    """Make the demographics of a file that has users only: those of the students do not change."""
    columns = _load_columns()[_DEMOGRAPHICS]["optional"]
    header = (_KEY, *(name for name in columns if name not in _API_COLUMNS))
    fields = [*((name, pa.string()) for name in header), (ROW_COLUMN, pa.int64())]
    return Sheet(_DEMOGRAPHICS, header, pa.schema(fields).empty_table())


def _end_api_spells(sheet: Sheet) -> Sheet:
    table, ended = _end_deleted_spells(sheet.table)
    # An enrollment that ended is a row like any other, also in a file of changes.
    status = pc.if_else(_find_deleted(table), "", table["status"])
    table = table.set_column(table.column_names.index("status"), "status", status)
    left_out = {RowKind.DELETED: sheet.table.num_rows - table.num_rows}
    made = replace(_make_sheet(sheet.name, table, sheet, left_out, ()), sources=sheet.sources)
    return replace(made, notes=(*made.notes, *_note_ended_enrollments(ended)))


def _join_api_demographics(users: Sheet, demographics: Sheet) -> Sheet:
    """Join the current demographics to the users of an API; they have the same key."""
    if _KEY not in demographics.header:
        return users
    current = demographics.table.filter(pc.invert(_find_deleted(demographics.table)))
    table = join_columns(users.table, _KEY, current, {}, _KEY)
    made = _make_sheet(users.name, table, users, {}, [users.name, _DEMOGRAPHICS])
    message = "Rows of “demographics”, joined to their users."
    counted = ReadNote("joined_demographics", message, demographics.table.num_rows)
    unmatched = _note_unmatched_rows(demographics, users.table)
    # A column that is empty in each record of a JSON file is not there.
    known = [*made.header, *_make_empty_demographics().header]
    added = [name for name in dict.fromkeys(known) if name not in users.header]
    joined = _select_joined_columns(demographics, added)
    return replace(made, notes=(*made.notes, counted, *unmatched), joined=joined)


def _select_joined_columns(demographics: Sheet, names: Sequence[str]) -> Sheet:
    """Select the key and the joined columns; a deleted row has empty cells."""
    table, deleted = demographics.table, _find_deleted(demographics.table)
    empty = pa.nulls(table.num_rows, pa.string())
    cells = {_KEY: table[_KEY]}
    for name in names:
        is_there = name in table.column_names
        cells[name] = pc.if_else(deleted, empty, table[name]) if is_there else empty
    rows = pa.table({**cells, ROW_COLUMN: table[ROW_COLUMN]})
    return replace(demographics, header=(_KEY, *names), table=rows)


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
    joined_sheets = []
    if users := sheets.get("users"):
        joined_sheets.append(_join_students(users, sheets))
    if enrollments := sheets.get("enrollments"):
        joined_sheets.append(_join_enrollments(enrollments, sheets))
    return [replace(sheet, notes=(*sheet.notes, *notes)) for sheet in joined_sheets]


def _join_students(users: Sheet, sheets: Mapping[str, Sheet]) -> Sheet:
    students = _filter_students(users, sheets)
    left_out = {RowKind.OTHER_PEOPLE: users.table.num_rows - students.num_rows}
    present = students.filter(pc.invert(_find_deleted(students)))
    left_out[RowKind.DELETED] = students.num_rows - present.num_rows
    sources = ["users", MANIFEST_SHEET, *(["roles"] if "roles" in sheets else [])]
    notes: list[ReadNote] = []
    if demographics := sheets.get("demographics"):
        notes += _note_unmatched_rows(demographics, students)
        present = join_columns(present, _KEY, demographics.table, {}, _KEY)
        sources.append("demographics")
    sheet = _make_sheet("students", present, users, left_out, sources)
    return replace(sheet, notes=(*sheet.notes, *notes))


def _filter_students(users: Sheet, sheets: Mapping[str, Sheet]) -> pa.Table:
    """Return the users who are students, by their role or by their rows in ``roles``."""
    if "role" in users.header:
        return _filter_rows(users.table, "role", _STUDENT)
    roles = sheets.get("roles")
    if roles is None:
        raise UnreadableFile(
            "users.csv has no column “role”, and there is no roles.csv, so nothing says who is a "
            "student. Export the archive again with roles.csv."
        )
    current = roles.table.filter(pc.invert(_find_deleted(roles.table)))
    student_keys = _filter_rows(current, "role", _STUDENT)["userSourcedId"].combine_chunks()
    return users.table.filter(pc.is_in(users.table[_KEY], value_set=student_keys))


def _join_enrollments(enrollments: Sheet, sheets: Mapping[str, Sheet]) -> Sheet:
    students = _filter_rows(enrollments.table, "role", _STUDENT)
    table, ended = _end_deleted_spells(students)
    left_out = {
        RowKind.OTHER_PEOPLE: enrollments.table.num_rows - students.num_rows,
        RowKind.DELETED: students.num_rows - table.num_rows,
    }
    sources = [MANIFEST_SHEET, *(name for name in _LOOKED_UP if name in sheets)]
    if classes := sheets.get("classes"):
        names = {"grades": "grades", "title": "classTitle", "classType": "classType"}
        names |= {"termSourcedIds": "termSourcedIds"}
        table = join_columns(table, "classSourcedId", classes.table, names, _KEY)
        homerooms = _filter_rows(table, "classType", "homeroom")
        if homerooms.num_rows and homerooms.num_rows < table.num_rows:
            left_out[RowKind.OTHER_CLASSES] = table.num_rows - homerooms.num_rows
            table = homerooms
    if (sessions := sheets.get("academicSessions")) and "termSourcedIds" in table.column_names:
        names = {"schoolYear": "schoolYear", "title": "sessionTitle"}
        table = join_columns(table, "termSourcedIds", sessions.table, names, _KEY)
    if orgs := sheets.get("orgs"):
        names = {"name": "schoolName", "identifier": "schoolIdentifier"}
        table = join_columns(table, "schoolSourcedId", orgs.table, names, _KEY)
    if users := sheets.get("users"):
        table = join_columns(
            table, "userSourcedId", users.table, {"identifier": "userIdentifier"}, _KEY
        )
    sheet = _make_sheet("enrollments", table, enrollments, left_out, sources)
    return replace(sheet, notes=(*sheet.notes, *_note_ended_enrollments(ended)))


def _note_ended_enrollments(ended: int) -> list[ReadNote]:
    message = "Enrollments that the sender marked as deleted. They end on the day of that change."
    return [ReadNote("ended_enrollments", message, ended)] if ended else []


def _end_deleted_spells(table: pa.Table) -> tuple[pa.Table, int]:
    """End the enrollments that were deleted on a known day, and leave out the other deleted ones.

    Returns:
        The rows, and how many of them ended that way.
    """
    deleted = _find_deleted(table)
    if "dateLastModified" not in table.column_names:
        return table.filter(pc.invert(deleted)), 0
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
    ended = pc.sum(known).as_py() or 0
    return table.filter(pc.or_(pc.invert(deleted), known)), ended


def _find_deleted(table: pa.Table) -> pa.ChunkedArray:
    if "status" not in table.column_names:
        return pa.chunked_array([pa.repeat(pa.scalar(value=False), table.num_rows)])
    status = pc.utf8_lower(pc.utf8_trim_whitespace(pc.fill_null(table["status"], "")))
    return pc.equal(status, _DELETED)


@cache
def _load_columns() -> Mapping[str, Mapping[str, Sequence[str]]]:
    text = files(__package__).joinpath("oneroster.toml").read_text("utf-8")
    return tomllib.loads(text)


def _check_headers(sheets: Mapping[str, Sheet]) -> Iterator[ReadNote]:
    """Note columns that may be misspelt.

    Raises:
        UnreadableFile: a required column is missing.
    """
    for name, columns in _load_columns().items():
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


def _check_manifest(sheets: Mapping[str, Sheet]) -> Iterator[ReadNote]:
    """Note tables that the manifest announces and the archive lacks, and tables of changes only."""
    table = sheets[MANIFEST_SHEET].table
    if "value" not in table.column_names:
        return
    properties = dict(
        zip(table["propertyName"].to_pylist(), table["value"].to_pylist(), strict=True)
    )
    modes = {
        str(name).removeprefix("file."): str(mode or "").strip().lower()
        for name, mode in properties.items()
        if str(name).startswith("file.")
    }
    absent = [
        name for name, mode in modes.items() if mode in ("bulk", "delta") and name not in sheets
    ]
    if absent:
        message = f"Tables that the manifest announces and the archive lacks: {', '.join(absent)}."
        yield ReadNote("missing_tables", message, len(absent))
    changes = [name for name, mode in modes.items() if mode == "delta" and name in sheets]
    if changes:
        message = (
            f"The manifest says that these tables hold changes only, not all rows: "
            f"{', '.join(changes)}. Do not replace a complete file with them."
        )
        yield ReadNote("changes_only", message, len(changes))


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
