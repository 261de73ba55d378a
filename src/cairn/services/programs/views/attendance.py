"""The attendance of one group on one day: one page, the whole roster."""

from collections import Counter
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.policy.questions import list_group_problems, may_record_attendance
from cairn.policy.vocabulary import Action
from cairn.services.programs import actions, attendance_form, queries
from cairn.services.programs.facts import build_series_fact
from cairn.services.programs.forms import CancellationForm
from cairn.services.programs.models import AttendanceStatus, SessionSeries
from cairn.services.programs.views.programs import find_group, read_day

_SHEET_SESSIONS = 5


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_page(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Take the attendance of a session, or correct it."""
    staff = load_staff_request(request)
    series, on_day = find_group_session(request, pk, day)
    roster = queries.list_roster(series, staff.who, staff.today, on_day)
    decision = may_record_attendance(build_series_fact(series), on_day, staff.who, staff.today)
    problem, is_reason_missing, conflicts, sent = "", False, {}, None
    if request.method == "POST":
        sent = request.POST.dict()
        try:
            saved = actions.record_session_attendance(
                series=series,
                day=on_day,
                entries=attendance_form.read_attendance(roster, sent),
                reason=sent.get("reason", "").strip()[:200],
                by=staff.user,
                at=staff.now,
            )
        except (actions.ProgramConflict, attendance_form.UnreadableEntry) as error:
            problem = str(error)
            is_reason_missing = isinstance(error, actions.MissingReasonConflict)
        else:
            if not saved.conflicts:
                messages.success(request, _describe_saved(saved))
                return redirect("programs:attendance", pk=pk, day=day)
            conflicts = {conflict.enrollment: conflict for conflict in saved.conflicts}
            roster = queries.list_roster(series, staff.who, staff.today, on_day)
            sent = None
    lines = attendance_form.build_attendance_lines(roster, sent, conflicts)
    before, after = queries.find_session_days(series, on_day)
    context = {
        "series": series,
        "program": series.program,
        "day": on_day,
        "today": staff.today,
        "lines": lines,
        "statuses": AttendanceStatus.choices,
        "recorded": sum(line.row.mark is not None for line in lines),
        "tally": _describe_tally(lines),
        "problem": problem,
        "is_reason_missing": is_reason_missing,
        "conflicts": [line for line in lines if line.conflict],
        "cancelled": queries.find_cancellation(series, on_day),
        "refusals": list_group_problems(decision),
        "is_correction": on_day < staff.today and any(line.row.mark for line in lines),
        "reason": (sent or {}).get("reason", ""),
        "before": before,
        "after": after if after and after <= staff.today else None,
    }
    status = 422 if problem else 409 if conflicts else 200
    return render(request, "programs/attendance.html", context, status=status)


@require_safe
def attendance_sheet(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Show a sheet to print: the roster with empty columns for the next sessions."""
    staff = load_staff_request(request)
    series, on_day = find_group_session(request, pk, day, Action.VIEW_PROGRAM_RECORDS)
    days = [on_day] if series.meets_on(on_day) else []
    found = queries.find_session_days(series, on_day)[1]
    while found and len(days) < _SHEET_SESSIONS:
        days.append(found)
        found = queries.find_session_days(series, found)[1]
    roster = queries.list_roster(series, staff.who, staff.today, on_day)
    context = {
        "series": series,
        "program": series.program,
        "day": on_day,
        "days": days,
        "lines": attendance_form.build_attendance_lines(roster),
        "today": staff.today,
    }
    return render(request, "programs/sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_page(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Record that a group does not meet on a day."""
    staff = load_staff_request(request)
    series, on_day = find_group_session(request, pk, day)
    form = CancellationForm(request.POST or None)
    if form.is_valid():
        try:
            actions.cancel_session(
                series=series,
                day=on_day,
                reason=form.cleaned_data["reason"],
                by=staff.user,
                at=staff.now,
            )
        except actions.ProgramConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("Session cancelled."))
            return redirect("programs:attendance", pk=pk, day=day)
    context = {"form": form, "series": series, "program": series.program, "day": on_day}
    return render(request, "programs/cancel.html", context, status=get_form_status(form))


@require_POST
def restore_day(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Take back that a session was cancelled."""
    staff = load_staff_request(request)
    series, on_day = find_group_session(request, pk, day)
    try:
        actions.restore_session(series=series, day=on_day, by=staff.user, at=staff.now)
    except actions.ProgramConflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("Session restored."))
    return redirect("programs:attendance", pk=pk, day=day)


def find_group_session(
    request: HttpRequest, pk: int, day: str, action: Action = Action.TAKE_ATTENDANCE
) -> tuple[SessionSeries, date]:
    """Find a group of the user's own organizations and a day, or answer that there is none."""
    series, on_day = find_group(request, pk, action), read_day(day)
    if on_day is None:
        raise Http404
    return series, on_day


def _describe_tally(lines: list[attendance_form.AttendanceLine]) -> str:
    """Say how many children are recorded as present, absent and so on, without zeros."""
    counts = Counter(line.row.mark.status for line in lines if line.row.mark)
    return ", ".join(
        f"{counts[value]} {str(label).lower()}"
        for value, label in AttendanceStatus.choices
        if counts[value]
    )


def _describe_saved(saved: actions.SavedAttendance) -> str:
    if not saved.recorded and not saved.corrected:
        return _("Nothing to save: the page shows what is on record.")
    parts = []
    if saved.recorded:
        text = ngettext("%(n)d child recorded", "%(n)d children recorded", saved.recorded)
        parts.append(text % {"n": saved.recorded})
    if saved.corrected:
        text = ngettext("%(n)d corrected", "%(n)d corrected", saved.corrected)
        parts.append(text % {"n": saved.corrected})
    return _("Saved: %(what)s.") % {"what": ", ".join(parts)}
