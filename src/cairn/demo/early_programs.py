"""The six programs of the early years, and how each of them keeps its lists."""

from datetime import date

from cairn.demo.calendar import us_date
from cairn.demo.participants import (
    Layout,
    Program,
    day_month_year,
    first_last,
    hours_and_minutes,
    iso,
    last_first,
    ordinal_grade,
    short_school,
)
from cairn.demo.writing import PROGRAM, SIGN_IN_SHEET

LITTLE_ACORNS = Program(
    slug="little-acorns-preschool",
    prefix="LA-",
    grades=range(-2, 0),
    share=0.16,
    season=(date(2026, 1, 12), date(2026, 3, 20)),
    weekdays=(0, 2, 4),
    minutes=180,
    hand=PROGRAM,
    roster=Layout(
        "roster spring.csv",
        columns=(
            ("Child No.", lambda p: p.number),
            ("Child Name", lambda p: last_first(p.written)),
            ("DOB", lambda p: us_date(p.written.birth)),
            ("Parent", lambda p: p.household.guardian),
            ("Phone", lambda p: p.household.phone),
            ("Street", lambda p: p.home.street),
            ("Started", lambda p: us_date(p.first)),
            ("Left", lambda p: us_date(p.last)),
        ),
    ),
    sheet=Layout(
        "attendance spring.xlsx",
        columns=(
            ("Child No.", lambda p: p.number),
            ("Child", lambda p: first_last(p.signed)),
        ),
        days_across=us_date,
        cell=lambda v: "P" if v.minutes else "A",
        absences=True,
        preface=(("Little Acorns Preschool",), ("P = present, A = absent",)),
        sheet="Spring",
    ),
)

BRIDGE = Program(
    slug="bridge-to-kindergarten",
    prefix="",
    grades=range(1),
    share=0.22,
    season=(date(2025, 7, 7), date(2025, 8, 8)),
    weekdays=(0, 1, 2, 3),
    minutes=240,
    hand=PROGRAM,
    roster=Layout(
        "Bridge 2025 participants.xlsx",
        columns=(
            ("#", lambda p: p.number),
            ("Last", lambda p: p.written.family),
            ("First", lambda p: p.written.given),
            ("Birthday", lambda p: p.written.birth),
            ("Going to school at", lambda p: p.school),
            ("Parent phone", lambda p: p.household.phone),
            ("First day", lambda p: p.first),
        ),
        preface=(("BRIDGE TO KINDERGARTEN",), ("Summer 2025 — final list",), ()),
        sheet="Participants",
    ),
    sheet=Layout(
        "bridge_2025_hours.csv",
        columns=(("No", lambda p: p.number), ("Name", lambda p: last_first(p.signed))),
        days_across=iso,
        cell=lambda v: v.minutes / 60,
    ),
)

RIVERSIDE_READERS = Program(
    slug="riverside-readers",
    prefix="RR",
    grades=range(1, 4),
    share=0.08,
    season=(date(2025, 10, 6), date(2026, 4, 30)),
    weekdays=(1,),
    minutes=45,
    hand=PROGRAM,
    roster=Layout(
        "readers.tsv",
        columns=(
            ("reader_id", lambda p: p.number),
            ("first_name", lambda p: p.written.given),
            ("last_name", lambda p: p.written.family),
            ("date_of_birth", lambda p: iso(p.written.birth)),
            ("school", lambda p: p.school),
            ("grade", lambda p: p.grade),
            ("enrolled_on", lambda p: iso(p.first)),
            ("exited_on", lambda p: iso(p.last)),
        ),
        delimiter="\t",
    ),
    sheet=Layout(
        "tutoring_log.csv",
        columns=(("reader_id", lambda p: p.number),),
        visit=(
            ("session_date", lambda v: iso(v.day)),
            ("minutes", lambda v: v.minutes),
        ),
    ),
    districts=("alder-creek-sd",),
)

BRIGHT_NIGHTS = Program(
    slug="bright-nights",
    prefix="",
    grades=range(6),
    share=0.05,
    season=(date(2025, 9, 8), date(2026, 5, 22)),
    weekdays=(3,),
    minutes=90,
    hand=SIGN_IN_SHEET,
    # One family is one block: what brothers and sisters share stands on the first line only.
    roster=Layout(
        "Bright Nights families.xlsx",
        columns=(
            ("Parent/Guardian", lambda p: p.household.guardian if p.eldest else None),
            ("Cell", lambda p: p.household.phone if p.eldest else None),
            ("Address", lambda p: p.home.street if p.eldest else None),
            ("Kid", lambda p: first_last(p.written)),
            ("Birth date", lambda p: p.written.birth),
            ("Gr.", lambda p: ordinal_grade(p.grade)),
            ("Since", lambda p: p.first),
        ),
        preface=(("Bright Nights", "", "", "after-school families 2025-26"),),
        sheet="Families",
    ),
    sheet=Layout(
        "sign in.csv",
        columns=(("Kid's name", lambda p: first_last(p.signed)),),
        visit=(
            ("Evening", lambda v: us_date(v.day)),
            ("Stayed (h:mm)", lambda v: hours_and_minutes(v.minutes)),
        ),
        preface=(("Bright Nights sign-in, typed by volunteers",),),
    ),
    districts=("birchwood-sd", "alder-creek-sd"),
)

CASA_FAMILIA = Program(
    slug="casa-familia",
    prefix="CF",
    grades=range(6),
    share=0.07,
    season=(date(2025, 9, 6), date(2026, 5, 30)),
    weekdays=(5,),
    minutes=120,
    hand=PROGRAM,
    roster=Layout(
        "participantes.csv",
        columns=(
            ("Núm.", lambda p: p.number),
            ("Apellidos", lambda p: p.written.family),
            ("Nombre", lambda p: p.written.given),
            ("Fecha de nacimiento", lambda p: day_month_year(p.written.birth)),
            ("Teléfono", lambda p: p.household.phone),
            ("Escuela", lambda p: p.school),
            ("Inicio", lambda p: day_month_year(p.first)),
        ),
        delimiter=";",
        encoding="cp1252",
    ),
    sheet=Layout(
        "asistencia.csv",
        columns=(("Núm.", lambda p: p.number),),
        visit=(
            ("Fecha", lambda v: day_month_year(v.day)),
            ("¿Asistió?", lambda v: "sí" if v.minutes else "no"),
        ),
        absences=True,
        delimiter=";",
        encoding="cp1252",
    ),
    group="hispanic",
)

GREEN_SHOOTS = Program(
    slug="green-shoots-camp",
    prefix="GS-25-",
    grades=range(9),
    share=0.03,
    season=(date(2025, 6, 16), date(2025, 7, 25)),
    weekdays=(0, 2, 4),
    minutes=300,
    hand=PROGRAM,
    roster=Layout(
        "campers.csv",
        columns=(
            ("Camper ID", lambda p: p.number),
            ("CAMPER (LAST, FIRST)", lambda p: last_first(p.written).upper()),
            ("AGE/DOB", lambda p: us_date(p.written.birth)),
            ("HOME SCHOOL", lambda p: short_school(p.school).upper()),
            ("EMERGENCY PHONE", lambda p: p.household.phone),
            ("WEEK OF", lambda p: us_date(p.first)),
        ),
        preface=(("Green Shoots Day Camp",), ("exported 08/01/2025", "page 1 of 1")),
    ),
    sheet=Layout(
        "camp_days.csv",
        columns=(("Camper ID", lambda p: p.number), ("Camper", lambda p: p.signed.given)),
        days_across=us_date,
        cell=lambda v: f"{v.minutes / 60:g}",
    ),
)

EARLY_PROGRAMS = (
    LITTLE_ACORNS, BRIDGE, RIVERSIDE_READERS, BRIGHT_NIGHTS, CASA_FAMILIA, GREEN_SHOOTS,
)  # fmt: skip
