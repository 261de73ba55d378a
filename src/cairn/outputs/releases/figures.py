"""Arrange released cells as figures: county, districts, schools, race by gender.

The figures of a measure hold what the children of a group have (`MeasureAmount`) instead of how
many of them reached an outcome; those of a count hold how many children there are.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cairn.warehouse import exporters

__all__ = [
    "COUNTY_KEY",
    "COUNT_STATISTIC",
    "NO_VALUE_ON_RECORD",
    "FigureCount",
    "FigureKey",
    "FigureRow",
    "MeasureAmount",
    "OutcomeFigures",
    "PercentBand",
    "YearlyChange",
    "collect_outcome_figures",
]

NO_VALUE_ON_RECORD = "not_on_record"
"""The value of a child with none on record; it is shown last, and never as a school."""

COUNT_STATISTIC = "count"
"""The statistic of a figure that is a number of children."""

FigureKey = exporters.GroupKey
"""The group of a figure, with the name of a school instead of its code."""

PERCENT = 100

HALF_PERCENT = 0.5
"""The most by which a whole percent is rounded, in percentage points."""

SMALLEST_REPORTED_CHANGE = 0.5
"""A smaller change than this, in percentage points, is reported as no change."""

SMALLEST_ROUNDED_CHANGE = 1.5
"""The same between whole percents: each is rounded by up to half a point."""

COUNTY_KEY: FigureKey = exporters.EVERYONE


def encode_figure_name(outcome: str, year: str, key: FigureKey) -> str:
    """Encode the name of one figure, which pages and forms use to refer to it.

    It is the outcome, the year, the values of the first four dimensions, and then each further
    dimension followed by its value.
    """
    first = [key.get(dim) for dim in exporters.CELL_DIMENSIONS]
    others = [
        word for pair in key.values if pair[0] not in exporters.CELL_DIMENSIONS for word in pair
    ]
    return json.dumps([outcome, year, *first, *others], ensure_ascii=False)


def parse_figure_group(words: Sequence[str]) -> FigureKey:
    """Parse the group in the name of a figure, which begins after the outcome and the year."""
    first, others = words[: len(exporters.CELL_DIMENSIONS)], words[len(exporters.CELL_DIMENSIONS) :]
    values = dict(zip(exporters.CELL_DIMENSIONS, first, strict=True))
    return exporters.build_group_key(values | dict(zip(others[::2], others[1::2], strict=True)))


def name_school(key: exporters.GroupKey, names: Mapping[str, str]) -> FigureKey:
    """Replace the code of a school in a key by its name, if it has one."""
    if "school" not in key.dimensions:
        return key
    values = dict(key.values)
    return exporters.build_group_key(
        values | {"school": names.get(values["school"], values["school"])}
    )


@dataclass(frozen=True, slots=True)
class FigureCount:
    """Hold how many (`yes`) of `n` children reached the outcome; either is None if withheld."""

    yes: int | None
    n: int | None

    @property
    def share(self) -> float | None:
        """Return the share, from 0 to 1; None if withheld or if there are no children."""
        return self.yes / self.n if self.n and self.yes is not None else None

    @property
    def height(self) -> float | None:
        """Return the value to plot; None if there is none."""
        return self.share

    @property
    def span(self) -> tuple[float, float] | None:
        """Return the lowest and highest share, from 0 to 1, that readers see; None if withheld."""
        return None if self.share is None else (self.share, self.share)

    @property
    def possible_span(self) -> tuple[float, float] | None:
        """Return the least and greatest share that are possible; None if withheld."""
        return self.span

    @property
    def withheld(self) -> bool:
        """Return whether a number is withheld."""
        return self.yes is None or self.n is None


@dataclass(frozen=True, slots=True)
class PercentBand(FigureCount):
    """Hold the share of a group as a band of whole percents, without numbers of children.

    `yes` is always None, so nothing is computed from a band as if it were a number. `n` is None
    unless another release shows it. `low` and `high` are None if withheld. The group has
    `size_low` to `size_high` children; None where nothing bounds it.
    """

    low: int | None = None
    high: int | None = None
    size_low: int = 0
    size_high: int | None = None

    @property
    def height(self) -> float | None:
        """Return the middle of the band, for the order and color of groups; None if withheld."""
        return None if self.span is None else sum(self.span) / 2

    @property
    def span(self) -> tuple[float, float] | None:
        """Return the lowest and highest share; None if withheld."""
        if self.low is None or self.high is None:
            return None
        return self.low / PERCENT, self.high / PERCENT

    @property
    def possible_span(self) -> tuple[float, float] | None:
        """Return the least and greatest share that round to the whole percents of the band."""
        if self.low is None or self.high is None:
            return None
        return (
            max(self.low - HALF_PERCENT, 0) / PERCENT,
            min(self.high + HALF_PERCENT, PERCENT) / PERCENT,
        )

    @property
    def is_range(self) -> bool:
        """Return whether more than one whole percent is possible."""
        return self.low != self.high

    @property
    def withheld(self) -> bool:
        """Return whether nothing is shown of the share."""
        return self.low is None


@dataclass(frozen=True, slots=True)
class MeasureAmount(FigureCount):
    """Hold what `n` children have: a mean or median, rounded to `unit`. Or hold `n` itself.

    `value` is None if withheld, and if there are no children to have a mean. `yes` is always None.
    `statistic` is "mean" or "median": releases of different years may differ in it. It is "count"
    where the value is the number of children.
    """

    value: Decimal | None = None
    unit: Decimal | None = None
    statistic: str = field(default="", compare=False)

    @property
    def height(self) -> float | None:
        """Return the value to plot; None if there is none."""
        return None if self.value is None else float(self.value)

    @property
    def withheld(self) -> bool:
        """Return whether the value is withheld."""
        return self.value is None and self.n != 0

    @property
    def is_count(self) -> bool:
        """Return whether the value is the number of children."""
        return self.statistic == COUNT_STATISTIC


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One group of a table.

    Attributes:
        group: what contains it, such as the district of a school; empty if nothing does.
        value: code of the group itself, or the school year in a table over the years.
        count: its figure.
    """

    group: str
    value: str
    count: FigureCount


@dataclass(frozen=True, slots=True)
class YearlyChange:
    """The change to the newest year, from the last year before it with a published figure.

    Attributes:
        points: percentage points; above 0 if the share rose. Between ranges the least change that
            they allow; 0 if they overlap, or nearly.
        since: the year before.
        better: whether the change is in the better direction; None if it is too small to call
            (`SMALLEST_REPORTED_CHANGE`).
        is_rounded: whether it is the difference of two rounded percentages.
        most: the greatest change that two ranges allow, for one that is clear; None between single
            percentages.
        children: of a count, how many more children there are than then, below 0 if fewer; None
            for other figures.
    """

    points: float
    since: str
    better: bool | None
    """None when the change is too small to call."""
    is_rounded: bool = False
    most: float | None = None
    children: int | None = None


@dataclass(frozen=True, slots=True)
class OutcomeFigures:
    """Everything published about one outcome.

    Attributes:
        outcome: ID of the outcome.
        years: the school years in order; the last is the newest.
        tables: school year → key of a group → its figure.
        statistic: the statistic of a measure in the newest year, "mean" or "median", or "count";
            empty for an outcome.
    """

    outcome: str
    years: tuple[str, ...]
    tables: Mapping[str, Mapping[FigureKey, FigureCount]]
    statistic: str = ""

    @property
    def is_count(self) -> bool:
        """Return whether the figures are numbers of children."""
        return self.statistic == COUNT_STATISTIC

    @property
    def latest(self) -> str:
        """Return the newest year."""
        return self.years[-1]

    @property
    def county(self) -> FigureCount:
        """Return the figure of all children in the newest year; withheld if none is stated."""
        return self.get_county(self.latest)

    def get_county(self, year: str) -> FigureCount:
        """Return the figure of all children in a year; withheld if none is stated."""
        return self.get_figure(year, COUNTY_KEY)

    def get_figure(self, year: str, key: FigureKey) -> FigureCount:
        """Return the figure of a group in a year; withheld if none is stated."""
        return self.tables[year].get(key, FigureCount(None, None))

    @property
    def trend(self) -> tuple[FigureRow, ...]:
        """Return the figures of all children, year by year: means or medians, never both."""
        return self.list_trend(COUNTY_KEY)

    def list_trend(self, key: FigureKey) -> tuple[FigureRow, ...]:
        """List the figures of a group, year by year: means or medians, never both."""
        figures_by_year = (
            (year, self.tables[year][key]) for year in self.years if key in self.tables[year]
        )
        return tuple(
            FigureRow("", year, count)
            for year, count in figures_by_year
            if not isinstance(count, MeasureAmount) or count.statistic == self.statistic
        )

    @property
    def districts(self) -> tuple[FigureRow, ...]:
        """Return the districts of the newest year, in alphabetical order."""
        return self._sort_rows(
            ("", key.get("district"), count)
            for key, count in self.tables[self.latest].items()
            if key.dimensions == {"district"}
        )

    @property
    def schools(self) -> tuple[FigureRow, ...]:
        """Return the schools of the newest year, alphabetically within their district: no
        ranking.
        """
        return self._sort_rows(
            (key.get("district"), key.get("school"), count)
            for key, count in self.tables[self.latest].items()
            if "school" in key.dimensions <= {"district", "school"}
        )

    @property
    def groups(self) -> Mapping[tuple[str, str], FigureCount]:
        """Return the newest year by (race and ethnicity, gender), margins included."""
        group_counts = {
            (key.get("race_ethnicity"), key.get("gender")): count
            for key, count in self.tables[self.latest].items()
            if key.dimensions <= {"race_ethnicity", "gender"}
        }
        return (
            group_counts if any(exporters.ALL_GROUPS not in pair for pair in group_counts) else {}
        )

    @property
    def races(self) -> frozenset[str]:
        """Return the groups of race and ethnicity of any year, merged ones included."""
        return frozenset(
            key.get("race_ethnicity") for table in self.tables.values() for key in table
        )

    @property
    def withheld(self) -> int:
        """Return how many groups have a withheld number, in any year."""
        return sum(count.withheld for table in self.tables.values() for count in table.values())

    @property
    def bands(self) -> int:
        """Return how many groups have a percentage band instead of numbers, in any year."""
        counts = (count for table in self.tables.values() for count in table.values())
        return sum(isinstance(count, PercentBand) for count in counts)

    @property
    def is_mixed(self) -> bool:
        """Return whether some groups have a band and others have numbers."""
        return 0 < self.bands < sum(len(table) for table in self.tables.values())

    def describe_change(self, direction: str) -> YearlyChange | None:
        """Return the change in a year; `direction` is the better one: "higher", "lower" or "none".

        Two whole percents have one, to about a point. Between two ranges it is a range itself. Two
        numbers of children differ by a number of children.
        """
        if self.is_count:
            return self._describe_count_change(direction)
        before = (FigureRow("", year, self.get_county(year)) for year in self.years[-2::-1])
        previous = next((row for row in before if row.count.span), None)
        newest = self.get_figure(self.latest, COUNTY_KEY)
        if previous is None or not previous.count.span or not newest.span:
            return None
        (low, high), (newest_low, newest_high) = previous.count.span, newest.span
        if low != high or newest_low != newest_high:
            rise, fall = PERCENT * (newest_low - high), PERCENT * (newest_high - low)
            least, most = (rise, fall) if rise > 0 else (fall, rise)
            if rise < SMALLEST_REPORTED_CHANGE and fall > -SMALLEST_REPORTED_CHANGE:
                return YearlyChange(0, previous.value, None, is_rounded=True, most=most)
            is_better = (least > 0) == (direction == "higher")
            return YearlyChange(least, previous.value, is_better, is_rounded=True, most=most)
        points = 100 * (newest_low - low)
        is_rounded = PercentBand in {type(previous.count), type(newest)}
        least = SMALLEST_ROUNDED_CHANGE if is_rounded else SMALLEST_REPORTED_CHANGE
        better = None if abs(points) < least else (points > 0) == (direction == "higher")
        return YearlyChange(points, previous.value, better, is_rounded)

    def _describe_count_change(self, direction: str) -> YearlyChange | None:
        """Return how many more children there are than in the last year with a public number."""
        newest = self.county.n
        numbers = ((row.value, row.count.n) for row in reversed(self.trend[:-1]))
        since, before = next(((year, n) for year, n in numbers if n is not None), ("", None))
        if newest is None or before is None:
            return None
        more = newest - before
        better = None if not more or direction == "none" else (more > 0) == (direction == "higher")
        return YearlyChange(0, since, better, children=more)

    def _sort_rows(
        self, group_counts: Iterable[tuple[str, str, FigureCount]]
    ) -> tuple[FigureRow, ...]:
        ordered = sorted(
            group_counts, key=lambda row: (row[1] == NO_VALUE_ON_RECORD, row[0], row[1])
        )
        return tuple(FigureRow(*row) for row in ordered)


def collect_outcome_figures(
    cells: Iterable[exporters.ReleasedCell], outcome: str, names: Mapping[str, str]
) -> OutcomeFigures:
    """Collect the cells of one outcome as figures; schools get their names.

    Each group has three cells (all, yes, no): the first counts the group, the second the children
    who reached the outcome. "No" follows from them and is not shown. A measure or a percentage band
    has the first cell only.

    Args:
        cells: released cells.
        outcome: id of the outcome.
        names: names of schools by code.
    Returns:
        The figures; without any year if no cell is of the outcome.
    """
    cells_by_year: dict[str, dict[FigureKey, dict[str, exporters.ReleasedCell]]] = {}
    for cell in cells:
        if cell.outcome == outcome:
            key = name_school(cell.group, names)
            cells_by_year.setdefault(cell.school_year, {}).setdefault(key, {})[cell.result] = cell
    newest = cells_by_year[max(cells_by_year)].values() if cells_by_year else ()
    return OutcomeFigures(
        outcome=outcome,
        years=tuple(sorted(cells_by_year)),
        tables={
            year: {key: _build_count(results) for key, results in table.items()}
            for year, table in cells_by_year.items()
        },
        statistic=next((cell.statistic or "" for table in newest for cell in table.values()), ""),
    )


def _build_count(cells: Mapping[str, exporters.ReleasedCell]) -> FigureCount:
    all_results, reached = cells.get(exporters.ALL_GROUPS), cells.get("yes")
    if all_results and all_results.statistic:
        return MeasureAmount(
            None,
            all_results.n,
            _parse_decimal(all_results.value),
            _parse_decimal(all_results.rounded_to),
            all_results.statistic,
        )
    if all_results and all_results.is_band:
        return PercentBand(
            None,
            all_results.n,
            all_results.percent_low,
            all_results.percent_high,
            all_results.size_low or 0,
            all_results.size_high,
        )
    return FigureCount(reached.n if reached else None, all_results.n if all_results else None)


def _parse_decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
