"""Pages about programs and their groups, and what children received."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents.api import compute_school_year
from cairn.governance.partners.api import (
    get_form_status,
    keep_page_while_rows_unchanged,
    load_staff_request,
)
from cairn.outputs.dashboards.api import describe_age, list_program_outcomes
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions import (
    may_change_program,
    may_change_program_sites,
    may_open_page,
    may_view_program_records,
)
from cairn.policy.vocabulary import Action
from cairn.services.programs import actions, facts, forms, queries
from cairn.services.programs.dosage import build_hour_bands, count_by_band
from cairn.services.programs.funder_report.report_counts import GOAL_HOURS
from cairn.services.programs.funder_report.report_queries import load_result_trend
from cairn.services.programs.group_offers.offer_lines import list_outcome_choices
from cairn.services.programs.groups.forms import SessionSeriesForm
from cairn.services.programs.models import Program, SessionSeries
from cairn.services.programs.record_files import find_school_year_days
from cairn.services.programs.registration import registration_queries
from cairn.services.programs.retention.due_records import list_record_organizations
from cairn.services.programs.tables import DosageTable, GroupRosterTable


@require_safe
@keep_page_while_rows_unchanged
def program_list(request: HttpRequest) -> HttpResponse:
    """List today's sessions and the programs of the user's own organizations."""
    staff = load_staff_request(request)
    context = {
        "sessions": queries.list_planned_sessions(staff.who, staff.today),
        "programs": queries.list_programs(staff.who, staff.today),
        "record_organizations": list_record_organizations(staff.who, staff.today),
        "assigning_organizations": queries.list_organizations_to_assign(staff.who, staff.today),
        "assignments": queries.list_own_assignments(staff.who, staff.today),
        "today": staff.today,
    }
    return render(request, "programs/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_program(request: HttpRequest) -> HttpResponse:
    """Add a program."""
    staff = load_staff_request(request)
    organizations = queries.list_whole_organizations(staff.who, staff.today)
    form = forms.ProgramForm(request.POST or None, organizations=organizations)
    if form.is_valid():
        try:
            program = actions.create_program(**form.cleaned_data, by=staff.user, at=staff.now)
        except actions.ProgramConflict as conflict:
            form.add_error("name", str(conflict))
        else:
            messages.success(request, _("Program added. Add its first group."))
            return redirect("programs:new_group", pk=program.pk)
    return render(request, "programs/new.html", {"form": form}, status=get_form_status(form))


@require_safe
def program_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the groups of a program."""
    staff = load_staff_request(request)
    program = find_program_in_part(request, pk, Action.VIEW_PROGRAM_RECORDS)
    groups = queries.list_groups(program, staff.who, staff.today)
    sees_all = may_view_program_records(program.organization.slug, staff.who, staff.today).allowed
    context = {
        "program": program,
        "groups": groups,
        "aims": [
            (name, title)
            for name, title in list_outcome_choices()
            if name in {group.outcome for group, _enrolled in groups}
        ],
        "fundings": program.fundings.filter_active(staff.today).select_related("funder"),
        "may_fund": may_change_program(program.organization.slug, staff.who, staff.today).allowed,
        "today": staff.today,
        "sees_all": sees_all,
        "trend": load_result_trend(program, staff.who, staff.today) if sees_all else (),
        "goal_hours": GOAL_HOURS,
        "may_send": may_open_page(
            Action.RECEIVE, staff.who, organization=program.organization.slug, on=staff.today
        ).allowed,
    }
    return render(request, "programs/detail.html", context)


@require_safe
def published_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a program did, and the published school outcomes of its children beside others."""
    staff = load_staff_request(request)
    program = find_program(request, pk, Action.VIEW_PROGRAM_RECORDS)
    trend = load_result_trend(program, staff.who, staff.today)
    outcomes = list_program_outcomes(program.name, staff.today)
    days = [day for outcome in outcomes for day in outcome.counted_on]
    context = {
        "program": program,
        "newest": trend[0] if trend else None,
        "goal_hours": GOAL_HOURS,
        "outcomes": outcomes,
        "age": describe_age(days or [staff.today], staff.today),
    }
    return render(request, "programs/results.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a group to a program."""
    staff = load_staff_request(request)
    program = find_program_in_part(request, pk, Action.CHANGE_PROGRAM)
    form = SessionSeriesForm(request.POST or None, initial={"first_day": staff.today})
    if form.is_valid():
        try:
            series = actions.create_session_series(
                program=program, plan=form.build_plan(), by=staff.user, at=staff.now
            )
        except actions.ProgramConflict as conflict:
            form.add_error("name", str(conflict))
        else:
            messages.success(request, _("Group added. Enroll its first child."))
            return redirect("programs:group", pk=series.pk)
    context = {"form": form, "program": program, "sites": queries.list_program_sites(program)}
    return render(request, "programs/new_group.html", context, status=get_form_status(form))


@require_safe
def group_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the roster of a group, with what each child received so far."""
    staff = load_staff_request(request)
    series = find_group(request, pk, Action.VIEW_PROGRAM_RECORDS)
    roster = queries.list_roster_with_hours(series, staff.who, staff.today)
    meets_today = series.meets_on(staff.today)
    before, after = queries.find_session_days(series, staff.today)
    context = {
        "series": series,
        "program": series.program,
        "table": build_list_table(GroupRosterTable, roster, request),
        "today": staff.today,
        "session_day": staff.today if meets_today else before,
        "next_day": after,
        "waiting": registration_queries.count_waiting_families(series),
        "free_places": registration_queries.count_open_places(series, staff.today),
        "may_change": may_change_program_sites(
            series.program.organization.slug,
            facts.list_series_sites(series),
            staff.who,
            staff.today,
        ).allowed,
    }
    return render(request, "programs/group.html", context)


@require_safe
def program_dosage(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how long each child attended in a period, and the bands of hours."""
    staff = load_staff_request(request)
    program = find_program(request, pk, Action.VIEW_PROGRAM_RECORDS)
    year_first, year_last = find_school_year_days(compute_school_year(staff.today))
    chosen = "first" in request.GET or "last" in request.GET
    form = forms.PeriodForm(
        request.GET if chosen else None, initial={"first": year_first, "last": year_last}
    )
    first: date = year_first
    last: date = year_last
    if form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    rows = queries.list_program_dosage(program, staff.who, staff.today, first, last)
    context = {
        "program": program,
        "form": form,
        "first": first,
        "last": last,
        "bands": count_by_band((row.dosage for row in rows), build_hour_bands(program.band_hours)),
        "attending": sum(row.dosage.attended > 0 for row in rows),
        "table": build_list_table(DosageTable, rows, request),
        "today": staff.today,
    }
    return render(request, "programs/dosage.html", context, status=get_form_status(form))


def find_program(request: HttpRequest, pk: int, action: Action) -> Program:
    """Find one program of the user's own organizations, or answer that there is none."""
    staff = load_staff_request(request)
    try:
        return queries.get_program(pk, staff.who, staff.today, action)
    except Program.DoesNotExist as error:
        raise Http404 from error


def find_program_in_part(request: HttpRequest, pk: int, action: Action) -> Program:
    """Find one program with sites that the user works with, or answer that there is none."""
    staff = load_staff_request(request)
    try:
        return queries.get_program_in_part(pk, staff.who, staff.today, action)
    except Program.DoesNotExist as error:
        raise Http404 from error


def find_group(request: HttpRequest, pk: int, action: Action) -> SessionSeries:
    """Find one group of the user's own organizations, or answer that there is none."""
    staff = load_staff_request(request)
    try:
        return queries.get_series(pk, staff.who, staff.today, action)
    except SessionSeries.DoesNotExist as error:
        raise Http404 from error


def read_day(text: str) -> date | None:
    """Read the day in an address, such as 2026-11-29; None if there is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
