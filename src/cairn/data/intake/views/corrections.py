"""Pages of corrections: the rows with problems, the file that comes back, and its preview."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cairn.data.intake import facts, queries
from cairn.data.intake.actions import correction_files, corrections, proposed_files
from cairn.data.intake.actions.correction_files import CorrectionFormat
from cairn.data.intake.actions.receipt import ReceiptResult
from cairn.data.intake.forms import CorrectionForm
from cairn.data.intake.models import Delivery, DeliveryStateConflict, ProposedFile
from cairn.data.intake.proposals.correction_preview import (
    CorrectionSentBefore,
    describe_newer_version,
    preview_correction,
    read_correction_file,
    write_row_corrections,
)
from cairn.data.intake.tasks import enqueue_delivery_check
from cairn.data.intake.views.deliveries import get_visible_delivery, require_signed_in_user
from cairn.data.intake.views.proposals import get_proposed_file, go_where_it_went
from cairn.governance.disclosure_log.api import load_organization_names, name_organizations
from cairn.governance.partners.api import load_actor
from cairn.policy.facts import Actor
from cairn.policy.questions import may_download_correction_file, may_download_error_file
from cairn.policy.vocabulary import Channel, DeliveryState
from cairn.warehouse import pipeline
from cairn.warehouse.schema import UnreadableFile

_ROWS_ON_PAGE: Final = 30
"""More rows are corrected in a spreadsheet."""

_CELLS_ON_PAGE: Final = 500

_NO_CHANGE: Final = gettext_lazy("Change at least one value, then choose “Show preview”.")
_UNCHANGED: Final = gettext_lazy(
    "The data submission changed since you opened this page. Check your values and send them again."
)

_CONTENT_TYPES: Final = {
    CorrectionFormat.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CorrectionFormat.CSV: "text/csv; charset=utf-8",
}


def _get_own_delivery(request: HttpRequest, pk: int) -> tuple[Delivery, Actor]:
    """Return a delivery if the person acts for its sender."""
    requester, today = load_actor(request.user, request=request), timezone.localdate()
    row = get_visible_delivery(request, requester, pk)
    may_download_error_file(row.organization.slug, requester, today).require()
    return row, requester


@require_http_methods(["GET", "HEAD", "POST"])
def delivery_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how rows are corrected; keep a correction file that comes back for its preview."""
    row, requester = _get_own_delivery(request, pk)
    form = CorrectionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            return redirect(_receive_correction(request, content, row, requester))
        except (UnreadableFile, DeliveryStateConflict) as problem:
            form.add_error("file", str(problem))
    is_checked = row.state == DeliveryState.CONFORMED
    with_problems = _count_problems(row)
    context = {
        "delivery": row,
        "form": form,
        "newer": "" if is_checked else describe_newer_version(row),
        "replaced_by": row.superseders.exclude(state=DeliveryState.WITHDRAWN).first(),
        "has_rows": queries.has_rows_to_correct(row),
        "refusals": _list_refusals(row, requester) if is_checked else [],
        "limit": pipeline.MAX_CORRECTION_ROWS,
        "too_many": with_problems > pipeline.MAX_CORRECTION_ROWS,
        "on_page": with_problems <= _ROWS_ON_PAGE,
    }
    return render(request, "intake/correct.html", context, status=422 if form.errors else 200)


def _count_problems(row: Delivery) -> int:
    """Count the rows set aside and the values left blank: no fewer than the rows to correct."""
    count: int = row.report.get("rows_quarantined", 0) + row.report.get("cells_blanked", 0)
    return count


def _list_refusals(row: Delivery, requester: Actor) -> list[str]:
    """List why the rows cannot be corrected now, such as an agreement that ended."""
    terms = facts.load_agreement_by_reference(row.agreement_reference)
    decision = may_download_correction_file(
        facts.load_delivery_fact(row, terms), terms, requester, timezone.localdate()
    )
    names = load_organization_names()
    return [name_organizations(reason, names).message for reason in decision.refusals] * (
        not decision.allowed
    )


def _receive_correction(
    request: HttpRequest, content: bytes, row: Delivery, requester: Actor
) -> str:
    """Keep a correction file, and return the page of its preview.

    Raises:
        UnreadableFile: it cannot be read.
        DeliveryStateConflict: it corrects another version, or nothing of this one.
    """
    by, at = require_signed_in_user(request), timezone.localtime()
    submission = corrections.describe_correction(row, Channel.UPLOAD, by, at, requester)
    if row.mapping is None:
        raise Http404
    try:
        read = read_correction_file(row, submission, content)
        preview = preview_correction(read, submission)
    except CorrectionSentBefore as sent:
        messages.info(request, str(sent))
        return reverse("intake:delivery", args=[sent.delivery.pk])
    proposed = proposed_files.propose_correction(
        delivery=row, submission=submission, content=content, preview=preview, by=by, at=at
    )
    return reverse("intake:correction", args=[proposed.pk])


@dataclass(frozen=True, slots=True)
class _OpenCell:
    """A cell that a person may correct: its heading, its text and the name of its field."""

    heading: str
    text: str
    field: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _RowOnPage:
    """A row with problems: its open cells, its other cells, and problems of the whole row."""

    number: int
    cells: tuple[_OpenCell, ...]
    others: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def row_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a few rows with problems in fields; keep what was changed for its preview."""
    row, requester = _get_own_delivery(request, pk)
    if row.state != DeliveryState.CONFORMED or not queries.has_rows_to_correct(row):
        return redirect("intake:correct", row.pk)
    if _count_problems(row) > _ROWS_ON_PAGE:
        return _ask_for_spreadsheet(request, row)
    by, at = require_signed_in_user(request), timezone.localtime()
    table = correction_files.open_rows_to_correct(delivery=row, by=by, at=at)
    if sum(len(entry.list_open_columns(table.columns)) for entry in table.rows) > _CELLS_ON_PAGE:
        return _ask_for_spreadsheet(request, row)
    texts = _list_typed_texts(request, table)
    problem = ""
    if request.method == "POST":
        content = write_row_corrections(table, texts)
        try:
            if content and request.POST.get("version") == table.version:
                return redirect(_receive_correction(request, content, row, requester))
            problem = str(_UNCHANGED if content else _NO_CHANGE)
        except (UnreadableFile, DeliveryStateConflict) as conflict:
            problem = str(conflict)
    rows = [
        _describe_row(table, entry, texts) for entry in table.rows if entry.position is not None
    ]
    context = {
        "delivery": row,
        "version": table.version,
        "rows": rows,
        "unread": len(table.rows) - len(rows),
        "problem": problem,
    }
    status = 422 if problem else 200
    return render(request, "intake/correct_rows.html", context, status=status)


def _ask_for_spreadsheet(request: HttpRequest, row: Delivery) -> HttpResponse:
    messages.info(request, _("These are too many values for a page. Use a spreadsheet."))
    return redirect("intake:correct", row.pk)


def _list_typed_texts(
    request: HttpRequest, table: pipeline.CorrectionTable
) -> dict[tuple[int, str], str]:
    """List what a person typed, by position and heading."""
    return {
        (row.position, name): request.POST[field]
        for row in table.rows
        if row.position is not None
        for index, name in enumerate(table.columns)
        if (field := f"cell-{row.position}-{index}") in request.POST
    }


def _describe_row(
    table: pipeline.CorrectionTable,
    row: pipeline.RowToCorrect,
    texts: Mapping[tuple[int, str], str],
) -> _RowOnPage:
    position = row.position or 0
    open_columns = row.list_open_columns(table.columns)
    cells = tuple(
        _OpenCell(
            name,
            texts.get((position, name), row.cells[name]),
            f"cell-{position}-{index}",
            tuple(p.message for p in row.problems if name in p.columns and not p.is_about_row()),
        )
        for index, name in enumerate(table.columns)
        if name in open_columns
    )
    others = tuple(
        (name, row.cells[name])
        for name in table.columns
        if name not in open_columns and row.cells[name]
    )
    whole = tuple(problem.message for problem in row.problems if problem.is_about_row())
    return _RowOnPage(row.row, cells, others, whole)


@require_safe
def correction_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the rows with problems to their sender, as an Excel workbook."""
    return _send_correction_file(request, pk, CorrectionFormat.EXCEL)


@require_safe
def correction_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the rows with problems to their sender, as CSV."""
    return _send_correction_file(request, pk, CorrectionFormat.CSV)


def _send_correction_file(request: HttpRequest, pk: int, kind: CorrectionFormat) -> HttpResponse:
    row, _requester = _get_own_delivery(request, pk)
    if not queries.has_rows_to_correct(row):
        raise Http404
    content = correction_files.download_correction_file(
        delivery=row, kind=kind, by=require_signed_in_user(request), at=timezone.localtime()
    )
    name = slugify(f"{row.feed} {row.period} {row.part} corrections")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind.value}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=_CONTENT_TYPES[kind], headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def correction_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would become of corrected rows; import them when the person confirms."""
    proposed, requester = get_proposed_file(request, pk)
    if not proposed.is_waiting:
        return go_where_it_went(request, proposed)
    if not proposed.corrects_id:
        return redirect("intake:proposal", proposed.pk)
    if request.method == "POST":
        return _confirm(request, proposed, requester)
    preview = proposed.preview
    context = {
        "proposed": proposed,
        "preview": preview,
        "can_land": not (preview["problem"] or preview["refusals"]),
        "counts": [
            (label, preview["before"][name], preview["after"][name])
            for name, label in (
                ("kept", _("Rows accepted")),
                ("set_aside", _("Rows set aside")),
                ("blank_cells", _("Values left blank")),
                (
                    "left_out",
                    _("Rows not imported, because no verified consent covers the student"),
                ),
            )
            if "before" in preview
        ],
    }
    return render(request, "intake/correction.html", context)


def _confirm(request: HttpRequest, proposed: ProposedFile, requester: Actor) -> HttpResponse:
    by = require_signed_in_user(request)
    try:
        received = corrections.confirm_correction(
            proposed=proposed,
            by=by,
            at=timezone.localtime(),
            requester=requester,
            on_received=lambda row: enqueue_delivery_check(row, by),
        )
    except (DeliveryStateConflict, pipeline.UnusableDelivery) as conflict:
        if not proposed.is_waiting:
            return go_where_it_went(request, proposed)
        messages.error(request, str(conflict))
        return redirect("intake:correction", proposed.pk)
    if received.result is ReceiptResult.AGAIN:
        messages.info(request, _("These corrections were already imported. Nothing changed."))
    else:
        messages.success(request, _("The corrections were imported. The rows are checked again."))
    return redirect("intake:delivery", received.delivery.pk)
