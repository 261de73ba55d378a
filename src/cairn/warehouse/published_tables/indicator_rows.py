"""Turn a published table into indicator rows: place, period, group, figures and their margin."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cairn.warehouse.published_tables.column_roles import ColumnRole
from cairn.warehouse.published_tables.published_values import (
    PublishedValue,
    ValueKind,
    parse_published_value,
)
from cairn.warehouse.schema import ROW_COLUMN, Failure, Sheet
from cairn.warehouse.schema.school_years import parse_school_year

__all__ = ["IndicatorRow", "LayoutProblem", "build_indicator_rows", "count_value_kinds"]

_TWO_YEARS: Final = re.compile(r"\D*\d{2,4}\D+\d{2,4}\D*")
_SEPARATOR: Final = " · "


class LayoutProblem(Exception):
    """Roles of columns by which no figures can be read; the message says what to change."""


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One figure of a published table.

    Attributes:
        row: number of its row in the file.
        place_id: code of the place, such as a FIPS code; empty if the table has none.
        place: name of the place.
        period: school year ("2022-23"), or the period as the file has it.
        group: the group of people, and other categories of the row.
        measure: heading of the column with the figure.
        numerator: the count above the line, if the table has it.
        denominator: the count below the line, if the table has it.
        estimate: the figure.
        margin: its margin of error, if the table has it.
    """

    row: int
    place_id: str
    place: str
    period: str
    group: str
    measure: str
    numerator: PublishedValue | None
    denominator: PublishedValue | None
    estimate: PublishedValue
    margin: PublishedValue | None


def build_indicator_rows(sheet: Sheet, roles: Mapping[str, ColumnRole]) -> list[IndicatorRow]:
    """Build the indicator rows of a table: one for each row and each column with figures.

    Args:
        sheet: the table.
        roles: what each column is; a column without a role is ignored.

    Returns:
        The rows, in the order of the file. Their number is that of the rows of the sheet times that
        of the columns with figures: no cell is left out.

    Raises:
        LayoutProblem: no column has figures, or there are several columns for one purpose.
    """
    columns = {role: [c for c in sheet.header if roles.get(c) is role] for role in ColumnRole}
    estimates = columns[ColumnRole.ESTIMATE]
    if not estimates:
        raise LayoutProblem("Choose at least one column with figures.")
    for role in (ColumnRole.PLACE, ColumnRole.PERIOD):
        if len(columns[role]) > 1:
            raise LayoutProblem(f"Choose only one column for the {role.value}.")
    for role in (ColumnRole.NUMERATOR, ColumnRole.DENOMINATOR):
        if len(columns[role]) > 1 or (columns[role] and len(estimates) > 1):
            raise LayoutProblem(
                f"A {role.value} belongs to one column with figures. Choose “figure” for the "
                "others instead."
            )
    margins = _match_margins(estimates, columns[ColumnRole.MARGIN])
    return list(_build_rows(sheet, columns, margins))


def count_value_kinds(rows: Sequence[IndicatorRow]) -> dict[ValueKind, int]:
    """Count the figures by kind: exact, published as a range, suppressed, missing, not read.

    Args:
        rows: the indicator rows of a table.

    Returns:
        The number of figures of each kind; zero for a kind that does not occur.
    """
    counts = Counter(row.estimate.kind for row in rows)
    return {kind: counts[kind] for kind in ValueKind}


def _match_margins(estimates: Sequence[str], margins: Sequence[str]) -> dict[str, str]:
    """Return the margin of each estimate: by their names, or the only one."""
    if len(estimates) == len(margins) == 1:
        return {estimates[0]: margins[0]}
    matched = {e: f"{e[:-1]}M" for e in estimates if f"{e[:-1]}M" in margins}
    if unmatched := {*margins} - {*matched.values()}:
        raise LayoutProblem(
            f"“{min(unmatched)}” is the margin of no column with figures. Choose “not read” for it."
        )
    return matched


def _build_rows(
    sheet: Sheet, columns: Mapping[ColumnRole, Sequence[str]], margins: Mapping[str, str]
) -> Iterator[IndicatorRow]:
    for cells in sheet.table.to_pylist():
        place = _join_cells(cells, columns[ColumnRole.PLACE], "")
        period = _format_period(_join_cells(cells, columns[ColumnRole.PERIOD], ""))
        for column in columns[ColumnRole.ESTIMATE]:
            margin = margins.get(column)
            yield IndicatorRow(
                cells[ROW_COLUMN],
                _join_cells(cells, columns[ColumnRole.PLACE_ID], ""),
                place,
                period,
                _join_cells(cells, columns[ColumnRole.GROUP], _SEPARATOR),
                column,
                _parse_first(cells, columns[ColumnRole.NUMERATOR]),
                _parse_first(cells, columns[ColumnRole.DENOMINATOR]),
                parse_published_value(cells[column]),
                parse_published_value(cells[margin]) if margin else None,
            )


def _join_cells(cells: Mapping[str, str | None], names: Sequence[str], separator: str) -> str:
    return separator.join(text for name in names if (text := (cells[name] or "").strip()))


def _parse_first(cells: Mapping[str, str | None], names: Sequence[str]) -> PublishedValue | None:
    return parse_published_value(cells[names[0]]) if names else None


def _format_period(text: str) -> str:
    """Write a school year in one way; keep a single year or a span of years unchanged."""
    if not _TWO_YEARS.fullmatch(text):
        return text
    year = parse_school_year(" ".join(text.split()))
    return text if isinstance(year, Failure) else year
