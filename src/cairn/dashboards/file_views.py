"""What readers take along: the figures as a file, and one figure for a page of their own."""

from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from cairn.dashboards import data_package, page, printing, queries, sentences, spreadsheet
from cairn.dashboards.queries import Shown
from cairn.dashboards.views import A_PAGE, asked_for, opened
from cairn.dashboards.whence import whence
from cairn.releases import labels
from cairn.warehouse.outcomes import catalogue

# Any site may frame this page: it is for everyone, has no form, and runs nothing. No other may be.
_FRAMED_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors *"
)


def _csv(one: Shown, home: str) -> bytes:
    return spreadsheet.comma_separated(one.figures, str(one.release.as_of)).encode()


def _xlsx(one: Shown, home: str) -> bytes:
    return spreadsheet.excel(one.figures, str(one.release.as_of), whence(one, home))


# How the name of a file ends → what it is, and who writes it.
_FORMS: Final[dict[str, tuple[str, Callable[[Shown, str], bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "json": ("application/json", data_package.in_one_file),
    "zip": ("application/zip", data_package.zipped),
    "pdf": ("application/pdf", printing.pdf),
}


@require_safe
@A_PAGE
def file(request: HttpRequest, outcome: str, form: str) -> HttpResponse:
    """Every published number of one outcome, as a file."""
    one = asked_for(request, outcome)
    if form not in _FORMS:
        raise Http404
    kind, write = _FORMS[form]
    named = f'attachment; filename="{one.definition.id}.{form}"'
    content = write(one, _home(request, outcome))
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": named})


@require_safe
@xframe_options_exempt
@A_PAGE
def embed(request: HttpRequest, outcome: str, kind: str) -> HttpResponse:
    """One figure alone, to stand in a page of somebody else: it says where it comes from, of which
    day it is and what is withheld; once it is withdrawn, it says that instead."""
    today = opened(request)
    one = queries.of(outcome, today)
    gone = queries.withdrawn(outcome) if one is None else None
    if outcome not in catalogue() or (one is None and gone is None):
        raise Http404
    context: dict[str, Any] = {
        "title": labels.spoken(catalogue()[outcome].title),
        "home": _home(request, outcome),
        "gone": gone,
    }
    if one is not None:
        drawn = [c for c in page.charts(one.figures, one.version) if c.table.kind == kind]
        if not drawn:
            raise Http404
        context |= {
            "chart": drawn[0],
            "release": one.release,
            "latest": one.figures.latest,
            "share": labels.in_units(one.figures.county, one.definition),
            "share_line": page.share_line(one.figures.county, one.figures.statistic),
            "withheld": sentences.withheld(one.figures.withheld),
            "sources": queries.sources(one.release),
        }
    headers = {
        "Content-Security-Policy": _FRAMED_POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    answer = render(request, "dashboards/embed.html", context, status=410 if gone else 200)
    for name, said in headers.items():
        answer[name] = said
    return answer


def _home(request: HttpRequest, outcome: str) -> str:
    """The address of the page that the figures come from."""
    return request.build_absolute_uri(reverse("dashboards:outcome", args=[outcome]))
