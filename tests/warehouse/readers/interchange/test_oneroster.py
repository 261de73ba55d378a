"""OneRoster in a zip: the tables of the standard, and two that join them."""

import zipfile
from io import BytesIO

import pytest

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.sheets import ROW_COLUMN, Sheet, UnreadableFile

_FILES = {
    "manifest": "propertyName,value\noneroster.version,1.2\n",
    "orgs": "sourcedId,name,type,identifier\no1,Oak School,school,17\n",
    "academicSessions": "sourcedId,title,schoolYear\nt1,2025-26,2026\n",
    "classes": "sourcedId,title,grades,classType,termSourcedIds,schoolSourcedId\n"
    'c1,Homeroom 3,03,homeroom,"t1,t2",o1\nc2,Band,03,scheduled,t1,o1\n',
    "users": "sourcedId,role,givenName,familyName,identifier\n"
    "u0,teacher,Pat,Fox,\nu1,student,Ana,Cruz,900\nu2,student,Bo,Lee,901\n",
    "demographics": "sourcedId,birthDate,sex,white\nu2,2016-05-01,male,true\n"
    "u1,2017-02-03,female,false\n",
    "enrollments": "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\n"
    "e1,c1,o1,u1,student\ne2,c2,o1,u1,student\ne3,c1,o1,u0,teacher\ne4,c1,o1,u9,student\n",
}


def _read(**changed: str) -> dict[str, Sheet]:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in (_FILES | changed).items():
            if text:
                made.writestr(f"{name}.csv", text)
    return {s.name: s for s in read_file("roster.zip", out.getvalue())}


def test_students_are_users_with_their_demographics() -> None:
    sheets = _read()
    assert set(sheets) == {"students", *_FILES}
    students = sheets["students"].table.to_pylist()
    assert [(s["sourcedId"], s["birthDate"], s[ROW_COLUMN]) for s in students] == [
        ("u1", "2017-02-03", 3),
        ("u2", "2016-05-01", 4),
    ]


def test_enrollments_have_their_class_school_and_year() -> None:
    sheet = _read()["enrollments"]
    first, last = sheet.table.to_pylist()
    assert (first["userSourcedId"], first["grades"], first["schoolYear"]) == ("u1", "03", "2026")
    assert (first["schoolName"], first["userIdentifier"], first[ROW_COLUMN]) == (
        "Oak School",
        "900",
        2,
    )
    assert last["userSourcedId"] is None, "u9 is no user of the archive"
    assert last["userIdentifier"] is None
    (unknown,) = [note for note in sheet.notes if note.code == "unknown_users"]
    assert (unknown.count, unknown.rows) == (1, (5,))
    known = _read(enrollments=_FILES["enrollments"].replace("u9", "u2"))["enrollments"]
    assert "unknown_users" not in {note.code for note in known.notes}
    assert {n.code: n.count for n in sheet.left_out} == {
        "header_rows": 1,
        "other_people": 1,
        "homerooms": 1,
    }


def test_what_a_sender_leaves_out_is_not_missed() -> None:
    bare = _read(demographics="", classes="", academicSessions="", orgs="")
    assert "birthDate" not in bare["students"].header
    assert bare["enrollments"].table.num_rows == 3
    assert "students" not in _read(users="", enrollments="")


def test_a_zip_without_the_manifest_is_just_tables() -> None:
    assert "students" not in _read(manifest="")
    assert "students" not in _read(manifest="propertyName,value\nsomething,1\n")
    assert "students" not in _read(manifest="a,b\n1,2\n")


@pytest.mark.parametrize("pattern", ["{folder}/{name}.csv", "{folder}.zip"])
def test_a_zip_has_one_export(pattern: str) -> None:
    def read(*folders: str) -> list[Sheet]:
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as made:
            made.writestr("notes/visits.csv", "ID\n1\n")
            for folder in folders:
                inner = BytesIO()
                with zipfile.ZipFile(inner, "w") as export:
                    for name, text in _FILES.items():
                        export.writestr(f"{name}.csv", text)
                        if "{name}" in pattern:
                            made.writestr(pattern.format(folder=folder, name=name), text)
                if "{name}" not in pattern:
                    made.writestr(pattern.format(folder=folder), inner.getvalue())
        return read_file("all.zip", out.getvalue())

    assert {sheet.name for sheet in read("east")} == {"visits", "students", *_FILES}
    with pytest.raises(UnreadableFile, match=r"all\.zip contains several OneRoster or HMIS"):
        read("east", "west")


_USERS = (
    "sourcedId,givenName,familyName,status\nu0,Pat,Fox,\nu1,Ana,Cruz,active\nu2,Bo,Lee,\n"
    "u3,Cy,Ray,tobedeleted\n"
)
_ROLES = (
    "userSourcedId,roleType,role,status\nu0,primary,parent,\nu1,primary,student,\n"
    "u2,primary,teacher,\nu2,secondary,student,tobedeleted\nu3,primary,Student,\n"
)


def test_roles_of_version_1_2_decide_who_is_a_student() -> None:
    students = _read(users=_USERS, roles=_ROLES)["students"]
    assert students.table["sourcedId"].to_pylist() == ["u1"]
    counts = {n.code: n.count for n in students.left_out}
    assert (counts["other_people"], counts["deleted_rows"]) == (2, 1)
    with pytest.raises(UnreadableFile, match="who is a student"):
        _read(users=_USERS)


def test_a_deleted_enrollment_ends_on_its_day() -> None:
    sheet = _read(
        classes="",
        enrollments="sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
        "userSourcedId,role,endDate\n"
        "e1,active,2026-01-05,c1,o1,u1,student,\n"
        "e2,tobedeleted,2026-02-03T10:00:00Z,c1,o1,u1,student,\n"
        "e3,ToBeDeleted,2026-02-03,c1,o1,u2,student,2026-01-31\n"
        "e4,tobedeleted,,c1,o1,u2,student,\n",
    )["enrollments"]
    ends = dict(zip(*(sheet.table[c].to_pylist() for c in ("sourcedId", "endDate")), strict=True))
    assert ends == {"e1": "", "e2": "2026-02-03", "e3": "2026-01-31"}
    assert {n.code: n.count for n in sheet.left_out}["deleted_rows"] == 1
    assert {n.code: n.count for n in sheet.notes}["ended_enrollments"] == 2
    rows = sheet.table.num_rows + sum(n.count for n in sheet.left_out)
    assert rows == sheet.file_rows
    plain = "sourcedId,status,classSourcedId,schoolSourcedId,userSourcedId,role\n"
    other = _read(enrollments=plain + "e1,tobedeleted,c1,o1,u1,student\n")["enrollments"]
    assert other.table.num_rows == 0
    dated = plain.replace("status", "status,dateLastModified")
    ended = _read(enrollments=dated + "e1,tobedeleted,2026-02-03,c1,o1,u1,student\n")["enrollments"]
    assert ended.table["endDate"].to_pylist() == ["2026-02-03"]


def test_misspelt_headers_are_named() -> None:
    notes = _read(demographics="sourcedId,birth_date,sexe,shoe\nu1,2017-02-03,female,4\n")[
        "students"
    ].notes
    messages = [n.message for n in notes if n.code == "misspelt_header"]
    assert ["“birthDate”" in messages[0], "“sex”" in messages[1], len(messages)] == [True, True, 2]
    with pytest.raises(UnreadableFile, match=r"no column “userSourcedId”. Is it “userSourceId”"):
        _read(
            enrollments="sourcedId,classSourcedId,schoolSourcedId,userSourceId,role\ne1,c1,o1,u1,student\n"
        )
    with pytest.raises(UnreadableFile, match=r"no column “role”\.$"):
        _read(enrollments="sourcedId,classSourcedId,schoolSourcedId,userSourcedId\ne1,c1,o1,u1\n")


def test_the_manifest_says_what_is_missing_and_what_is_only_changes() -> None:
    manifest = _FILES["manifest"] + "file.users,delta\nfile.courses,bulk\nfile.results,absent\n"
    notes = {n.code: n.message for n in _read(manifest=manifest)["students"].notes}
    assert "lacks: courses." in notes["missing_tables"]
    assert "changes only" in notes["changes_only"]
    assert not {"missing_tables", "changes_only"} & {n.code for n in _read()["students"].notes}
