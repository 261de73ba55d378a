"""Pages about students: one student, and the students of one organization."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import load_staff_request
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions import list_limiting_names
from cairn.services.programs.api import find_own_records
from cairn.services.students import actions, queries
from cairn.services.students.saved_filters.queries import (
    count_saved_filters,
    list_saved_filters,
)
from cairn.services.students.tables import CaseloadTable, SchoolListTable


@require_safe
def organization_list(request: HttpRequest) -> HttpResponse:
    """Let a user of several organizations choose the one to act for; else open its list."""
    staff = load_staff_request(request)
    organizations = list(queries.list_student_organizations(staff.who, staff.today))
    if len(organizations) == 1:
        return redirect("students:caseload", slug=organizations[0].slug)
    return render(request, "students/organizations.html", {"organizations": organizations})


@never_cache
@require_safe
def caseload_page(request: HttpRequest, slug: str) -> HttpResponse:
    """List the students on an organization's roster with something that is shared today."""
    staff = load_staff_request(request)
    organization = get_object_or_404(
        queries.list_student_organizations(staff.who, staff.today), slug=slug
    )
    caseload = actions.open_caseload(
        organization=organization, who=staff.who, by=staff.user, at=staff.now
    )
    table = build_list_table(CaseloadTable, caseload.rows, request)
    table.hide_unshared_columns(caseload.rows)
    saved = count_saved_filters(list_saved_filters(organization, staff.user), table)
    context = {
        "organization": organization,
        "caseload": caseload,
        "is_school": queries.is_school(organization),
        "assigned": list_limiting_names(staff.who, (organization.slug,), staff.today),
        "table": table,
        "saved_filters": saved,
        "may_save": table.chosen_filters and not any(line.is_open for line in saved),
        "chosen_query": urlencode(table.chosen_filters),
        "today": staff.today,
    }
    return render(request, "students/caseload.html", context)


@never_cache
@require_safe
def school_list_page(request: HttpRequest, slug: str) -> HttpResponse:
    """List a school's own students with the programs that serve them, and those without one."""
    staff = load_staff_request(request)
    organization = get_object_or_404(queries.list_schools(staff.who, staff.today), slug=slug)
    found = actions.open_school_list(
        organization=organization, who=staff.who, by=staff.user, at=staff.now
    )
    context = {
        "organization": organization,
        "list": found,
        "table": build_list_table(SchoolListTable, found.rows, request),
        "today": staff.today,
    }
    return render(request, "students/school_list.html", context)


@never_cache
@sensitive_post_parameters("name")
@require_http_methods(["GET", "HEAD", "POST"])
def student_search(request: HttpRequest, slug: str) -> HttpResponse:
    """Find students of the list by name, which is sent in a form and never in an address."""
    staff = load_staff_request(request)
    organization = get_object_or_404(
        queries.list_student_organizations(staff.who, staff.today), slug=slug
    )
    name = " ".join(request.POST.get("name", "").split())
    if not name:
        return redirect("students:caseload", slug=slug)
    caseload = actions.open_caseload(
        organization=organization, who=staff.who, by=staff.user, at=staff.now, name=name
    )
    context = {
        "organization": organization,
        "caseload": caseload,
        "assigned": list_limiting_names(staff.who, (organization.slug,), staff.today),
        "name": name,
        "today": staff.today,
    }
    return render(request, "students/search.html", context)


@never_cache
@require_safe
def student_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show the shared elements of one student today, and list the others."""
    staff = load_staff_request(request)
    organization = get_object_or_404(
        queries.list_student_organizations(staff.who, staff.today), slug=slug
    )
    page = actions.open_student_page(
        organization=organization, entry=pk, who=staff.who, by=staff.user, at=staff.now
    )
    if page is None:  # the same answer whether or not there is such a student
        unshared = {"organization": organization}
        return render(request, "students/not_shared.html", unshared, status=404)
    label = page.label
    context = {
        "organization": organization,
        "page": page,
        "own_records": find_own_records(slug, label.name, label.birth_date, staff.who, staff.today),
        "today": staff.today,
    }
    return render(request, "students/student.html", context)
