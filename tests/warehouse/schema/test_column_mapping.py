"""Mappings: a file a person can read and edit, checked when it is made."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import (
    ColumnMapping,
    ColumnTarget,
    MappingProblem,
    WideLayout,
)
from cairn.warehouse.schema.mapping_suggestion import (
    count_other_people,
    is_published_table,
    list_id_candidates,
    suggest_mapping,
)
from cairn.warehouse.schema.sheets import Sheet

_WHOLE = """
record = "session_attendance"
sheet = "Week*"
skip_rows = 2
fill_down = ["Site"]

[columns]
"Kid's name" = "name:last_first"
"Site" = "program"

[constants]
hours = 1

[codes.present]
"here" = "yes"
"-" = ""

[date_formats]
date = "%m/%d"

[wide]
value = "present"
school_year = "2025-26"
"""


def test_a_mapping_is_read_and_written(tmp_path: Path) -> None:
    mapping = ColumnMapping.parse(_WHOLE)
    assert mapping.wide == WideLayout("present", "date", "2025-26")
    assert mapping.constants == {"hours": "1"}
    assert mapping.date_formats == {"date": ("%m/%d",)}
    again = tmp_path / "m.toml"
    again.write_text(mapping.dump(), "utf-8")
    assert ColumnMapping.load(again) == mapping
    assert ColumnMapping.load(again).digest == mapping.digest


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@given(columns=st.lists(_TEXT, min_size=1, max_size=2, unique=True), code=_TEXT, sheet=_TEXT)
def test_any_mapping_survives_its_file(columns: list[str], code: str, sheet: str) -> None:
    mapping = ColumnMapping(
        record="student",
        sheet=sheet or None,
        columns=dict(zip(columns, ("local_id", "gender"), strict=False)),
        codes={"gender": {code: "F"}},
    )
    assert ColumnMapping.parse(mapping.dump()) == mapping


def test_columns_are_found_whatever_their_case_and_spacing() -> None:
    mapping = ColumnMapping(
        record="student", columns={"Student  ID": "local_id", "DOB": "birth_date"}
    )
    assert mapping.targets(["student id", "Other"]) == {"student id": ColumnTarget("local_id")}
    assert mapping.find_missing_columns(["STUDENT ID"]) == ["DOB"]


_SCORES = "record = 'assessment'\ncolumns = { ID = 'local_id', Day = 'date' }\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("record = ", "not valid TOML"),
        ('record = "student"', "is missing “columns”"),
        ('record = "student"\ncolour = 1\n[columns]', "colour"),
        ('record = "pupil"\n[columns]\na = "b"', "no record type “pupil”"),
        ('record = "student"\n[columns]\na = "gen"', "gender"),
        ('record = "student"\n[columns]\na = "zzz"', "local_id"),
        ('record = "student"\n[columns]\na = "gender:loud"', "no rule “loud”"),
        ('record = "session_attendance"\n[columns]\na = "hours:days"', "no rule “days”"),
        ('record = "student"\n[columns]\na = "name:sideways"', "name:last_first"),
        ('record = "calendar"\n[columns]\na = "name:last_first"', "holds no names"),
        ('record = "student"\n[columns]\na = "gender"\nb = "gender"', "both map to “Gender”"),
        (
            'record = "student"\n[columns]\na = "name:last_first"\nb = "suffix"',
            "both map to “Name suffix”",
        ),
        ('record = "student"\n[columns]\na = "gender"\n[constants]\nshoe = 1', "shoe"),
        ('record = "student"\n[columns]\na = "gender"\n[codes.gender]\nb = "Z"', "no code “Z”"),
        (
            'record = "student"\n[columns]\na = "gender"\n[codes.birth_date]\nb = "Z"',
            "Its codes are: none",
        ),
        ('record = "session_attendance"\n[columns]\n[wide]\nx = 1', r"\[wide\] takes"),
        (f"{_SCORES}[[filters]]\nname = 'n'\ncolumn = 'x'", "needs “keep” or “drop”"),
        (f"{_SCORES}[[filters]]\ncolumn = 'x'\nkeep = ['a']", "filters"),
        (f"{_SCORES}[derived.x]\nstrip = '_'", "columns to read"),
        (f"{_SCORES}[derived.x]\nfrom = 'a'\npattern = 'a'", "one group"),
        (f"{_SCORES}[derived.x]\nfrom = 'a'\npattern = '(a'", "one group"),
        (f"{_SCORES}[derived.x]\nfrom = 'a'\nreverse = 1", "derived"),
        (f"{_SCORES}[[results]]\ncolumns = {{ A = 'scored' }}", "Did you mean: score"),
        (f"{_SCORES}[[results]]\ncolumns = {{ A = 'local_id' }}", "the child's own local_id"),
        (
            f"{_SCORES}[[results]]\ncolumns = {{ A = 'score', B = 'score' }}",
            "both map to “Assessment score”",
        ),
        (f"{_SCORES}[[results]]\ncolumns = {{ A = 'date' }}", "date is mapped twice"),
        (f"{_SCORES}[[results]]\ncolumns = {{}}\nconstants = {{ x = 1 }}", "no field “x”"),
        (
            f"{_SCORES}[[results]]\ncolumns = {{ A = 'score' }}\nneeds = 'B'",
            "“B” is needed, but it is none",
        ),
        (
            (
                f"{_SCORES}[[results]]\ncolumns = {{ A = 'score' }}\nconstants.subject = 'X'\n"
                "[[results]]\ncolumns = { B = 'score' }\nconstants.subject = 'X'"
            ),
            "two results have the name “X”",
        ),
        (f"{_SCORES}[levels]\nHigh = 'maybe'", "write yes, no"),
        (f"{_SCORES}[[cut_scores]]\nat_least = 3\nfield = 'subject'", "is not a number"),
        (f"{_SCORES}[[cut_scores]]\nat_least = 3\nwhere = {{ x = 'a' }}", "no field “x”"),
        ('record = "student"\n[columns]\na = "gender"\n[levels]\nHigh = "yes"', "no field “met”"),
        (
            (
                "record = 'session_attendance'\ncolumns = { a = 'local_id' }\n[[results]]\n"
                "columns = { b = 'hours' }\n[[results]]\ncolumns = { c = 'hours:minutes' }"
            ),
            "two rules",
        ),
        (
            (
                "record = 'session_attendance'\ncolumns = { a = 'local_id' }\n[[results]]\n"
                "columns = { b = 'hours' }\n[wide]\nvalue = 'present'"
            ),
            "not both",
        ),
        (
            'record = "session_attendance"\n[columns]\n[wide]\nvalue = "hours"\nschool_year = "x"',
            "school_year",
        ),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(text: str, says: str) -> None:
    with pytest.raises(MappingProblem, match=says):
        ColumnMapping.parse(text)


def test_flags_may_share_a_field() -> None:
    columns = {"White": "race_ethnicity:white", "Race": "race_ethnicity"}
    assert ColumnMapping(record="student", columns=columns).columns == columns


@pytest.mark.parametrize(
    ("header", "record", "columns"),
    [
        (
            ["Child", "DOB", "School", "Date Joined"],
            "participation",
            {
                "Child": "name:first_last",
                "DOB": "birth_date",
                "School": "school_name",
                "Date Joined": "start_date",
            },
        ),
        (
            ["LAST NAME", "First_Name", "Session Date", "Mins"],
            "session_attendance",
            {
                "LAST NAME": "family_name",
                "First_Name": "given_name",
                "Session Date": "date",
                "Mins": "hours:minutes",
            },
        ),
        (
            ["Student ID", "Days Enrolled", "Absences"],
            "attendance_total",
            {"Student ID": "local_id", "Days Enrolled": "days_enrolled", "Absences": "days_absent"},
        ),
        (  # As a planner exports online registrations from Cvent.
            ["First Name", "Last Name", "Event Title", "Registration Date", "Invitee Status"],
            "participation",
            {
                "First Name": "given_name",
                "Last Name": "family_name",
                "Event Title": "program",
                "Registration Date": "start_date",
            },
        ),
        (
            ["School ID", "School Year", "Instructional Days"],
            "calendar",
            {
                "School ID": "school_id",
                "School Year": "school_year",
                "Instructional Days": "instructional_days",
            },
        ),
    ],
)
def test_a_mapping_is_guessed_from_its_headers(
    header: list[str], record: str, columns: dict[str, str]
) -> None:
    guess = suggest_mapping(header)
    assert (guess.record, dict(guess.columns)) == (record, columns)


def test_flags_and_a_comma_in_the_names_are_seen() -> None:
    sample = pa.table({"Name": ["Cruz, Ana", "Lee, Bo"], "White": ["Y", "N"], "Asian": ["N", "Y"]})
    guess = suggest_mapping(["Name", "White", "Asian", "Gender"], sample, "student")
    assert guess.columns == {
        "Name": "name:last_first",
        "White": "race_ethnicity:white",
        "Asian": "race_ethnicity:asian",
        "Gender": "gender",
    }


def test_a_column_a_day_is_seen() -> None:
    hours = pa.table({"9/8": ["1.5", ""], "9/10": ["2", "1"]})
    guess = suggest_mapping(["Name", "Middle", "9/8", "9/10"], hours)
    assert guess.record == "session_attendance"
    assert guess.wide is not None
    assert guess.wide.value == "hours"
    marks = suggest_mapping(["Name", "2025-09-08", "2025-09-10"], None)
    assert marks.wide == WideLayout("present")


def test_nothing_recognized_says_so() -> None:
    with pytest.raises(MappingProblem, match="map the columns yourself"):
        suggest_mapping(["qqq", "zzz"])
    assert suggest_mapping(["qqq"], None, "calendar").columns == {}


def test_published_exports_get_a_sensible_guess(real_data: Path) -> None:
    path = real_data / "assessments" / "KRA" / "data" / "KRA_sample_file_deidentified.csv"
    (sheet,) = read_file(path.name, path.read_bytes())
    guess = suggest_mapping(sheet.header, sheet.table)
    assert guess.record == "assessment"
    assert guess.columns["PS_StudentID"] == "local_id"
    assert guess.columns["OverallScore"] == "score"
    path = real_data / "edfi_grandbend" / "StudentSchoolAttendance.xml"
    (events,) = read_file(path.name, path.read_bytes())
    guess = suggest_mapping(events.header)
    assert guess.record == "attendance"
    assert guess.columns["AttendanceEvent.AttendanceEventCategory"] == "event"


_RULES = """
record = "assessment"

[columns]
"Student" = "local_id"
Grade = "grade"

[derived.Student]
from = ["ID", "Check"]
join = ""
strip = "_"
pattern = "^([0-9]+)"
pad = 7

[[filters]]
name = "Consent"
column = "Consent"
drop = ["no"]

[[results]]
columns = { "{season} Score" = "score", "{season} Level" = "performance_level" }
constants = { season = "{season}", subject = "Reading" }
each = { season = ["Fall", "Spring"] }
needs = ["{season} Score"]

[levels]
"At Level" = "yes"
Below = "no"
Other = ""

[[cut_scores]]
at_least = 12.5
field = "score"
source = "the district's table"
where = { grade = ["3", "4"] }
"""


def test_rules_survive_their_file() -> None:
    mapping = ColumnMapping.parse(_RULES)
    assert mapping.cut_scores[0].at_least == 12.5
    assert ColumnMapping.parse(mapping.dump()) == mapping
    assert ColumnMapping.parse(mapping.dump()).digest == mapping.digest


def test_columns_of_rules_count_as_read() -> None:
    mapping = ColumnMapping.parse(_RULES)
    header = ["id", "Check", "GRADE", "Consent", "Spring Score", "Note"]
    assert mapping.find_missing_columns(header) == []
    assert mapping.list_read_columns(header) == header[:-1]
    assert mapping.measure_fit(header) == 1
    assert mapping.list_present_columns(header) == dict(mapping.columns)
    assert mapping.find_missing_columns(header[1:4]) == ["ID", "Fall Score", "Fall Level"]
    assert mapping.measure_fit(header[1:4]) == 0.6
    assert mapping.list_present_columns(header[1:4]) == {"Grade": "grade"}
    assert mapping.list_target_fields() == frozenset(
        {"local_id", "grade", "score", "performance_level", "season", "subject", "met"}
    )


_FIXED_WIDTH = """
record = "student"

[columns]
ID = "local_id"

[[fixed_width]]
name = "ID"
start = {start}
length = 4
"""


def test_a_layout_of_fixed_width_is_part_of_a_mapping() -> None:
    mapping = ColumnMapping.parse(_FIXED_WIDTH.format(start=3))
    assert (mapping.fixed_width[0].start, mapping.fixed_width[0].end) == (3, 6)
    assert ColumnMapping.parse(mapping.dump()) == mapping
    with pytest.raises(MappingProblem, match="at least 1"):
        ColumnMapping.parse(_FIXED_WIDTH.format(start=0))


def _read_shared(real_data: Path, *parts: str) -> Sheet:
    path = real_data.joinpath(*parts)
    (sheet,) = read_file(path.name, path.read_bytes())
    return sheet


def test_a_table_of_counties_is_no_list_of_children(real_data: Path) -> None:
    sheet = _read_shared(real_data, "charlottesville", "outcomes", "child_pov_byRace.csv")
    assert is_published_table(sheet.header)
    assert not suggest_mapping(sheet.header, sheet.table).type.subject
    assert not is_published_table(["Student ID", "County", "Total", "Rate"])
    assert not is_published_table(["Program", "Days"])


def test_a_family_of_skills_is_no_last_name(real_data: Path) -> None:
    name = "SR_SkillArea_v1_sample_anonymized_file.csv"
    sheet = _read_shared(real_data, "assessments", "STAR", "data", name)
    assert "FamilyName" not in suggest_mapping(sheet.header, sheet.table, "student").columns
    assert list_id_candidates(sheet.header, sheet.table)[:2] == (
        "StudentRenaissanceID",
        "StudentSourcedID",
    )


def test_the_level_of_a_test_is_no_result(real_data: Path) -> None:
    sheet = _read_shared(real_data, "assessments", "CogAT", "data", "sample_anonymized_file.csv")
    assert "Level" not in suggest_mapping(sheet.header, sheet.table).columns
    assert set(list_id_candidates(sheet.header, sheet.table)) >= {"Student ID"}


def test_the_key_of_an_enrollment_is_no_student_and_other_people_are_counted() -> None:
    header = ["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"]
    rows = [["e1", "c1", "s1", "u1", "student"], ["e2", "c1", "s1", "u2", "teacher"]]
    rows += [["e3", "c1", "s1", "u3", "Guardian"], ["e4", "c1", "s1", "u4", ""]]
    table = pa.table(dict(zip(header, map(list, zip(*rows, strict=True)), strict=True)))
    guess = suggest_mapping(header, table, "enrollment")
    assert guess.columns["userSourcedId"] == "local_id"
    assert "sourcedId" not in guess.columns
    assert count_other_people(header, table) == ("role", 2)
    assert count_other_people(["ID"], table) == ("", 0)
    assert suggest_mapping(["sourcedId"], None, "student").columns == {"sourcedId": "local_id"}
