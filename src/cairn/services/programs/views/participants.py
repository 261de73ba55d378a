"""Pages about a program's participants: enroll, end an enrollment, and the program's record."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import StaffRequest, get_form_status, load_staff_request
from cairn.policy.engine import Refused
from cairn.policy.facts import ProgramSite
from cairn.policy.questions import may_change_program_sites, may_open_page
from cairn.policy.vocabulary import Action
from cairn.services.programs import actions, facts, forms, participant_identity, queries
from cairn.services.programs.models import (
    AttendanceStatus,
    ExitReason,
    HoldReason,
    Participant,
    ProgramEnrollment,
)
from cairn.services.programs.views.form_results import list_shown_problems, show_group_refusal
from cairn.services.programs.views.programs import find_group, read_day


@require_http_methods(["GET", "HEAD", "POST"])
def enroll_child(request: HttpRequest, pk: int) -> HttpResponse:
    """Enroll a child in a group, also a walk-in on the day of a session."""
    staff = load_staff_request(request)
    series = find_group(request, pk, Action.CHANGE_PROGRAM)
    organization = series.program.organization
    walk_in = read_day(request.GET.get("day", ""))
    first_day = walk_in or max(staff.today, series.first_day)
    enrolled = queries.select_enrolled_in(series, first_day).filter(ends=None)
    form = forms.EnrollmentForm(
        request.POST or None,
        known=[
            *queries.list_own_participants(organization, staff.who, staff.today),
            *_list_namesakes(request, organization.slug, staff),
        ],
        enrolled=set(enrolled.values_list("participant", flat=True)),
        walk_in=walk_in,
        initial={"starts": first_day},
    )
    if form.is_valid():
        participant = form.get_participant()
        try:
            enrollment = actions.enroll_participant(
                series=series,
                participant=participant,
                details=None if participant else form.build_details(),
                starts=form.cleaned_data["starts"],
                other_than=form.cleaned_data["other_than"],
                by=staff.user,
                at=staff.now,
            )
        except actions.SameChildConflict as conflict:
            form.ask_about_namesakes(conflict.participants, str(conflict))
        except actions.ProgramConflict as conflict:
            form.add_error(None, str(conflict))
        except Refused as refused:
            show_group_refusal(form, refused)
        else:
            if walk_in:
                is_present = form.cleaned_data["is_present"]
                messages.success(
                    request,
                    _record_walk_in(enrollment, walk_in, staff)
                    if is_present
                    else _describe_enrolled(enrollment, walk_in),
                )
                return redirect("programs:attendance", pk=pk, day=walk_in.isoformat())
            messages.success(request, _("Child enrolled."))
            return redirect("programs:group", pk=pk)
    context = {"form": form, "series": series, "program": series.program}
    return render(request, "programs/enroll.html", context, status=get_form_status(form))


def _record_walk_in(enrollment: ProgramEnrollment, day: date, staff: StaffRequest) -> str:
    """Record a child as present on the day of the session; return what became of it."""
    entry = actions.AttendanceEntry(AttendanceStatus.PRESENT)
    try:
        actions.record_session_attendance(
            series=enrollment.series,
            day=day,
            entries={enrollment.pk: entry},
            reason="",
            by=staff.user,
            at=staff.now,
        )
    except (actions.ProgramConflict, Refused):  # a later first day, or no session on this day
        return _describe_enrolled(enrollment, day)
    return _("Child enrolled, and recorded as present.")


def _describe_enrolled(enrollment: ProgramEnrollment, day: date) -> str:
    """Say where a new child is, of whom nothing was recorded on the day of the session."""
    if enrollment.starts > day:
        return _("Child enrolled from %(day)s. Until then the child is not on the list.") % {
            "day": date_format(enrollment.starts)
        }
    if queries.find_cancellation(enrollment.series, day):
        return _("Child enrolled. No attendance was recorded: this session was canceled.")
    return _("Child enrolled. Mark the child on this page.")


def _list_namesakes(
    request: HttpRequest, organization: str, staff: StaffRequest
) -> list[tuple[Participant, participant_identity.ParticipantDetails]]:
    """List the children with the name and birth date as entered that the user does not see."""
    entered = forms.ParticipantForm(request.POST)
    if not entered.is_valid():
        return []
    reachable = queries.select_reachable_participants(staff.who, staff.today, Action.CHANGE_PROGRAM)
    own = set(reachable.values_list("pk", flat=True))
    same = participant_identity.find_same_participants(organization, entered.build_details())
    rows = [row for row in same if row.pk not in own]
    details = participant_identity.load_participant_details(rows)
    return [(row, details[row.key]) for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
def end_page(request: HttpRequest, pk: int) -> HttpResponse:
    """End a child's time in a group."""
    staff = load_staff_request(request)
    try:
        enrollment = queries.get_enrollment(pk, staff.who, staff.today, Action.CHANGE_PROGRAM)
    except ProgramEnrollment.DoesNotExist as error:
        raise Http404 from error
    form = forms.EnrollmentEndForm(request.POST or None, initial={"ends": staff.today})
    if form.is_valid():
        try:
            actions.end_enrollment(
                enrollment=enrollment,
                ends=form.cleaned_data["ends"],
                reason=ExitReason(form.cleaned_data["reason"]),
                by=staff.user,
                at=staff.now,
            )
        except actions.ProgramConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("Enrollment ended."))
            return redirect("programs:group", pk=enrollment.series_id)
    participant = enrollment.participant
    context = {
        "form": form,
        "enrollment": enrollment,
        "details": participant_identity.load_participant_details([participant])[participant.key],
    }
    return render(request, "programs/end.html", context, status=get_form_status(form))


@require_safe
def participant_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the program's own record of one child."""
    staff = load_staff_request(request)
    try:
        record = queries.load_participant_record(pk, staff.who, staff.today)
    except Participant.DoesNotExist as error:
        raise Http404 from error
    organization = record.participant.organization.slug

    def may_change(sites: frozenset[ProgramSite]) -> bool:
        return may_change_program_sites(organization, sites, staff.who, staff.today).allowed

    context = {
        "record": record,
        "enrollments": [
            (row, may_change(facts.list_series_sites(row.series))) for row in record.enrollments
        ],
        "today": staff.today,
        "may_change": may_change(facts.list_participant_sites([pk])),
        "may_copy": may_open_page(
            Action.RELEASE_COPY, staff.who, organization=organization, on=staff.today
        ).allowed,
        "may_see_shared": may_open_page(
            Action.VIEW_STUDENT, staff.who, organization=organization, on=staff.today
        ).allowed,
        "hold_reasons": HoldReason.choices,
        "may_end_hold": may_open_page(
            Action.DESTROY_PROGRAM_RECORDS, staff.who, organization=organization, on=staff.today
        ).allowed,
    }
    return render(request, "programs/participant.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the program knows about a child, and the people to call."""
    staff = load_staff_request(request)
    try:
        participant = queries.get_participant(pk, staff.who, staff.today, Action.CHANGE_PROGRAM)
    except Participant.DoesNotExist as error:
        raise Http404 from error
    details = participant_identity.load_participant_details([participant])[participant.key]
    form = forms.ParticipantChangeForm(request.POST or None, on_record=details)
    if form.is_valid():
        try:
            actions.change_participant_details(
                participant=participant,
                details=form.build_details(),
                seen=form.cleaned_data["seen"],
                by=staff.user,
                at=staff.now,
            )
        except actions.ProgramConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("Changes saved."))
            return redirect("programs:participant", pk=pk)
    context = {
        "form": form,
        "participant": participant,
        "details": details,
        "today": staff.today,
    }
    return render(request, "programs/change.html", context, status=get_form_status(form))


@require_POST
def reopen_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the end of a child's time in a group."""
    staff = load_staff_request(request)
    try:
        enrollment = queries.get_enrollment(pk, staff.who, staff.today, Action.CHANGE_PROGRAM)
    except ProgramEnrollment.DoesNotExist as error:
        raise Http404 from error
    try:
        actions.reopen_enrollment(enrollment=enrollment, by=staff.user, at=staff.now)
    except actions.ProgramConflict as conflict:
        messages.error(request, str(conflict))
    except Refused as refused:
        for problem in list_shown_problems(refused):
            messages.error(request, problem)
    else:
        messages.success(request, _("The child is enrolled again."))
    return redirect("programs:participant", pk=enrollment.participant_id)
