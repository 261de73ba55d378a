"""Which feeds a file holds, by known mappings and by guesses."""

import io
import json
import zipfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests.matching.pprl.encoded_files import encoded
from tests.matching.rosters.roster_rows import children

from cairn.data.intake.feed_recognition import (
    ColumnMismatch,
    UnrecognizedFile,
    find_best_feed,
    guess_file_mapping,
    is_mapping_sufficient,
    make_feed_name,
    recognize_feeds,
    refuse_misfit,
)
from cairn.warehouse.layouts import load_layouts
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping, MappingProblem
from cairn.warehouse.schema.mapping_rules import PeriodRule

ATTENDANCE = b"Student ID,Date,Absence type\n1,2026-09-01,excused\n"


def test_a_known_mapping_that_fits_is_taken(roster: bytes, students: ColumnMapping) -> None:
    other = ColumnMapping(record="attendance", columns={"Student ID": "local_id", "Date": "date"})
    (one,) = recognize_feeds(
        "x.csv", read_file("x.csv", roster), {"abs": other, "roster": students}
    )
    assert (one.name, one.guessed) == ("roster", False)


def test_a_mapping_for_a_sheet_fits_no_other_sheet(roster: bytes, students: ColumnMapping) -> None:
    (sheet,) = read_file("x.csv", roster)
    elsewhere = ColumnMapping(record="student", columns=students.columns, sheet="Other*")
    assert find_best_feed(sheet, {"roster": elsewhere}) is None
    assert find_best_feed(sheet, {}) is None


@pytest.mark.parametrize(
    ("record", "columns", "fits"),
    [
        ("session_attendance", {"In": "hours:time_in", "Out": "hours:time_out"}, False),
        ("attendance", {"In": "event:period", "P2": "event:period"}, True),
    ],
)
def test_a_file_may_lack_a_column_of_several_that_make_one_value(
    record: str, columns: dict[str, str], fits: bool
) -> None:
    columns = {"Student ID": "local_id", "Date": "date", **columns}
    periods = PeriodRule(2) if record == "attendance" else None
    known = ColumnMapping(record=record, columns=columns, periods=periods)
    (sheet,) = read_file("x.csv", b"Student ID,Date,In\n1,2026-09-01,8:00\n")
    with nullcontext() if fits else pytest.raises(ColumnMismatch, match="Expected columns"):
        refuse_misfit("days", known, [sheet])


def test_what_is_not_known_is_guessed_when_its_columns_tell() -> None:
    content = b"Student ID,First Name,Last Name,Date of Birth\n1,Ada,Ames,2015-01-02\n"
    (one,) = recognize_feeds("Students 2026.csv", read_file("x.csv", content), {})
    assert (one.name, one.guessed, one.mapping.record) == ("students-2026", True, "student")


def test_a_known_layout_comes_before_a_guess() -> None:
    """The level of the test, and whose ID it is, are what the layout says."""
    layout = load_layouts()["iready_math"]
    row = dict.fromkeys(_IREADY, "1")
    content = f"{','.join(row)},Notes\n{','.join(row.values())},x\n".encode()
    (feed,) = recognize_feeds("Diagnostic.csv", read_file("x.csv", content), {})
    assert (feed.guessed, feed.mapping) == (True, layout.mapping)
    assert guess_file_mapping(read_file("x.csv", content), "assessment") == layout.mapping
    assert guess_file_mapping(read_file("x.csv", content), "student").record == "student"


def test_a_layout_of_one_subject_reads_no_file_of_several() -> None:
    """The layout calls each row mathematics, and does not read the column with the subject."""
    row = dict.fromkeys(_IREADY, "1")
    header, cells = ",".join([*row, "Subject"]), ",".join(row.values())
    for subjects, is_layout in (
        (("Math", "Math"), True),
        (("Math", "Reading"), False),
        (("Reading", "Reading"), False),
    ):
        rows = "".join(f"{cells},{subject}\n" for subject in subjects)
        sheets = read_file("x.csv", f"{header}\n{rows}".encode())
        (feed,) = recognize_feeds("Diagnostic.csv", sheets, {})
        assert (feed.mapping == load_layouts()["iready_math"].mapping) is is_layout
        assert ("Subject" in feed.mapping.columns) is not is_layout


_IREADY = (
    "Student ID", "Student State ID", "First Name", "Last Name", "Student Grade", "Academic Year",
    "Completion Date", "Norming Window", "Overall Scale Score", "Percentile",
    "Overall Relative Placement", "Quantile Measure",
)  # fmt: skip


def test_nothing_is_made_of_columns_that_do_not_tell() -> None:
    assert recognize_feeds("x.csv", read_file("x.csv", b"Color,Size\nred,1\n"), {}) == []
    assert recognize_feeds("x.csv", read_file("x.csv", b"Student ID,Color\n1,red\n"), {}) == []


def test_visits_within_a_record_are_a_feed_of_the_child_around_them() -> None:
    visit = {"date": "2025-10-06", "minutes": 45, "status": "attended"}
    child = {"localId": "7001", "name": {"first": "Ada", "last": "Bell"}}
    record = {"student": child, "program": {"name": "Chess", "site": "Oak"}, "visits": [visit]}
    content = json.dumps({"data": [record, record]}).encode()
    feeds = recognize_feeds("club.json", read_file("club.json", content), {})
    records = {feed.name: feed.mapping for feed in feeds}
    assert {n: m.record for n, m in records.items()} == {
        "club-data": "participation",
        "club-data-visits": "session_attendance",
    }
    columns = records["club-data-visits"].columns
    assert columns["parent.program.name"] == "program"
    assert columns["parent.student.localId"] == "local_id"


def test_contacts_of_an_organization_are_no_children() -> None:
    """The record around a contact is an organization, and no parent of a child."""
    contact = {"name": "Pat Fox", "email": "pat@example.org"}
    program = {"name": "Food help"}
    for inner in ({"contacts": [contact]}, {"program": program}):
        record = {"id": "o1", "name": "Oak Center", "url": "https://example.org", **inner}
        content = json.dumps([record, record]).encode()
        assert recognize_feeds("o.json", read_file("o.json", content), {}) == []
    own = {"studentId": "7", "firstName": "Ada", "lastName": "Bell", "relationship": "mother"}
    content = json.dumps([{**own, "parent": {"name": "Pat Bell"}}]).encode()
    (feed,) = recognize_feeds("o.json", read_file("o.json", content), {})
    assert feed.mapping.columns["parent.name"] == "guardian_name"


def test_an_archive_gives_each_sheet_its_feed() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "Kids.csv", "Student ID,First Name,Last Name,Date of Birth\n1,Ada,Ames,2015-01-02\n"
        )
        archive.writestr("Days.csv", ATTENDANCE.decode())
    found = recognize_feeds("all.zip", read_file("all.zip", packed.getvalue()), {})
    assert {one.name: one.mapping.sheet for one in found} == {
        "all-kids": "Kids",
        "all-days": "Days",
    }


def test_an_interchange_is_only_what_its_tables_mean(tmp_path: Path) -> None:
    xml = (
        '<?xml version="1.0"?><InterchangeContact xmlns="http://ed-fi.org/5.2.0">'
        "<Contact><Name><FirstName>A</FirstName><LastSurname>B</LastSurname></Name>"
        "<BirthData><BirthDate>1980-01-01</BirthDate></BirthData>"
        "<ContactUniqueId>7</ContactUniqueId></Contact></InterchangeContact>"
    )
    assert recognize_feeds("Contact.xml", read_file("Contact.xml", xml.encode()), {}) == []


_STUDENT = (
    "<StudentReference><StudentIdentity><StudentUniqueId>{}</StudentUniqueId></StudentIdentity>"
    "</StudentReference>"
)
_PROGRAM = (
    "<ProgramReference><ProgramIdentity><ProgramName>{0}</ProgramName>"
    "<ProgramType>{0}</ProgramType></ProgramIdentity></ProgramReference>"
)
_ASSOCIATIONS = {
    "StudentProgramAssociation": ("Gifted", "", "participation", "program"),
    "StudentSpecialEducationProgramAssociation": (
        "Special Education",
        "<SpecialEducationSetting>Inside regular class</SpecialEducationSetting>",
        "special_education",
        "setting",
    ),
    "StudentCTEProgramAssociation": (
        "Career and Technical Education",
        "<CTEProgramService><CIPCode>13.0410</CIPCode></CTEProgramService>",
        "career_technical",
        "career_pathway",
    ),
    "StudentTitleIPartAProgramAssociation": (
        "Title I",
        "<TitleIPartAParticipant>Targeted</TitleIPartAParticipant>",
        "title_i",
        "title_i_type",
    ),
    "StudentMigrantEducationProgramAssociation": (
        "Migrant",
        "<PriorityForServices>0</PriorityForServices>",
        "migrant_education",
        "priority",
    ),
    "StudentLanguageInstructionProgramAssociation": (
        "ESL",
        "<Dosage>175</Dosage>",
        "english_learner",
        "instrument",
    ),
    "StudentHomelessProgramAssociation": ("Homeless", "", "homelessness", "project_type"),
}


def test_each_program_association_is_a_record_type_of_its_own() -> None:
    elements = "".join(
        f"<{kind}>{_STUDENT.format(number)}{_PROGRAM.format(program)}"
        f"<BeginDate>2021-08-30</BeginDate>{more}</{kind}>"
        for kind, (program, more, _record, _field) in _ASSOCIATIONS.items()
        for number in (605001, 605002)
    )
    xml = f"<InterchangeStudentProgram>{elements}</InterchangeStudentProgram>"
    sheets = read_file("StudentProgram.xml", xml.encode())
    found = {feed.mapping.record: feed for feed in recognize_feeds("p.xml", sheets, {})}
    assert found.keys() == {record for _program, _more, record, _field in _ASSOCIATIONS.values()}
    for _program, _more, record, field in _ASSOCIATIONS.values():
        assert {"local_id", field} <= {*found[record].mapping.columns.values()}
        assert found[record].name == f"p-{record.replace('_', '-')}"
    known = {feed.name: feed.mapping for feed in found.values()}
    again = recognize_feeds("p.xml", sheets, known)
    assert {feed.name for feed in again} == known.keys()
    assert not any(feed.guessed for feed in again)
    first = {"p": found["participation"].mapping}
    later = {feed.name: feed.guessed for feed in recognize_feeds("p.xml", sheets, first)}
    assert later.pop("p") is False
    assert later == dict.fromkeys(known.keys() - {"p-participation"}, True)


def test_a_guess_for_a_person_to_correct() -> None:
    mapping = guess_file_mapping(read_file("x.csv", ATTENDANCE))
    assert mapping.record == "attendance"
    assert (
        guess_file_mapping(read_file("x.csv", b"Student ID\n1\n"), "enrollment").record
        == "enrollment"
    )
    assert not is_mapping_sufficient(
        guess_file_mapping(read_file("x.csv", b"Student ID\n1\n"), "enrollment")
    )


def test_encodings_are_known_by_their_columns() -> None:
    (found,) = recognize_feeds(
        "River clinic.parquet", read_file("a.parquet", encoded(children(3))), {}
    )
    assert (found.name, found.mapping.record) == ("river-clinic", "encoded_child")
    assert is_mapping_sufficient(found.mapping)


def test_a_correction_file_is_no_file_of_a_data_set(students: ColumnMapping) -> None:
    content = (
        b"Cairn key,Cairn sheet,Cairn row,Problems,ID,First,Last,Born,Sex\n"
        b"1-ab-2,a,4,x,3,Cam,Cole,,X\n"
    )
    sheets = read_file("x.csv", content)
    with pytest.raises(UnrecognizedFile, match="This is a correction file of Cairn"):
        recognize_feeds("x.csv", sheets, {"roster": students})
    with pytest.raises(UnrecognizedFile, match="on the page of its data submission"):
        refuse_misfit("roster", students, sheets)


def test_no_guess_says_so() -> None:
    with pytest.raises(MappingProblem, match="did not recognize any column name"):
        guess_file_mapping(read_file("x.csv", b"Color\nred\n"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "Color\nred\n")
        archive.writestr("b.csv", "Size\n1\n")
    with pytest.raises(MappingProblem, match="did not recognize any column name"):
        guess_file_mapping(read_file("x.zip", packed.getvalue()))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("StudentSchoolAttendance.xml", "student-school-attendance"),
        ("Fall roster (final).csv", "fall-roster-final"),
        ("???.csv", "feed"),
    ],
)
def test_a_feed_has_a_plain_name(text: str, name: str) -> None:
    assert make_feed_name(text) == name


def test_data_sets_of_a_long_name_differ() -> None:
    tables = {
        "students": b"Student ID,Last name,First name\n1,Holt,Ana\n",
        "attendance": ATTENDANCE,
        "attendance_spring": ATTENDANCE.replace(b"Absence type", b"Attendance code"),
    }
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in tables.items():
            file.writestr(f"{name}.csv", content)
    sheets = read_file("x.zip", archive.getvalue())
    name = "a-district-with-a-name-that-is-long-enough-for-any-data-set"
    names = {
        feed.name
        for year in ("1", "2")
        for feed in recognize_feeds(f"{name}{year}.zip", sheets, {})
    }
    assert len(names) == 2 * len(tables)
    assert all(len(name) <= 60 and name == make_feed_name(name) for name in names)
    assert {name.rpartition("-")[2] for name in names} == {"students", "attendance", "spring"}
