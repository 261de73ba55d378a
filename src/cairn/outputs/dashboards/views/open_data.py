"""Answer requests of programs: the open data API, read-only, and the feed of releases.

The same figures as on the pages, with codes instead of labels. Addresses stay; a change that a
program would notice gets a new version in the address.
"""

import json
from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from cairn.outputs.dashboards.figure_requests import figure_selection
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.dashboards.views import public
from cairn.outputs.dashboards.views.composer import count_within
from cairn.outputs.dashboards.views.public_files import SHARED_HEADERS
from cairn.outputs.releases import api as releases_api
from cairn.warehouse import measures

_FIGURES_A_PAGE: Final = 500
REQUESTS_AN_HOUR: Final = 1_000
"""From one address; an answer that is kept in memory is not counted."""
_ENTRIES: Final = 50
_View = Callable[..., HttpResponse]


@require_safe
@public.PAGE_CACHE
def open_data_page(request: HttpRequest) -> HttpResponse:
    """Explain the API, with examples."""
    today = public.require_public_access(request)
    outcome = next(
        iter(public.load_all_outcomes(request, today)),
        "chronic_absence",
    )
    figures = reverse("dashboards:api_figures", args=[outcome])
    examples = [
        (_("All indicators"), reverse("dashboards:api_indicators")),
        (_("One indicator"), reverse("dashboards:api_indicator", args=[outcome])),
        (_("All its figures"), figures),
        (_("Its figures by district"), f"{figures}?rows=district"),
    ]
    context = {
        "examples": [(title, request.build_absolute_uri(path)) for title, path in examples],
        "license": settings.CAIRN_LICENSE,
        "per_page": _FIGURES_A_PAGE,
        "an_hour": REQUESTS_AN_HOUR,
        "feed": request.build_absolute_uri(reverse("dashboards:feed")),
    }
    return render(request, "dashboards/open_data.html", context)


def _answer_programs(view: _View) -> _View:
    """Answer a program: within the limit of its address, for every site, with an ETag."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR", "")
        if not count_within(f"open-data:{address}", REQUESTS_AN_HOUR):
            response = HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = "3600"
            return response
        response = view(request, *args, **kwargs)
        for name, value in SHARED_HEADERS.items():
            response[name] = value
        return response

    return require_safe(public.PAGE_CACHE(conditional_page(answer)))


@_answer_programs
def list_indicators(request: HttpRequest) -> HttpResponse:
    """List the indicators with public figures."""
    today = public.require_public_access(request)
    indicators = [
        _describe_indicator(request, each)
        for each in public.load_all_outcomes(request, today).values()
    ]
    return _encode_json({"indicators": indicators, **_describe_terms()})


@_answer_programs
def show_indicator(request: HttpRequest, outcome: str) -> HttpResponse:
    """Describe one indicator: definition, years, breakdowns, and its releases."""
    published_outcome = public.get_published_outcome(request, outcome)
    definition = published_outcome.definition
    return _encode_json(
        {
            **_describe_indicator(request, published_outcome),
            "numerator": dict(definition.numerator_text),
            "denominator": dict(definition.denominator_text),
            "better": definition.direction,
            "breakdowns": _list_breakdowns(published_outcome),
            "releases": [_describe_release(row) for row in published_outcome.sources],
            "suppressed_groups": published_outcome.figures.withheld,
            **_describe_terms(),
        }
    )


@_answer_programs
def list_figures(request: HttpRequest, outcome: str) -> HttpResponse:
    """List the figures of one indicator, narrowed as on its page, in pages."""
    published_outcome = public.get_published_outcome(request, outcome)
    selection = figure_selection.read_selection(request.GET.dict())
    figures = figure_selection.restrict_figures(published_outcome.figures, selection)
    lines = [
        (year, key)
        for year in (figures.years if figures else ())
        for key in sorted(figures.tables[year] if figures else ())
    ]
    page = _read_page(request)
    start = (page - 1) * _FIGURES_A_PAGE
    if page > 1 and start >= len(lines):
        raise Http404
    address = reverse("dashboards:api_figures", args=[outcome])
    query = selection.query.removeprefix("?")
    has_next = start + _FIGURES_A_PAGE < len(lines)
    following = f"{address}?{query}{'&' if query else ''}{urlencode({'page': page + 1})}"
    return _encode_json(
        {
            "indicator": outcome,
            "total": len(lines),
            "page": page,
            "next": request.build_absolute_uri(following) if has_next else None,
            "figures": [
                _describe_figure(published_outcome, year, key)
                for year, key in lines[start : start + _FIGURES_A_PAGE]
            ],
            **_describe_terms(),
        }
    )


@require_safe
@public.PAGE_CACHE
def release_feed(request: HttpRequest) -> HttpResponse:
    """Send the feed of releases: published, corrected and withdrawn, the newest first."""
    public.require_public_access(request)
    home = request.build_absolute_uri(reverse("dashboards:index"))
    feed = Atom1Feed(
        title=_("Published figures"),
        link=home,
        description="",
        feed_url=request.build_absolute_uri(reverse("dashboards:feed")),
    )
    catalogue = releases_api.load_indicator_catalogue()
    rows = [*releases_api.list_published_releases(), *releases_api.list_withdrawn_releases()]
    moments = [(row.withdrawn_at or row.published_at, row.pk, row) for row in rows]
    for moment, _key, row in sorted(moments, reverse=True)[:_ENTRIES]:
        known = [name for name in row.outcomes if name in catalogue]
        titles = ", ".join(releases_api.localize_text(catalogue[name].title) for name in known)
        path = reverse("dashboards:outcome", args=known) if len(known) == 1 else ""
        feed.add_item(
            title=f"{row.title}: {_label_release(row)}",
            link=request.build_absolute_uri(path) if path else home,
            unique_id=f"{home}#release-{row.pk}-{_name_release_state(row)}",
            description=" ".join(filter(None, (titles, row.withdrawn_why or row.what_changed))),
            pubdate=row.published_at,
            updateddate=moment,
        )
    return HttpResponse(
        feed.writeString("utf-8"), content_type="application/atom+xml", headers=SHARED_HEADERS
    )


def _name_release_state(row: releases_api.Release) -> str:
    if row.withdrawn_at:
        return "withdrawn"
    return "corrected" if row.corrects_id else "published"


def _label_release(row: releases_api.Release) -> str:
    labels = {
        "withdrawn": _("withdrawn figures"),
        "corrected": _("corrected figures"),
        "published": _("new figures"),
    }
    return labels[_name_release_state(row)]


def _read_page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 6 and int(text)):  # noqa: PLR2004
        raise Http404
    return int(text)


def _encode_json(content: dict[str, Any]) -> HttpResponse:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/json")


def _describe_terms() -> dict[str, Any]:
    """Say under which terms the figures may be used; only the partnership can choose a license."""
    note = (
        ""
        if settings.CAIRN_LICENSE
        else _("No license is specified. Ask the partnership before you publish copies.")
    )
    return {"license": settings.CAIRN_LICENSE or None, "license_note": note or None}


def _describe_indicator(
    request: HttpRequest, published_outcome: PublishedOutcome
) -> dict[str, Any]:
    definition, figures = published_outcome.definition, published_outcome.figures
    addresses = {
        "page": reverse("dashboards:outcome", args=[definition.id]),
        "describedby": reverse("dashboards:api_indicator", args=[definition.id]),
        "figures": reverse("dashboards:api_figures", args=[definition.id]),
    }
    return {
        "id": definition.id,
        "title": dict(definition.title),
        "unit": _name_unit(definition),
        "years": list(figures.years),
        "as_of": [str(day) for day in published_outcome.counted_on],
        "links": {name: request.build_absolute_uri(path) for name, path in addresses.items()},
    }


def _name_unit(definition: measures.IndicatorDefinition) -> str:
    if definition.measure:
        return definition.measure.unit["en"]
    return "percent" if definition.has_share else "children"


def _list_breakdowns(published_outcome: PublishedOutcome) -> list[dict[str, Any]]:
    """List the tables: which dimensions are crossed in which years."""
    years: dict[tuple[str, ...], set[str]] = {}
    for year, table in published_outcome.figures.tables.items():
        for key in table:
            years.setdefault(measures.sort_dimensions(key.dimensions), set()).add(year)
    return [
        {"dimensions": list(dimensions), "years": sorted(years[dimensions])}
        for dimensions in sorted(years)
    ]


def _describe_release(row: releases_api.Release) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": row.title,
        "published": row.published_at.isoformat() if row.published_at else None,
        "as_of": str(row.as_of),
        "corrects": row.corrects_id,
    }


def _describe_figure(
    published_outcome: PublishedOutcome, year: str, key: releases_api.FigureKey
) -> dict[str, Any]:
    """Describe one figure: its group, whether it is shown, its numbers, and its release."""
    release = published_outcome.releases[year, key]
    count = published_outcome.figures.tables[year][key]
    return {
        "year": year,
        "group": dict(key.values),
        **dict(_list_numbers(count)),
        "release": release.pk,
        "as_of": str(release.as_of),
    }


def _list_numbers(count: releases_api.FigureCount) -> Iterator[tuple[str, Any]]:
    if count.withheld:
        yield "status", "not_shown"
        yield "children", count.n
    elif isinstance(count, releases_api.PercentBand):
        yield "status", "band"
        yield "percent_low", count.low
        yield "percent_high", count.high
        yield "children", count.n
        yield "children_low", count.size_low
        yield "children_high", count.size_high
    elif isinstance(count, releases_api.MeasureAmount):
        yield "status", "shown"
        yield "statistic", count.statistic
        yield "value", count.n if count.is_count else count.height
        yield "rounded_to", None if count.unit is None else float(count.unit)
        yield "children", count.n
    else:
        yield "status", "shown"
        yield "numerator", count.yes
        yield "children", count.n
        yield "percent", None if count.share is None else round(100 * count.share, 1)
