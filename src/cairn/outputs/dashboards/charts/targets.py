"""Draw a target as SVG: the figures so far, and the line from the baseline to the target."""

from collections.abc import Mapping
from typing import Any

import altair as alt
from django.utils.translation import gettext as _

from cairn.outputs.dashboards.charts import figures as figure_charts
from cairn.outputs.dashboards.models import Target
from cairn.outputs.dashboards.queries import list_periods_between
from cairn.outputs.releases.api import OutcomeFigures, format_percent


def draw_target_chart(
    target: Target,
    figures: OutcomeFigures,
    theme: figure_charts.ChartTheme,
    size: figure_charts.ChartSize,
) -> str:
    """Draw the chart as an SVG document, in the active language.

    Every value is next to its mark, so that the chart is readable without color.
    """
    palette = figure_charts.CHART_PALETTES[theme]
    return figure_charts.render_svg(
        _build_target_chart(target, figures, palette, size), palette, size
    )


def describe_target_chart(target: Target, figures: OutcomeFigures) -> str:
    """Describe the chart in a text alternative for readers who cannot see it."""
    so_far = "; ".join(f"{row.value}: {format_percent(row.count)}" for row in figures.trend)
    return _(
        "Line chart of the whole county by school year, with the target. %(values)s. Baseline: "
        "%(baseline)s in %(since)s. Target: %(share)s in %(until)s."
    ) % {
        "values": so_far,
        "baseline": f"{target.baseline_range}%",
        "since": target.baseline_year,
        "share": _format_target_percent(float(target.percent)),
        "until": target.target_year,
    }


def _build_target_chart(
    target: Target,
    figures: OutcomeFigures,
    palette: figure_charts.ChartPalette,
    size: figure_charts.ChartSize,
) -> alt.LayerChart:
    first = min(figures.years[0], target.baseline_year)
    years = list_periods_between(first, max(figures.latest, target.target_year))
    rows: list[Mapping[str, Any]] = [
        {"year": row.value, **figure_charts.build_mark(row.count)} for row in figures.trend
    ]
    ends = (target.baseline, target.baseline_high or target.baseline)
    baseline_share, target_share = float(sum(ends)) / 200, float(target.percent) / 100
    target_rows: list[Mapping[str, Any]] = [
        {"year": target.baseline_year, "share": baseline_share, "said": ""},
        {
            "year": target.target_year,
            "share": target_share,
            "said": _format_target_percent(float(target.percent)),
        },
    ]
    top = max(
        [
            baseline_share,
            target_share,
            *(row.count.span[1] for row in figures.trend if row.count.span),
        ]
    )
    base = _build_base_chart([_shorten_row_year(row, size) for row in rows], years, top, size)
    with_values = base.transform_filter(figure_charts.VALUE_FILTER)
    ranges = base.transform_filter(figure_charts.RANGE_FILTER)
    target_base = _build_base_chart(
        [_shorten_row_year(row, size) for row in target_rows], years, top, size
    )
    goal = target_base.transform_filter("datum.said != ''")
    return alt.LayerChart(
        layer=[
            target_base.mark_line(color=palette.accent, strokeWidth=2, strokeDash=[5, 4]),
            goal.mark_point(
                color=palette.accent, shape="diamond", size=160, filled=False, strokeWidth=2.5
            ),
            goal.mark_text(dy=-18, fontSize=15, fontWeight="bold", color=palette.ink).encode(
                text="said:N"
            ),
            with_values.mark_line(color=palette.mark, strokeWidth=3),
            with_values.mark_point(color=palette.mark, filled=True, size=90, opacity=1),
            with_values.mark_text(dy=-18, fontSize=13, color=palette.ink).encode(text="said:N"),
            ranges.mark_bar(color=palette.mark, width=14).encode(y="low:Q", y2="high:Q"),
            ranges.mark_text(dy=-12, fontSize=13, color=palette.ink).encode(
                text="said:N", y="high:Q"
            ),
        ]
    ).properties(
        width=figure_charts.CHART_WIDTHS[size] - 60,
        height=240 if size is figure_charts.ChartSize.WIDE else 200,
    )


def _build_base_chart(
    rows: list[dict[str, Any]],
    years: list[str],
    highest_share: float,
    size: figure_charts.ChartSize,
) -> alt.Chart:
    order = [_shorten_year(year, size) for year in years]
    # On a phone every second year is labeled, counted back from the last.
    labeled_years = order if size is figure_charts.ChartSize.WIDE else order[::-2]
    return alt.Chart(figure_charts.build_chart_data(rows)).encode(
        x=alt.X(
            "year:O",
            title=None,
            axis=alt.Axis(labelAngle=0, grid=False, values=labeled_years),
            scale=alt.Scale(padding=0.4, domain=order),
        ),
        y=alt.Y(
            "share:Q",
            title=None,
            scale=alt.Scale(domain=[0, min(1.0, 1.1 * highest_share + 0.05)]),
            axis=alt.Axis(format=".0%", tickCount=4),
        ),
    )


def _shorten_row_year(row: Mapping[str, Any], size: figure_charts.ChartSize) -> dict[str, Any]:
    return {**row, "year": _shorten_year(row["year"], size)}


def _shorten_year(year: str, size: figure_charts.ChartSize) -> str:
    return year if size is figure_charts.ChartSize.WIDE else year[2:]


def _format_target_percent(share: float) -> str:
    return f"{share:.0f}%" if share == round(share) else f"{share:.1f}%"
