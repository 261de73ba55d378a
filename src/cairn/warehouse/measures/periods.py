"""Say in which period a row counts, and on which days the period begins and ends."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cairn.warehouse.measures.condition_parser import InvalidIndicator
from cairn.warehouse.schema import ElementField, FieldType

__all__ = ["PeriodBounds", "PeriodKind", "build_period_bounds", "build_period_label"]


class PeriodKind(StrEnum):
    """The kind of period for which an indicator is counted.

    A school year is July to June. A graduation cohort is the school year in which it was due to
    graduate. A summer is June to August.
    """

    SCHOOL_YEAR = "school_year"
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

_DAY_LABELS_SQL: Final = {
    # The school year of a day, as in `cairn.warehouse.schema.school_years`.
    PeriodKind.SCHOOL_YEAR: (
        "printf('%d-%02d', year({0} - INTERVAL 6 MONTH), (year({0} - INTERVAL 6 MONTH) + 1) % 100)"
    ),
    PeriodKind.CALENDAR_YEAR: "CAST(year({0}) AS VARCHAR)",
    PeriodKind.SUMMER: "CASE WHEN month({0}) BETWEEN 6 AND 8 THEN CAST(year({0}) AS VARCHAR) END",
}


def build_period_label(kind: PeriodKind, element: ElementField, column: str) -> str:
    """Build the name of the period of a row, such as "2025-26" or "2026".

    Args:
        kind: the kind of period.
        element: the element that dates the row: a school year, a calendar year or a day.
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
    if kind is PeriodKind.SUMMER:
        return PeriodBounds(f"make_date({year}, 6, 1)", f"make_date({year}, 8, 31)")
    return PeriodBounds(f"make_date({year}, 1, 1)", f"make_date({year}, 12, 31)")
