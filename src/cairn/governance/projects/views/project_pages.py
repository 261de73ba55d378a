"""Show projects: the list, one version, its request document, and its differences.

A pilot also has pages for its lessons, their resolution, and the real project made from it.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import keep_page_while_rows_unchanged
from cairn.governance.projects import facts
from cairn.governance.projects.actions import pilots
from cairn.governance.projects.forms.proposals import LessonForm, ResolveLessonForm
from cairn.governance.projects.models import project
from cairn.governance.projects.queries import versions
from cairn.governance.projects.tables import ProjectTable
from cairn.governance.projects.views import shared_pages
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy import questions
from cairn.policy.checks import find_flow_findings
from cairn.policy.questions import may_open_page, may_propose_project
from cairn.policy.vocabulary import Action

_PROJECTS_PER_PAGE = 25


@require_safe
@keep_page_while_rows_unchanged
def project_list(request: HttpRequest) -> HttpResponse:
    """List every project: its step, and the answers it waits for."""
    project_request = shared_pages.load_project_request(request)
    table = build_list_table(
        ProjectTable,
        versions.list_newest_versions(project_request.who, project_request.today),
        request,
        rows_per_page=_PROJECTS_PER_PAGE,
        on=project_request.today,
        links_partners=may_open_page(
            Action.VIEW_PARTNERS, project_request.who, on=project_request.today
        ).allowed,
        is_download="download" in request.GET,
    )
    if is_download_requested(table, request):
        return write_csv_response(table, f"projects-{project_request.today}")
    context = {
        "table": table,
        "may_propose": any(
            may_propose_project(slug, project_request.who, project_request.today).allowed
            for slug in project_request.who.list_organizations(project_request.today)
        ),
        "today": project_request.today,
    }
    return render(request, "projects/list.html", context)


@require_safe
def project_version_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show one version: its steps, awaited answers, and decisions with every reason."""
    project_request = shared_pages.load_project_request(request)
    row = shared_pages.get_version_or_404(project_request, reference, number)
    shown = versions.load_version_page(row, project_request.who, project_request.today)
    permissions = versions.list_project_permissions(
        shown.fact, project_request.who, project_request.today
    )
    context = {
        "row": row,
        "shown": shown,
        "fact": shown.fact,
        "place": versions.build_project_list_item(row, project_request.today),
        "steps": versions.list_workflow_steps(shown.fact),
        "flow_findings": find_flow_findings(shown.fact.flow) if shown.fact.flow else (),
        "turns": versions.list_answer_turns(shown.fact, project_request.who, project_request.today),
        "doors": permissions,
        "at_the_door": bool(
            shown.fact.flow
            and shown.fact.flow.authorization == row.step
            and not _find_authorization(row)
        ),
        "leave": _find_authorization(row),
        "before": versions.find_comparison_version(row),
        "taught": versions.list_lessons(row),
        "versions": row.project.versions.all(),
        "audience": shared_pages.FULL_REASON_AUDIENCE,
        "today": project_request.today,
    }
    return render(request, "projects/detail.html", context)


@require_safe
def request_document(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the request as a printable document: questions, elements, years, level, recipients."""
    project_request = shared_pages.load_project_request(request)
    row = shared_pages.get_version_or_404(project_request, reference, number)
    shown = versions.load_version_page(row, project_request.who, project_request.today)
    context = {"row": row, "shown": shown, "fact": shown.fact, "today": project_request.today}
    return render(request, "projects/request.html", context)


@require_safe
def version_differences_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show only what differs from the earlier version, or from the project it follows."""
    project_request = shared_pages.load_project_request(request)
    row = shared_pages.get_version_or_404(project_request, reference, number)
    earlier = versions.find_comparison_version(row)
    if earlier is None:
        raise Http404
    context = {
        "row": row,
        "earlier": earlier,
        "differences": versions.compare_versions(row, earlier),
    }
    return render(request, "projects/changes.html", context)


def _find_authorization(row: project.Version) -> project.Authorization | None:
    """Return the authorization of a version, or None."""
    return project.Authorization.objects.filter(version=row).first()


ALLOW_GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@ALLOW_GET_AND_POST
def record_lesson_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Record a finding, or a change that was requested."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    questions.may_record_pilot_lesson(
        facts.load_project_fact(version), project_request.who, project_request.today
    ).require()
    form = LessonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        pilots.record_lesson(
            project=version.project,
            kind=cleaned["kind"],
            text=cleaned["text"],
            **project_request.action_context,
        )
        messages.success(request, _("Lesson recorded."))
        return shared_pages.redirect_to_version(version)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Lessons from the pilot"),
        introduction=_("The project created from this pilot will show this lesson."),
        action=_("Save lesson"),
        back=shared_pages.build_version_url(version),
        row=version,
    )


@ALLOW_GET_AND_POST
def resolve_lesson_page(request: HttpRequest, reference: str, number: int, pk: int) -> HttpResponse:
    """Record how a lesson was resolved."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    questions.may_resolve_pilot_lesson(
        facts.load_project_fact(version), project_request.who, project_request.today
    ).require()
    row = get_object_or_404(project.Lesson, pk=pk, project=version.project)
    form = ResolveLessonForm(request.POST or None, initial={"how": row.settled_how})
    if request.method == "POST" and form.is_valid():
        pilots.resolve_lesson(
            lesson=row, how=form.cleaned_data["how"], **project_request.action_context
        )
        return shared_pages.redirect_to_version(version)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Resolution of the lesson"),
        introduction=row.text,
        action=_("Save"),
        back=shared_pages.build_version_url(version),
        row=version,
    )


@ALLOW_GET_AND_POST
def create_project_from_pilot_page(
    request: HttpRequest, reference: str, number: int
) -> HttpResponse:
    """Ask for confirmation, then create the real project from the pilot."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    lessons = version.project.lessons.count()
    questions.may_create_project_from_pilot(
        facts.load_project_fact(version), lessons, project_request.who, project_request.today
    ).require()
    if request.method == "POST":
        created = pilots.create_project_from_pilot(
            project=version.project, **project_request.action_context
        )
        messages.success(request, _("Project created. It needs its own reviews and approvals."))
        return shared_pages.redirect_to_version(created)
    context = {
        "row": version,
        "title": _("Create a project from this pilot?"),
        "text": str(version),
        "consequences": [
            _(
                "Cairn copies questions, data elements, descriptions and people. It does not "
                "copy decisions."
            ),
            _("The new project names no agreement yet. Choose the agreements for the actual data."),
            _(
                "Data owners, Tribal nations and the committee must approve the project. The "
                "pilot does not change."
            ),
        ],
        "action": _("Create the project from this pilot"),
        "back": shared_pages.build_version_url(version),
        "of": version.project.reference,
        "harmless": True,
    }
    return render(request, "projects/confirm.html", context)
