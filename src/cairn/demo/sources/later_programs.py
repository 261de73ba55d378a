"""Describe the six programs of the later years, and the layout of their lists."""

from datetime import date

from cairn.demo.population.school_calendar import format_us_date
from cairn.demo.sources import program_layouts as layouts
from cairn.demo.sources.program_layouts import CommunityProgram, FileLayout
from cairn.demo.sources.recording_errors import AGENCY_ERRORS, PROGRAM_ERRORS, SIGN_IN_SHEET_ERRORS

YOUTH_CENTER = CommunityProgram(
    slug="river-county-youth-center",
    prefix="",
    grades=range(3, 9),
    share=0.06,
    season=(date(2025, 9, 8), date(2026, 5, 29)),
    weekdays=(0, 4),
    minutes=150,
    error_rates=SIGN_IN_SHEET_ERRORS,
    roster=FileLayout(
        "MEMBERS.CSV",
        columns=(
            ("MEMBER", lambda p: layouts.format_first_last(p.written).upper()),
            ("BIRTHDATE", lambda p: layouts.format_iso_day(p.written.birth).replace("-", "")),
            ("GRADE", lambda p: f"GR {p.grade}"),
            ("SCHOOL", lambda p: layouts.abbreviate_school(p.school).upper()),
            ("PHONE", lambda p: p.household.phone.replace("-", "")),
            ("JOINED", lambda p: layouts.format_iso_day(p.first).replace("-", "")),
        ),
    ),
    sheet=FileLayout(
        "Front desk 2025-26.xlsx",
        columns=(
            ("Member", lambda p: layouts.format_last_first(p.signed)),
            ("Born", lambda p: p.signed.birth),
        ),
        visit=(("Date", lambda v: v.day), ("Hours", lambda v: round(v.minutes / 60, 2))),
        sheet="Desk",
    ),
    districts=("alder-creek-sd",),
)

MATH_LIFT = CommunityProgram(
    slug="math-lift",
    prefix="ML",
    grades=range(6, 9),
    share=0.09,
    season=(date(2025, 10, 1), date(2026, 4, 29)),
    weekdays=(2,),
    minutes=60,
    error_rates=PROGRAM_ERRORS,
    roster=FileLayout(
        "mathlift_roster.txt",
        columns=(
            ("ID", lambda p: p.number),
            ("Student", lambda p: layouts.format_last_first(p.written)),
            ("Birth", lambda p: format_us_date(p.written.birth)),
            ("School", lambda p: p.school),
            ("Grade", lambda p: p.grade),
            ("Begin", lambda p: format_us_date(p.first)),
            ("End", lambda p: format_us_date(p.last)),
        ),
        delimiter="|",
    ),
    sheet=FileLayout(
        "mathlift_sessions.txt",
        columns=(("ID", lambda p: p.number),),
        visit=(("Session", lambda v: format_us_date(v.day)), ("Min", lambda v: v.minutes)),
        delimiter="|",
        absences=True,
    ),
)

CODE_HOLLOW = CommunityProgram(
    slug="code-hollow",
    prefix="ch",
    grades=range(5, 10),
    share=0.03,
    season=(date(2025, 9, 12), date(2026, 3, 27)),
    weekdays=(4,),
    minutes=75,
    error_rates=AGENCY_ERRORS,
    roster=FileLayout(
        "members.csv",
        columns=(
            ("username", lambda p: p.number),
            ("given", lambda p: p.written.given.lower()),
            ("surname", lambda p: p.written.family.lower()),
            ("birthdate", lambda p: layouts.format_iso_day(p.written.birth)),
            ("email", lambda p: p.household.email),
            ("joined", lambda p: layouts.format_iso_day(p.first)),
        ),
    ),
    sheet=FileLayout(
        "checkins.csv",
        columns=(("username", lambda p: p.number),),
        visit=(
            ("checkin", lambda v: layouts.format_iso_day(v.day)),
            ("attended", lambda v: "true" if v.minutes else "false"),
        ),
        absences=True,
    ),
)

MENTORING = CommunityProgram(
    slug="two-rivers-mentoring",
    prefix="M",
    grades=range(6, 13),
    share=0.025,
    season=(date(2025, 9, 1), date(2026, 6, 1)),
    weekdays=(0,),
    minutes=60,
    error_rates=PROGRAM_ERRORS,
    roster=FileLayout(
        "mentees.csv",
        columns=(
            ("Match", lambda p: p.number),
            ("Mentee surname", lambda p: p.written.family),
            ("Mentee first name", lambda p: p.written.given),
            ("Date of birth (d/m/y)", lambda p: layouts.format_day_month_year(p.written.birth)),
            ("Matched on", lambda p: layouts.format_day_month_year(p.first)),
            ("Closed on", lambda p: layouts.format_day_month_year(p.last)),
        ),
        delimiter=";",
        encoding="cp1252",
    ),
    sheet=FileLayout(
        "meetings.csv",
        columns=(("Match", lambda p: p.number),),
        visit=(
            ("Met on", lambda v: layouts.format_day_month_year(v.day)),
            ("Hours together", lambda v: f"{v.minutes / 60:g}"),
        ),
        delimiter=";",
        encoding="cp1252",
    ),
)

COLLEGE_BOUND = CommunityProgram(
    slug="college-bound",
    prefix="CB",
    grades=range(9, 13),
    share=0.09,
    season=(date(2025, 10, 9), date(2026, 5, 14)),
    weekdays=(3,),
    minutes=60,
    error_rates=AGENCY_ERRORS,
    # The program asks for the school's number; only a child without one gets the program's own.
    roster=FileLayout(
        "College Bound 25-26.xlsx",
        columns=(
            ("School ID #", lambda p: p.student_id or p.number),
            ("Student (first last)", lambda p: layouts.format_first_last(p.written)),
            ("DOB", lambda p: p.written.birth),
            ("High school", lambda p: p.school),
            ("Gr", lambda p: layouts.format_ordinal_grade(p.grade)),
            ("Enrolled", lambda p: p.first),
        ),
        preface=(("College Bound", "2025-26"),),
        sheet="Roster",
    ),
    sheet=FileLayout(
        "advising.xlsx",
        columns=(("School ID #", lambda p: p.student_id or p.number),),
        visit=(("Advising date", lambda v: v.day), ("Minutes", lambda v: v.minutes)),
        sheet="Log",
    ),
)

FIRST_JOB = CommunityProgram(
    slug="first-job",
    prefix="FJ",
    grades=range(10, 13),
    share=0.08,
    season=(date(2026, 1, 10), date(2026, 5, 23)),
    weekdays=(5,),
    minutes=240,
    error_rates=AGENCY_ERRORS,
    roster=FileLayout(
        "interns.csv",
        columns=(
            ("Intern", lambda p: p.number),
            ("Name", lambda p: layouts.format_first_last(p.written)),
            ("D.O.B.", lambda p: p.written.birth.strftime("%d-%b-%Y") if p.written.birth else ""),
            ("Tel", lambda p: p.household.phone),
            ("Placed", lambda p: p.first.strftime("%d-%b-%Y")),
        ),
    ),
    sheet=FileLayout(
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
