"""The report of a program to its funder: counts of a period, on a page and as a file."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.consents.api import compute_school_year
from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.policy.questions import (
    list_group_problems,
    may_publish_program_report,
    may_report_to_funder,
)
from cairn.policy.vocabulary import Action
from cairn.services.programs import forms
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.dosage import FEDERAL_BANDS, build_hour_bands
from cairn.services.programs.funder_report import actions, report_files, report_queries
from cairn.services.programs.funder_report.forms import HourBandsForm
from cairn.services.programs.record_files import find_school_year_days
from cairn.services.programs.views.programs import find_program

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def funder_report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the counts of a period, with small groups marked."""
    staff = load_staff_request(request)
    program = find_program(request, pk, Action.REPORT_TO_FUNDER)
    year = compute_school_year(staff.today)
    first = find_school_year_days(year)[0]
    days = {"first": first, "last": staff.today}
    chosen = request.GET if "first" in request.GET or "last" in request.GET else None
    form = forms.PeriodForm(chosen, initial=days)
    if form.is_valid():
        days = dict(form.cleaned_data)
    fact = report_queries.build_report_fact(program, days["first"], days["last"])
    decision = may_report_to_funder(fact, staff.who, staff.today)
    problems = list_group_problems(decision)
    for problem in problems if form.is_bound else ():
        form.add_error("last", problem)
    report = None
    if not problems:
        report = report_queries.load_program_report(
            program, staff.who, staff.today, days["first"], days["last"]
        )
    context = {
        "program": program,
        "form": form,
        "report": report,
        "published": report_queries.find_published_report(program, **days),
        "publication_problems": list_group_problems(
            may_publish_program_report(fact, staff.who, staff.today)
        ),
        "presets": report_queries.list_period_presets(staff.today, year),
        "today": staff.today,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "programs/funder_report.html", context, status=status)


@require_POST
def funder_report_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the report: exact counts for the funder, or the version for publication."""
    staff = load_staff_request(request)
    program = find_program(request, pk, Action.REPORT_TO_FUNDER)
    form = forms.ReportFileForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    sent = form.cleaned_data
    is_public = sent["version"] == "public"
    report = report_queries.load_program_report(
        program, staff.who, staff.today, sent["first"], sent["last"], for_publication=is_public
    )
    if is_public:
        report = report_queries.suppress_report(report)
        try:
            actions.record_published_report(report=report, by=staff.user, at=staff.now)
        except ProgramConflict as conflict:
            messages.error(request, str(conflict))
            return redirect("programs:funder_report", pk=pk)
    else:
        actions.record_funder_report(report=report, by=staff.user, at=staff.now)
    is_excel = sent["file_format"] == "xlsx"
    content = (
        report_files.write_report_workbook(report)
        if is_excel
        else report_files.write_report_csv(report)
    )
    name = f"program-{program.pk}-{sent['first']}-{sent['last']}-{sent['version']}"
    return HttpResponse(
        content,
        content_type=_EXCEL if is_excel else "text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{sent["file_format"]}"',
            "Cache-Control": "no-store",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hour_bands_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the bands of hours of a program's pages and further reports."""
    staff = load_staff_request(request)
    program = find_program(request, pk, Action.CHANGE_PROGRAM)
    bands = build_hour_bands(program.band_hours)
    form = HourBandsForm(
        request.POST or None,
        initial={"hours": str(bands), "seen": str(bands)},
    )
    if form.is_valid():
        try:
            actions.choose_hour_bands(
                program=program, **form.cleaned_data, by=staff.user, at=staff.now
            )
        except ProgramConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("Saved. Reports that were downloaded do not change."))
            return redirect("programs:dosage", pk=pk)
    context = {
        "program": program,
        "form": form,
        "bands": bands,
        "is_federal": bands == FEDERAL_BANDS,
    }
    return render(request, "programs/hour_bands.html", context, status=get_form_status(form))
