"""Build the tables of one outcome in words, the same for reviewers and for the public."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _

from cairn.outputs.releases import labels
from cairn.outputs.releases.catalogue import load_indicator_catalogue
from cairn.outputs.releases.figures import (
    COUNTY_KEY,
    FigureCount,
    FigureKey,
    MeasureAmount,
    OutcomeFigures,
    PercentBand,
    encode_figure_name,
)
from cairn.warehouse.exporters import ALL_GROUPS

__all__ = ["BreakdownKind", "BreakdownTable", "build_breakdown_tables"]


_COLUMNS_OF_A_BAND = 2
"""The percentage and the size of the group."""


class BreakdownKind(StrEnum):
    """Name the breakdown of a table."""

    TREND = "trend"
    SCHOOLS = "schools"
    GROUPS = "groups"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class BreakdownLine:
    """Hold one line of a table; `group` is what contains the row, if the table shows it."""

    group: str
    label: str
    told: tuple[tuple[str, str], ...]
    """Each heading of its table with the number below it; the number of children is last."""
    withheld: bool
    at: str
    """The name of its figure (`figures.named`)."""
    band: tuple[int, int] | None = None
    """Where to draw the bar of a percentage band: its first whole percent, and how many it has."""


@dataclass(frozen=True, slots=True)
class BreakdownTable:
    """One table, ready to be shown.

    Attributes:
        kind: over the years, by school, by group, or every other group.
        title: heading of the table.
        columns: headings of the columns that name a group.
        headings: headings of the columns of numbers.
        lines: the rows.
    """

    kind: BreakdownKind
    title: str
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    lines: tuple[BreakdownLine, ...]

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
        The tables: over the years, by school, by race and gender, every other group.
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
                    (row.value, ALL_GROUPS, ALL_GROUPS, ALL_GROUPS),
                    labels.label_district(row.value),
                    _("Whole district"),
                    row.count,
                )
                for row in figures.districts
            ),
            *(
                _build_line(
                    figures,
                    (row.group, row.value, ALL_GROUPS, ALL_GROUPS),
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
    """Yield the lines of groups within a district or a school, by race, gender or both."""
    for key, count in figures.tables[figures.latest].items():
        if key[0] != ALL_GROUPS and key[2:] != (ALL_GROUPS, ALL_GROUPS):
            yield _build_line(figures, key, _describe_place(key), _describe_group(key), count)


def _build_group_lines(figures: OutcomeFigures) -> Iterator[BreakdownLine]:
    for race in labels.sort_races(race for race, _gender in figures.groups):
        for gender in labels.GENDER_CODES:
            count = figures.groups.get((race, gender))
            if count is not None:
                key = (ALL_GROUPS, ALL_GROUPS, race, gender)
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
    place = "" if key[0] == ALL_GROUPS else _describe_place(key)
    group = "" if key[2:] == (ALL_GROUPS, ALL_GROUPS) else _describe_group(key)
    return labels.localize_text(load_indicator_catalogue()[outcome].title), place, group


def _describe_place(key: FigureKey) -> str:
    district = labels.label_district(key[0])
    return district if key[1] == ALL_GROUPS else f"{district}, {labels.label_school(key[1])}"


def _describe_group(key: FigureKey) -> str:
    race, gender = key[2:]
    parts = [labels.label_race(race)] if race != ALL_GROUPS else []
    if gender != ALL_GROUPS or not parts:
        parts.append(labels.label_gender(gender))
    return ", ".join(parts)


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
    unit = "-" if count.unit is None else labels.format_amount(count.unit)
    return labels.format_figure(count), unit, labels.format_child_count(count.n)
