"""Lay out the charts inside pages: lines and bars with the published value of each figure.

A page draws them as SVG with sizes in percent of its width, so that one drawing fits a phone and a
wide screen, in the colors of the stylesheet. A script reads the values out by pointer and keyboard;
each is the text of the table beside, and nothing else is in the page. Images for other sites are
drawn in `figures`.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cairn.outputs.releases import api as releases_api

_TREND_HEIGHT: Final = 190
_TREND_TOP: Final = 28
_ROW_HEIGHT: Final = 42
_HEADING_HEIGHT: Final = 30
_LEFT_OF_TREND: Final = 9.0
"""Space for the numbers of the axis, in percent of the width."""
_TICKS: Final = 4


@dataclass(frozen=True, slots=True)
class ChartMark:
    """One figure of a chart; positions across are in percent of the width, down in pixels.

    Attributes:
        name: the group or year.
        shown: the published value as text.
        value: name, value and size of the group, as the script reads it out.
        x: where the value begins, or the middle of a year.
        y: where a point of a trend is, the top of a range of a trend, or the top of a bar's row.
        width: of a bar; 0 for a figure that is not shown.
        height: of a range in a trend; 0 for a point.
        has_value: whether anything is drawn.
    """

    name: str
    shown: str
    value: str
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    has_value: bool = True

    @property
    def century(self) -> str:
        """The first digits of a year, which a narrow screen leaves out."""
        return self.name[:2]

    @property
    def short_name(self) -> str:
        """The year without them."""
        return self.name[2:]

    @property
    def name_y(self) -> float:
        """Where the text of a bar is."""
        return self.y + 16

    @property
    def bar_y(self) -> float:
        """Where the bar is."""
        return self.y + 23

    @property
    def bar_bottom(self) -> float:
        """Where the bar ends."""
        return self.bar_y + 8

    @property
    def text_y(self) -> float:
        """Where the text of a point is."""
        return self.y - 11


@dataclass(frozen=True, slots=True)
class ChartHeading:
    """The heading above bars that belong together, such as the schools of a district."""

    text: str
    y: float


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A line of a trend between two years, or across it with the number of the axis."""

    x1: float
    y1: float
    x2: float
    y2: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class PageChart:
    """A chart, laid out.

    Attributes:
        is_trend: whether it is drawn over the years, or as bars.
        height: in pixels.
        marks: its figures, in the order of the table.
        headings: headings above bars.
        lines: lines between the points of a trend.
        ticks: lines across a trend, with their numbers.
        county: where the dashed line of all children is; None without one.
    """

    is_trend: bool
    height: float
    marks: tuple[ChartMark, ...]
    headings: tuple[ChartHeading, ...] = ()
    lines: tuple[ChartLine, ...] = ()
    ticks: tuple[ChartLine, ...] = ()
    county: float | None = None

    @property
    def axis_y(self) -> float:
        """Where the years are written."""
        return self.height - 6


def lay_out_chart(
    table: releases_api.BreakdownTable, figures: releases_api.OutcomeFigures
) -> PageChart:
    """Lay out the chart of a table.

    Args:
        table: the table.
        figures: the figures that it is from.
    Returns:
        The chart.
    """
    if table.kind is releases_api.BreakdownKind.TREND:
        return _lay_out_trend(table, figures)
    return _lay_out_bars(table, figures)


def _read_ends(count: releases_api.FigureCount) -> tuple[float, float] | None:
    """Return both ends of a published figure; None if it is not shown."""
    if count.span is not None:
        return count.span
    return None if count.height is None else (count.height, count.height)


def _describe_mark(line: releases_api.BreakdownLine) -> str:
    names = ", ".join(filter(None, (line.group, line.label)))
    numbers = "; ".join(f"{heading}: {number}" for heading, number in line.told if number != "-")
    return f"{names}. {numbers}"


def _find_scale_top(counts: Sequence[releases_api.FigureCount], statistic: str) -> float:
    """Return the upper end of the axis: all children, or a little above the largest amount."""
    if not statistic:
        return 1.0
    return 1.1 * max((ends[1] for ends in map(_read_ends, counts) if ends), default=1.0) or 1.0


def _lay_out_trend(
    table: releases_api.BreakdownTable, figures: releases_api.OutcomeFigures
) -> PageChart:
    counts = [line.count for line in table.lines]
    largest = max((ends[1] for ends in map(_read_ends, counts) if ends), default=0.9)
    top = 1.15 * largest or 1.0 if figures.statistic else min(1.0, 1.1 * largest + 0.05)
    step = (100 - _LEFT_OF_TREND) / len(table.lines)

    def find_y(value: float) -> float:
        return round(_TREND_TOP + _TREND_HEIGHT * (1 - value / top), 1)

    marks = []
    for index, line in enumerate(table.lines):
        ends = _read_ends(line.count)
        x = round(_LEFT_OF_TREND + (index + 0.5) * step, 2)
        y = find_y(ends[1]) if ends else find_y(0)
        height = round(find_y(ends[0]) - y, 1) if ends else 0.0
        value = _describe_mark(line)
        marks.append(
            ChartMark(line.label, line.told[0][1], value, x, y, step, height, ends is not None)
        )
    lines = tuple(
        ChartLine(before.x, before.y, after.x, after.y)
        for before, after in itertools.pairwise(marks)
        if before.has_value and after.has_value and not before.height and not after.height
    )
    ticks = tuple(
        ChartLine(_LEFT_OF_TREND, find_y(value), 100, find_y(value), label)
        for value, label in _list_ticks(top, figures.statistic)
    )
    return PageChart(
        is_trend=True,
        height=_TREND_TOP + _TREND_HEIGHT + 34,
        marks=tuple(marks),
        lines=lines,
        ticks=ticks,
    )


def _list_ticks(top: float, statistic: str) -> Iterator[tuple[float, str]]:
    """Yield about four round numbers of an axis, with their text."""
    is_count = statistic == releases_api.COUNT_STATISTIC
    exponents = range(0 if is_count else -2, 10)
    steps = (size * 10.0**exponent for exponent in exponents for size in (1, 2, 5))
    step = next(size for size in steps if top / size <= _TICKS)
    for index in range(int(top / step) + 1):
        value = index * step
        if is_count:
            yield value, releases_api.format_child_count(round(value))
        else:
            yield value, f"{value:g}" if statistic else f"{round(100 * value)}%"


def _lay_out_bars(
    table: releases_api.BreakdownTable, figures: releases_api.OutcomeFigures
) -> PageChart:
    top = _find_scale_top([line.count for line in table.lines], figures.statistic)
    marks: list[ChartMark] = []
    headings: list[ChartHeading] = []
    y = 0.0
    last_heading = ""
    for line in table.lines:
        if line.group and line.group != last_heading:
            headings.append(ChartHeading(line.group, y + 20))
            last_heading, y = line.group, y + _HEADING_HEIGHT
        ends = _read_ends(line.count)
        low, high = (round(100 * end / top, 2) for end in ends) if ends else (0.0, 0.0)
        x, width = (low, high - low) if low != high else (0.0, high)
        value = _describe_mark(line)
        marks.append(
            ChartMark(
                line.label,
                line.told[0][1],
                value,
                x,
                y,
                max(round(width, 2), 0.3) if ends else 0.0,
                has_value=ends is not None,
            )
        )
        y += _ROW_HEIGHT
    county = _read_ends(figures.county)
    # The number of all children is no line for the numbers of groups: it is their sum.
    has_line = county and county[0] == county[1] <= top and not figures.is_count
    return PageChart(
        is_trend=False,
        height=y + 4,
        marks=tuple(marks),
        headings=tuple(headings),
        county=round(100 * county[0] / top, 2) if county and has_line else None,
    )
