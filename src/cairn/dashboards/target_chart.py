"""A target as a picture: the figures so far, and the way from where it began to what is wanted."""

from collections.abc import Mapping
from typing import Any

import altair as alt
from django.utils.translation import gettext as _

from cairn.dashboards.charts import svg, values
from cairn.dashboards.models import Target
from cairn.dashboards.palette import PALETTES, WIDTHS, Palette, Size, Theme
from cairn.dashboards.standing import years_until
from cairn.releases import labels
from cairn.releases.figures import Figures


def draw(target: Target, figures: Figures, theme: Theme, size: Size) -> str:
    """The SVG document in the language in force; every value stands beside its mark."""
    palette = PALETTES[theme]
    return svg(_chart(target, figures, palette, size), palette, size)


def alternative(target: Target, figures: Figures) -> str:
    """What someone who cannot see the picture needs to know of it."""
    so_far = "; ".join(f"{row.value}: {labels.percent(row.count)}" for row in figures.trend)
    return _(
        "Line chart of the whole county by school year, with the target. %(values)s. The target "
        "began at %(baseline)s in %(since)s and is %(share)s in %(until)s."
    ) % {
        "values": so_far,
        "baseline": _percent(float(target.baseline)),
        "since": target.baseline_year,
        "share": _percent(float(target.percent)),
        "until": target.target_year,
    }


def _chart(target: Target, figures: Figures, palette: Palette, size: Size) -> alt.LayerChart:
    first = min(figures.years[0], target.baseline_year)
    years = years_until(first, max(figures.latest, target.target_year))
    rows: list[Mapping[str, Any]] = [
        {"year": row.value, "share": row.count.share, "said": labels.percent(row.count)}
        for row in figures.trend
    ]
    begins, wanted = float(target.baseline) / 100, float(target.percent) / 100
    way: list[Mapping[str, Any]] = [
        {"year": target.baseline_year, "share": begins, "said": ""},
        {"year": target.target_year, "share": wanted, "said": _percent(float(target.percent))},
    ]
    top = max([begins, wanted, *(row["share"] for row in rows if row["share"] is not None)])
    base = _base([_short(row, size) for row in rows], years, top, size)
    shown = base.transform_filter("isValid(datum.share)")
    road = _base([_short(row, size) for row in way], years, top, size)
    goal = road.transform_filter("datum.said != ''")
    return alt.LayerChart(
        layer=[
            road.mark_line(color=palette.accent, strokeWidth=2, strokeDash=[5, 4]),
            goal.mark_point(
                color=palette.accent, shape="diamond", size=160, filled=False, strokeWidth=2.5
            ),
            goal.mark_text(dy=-18, fontSize=15, fontWeight="bold", color=palette.ink).encode(
                text="said:N"
            ),
            shown.mark_line(color=palette.mark, strokeWidth=3),
            shown.mark_point(color=palette.mark, filled=True, size=90, opacity=1),
            shown.mark_text(dy=-18, fontSize=13, color=palette.ink).encode(text="said:N"),
        ]
    ).properties(width=WIDTHS[size] - 60, height=240 if size is Size.WIDE else 200)


def _base(rows: list[dict[str, Any]], years: list[str], top: float, size: Size) -> alt.Chart:
    order = [_year(year, size) for year in years]
    # On a phone every second year is named, counted back from the last.
    named = order if size is Size.WIDE else order[::-2]
    return alt.Chart(values(rows)).encode(
        x=alt.X(
            "year:O",
            title=None,
            axis=alt.Axis(labelAngle=0, grid=False, values=named),
            scale=alt.Scale(padding=0.4, domain=order),
        ),
        y=alt.Y(
            "share:Q",
            title=None,
            scale=alt.Scale(domain=[0, min(1.0, 1.1 * top + 0.05)]),
            axis=alt.Axis(format=".0%", tickCount=4),
        ),
    )


def _short(row: Mapping[str, Any], size: Size) -> dict[str, Any]:
    return {**row, "year": _year(row["year"], size)}


def _year(year: str, size: Size) -> str:
    return year if size is Size.WIDE else year[2:]


def _percent(share: float) -> str:
    return f"{share:.0f}%" if share == round(share) else f"{share:.1f}%"
