"""Describe the six programs of the early years, and the layout of their lists."""

from datetime import date

from cairn.demo.population.school_calendar import format_us_date
from cairn.demo.sources import program_layouts as layouts
from cairn.demo.sources.program_layouts import CommunityProgram, FileLayout
from cairn.demo.sources.recording_errors import PROGRAM_ERRORS, SIGN_IN_SHEET_ERRORS

LITTLE_ACORNS = CommunityProgram(
    slug="little-acorns-preschool",
    prefix="LA-",
    grades=range(-2, 0),
    share=0.16,
    season=(date(2026, 1, 12), date(2026, 3, 20)),
    weekdays=(0, 2, 4),
    minutes=180,
    error_rates=PROGRAM_ERRORS,
    roster=FileLayout(
        "roster spring.csv",
        columns=(
            ("Child No.", lambda p: p.number),
            ("Child Name", lambda p: layouts.format_last_first(p.written)),
            ("DOB", lambda p: format_us_date(p.written.birth)),
            ("Parent", lambda p: p.household.guardian),
            ("Phone", lambda p: p.household.phone),
            ("Street", lambda p: p.home.street),
            ("Started", lambda p: format_us_date(p.first)),
            ("Left", lambda p: format_us_date(p.last)),
        ),
    ),
    sheet=FileLayout(
        "attendance spring.xlsx",
        columns=(
            ("Child No.", lambda p: p.number),
            ("Child", lambda p: layouts.format_first_last(p.signed)),
        ),
        days_across=format_us_date,
        cell=lambda v: "P" if v.minutes else "A",
        absences=True,
        preface=(("Little Acorns Preschool",), ("P = present, A = absent",)),
        sheet="Spring",
    ),
)

BRIDGE = CommunityProgram(
    slug="bridge-to-kindergarten",
    prefix="",
    grades=range(1),
    share=0.22,
    season=(date(2025, 7, 7), date(2025, 8, 8)),
    weekdays=(0, 1, 2, 3),
    minutes=240,
    error_rates=PROGRAM_ERRORS,
    roster=FileLayout(
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
    sheet=FileLayout(
        "bridge_2025_hours.csv",
        columns=(
            ("No", lambda p: p.number),
            ("Name", lambda p: layouts.format_last_first(p.signed)),
        ),
        days_across=layouts.format_iso_day,
        cell=lambda v: v.minutes / 60,
    ),
)

RIVERSIDE_READERS = CommunityProgram(
    slug="riverside-readers",
    prefix="RR",
    grades=range(1, 4),
    share=0.08,
    season=(date(2025, 10, 6), date(2026, 4, 30)),
    weekdays=(1,),
    minutes=45,
    error_rates=PROGRAM_ERRORS,
    roster=FileLayout(
        "readers.tsv",
        columns=(
            ("reader_id", lambda p: p.number),
            ("first_name", lambda p: p.written.given),
            ("last_name", lambda p: p.written.family),
            ("date_of_birth", lambda p: layouts.format_iso_day(p.written.birth)),
            ("school", lambda p: p.school),
            ("grade", lambda p: p.grade),
            ("enrolled_on", lambda p: layouts.format_iso_day(p.first)),
            ("exited_on", lambda p: layouts.format_iso_day(p.last)),
        ),
        delimiter="\t",
    ),
    sheet=FileLayout(
        "tutoring_log.csv",
        columns=(("reader_id", lambda p: p.number),),
        visit=(
            ("session_date", lambda v: layouts.format_iso_day(v.day)),
            ("minutes", lambda v: v.minutes),
        ),
    ),
    districts=("alder-creek-sd",),
)

BRIGHT_NIGHTS = CommunityProgram(
    slug="bright-nights",
    prefix="",
    grades=range(6),
    share=0.05,
    season=(date(2025, 9, 8), date(2026, 5, 22)),
    weekdays=(3,),
    minutes=90,
    error_rates=SIGN_IN_SHEET_ERRORS,
    # One family is one block: facts that brothers and sisters share are on the first line only.
    roster=FileLayout(
        "Bright Nights families.xlsx",
        columns=(
            ("Parent/Guardian", lambda p: p.household.guardian if p.eldest else None),
            ("Cell", lambda p: p.household.phone if p.eldest else None),
            ("Address", lambda p: p.home.street if p.eldest else None),
            ("Kid", lambda p: layouts.format_first_last(p.written)),
            ("Birth date", lambda p: p.written.birth),
            ("Gr.", lambda p: layouts.format_ordinal_grade(p.grade)),
            ("Since", lambda p: p.first),
        ),
        preface=(("Bright Nights", "", "", "after-school families 2025-26"),),
        sheet="Families",
    ),
    sheet=FileLayout(
        "sign in.csv",
        columns=(("Kid's name", lambda p: layouts.format_first_last(p.signed)),),
        visit=(
            ("Evening", lambda v: format_us_date(v.day)),
            ("Stayed (h:mm)", lambda v: layouts.format_hours_and_minutes(v.minutes)),
        ),
        preface=(("Bright Nights sign-in, typed by volunteers",),),
    ),
    districts=("birchwood-sd", "alder-creek-sd"),
)

CASA_FAMILIA = CommunityProgram(
    slug="casa-familia",
    prefix="CF",
    grades=range(6),
    share=0.07,
    season=(date(2025, 9, 6), date(2026, 5, 30)),
    weekdays=(5,),
    minutes=120,
    error_rates=PROGRAM_ERRORS,
    roster=FileLayout(
        "participantes.csv",
        columns=(
            ("Núm.", lambda p: p.number),
            ("Apellidos", lambda p: p.written.family),
            ("Nombre", lambda p: p.written.given),
            ("Fecha de nacimiento", lambda p: layouts.format_day_month_year(p.written.birth)),
            ("Teléfono", lambda p: p.household.phone),
            ("Escuela", lambda p: p.school),
            ("Inicio", lambda p: layouts.format_day_month_year(p.first)),
        ),
        delimiter=";",
        encoding="cp1252",
    ),
    sheet=FileLayout(
        "asistencia.csv",
        columns=(("Núm.", lambda p: p.number),),
        visit=(
            ("Fecha", lambda v: layouts.format_day_month_year(v.day)),
            ("¿Asistió?", lambda v: "sí" if v.minutes else "no"),
        ),
        absences=True,
        delimiter=";",
        encoding="cp1252",
    ),
    group="hispanic",
)

GREEN_SHOOTS = CommunityProgram(
    slug="green-shoots-camp",
    prefix="GS-25-",
    grades=range(9),
    share=0.03,
    season=(date(2025, 6, 16), date(2025, 7, 25)),
    weekdays=(0, 2, 4),
    minutes=300,
    error_rates=PROGRAM_ERRORS,
    roster=FileLayout(
        "campers.csv",
        columns=(
            ("Camper ID", lambda p: p.number),
            ("CAMPER (LAST, FIRST)", lambda p: layouts.format_last_first(p.written).upper()),
            ("AGE/DOB", lambda p: format_us_date(p.written.birth)),
            ("HOME SCHOOL", lambda p: layouts.abbreviate_school(p.school).upper()),
            ("EMERGENCY PHONE", lambda p: p.household.phone),
            ("WEEK OF", lambda p: format_us_date(p.first)),
        ),
        preface=(("Green Shoots Day Camp",), ("exported 08/01/2025", "page 1 of 1")),
    ),
    sheet=FileLayout(
        "camp_days.csv",
        columns=(("Camper ID", lambda p: p.number), ("Camper", lambda p: p.signed.given)),
        days_across=format_us_date,
        cell=lambda v: f"{v.minutes / 60:g}",
    ),
)

EARLY_PROGRAMS = (
    LITTLE_ACORNS, BRIDGE, RIVERSIDE_READERS, BRIGHT_NIGHTS, CASA_FAMILIA, GREEN_SHOOTS,
)  # fmt: skip
