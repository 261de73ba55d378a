"""Answer requests for the pages of reports to partners."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.data.intake.api import Delivery, DeliveryPage, get_visible_delivery
from cairn.governance.partners.api import load_actor
from cairn.outputs.releases.forms import PartnerReportForm
from cairn.outputs.releases.partner_reports import actions, queries
from cairn.outputs.releases.partner_reports.queries import DeliveryMatchCounts, ReleaseOfDelivery
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page, may_record_partner_report, may_view_partner_report
from cairn.policy.vocabulary import Action
from cairn.warehouse.exporters import escape_formula

REPORT_COLUMNS = ("about", "what", "number", "of")


def format_report_csv(
    page: DeliveryPage,
    match_counts: DeliveryMatchCounts | None,
    releases: Iterable[ReleaseOfDelivery],
) -> str:
    """Format the report of a delivery as CSV, one number a line.

    The column `of` has the total, where it applies. Counts that would reveal rows of single
    children are left out for users who may not see them (`Page.numbered`).
    """
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow(REPORT_COLUMNS)
    report = page.report
    if report is not None:
        writer.writerow(("rows", "received", report.rows_in, ""))
        writer.writerow(("rows", "accepted", report.rows_kept, report.rows_in))
    if match_counts is not None and page.numbered:
        writer.writerow(("rows", "matched to a child", match_counts.linked, match_counts.rows))
    for column in report.columns if report is not None and page.numbered else ():
        writer.writerow(("filled", column.field, column.filled, column.rows))
    for release_use in releases:
        writer.writerow(
            (
                "release",
                escape_formula(release_use.release.title),
                release_use.release.state,
                "",
            )
        )
    return buffer.getvalue()


@require_safe
def partner_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what became of one delivery."""
    row, current_actor = _get_reportable_delivery(request, pk)
    today = timezone.localdate()
    report = queries.load_partner_report_fact(row)
    context = {
        **_build_report_context(row, current_actor),
        "promised": report.agreement.giveback,
        "given": row.give_backs.select_related("given_by"),
        "may_give": bool(report.agreement.giveback)
        and may_record_partner_report(report, current_actor, today).allowed,
    }
    return render(request, "releases/give_back/detail.html", context)


@require_safe
def partner_report_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Download what became of one delivery as CSV."""
    row, current_actor = _get_reportable_delivery(request, pk)
    report_context = _build_report_context(row, current_actor)
    text = format_report_csv(
        report_context["page"], report_context["linked"], report_context["used"]
    )
    disposition = f'attachment; filename="delivery-{pk}.csv"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def partner_report_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a report was given; the calendar then asks for it no more."""
    row, current_actor = _get_reportable_delivery(request, pk, Action.GIVE_BACK)
    report = queries.load_partner_report_fact(row)
    may_record_partner_report(report, current_actor, timezone.localdate()).require()
    form = PartnerReportForm(
        request.POST or None, promised=[promise.what for promise in report.agreement.giveback]
    )
    if request.method == "POST" and form.is_valid():
        by = cast("User", request.user)
        actions.record_partner_report(delivery=row, by=by, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Report to partner recorded."))
        return redirect("releases:give_back", pk)
    status = 422 if form.errors else 200
    context = {"row": row, "form": form}
    return render(request, "releases/give_back/given.html", context, status=status)


def _get_reportable_delivery(
    request: HttpRequest, pk: int, action: Action = Action.VIEW_GIVE_BACK
) -> tuple[Delivery, Actor]:
    """Return the delivery if the user may read its report; policy is asked first."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(action, current_actor, on=today).require()
    row = get_visible_delivery(request, current_actor, pk)
    may_view_partner_report(queries.load_partner_report_fact(row), current_actor, today).require()
    return row, current_actor


def _build_report_context(row: Delivery, actor: Actor) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "row": row,
        "page": DeliveryPage.from_delivery(row, actor, today),
        "linked": queries.count_matched_rows(row),
        "used": queries.list_releases_of_delivery(row, actor, today),
    }
