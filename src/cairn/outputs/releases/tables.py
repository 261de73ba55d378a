"""Build the tables of one outcome in words, the same for reviewers and for the public."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cairn.outputs.releases import labels
from cairn.outputs.releases.catalogue import load_indicator_catalogue
from cairn.outputs.releases.figures import (
    COUNTY_KEY,
    FigureCount,
    FigureKey,
    FigureRow,
    MeasureAmount,
    OutcomeFigures,
    PercentBand,
    encode_figure_name,
)
from cairn.warehouse import measures
from cairn.warehouse.exporters import build_group_key

__all__ = [
    "BreakdownKind",
    "BreakdownLine",
    "BreakdownTable",
    "build_breakdown_tables",
    "build_dimension_table",
    "describe_group",
    "list_breakdown_rows",
]


_PLACE_DIMENSIONS: Final = frozenset({"district", "school"})
_RACE_AND_GENDER: Final = frozenset({"race_ethnicity", "gender"})
"""The dimensions of the table of schools, and of the table of groups."""

_COLUMNS_OF_A_BAND = 2
"""The percentage and the size of the group."""


class BreakdownKind(StrEnum):
    """Name the breakdown of a table."""

    TREND = "trend"
    SCHOOLS = "schools"
    GROUPS = "groups"
    BREAKDOWN = "breakdown"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class BreakdownLine:
    """Hold one line of a table.

    Attributes:
        group: what contains the row, if the table shows it.
        label: the row itself.
        told: headings of the table, each with its number; the number of children is last.
        withheld: whether a number is withheld.
        at: the name of its figure (`encode_figure_name`).
        count: the figure, for charts.
        band: where to draw the bar of a percentage band: its first whole percent, and how many
            it has.
    """

    group: str
    label: str
    told: tuple[tuple[str, str], ...]
    withheld: bool
    at: str
    count: FigureCount
    band: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class BreakdownTable:
    """One table, ready to be shown.

    Attributes:
        kind: over the years, by school, by race and gender, by another breakdown, or every
            other group.
        title: heading of the table.
        columns: headings of the columns that name a group.
        headings: headings of the columns of numbers.
        lines: the rows.
        breakdown: ID of the breakdown of a table of that kind, such as "zip"; else empty.
        note: what a reader must know about the breakdown.
    """

    kind: BreakdownKind
    title: str
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    lines: tuple[BreakdownLine, ...]
    breakdown: str = ""
    note: str = ""

    @property
    def code(self) -> str:
        """Return what names the table in URLs: its breakdown, or its kind."""
        return self.breakdown or self.kind.value

    @property
    def withheld(self) -> bool:
        """Return whether the table needs the footnote about withheld numbers."""
        return any(line.withheld for line in self.lines)

    @property
    def is_all_withheld(self) -> bool:
        """Return whether no line of the table has a number to draw."""
        return all(line.withheld for line in self.lines)


def build_breakdown_tables(figures: OutcomeFigures) -> Iterator[BreakdownTable]:
    """Build the tables for which the figures have rows; the one of the county is always built.

    Args:
        figures: the figures of one outcome.
    Yields:
        The tables: over the years, by school, by race and gender, by each other breakdown, and
        every other group.
    """
    trend = tuple(
        _build_line(figures, COUNTY_KEY, "", row.value, row.count, year=row.value)
        for row in figures.trend
    )
    number_headings = list_number_headings(figures)
    yield BreakdownTable(
        BreakdownKind.TREND, _("By year"), (_("School year"),), number_headings, trend
    )
    if figures.schools:
        schools = (
            *(
                _build_line(
                    figures,
                    build_group_key({"district": row.value}),
                    labels.label_district(row.value),
                    _("Whole district"),
                    row.count,
                )
                for row in figures.districts
            ),
            *(
                _build_line(
                    figures,
                    build_group_key({"district": row.group, "school": row.value}),
                    labels.label_district(row.group),
                    labels.label_school(row.value),
                    row.count,
                )
                for row in figures.schools
            ),
        )
        columns = (_("District"), _("School"))
        yield BreakdownTable(
            BreakdownKind.SCHOOLS, _("By school"), columns, number_headings, schools
        )
    if figures.groups:
        columns = (_("Race and ethnicity"), _("Gender"))
        group_lines = tuple(_build_group_lines(figures))
        yield BreakdownTable(
            BreakdownKind.GROUPS, _("By race and gender"), columns, number_headings, group_lines
        )
    for breakdown in measures.load_breakdowns():
        if rows := list_breakdown_rows(figures, breakdown):
            yield _build_breakdown_table(figures, breakdown, rows)
    if other_lines := tuple(_build_other_lines(figures)):
        columns = (_("Place"), _("Group"))
        yield BreakdownTable(
            BreakdownKind.OTHERS, _("Other groups"), columns, number_headings, other_lines
        )


def list_number_headings(figures: OutcomeFigures) -> tuple[str, ...]:
    """Return the headings of the numbers in a line, of an outcome or of a measure."""
    definition = load_indicator_catalogue().get(figures.outcome)
    if definition is None:
        return _("Percent"), _("Number"), _("Total children")
    if figures.bands and not figures.is_mixed:
        return _("Percent"), _("Children in the group")
    if figures.is_count:
        return (_("Number of children"),)
    measure = definition.measure if figures.statistic else None
    if measure is None:
        heading = labels.localize_text(definition.numerator.heading)
        return _("Percent"), heading, _("Total children")
    value_heading = (
        f"{labels.label_statistic(figures.statistic)}, {labels.localize_text(measure.unit)}"
    )
    return value_heading, _("Rounded to"), _("Total children")


def build_yearly_tables(figures: OutcomeFigures) -> Iterator[tuple[str, list[BreakdownTable]]]:
    """Yield the breakdowns of each year, newest first: everything that would be published."""
    for year in reversed(figures.years):
        year_figures = replace(figures, years=(year,))
        yield (
            year,
            [
                table
                for table in build_breakdown_tables(year_figures)
                if table.kind is not BreakdownKind.TREND
            ],
        )


def _build_other_lines(figures: OutcomeFigures) -> Iterator[BreakdownLine]:
    """Yield the lines of groups within a place, and of those by more than one breakdown."""
    for key, count in figures.tables[figures.latest].items():
        groups = key.dimensions - _PLACE_DIMENSIONS
        if groups and not key.dimensions <= _RACE_AND_GENDER and not _find_breakdown(key):
            yield _build_line(figures, key, _describe_place(key), _describe_people(key), count)


def list_breakdown_rows(figures: OutcomeFigures, breakdown: str) -> list[FigureRow]:
    """List the groups of a breakdown in the newest year, over all places, in order.

    Args:
        figures: the figures of one outcome.
        breakdown: ID of a breakdown of its own table, such as "zip" or "program".
    Returns:
        One row for each group; the row's group is the dimension, such as one program.
    """
    counts: dict[str, dict[str, FigureCount]] = {}
    for key, count in figures.tables[figures.latest].items():
        if _find_breakdown(key) == breakdown:
            ((dimension, value),) = key.values
            counts.setdefault(dimension, {})[value] = count
    return [
        FigureRow(dimension, value, counts[dimension][value])
        for dimension in measures.sort_dimensions(counts)
        # Without a child in it, "not in the program" would be everyone once more.
        if not measures.get_member_name(dimension) or measures.MEMBER in counts[dimension]
        for value in labels.sort_values(dimension, counts[dimension])
    ]


def _find_breakdown(key: FigureKey) -> str:
    """Find the breakdown with a table of its own that has a group; empty if there is none."""
    if len(key.values) != 1:
        return ""
    ((dimension, _value),) = key.values
    is_own = measures.is_dimension(dimension) and measures.get_breakdown(dimension).element
    return measures.get_breakdown(dimension).id if is_own else ""


def _build_breakdown_table(
    figures: OutcomeFigures, breakdown: str, rows: list[FigureRow]
) -> BreakdownTable:
    definition = measures.load_breakdowns()[breakdown]
    has_members = any(measures.get_member_name(row.group) for row in rows)
    lines = tuple(
        _build_line(
            figures,
            build_group_key({row.group: row.value}),
            labels.label_program(row.group),
            _label_row(row),
            row.count,
        )
        for row in rows
    )
    title = labels.label_breakdown(breakdown)
    return BreakdownTable(
        BreakdownKind.BREAKDOWN,
        _("By %(breakdown)s") % {"breakdown": labels.localize_text(definition.phrase)},
        (title, _("Group")) if has_members else (title,),
        list_number_headings(figures),
        lines,
        breakdown,
        "\n".join(_list_notes(definition, rows)),
    )


def _list_notes(definition: measures.Breakdown, rows: Iterable[FigureRow]) -> Iterator[str]:
    """Yield what a reader must know about a breakdown: its note, or the day of a fixed cohort."""
    days = dict.fromkeys(measures.get_cohort_date(row.group) for row in rows)
    if definition.note and None in days:
        yield labels.localize_text(definition.note)
    yield from filter(None, map(labels.describe_cohort, days))


def build_dimension_table(figures: OutcomeFigures, breakdown: str) -> BreakdownTable:
    """Build one table of the newest year that a reader composed: a row for each group.

    Args:
        figures: figures of groups of this breakdown only; a school also has its district.
        breakdown: ID of the breakdown, such as "district" or "zip".

    Returns:
        The table, in the usual order.
    """
    rows: dict[str, list[tuple[str, FigureKey]]] = {}
    for key in sorted(figures.tables[figures.latest]):
        for dim, value in key.values:
            if dim != "district" or breakdown == "district":
                rows.setdefault(dim, []).append((value, key))
    ordered = (
        (dim, value, key)
        for dim in measures.sort_dimensions(rows)
        for value in labels.sort_group_values(dim, (row[0] for row in rows[dim]))
        for row_value, key in rows[dim]
        if row_value == value
    )
    lines = tuple(
        _build_line(
            figures,
            key,
            labels.label_district(key.get("district")) if breakdown == "school" else "",
            labels.label_value(dim, value),
            figures.tables[figures.latest][key],
        )
        for dim, value, key in ordered
    )
    title = labels.label_breakdown(breakdown)
    return BreakdownTable(
        BreakdownKind.BREAKDOWN,
        _("By %(breakdown)s")
        % {"breakdown": labels.localize_text(measures.load_breakdowns()[breakdown].phrase)},
        (_("District"), title) if breakdown == "school" else (title,),
        list_number_headings(figures),
        lines,
        breakdown,
    )


def _label_row(row: FigureRow) -> str:
    """Label the value of a row; the program has a column of its own."""
    label = labels.label_value(row.group, row.value)
    name = labels.label_program(row.group)
    return capfirst(label.removeprefix(f"{name}: ")) if name else label


def _build_group_lines(figures: OutcomeFigures) -> Iterator[BreakdownLine]:
    for race in labels.sort_races(race for race, _gender in figures.groups):
        for gender in labels.GENDER_CODES:
            count = figures.groups.get((race, gender))
            if count is not None:
                key = build_group_key({"race_ethnicity": race, "gender": gender})
                yield _build_line(
                    figures, key, labels.label_race(race), labels.label_gender(gender), count
                )


def describe_figure(outcome: str, year: str, key: FigureKey) -> str:
    """Describe one figure in words: the outcome, the children, and the year."""
    title, place, group = describe_figure_parts(outcome, key)
    return (
        ", ".join(filter(None, (title, year, place, group)))
        if place or group
        else (f"{title}, {year}, {_('all children')}")
    )


def describe_figure_parts(outcome: str, key: FigureKey) -> tuple[str, str, str]:
    """Describe the outcome, the place and the group of one figure; empty for all of them."""
    place, group = _describe_place(key), _describe_people(key)
    return labels.localize_text(load_indicator_catalogue()[outcome].title), place, group


def describe_group(key: FigureKey) -> str:
    """Describe a group in words, place first, such as "Oak, Girls".

    Args:
        key: the group.
    Returns:
        The words; empty for all children.
    """
    return _describe_values(key, key.dimensions)


def _describe_place(key: FigureKey) -> str:
    return _describe_values(key, key.dimensions & _PLACE_DIMENSIONS)


def _describe_people(key: FigureKey) -> str:
    return _describe_values(key, key.dimensions - _PLACE_DIMENSIONS)


def _describe_values(key: FigureKey, dimensions: Iterable[str]) -> str:
    """Describe the values of some dimensions of a key; empty for none."""
    return ", ".join(
        labels.label_value(dim, key.get(dim)) for dim in measures.sort_dimensions(dimensions)
    )


def _build_line(
    figures: OutcomeFigures,
    key: FigureKey,
    group: str,
    label: str,
    count: FigureCount,
    *,
    year: str = "",
) -> BreakdownLine:
    return BreakdownLine(
        at=encode_figure_name(figures.outcome, year or figures.latest, key),
        group=group,
        label=label,
        told=tuple(
            zip(
                headings := list_number_headings(figures),
                _format_numbers(count, len(headings)),
                strict=True,
            )
        ),
        withheld=count.withheld,
        band=_place_bar(count),
        count=count,
    )


def _place_bar(count: FigureCount) -> tuple[int, int] | None:
    if not isinstance(count, PercentBand) or count.low is None or count.high is None:
        return None
    return count.low, count.high - count.low + 1


def _format_numbers(count: FigureCount, columns: int) -> tuple[str, ...]:
    """Format a figure for the columns of its table; a band has no number with the outcome."""
    if isinstance(count, PercentBand):
        size = labels.format_group_size(count)
        no_number = ("-",) * (columns - _COLUMNS_OF_A_BAND)
        return (labels.format_percent(count), *no_number, size)
    if not isinstance(count, MeasureAmount):
        return (
            labels.format_percent(count),
            labels.format_child_count(count.yes),
            labels.format_child_count(count.n),
        )
    if count.is_count:
        return (labels.format_figure(count),)
    unit = "-" if count.unit is None else labels.format_amount(count.unit)
    return labels.format_figure(count), unit, labels.format_child_count(count.n)
