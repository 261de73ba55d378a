"""Prepare the page of one outcome: each table with its chart and the text beside them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.outputs.dashboards import queries, wording
from cairn.outputs.dashboards.charts import targets
from cairn.outputs.dashboards.charts.figures import ChartSize, ChartTheme
from cairn.outputs.dashboards.charts.page_charts import PageChart, lay_out_chart
from cairn.outputs.dashboards.models import Target
from cairn.outputs.dashboards.queries import PublishedOutcome, TargetProgress
from cairn.outputs.releases import api as releases_api

_LEAST_YEARS: Final = 2
"""One year makes no trend."""


@dataclass(frozen=True, slots=True)
class OutcomeChart:
    """Hold a table, its chart, and the URLs of the images for other sites.

    The images are for light and dark, wide and phone.
    """

    table: releases_api.BreakdownTable
    drawn: PageChart
    alternative: str
    note: str
    missing: str
    light: str
    dark: str
    light_phone: str
    dark_phone: str

    @property
    def is_folded(self) -> bool:
        """Whether the page opens with this chart folded: a list of schools fills phone screens."""
        return self.table.kind is not releases_api.BreakdownKind.TREND and (
            not self.table.is_all_withheld
        )


def build_outcome_charts(
    figures: releases_api.OutcomeFigures, version: str
) -> Iterator[OutcomeChart]:
    """Yield the charts of these figures, each with its table.

    One year makes no trend; finer groups are in the download only.
    """
    for table in releases_api.build_breakdown_tables(figures):
        if table.kind is releases_api.BreakdownKind.OTHERS or (
            table.kind is releases_api.BreakdownKind.TREND and len(figures.years) == 1
        ):
            continue
        yield OutcomeChart(
            table=table,
            drawn=lay_out_chart(table, figures),
            alternative=wording.describe_chart(table.code, figures),
            note=_write_chart_note(table, figures),
            missing=wording.explain_withheld(figures.statistic),
            light=_build_chart_url(table.code, figures, version, ChartTheme.LIGHT, ChartSize.WIDE),
            dark=_build_chart_url(table.code, figures, version, ChartTheme.DARK, ChartSize.WIDE),
            light_phone=_build_chart_url(
                table.code, figures, version, ChartTheme.LIGHT, ChartSize.PHONE
            ),
            dark_phone=_build_chart_url(
                table.code, figures, version, ChartTheme.DARK, ChartSize.PHONE
            ),
        )


@dataclass(frozen=True, slots=True)
class ComposedChart:
    """Hold a table that a reader composed, with its chart. It has no images."""

    table: releases_api.BreakdownTable
    drawn: PageChart
    alternative: str
    missing: str
    note: str = ""
    is_folded: bool = False


def build_table_chart(
    table: releases_api.BreakdownTable, figures: releases_api.OutcomeFigures, title: str = ""
) -> ComposedChart:
    """Build the chart of one composed table, which may have a title of its own."""
    alternative = _("Chart: %(title)s, %(count)s rows. Every value is in the table.") % {
        "title": title or table.title,
        "count": len(table.lines),
    }
    missing = wording.explain_withheld(figures.statistic)
    return ComposedChart(table, lay_out_chart(table, figures), alternative, missing)


def build_group_trend(
    published_outcome: PublishedOutcome, key: releases_api.FigureKey, title: str = ""
) -> ComposedChart | None:
    """Build the trend of one group.

    Args:
        published_outcome: the outcome.
        key: the group.
        title: what the chart is called where the page has several; its table's title if empty.
    Returns:
        The chart; None if fewer than two years have a figure of the group that can be compared.
    """
    figures = published_outcome.figures
    if len(figures.list_trend(key)) < _LEAST_YEARS:
        return None
    # The trend of these figures is that of all their children, who are the group here.
    tables = {
        year: {releases_api.COUNTY_KEY: figures.tables[year][key]}
        for year in figures.years
        if key in figures.tables[year]
    }
    figures = replace(figures, years=tuple(tables), tables=tables)
    trend = next(iter(releases_api.build_breakdown_tables(figures)))
    return build_table_chart(trend, figures, title)


@dataclass(frozen=True, slots=True)
class TargetChart:
    """Hold the progress of a target, and the URLs of its charts."""

    standing: TargetProgress
    alternative: str
    light: str
    dark: str
    light_phone: str
    dark_phone: str


def build_target_charts(published_outcome: PublishedOutcome) -> Iterator[TargetChart]:
    """Yield the targets of one outcome for all children, each with its charts."""
    for progress in queries.list_target_progress(published_outcome):
        if progress.target.group:
            continue
        yield TargetChart(
            standing=progress,
            alternative=targets.describe_target_chart(progress.target, published_outcome.figures),
            light=_build_target_chart_url(
                progress.target, published_outcome, ChartTheme.LIGHT, ChartSize.WIDE
            ),
            dark=_build_target_chart_url(
                progress.target, published_outcome, ChartTheme.DARK, ChartSize.WIDE
            ),
            light_phone=_build_target_chart_url(
                progress.target, published_outcome, ChartTheme.LIGHT, ChartSize.PHONE
            ),
            dark_phone=_build_target_chart_url(
                progress.target, published_outcome, ChartTheme.DARK, ChartSize.PHONE
            ),
        )


def describe_share(count: releases_api.FigureCount, statistic: str = "") -> str:
    """Describe a headline figure: how many of how many, or the mean of how many children."""
    if isinstance(count, releases_api.PercentBand) and not count.withheld:
        return _("of %(n)s children") % {"n": releases_api.format_group_size(count)}
    if count.n is None:
        return _("The number of children is suppressed")
    if isinstance(count, releases_api.MeasureAmount):
        return _describe_amount(count, statistic)
    if count.yes is None:
        return _("of %(n)s children") % {"n": releases_api.format_child_count(count.n)}
    return _("%(yes)s of %(n)s children") % {
        "yes": releases_api.format_child_count(count.yes),
        "n": releases_api.format_child_count(count.n),
    }


def _describe_amount(count: releases_api.MeasureAmount, statistic: str) -> str:
    if count.is_count:
        return _("each counted once")
    n = {"n": releases_api.format_child_count(count.n)}
    if count.value is None:
        return _("of %(n)s children") % n
    template = (
        _("median of %(n)s children") if statistic == "median" else _("mean of %(n)s children")
    )
    if count.unit is None or count.unit == count.unit.to_integral_value() == 1:
        return template % n
    rounded = _("rounded to %(unit)s") % {"unit": releases_api.format_amount(count.unit)}
    return f"{template % n}, {rounded}"


def _write_chart_note(
    table: releases_api.BreakdownTable, figures: releases_api.OutcomeFigures
) -> str:
    if table.kind is releases_api.BreakdownKind.GROUPS:
        return " ".join(
            releases_api.describe_merged_groups(race for race, _gender in figures.groups)
        )
    if table.kind is not releases_api.BreakdownKind.SCHOOLS:
        return table.note
    note = _(
        "Schools are listed in alphabetical order. They are not ranked, because they serve "
        "different children."
    )
    if figures.county.span is None or figures.county.span[0] != figures.county.span[1]:
        return note
    county = _("The dashed line shows the whole county (%(share)s).")
    return f"{county % {'share': releases_api.format_figure(figures.county)}} {note}"


def _build_chart_url(
    code: str,
    figures: releases_api.OutcomeFigures,
    version: str,
    theme: ChartTheme,
    size: ChartSize,
) -> str:
    language = get_language() or "en"
    return reverse(
        "dashboards:chart",
        args=[figures.outcome, version, language, code, theme.value, size.value],
    )


def _build_target_chart_url(
    target: Target, published_outcome: PublishedOutcome, theme: ChartTheme, size: ChartSize
) -> str:
    language = get_language() or "en"
    url_args = [
        published_outcome.definition.id,
        published_outcome.version,
        language,
        target.pk,
        target.edition,
    ]
    return reverse("dashboards:target_chart", args=[*url_args, theme.value, size.value])
