"""Attendance without a connection: the page, its service worker, a roster, and marks received."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cairn.governance.partners.api import load_staff_request
from cairn.policy.questions import list_group_problems, may_record_attendance
from cairn.policy.vocabulary import Action
from cairn.services.programs import attendance_form, facts, queries
from cairn.services.programs.offline import actions, app_shell, roster, sent_marks
from cairn.services.programs.views.attendance import find_group_session


@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """Show the page that works without a connection; it is the same for everybody, with no data."""
    _ask_to_take_attendance(request)
    return render(request, app_shell.SHELL_TEMPLATE, app_shell.build_shell_context())


@require_safe
def offline_worker(request: HttpRequest) -> HttpResponse:
    """Send the service worker, which keeps that page and no other."""
    _ask_to_take_attendance(request)
    script = app_shell.write_service_worker(reverse("programs:offline"))
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
def offline_roster(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Send the roster of a session to a device of the person who takes its attendance."""
    staff = load_staff_request(request)
    series, on_day = find_group_session(request, pk, day)
    children = queries.list_roster(series, staff.who, staff.today, on_day)
    decision = may_record_attendance(
        facts.build_series_fact(series), on_day, staff.who, staff.today
    )
    described = roster.describe_roster(
        series,
        on_day,
        children,
        list_group_problems(decision),
        user=staff.user,
        today=staff.today,
    )
    return JsonResponse(described | {"token": get_token(request)})


@require_POST
def receive_marks(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Take the marks that a device sends, and answer what became of each."""
    staff = load_staff_request(request)
    series, on_day = find_group_session(request, pk, day)
    if request.POST.get("user") != roster.compute_user_reference(staff.user):
        text = _("Another person took this attendance on this device. It waits until they sign in.")
        return JsonResponse({"problem": text}, status=409)
    try:
        marks = sent_marks.read_sent_marks(request.POST.get("marks", ""))
    except sent_marks.UnreadableMarks as error:
        return JsonResponse({"problem": str(error)}, status=422)
    received = actions.receive_offline_marks(
        series=series,
        day=on_day,
        marks=marks,
        reason=request.POST.get("reason", "").strip()[:200],
        by=staff.user,
        at=staff.now,
    )
    unsaved = [row.enrollment for row in received.values() if row.message and row.enrollment]
    names = queries.load_enrolled_names(series, unsaved, staff.who, staff.today)
    results = [_describe_received(key, row, names) for key, row in received.items()]
    return JsonResponse({"results": results})


def _ask_to_take_attendance(request: HttpRequest) -> None:
    staff = load_staff_request(request)
    queries.list_program_organizations(staff.who, staff.today, Action.TAKE_ATTENDANCE)


def _describe_received(
    key: str, row: actions.ReceivedMark, names: Mapping[int, str]
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": key,
        "outcome": row.outcome.value,
        "message": row.message,
        "name": names.get(row.enrollment.pk, "") if row.enrollment else "",
    }
    if row.recorded is not None:
        described["recorded"] = {
            "seen": row.recorded.pk,
            "status": row.recorded.status,
            "minutes": str(row.recorded.minutes)
            if row.recorded.status in attendance_form.PARTIAL
            else "",
            "label": row.recorded.get_status_display(),
            "by": row.recorded.recorded_by.name,
        }
    return described
