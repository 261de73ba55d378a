"""The attendance of one group over a week or a month, typed by letters."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cairn.governance.partners.api import StaffRequest, load_staff_request
from cairn.services.programs import actions
from cairn.services.programs.attendance_grid import grid
from cairn.services.programs.models import SessionSeries
from cairn.services.programs.views.attendance import find_group_session

_SPANS = ("week", "month")


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_grid(request: HttpRequest, pk: int, day: str, span: str) -> HttpResponse:
    """Show the attendance of a week or a month, and record the letters that were typed."""
    staff = load_staff_request(request)
    series, on_day = find_group_session(request, pk, day)
    if span not in _SPANS:
        raise Http404
    days = grid.list_grid_days(series, on_day, span)
    rows = grid.load_attendance_grid(series, days, staff.who, staff.today)
    problems: list[str] = []
    sent = request.POST.dict() if request.method == "POST" else None
    if sent is not None:
        problems, conflicts = _save(request, series, rows, sent, staff)
        if not problems:
            return redirect("programs:attendance_grid", pk=pk, day=day, span=span)
        rows = grid.load_attendance_grid(series, days, staff.who, staff.today)
        rows = grid.restore_changes(rows, sent, conflicts)
    first, last = grid.find_span(on_day, span)
    latest = min(staff.today, series.last_day or staff.today)
    context = {
        "series": series,
        "program": series.program,
        "span": span,
        "first": first,
        "last": last,
        "before": first - timedelta(days=1) if series.first_day < first else None,
        "after": last + timedelta(days=1) if last < latest else None,
        "days": days,
        "rows": rows,
        "problems": problems,
        "reason": (sent or {}).get("reason", ""),
        "today": staff.today,
    }
    status = 422 if problems else 200
    return render(request, "programs/attendance_grid.html", context, status=status)


def _save(
    request: HttpRequest,
    series: SessionSeries,
    rows: list[grid.GridRow],
    sent: Mapping[str, str],
    staff: StaffRequest,
) -> tuple[list[str], set[tuple[date, int]]]:
    """Record each day by itself.

    Returns:
        What was not saved, in sentences, and day and enrollment of what somebody else recorded in
        the meantime.
    """
    reason = sent.get("reason", "").strip()[:200]
    try:
        entries = grid.read_grid(rows, sent)
    except grid.UnreadableLetter as error:
        return [str(error)], set()
    if not reason and grid.needs_reason(rows, entries, staff.today):
        return [_("Say why you correct the attendance of an earlier day.")], set()
    names = {row.enrollment: row.name for row in rows}
    problems: list[str] = []
    conflicts: set[tuple[date, int]] = set()
    total = 0
    for day, of_day in entries.items():
        try:
            saved = actions.record_session_attendance(
                series=series, day=day, entries=of_day, reason=reason, by=staff.user, at=staff.now
            )
        except actions.ProgramConflict as conflict:
            problems.append(f"{date_format(day)}: {conflict}")
            continue
        total += saved.recorded + saved.corrected
        problems += [_describe_conflict(day, names, row) for row in saved.conflicts]
        conflicts.update((day, row.enrollment) for row in saved.conflicts)
    if not entries:
        messages.info(request, _("Nothing to save: the page shows what is on record."))
    elif total:
        text = ngettext("%(n)d entry saved.", "%(n)d entries saved.", total)
        messages.success(request, text % {"n": total})
    return problems, conflicts


def _describe_conflict(
    day: date, names: Mapping[int, str], conflict: actions.AttendanceConflict
) -> str:
    return _("%(day)s, %(name)s: %(who)s recorded %(theirs)s in the meantime. Choose again.") % {
        "day": date_format(day),
        "name": names[conflict.enrollment],
        "who": conflict.recorded.recorded_by.name,
        "theirs": conflict.recorded.get_status_display().lower(),
    }
