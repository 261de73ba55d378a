"""OneRoster in a zip: the tables of the standard, and two that join them."""

import zipfile
from io import BytesIO

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.sheets import ROW_COLUMN, Sheet

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
    assert last["userSourcedId"] == "u9"
    assert last["userIdentifier"] is None
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
