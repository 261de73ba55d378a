"""Pages on which a user saves, renames and deletes a filter of the list of students."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.governance.partners.api import Organization, get_form_status, load_staff_request
from cairn.services.students.models import SavedFilter
from cairn.services.students.queries import list_student_organizations
from cairn.services.students.saved_filters import actions, queries
from cairn.services.students.saved_filters.forms import FilterNameForm


def _find_own_filter(request: HttpRequest, slug: str, pk: int) -> SavedFilter:
    staff = load_staff_request(request)
    organization = _find_organization(request, slug)
    rows = queries.list_saved_filters(organization, staff.user).select_related("organization")
    return get_object_or_404(rows, pk=pk)


def _find_organization(request: HttpRequest, slug: str) -> Organization:
    staff = load_staff_request(request)
    return get_object_or_404(list_student_organizations(staff.who, staff.today), slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def save_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Name the filters that are chosen on the list, and save them."""
    staff = load_staff_request(request)
    organization = _find_organization(request, slug)
    choices = queries.select_filter_choices(request.GET)
    if not choices:
        messages.info(request, _("Choose a filter on the list first, then save it."))
        return redirect("students:caseload", slug=slug)
    described = queries.describe_filter_choices(choices)
    suggested = ", ".join(f"{heading}: {text}" for heading, text in described)
    form = FilterNameForm(request.POST or None, initial={"name": suggested[:60]})
    if form.is_valid():
        try:
            saved = actions.save_filter(
                organization=organization,
                **form.cleaned_data,
                choices=choices,
                by=staff.user,
                at=staff.now,
            )
        except actions.SavedFilterConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("Filter saved. Open it above the list at any time."))
            return redirect(_build_list_address(saved))
    context = {"organization": organization, "form": form, "choices": described}
    return render(request, "students/filter.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def filter_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Rename a saved filter."""
    staff = load_staff_request(request)
    saved = _find_own_filter(request, slug, pk)
    form = FilterNameForm(request.POST or None, initial={"name": saved.name})
    if form.is_valid():
        try:
            actions.rename_filter(
                organization=saved.organization,
                saved=saved,
                **form.cleaned_data,
                by=staff.user,
                at=staff.now,
            )
        except actions.SavedFilterConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("Filter renamed."))
            return redirect(_build_list_address(saved))
    context = {
        "organization": saved.organization,
        "form": form,
        "saved": saved,
        "choices": queries.describe_filter_choices(saved.choices),
    }
    return render(request, "students/filter.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def delete_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask before a saved filter is deleted, and delete it."""
    staff = load_staff_request(request)
    saved = _find_own_filter(request, slug, pk)
    if request.method == "POST":
        actions.delete_filter(
            organization=saved.organization, saved=saved, by=staff.user, at=staff.now
        )
        messages.success(request, _("Filter deleted."))
        return redirect("students:caseload", slug=slug)
    context = {"saved": saved, "choices": queries.describe_filter_choices(saved.choices)}
    return render(request, "students/delete_filter.html", context)


def _build_list_address(saved: SavedFilter) -> str:
    address = reverse("students:caseload", kwargs={"slug": saved.organization.slug})
    return f"{address}?{urlencode(saved.choices)}"
