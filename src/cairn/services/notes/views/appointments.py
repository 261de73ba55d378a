"""Pages about appointments: one's own, those about a child, plan, move, record the outcome."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import StaffRequest, get_form_status, load_staff_request
from cairn.platform.tables.api import build_list_table
from cairn.policy.engine import Refused
from cairn.policy.questions import list_note_problems, may_open_page
from cairn.policy.vocabulary import Action
from cairn.services.notes import appointment_actions, appointment_queries, facts
from cairn.services.notes.actions import NoteConflict
from cairn.services.notes.forms import AppointmentForm
from cairn.services.notes.models import Appointment
from cairn.services.notes.queries import ChildRecord
from cairn.services.notes.tables import AppointmentTable
from cairn.services.notes.views.notes import find_child, find_or_404, try_to_save
from cairn.services.programs.api import list_authorized_adults


@never_cache
@require_safe
def own_appointments(request: HttpRequest) -> HttpResponse:
    """List the appointments that the user holds, and the families to follow up with."""
    staff = load_staff_request(request)
    may_open_page(Action.VIEW_PROGRAM_RECORDS, staff.who, on=staff.today).require()
    rows = appointment_queries.list_own_appointments(staff.who, staff.today)
    context = {
        "table": build_list_table(AppointmentTable, rows, request, rows_per_page=5),
        "follow_ups": appointment_queries.list_due_follow_ups(staff.who, staff.today),
        "today": staff.today,
    }
    return render(request, "notes/own_appointments.html", context)


@never_cache
@require_safe
def child_appointments(request: HttpRequest, pk: int) -> HttpResponse:
    """List the appointments about a child."""
    staff = load_staff_request(request)
    child = find_child(staff, pk, Action.VIEW_PROGRAM_RECORDS)
    rows = appointment_queries.list_child_appointments(child.participant)
    context = {
        "child": child,
        "tab": "appointments",
        "table": build_list_table(
            AppointmentTable, rows, request, rows_per_page=5, exclude=("child",)
        ),
        "today": staff.today,
    }
    return render(request, "notes/child_appointments.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan an appointment about a child."""
    staff = load_staff_request(request)
    child = find_child(staff, pk, Action.WRITE_NOTE)
    form = _build_form(request, staff, child, {"staff": staff.user.pk})
    if form.is_valid():
        row = _save_plan(form, staff, child, None)
        if row is not None:
            messages.success(request, _("Appointment planned."))
            return redirect("notes:appointment", pk=row.pk)
    context = {"form": form, "child": child}
    return render(request, "notes/new_appointment.html", context, status=get_form_status(form))


@never_cache
@require_safe
def appointment_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an appointment with its earlier times, and what can be recorded about it."""
    staff = load_staff_request(request)
    appointment = _find_appointment(staff, pk, Action.VIEW_PROGRAM_RECORDS)
    (row,) = appointment_queries.describe_appointments([appointment])
    context = {
        "row": row,
        "child": find_child(staff, appointment.participant_id, Action.VIEW_PROGRAM_RECORDS),
        "has_come": row.has_come(staff.today),
        "earlier": appointment_queries.list_earlier_times(appointment),
        "today": staff.today,
    }
    return render(request, "notes/appointment.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reschedule_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace a planned appointment by one at another time; the old one stays on record."""
    staff = load_staff_request(request)
    appointment = _find_appointment(staff, pk, Action.WRITE_NOTE)
    child = find_child(staff, appointment.participant_id, Action.WRITE_NOTE)
    (row,) = appointment_queries.describe_appointments([appointment])
    begins = timezone.localtime(appointment.starts_at)
    adults = list_authorized_adults(child.details)
    initial = {
        "day": begins.date(),
        "time": begins.time(),
        "minutes": appointment.minutes,
        "staff": appointment.staff_id,
        "place": row.place,
        "purpose": row.purpose,
        "adult": row.adult if row.adult in adults else "other",
        "other_adult": "" if row.adult in adults else row.adult,
    }
    form = _build_form(request, staff, child, initial)
    if form.is_valid():
        moved = _save_plan(form, staff, child, appointment)
        if moved is not None:
            messages.success(request, _("Appointment rescheduled."))
            return redirect("notes:appointment", pk=moved.pk)
    context = {"form": form, "child": child, "row": row, "today": staff.today}
    return render(request, "notes/reschedule.html", context, status=get_form_status(form))


@require_POST
def close_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that an appointment was held, missed or cancelled, or undo that."""
    staff = load_staff_request(request)
    appointment = _find_appointment(staff, pk, Action.WRITE_NOTE)
    try:
        appointment_actions.close_appointment(
            appointment=appointment,
            event=request.POST.get("event", ""),
            by=staff.user,
            at=staff.now,
        )
    except NoteConflict as conflict:
        messages.error(request, str(conflict))
    except Refused as refused:
        problems = list_note_problems(refused.decision)
        if not problems:
            raise
        for problem in problems:
            messages.error(request, problem)
    else:
        messages.success(request, _("Saved."))
    return redirect("notes:appointment", pk=pk)


def _find_appointment(staff: StaffRequest, pk: int, action: Action) -> Appointment:
    return find_or_404(
        lambda: appointment_queries.get_appointment(pk, staff.who, staff.today, action)
    )


def _build_form(
    request: HttpRequest, staff: StaffRequest, child: ChildRecord, initial: dict[str, object]
) -> AppointmentForm:
    return AppointmentForm(
        request.POST or None,
        adults=list_authorized_adults(child.details),
        staff=facts.select_staff(child.participant.organization, [staff.today]),
        initial=initial,
    )


def _save_plan(
    form: AppointmentForm, staff: StaffRequest, child: ChildRecord, replaces: Appointment | None
) -> Appointment | None:
    """Plan an appointment, or show on the form what the user can mend or must confirm."""
    sent = {
        "plan": form.build_plan(),
        "key": form.cleaned_data["key"],
        "accepted": form.get_accepted(),
        "by": staff.user,
        "at": staff.now,
    }

    def save() -> Appointment | None:
        try:
            if replaces is None:
                return appointment_actions.plan_appointment(participant=child.participant, **sent)
            return appointment_actions.reschedule_appointment(appointment=replaces, **sent)
        except appointment_actions.DoubleBooking as conflict:
            form.warn_of_double_booking(conflict)
            return None

    return try_to_save(form, save)
