"""The six programs of the later years, and how each of them keeps its lists."""

from datetime import date

from cairn.demo.calendar import us_date
from cairn.demo.participants import (
    Layout,
    Program,
    day_month_year,
    first_last,
    iso,
    last_first,
    ordinal_grade,
    short_school,
)
from cairn.demo.writing import AGENCY, PROGRAM, SIGN_IN_SHEET

YOUTH_CENTER = Program(
    slug="river-county-youth-center",
    prefix="",
    grades=range(3, 9),
    share=0.06,
    season=(date(2025, 9, 8), date(2026, 5, 29)),
    weekdays=(0, 4),
    minutes=150,
    hand=SIGN_IN_SHEET,
    roster=Layout(
        "MEMBERS.CSV",
        columns=(
            ("MEMBER", lambda p: first_last(p.written).upper()),
            ("BIRTHDATE", lambda p: iso(p.written.birth).replace("-", "")),
            ("GRADE", lambda p: f"GR {p.grade}"),
            ("SCHOOL", lambda p: short_school(p.school).upper()),
            ("PHONE", lambda p: p.household.phone.replace("-", "")),
            ("JOINED", lambda p: iso(p.first).replace("-", "")),
        ),
    ),
    sheet=Layout(
        "Front desk 2025-26.xlsx",
        columns=(
            ("Member", lambda p: last_first(p.signed)),
            ("Born", lambda p: p.signed.birth),
        ),
        visit=(("Date", lambda v: v.day), ("Hours", lambda v: round(v.minutes / 60, 2))),
        sheet="Desk",
    ),
    districts=("alder-creek-sd",),
)

MATH_LIFT = Program(
    slug="math-lift",
    prefix="ML",
    grades=range(6, 9),
    share=0.09,
    season=(date(2025, 10, 1), date(2026, 4, 29)),
    weekdays=(2,),
    minutes=60,
    hand=PROGRAM,
    roster=Layout(
        "mathlift_roster.txt",
        columns=(
            ("ID", lambda p: p.number),
            ("Student", lambda p: last_first(p.written)),
            ("Birth", lambda p: us_date(p.written.birth)),
            ("School", lambda p: p.school),
            ("Grade", lambda p: p.grade),
            ("Begin", lambda p: us_date(p.first)),
            ("End", lambda p: us_date(p.last)),
        ),
        delimiter="|",
    ),
    sheet=Layout(
        "mathlift_sessions.txt",
        columns=(("ID", lambda p: p.number),),
        visit=(("Session", lambda v: us_date(v.day)), ("Min", lambda v: v.minutes)),
        delimiter="|",
        absences=True,
    ),
)

CODE_HOLLOW = Program(
    slug="code-hollow",
    prefix="ch",
    grades=range(5, 10),
    share=0.03,
    season=(date(2025, 9, 12), date(2026, 3, 27)),
    weekdays=(4,),
    minutes=75,
    hand=AGENCY,
    roster=Layout(
        "members.csv",
        columns=(
            ("username", lambda p: p.number),
            ("given", lambda p: p.written.given.lower()),
            ("surname", lambda p: p.written.family.lower()),
            ("birthdate", lambda p: iso(p.written.birth)),
            ("email", lambda p: p.household.email),
            ("joined", lambda p: iso(p.first)),
        ),
    ),
    sheet=Layout(
        "checkins.csv",
        columns=(("username", lambda p: p.number),),
        visit=(
            ("checkin", lambda v: iso(v.day)),
            ("attended", lambda v: "true" if v.minutes else "false"),
        ),
        absences=True,
    ),
)

MENTORING = Program(
    slug="two-rivers-mentoring",
    prefix="M",
    grades=range(6, 13),
    share=0.025,
    season=(date(2025, 9, 1), date(2026, 6, 1)),
    weekdays=(0,),
    minutes=60,
    hand=PROGRAM,
    roster=Layout(
        "mentees.csv",
        columns=(
            ("Match", lambda p: p.number),
            ("Mentee surname", lambda p: p.written.family),
            ("Mentee first name", lambda p: p.written.given),
            ("Date of birth (d/m/y)", lambda p: day_month_year(p.written.birth)),
            ("Matched on", lambda p: day_month_year(p.first)),
            ("Closed on", lambda p: day_month_year(p.last)),
        ),
        delimiter=";",
        encoding="cp1252",
    ),
    sheet=Layout(
        "meetings.csv",
        columns=(("Match", lambda p: p.number),),
        visit=(
            ("Met on", lambda v: day_month_year(v.day)),
            ("Hours together", lambda v: f"{v.minutes / 60:g}"),
        ),
        delimiter=";",
        encoding="cp1252",
    ),
)

COLLEGE_BOUND = Program(
    slug="college-bound",
    prefix="CB",
    grades=range(9, 13),
    share=0.09,
    season=(date(2025, 10, 9), date(2026, 5, 14)),
    weekdays=(3,),
    minutes=60,
    hand=AGENCY,
    # The program asks for the school's number; only a child without one gets the program's own.
    roster=Layout(
        "College Bound 25-26.xlsx",
        columns=(
            ("School ID #", lambda p: p.student_id or p.number),
            ("Student (first last)", lambda p: first_last(p.written)),
            ("DOB", lambda p: p.written.birth),
            ("High school", lambda p: p.school),
            ("Gr", lambda p: ordinal_grade(p.grade)),
            ("Enrolled", lambda p: p.first),
        ),
        preface=(("College Bound", "2025-26"),),
        sheet="Roster",
    ),
    sheet=Layout(
        "advising.xlsx",
        columns=(("School ID #", lambda p: p.student_id or p.number),),
        visit=(("Advising date", lambda v: v.day), ("Minutes", lambda v: v.minutes)),
        sheet="Log",
    ),
)

FIRST_JOB = Program(
    slug="first-job",
    prefix="FJ",
    grades=range(10, 13),
    share=0.08,
    season=(date(2026, 1, 10), date(2026, 5, 23)),
    weekdays=(5,),
    minutes=240,
    hand=AGENCY,
    roster=Layout(
        "interns.csv",
        columns=(
            ("Intern", lambda p: p.number),
            ("Name", lambda p: first_last(p.written)),
            ("D.O.B.", lambda p: p.written.birth.strftime("%d-%b-%Y") if p.written.birth else ""),
            ("Tel", lambda p: p.household.phone),
            ("Placed", lambda p: p.first.strftime("%d-%b-%Y")),
        ),
    ),
    sheet=Layout(
        "timesheet.csv",
        columns=(("Intern", lambda p: p.number),),
        visit=(
            ("Day", lambda v: v.day.strftime("%d-%b-%Y")),
            ("Hrs", lambda v: f"{v.minutes / 60:.2f}"),
        ),
    ),
)

LATER_PROGRAMS = (
    YOUTH_CENTER, MATH_LIFT, CODE_HOLLOW, MENTORING, COLLEGE_BOUND, FIRST_JOB,
)  # fmt: skip
