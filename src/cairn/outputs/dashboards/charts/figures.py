"""Draw figures as SVG on the server: a trend, schools, and race by gender.

Each chart is readable without color: values are next to their marks, and a withheld one says so.
Colors and sizes come from the stylesheet's light and dark tokens.
"""

import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import altair as alt
import vl_convert

from cairn.outputs.releases import api as releases_api
from cairn.warehouse.measures import MEMBER, get_member_name


@dataclass(frozen=True, slots=True)
class ChartPalette:
    """Hold the colors of one theme.

    `low` and `high` end a scale of one hue that color-blind readers can order. Past `turn` of the
    scale
    the text on a tile changes from `on_low` to `on_high`: black and white, changing where both have
    a
    contrast of 4.5 to 1 against the tile.
    """

    ink: str
    soft: str
    line: str
    edge: str
    sheet: str
    sunk: str
    mark: str
    accent: str
    low: str
    high: str
    turn: float
    on_low: str
    on_high: str


class ChartTheme(StrEnum):
    """Name the color theme that the reader's device asks for."""

    LIGHT = "light"
    DARK = "dark"


class ChartSize(StrEnum):
    """Name the size of a chart; each is drawn twice, so that it is readable on a phone."""

    WIDE = "wide"
    PHONE = "phone"


CHART_PALETTES = {
    ChartTheme.LIGHT: ChartPalette(
        ink="#1e2322",
        soft="#565c59",
        line="#d9d5ca",
        edge="#b9b5aa",
        sheet="#ffffff",
        sunk="#efede6",
        mark="#17565a",
        accent="#96521c",
        low="#e6f0ee",
        high="#17565a",
        turn=0.73,
        on_low="#000000",
        on_high="#ffffff",
    ),
    ChartTheme.DARK: ChartPalette(
        ink="#ebe8e0",
        soft="#aeb0a8",
        line="#383e3f",
        edge="#5a6262",
        sheet="#1c2021",
        sunk="#252a2b",
        mark="#86cbc6",
        accent="#e8ae77",
        low="#22393b",
        high="#86cbc6",
        turn=0.5,
        on_low="#ffffff",
        on_high="#000000",
    ),
}

CHART_WIDTHS = {ChartSize.WIDE: 640, ChartSize.PHONE: 320}


_CHART_FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"


def draw_figure_chart(
    code: str, figures: releases_api.OutcomeFigures, theme: ChartTheme, size: ChartSize
) -> str:
    """Draw one chart as an SVG document, in the active language.

    `code` names its table (`BreakdownTable.code`).
    """
    palette = CHART_PALETTES[theme]
    chart = (
        CHART_BUILDERS[code](figures, palette, size)
        if code in CHART_BUILDERS
        else _build_breakdown_chart(code, figures, palette, size)
    )
    return render_svg(chart, palette, size)


def can_draw_chart(code: str, figures: releases_api.OutcomeFigures) -> bool:
    """Return whether there is a chart of a table."""
    return code in CHART_BUILDERS or bool(releases_api.list_breakdown_rows(figures, code))


def render_svg(
    chart: alt.LayerChart | alt.VConcatChart, palette: ChartPalette, size: ChartSize
) -> str:
    """Render a chart as an SVG document in the site's font and colors."""
    config: dict[str, Any] = {
        "background": "transparent",
        # Leave space for a reader's font that is wider than the one measured here.
        "padding": {"left": 18, "right": 18, "top": 6, "bottom": 6},
        "font": _CHART_FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": palette.soft,
            "labelFontSize": 12 if size is ChartSize.PHONE else 13,
            "titleColor": palette.soft,
            "gridColor": palette.line,
            "domain": False,
            "ticks": False,
            "labelPadding": 8,
            "labelLimit": 0,
        },
    }
    specification = json.loads(chart.to_json(validate=False)) | {"config": config}
    return str(vl_convert.vegalite_to_svg(specification))


def build_chart_data(rows: list[dict[str, Any]]) -> alt.Data:
    """Return rows as the data of a chart."""
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


VALUE_FILTER = "isValid(datum.share)"
RANGE_FILTER = "isValid(datum.low)"
WITHHELD_FILTER = "!isValid(datum.share) && !isValid(datum.low)"


def build_mark(count: releases_api.FigureCount) -> dict[str, Any]:
    """Return what marks a figure in a chart: a point, or the ends of a range; and its text."""
    is_range = isinstance(count, releases_api.PercentBand) and count.is_range
    low, high = (count.span or (None, None)) if is_range else (None, None)
    return {
        "share": None if is_range else count.height,
        "low": low,
        "high": high,
        "said": releases_api.format_figure(count),
    }


def _compute_scale_top(counts: list[releases_api.FigureCount], statistic: str) -> float:
    """Return the upper end of a scale from zero: about a tenth above the largest figure."""
    ends = [count.span[1] if count.span else count.height for count in counts]
    highest = max((end for end in ends if end is not None), default=0.9)
    return 1.15 * highest or 1.0 if statistic else min(1.0, 1.1 * highest + 0.05)


def _choose_axis_format(statistic: str) -> str:
    """Return the number format of an axis: percent for shares, plain for amounts."""
    if statistic == releases_api.COUNT_STATISTIC:
        return ",~f"
    return "~g" if statistic else ".0%"


def _build_trend_chart(
    figures: releases_api.OutcomeFigures, palette: ChartPalette, size: ChartSize
) -> alt.LayerChart:
    rows = [
        {
            "year": row.value if size is ChartSize.WIDE else row.value[2:],
            **build_mark(row.count),
        }
        for row in figures.trend
    ]
    base = alt.Chart(build_chart_data(rows)).encode(
        x=alt.X(
            "year:O",
            title=None,
            axis=alt.Axis(labelAngle=0, grid=False),
            scale=alt.Scale(padding=0.4),
        ),
        y=alt.Y(
            "share:Q",
            title=None,
            scale=alt.Scale(
                domain=[
                    0,
                    _compute_scale_top([row.count for row in figures.trend], figures.statistic),
                ]
            ),
            axis=alt.Axis(format=_choose_axis_format(figures.statistic), tickCount=4),
        ),
    )
    with_values = base.transform_filter("isValid(datum.share)")
    line = with_values.mark_line(color=palette.mark, strokeWidth=3)
    points = with_values.mark_point(
        color=palette.mark, filled=True, size=90, opacity=1, stroke=palette.sheet, strokeWidth=2
    )
    value_text = with_values.mark_text(
        dy=-18, fontSize=15, fontWeight="bold", color=palette.ink
    ).encode(text="said:N")
    ranges = base.transform_filter(RANGE_FILTER)
    bars = ranges.mark_bar(color=palette.mark, width=14).encode(y="low:Q", y2="high:Q")
    range_text = ranges.mark_text(dy=-12, fontSize=13, fontWeight="bold", color=palette.ink).encode(
        text="said:N", y="high:Q"
    )
    withheld_text = (
        base.transform_filter(WITHHELD_FILTER)
        .mark_text(fontSize=12, fontStyle="italic", color=palette.soft, dy=-8)
        .encode(text="said:N", y=alt.datum(0))
    )
    layers = [line, points, value_text, bars, range_text, withheld_text]
    return alt.LayerChart(layer=layers).properties(
        width=CHART_WIDTHS[size] - 60, height=240 if size is ChartSize.WIDE else 200
    )


def _build_school_chart(
    figures: releases_api.OutcomeFigures, palette: ChartPalette, size: ChartSize
) -> alt.VConcatChart:
    """Draw one panel for each district on a common scale; names are never cut."""
    school_rows = [row for row in figures.schools if row.value != releases_api.NO_VALUE_ON_RECORD]
    top = _compute_scale_top([row.count for row in school_rows], figures.statistic)
    panels = [
        _build_panel(
            district,
            [
                {"name": releases_api.label_school(row.value), **build_mark(row.count)}
                for row in school_rows
                if row.group == district
            ],
            top,
            figures,
            palette,
            size,
        )
        for district in dict.fromkeys(row.group for row in school_rows)
    ]
    return alt.vconcat(*panels, spacing=22)


def _build_breakdown_chart(
    breakdown: str, figures: releases_api.OutcomeFigures, palette: ChartPalette, size: ChartSize
) -> alt.VConcatChart:
    """Draw the groups of a breakdown in one panel.

    Children not on record, and those not in a program, are in the table only.
    """
    rows = [
        row
        for row in releases_api.list_breakdown_rows(figures, breakdown)
        if row.value != releases_api.NO_VALUE_ON_RECORD
        and (not get_member_name(row.group) or row.value == MEMBER)
    ]
    top = _compute_scale_top([row.count for row in rows], figures.statistic)
    marks = [
        {
            "name": releases_api.label_program(row.group)
            or releases_api.label_value(row.group, row.value),
            **build_mark(row.count),
        }
        for row in rows
    ]
    title = releases_api.label_breakdown(breakdown)
    return alt.vconcat(_build_panel(title, marks, top, figures, palette, size))


def _build_panel(
    title: str,
    marks: list[dict[str, Any]],
    scale_top: float,
    figures: releases_api.OutcomeFigures,
    palette: ChartPalette,
    size: ChartSize,
) -> alt.LayerChart:
    base = alt.Chart(build_chart_data(marks)).encode(
        y=alt.Y("name:N", title=None, sort=None, axis=None),
        x=alt.X(
            "share:Q",
            title=None,
            scale=alt.Scale(domain=[0, scale_top]),
            axis=alt.Axis(format=_choose_axis_format(figures.statistic), tickCount=4),
        ),
    )
    name = base.mark_text(align="left", dy=-13, fontSize=13, color=palette.ink).encode(
        text="name:N", x=alt.datum(0)
    )
    valid = base.transform_filter(VALUE_FILTER)
    stem = valid.mark_rule(color=palette.edge, strokeWidth=2, yOffset=5).encode(x2=alt.datum(0))
    dot = valid.mark_point(color=palette.mark, filled=True, size=110, opacity=1, yOffset=5)
    value_text = valid.mark_text(
        align="left", dx=12, dy=5, fontSize=13, fontWeight="bold", color=palette.ink
    ).encode(text="said:N")
    ranges = base.transform_filter(RANGE_FILTER)
    bars = ranges.mark_bar(color=palette.mark, height=9, yOffset=5, cornerRadius=3).encode(
        x="low:Q", x2="high:Q"
    )
    range_text = ranges.mark_text(
        align="left", dx=8, dy=5, fontSize=13, fontWeight="bold", color=palette.ink
    ).encode(text="said:N", x="high:Q")
    withheld_text = (
        base.transform_filter(WITHHELD_FILTER)
        .mark_text(align="left", dy=5, fontSize=12, fontStyle="italic", color=palette.soft)
        .encode(text="said:N", x=alt.datum(0))
    )
    # Grid lines and the line of the county end at a margin around each text instead of crossing it.
    texts = (name, value_text, range_text, withheld_text)
    margins = [_draw_text_margin(text, palette) for text in texts]
    layers: list[alt.Chart] = [*margins, bars, stem, dot, *texts]
    county_share = build_mark(figures.county)["share"]
    # The number of all children is no line for the numbers of groups: it is their sum.
    if county_share is not None and not figures.is_count:
        county = alt.Chart(build_chart_data([{"share": county_share}])).encode(x="share:Q")
        layers.insert(0, county.mark_rule(color=palette.accent, strokeDash=[4, 4], strokeWidth=1.5))
    return alt.LayerChart(layer=layers).properties(
        title=alt.TitleParams(title, anchor="start", fontSize=14, color=palette.soft, offset=12),
        width=CHART_WIDTHS[size] - 70,
        height=alt.Step(44),
    )


def _draw_text_margin(text: alt.Chart, palette: ChartPalette) -> alt.Chart:
    """Draw the same text in the color of the sheet, thick enough to hide a line behind it."""
    margin = text.copy()
    margin.mark.stroke, margin.mark.strokeWidth = palette.sheet, 6
    margin.mark.strokeJoin = "round"
    return margin


def _build_group_chart(
    figures: releases_api.OutcomeFigures, palette: ChartPalette, size: ChartSize
) -> alt.LayerChart:
    groups = figures.groups
    races = releases_api.sort_races(race for race, _gender in groups)
    genders = [
        code for code in releases_api.GENDER_CODES if any(pair[1] == code for pair in groups)
    ]
    shares = [count.height for count in groups.values() if count.height is not None]
    low, high = min(shares, default=0.0), max(shares, default=1.0)
    text_change = low + palette.turn * (high - low)
    rows = [
        {
            "race": _wrap_label(releases_api.label_race(race), size),
            "gender": _wrap_label(releases_api.label_gender(gender), size, 9),
            "share": count.height,
            "said": releases_api.format_figure(count),
            "strong": count.height is not None and count.height > text_change,
        }
        for (race, gender), count in groups.items()
    ]
    base = alt.Chart(build_chart_data(rows)).encode(
        x=alt.X(
            "gender:N",
            title=None,
            sort=[_wrap_label(releases_api.label_gender(code), size, 9) for code in genders],
            axis=alt.Axis(
                orient="top",
                labelPadding=22 if size is ChartSize.PHONE else 8,
                labelAngle=0,
                labelColor=palette.ink,
                labelExpr="split(datum.label, '\\n')",
            ),
            scale=alt.Scale(paddingInner=0.04),
        ),
        y=alt.Y(
            "race:N",
            title=None,
            sort=[_wrap_label(releases_api.label_race(code), size) for code in races],
            axis=alt.Axis(labelColor=palette.ink, labelExpr="split(datum.label, '\\n')"),
            scale=alt.Scale(paddingInner=0.08),
        ),
    )
    valid = base.transform_filter("isValid(datum.share)")
    tiles = valid.mark_rect(cornerRadius=4).encode(
        color=alt.Color("share:Q", scale=alt.Scale(range=[palette.low, palette.high]), legend=None)
    )
    value_text = valid.mark_text(fontSize=14, fontWeight="bold").encode(
        text="said:N",
        color=alt.condition("datum.strong", alt.value(palette.on_high), alt.value(palette.on_low)),
    )
    without_values = base.transform_filter("!isValid(datum.share)")
    withheld_tiles = without_values.mark_rect(cornerRadius=4, fill=palette.sunk)
    withheld_text = without_values.mark_text(
        fontSize=11, fontStyle="italic", color=palette.soft
    ).encode(text="said:N")
    label_width = 95 if size is ChartSize.PHONE else 220
    return alt.LayerChart(layer=[tiles, withheld_tiles, value_text, withheld_text]).properties(
        width=max(160, CHART_WIDTHS[size] - label_width),
        height=alt.Step(52 if size is ChartSize.PHONE else 40),
    )


def _wrap_label(words: str, size: ChartSize, phone_width: int = 14) -> str:
    """Wrap words into lines that fit beside a chart; `phone_width` is in characters."""
    return textwrap.fill(
        words, phone_width if size is ChartSize.PHONE else 18, break_long_words=False
    )


CHART_BUILDERS: Mapping[
    str,
    Callable[
        [releases_api.OutcomeFigures, ChartPalette, ChartSize], alt.LayerChart | alt.VConcatChart
    ],
] = {
    releases_api.BreakdownKind.TREND: _build_trend_chart,
    releases_api.BreakdownKind.SCHOOLS: _build_school_chart,
    releases_api.BreakdownKind.GROUPS: _build_group_chart,
}
