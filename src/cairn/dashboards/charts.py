"""Figures → SVG, drawn on the server: a trend, schools, and race by gender.

Each chart reads without color: values stand beside their marks, and a withheld one says so.
"""

import json
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import altair as alt
import vl_convert

from cairn.dashboards.palette import PALETTES, WIDTHS, Palette, Size, Theme
from cairn.releases import labels
from cairn.releases.figures import NOT_ON_RECORD, Count, Figures, Row
from cairn.releases.tables import Kind

_FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"


def draw(kind: Kind, figures: Figures, theme: Theme, size: Size) -> str:
    """One chart as an SVG document in the language in force."""
    return svg(CHARTS[kind](figures, PALETTES[theme], size), PALETTES[theme], size)


def svg(chart: alt.LayerChart | alt.VConcatChart, palette: Palette, size: Size) -> str:
    """A chart in the house's font and colors, as an SVG document."""
    config: dict[str, Any] = {
        "background": "transparent",
        # Room for a reader's font that is wider than the one measured here.
        "padding": {"left": 18, "right": 18, "top": 6, "bottom": 6},
        "font": _FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": palette.soft,
            "labelFontSize": 12 if size is Size.PHONE else 13,
            "titleColor": palette.soft,
            "gridColor": palette.line,
            "domain": False,
            "ticks": False,
            "labelPadding": 8,
            "labelLimit": 0,
        },
    }
    specification = json.loads(chart.to_json()) | {"config": config}
    return str(vl_convert.vegalite_to_svg(specification))


def values(rows: list[dict[str, Any]]) -> alt.Data:
    return alt.Data(values=rows)  # type: ignore[no-untyped-call]


def _top(counts: list[Count], statistic: str) -> float:
    """The upper end of a scale that begins at zero: a tenth above the largest figure."""
    highest = max((c.height for c in counts if c.height is not None), default=0.9)
    return 1.15 * highest or 1.0 if statistic else min(1.0, 1.1 * highest + 0.05)


def _format(statistic: str) -> str:
    """How an axis writes its numbers: shares in percent, what children have as it is."""
    return "~g" if statistic else ".0%"


def _trend(figures: Figures, palette: Palette, size: Size) -> alt.LayerChart:
    rows = [
        {
            "year": row.value if size is Size.WIDE else row.value[2:],
            "share": row.count.height,
            "said": labels.figure(row.count),
        }
        for row in figures.trend
    ]
    base = alt.Chart(values(rows)).encode(
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
                domain=[0, _top([row.count for row in figures.trend], figures.statistic)]
            ),
            axis=alt.Axis(format=_format(figures.statistic), tickCount=4),
        ),
    )
    shown = base.transform_filter("isValid(datum.share)")
    line = shown.mark_line(color=palette.mark, strokeWidth=3)
    points = shown.mark_point(
        color=palette.mark, filled=True, size=90, opacity=1, stroke=palette.sheet, strokeWidth=2
    )
    words = shown.mark_text(dy=-18, fontSize=15, fontWeight="bold", color=palette.ink).encode(
        text="said:N"
    )
    silent = (
        base.transform_filter("!isValid(datum.share)")
        .mark_text(fontSize=12, fontStyle="italic", color=palette.soft, dy=-8)
        .encode(text="said:N", y=alt.datum(0))
    )
    return alt.LayerChart(layer=[line, points, words, silent]).properties(
        width=WIDTHS[size] - 60, height=240 if size is Size.WIDE else 200
    )


def _schools(figures: Figures, palette: Palette, size: Size) -> alt.VConcatChart:
    """One panel a district, one scale for all; names stand above their marks, never cut short."""
    shown = [row for row in figures.schools if row.value != NOT_ON_RECORD]
    top = _top([row.count for row in shown], figures.statistic)
    panels = [
        _district([row for row in shown if row.group == district], top, figures, palette, size)
        for district in dict.fromkeys(row.group for row in shown)
    ]
    return alt.vconcat(*panels, spacing=22)


def _district(
    rows: list[Row], top: float, figures: Figures, palette: Palette, size: Size
) -> alt.LayerChart:
    base = alt.Chart(values([_school(row) for row in rows])).encode(
        y=alt.Y("school:N", title=None, sort=None, axis=None),
        x=alt.X(
            "share:Q",
            title=None,
            scale=alt.Scale(domain=[0, top]),
            axis=alt.Axis(format=_format(figures.statistic), tickCount=4),
        ),
    )
    name = base.mark_text(align="left", dy=-13, fontSize=13, color=palette.ink).encode(
        text="school:N", x=alt.datum(0)
    )
    valid = base.transform_filter("isValid(datum.share)")
    stem = valid.mark_rule(color=palette.edge, strokeWidth=2, yOffset=5).encode(x2=alt.datum(0))
    dot = valid.mark_point(color=palette.mark, filled=True, size=110, opacity=1, yOffset=5)
    words = valid.mark_text(
        align="left", dx=12, dy=5, fontSize=13, fontWeight="bold", color=palette.ink
    ).encode(text="said:N")
    silent = (
        base.transform_filter("!isValid(datum.share)")
        .mark_text(align="left", dy=5, fontSize=12, fontStyle="italic", color=palette.soft)
        .encode(text="said:N", x=alt.datum(0))
    )
    layers: list[alt.Chart] = [name, stem, dot, words, silent]
    if figures.county.height is not None:
        county = alt.Chart(values([{"share": figures.county.height}])).encode(x="share:Q")
        layers.insert(0, county.mark_rule(color=palette.accent, strokeDash=[4, 4], strokeWidth=1.5))
    return alt.LayerChart(layer=layers).properties(
        title=alt.TitleParams(
            rows[0].group, anchor="start", fontSize=14, color=palette.soft, offset=12
        ),
        width=WIDTHS[size] - 70,
        height=alt.Step(44),
    )


def _school(row: Row) -> dict[str, Any]:
    return {
        "district": row.group,
        "school": labels.school(row.value),
        "share": row.count.height,
        "said": labels.figure(row.count),
    }


def _groups(figures: Figures, palette: Palette, size: Size) -> alt.LayerChart:
    groups = figures.groups
    races = labels.races(race for race, _gender in groups)
    genders = [code for code in labels.GENDERS if any(pair[1] == code for pair in groups)]
    shares = [count.height for count in groups.values() if count.height is not None]
    low, high = min(shares, default=0.0), max(shares, default=1.0)
    turn = low + palette.turn * (high - low)
    rows = [
        {
            "race": _lines(labels.race(race), size),
            "gender": _lines(labels.gender(gender), size, 9),
            "share": count.height,
            "said": labels.figure(count),
            "strong": count.height is not None and count.height > turn,
        }
        for (race, gender), count in groups.items()
    ]
    base = alt.Chart(values(rows)).encode(
        x=alt.X(
            "gender:N",
            title=None,
            sort=[_lines(labels.gender(code), size, 9) for code in genders],
            axis=alt.Axis(
                orient="top",
                labelPadding=22 if size is Size.PHONE else 8,
                labelAngle=0,
                labelColor=palette.ink,
                labelExpr="split(datum.label, '\\n')",
            ),
            scale=alt.Scale(paddingInner=0.04),
        ),
        y=alt.Y(
            "race:N",
            title=None,
            sort=[_lines(labels.race(code), size) for code in races],
            axis=alt.Axis(labelColor=palette.ink, labelExpr="split(datum.label, '\\n')"),
            scale=alt.Scale(paddingInner=0.08),
        ),
    )
    valid = base.transform_filter("isValid(datum.share)")
    tiles = valid.mark_rect(cornerRadius=4).encode(
        color=alt.Color("share:Q", scale=alt.Scale(range=[palette.low, palette.high]), legend=None)
    )
    words = valid.mark_text(fontSize=14, fontWeight="bold").encode(
        text="said:N",
        color=alt.condition("datum.strong", alt.value(palette.on_high), alt.value(palette.on_low)),
    )
    silent = base.transform_filter("!isValid(datum.share)")
    blank = silent.mark_rect(cornerRadius=4, fill=palette.sunk)
    silence = silent.mark_text(fontSize=11, fontStyle="italic", color=palette.soft).encode(
        text="said:N"
    )
    room = 95 if size is Size.PHONE else 220
    return alt.LayerChart(layer=[tiles, blank, words, silence]).properties(
        width=max(160, WIDTHS[size] - room), height=alt.Step(52 if size is Size.PHONE else 40)
    )


def _lines(words: str, size: Size, room: int = 14) -> str:
    """The words broken into lines that fit beside a chart (on a phone in that many letters)."""
    return textwrap.fill(words, room if size is Size.PHONE else 18, break_long_words=False)


CHARTS: Mapping[Kind, Callable[[Figures, Palette, Size], alt.LayerChart | alt.VConcatChart]] = {
    Kind.TREND: _trend,
    Kind.SCHOOLS: _schools,
    Kind.GROUPS: _groups,
}
