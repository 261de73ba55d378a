"""Incident reports: write a draft, file it, add to it, close it, and print it for one child."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import StaffRequest, get_form_status, load_staff_request
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action
from cairn.services.programs import facts, forms, models, queries
from cairn.services.programs.incidents import actions, incident_records
from cairn.services.programs.participant_identity import load_participant_details
from cairn.services.programs.tables import IncidentTable
from cairn.services.programs.views.form_results import run_form_action
from cairn.services.programs.views.programs import find_program, find_program_in_part


@require_safe
def incident_list(request: HttpRequest, pk: int) -> HttpResponse:
    """List the incident reports of a program, the newest first."""
    staff = load_staff_request(request)
    program = find_program_in_part(request, pk, Action.VIEW_PROGRAM_RECORDS)
    deadline = models.IncidentDeadline.objects.filter(organization=program.organization).first()
    context = {
        "program": program,
        "table": build_list_table(
            IncidentTable,
            incident_records.select_visible_incidents(
                program, staff.who, staff.today
            ).select_related("written_by"),
            request,
        ),
        "deadline": deadline,
        "form": forms.IncidentDeadlineForm(initial={"hours": deadline.hours if deadline else 24}),
        "may_close": _may_close(staff, program),
        "today": staff.today,
    }
    return render(request, "programs/incidents.html", context)


@require_POST
def incident_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    """Set within how many hours the licensing agency is informed of an incident."""
    staff = load_staff_request(request)
    program = find_program(request, pk, Action.CLOSE_INCIDENT)
    form = forms.IncidentDeadlineForm(request.POST)
    if form.is_valid():
        actions.set_incident_deadline(
            organization=program.organization,
            hours=form.cleaned_data["hours"],
            by=staff.user,
            at=staff.now,
        )
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Enter a number of hours from 1 to 720."))
    return redirect("programs:incidents", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new_incident(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a new draft."""
    program = find_program_in_part(request, pk, Action.TAKE_ATTENDANCE)
    return _edit_draft(request, program, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_incident(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    row = _find_incident(request, pk, Action.TAKE_ATTENDANCE)
    if row.state != models.IncidentState.DRAFT:
        return redirect("programs:incident", pk=pk)
    return _edit_draft(request, row.program, row)


@require_http_methods(["GET", "HEAD", "POST"])
def incident_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report with its addenda, and add to one that was filed."""
    staff = load_staff_request(request)
    action = Action.TAKE_ATTENDANCE if request.method == "POST" else Action.VIEW_PROGRAM_RECORDS
    row = _find_incident(request, pk, action)
    form = forms.IncidentAddendumForm(request.POST or None)
    if form.is_valid() and run_form_action(
        request,
        form,
        lambda: actions.add_to_incident(
            incident=row, **form.cleaned_data, by=staff.user, at=staff.now
        ),
        "incident",
    ):
        messages.success(request, _("Addendum saved."))
        return redirect("programs:incident", pk=pk)
    context = {
        "report": incident_records.load_incident_report(row),
        "seen": incident_records.compute_draft_digest(row),
        "program": row.program,
        "form": form,
        "may_close": _may_close(staff, row.program),
        "today": staff.today,
        "now": staff.now,
    }
    return render(request, "programs/incident.html", context, status=get_form_status(form))


@require_safe
def child_incident(request: HttpRequest, pk: int, child: int) -> HttpResponse:
    """Show the report for one child, to print; no other child is named in it."""
    staff = load_staff_request(request)
    row = _find_incident(request, pk, Action.VIEW_PROGRAM_RECORDS)
    report = incident_records.narrow_to_child(incident_records.load_incident_report(row), child)
    if not report.children:
        raise Http404
    context = {"report": report, "program": row.program, "today": staff.today}
    return render(request, "programs/child_incident.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def file_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask before a report is filed, and file it."""
    return _confirm(request, _find_incident(request, pk, Action.TAKE_ATTENDANCE), "file")


@require_http_methods(["GET", "HEAD", "POST"])
def close_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask before a report is closed, and close it."""
    return _confirm(request, _find_incident(request, pk, Action.CLOSE_INCIDENT), "close")


def _confirm(request: HttpRequest, row: models.Incident, step: str) -> HttpResponse:
    staff = load_staff_request(request)
    sent = request.POST if request.method == "POST" else None
    act: Any = actions.close_incident
    form: forms.EmptyForm = forms.EmptyForm(sent)
    if step == "file":
        act = actions.file_incident
        seen = request.GET.get("seen") or incident_records.compute_draft_digest(row)
        form = forms.IncidentFilingForm(sent, initial={"seen": seen})
    if form.is_valid() and run_form_action(
        request,
        form,
        lambda: act(incident=row, **form.cleaned_data, by=staff.user, at=staff.now),
        "incident",
    ):
        messages.success(request, _("Report filed.") if step == "file" else _("Report closed."))
        return redirect("programs:incident", pk=row.pk)
    context = {"incident": row, "program": row.program, "step": step, "form": form}
    return render(request, "programs/incident_step.html", context, status=get_form_status(form))


def _edit_draft(
    request: HttpRequest, program: models.Program, row: models.Incident | None
) -> HttpResponse:
    staff = load_staff_request(request)
    kept = set(row.children.values_list("pk", flat=True)) if row else set()
    groups = queries.select_reachable_series(staff.who, staff.today).filter(program=program)
    enrolled = facts.select_actual_enrollments().filter(series__in=groups).order_by()
    children = [
        child
        for child in models.Participant.objects.filter(
            Q(pk__in=enrolled.values("participant")) | Q(pk__in=kept)
        )
        if child.destruction_id is None or child.pk in kept
    ]
    names = load_participant_details(children)
    known = sorted({(child.pk, names[child.key].sort_name) for child in children}, key=_get_name)
    initial: dict[str, Any] = {"occurred_at": staff.now}
    if row is not None:
        initial = asdict(incident_records.load_incident_details(row)) | {
            "occurred_at": row.occurred_at,
            "kind": row.kind,
            "licensing_informed_at": row.licensing_informed_at,
            "children": sorted(kept),
            "seen": incident_records.compute_draft_digest(row),
        }
    form = forms.IncidentForm(request.POST or None, initial=initial, known=known)
    if form.is_valid():
        sent = form.cleaned_data
        fields = incident_records.IncidentDetails.__slots__
        found: list[models.Incident] = []
        if run_form_action(
            request,
            form,
            lambda: found.append(
                actions.write_incident(
                    program=program,
                    incident=row,
                    details=incident_records.IncidentDetails(**{n: sent[n] for n in fields}),
                    **{n: value for n, value in sent.items() if n not in fields},
                    by=staff.user,
                    at=staff.now,
                )
            ),
            "incident",
        ):
            messages.success(request, _("Draft saved. File it when it is complete."))
            return redirect("programs:incident", pk=found[0].pk)
    context = {"form": form, "program": program, "today": staff.today}
    return render(request, "programs/incident_form.html", context, status=get_form_status(form))


def _find_incident(request: HttpRequest, pk: int, action: Action) -> models.Incident:
    staff = load_staff_request(request)
    try:
        return incident_records.get_incident(pk, staff.who, staff.today, action)
    except models.Incident.DoesNotExist as error:
        raise Http404 from error


def _may_close(staff: StaffRequest, program: models.Program) -> bool:
    slug = program.organization.slug
    return may_open_page(
        Action.CLOSE_INCIDENT, staff.who, organization=slug, on=staff.today
    ).allowed


def _get_name(child: tuple[int, str]) -> str:
    return child[1].casefold()
