"""Answer requests for the reports of published tables that agreements promise to partners."""

from collections.abc import Callable, Iterable
from typing import Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cairn.governance.partners.api import load_actor
from cairn.outputs.dashboards import wording
from cairn.outputs.dashboards.audiences import partner_report, tables
from cairn.outputs.releases import api as releases_api
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table
from cairn.policy import questions
from cairn.policy.vocabulary import Action

_REPORTS_PER_PAGE: Final = 8
"""As many as fit three phone screens."""


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """List the promised reports of published tables, and what became of each."""
    today, actor = timezone.localdate(), load_actor(request.user, request=request)
    questions.may_open_page(Action.VIEW_GIVE_BACK, actor, on=today).require()
    reports = [
        partner_report.ReportStatus(
            report,
            partner_report.describe_state(report, today),
            report.given[0].given_on if report.given else None,
            report.find_next_day(today),
        )
        for report in releases_api.load_promised_reports(today)
        if questions.may_view_promised_report(report.fact, actor, today).allowed
    ]
    context = {
        "table": build_list_table(
            tables.PartnerReportTable, reports, request, rows_per_page=_REPORTS_PER_PAGE
        ),
        "delivered": sum(bool(each.report.given) for each in reports),
        "total": len(reports),
        "partners": releases_api.list_partners_with_releases(actor, today),
        "today": today,
    }
    return render(request, "dashboards/staff/partner_reports.html", context)


@require_safe
def report_page(request: HttpRequest, reference: str, organization: str) -> HttpResponse:
    """Show one report; that the partner's data steward opened it is recorded."""
    today = timezone.localdate()
    reports = _find_reports(request, reference, organization)
    _record_opened(request, reports)
    found = partner_report.load_partner_report(reports[0], today)
    context = {
        "found": found,
        "report": reports[0],
        "promises": [
            {
                "report": report,
                "missing": partner_report.describe_missing(report, today),
                "due": report.find_next_day(today),
                "is_ready": report.decide_delivery(today).allowed,
            }
            for report in reports
        ],
        "age": wording.describe_age(found.days, today),
        "withheld": found.describe_suppressed(),
        "today": today,
    }
    return render(request, "dashboards/staff/partner_report.html", context)


@require_safe
def report_file(request: HttpRequest, reference: str, organization: str, kind: str) -> HttpResponse:
    """Send one report as CSV or Excel; that the partner's data steward opened it is recorded."""
    write_file = _WRITERS.get(kind)
    if write_file is None:
        raise Http404
    reports = _find_reports(request, reference, organization)
    _record_opened(request, reports)
    found = partner_report.load_partner_report(reports[0], timezone.localdate())
    response = write_file(found)
    file_name = f"report-{reference}-{organization}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def _find_reports(
    request: HttpRequest, reference: str, organization: str
) -> list[releases_api.PromisedReport]:
    """Find the reports that an agreement promises a partner; policy is asked first."""
    today, actor = timezone.localdate(), load_actor(request.user, request=request)
    questions.may_open_page(
        Action.VIEW_GIVE_BACK, actor, organization=organization, on=today
    ).require()
    reports = [
        report
        for report in releases_api.load_promised_reports(today, reference)
        if report.organization.slug == organization
    ]
    if not reports:
        raise Http404
    questions.may_view_promised_report(reports[0].fact, actor, today).require()
    return reports


def _record_opened(request: HttpRequest, reports: Iterable[releases_api.PromisedReport]) -> None:
    """Record that a steward of the partner opened the reports. A HEAD request shows nothing."""
    today, actor = timezone.localdate(), load_actor(request.user, request=request)
    for report in reports if request.method == "GET" else ():
        if report.list_unopened(actor, today):
            releases_api.record_report_opened(
                report=report, by=cast("User", request.user), at=timezone.now()
            )


def _write_csv(found: partner_report.PartnerReport) -> HttpResponse:
    rows = partner_report.list_file_rows(found)
    text = partner_report.format_partner_csv(partner_report.FILE_COLUMNS, rows)
    return HttpResponse(text, content_type="text/csv; charset=utf-8")


def _write_workbook(found: partner_report.PartnerReport) -> HttpResponse:
    today, agreement = timezone.localdate(), found.report.fact.agreement
    notes = (
        (_("Report"), found.report.term.what),
        (_("Agreement"), f"{agreement.reference}: {agreement.title}"),
        (_("Legal basis"), found.basis),
        (_("As of"), wording.describe_age(found.days, today)),
        (_("Suppressed"), found.describe_suppressed()),
    )
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    rows = partner_report.list_file_rows(found)
    content = partner_report.write_partner_workbook(partner_report.FILE_COLUMNS, rows, notes)
    return HttpResponse(content, content_type=content_type)


_WRITERS: Final[dict[str, Callable[[partner_report.PartnerReport], HttpResponse]]] = {
    "csv": _write_csv,
    "xlsx": _write_workbook,
}
