"""Public pages: no sign-in, released figures only."""

from datetime import date
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cairn.dashboards import apart as measured
from cairn.dashboards import missing, page, queries, sentences, words
from cairn.dashboards.charts import CHARTS, draw
from cairn.dashboards.palette import Size, Theme
from cairn.dashboards.queries import Shown
from cairn.dashboards.spreadsheet import comma_separated
from cairn.partners.facts import actor
from cairn.releases import labels
from cairn.releases import queries as releases
from cairn.releases.protecting import LEAST
from cairn.releases.tables import Kind
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action
from cairn.warehouse.outcomes import catalogue

# A withdrawal must reach readers soon: pages are asked for again after a minute, and a drawing or
# a file, whose address names the figures, after an hour.
_PAGE = cache_control(private=True, max_age=60)
# A drawing's address names its figures, so a shared cache may keep it.
_FILE = cache_control(public=True, max_age=3600)

# An image cannot run anything and fetches nothing; its own presentation is all it has.
_IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@require_safe
@_PAGE
def index(request: HttpRequest) -> HttpResponse:
    """The outcomes from cradle to career with their latest figure."""
    today = _opened(request)
    shown = list(queries.shown(today))
    context = {
        "stops": [_stop(one) for one in shown],
        "gone": [release for release in releases.withdrawn() if not _replaced(release, shown)],
        "withheld": sentences.withheld(sum(one.figures.withheld for one in shown)),
    }
    return render(request, "dashboards/index.html", context)


@require_safe
@_PAGE
def why_missing(request: HttpRequest) -> HttpResponse:
    """Why a number is missing, for everyone, in pictures."""
    _opened(request)
    return render(request, "dashboards/why_missing.html", {"steps": list(missing.steps())})


@require_safe
@_PAGE
def outcome(request: HttpRequest, outcome: str) -> HttpResponse:
    """One outcome: headline, trend, schools, groups, definition, provenance."""
    today = _opened(request)
    if outcome not in catalogue():
        raise Http404
    one = queries.of(outcome, today)
    if one is not None:
        return render(request, "dashboards/outcome.html", _page(one))
    release = queries.withdrawn(outcome)
    if release is None:
        raise Http404
    context = {"title": labels.spoken(catalogue()[outcome].title), "release": release}
    return render(request, "dashboards/withdrawn.html", context, status=410)


@require_safe
@_PAGE
def apart(request: HttpRequest, outcome: str) -> HttpResponse:
    """How far apart groups are, each measure with its definition."""
    one = _one(request, outcome)
    divisions = list(measured.divisions(one.figures, one.release.minimum_cell or LEAST))
    return render(request, "dashboards/apart.html", {**_page(one), "divisions": divisions})


@require_safe
@_PAGE
def spreadsheet(request: HttpRequest, outcome: str) -> HttpResponse:
    """Every published number of one outcome as CSV."""
    one = _one(request, outcome)
    text = comma_separated(one.figures, str(one.release.as_of))
    headers = {"Content-Disposition": f'attachment; filename="{one.definition.id}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
@_FILE
def chart(
    request: HttpRequest,
    outcome: str,
    version: str,
    language: str,
    kind: str,
    theme: str,
    size: str,
) -> HttpResponse:
    """One drawing. Its address names the figures, so it never shows others."""
    one = _one(request, outcome)
    parts = (kind in CHARTS, theme in list(Theme), size in list(Size), language in ("en", "es"))
    if version != one.version or not all(parts):
        raise Http404

    def drawn() -> str:
        with override(language):
            return draw(Kind(kind), one.figures, Theme(theme), Size(size))

    key = f"chart:{one.definition.id}:{version}:{language}:{kind}:{theme}:{size}"
    svg = cache.get_or_set(key, drawn, timeout=None)
    headers = {"Content-Security-Policy": _IMAGE_POLICY}
    return HttpResponse(svg, content_type="image/svg+xml", headers=headers)


def _opened(request: HttpRequest) -> date:
    """Today, once the rules have said that whoever asks may read what is published."""
    today = timezone.localdate()
    may_open(Action.VIEW_PUBLISHED, actor(request.user, request=request), on=today).require()
    return today


def _one(request: HttpRequest, outcome: str) -> Shown:
    one = queries.of(outcome, _opened(request))
    if one is None:
        raise Http404
    return one


def _replaced(release: Any, shown: list[Shown]) -> bool:
    """Whether every outcome of a withdrawn release has newer published figures."""
    return set(release.outcomes) <= {one.definition.id for one in shown}


def _stop(one: Shown) -> dict[str, Any]:
    change = one.figures.change(one.definition.direction)
    return {
        "url": reverse("dashboards:outcome", args=[one.definition.id]),
        "stage": words.stage(one.definition.id),
        "title": labels.spoken(one.definition.title),
        "share": labels.percent(one.figures.county),
        "share_line": page.share_line(one.figures.county),
        "year": one.figures.latest,
        "change": sentences.change(change),
        "verdict": sentences.verdict(change),
        "better": bool(change and change.better),
    }


def _page(one: Shown) -> dict[str, Any]:
    agreements = queries.agreements(one.release)
    definition = one.definition
    return {
        **_stop(one),
        "why": labels.spoken(definition.why),
        "numerator": labels.spoken(definition.numerator_text),
        "denominator": labels.spoken(definition.denominator_text),
        "vintage": words.vintage(definition.vintage),
        "direction": definition.direction,
        "sources": sorted({party for a in agreements for party in _providers(a)}),
        "release": one.release,
        "figures": one.figures,
        "charts": list(page.charts(one.figures, one.version)),
        "withheld": sentences.withheld(one.figures.withheld),
        "apart": reverse("dashboards:apart", args=[definition.id]),
        "csv": reverse("dashboards:spreadsheet", args=[definition.id]),
        "agreements": agreements,
        "bases": sorted({labels.basis(agreement.basis) for agreement in agreements}),
    }


def _providers(agreement: Any) -> list[str]:
    return [party.name for party in agreement.parties if party.role == "provider"]
