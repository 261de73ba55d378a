"""Answer requests for the figures of one outcome as a file, an image, or in another site."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from cairn.outputs.dashboards import outcome_page, queries, wording
from cairn.outputs.dashboards.charts import figures as figure_charts
from cairn.outputs.dashboards.downloads import data_files, pdf, statistics_files
from cairn.outputs.dashboards.figure_requests import figure_selection
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.dashboards.views import public
from cairn.outputs.releases import api as releases_api

# A chart's URL identifies its figures, so a shared cache may keep it.
CHART_CACHE = cache_control(public=True, max_age=3600)

# Pages of other sites may read published figures; nothing here depends on a session.
SHARED_HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

# An image cannot run a script or fetch anything; it only needs its own styles.
CHART_CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@require_safe
@CHART_CACHE
def outcome_chart(
    request: HttpRequest,
    outcome: str,
    version: str,
    language: str,
    kind: str,
    theme: str,
    size: str,
) -> HttpResponse:
    """Send one chart. Its URL identifies the figures, so it never shows others."""
    published_outcome = public.get_published_outcome(request, outcome)
    parts = (
        figure_charts.can_draw_chart(kind, published_outcome.figures),
        theme in list(figure_charts.ChartTheme),
        size in list(figure_charts.ChartSize),
        language in ("en", "es"),
    )
    if version != published_outcome.version or not all(parts):
        raise Http404

    def draw_svg() -> str:
        with override(language):
            return figure_charts.draw_figure_chart(
                kind,
                published_outcome.figures,
                figure_charts.ChartTheme(theme),
                figure_charts.ChartSize(size),
            )

    key = f"chart:{published_outcome.definition.id}:{version}:{language}:{kind}:{theme}:{size}"
    svg = caches["figures"].get_or_set(key, draw_svg, timeout=None)
    headers = {"Content-Security-Policy": CHART_CONTENT_POLICY}
    return HttpResponse(svg, content_type="image/svg+xml", headers=headers)


# Any site may frame this page: it is public, has no form and runs no script. No other page may be
# framed.
_EMBED_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)


def _write_csv(published_outcome: PublishedOutcome, home: str) -> bytes:
    return data_files.format_figures_csv(published_outcome).encode()


def _write_xlsx(published_outcome: PublishedOutcome, home: str) -> bytes:
    notes = data_files.list_provenance(published_outcome, home)
    return data_files.write_figures_workbook(published_outcome, notes)


def _read_shown_figures(
    published_outcome: PublishedOutcome, request: HttpRequest
) -> PublishedOutcome:
    """Keep the figures that the address chooses; a 404 error if none is published."""
    selection = figure_selection.read_selection(request.GET.dict())
    figures = figure_selection.restrict_figures(published_outcome.figures, selection)
    if figures is None:
        raise Http404
    return replace(published_outcome, figures=figures)


# File name extension → media type and writer.
_FILE_WRITERS: Final[dict[str, tuple[str, Callable[[PublishedOutcome, str], bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", _write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _write_xlsx),
    "json": ("application/json", data_files.build_package_json),
    "zip": ("application/zip", data_files.build_package_zip),
    "dta": ("application/x-stata-dta", statistics_files.write_stata_file),
    "sav": ("application/x-spss-sav", statistics_files.write_spss_file),
    "pdf": ("application/pdf", pdf.write_outcome_pdf),
}


@require_safe
@public.PAGE_CACHE
def outcome_file(request: HttpRequest, outcome: str, form: str) -> HttpResponse:
    """Send the published numbers of one outcome as a file: all, or those that the address chooses.

    The PDF is the page of all children.
    """
    published_outcome = public.get_published_outcome(request, outcome)
    if form not in _FILE_WRITERS:
        raise Http404
    kind, write = _FILE_WRITERS[form]
    if form != "pdf":
        published_outcome = _read_shown_figures(published_outcome, request)
    disposition = f'attachment; filename="{published_outcome.definition.id}.{form}"'
    content = write(published_outcome, _build_page_url(request, outcome))
    headers = {"Content-Disposition": disposition, **SHARED_HEADERS}
    return HttpResponse(content, content_type=kind, headers=headers)


@require_safe
@xframe_options_exempt
@public.PAGE_CACHE
def outcome_embed(request: HttpRequest, outcome: str, kind: str) -> HttpResponse:
    """Show one chart for embedding in another site, with its source, its date and a note on
    withheld groups.

    If the release is withdrawn, the page says that instead.
    """
    today = public.require_public_access(request)
    published_outcome = public.find_published_outcome(request, outcome, today)
    withdrawn_release = (
        queries.find_withdrawn_release(outcome) if published_outcome is None else None
    )
    if outcome not in releases_api.load_indicator_catalogue() or (
        published_outcome is None and withdrawn_release is None
    ):
        raise Http404
    context: dict[str, Any] = {
        "title": releases_api.localize_text(releases_api.load_indicator_catalogue()[outcome].title),
        "home": _build_page_url(request, outcome),
        "gone": withdrawn_release,
    }
    if published_outcome is not None:
        matching_charts = [
            each_chart
            for each_chart in outcome_page.build_outcome_charts(
                published_outcome.figures, published_outcome.version
            )
            if each_chart.table.code == kind
        ]
        if not matching_charts:
            raise Http404
        context |= {
            "chart": matching_charts[0],
            "release": published_outcome.release,
            "latest": published_outcome.figures.latest,
            "counted_on": wording.format_days(published_outcome.counted_on),
            "share": releases_api.format_figure_with_unit(
                published_outcome.figures.county, published_outcome.definition
            ),
            "share_line": outcome_page.describe_share(
                published_outcome.figures.county, published_outcome.figures.statistic
            ),
            "withheld": wording.describe_withheld_groups(published_outcome.figures.withheld),
            "sources": queries.list_source_names(published_outcome),
        }
    headers = {
        "Content-Security-Policy": _EMBED_POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    response = render(
        request, "dashboards/embed.html", context, status=410 if withdrawn_release else 200
    )
    for name, header_value in headers.items():
        response[name] = header_value
    return response


def _build_page_url(request: HttpRequest, outcome: str) -> str:
    """Return the URL of the page that the figures come from."""
    return request.build_absolute_uri(reverse("dashboards:outcome", args=[outcome]))
