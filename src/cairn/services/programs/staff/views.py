"""Pages on which a data steward assigns staff to programs and sites."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.platform.actions.api import record_refusal
from cairn.policy.engine import Refused
from cairn.policy.questions import list_group_problems
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.models import StaffAssignment
from cairn.services.programs.staff import actions, assignments
from cairn.services.programs.staff.forms import AssignmentEndForm, StaffAssignmentForm


@require_http_methods(["GET", "HEAD", "POST"])
def staff_page(request: HttpRequest, slug: str) -> HttpResponse:
    """List who is assigned to which program and site, and assign a staff member."""
    staff = load_staff_request(request)
    organization = get_object_or_404(
        assignments.list_assigning_organizations(staff.who, staff.today), slug=slug
    )
    form = StaffAssignmentForm(
        request.POST or None,
        organization=organization,
        on=staff.today,
        initial={"starts": staff.today},
    )
    if form.is_valid() and _run(
        request,
        form,
        lambda: actions.assign_staff(
            organization=organization, **form.build_arguments(), by=staff.user, at=staff.now
        ),
    ):
        messages.success(request, _("Assigned. The person sees it in the list of tasks."))
        return redirect("programs:staff", slug=slug)
    rows = list(assignments.list_staff_assignments(organization))
    ended = [row for row in rows if row.ends and row.ends < max(staff.today, row.starts)]
    context = {
        "organization": organization,
        "current": [row for row in rows if row not in ended],
        "ended": ended,
        "form": form,
        "today": staff.today,
    }
    return render(request, "programs/staff.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def end_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the last day of an assignment, and end it."""
    staff = load_staff_request(request)
    row = get_object_or_404(
        StaffAssignment.objects.select_related("person", "program", "organization"),
        pk=pk,
        organization__in=assignments.list_assigning_organizations(staff.who, staff.today),
    )
    form = AssignmentEndForm(request.POST or None, initial={"ends": staff.today})
    if form.is_valid() and _run(
        request,
        form,
        lambda: actions.end_staff_assignment(
            assignment=row, **form.cleaned_data, by=staff.user, at=staff.now
        ),
    ):
        messages.success(request, _("Assignment ended. To undo it, assign the person again."))
        return redirect("programs:staff", slug=row.organization.slug)
    context = {"assignment": row, "form": form, "today": staff.today}
    return render(request, "programs/end_assignment.html", context, status=get_form_status(form))


def _run(request: HttpRequest, form: Any, act: Any) -> bool:
    """Run an action; what the assignment itself refuses is shown with the form."""
    staff = load_staff_request(request)
    try:
        act()
    except ProgramConflict as conflict:
        form.add_error(None, str(conflict))
    except Refused as refused:
        problems = list_group_problems(refused.decision)
        if not problems:
            raise
        record_refusal(refused, "door:programs:staff", by=staff.user, at=staff.now)
        for problem in problems:
            form.add_error(None, problem)
    else:
        return True
    return False
