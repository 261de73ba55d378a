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
A_PAGE = cache_control(private=True, max_age=60)
# A drawing's address names its figures, so a shared cache may keep it.
FILE = cache_control(public=True, max_age=3600)

# An image cannot run anything and fetches nothing; its own presentation is all it has.
IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@require_safe
@A_PAGE
def index(request: HttpRequest) -> HttpResponse:
    """The outcomes from cradle to career with their latest figure."""
    today = opened(request)
    shown = list(queries.shown(today))
    context = {
        "stops": [_stop(one) for one in shown],
        "gone": [release for release in releases.withdrawn() if not _replaced(release, shown)],
        "withheld": sentences.withheld(sum(one.figures.withheld for one in shown)),
    }
    return render(request, "dashboards/index.html", context)


@require_safe
@A_PAGE
def why_missing(request: HttpRequest) -> HttpResponse:
    """Why a number is missing, for everyone, in pictures."""
    opened(request)
    return render(request, "dashboards/why_missing.html", {"steps": list(missing.steps())})


@require_safe
@A_PAGE
def outcome(request: HttpRequest, outcome: str) -> HttpResponse:
    """One outcome: headline, trend, schools, groups, definition, provenance."""
    today = opened(request)
    if outcome not in catalogue():
        raise Http404
    one = queries.of(outcome, today)
    if one is not None:
        return render(request, "dashboards/outcome.html", _page(request, one))
    release = queries.withdrawn(outcome)
    if release is None:
        raise Http404
    context = {"title": labels.spoken(catalogue()[outcome].title), "release": release}
    return render(request, "dashboards/withdrawn.html", context, status=410)


@require_safe
@A_PAGE
def apart(request: HttpRequest, outcome: str) -> HttpResponse:
    """How far apart groups are, each measure with its definition. Of what children have there is
    no share to compare."""
    one = asked_for(request, outcome)
    if one.definition.measure:
        raise Http404
    divisions = list(measured.divisions(one.figures, one.release.minimum_cell or LEAST))
    return render(request, "dashboards/apart.html", {**_page(request, one), "divisions": divisions})


@require_safe
@FILE
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
    one = asked_for(request, outcome)
    parts = (kind in CHARTS, theme in list(Theme), size in list(Size), language in ("en", "es"))
    if version != one.version or not all(parts):
        raise Http404

    def drawn() -> str:
        with override(language):
            return draw(Kind(kind), one.figures, Theme(theme), Size(size))

    key = f"chart:{one.definition.id}:{version}:{language}:{kind}:{theme}:{size}"
    svg = cache.get_or_set(key, drawn, timeout=None)
    headers = {"Content-Security-Policy": IMAGE_POLICY}
    return HttpResponse(svg, content_type="image/svg+xml", headers=headers)


def opened(request: HttpRequest) -> date:
    """Today, once the rules have said that whoever asks may read what is published."""
    today = timezone.localdate()
    may_open(Action.VIEW_PUBLISHED, actor(request.user, request=request), on=today).require()
    return today


def asked_for(request: HttpRequest, outcome: str) -> Shown:
    """One outcome with its published figures; there is no page where there are none."""
    one = queries.of(outcome, opened(request))
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
        "share": labels.in_units(one.figures.county, one.definition),
        "share_line": page.share_line(one.figures.county, one.figures.statistic),
        "year": one.figures.latest,
        "change": sentences.change(change),
        "verdict": sentences.verdict(change),
        "better": bool(change and change.better),
    }


def _page(request: HttpRequest, one: Shown) -> dict[str, Any]:
    agreements = queries.agreements(one.release)
    definition, drawn = one.definition, list(page.charts(one.figures, one.version))
    return {
        **_stop(one),
        "why": labels.spoken(definition.why),
        "counted": words.counted(definition),
        "numerator": labels.spoken(definition.numerator_text),
        "denominator": labels.spoken(definition.denominator_text),
        "vintage": words.vintage(definition.vintage),
        "direction": definition.direction,
        "sources": queries.sources(one.release),
        "release": one.release,
        "figures": one.figures,
        "charts": drawn,
        "targets": list(page.targets(one)),
        "withheld": sentences.withheld(one.figures.withheld),
        "never": sentences.never_shown(
            one.release.minimum_cell, one.release.contributors, one.figures.statistic
        ),
        "together": labels.together(one.figures.races),
        "apart": "" if definition.measure else reverse("dashboards:apart", args=[definition.id]),
        "files": [
            (title, reverse("dashboards:file", args=[definition.id, form]))
            for form, title in words.FILES.items()
        ],
        "embedded": [(c.table.title, _framed(request, definition.id, c)) for c in drawn],
        "agreements": agreements,
        "bases": sorted({labels.basis(agreement.basis) for agreement in agreements}),
    }


def _framed(request: HttpRequest, outcome: str, chart: page.Chart) -> str:
    """The whole address of one figure alone, for a page of somebody else."""
    address = reverse("dashboards:embed", args=[outcome, chart.table.kind.value])
    return request.build_absolute_uri(address)
