"""Answer requests for the public pages, which show released figures only.

Also answer requests for downloads of figures, and for one chart embedded in another site.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from cairn.data.public_sources import api as public_sources_api
from cairn.governance.partners.api import load_actor
from cairn.outputs.dashboards import outcome_page, queries, wording
from cairn.outputs.dashboards.charts import figures as figure_charts
from cairn.outputs.dashboards.downloads import data_files, pdf
from cairn.outputs.dashboards.downloads.data_files import list_provenance
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.dashboards.views import group_disparities as measured
from cairn.outputs.dashboards.views import suppression_examples
from cairn.outputs.releases import api as releases_api
from cairn.outputs.survey_figures.api import list_published_survey_figures
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

# A withdrawal must reach readers soon: pages are requested again after a minute, and a chart or
# a file, which has the figures in its URL, after an hour.
PAGE_CACHE = cache_control(private=True, max_age=60)

# A chart's URL identifies its figures, so a shared cache may keep it.
CHART_CACHE = cache_control(public=True, max_age=3600)

# An image cannot run a script or fetch anything; it only needs its own styles.
CHART_CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

_LISTED_TABLES: Final = 3


@require_safe
@PAGE_CACHE
def outcome_index(request: HttpRequest) -> HttpResponse:
    """List the outcomes, from cradle to career, with their newest figure."""
    today = require_public_access(request)
    published_outcomes = list(queries.iterate_published_outcomes(today))
    reader = load_actor(request.user, request=request)
    tables = public_sources_api.list_shown_sources(reader, today)
    context = {
        "tables": tables[:_LISTED_TABLES],
        "tables_total": len(tables),
        "has_surveys": bool(list_published_survey_figures()),
        "stops": [
            _build_outcome_summary(published_outcome) for published_outcome in published_outcomes
        ],
        "gone": [
            release
            for release in releases_api.list_withdrawn_releases()
            if not _is_replaced(release, published_outcomes)
        ],
        "as_of": max(
            (each.release.as_of for each in published_outcomes if each.release.as_of), default=None
        ),
        "withheld": wording.describe_withheld_groups(
            sum(published_outcome.figures.withheld for published_outcome in published_outcomes)
        ),
    }
    return render(request, "dashboards/index.html", context)


@require_safe
@PAGE_CACHE
def missing_number_help(request: HttpRequest) -> HttpResponse:
    """Explain why a number is missing, in pictures."""
    require_public_access(request)
    return render(
        request,
        "dashboards/why_missing.html",
        {"steps": list(suppression_examples.build_example_steps())},
    )


@require_safe
@PAGE_CACHE
def outcome_detail(request: HttpRequest, outcome: str) -> HttpResponse:
    """Show one outcome: headline, trend, schools, groups, definition and sources."""
    today = require_public_access(request)
    if outcome not in releases_api.load_indicator_catalogue():
        raise Http404
    published_outcome = queries.load_published_outcome(outcome, today)
    if published_outcome is not None:
        return render(
            request, "dashboards/outcome.html", _build_outcome_context(request, published_outcome)
        )
    release = queries.find_withdrawn_release(outcome)
    if release is None:
        raise Http404
    context = {
        "title": releases_api.localize_text(releases_api.load_indicator_catalogue()[outcome].title),
        "release": release,
    }
    return render(request, "dashboards/withdrawn.html", context, status=410)


@require_safe
@PAGE_CACHE
def outcome_disparities(request: HttpRequest, outcome: str) -> HttpResponse:
    """Compare groups, each measure with its definition. A measure has no share to compare."""
    published_outcome = get_published_outcome(request, outcome)
    if published_outcome.definition.measure:
        raise Http404
    divisions = list(
        measured.build_group_divisions(
            published_outcome.figures,
            published_outcome.minimum_cell,
        )
    )
    return render(
        request,
        "dashboards/apart.html",
        {**_build_outcome_context(request, published_outcome), "divisions": divisions},
    )


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
    published_outcome = get_published_outcome(request, outcome)
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


def require_public_access(request: HttpRequest) -> date:
    """Return today's date, if the requester may read published figures."""
    today = timezone.localdate()
    may_open_page(
        Action.VIEW_PUBLISHED, load_actor(request.user, request=request), on=today
    ).require()
    return today


def get_published_outcome(request: HttpRequest, outcome: str) -> PublishedOutcome:
    """Return one outcome with its published figures, or raise a 404 error if there are none."""
    published_outcome = queries.load_published_outcome(outcome, require_public_access(request))
    if published_outcome is None:
        raise Http404
    return published_outcome


def _is_replaced(release: releases_api.Release, published_outcomes: list[PublishedOutcome]) -> bool:
    """Return whether every outcome of a withdrawn release has newer published figures.

    Older figures that returned with the withdrawal do not replace it.
    """
    return set(release.outcomes) <= {
        published_outcome.definition.id
        for published_outcome in published_outcomes
        if any(_is_newer(source, release) for source in published_outcome.sources)
    }


def _find_unreplaced_withdrawal(
    published_outcome: PublishedOutcome,
) -> releases_api.Release | None:
    """Find the last withdrawn release of an outcome, unless newer figures replaced it."""
    withdrawn = queries.find_withdrawn_release(published_outcome.definition.id)
    if withdrawn and any(_is_newer(source, withdrawn) for source in published_outcome.sources):
        return None
    return withdrawn


def _list_caveats(published_outcome: PublishedOutcome) -> list[dict[str, Any]]:
    """List the caveats about the matching behind any of the figures, each once."""
    caveats: list[dict[str, Any]] = []
    for source in published_outcome.sources:
        caveats += [caveat for caveat in source.caveats if caveat not in caveats]
    return caveats


def _is_newer(source: releases_api.Release, withdrawn: releases_api.Release) -> bool:
    return (source.published_at, source.pk) > (withdrawn.published_at, withdrawn.pk)


def _build_outcome_summary(published_outcome: PublishedOutcome) -> dict[str, Any]:
    change = published_outcome.figures.describe_change(published_outcome.definition.direction)
    return {
        "url": reverse("dashboards:outcome", args=[published_outcome.definition.id]),
        "stage": wording.label_stage(published_outcome.definition.id),
        "title": releases_api.localize_text(published_outcome.definition.title),
        "share": releases_api.format_figure_with_unit(
            published_outcome.figures.county, published_outcome.definition
        ),
        "is_suppressed": published_outcome.figures.county.height is None,
        "share_line": outcome_page.describe_share(
            published_outcome.figures.county, published_outcome.figures.statistic
        ),
        "year": published_outcome.figures.latest,
        "last_published": wording.describe_last_published(published_outcome.figures),
        "change": wording.describe_change(change),
        "verdict": wording.label_change(change),
        "better": bool(change and change.better),
    }


def _build_outcome_context(
    request: HttpRequest, published_outcome: PublishedOutcome
) -> dict[str, Any]:
    agreements = queries.list_outcome_agreements(published_outcome)
    definition, outcome_charts = (
        published_outcome.definition,
        list(
            outcome_page.build_outcome_charts(published_outcome.figures, published_outcome.version)
        ),
    )
    return {
        **_build_outcome_summary(published_outcome),
        "why": releases_api.localize_text(definition.why),
        "counted": wording.label_numerator(definition),
        "numerator": releases_api.localize_text(definition.numerator_text),
        "denominator": releases_api.localize_text(definition.denominator_text),
        "vintage": wording.label_vintage(definition.vintage),
        "direction": definition.direction,
        "sources": queries.list_source_names(published_outcome),
        "release": published_outcome.release,
        "sources_of_figures": published_outcome.sources,
        "corrections": [source for source in published_outcome.sources if source.corrects],
        "gone": _find_unreplaced_withdrawal(published_outcome),
        "caveats": _list_caveats(published_outcome),
        "figures": published_outcome.figures,
        "counted_on": wording.format_days(published_outcome.counted_on),
        "populations": ""
        if published_outcome.has_one_population
        else wording.describe_populations(published_outcome.counted_on),
        "charts": outcome_charts,
        "breakdowns": [each for each in outcome_charts if each.table.breakdown],
        "targets": list(outcome_page.build_target_charts(published_outcome)),
        "group_targets": queries.list_group_progress(published_outcome),
        "withheld": wording.describe_withheld_groups(published_outcome.figures.withheld),
        "never": wording.describe_suppression_rules(
            published_outcome.minimum_cell,
            published_outcome.contributors,
            published_outcome.figures,
        ),
        "bands": wording.describe_bands(published_outcome.figures),
        "together": releases_api.describe_merged_groups(published_outcome.figures.races),
        "apart": "" if definition.measure else reverse("dashboards:apart", args=[definition.id]),
        "files": [
            (title, reverse("dashboards:file", args=[definition.id, form]))
            for form, title in wording.DOWNLOAD_FORMATS.items()
        ],
        "embedded": [
            (each_chart.table.title, _build_embed_url(request, definition.id, each_chart))
            for each_chart in outcome_charts
        ],
        "agreements": agreements,
        "bases": sorted(
            {releases_api.label_legal_basis(agreement.basis) for agreement in agreements}
        ),
    }


def _build_embed_url(request: HttpRequest, outcome: str, chart: outcome_page.OutcomeChart) -> str:
    """Return the full URL of one chart, for embedding in another site."""
    address = reverse("dashboards:embed", args=[outcome, chart.table.code])
    return request.build_absolute_uri(address)


# Any site may frame this page: it is public, has no form and runs no script. No other page may be
# framed.
_EMBED_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)


def _write_csv(published_outcome: PublishedOutcome, home: str) -> bytes:
    return data_files.format_figures_csv(published_outcome).encode()


def _write_xlsx(published_outcome: PublishedOutcome, home: str) -> bytes:
    notes = list_provenance(published_outcome, home)
    return data_files.write_figures_workbook(published_outcome, notes)


# File name extension → media type and writer.
_FILE_WRITERS: Final[dict[str, tuple[str, Callable[[PublishedOutcome, str], bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", _write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _write_xlsx),
    "json": ("application/json", data_files.build_package_json),
    "zip": ("application/zip", data_files.build_package_zip),
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
