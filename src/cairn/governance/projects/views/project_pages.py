"""Show projects: the list, one version, its request document, and its differences."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn.governance.projects.models import authorization, project
from cairn.governance.projects.queries import progress
from cairn.governance.projects.queries import versions as reads
from cairn.governance.projects.views.project_request import (
    FULL_REASON_AUDIENCE,
    get_version_or_404,
    load_project_request,
)
from cairn.policy.questions import may_propose_project

_PROJECTS_PER_PAGE = 25


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """List every project: its step, and the answers it waits for."""
    project_request = load_project_request(request)
    rows = progress.list_visible_projects(project_request.who, project_request.today)
    page = Paginator(rows, _PROJECTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "projects": [
            progress.build_project_list_item(row.newest, project_request.today) for row in page
        ],
        "may_propose": any(
            may_propose_project(slug, project_request.who, project_request.today).allowed
            for slug in project_request.who.organizations(project_request.today)
        ),
        "today": project_request.today,
    }
    return render(request, "projects/list.html", context)


@require_safe
def project_version_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show one version: its steps, awaited answers, and decisions with every reason."""
    project_request = load_project_request(request)
    row = get_version_or_404(project_request, reference, number)
    shown = reads.load_version_page(row, project_request.who, project_request.today)
    permissions = progress.list_project_permissions(
        shown.fact, project_request.who, project_request.today
    )
    context = {
        "row": row,
        "shown": shown,
        "fact": shown.fact,
        "place": progress.build_project_list_item(row, project_request.today),
        "steps": progress.list_workflow_steps(shown.fact),
        "turns": progress.list_answer_turns(shown.fact, project_request.who, project_request.today),
        "doors": permissions,
        "at_the_door": bool(
            shown.fact.flow
            and shown.fact.flow.authorization == row.step
            and not _find_authorization(row)
        ),
        "leave": _find_authorization(row),
        "before": reads.find_comparison_version(row),
        "taught": reads.list_lessons(row),
        "versions": row.project.versions.all(),
        "audience": FULL_REASON_AUDIENCE,
        "today": project_request.today,
    }
    return render(request, "projects/detail.html", context)


@require_safe
def request_document(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the request as a printable document: questions, elements, years, level, recipients."""
    project_request = load_project_request(request)
    row = get_version_or_404(project_request, reference, number)
    shown = reads.load_version_page(row, project_request.who, project_request.today)
    context = {"row": row, "shown": shown, "fact": shown.fact, "today": project_request.today}
    return render(request, "projects/request.html", context)


@require_safe
def version_differences_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show only what differs from the earlier version, or from the project it follows."""
    project_request = load_project_request(request)
    row = get_version_or_404(project_request, reference, number)
    earlier = reads.find_comparison_version(row)
    if earlier is None:
        raise Http404
    context = {"row": row, "earlier": earlier, "differences": reads.compare_versions(row, earlier)}
    return render(request, "projects/changes.html", context)


def _find_authorization(row: project.Version) -> authorization.Authorization | None:
    """Return the authorization of a version, or None."""
    return authorization.Authorization.objects.filter(version=row).first()
