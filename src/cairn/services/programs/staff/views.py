"""Pages on which a data steward assigns staff to programs and sites."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.services.programs.models import StaffAssignment
from cairn.services.programs.staff import actions, assignments
from cairn.services.programs.staff.forms import AssignmentEndForm, StaffAssignmentForm
from cairn.services.programs.views.form_results import run_form_action


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
    if form.is_valid() and run_form_action(
        request,
        form,
        lambda: actions.assign_staff(
            organization=organization, **form.build_arguments(), by=staff.user, at=staff.now
        ),
        "staff",
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
    if form.is_valid() and run_form_action(
        request,
        form,
        lambda: actions.end_staff_assignment(
            assignment=row, **form.cleaned_data, by=staff.user, at=staff.now
        ),
        "staff",
    ):
        messages.success(
            request, _("Last day saved. To undo it, assign the person again from the next day on.")
        )
        return redirect("programs:staff", slug=row.organization.slug)
    context = {"assignment": row, "form": form, "today": staff.today}
    return render(request, "programs/end_assignment.html", context, status=get_form_status(form))
