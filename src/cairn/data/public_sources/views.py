"""Pages about published data."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.data.public_sources import actions, published_file, queries
from cairn.data.public_sources.forms import ColumnRolesForm, SourceUploadForm
from cairn.data.public_sources.models import PublicSource
from cairn.data.public_sources.source_catalog import find_catalog_source, load_source_catalog
from cairn.data.public_sources.tables import CatalogTable, PublicFigureTable, PublicSourceTable
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.questions import may_add_public_source, may_view_public_source
from cairn.warehouse.published_tables import (
    LayoutProblem,
    count_value_kinds,
    propose_column_roles,
)

_PREVIEW_ROWS = 10
_ROWS_PER_PAGE = 10
_OPTIONAL_COLUMNS = ("place_id", "numerator", "denominator", "margin")


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """List the published tables."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    table = build_list_table(PublicSourceTable, queries.list_public_sources(who, today), request)
    if is_download_requested(table, request):
        return write_csv_response(table, f"published-tables-{today}")
    context = {"table": table, "may_add": may_add_public_source(who, today).allowed}
    return render(request, "public_sources/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def source_upload(request: HttpRequest) -> HttpResponse:
    """Upload a published table, with who published it."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_add_public_source(who, now.date()).require()
    source = find_catalog_source(request.GET.get("source", ""))
    initial = {"publisher": source.name, "address": source.address} if source else {}
    form = SourceUploadForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            uploaded = actions.upload_public_source(
                description=form.build_description(),
                name=file.name,
                content=file.read(),
                by=cast("User", request.user),
                at=now,
            )
        except actions.SourceConflict as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("public_sources:columns", pk=uploaded.pk)
    status = 422 if form.errors else 200
    return render(request, "public_sources/upload.html", {"form": form}, status=status)


@require_safe
def source_catalog(request: HttpRequest) -> HttpResponse:
    """List the sources of data about a community: whom to ask, and what it takes."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    may_view_public_source(who, today).require()
    table = build_list_table(CatalogTable, load_source_catalog(), request)
    if is_download_requested(table, request):
        return write_csv_response(table, "data-sources")
    return render(request, "public_sources/catalog.html", {"table": table})


@require_safe
def catalog_entry(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one source of the catalog, and the published tables that were added from it."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    may_view_public_source(who, today).require()
    source = find_catalog_source(slug)
    if source is None:
        raise Http404
    context = {
        "source": source,
        "added": queries.list_added_sources(source.name, who, today),
        "may_add": may_add_public_source(who, today).allowed,
    }
    return render(request, "public_sources/catalog_entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def source_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what each column seems to be and what becomes of it, and add the table."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    source = _find_uploaded(request, pk)
    content = published_file.unseal_file(source.digest, source.sealed_file or b"")
    sheet = published_file.read_published_table(source.file_name, content)
    form = ColumnRolesForm(request.POST or None, proposals=propose_column_roles(sheet))
    rows, problem = [], ""
    if not form.is_bound or form.is_valid():
        try:
            rows = published_file.build_figures(sheet, form.get_roles())
        except (LayoutProblem, published_file.NotPublished) as error:
            problem = str(error)
    if rows and "add" in request.POST:
        may_add_public_source(who, now.date()).require()
        try:
            actions.add_public_source(
                source=source,
                roles=form.get_roles(),
                rows=rows,
                by=cast("User", request.user),
                at=now,
            )
        except actions.SourceConflict as conflict:
            messages.error(request, str(conflict))
            return redirect("public_sources:list")
        message = ngettext("%(n)d figure added.", "%(n)d figures added.", len(rows))
        messages.success(request, message % {"n": len(rows)})
        return redirect("public_sources:detail", pk=pk)
    context = {
        "source": source,
        "form": form,
        "problem": problem,
        "preview": rows[:_PREVIEW_ROWS],
        "figure_count": len(rows),
        "table_rows": sheet.table.num_rows,
        "left_out": sheet.left_out,
        "misfits": len(sheet.misfits),
        "counts": {kind.value: count for kind, count in count_value_kinds(rows).items()},
    }
    status = 422 if problem or form.errors else 200
    return render(request, "public_sources/columns.html", context, status=status)


@require_POST
def source_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Discard an uploaded table that is not added."""
    source = _find_uploaded(request, pk)
    try:
        actions.discard_public_source(
            source=source, by=cast("User", request.user), at=timezone.localtime()
        )
    except actions.SourceConflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("%(title)s discarded.") % {"title": source.title})
    return redirect("public_sources:list")


@require_safe
def source_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the figures of one published table, with its source and license."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    try:
        source = queries.find_added_source(pk, who, today)
    except PublicSource.DoesNotExist as error:
        raise Http404 from error
    figures = list(source.figures.all())
    empty = [name for name in _OPTIONAL_COLUMNS if not any(getattr(f, name) for f in figures)]
    table = build_list_table(
        PublicFigureTable, figures, request, rows_per_page=_ROWS_PER_PAGE, exclude=empty
    )
    if is_download_requested(table, request):
        return write_csv_response(table, f"published-table-{source.pk}-{source.as_of}")
    withheld = _("%(n)d of %(total)d figures, suppressed or given as a range by the publisher") % {
        "n": source.figures_suppressed,
        "total": source.figures_total,
    }
    context = {
        "source": source,
        "table": table,
        "withheld": withheld if source.figures_suppressed else "",
        "as_of": date_format(source.as_of, "DATE_FORMAT"),
    }
    return render(request, "public_sources/detail.html", context)


def _find_uploaded(request: HttpRequest, pk: int) -> PublicSource:
    who, today = load_actor(request.user, request=request), timezone.localdate()
    try:
        return queries.find_uploaded_source(pk, who, today)
    except PublicSource.DoesNotExist as error:
        raise Http404 from error
