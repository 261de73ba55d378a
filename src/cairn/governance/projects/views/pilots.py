"""Show the pages of a pilot: lessons, their resolution, and the real project made from it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.governance.projects import facts
from cairn.governance.projects.actions import pilots
from cairn.governance.projects.forms.proposals import LessonForm, ResolveLessonForm
from cairn.governance.projects.models.lesson import Lesson
from cairn.governance.projects.views.project_request import (
    build_version_url,
    get_version_or_404,
    load_project_request,
    redirect_to_version,
    render_form_page,
)
from cairn.policy import questions

_ALLOW_GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@_ALLOW_GET_AND_POST
def record_lesson_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Record a finding, or a change that was requested."""
    project_request = load_project_request(request)
    version = get_version_or_404(project_request, reference, number)
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
        messages.success(request, _("It is kept with the pilot."))
        return redirect_to_version(version)
    return render_form_page(
        request,
        form,
        title=_("What the pilot taught"),
        introduction=_("The real project that is made from this pilot shows it."),
        action=_("Keep it"),
        back=build_version_url(version),
        row=version,
    )


@_ALLOW_GET_AND_POST
def resolve_lesson_page(request: HttpRequest, reference: str, number: int, pk: int) -> HttpResponse:
    """Record how a lesson was resolved."""
    project_request = load_project_request(request)
    version = get_version_or_404(project_request, reference, number)
    questions.may_resolve_pilot_lesson(
        facts.load_project_fact(version), project_request.who, project_request.today
    ).require()
    row = get_object_or_404(Lesson, pk=pk, project=version.project)
    form = ResolveLessonForm(request.POST or None, initial={"how": row.settled_how})
    if request.method == "POST" and form.is_valid():
        pilots.resolve_lesson(
            lesson=row, how=form.cleaned_data["how"], **project_request.action_context
        )
        return redirect_to_version(version)
    return render_form_page(
        request,
        form,
        title=_("What became of it?"),
        introduction=row.text,
        action=_("Save"),
        back=build_version_url(version),
        row=version,
    )


@_ALLOW_GET_AND_POST
def create_project_from_pilot_page(
    request: HttpRequest, reference: str, number: int
) -> HttpResponse:
    """Ask for confirmation, then create the real project from the pilot."""
    project_request = load_project_request(request)
    version = get_version_or_404(project_request, reference, number)
    lessons = version.project.lessons.count()
    questions.may_create_project_from_pilot(
        facts.load_project_fact(version), lessons, project_request.who, project_request.today
    ).require()
    if request.method == "POST":
        created = pilots.create_project_from_pilot(
            project=version.project, **project_request.action_context
        )
        messages.success(request, _("This is the real project. Everything in it is approved anew."))
        return redirect_to_version(created)
    context = {
        "row": version,
        "title": _("Make the real project from this pilot?"),
        "text": str(version),
        "consequences": [
            _("Questions, elements, answers and people are copied; nothing that was decided is."),
            _("It rests on no agreement yet: choose those about real children."),
            _("Owners, nations and committee approve it anew. The pilot stays as it is."),
        ],
        "action": _("Make the real project"),
        "back": build_version_url(version),
        "of": version.project.reference,
        "harmless": True,
    }
    return render(request, "projects/confirm.html", context)
