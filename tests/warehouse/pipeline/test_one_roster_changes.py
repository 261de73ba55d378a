"""Changes of OneRoster, as JSON and as a zip of CSV files: a deletion ends a spell."""

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

import pytest

from cairn.policy.engine import Permit
from cairn.policy.vocabulary import Action
from cairn.warehouse.pipeline import (
    ChangedFile,
    LandingResult,
    UnusableDelivery,
    build_changed_file,
    land_sheets,
    write_changed_file,
)
from cairn.warehouse.readers import read_file, read_file_in_child_process
from cairn.warehouse.schema import ColumnMapping, DeletionMark, RowFilter
from cairn.warehouse.store import FileStore

MakePermit = Callable[..., Permit]
Rows = dict[str, list[dict[str, Any]]]
STUDENTS: Final = ColumnMapping(
    record="student",
    columns={
        "sourcedId": "local_id",
        "givenName": "given_name",
        "familyName": "family_name",
        "birthDate": "birth_date",
        "sex": "gender",
    },
    filters=(RowFilter("students", "role", keep=("student",)),),
    deletes=DeletionMark("status", ("tobedeleted",)),
)
ENROLLMENTS: Final = ColumnMapping(
    record="enrollment",
    columns={
        "sourcedId": "record_id",
        "user.sourcedId": "local_id",
        "beginDate": "entry_date",
        "endDate": "exit_date",
    },
)


def record(key: str, day: int = 1, **values: Any) -> dict[str, Any]:
    """Make a record that was modified on a day of September."""
    modified_at = f"2026-09-{day:02}T08:00:00.000Z"
    return {"sourcedId": key, "status": "active", "dateLastModified": modified_at, **values}


def user(key: str, name: str, day: int = 1, **values: Any) -> dict[str, Any]:
    return record(key, day, givenName=name, familyName="Bell", **{"role": "student", **values})


def born(key: str, birth_date: str, day: int = 1, **values: Any) -> dict[str, Any]:
    # The key need not be the first of a record.
    return {"birthDate": birth_date, "sex": "female", **record(key, day, **values)}


FULL: Final = {
    "users": [user("1", "Ada"), user("2", "Ben"), user("3", "Cam"), user("t", "T", role="teacher")],
    "demographics": [born("1", "2015-03-01"), born("2", "2015-04-02"), born("3", "2015-05-03")],
}


def land(
    store: FileStore, permit: MakePermit, rows: Rows, mapping: ColumnMapping = STUDENTS
) -> LandingResult:
    sheets = read_file("sis.json", json.dumps(rows).encode())
    return land_sheets(store, sheets, mapping, permit=permit(Action.RECEIVE, mapping.record))


def build(
    store: FileStore,
    permit: MakePermit,
    before: LandingResult,
    rows: Rows,
    mapping: ColumnMapping = STUDENTS,
) -> ChangedFile:
    sheets = read_file("sis.json", json.dumps(rows).encode())
    changed = build_changed_file(
        store,
        before.ref,
        sheets,
        mapping,
        permit=permit(Action.RECEIVE, mapping.record),
        label="changes",
    )
    assert all(sheet.unaccounted == 0 for sheet in changed.landing.sheets)
    return changed


def list_students(changed: ChangedFile) -> dict[str, tuple[str, str | None]]:
    names = ("sourcedId", "givenName", "birthDate")
    rows = zip(*(changed.table[name].to_pylist() for name in names), strict=True)
    return {key: (name, day) for key, name, day in rows}


def test_users_and_demographics_change_alone(store: FileStore, permit: MakePermit) -> None:
    before = land(store, permit, FULL)
    changed = build(
        store,
        permit,
        before,
        {
            "users": [
                user("1", "Adele", 20),
                user("1", "Adah", 10),  # older, whatever its place
                user("3", "Cam", 12, status="tobedeleted"),
                user("4", "Dee", 12),
            ],
            "demographics": [
                born("2", "2015-04-12", 12),
                born("4", "2015-06-04", 12),
                born("t", "1980-01-01", 12),  # a teacher, who is none of the rows
            ],
        },
    )
    assert list_students(changed) == {
        "1": ("Adele", "2015-03-01"),
        "2": ("Ben", "2015-04-12"),
        "4": ("Dee", "2015-06-04"),
    }
    counts = changed.counts
    assert (counts.added, counts.changed, counts.deleted_rows) == (1, 2, 1)
    left_out = {note.code: note.count for s in changed.landing.sheets for note in s.left_out}
    assert (left_out["older_records"], left_out["other_people"]) == (1, 1)
    receive = permit(Action.RECEIVE, "student")
    after = write_changed_file(store, changed, STUDENTS, permit=receive)
    renamed = build(store, permit, after, {"users": [user("2", "Benno", 21)]})
    assert list_students(renamed)["2"] == ("Benno", "2015-04-12")
    deleted = born("1", "", 22, status="tobedeleted")
    for users in ([user("1", "Adele", 20)], [user("4", "Dee", 12)]):
        emptied = build(store, permit, after, {"users": users, "demographics": [deleted]})
        assert list_students(emptied)["1"] == ("Adele", None)
        assert list_students(emptied)["4"] == ("Dee", "2015-06-04")


def test_what_was_joined_comes_from_the_process_that_reads_the_file() -> None:
    content = write_zip("users enrollments classes", users=_USERS, enrollments=_SPELLS)
    sheets = read_file("sis.zip", content)
    assert any(sheet.joined for sheet in sheets)
    assert any(sheet.incomplete for sheet in sheets)
    assert read_file_in_child_process("sis.zip", content) == sheets


def test_the_same_changes_twice_change_nothing(store: FileStore, permit: MakePermit) -> None:
    changes = {"users": [user("1", "Adele", 9)], "demographics": [born("2", "2015-04-12", 9)]}
    first = build(store, permit, land(store, permit, FULL), changes)
    after = write_changed_file(store, first, STUDENTS, permit=permit(Action.RECEIVE, "student"))
    assert build(store, permit, after, changes).counts.is_empty


def test_demographics_of_students_who_cannot_be_found_are_refused(
    store: FileStore, permit: MakePermit
) -> None:
    columns = {"identifier": "local_id", "givenName": "given_name", "birthDate": "birth_date"}
    mapping = replace(STUDENTS, columns=columns)
    users = [user(key, "Ada", identifier=f"10{key}") for key in "12"]
    before = land(store, permit, {**FULL, "users": users}, mapping)
    renamed = {"users": [{**users[0], "givenName": "Adele"}], "demographics": []}
    changed = build(store, permit, before, renamed, mapping)
    assert changed.table["birthDate"].to_pylist() == ["2015-04-02", "2015-03-01"]
    alone = {**renamed, "demographics": [born("2", "2015-04-12")]}
    with pytest.raises(UnusableDelivery, match="name students by “sourcedId”"):
        build(store, permit, before, alone, mapping)


@pytest.mark.parametrize("mark", [None, DeletionMark("status", ("tobedeleted",))])
def test_a_deleted_enrollment_ends_and_stays(
    store: FileStore, permit: MakePermit, mark: DeletionMark | None
) -> None:
    def enroll(key: str, day: int = 1, **values: Any) -> dict[str, Any]:
        child = {"user": {"sourcedId": f"s{key}"}, "role": "student"}
        return record(key, day, beginDate="2026-08-20", **child, **values)

    mapping = replace(ENROLLMENTS, deletes=mark)
    before = land(store, permit, {"enrollments": [enroll("e1"), enroll("e2")]}, mapping)
    ended = enroll("e1", 15, status="tobedeleted")
    changes = [ended, enroll("e1", 9), enroll("e3", 10)]
    changed = build(store, permit, before, {"enrollments": changes}, mapping)
    rows = changed.table.select(["sourcedId", "endDate"]).to_pylist()
    ends = {row["sourcedId"]: row["endDate"] or "" for row in rows}
    assert ends == {"e1": "2026-09-15", "e2": "", "e3": ""}
    assert (changed.counts.changed, changed.counts.added, changed.counts.deleted_rows) == (1, 1, 0)


_TABLES: Final = {
    "orgs": "sourcedId,name\no1,Oak School\n",
    "classes": (
        "sourcedId,title,grades,classType,termSourcedIds\n"
        "c1,Homeroom 3,03,homeroom,t1\nc2,Band,03,scheduled,t1\n"
    ),
    "academicSessions": "sourcedId,title,schoolYear\nt1,2026-27,2027\n",
    "users": (
        "sourcedId,status,dateLastModified,role,givenName,familyName\n"
        "1,active,2026-09-01,student,Ada,Bell\n2,active,2026-09-01,student,Ben,Bell\n"
        "t,active,2026-09-01,teacher,Pat,Fox\n"
    ),
    "demographics": (
        "sourcedId,status,dateLastModified,birthDate,sex\n"
        "1,active,2026-09-01,2015-03-01,female\n2,active,2026-09-01,2015-04-02,male\n"
    ),
    "enrollments": (
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,"
        "beginDate,endDate\n"
        "e1,active,2026-09-01,c1,o1,1,student,2026-08-20,\n"
        "e2,active,2026-09-01,c1,o1,2,student,2026-08-20,\n"
        "e3,active,2026-09-01,c2,o1,1,student,2026-08-20,\n"
    ),
}
_ZIP_STUDENTS: Final = replace(STUDENTS, sheet="students", filters=(), deletes=None)
_ZIP_ENROLLMENTS: Final = ColumnMapping(
    record="enrollment",
    sheet="enrollments",
    columns={
        "sourcedId": "record_id",
        "userSourcedId": "local_id",
        "grades": "grade",
        "endDate": "exit_date",
    },
)


def write_zip(changed: str = "", **tables: str) -> bytes:
    """Write an archive; tables named in ``changed`` have changes only, and begin as the full ones.

    A table is its lines below the heading, or empty to leave it out.
    """
    modes = "".join(f"file.{name},delta\n" for name in changed.split())
    headings = {name: text.partition("\n")[0] for name, text in _TABLES.items()}
    files = {**_TABLES, "manifest": f"propertyName,value\noneroster.version,1.1\n{modes}"}
    files |= {name: f"{headings[name]}\n{rows}" if rows else "" for name, rows in tables.items()}
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            if text:
                archive.writestr(f"{name}.csv", text)
    return out.getvalue()


def read_zip(changed: str = "", **tables: str) -> list[Any]:
    return read_file("sis.zip", write_zip(changed, **tables))


def change_zip(
    store: FileStore, permit: MakePermit, mapping: ColumnMapping, **changes: str
) -> ChangedFile:
    """Land the full archive, and apply the changes of another one."""
    receive = permit(Action.RECEIVE, mapping.record)
    before = land_sheets(store, read_zip(), mapping, permit=receive)
    sheets = read_zip(**{"changed": "users demographics enrollments", **changes})
    changed = build_changed_file(
        store, before.ref, sheets, mapping, permit=receive, label="changes"
    )
    assert all(sheet.unaccounted == 0 for sheet in changed.landing.sheets)
    return changed


_BY_NAME: Final = DeletionMark("givenName", ("gone",))
_USERS: Final = (
    "1,active,2026-09-20,student,Adele,Bell\n1,active,2026-09-10,student,Adah,Bell\n"
    "2,tobedeleted,2026-09-12,student,Ben,Bell\n4,active,2026-09-12,student,Dee,Cole\n"
)
_BIRTHS: Final = "4,active,2026-09-12,2015-06-04,female\nt,active,2026-09-12,1980-01-01,female\n"


def test_a_zip_of_changed_users_changes_the_students(store: FileStore, permit: MakePermit) -> None:
    changes = {"users": _USERS, "demographics": _BIRTHS, "enrollments": ""}
    changed = change_zip(store, permit, _ZIP_STUDENTS, **changes)
    expected = {"1": ("Adele", "2015-03-01"), "4": ("Dee", "2015-06-04")}
    assert list_students(changed) == expected
    counts = changed.counts
    assert (counts.added, counts.changed, counts.deleted_rows) == (1, 1, 1)
    # A teacher now, and a teacher who never was a student.
    teachers = "2,active,2026-09-12,teacher,Ben,Bell\nt,active,2026-09-12,teacher,Pat,Fox\n"
    for mapping in (_ZIP_STUDENTS, replace(_ZIP_STUDENTS, deletes=_BY_NAME)):
        left = change_zip(store, permit, mapping, **changes | {"users": teachers})
        assert list_students(left).keys() == {"1"}
        assert (left.counts.deleted_rows, left.counts.not_found) == (1, 0)
        assert left.local_ids == {"2"}
    # By a number that employees may have too, nothing shows who was a student.
    columns = {**_ZIP_STUDENTS.columns, "givenName": "local_id", "sourcedId": "given_name"}
    numbered = replace(_ZIP_STUDENTS, columns=columns)
    stays = change_zip(store, permit, numbered, **changes | {"users": teachers, "demographics": ""})
    assert stays.counts.is_empty
    moved = {**changes, "users": "2,active,2026-09-12,student,Ben,Bell\n", "demographics": ""}
    same = change_zip(store, permit, _ZIP_STUDENTS, **moved)
    assert same.counts.is_empty


@pytest.mark.parametrize(
    ("changed", "mapping", "tables"),
    [
        ("users", _ZIP_STUDENTS, "users"),
        ("demographics enrollments", _ZIP_STUDENTS, "demographics"),
        ("classes", _ZIP_ENROLLMENTS, "classes"),
        ("orgs", replace(_ZIP_STUDENTS, sheet="users"), ""),
        ("users", replace(_ZIP_STUDENTS, sheet="users"), "users"),
        ("enrollments classes results", _ZIP_STUDENTS, ""),
    ],
)
def test_changes_are_no_whole_file(
    store: FileStore, permit: MakePermit, changed: str, mapping: ColumnMapping, tables: str
) -> None:
    receive = permit(Action.RECEIVE, mapping.record)
    if not tables:
        assert land_sheets(store, read_zip(changed), mapping, permit=receive).rows
        return
    with pytest.raises(UnusableDelivery, match=rf"changes only, not all rows: {tables}\. "):
        land_sheets(store, read_zip(changed), mapping, permit=receive)


@pytest.mark.parametrize(
    ("roles", "mode", "names"),
    [
        ("1,student,\n2,student,tobedeleted\n4,student,\n", "roles", {"1", "4"}),
        ("1,student,\n2,student,\n4,student,\n9,student,\n", "", {"1", "4"}),
        ("1,student,\n2,student,\n", "roles", set()),
        ("1,student,\n2,student,\n4,student,\n9,student,\n", "roles", set()),
        # The role at one school ended; another school may have the student still.
        ("1,student,tobedeleted\n2,student,\n4,student,\n", "roles", set()),
        ("1,student,tobedeleted\n2,student,\n4,student,\n", "", {"4"}),
    ],
)
def test_roles_that_are_not_certain_are_refused(
    store: FileStore, permit: MakePermit, roles: str, mode: str, names: set[str]
) -> None:
    users = "".join(
        ",".join(text for index, text in enumerate(line.split(",")) if index != 3) + "\n"
        for line in ["sourcedId,status,dateLastModified,role,givenName,familyName", *_USERS.split()]
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        changed = f"file.users,delta\nfile.{mode},delta\n"
        archive.writestr("manifest.csv", f"propertyName,value\noneroster.version,1.2\n{changed}")
        archive.writestr("users.csv", users)
        archive.writestr("roles.csv", f"userSourcedId,role,status\n{roles}")
    receive = permit(Action.RECEIVE, "student")
    before = land_sheets(store, read_zip(), _ZIP_STUDENTS, permit=receive)

    def apply() -> ChangedFile:
        sheets = read_file("sis.zip", out.getvalue())
        return build_changed_file(
            store, before.ref, sheets, _ZIP_STUDENTS, permit=receive, label="changes"
        )

    if names:
        assert list_students(apply()).keys() == names
    else:
        with pytest.raises(UnusableDelivery, match="tables that belong together"):
            apply()


_SPELLS: Final = (
    "e2,tobedeleted,2026-09-15,c1,o1,2,student,2026-08-20,\n"
    "e1,tobedeleted,,c1,o1,1,student,2026-08-20,\n"
    "e4,active,2026-09-15,c1,o1,4,student,2026-09-14,\n"
    "e5,active,2026-09-15,c2,o1,4,student,2026-09-14,\n"
)


def test_a_zip_of_changed_enrollments_needs_all_classes(
    store: FileStore, permit: MakePermit
) -> None:
    changed = change_zip(store, permit, _ZIP_ENROLLMENTS, enrollments=_SPELLS, users=_USERS)
    rows = changed.table.select(["sourcedId", "grades", "endDate"]).to_pylist()
    assert sorted((r["sourcedId"], r["grades"], r["endDate"] or "") for r in rows) == [
        ("e2", "03", "2026-09-15"),
        ("e4", "03", ""),
    ]
    columns = {n: t for n, t in _ZIP_ENROLLMENTS.columns.items() if t != "record_id"}
    keyless = replace(_ZIP_ENROLLMENTS, columns={**columns, "beginDate": "entry_date"})
    alone = change_zip(store, permit, keyless, enrollments=_SPELLS.splitlines()[0])
    assert alone.table["endDate"].to_pylist() == ["", "2026-09-15"]
    endless = {n: t for n, t in _ZIP_ENROLLMENTS.columns.items() if n != "endDate"}
    for columns, kept in ((endless, ["e1"]), (_ZIP_ENROLLMENTS.columns, ["e1", "e2"])):
        mapping = replace(_ZIP_ENROLLMENTS, columns=columns)
        made = change_zip(store, permit, mapping, enrollments=_SPELLS.splitlines()[0])
        assert sorted(made.table["sourcedId"].to_pylist()) == kept
    same = ",c1,o1,1,student,2026-08-20,\n"
    twice = f"e4,active,2026-09-15{same}e1,tobedeleted,{same}"
    with pytest.raises(UnusableDelivery, match="which of them a change is about"):
        change_zip(store, permit, keyless, enrollments=twice)
    both = "users enrollments classes"
    for mapping, words in (
        (_ZIP_ENROLLMENTS, "only changes of the tables with grades"),
        (
            replace(
                _ZIP_ENROLLMENTS,
                columns={n: t for n, t in _ZIP_ENROLLMENTS.columns.items() if t != "grade"},
            ),
            "which classes are homerooms",
        ),
    ):
        with pytest.raises(UnusableDelivery, match=words):
            change_zip(store, permit, mapping, enrollments=_SPELLS, changed=both)


_NEW_ROLES: Final = (
    "e1,active,2026-09-15,c1,o1,1,aide,2026-08-20,\n"
    "e2,active,,c1,o1,2,teacher,2026-08-20,\n"
    "e8,active,2026-09-15,c1,o1,t,teacher,2026-08-20,\n"
    "e9,active,2026-09-16,c1,o1,9,Student,2026-09-16,\n"
)


def list_ends(changed: ChangedFile) -> dict[str, tuple[str, str, str]]:
    names = ("sourcedId", "userSourcedId", "grades", "endDate")
    rows = zip(*(changed.table[name].to_pylist() for name in names), strict=True)
    return {key: (user_key, grade, end or "") for key, user_key, grade, end in rows}


def test_an_enrollment_ends_when_its_role_is_no_students_and_begins_again(
    store: FileStore, permit: MakePermit
) -> None:
    changed = change_zip(store, permit, _ZIP_ENROLLMENTS, enrollments=_NEW_ROLES)
    assert list_ends(changed) == {"e1": ("1", "03", "2026-09-15"), "e9": ("9", "03", "")}
    counts = changed.counts
    assert (counts.added, counts.changed, counts.deleted_rows, counts.not_found) == (1, 1, 1, 0)
    left_out = Counter(
        {note.code: note.count for s in changed.landing.sheets for note in s.left_out}
    )
    assert (left_out["other_people"], left_out["deleted_rows"]) == (1, 1)
    assert {note.code: note.count for note in changed.landing.notes}["ended_roles"] == 2
    receive = permit(Action.RECEIVE, "enrollment")
    after = write_changed_file(store, changed, _ZIP_ENROLLMENTS, permit=receive)

    def apply(enrollments: str) -> ChangedFile:
        return build_changed_file(
            store,
            after.ref,
            read_zip(changed="enrollments", enrollments=enrollments),
            _ZIP_ENROLLMENTS,
            permit=receive,
            label="later",
        )

    assert apply(_NEW_ROLES).counts.replaced_rows == 0
    back = apply("e1,active,2026-10-01,c1,o1,1,student,2026-08-20,\n")
    assert list_ends(back)["e1"] == ("1", "03", "")
    assert all(sheet.unaccounted == 0 for sheet in back.landing.sheets)


def test_without_ends_and_by_other_keys(store: FileStore, permit: MakePermit) -> None:
    columns = {n: t for n, t in _ZIP_ENROLLMENTS.columns.items() if t != "exit_date"}
    endless = replace(_ZIP_ENROLLMENTS, columns=columns)
    removed = change_zip(store, permit, endless, enrollments=_NEW_ROLES)
    assert set(removed.table["sourcedId"].to_pylist()) == {"e9"}
    columns = {n: t for n, t in _ZIP_ENROLLMENTS.columns.items() if t != "record_id"}
    by_user = replace(_ZIP_ENROLLMENTS, columns={**columns, "beginDate": "entry_date"})
    ended = change_zip(store, permit, by_user, enrollments=_NEW_ROLES.splitlines()[0])
    assert sorted(end or "" for end in ended.table["endDate"].to_pylist()) == ["", "2026-09-15"]
    # The number of an employee may be that of a student.
    numbers = {"userIdentifier": "local_id", "beginDate": "entry_date", "endDate": "exit_date"}
    users = _TABLES["users"].replace("familyName\n", "familyName,identifier\n")
    users = users.replace("Bell\n", "Bell,7\n").replace("Fox\n", "Fox,7\n")
    numbered = replace(_ZIP_ENROLLMENTS, columns=numbers)
    receive = permit(Action.RECEIVE, "enrollment")
    before = land_sheets(
        store, _read_tables(users, _TABLES["enrollments"], ""), numbered, permit=receive
    )
    heading = _TABLES["enrollments"].partition("\n")[0]
    sheets = _read_tables(users, f"{heading}\n{_NEW_ROLES.splitlines()[0]}\n", "enrollments")
    stays = build_changed_file(store, before.ref, sheets, numbered, permit=receive, label="changes")
    assert stays.counts.is_empty


def _read_tables(users: str, enrollments: str, changed: str) -> list[Any]:
    out = BytesIO()
    mode = f"file.{changed},delta\n" if changed else ""
    files = {**_TABLES, "manifest": f"propertyName,value\noneroster.version,1.1\n{mode}"}
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in {**files, "users": users, "enrollments": enrollments}.items():
            archive.writestr(f"{name}.csv", text)
    return read_file("sis.zip", out.getvalue())


def test_a_changed_role_ends_an_enrollment_of_the_api(store: FileStore, permit: MakePermit) -> None:
    def enroll(key: str, role: str, day: int = 1) -> dict[str, Any]:
        child = {"user": {"sourcedId": f"s{key}"}, "role": role}
        return record(key, day, beginDate="2026-08-20", **child)

    mapping = replace(ENROLLMENTS, filters=(RowFilter("enrollments", "role", keep=("student",)),))
    rows = [enroll("e1", "student"), enroll("e2", "student"), enroll("t1", "teacher")]
    before = land(store, permit, {"enrollments": rows}, mapping)
    changes = [enroll("e1", "aide", 15), enroll("t1", "aide", 15)]
    changed = build(store, permit, before, {"enrollments": changes}, mapping)
    ends = zip(*(changed.table[n].to_pylist() for n in ("sourcedId", "endDate")), strict=True)
    assert {key: end or "" for key, end in ends} == {"e1": "2026-09-15", "e2": ""}


def test_a_deleted_enrollment_does_not_stay_open_where_no_end_is_imported(
    store: FileStore, permit: MakePermit
) -> None:
    sheets = read_file("sis.zip", write_zip(enrollments=_SPELLS))
    covered = permit(Action.RECEIVE, "enrollment")
    hidden = permit(Action.RECEIVE, "enrollment", without=["exit_date"])
    columns = {n: t for n, t in _ZIP_ENROLLMENTS.columns.items() if n != "endDate"}
    unmapped = replace(_ZIP_ENROLLMENTS, columns=columns)
    for mapping, receive, names, ended in (
        (_ZIP_ENROLLMENTS, covered, ["e2", "e4"], True),
        (_ZIP_ENROLLMENTS, hidden, ["e4"], False),
        (unmapped, covered, ["e4"], False),
    ):
        landed = land_sheets(store, sheets, mapping, permit=receive)
        assert sorted(store.read(landed.ref)["sourcedId"].to_pylist()) == names
        assert ("ended_enrollments" in {note.code for note in landed.notes}) is ended
        assert all(sheet.unaccounted == 0 for sheet in landed.sheets)
