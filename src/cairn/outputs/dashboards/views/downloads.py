"""Answer requests for downloads of figures, and for one chart embedded in another site."""

from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from cairn.outputs.dashboards import outcome_page, queries, wording
from cairn.outputs.dashboards.downloads import data_package, pdf, spreadsheet
from cairn.outputs.dashboards.downloads.provenance import list_provenance
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.dashboards.views.public import (
    PAGE_CACHE,
    get_published_outcome,
    require_public_access,
)
from cairn.outputs.releases.api import format_figure_with_unit, localize_text
from cairn.warehouse.measures import load_outcome_catalogue

# Any site may frame this page: it is public, has no form and runs no script. No other page may be
# framed.
_EMBED_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)


def _write_csv(published_outcome: PublishedOutcome, home: str) -> bytes:
    return spreadsheet.format_figures_csv(
        published_outcome.figures, str(published_outcome.release.as_of)
    ).encode()


def _write_xlsx(published_outcome: PublishedOutcome, home: str) -> bytes:
    return spreadsheet.write_figures_workbook(
        published_outcome.figures,
        str(published_outcome.release.as_of),
        list_provenance(published_outcome, home),
    )


# File name extension → media type and writer.
_FILE_WRITERS: Final[dict[str, tuple[str, Callable[[PublishedOutcome, str], bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", _write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _write_xlsx),
    "json": ("application/json", data_package.build_package_json),
    "zip": ("application/zip", data_package.build_package_zip),
    "pdf": ("application/pdf", pdf.write_outcome_pdf),
}


@require_safe
@PAGE_CACHE
def outcome_file(request: HttpRequest, outcome: str, form: str) -> HttpResponse:
    """Send every published number of one outcome as a file."""
    published_outcome = get_published_outcome(request, outcome)
    if form not in _FILE_WRITERS:
        raise Http404
    kind, write = _FILE_WRITERS[form]
    disposition = f'attachment; filename="{published_outcome.definition.id}.{form}"'
    content = write(published_outcome, _build_page_url(request, outcome))
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})


@require_safe
@xframe_options_exempt
@PAGE_CACHE
def outcome_embed(request: HttpRequest, outcome: str, kind: str) -> HttpResponse:
    """Show one chart for embedding in another site, with its source, its date and a note on
    withheld groups.

    If the release is withdrawn, the page says that instead.
    """
    today = require_public_access(request)
    published_outcome = queries.load_published_outcome(outcome, today)
    withdrawn_release = (
        queries.find_withdrawn_release(outcome) if published_outcome is None else None
    )
    if outcome not in load_outcome_catalogue() or (
        published_outcome is None and withdrawn_release is None
    ):
        raise Http404
    context: dict[str, Any] = {
        "title": localize_text(load_outcome_catalogue()[outcome].title),
        "home": _build_page_url(request, outcome),
        "gone": withdrawn_release,
    }
    if published_outcome is not None:
        matching_charts = [
            each_chart
            for each_chart in outcome_page.build_outcome_charts(
                published_outcome.figures, published_outcome.version
            )
            if each_chart.table.kind == kind
        ]
        if not matching_charts:
            raise Http404
        context |= {
            "chart": matching_charts[0],
            "release": published_outcome.release,
            "latest": published_outcome.figures.latest,
            "share": format_figure_with_unit(
                published_outcome.figures.county, published_outcome.definition
            ),
            "share_line": outcome_page.describe_share(
                published_outcome.figures.county, published_outcome.figures.statistic
            ),
            "withheld": wording.describe_withheld_groups(published_outcome.figures.withheld),
            "sources": queries.list_source_names(published_outcome.release),
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
