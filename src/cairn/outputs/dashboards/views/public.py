"""Answer requests for the public pages, which show released figures only."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cairn.data.public_sources import api as public_sources_api
from cairn.governance.partners.api import load_actor
from cairn.outputs.dashboards import outcome_page, queries, wording
from cairn.outputs.dashboards.audiences import group_comparison
from cairn.outputs.dashboards.figure_requests import figure_selection
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.dashboards.views import group_disparities as measured
from cairn.outputs.dashboards.views import suppression_examples
from cairn.outputs.releases import api as releases_api
from cairn.outputs.survey_figures.api import list_published_survey_figures
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action
from cairn.warehouse.exporters import build_group_key
from cairn.warehouse.measures import load_breakdowns

# A withdrawal must reach readers soon: pages are requested again after a minute, and a chart or
# a file, which has the figures in its URL, after an hour.
PAGE_CACHE = cache_control(private=True, max_age=60)

_LISTED_TABLES: Final = 3
_ZIP_PREFIX: Final = "zip:"
_UNKNOWN: Final = releases_api.NO_VALUE_ON_RECORD


@require_safe
@PAGE_CACHE
def outcome_index(request: HttpRequest) -> HttpResponse:
    """List the outcomes, from cradle to career, with their newest figure."""
    today = require_public_access(request)
    published_outcomes = list(load_all_outcomes(request, today).values())
    reader = load_actor(request.user, request=request)
    tables = public_sources_api.list_shown_sources(reader, today)
    context = {
        "tables": tables[:_LISTED_TABLES],
        "tables_total": len(tables),
        "has_surveys": bool(list_published_survey_figures()),
        "stops": [
            build_outcome_summary(published_outcome) for published_outcome in published_outcomes
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
    published_outcome = find_published_outcome(request, outcome, today)
    if published_outcome is not None:
        return _show_selected_figures(request, published_outcome)
    release = queries.find_withdrawn_release(outcome)
    if release is None:
        raise Http404
    context = {
        "title": releases_api.localize_text(releases_api.load_indicator_catalogue()[outcome].title),
        "release": release,
    }
    return render(request, "dashboards/withdrawn.html", context, status=410)


def _show_selected_figures(
    request: HttpRequest, published_outcome: PublishedOutcome
) -> HttpResponse:
    """Show the figures that the address chooses; without a choice, those of all children."""
    selection = replace(figure_selection.read_selection(request.GET.dict()), rows="")
    figures = figure_selection.narrow_figures(published_outcome.figures, selection)
    context: dict[str, Any] = {
        "selected": selection.describe(),
        "fields": figure_selection.list_selection_fields([published_outcome.figures], selection),
        "outcome": published_outcome.definition.id,
    }
    if figures is None:
        context |= {
            **build_outcome_summary(published_outcome),
            "tables": figure_selection.list_public_tables(published_outcome.figures),
            "query": selection.query.replace("?", "&"),
        }
        return render(request, "dashboards/nothing_selected.html", context)
    if selection.is_narrowed:
        context["compared"] = _compare_selection(published_outcome, selection, figures)
        published_outcome = replace(published_outcome, figures=figures)
    context |= build_outcome_context(request, published_outcome)
    if selection.is_narrowed:
        context |= {"targets": [], "embedded": [], "apart": ""}
        context["files"] = [
            (title, address + selection.query)
            for title, address in context["files"]
            if not address.endswith(".pdf")
        ]
    return render(request, "dashboards/outcome.html", context)


def _compare_selection(
    published_outcome: PublishedOutcome,
    selection: figure_selection.FigureSelection,
    figures: releases_api.OutcomeFigures,
) -> list[tuple[str, str, str]]:
    """Compare the newest figure of a place or group with its district and with all children.

    Returns:
        For each the name, its figure in the same year, and the difference if both are public.
    """
    if not selection.values:
        return []
    district = selection.values.get("district", "")
    wider = {_("All children"): releases_api.COUNTY_KEY}
    if len(selection.values) > 1 and district:
        wider = {district: build_group_key({"district": district}), **wider}
    year = figures.latest
    counts = {name: published_outcome.figures.get_figure(year, key) for name, key in wider.items()}
    return [
        (
            name,
            releases_api.format_figure_with_unit(count, published_outcome.definition),
            group_comparison.describe_difference(figures.county, count),
        )
        for name, count in counts.items()
    ]


@require_safe
@PAGE_CACHE
def outcome_disparities(request: HttpRequest, outcome: str) -> HttpResponse:
    """Compare groups, each disparity with its definition; only shares have one."""
    published_outcome = get_published_outcome(request, outcome)
    if not published_outcome.definition.has_share:
        raise Http404
    figures = measured.select_shown_years(published_outcome.figures)
    chosen = request.GET.get("measure", "")
    measure = chosen if chosen in measured.MEASURE_LABELS else "gap"
    divisions = [
        (division, [(line, getattr(line, measure)) for line in division.lines])
        for division in measured.build_group_divisions(figures, published_outcome.minimum_cell)
    ]
    context = {
        "divisions": divisions,
        "has_intervals": any(
            said.interval for _division, lines in divisions for _line, said in lines
        ),
        "measures": [
            (name, label, name == measure) for name, label in measured.MEASURE_LABELS.items()
        ],
        "measure": measured.MEASURE_LABELS[measure],
        "figures": figures,
    }
    return render(
        request,
        "dashboards/apart.html",
        {**build_outcome_context(request, published_outcome), **context},
    )


@require_safe
@PAGE_CACHE
def place_page(request: HttpRequest) -> HttpResponse:
    """List the places with public figures, and every outcome of the one that is chosen."""
    today = require_public_access(request)
    published_outcomes = list(load_all_outcomes(request, today).values())
    selection = replace(figure_selection.read_selection(request.GET.dict()), rows="", year="")
    if not selection.group.startswith(_ZIP_PREFIX):
        selection = replace(selection, group="")
    stops, missing = [], []
    for each in published_outcomes if selection.is_narrowed else ():
        figures = figure_selection.narrow_figures(each.figures, selection)
        if figures is None:
            missing.append(releases_api.localize_text(each.definition.title))
            continue
        summary = build_outcome_summary(replace(each, figures=figures))
        stops.append({**summary, "url": summary["url"] + selection.query})
    all_fields = figure_selection.list_selection_fields(
        (each.figures for each in published_outcomes), selection
    )
    zip_title = releases_api.localize_text(load_breakdowns()["zip"].title)
    sections = [
        (
            field.label if field.name == "district" else zip_title,
            field.name,
            [choice for choice in choices if _UNKNOWN not in choice.value],
        )
        for field in all_fields
        for heading, choices in field.sections
        if field.name == "district" or (field.name == "group" and heading == zip_title)
    ]
    schools = [
        choice
        for field in all_fields
        if field.name == "school" and selection.district and not selection.school
        for _heading, choices in field.sections
        for choice in choices
        if choice.value.partition(":")[0] == selection.district and _UNKNOWN not in choice.value
    ]
    context = {
        "place": selection.describe(),
        "schools": schools,
        "stops": stops,
        "missing": missing,
        "sections": [section for section in sections if section[2]],
        "as_of": max(
            (each.release.as_of for each in published_outcomes if each.release.as_of), default=None
        ),
        "withheld": wording.describe_withheld_groups(sum(stop["is_suppressed"] for stop in stops)),
    }
    return render(request, "dashboards/places.html", context)


@require_safe
@PAGE_CACHE
def protection_page(request: HttpRequest) -> HttpResponse:
    """Say by which principles the data work is done, and how data are protected."""
    require_public_access(request)
    return render(request, "dashboards/protection.html")


def require_public_access(request: HttpRequest) -> date:
    """Return today's date, if the requester may read published figures."""
    today = timezone.localdate()
    may_open_page(
        Action.VIEW_PUBLISHED, load_actor(request.user, request=request), on=today
    ).require()
    return today


def load_all_outcomes(request: HttpRequest, today: date) -> dict[str, PublishedOutcome]:
    """Load every outcome with published figures, once for all readers without an account."""
    return queries.load_published_outcomes(today, getattr(request, "kept_figures", None))


def find_published_outcome(
    request: HttpRequest, outcome: str, today: date
) -> PublishedOutcome | None:
    """Find one outcome with its published figures; None if there are none."""
    if hasattr(request, "kept_figures"):
        return load_all_outcomes(request, today).get(outcome)
    return queries.load_published_outcome(outcome, today)


def get_published_outcome(request: HttpRequest, outcome: str) -> PublishedOutcome:
    """Return one outcome with its published figures, or raise a 404 error if there are none."""
    published_outcome = find_published_outcome(request, outcome, require_public_access(request))
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


def build_outcome_summary(published_outcome: PublishedOutcome) -> dict[str, Any]:
    """Build what a list of outcomes says about one: its newest figure and the change."""
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
        "do_ranges_overlap": bool(change and change.most is not None and change.better is None),
        "verdict": wording.label_change(change),
        "better": bool(change and change.better),
    }


def build_outcome_context(
    request: HttpRequest, published_outcome: PublishedOutcome
) -> dict[str, Any]:
    """Build what a page about one outcome says: figures, sources, rules and downloads."""
    agreements = queries.list_outcome_agreements(published_outcome)
    definition, outcome_charts = (
        published_outcome.definition,
        list(
            outcome_page.build_outcome_charts(published_outcome.figures, published_outcome.version)
        ),
    )
    return {
        **build_outcome_summary(published_outcome),
        "why": releases_api.localize_text(definition.why),
        "counted": wording.label_numerator(definition),
        "numerator": releases_api.localize_text(definition.numerator_text),
        "denominator": wording.describe_denominator(definition),
        "vintage": wording.label_vintage(definition.vintage),
        "direction": definition.direction,
        "sources": queries.list_source_names(published_outcome),
        "release": published_outcome.release,
        "stories": published_outcome.stories,
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
        "apart": reverse("dashboards:apart", args=[definition.id]) if definition.has_share else "",
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
