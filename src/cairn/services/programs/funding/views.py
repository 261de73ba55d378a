"""Pages about who funds a program, and a funder's page of the programs that it funds."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.outputs.dashboards.api import describe_age
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action
from cairn.services.programs import queries
from cairn.services.programs.funding import actions, portfolio
from cairn.services.programs.funding.forms import FundingEndForm, ProgramFundingForm
from cairn.services.programs.funding.tables import PortfolioTable
from cairn.services.programs.models import ProgramFunding
from cairn.services.programs.views.form_results import run_form_action
from cairn.services.programs.views.programs import find_program


@require_http_methods(["GET", "HEAD", "POST"])
def funders_page(request: HttpRequest, pk: int) -> HttpResponse:
    """List who funds a program, and record a further funder."""
    staff = load_staff_request(request)
    program = find_program(request, pk, Action.CHANGE_PROGRAM)
    form = ProgramFundingForm(request.POST or None, initial={"starts": staff.today})
    if form.is_valid() and run_form_action(
        request,
        form,
        lambda: actions.record_program_funding(
            program=program, **form.cleaned_data, by=staff.user, at=staff.now
        ),
        "funders",
    ):
        messages.success(request, _("Funder saved. Its portfolio shows the program."))
        return redirect("programs:funders", pk=pk)
    rows = list(program.fundings.select_related("funder"))
    ended = [row for row in rows if row.ends and row.ends < max(staff.today, row.starts)]
    context = {
        "program": program,
        "current": [row for row in rows if row not in ended],
        "ended": ended,
        "form": form,
        "today": staff.today,
    }
    return render(request, "programs/funders.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def end_funding_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the last day of a funding, and end it."""
    staff = load_staff_request(request)
    own = queries.list_program_organizations(staff.who, staff.today, Action.CHANGE_PROGRAM)
    rows = ProgramFunding.objects.select_related("funder").filter(program__organization__in=own)
    row = get_object_or_404(rows, pk=pk)
    program = find_program(request, row.program_id, Action.CHANGE_PROGRAM)
    form = FundingEndForm(request.POST or None, initial={"ends": staff.today})
    if form.is_valid() and run_form_action(
        request,
        form,
        lambda: actions.end_program_funding(
            funding=row, **form.cleaned_data, by=staff.user, at=staff.now
        ),
        "end_funding",
    ):
        messages.success(
            request, _("Last day saved. To undo it, record the funder again from the next day on.")
        )
        return redirect("programs:funders", pk=program.pk)
    context = {"funding": row, "program": program, "form": form}
    return render(request, "programs/end_funding.html", context, status=get_form_status(form))


@require_safe
def portfolio_page(request: HttpRequest) -> HttpResponse:
    """Show the published figures of the programs that one organization funds."""
    staff = load_staff_request(request)
    funders = list(portfolio.list_funders(staff.who, staff.today))
    chosen = request.GET.get("funder", "")
    funder = portfolio.find_own_funder(funders, staff.who, staff.today)
    if chosen:
        funder = next((each for each in funders if each.slug == chosen), None)
        if funder is None:
            raise Http404
    lines = portfolio.list_portfolio(funder, staff.who, staff.today) if funder else []
    table = build_list_table(PortfolioTable, lines, request)
    if is_download_requested(table, request) and funder:
        return write_csv_response(table, f"portfolio-{funder.slug}")
    shown = list(table.data)
    programs = {line.funded.program.pk: line.funded for line in lines}
    days = [day for line in shown if line.outcome for day in line.outcome.counted_on]
    context = {
        "funders": funders,
        "funder": funder,
        "table": table,
        "programs": programs,
        "save_query": urlencode({"address": request.get_full_path()}),
        "published": sum(line.outcome is not None for line in lines),
        "suppressed": sum(line.is_suppressed for line in shown),
        "same_name": [each for each in programs.values() if each.same_name],
        "may_see_programs": may_open_page(
            Action.VIEW_PROGRAM_RECORDS, staff.who, on=staff.today
        ).allowed,
        # Without a figure, the list of programs is that of today.
        "age": describe_age(days or [staff.today], staff.today),
    }
    return render(request, "programs/portfolio.html", context)
