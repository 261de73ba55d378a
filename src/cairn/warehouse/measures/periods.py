"""Say in which period a row counts, and on which days the period begins and ends."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cairn.warehouse.measures.condition_parser import InvalidIndicator
from cairn.warehouse.schema import ElementField, FieldType

__all__ = [
    "PeriodBounds",
    "PeriodKind",
    "build_period_bounds",
    "build_period_label",
    "build_school_year",
    "list_following_periods",
]


class PeriodKind(StrEnum):
    """The kind of period for which an indicator is counted.

    A school year is July to June. A semester is half of it: "2025-26 S1" is July to December,
    "2025-26 S2" January to June. A graduation cohort is the school year in which it was due to
    graduate. A summer is June to August.
    """

    SCHOOL_YEAR = "school_year"
    SEMESTER = "semester"
    GRADUATION_COHORT = "graduation_cohort"
    CALENDAR_YEAR = "calendar_year"
    SUMMER = "summer"


@dataclass(frozen=True, slots=True)
class PeriodBounds:
    """The first and the last day of a period, as SQL.

    Attributes:
        start: the first day.
        end: the last day.
    """

    start: str
    end: str


_SCHOOL_KINDS: Final = frozenset({PeriodKind.SCHOOL_YEAR, PeriodKind.GRADUATION_COHORT})

_SEMESTERS: Final = ("S1", "S2")

# The school year of a day, as in `cairn.warehouse.schema.school_years`.
_SCHOOL_YEAR_SQL: Final = (
    "printf('%d-%02d', year({0} - INTERVAL 6 MONTH), (year({0} - INTERVAL 6 MONTH) + 1) % 100)"
)
_DAY_LABELS_SQL: Final = {
    PeriodKind.SCHOOL_YEAR: _SCHOOL_YEAR_SQL,
    PeriodKind.SEMESTER: (
        f"{_SCHOOL_YEAR_SQL} || CASE WHEN month({{0}}) >= 7 THEN ' S1' ELSE ' S2' END"
    ),
    PeriodKind.CALENDAR_YEAR: "CAST(year({0}) AS VARCHAR)",
    PeriodKind.SUMMER: "CASE WHEN month({0}) BETWEEN 6 AND 8 THEN CAST(year({0}) AS VARCHAR) END",
}


def build_period_label(kind: PeriodKind, element: ElementField, column: str) -> str:
    """Build the name of the period of a row, such as "2025-26" or "2026".

    Args:
        kind: the kind of period.
        element: the element that dates the row: a school year, a calendar year or a day; for a
            semester and a summer, a day.
        column: the element's column, quoted.

    Returns:
        SQL of the name; it is NULL for a row of no period.

    Raises:
        InvalidIndicator: the element cannot say in which period of this kind a row belongs.
    """
    if element.type is FieldType.SCHOOL_YEAR and kind in _SCHOOL_KINDS:
        return f"CAST({column} AS VARCHAR)"
    if element.type is FieldType.INTEGER and kind is PeriodKind.CALENDAR_YEAR:
        return f"CAST({column} AS VARCHAR)"
    if element.type is FieldType.DATE and kind in _DAY_LABELS_SQL:
        date_label = _DAY_LABELS_SQL[kind].format(column)
        return f"CASE WHEN {column} IS NOT NULL THEN {date_label} END"
    raise InvalidIndicator(
        f"{element.element} does not say in which {kind.replace('_', ' ')} a row belongs. Choose "
        "an element with a day, or with a year of that kind."
    )


def build_period_bounds(kind: PeriodKind, label: str) -> PeriodBounds:
    """Build the first and last day of a period from its name.

    Args:
        kind: the kind of period.
        label: SQL of the period's name.

    Returns:
        SQL of both days.
    """
    year = f"TRY_CAST(left({label}, 4) AS INTEGER)"
    if kind in _SCHOOL_KINDS:
        return PeriodBounds(f"make_date({year}, 7, 1)", f"make_date({year} + 1, 6, 30)")
    if kind is PeriodKind.SEMESTER:
        is_first = f"{label} LIKE '% {_SEMESTERS[0]}'"
        first = (f"make_date({year}, 7, 1)", f"make_date({year}, 12, 31)")
        second = (f"make_date({year} + 1, 1, 1)", f"make_date({year} + 1, 6, 30)")
        start, end = (
            f"CASE WHEN {is_first} THEN {one} ELSE {other} END"
            for one, other in zip(first, second, strict=True)
        )
        return PeriodBounds(start, end)
    if kind is PeriodKind.SUMMER:
        return PeriodBounds(f"make_date({year}, 6, 1)", f"make_date({year}, 8, 31)")
    return PeriodBounds(f"make_date({year}, 1, 1)", f"make_date({year}, 12, 31)")


def build_school_year(label: str) -> str:
    """Build the school year of a period from the period's name.

    Args:
        label: SQL of the name of a school year, a graduation cohort or a semester.

    Returns:
        SQL of the school year, such as "2025-26"; of another period, its own name.
    """
    return f"left({label}, 7)"


def list_following_periods(latest: str, count: int) -> list[str]:
    """List the periods after one in the form of its name: "2026-27" follows "2025-26".

    Args:
        latest: the name of a period: "2025-26", "2025-26 S1" or "2025".
        count: how many periods.

    Returns:
        The names, in order.
    """
    first, school_year, semester = int(latest[:4]), latest[:7], latest[8:]
    years = [f"{year}-{(year + 1) % 100:02}" for year in range(first + 1, first + 1 + count)]
    if semester:
        names = [f"{year} {half}" for year in (school_year, *years) for half in _SEMESTERS]
        return names[names.index(latest) + 1 :][:count]
    return years if "-" in latest else [year[:4] for year in years]
