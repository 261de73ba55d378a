"""Pages about published data."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.data.public_sources import actions, editions, published_file, queries
from cairn.data.public_sources.figure_page import build_figure_table, describe_withheld_figures
from cairn.data.public_sources.forms import ColumnRolesForm, ShowSourceForm, SourceUploadForm
from cairn.data.public_sources.models import PublicSource, SourceState
from cairn.data.public_sources.source_catalog import find_catalog_source, load_source_catalog
from cairn.data.public_sources.tables import CatalogTable, PublicSourceTable
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy import questions
from cairn.policy.facts import Actor
from cairn.warehouse import published_tables

_PREVIEW_ROWS = 10


@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    """List the published tables."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    table = build_list_table(PublicSourceTable, queries.list_public_sources(who, today), request)
    if is_download_requested(table, request):
        return write_csv_response(table, f"published-tables-{today}")
    context = {"table": table, "may_add": questions.may_add_public_source(who, today).allowed}
    return render(request, "public_sources/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def source_upload(request: HttpRequest) -> HttpResponse:
    """Upload a published table, with who published it."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_add_public_source(who, now.date()).require()
    earlier = _find_earlier_edition(request, who, now.date())
    form = SourceUploadForm(
        request.POST or None, request.FILES or None, initial=_guess_description(request, earlier)
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            uploaded = actions.upload_public_source(
                description=form.build_description(),
                name=file.name,
                content=file.read(),
                earlier=earlier,
                by=cast("User", request.user),
                at=now,
            )
        except actions.SourceConflict as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("public_sources:columns", pk=uploaded.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "earlier": earlier}
    return render(request, "public_sources/upload.html", context, status=status)


def _find_earlier_edition(request: HttpRequest, who: Actor, on: date) -> PublicSource | None:
    """Find the current edition of the table that the request is to replace, if it names one."""
    key = request.GET.get("replaces", "")
    if not key:
        return None
    try:
        return queries.find_current_edition(int(key), who, on)
    except (ValueError, PublicSource.DoesNotExist) as error:
        raise Http404 from error


def _guess_description(request: HttpRequest, earlier: PublicSource | None) -> dict[str, Any]:
    """Fill in what the earlier edition or the catalog says about the table."""
    if earlier is not None:
        fields = set(actions.SourceDescription.__slots__) - {"as_of"}
        return {field: getattr(earlier, field) for field in fields}
    source = find_catalog_source(request.GET.get("source", ""))
    return {"publisher": source.name, "address": source.address} if source else {}


@require_safe
def source_catalog(request: HttpRequest) -> HttpResponse:
    """List the sources of data about a community, each with its contact and its terms."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_view_public_source(who, today).require()
    table = build_list_table(CatalogTable, load_source_catalog(), request)
    if is_download_requested(table, request):
        return write_csv_response(table, "data-sources")
    return render(request, "public_sources/catalog.html", {"table": table})


@require_safe
def catalog_entry(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one source of the catalog, and the published tables that were added from it."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_view_public_source(who, today).require()
    source = find_catalog_source(slug)
    if source is None:
        raise Http404
    context = {
        "source": source,
        "added": queries.list_added_sources(source.name, who, today),
        "may_add": questions.may_add_public_source(who, today).allowed,
    }
    return render(request, "public_sources/catalog_entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def source_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what each column seems to be and what becomes of it, and add the table."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    source = _find_uploaded(request, pk)
    earlier = _find_replaced_edition(source, who, now.date())
    content = published_file.unseal_file(source.digest, source.sealed_file or b"")
    sheet = published_file.read_published_table(source.file_name, content)
    proposals = editions.repeat_column_roles(
        published_tables.propose_column_roles(sheet), earlier.column_roles if earlier else {}
    )
    form = ColumnRolesForm(request.POST or None, proposals=proposals)
    rows, problem = [], ""
    if not form.is_bound or form.is_valid():
        try:
            rows = published_file.build_figures(sheet, form.get_roles())
        except (published_tables.LayoutProblem, published_file.NotPublished) as error:
            problem = str(error)
    if rows and "add" in request.POST:
        questions.may_add_public_source(who, now.date()).require()
        return _add_source(request, source, earlier, form, rows)
    context = {
        "source": source,
        "form": form,
        "problem": problem,
        "preview": rows[:_PREVIEW_ROWS],
        "figure_count": len(rows),
        "table_rows": sheet.table.num_rows,
        "left_out": sheet.left_out,
        "misfits": len(sheet.misfits),
        "counts": {
            kind.value: count for kind, count in published_tables.count_value_kinds(rows).items()
        },
        "earlier": earlier,
        "difference": _compare_with(earlier, source, rows) if earlier and rows else None,
        "stays_shown": earlier and queries.stays_shown(source, earlier, who, now.date()),
    }
    status = 422 if problem or form.errors else 200
    return render(request, "public_sources/columns.html", context, status=status)


def _find_replaced_edition(source: PublicSource, who: Actor, on: date) -> PublicSource | None:
    if source.first_edition_id is None:
        return None
    return queries.find_current_edition(source.first_edition_id, who, on)


def _compare_with(
    earlier: PublicSource, source: PublicSource, rows: list[published_tables.IndicatorRow]
) -> editions.EditionDifference:
    return editions.compare_editions(
        earlier.figures.all(), [editions.build_public_figure(source, row) for row in rows]
    )


def _add_source(
    request: HttpRequest,
    source: PublicSource,
    earlier: PublicSource | None,
    form: ColumnRolesForm,
    rows: list[published_tables.IndicatorRow],
) -> HttpResponse:
    """Add the table, or replace the edition that the page compared it with."""
    by, at = cast("User", request.user), timezone.localtime()
    roles = form.get_roles()
    try:
        if earlier is None:
            actions.add_public_source(source=source, roles=roles, rows=rows, by=by, at=at)
        elif request.POST.get("replaces") != str(earlier.pk):
            messages.error(
                request, _("Another edition was added in the meantime. Check what differs now.")
            )
            return redirect("public_sources:columns", pk=source.pk)
        else:
            actions.replace_public_source(
                source=source, earlier=earlier, roles=roles, rows=rows, by=by, at=at
            )
    except actions.SourceConflict as conflict:
        messages.error(request, str(conflict))
        return redirect("public_sources:list")
    message = ngettext("%(n)s figure added.", "%(n)s figures added.", len(rows))
    messages.success(request, message % {"n": intcomma(len(rows))})
    return redirect("public_sources:detail", pk=source.pk)


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
    source = _find_added(request, pk)
    table = build_figure_table(source, request)
    if is_download_requested(table, request):
        return write_csv_response(table, f"published-table-{source.pk}-{source.as_of}")
    all_editions = queries.list_editions(source, who, today)
    is_current = source.state == SourceState.ADDED
    shown = next((edition for edition in all_editions if edition.shown_at), None)
    context = {
        "source": source,
        "table": table,
        "withheld": describe_withheld_figures(source),
        "as_of": date_format(source.as_of, "DATE_FORMAT"),
        "editions": all_editions,
        "current": None if is_current else all_editions[0],
        "may_replace": is_current and questions.may_add_public_source(who, today).allowed,
        "may_show": is_current
        and source.shown_at is None
        and questions.may_show_public_source(source.license, source.license, who, today).allowed,
        "shown": shown,
        "may_hide": shown is not None and questions.may_hide_public_source(who, today).allowed,
    }
    return render(request, "public_sources/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def source_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether the terms of use allow it, and show a published table to the public."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_hide_public_source(who, now.date()).require()
    source = _find_added(request, pk)
    form = ShowSourceForm(request.POST or None, terms=source.license)
    if request.method == "POST" and form.is_valid():
        try:
            actions.show_public_source(
                source=source,
                confirmed_terms=form.cleaned_data["confirmed_terms"],
                by=cast("User", request.user),
                at=now,
            )
        except actions.SourceConflict as conflict:
            messages.error(request, str(conflict))
        else:
            messages.success(request, _("The public sees this table now."))
        return redirect("public_sources:detail", pk=pk)
    status = 422 if form.errors else 200
    context = {"source": source, "form": form}
    return render(request, "public_sources/show.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def source_hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and hide a published table with all its editions from the public."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_hide_public_source(who, now.date()).require()
    source = _find_added(request, pk)
    if request.method == "POST":
        try:
            actions.hide_public_source(source=source, by=cast("User", request.user), at=now)
        except actions.SourceConflict as conflict:
            messages.error(request, str(conflict))
        else:
            messages.success(request, _("The public no longer sees this table."))
        return redirect("public_sources:detail", pk=pk)
    return render(request, "public_sources/hide.html", {"source": source})


def _find_added(request: HttpRequest, pk: int) -> PublicSource:
    who, today = load_actor(request.user, request=request), timezone.localdate()
    try:
        return queries.find_added_source(pk, who, today)
    except PublicSource.DoesNotExist as error:
        raise Http404 from error


def _find_uploaded(request: HttpRequest, pk: int) -> PublicSource:
    who, today = load_actor(request.user, request=request), timezone.localdate()
    try:
        return queries.find_uploaded_source(pk, who, today)
    except PublicSource.DoesNotExist as error:
        raise Http404 from error
