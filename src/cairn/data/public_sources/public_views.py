"""Public pages of tables that agencies have published; a visitor needs no account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cairn.data.public_sources import queries
from cairn.data.public_sources.figure_page import build_figure_table, describe_withheld_figures
from cairn.data.public_sources.models import PublicSource
from cairn.data.public_sources.tables import ShownSourceTable
from cairn.governance.partners.api import load_actor
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response

# A table that was hidden must soon be gone: pages are requested again after a minute.
_PAGE_CACHE = cache_control(private=True, max_age=60)


@require_safe
@_PAGE_CACHE
def shown_source_list(request: HttpRequest) -> HttpResponse:
    """List the published tables that the data manager shows to the public."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    table = build_list_table(ShownSourceTable, queries.list_shown_sources(who, today), request)
    if is_download_requested(table, request):
        return write_csv_response(table, f"published-tables-{today}")
    return render(request, "public_sources/public/list.html", {"table": table})


@require_safe
@_PAGE_CACHE
def shown_source_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the figures of one published table as its publisher gives them, with its source."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    try:
        source = queries.find_shown_source(pk, who, today)
    except PublicSource.DoesNotExist as error:
        raise Http404 from error
    table = build_figure_table(source, request)
    if is_download_requested(table, request):
        return write_csv_response(table, f"published-table-{source.pk}-{source.as_of}")
    editions = queries.list_shown_editions(source, who, today)
    context = {
        "source": source,
        "table": table,
        "withheld": describe_withheld_figures(source),
        "as_of": date_format(source.as_of, "DATE_FORMAT"),
        "newer": editions[0] if editions[0].pk != source.pk else None,
        "earlier_editions": editions[editions.index(source) + 1 :],
        "has_margins": "margin" in {column.name for column in table.columns},
    }
    return render(request, "public_sources/public/detail.html", context)
