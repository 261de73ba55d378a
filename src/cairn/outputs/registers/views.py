"""Answer requests for the public register."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cairn.governance.agreements.api import Agreement
from cairn.governance.partners.api import load_actor
from cairn.outputs.registers import queries
from cairn.outputs.registers.tables import PublicProjectTable, RegisteredAgreementTable
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response

_AGREEMENTS_PER_PAGE: Final = 7
"""As many as three screens of a phone hold."""


@require_safe
def agreement_register(request: HttpRequest) -> HttpResponse:
    """List every agreement: who shares with which organization, and if it is in force."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    entries = queries.list_register_entries(current_actor, today)
    table = build_list_table(
        RegisteredAgreementTable, entries, request, rows_per_page=_AGREEMENTS_PER_PAGE
    )
    if is_download_requested(table, request):
        return write_csv_response(table, "data-sharing-register")
    return render(request, "registers/register.html", {"table": table, "today": today})


@require_safe
def registered_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one agreement in plain words, and the releases of its data."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    try:
        entry = queries.load_register_entry(reference, current_actor, today)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    return render(request, "registers/agreement.html", {"entry": entry, "today": today})


@require_safe
def project_register(request: HttpRequest) -> HttpResponse:
    """List every approved project, and the bodies that decide."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    projects = queries.list_public_projects(current_actor, today)
    table = build_list_table(PublicProjectTable, projects, request)
    if is_download_requested(table, request):
        return write_csv_response(table, "approved-projects")
    context = {
        "table": table,
        "bodies": queries.list_public_bodies(current_actor, today),
        "today": today,
    }
    return render(request, "registers/projects.html", context)


@require_safe
def registered_project(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one project: what it asks, which data it uses, for how long, and who approved it."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    public_project = queries.find_public_project(reference, current_actor, today)
    if public_project is None:
        raise Http404
    return render(request, "registers/project.html", {"project": public_project, "today": today})
