"""What the other columns say: class periods, excuses, titles of courses, households, children."""

import pytest

from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping, MappingProblem
from cairn.warehouse.schema.headings.class_periods import count_class_periods, read_class_periods
from cairn.warehouse.schema.mapping_rules import DerivedColumn
from cairn.warehouse.schema.mapping_suggestion import suggest_mapping


def suggest(header: str, *rows: str) -> ColumnMapping:
    (sheet,) = read_file("export.csv", "\n".join([header, *rows]).encode())
    return suggest_mapping(sheet.header, sheet.table)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("3", ("3",)),
        ("Period 03", ("3",)),
        ("p3", ("3",)),
        ("3rd hour", ("3",)),
        ("3(A-B)", ("3",)),
        ("(A)", ("(a)",)),
        ("1-4", ("1", "2", "3", "4")),
        ("Periods 2, 3", ("2", "3")),
        ("2, 3 & 5", ("2", "3", "5")),
        ("2; 3+5", ("2", "3", "5")),
        ("4-1", ("4-1",)),
        ("Block B", ("b",)),
        ("Art, 2D and 3D", ("art, 2d and 3d",)),
        ("Homeroom", ("homeroom",)),
        ("Homeroom (A-B)", ("homeroom",)),
        ("4-1 (A)", ("4-1",)),
        ("All Day (A-B)", ()),
        ("Algebra  (Lab)", ("algebra (lab)",)),
        ("Art, 2 (Studio)", ("art, 2 (studio)",)),
        ("All Day", ()),
        (" ", ()),
    ],
)
def test_cells_name_class_periods(text: str, names: tuple[str, ...]) -> None:
    assert read_class_periods(text) == names


def test_a_spelling_of_a_period_is_no_other_period() -> None:
    (sheet,) = read_file("x.csv", b"Period\n1\nPer 1\n1(A)\n1-2\nAll\n")
    assert count_class_periods(sheet.table["Period"]) == 2


@pytest.mark.parametrize(
    ("header", "rows", "record", "targets"),
    [
        (
            "STUDENTS.Student_Number,ATTENDANCE.Att_Date,PERIOD.Expression,ATTENDANCE_CODE.Att_Code",
            ("7,9/8/2026,1(A),U", "7,9/8/2026,2(A),U"),
            "attendance",
            {"PERIOD.Expression": "event:class_period", "ATTENDANCE_CODE.Att_Code": "event"},
        ),
        (
            "studentNumber,date,periodName,status,excuse",
            ("7,2026-09-08,01,Absent,Excused", "7,2026-09-08,02,Present,"),
            "attendance",
            {"periodName": "event:class_period", "status, excuse": "event", "status": None},
        ),
        (
            "Student ID,Attendance Date,Attendance Code,Excuse",
            ("7,2026-09-08,A,E", "8,2026-09-08,A,U"),
            "attendance",
            {"Attendance Code, Excuse": "event"},
        ),
        (
            "Student ID,Attendance Date,Session,Attendance Status",
            ("7,2026-09-08,AM,Absent", "7,2026-09-08,PM,Present"),
            "attendance",
            {"Session": "event:class_period", "Attendance Status": "event"},
        ),
        (
            "Student ID,Date,Course,Attendance Code",
            ("7,2026-09-08,Art,A", "7,2026-09-08,Band,P", "8,2026-09-08,Art,P"),
            "attendance",
            {"Course": "event:class_period"},
        ),
        (
            "Student ID,Period,9/8/2026,9/9/2026",
            ("7,1,UA,P", "7,2,T,UA"),
            "attendance",
            {"Period": "event:class_period"},
        ),
        # A course in which each student is once says nothing of the day.
        (
            "Student ID,Date,Homeroom Teacher,Course,Attendance Code",
            ("7,2026-09-08,Fox,Art,A", "8,2026-09-08,Fox,Art,P", "7,2026-09-09,Fox,Art,A"),
            "attendance",
            {"Course": None, "Attendance Code": "event"},
        ),
        (
            "Student ID,Date,Period,Attendance Code",
            ("7,2026-09-08,2026-27 Q1,A", "8,2026-09-08,2026-27 Q1,P"),
            "attendance",
            {"Period": None},
        ),
        (
            "Student ID,Date,Class,Status",
            ("7,2026-09-08,Chess,Present", "7,2026-09-08,Choir,Absent"),
            "session_attendance",
            {"Class": "program", "Status": "present"},
        ),
        (
            "Student Number,Class,Term,Current Grade (%),Letter",
            ("7,Algebra I,Q1,74%,C", "8,Biology,Q1,91%,A"),
            "course",
            {"Class": "course_title", "Letter": "mark", "Current Grade (%)": "points"},
        ),
        (
            "student.studentNumber,grading.courseName,grading.termName,grading.score,cal.endYear",
            ("7,Reading,Q1,B+,2026", "8,Reading,Q2,A,2026"),
            "course",
            {
                "grading.termName": "term",
                "grading.score": "mark",
                "cal.endYear": "school_year",
            },
        ),
        (
            "TermName,StudentID,StudentDateOfBirth,Test,TestStartDate,RIT Score,Test Percentile",
            (
                "Fall 2025-2026,7,03/01/2015,Growth,09/12/2025,201,44",
                "Winter 2025-2026,7,03/01/2015,Growth,01/12/2026,207,48",
            ),
            "assessment",
            {
                "TermName": None,
                "TermName (season)": "season",
                "TermName (school year)": "school_year",
                "StudentDateOfBirth": "birth_date",
                "TestStartDate": "date",
                "Test Percentile": "percentile",
            },
        ),
        (
            "Student Identifier,Last Name,Screening Window,SS,PR",
            ("7,Ames,Fall Screening 2025-26,912,44", "8,Boyd,Fall Screening 2025-26,887,31"),
            "assessment",
            {
                "Screening Window": None,
                "Screening Window (season)": "season",
                "Screening Window (school year)": "school_year",
                "SS": "score",
            },
        ),
        (
            "School,Student ID,Last Name,First Name,Grade,Enter Date,Leave Date,Program",
            ("112,7,Ames,Ana,4,08/18/2025,,N", "112,8,Boyd,Ben,4,08/18/2025,,N"),
            "enrollment",
            {"Enter Date": "entry_date", "Program": None},
        ),
        (
            "Perm ID,Gr,Incident Date,Incident Type,Disposition,Days",
            ("7,3,2026-09-08,Fighting,OSS,1", "8,4,2026-09-08,Fighting,ISS,0.5"),
            "discipline",
            {"Gr": "grade", "Disposition": "action", "Days": "days"},
        ),
        (
            "Alumno ID,Apellido,Nombre,Grado,Fecha de la prueba,Puntuación,Nivel",
            ("7,Ames,Ana,3,15/09/2026,59,Avanzado", "8,Boyd,Ben,4,15/09/2026,41,Básico"),
            "assessment",
            {
                "Alumno ID": "local_id",
                "Grado": "grade",
                "Fecha de la prueba": "date",
                "Puntuación": "score",
                "Nivel": "performance_level",
            },
        ),
        (
            "Student ID,Course,Percent,Grade",
            ("7,Art,74,C+", "8,Band,91,A-"),
            "course",
            {"Percent": "points", "Grade": "mark"},
        ),
        (
            "Stu Other ID,Abs Date,Abs Per,Abs Type",
            ("7,09/18/2026,1-7,U", "8,09/18/2026,3,E"),
            "attendance",
            {"Abs Per": "event:class_period", "Abs Type": "event"},
        ),
        (
            "Camper's Name,Camper's DOB,Entering Grade",
            ("Ana Ames,2015-03-01,4", "Ben Boyd,2014-03-01,5"),
            "student",
            {"Camper's Name": "name:first_last", "Camper's DOB": "birth_date"},
        ),
        (
            "Session Date,Mentor Name,Mentee Name,Mentee ID,Start Time,End Time",
            ("10/15/2026,Pat Fox,Ana Ames,7,2:00 PM,3:00 PM",),
            "session_attendance",
            {"Mentor Name": None, "Mentee ID": "local_id", "Start Time": "hours:time_in"},
        ),
        (
            "Badge/Student ID,Name,Site,Check In,Check Out",
            ('7,"Ames, Ana",North,2026-10-12 15:00,2026-10-12 18:00',),
            "session_attendance",
            {"Badge/Student ID": "local_id", "Check Out": "hours:time_out"},
        ),
        (
            "Event Name,Event Date,Attendee First Name,Last Name,Attendee Status,Check-In Status",
            (
                "STEM Night,2026-10-14 17:30:00,Ana,Ames,Attending,Checked In",
                "STEM Night,2026-10-14 17:30:00,Ben,Boyd,Attending,Not Checked In",
            ),
            "session_attendance",
            {"Check-In Status": "present", "Attendee Status": None, "Event Name": "program"},
        ),
        # A heading that says the order of a name outranks the lack of a comma.
        (
            "LastFirst,Student_Number,DOB",
            ("Ames Ana,7,1/2/2012", "Boyd Ben,9,3/4/2012"),
            "student",
            {"LastFirst": "name:last_first"},
        ),
        (
            "First and Last Name,DOB,Guardian (Last; First)",
            ("Ana Ames,1/2/2012,Ames Eva",),
            "student",
            {"First and Last Name": "name:first_last", "Guardian (Last; First)": None},
        ),
        (
            "First/Last,Student ID",
            ("Ana Ames,7", "Ben Boyd,9"),
            "student",
            {"First/Last": "name:first_last"},
        ),
        (
            "Last Name/First Name/MI,Student ID",
            ("Ames Ana M,7", "Boyd Ben T,9"),
            "student",
            {"Last Name/First Name/MI": "name:last_first"},
        ),
        # An ID beside a name is the student's; one that counts rows or visits is not.
        (
            "#,ID,Student Name,School",
            ("1,40023,Ana Ames,Oak", "2,40112,Ben Boyd,Oak"),
            "student",
            {"ID": "local_id", "Student Name": "name:first_last"},
        ),
        (
            "ID,First Name,Last Name,Grade",
            ("A7,Ana,Ames,4", "B9,Ben,Boyd,5"),
            "student",
            {"ID": "local_id"},
        ),
        (
            "ID,Student Name,School",
            ("1,Ana Ames,Oak", "2,Ben Boyd,Oak", "3,Cleo Cruz,Elm"),
            "student",
            {"ID": None},
        ),
        (
            "ID,Student Name",
            ("5,Ana Ames", "1,Ben Boyd", "2,Cleo Cruz", "4,Dee Dahl"),
            "student",
            {"ID": None},
        ),
        ("ID,Student Name", ("A7,Ana Ames", ",Ben Boyd", ",Cleo Cruz"), "student", {"ID": None}),
        (
            "ID,First Name,Last Name",
            ("9" * 5_000 + ",Ana,Ames", "12,Ben,Boyd"),
            "student",
            {"First Name": "given_name"},
        ),
        (
            "ID,Student Name,Date,Minutes",
            ("100,Ana Ames,9/1/2026,30", "107,Ana Ames,9/2/2026,30", "109,Ben Boyd,9/2/2026,45"),
            "session_attendance",
            {"ID": None},
        ),
        (
            "ID,Student Name,Date,Minutes",
            ("9001,Ana Ames,9/1/2026,30", "9043,Ben Boyd,9/1/2026,45"),
            "session_attendance",
            {"ID": None},
        ),
        (
            "ID,Student Name,Date,Minutes",
            ("9001,Ana Ames,9/1/2026,30", "9043,Ben Boyd,9/1/2026,4", "9001,Ana Ames,9/2/2026,3"),
            "session_attendance",
            {"ID": "local_id"},
        ),
        # Where a student applied is not where it enrolled, and not its FAFSA.
        (
            "Student ID,Last Name,College,Application Status,Date Submitted",
            ("7,Ames,State U,Accepted,11/15/2026", "9,Boyd,State U,Denied,11/15/2026"),
            "student",
            {"College": None, "Application Status": None},
        ),
        (
            "Student ID,Last Name,FAFSA Status,Date Submitted",
            ("7,Ames,Completed,11/15/2026", "9,Boyd,Submitted,11/15/2026"),
            "fafsa",
            {"FAFSA Status": "fafsa_status"},
        ),
        (
            "Student ID,FAFSA Completed,FAFSA Completion Date,College,Application Status",
            ("7,Y,11/15/2026,State U,Submitted",),
            "fafsa",
            {"FAFSA Completion Date": "completed_date", "Application Status": "fafsa_status"},
        ),
        (
            "Student ID,Last Name,College Name,Enrollment Begin,Enrollment End,Admission Status",
            ("7,Ames,State U,20260825,20261215,Admitted",),
            "postsecondary",
            {"Enrollment Begin": "enrollment_begin", "Admission Status": None},
        ),
    ],
)
def test_headings_mean_what_the_other_columns_say(
    header: str, rows: tuple[str, ...], record: str, targets: dict[str, str | None]
) -> None:
    mapping = suggest(header, *rows)
    assert mapping.record == record
    assert {name: mapping.columns.get(name) for name in targets} == targets


def test_an_excuse_is_joined_to_its_mark() -> None:
    mapping = suggest(
        "Student ID,Date,Attendance Code,Excuse", "7,2026-09-08,A,E", "8,2026-09-08,A,U"
    )
    assert mapping.derived == {
        "Attendance Code, Excuse": DerivedColumn(("Attendance Code", "Excuse"))
    }


def test_a_list_of_households_is_about_no_child() -> None:
    household = "Household ID,Visit Date,Client Name,Household Size,Children Under 18"
    with pytest.raises(MappingProblem, match="did not recognize"):
        suggest(household, "HH-1,10/15/2026,Ana Ames,4,2")
    assert suggest("Visit Date,Client Name,Household ID", "10/15/2026,Ana Ames,1").columns


def test_a_result_of_unknown_codes_is_no_screening() -> None:
    mapping = suggest("Student ID,Last Name,College,Result", "7,Ames,State U,Accepted")
    assert mapping.record != "health_screening"
    screened = suggest("Student ID,Screening,Result", "7,Vision,Pass", "8,Vision,Refer")
    assert screened.record == "health_screening"
