"""The public register: pages that anybody may read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cairn.agreements.models import Agreement
from cairn.partners.facts import actor
from cairn.registers import projects, queries


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every agreement: who shares with whom, and whether it is in force today."""
    who, today = actor(request.user, request=request), timezone.localdate()
    context = {"entries": queries.entries(who, today), "today": today}
    return render(request, "registers/register.html", context)


@require_safe
def agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """One agreement in plain words, and what was published of the data shared under it."""
    who, today = actor(request.user, request=request), timezone.localdate()
    try:
        entry = queries.entry(reference, who, today)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    return render(request, "registers/agreement.html", {"entry": entry, "today": today})


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """Every project that was let through, and the bodies that decide."""
    who, today = actor(request.user, request=request), timezone.localdate()
    context = {
        "projects": projects.projects(who, today),
        "bodies": projects.bodies(who, today),
        "today": today,
    }
    return render(request, "registers/projects.html", context)


@require_safe
def project(request: HttpRequest, reference: str) -> HttpResponse:
    """One project: what it asks, of which data, for how long, and who agreed."""
    who, today = actor(request.user, request=request), timezone.localdate()
    found = projects.project(reference, who, today)
    if found is None:
        raise Http404
    return render(request, "registers/project.html", {"project": found, "today": today})
