"""Pages of a pilot: what was learned, what became of it, and the real project made from it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.projects import facts
from cairn.projects.actions import piloting
from cairn.projects.forms.asking import LessonForm, SettleForm
from cairn.projects.models import Lesson
from cairn.projects.views.session import back, form_page, session, to_version, version_of
from cairn.rules.pilot import may_keep_lesson, may_make_real, may_settle_lesson

_BOTH = require_http_methods(["GET", "HEAD", "POST"])


@_BOTH
def lesson(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Writes down a finding, or a change that somebody asks for."""
    asked = session(request)
    version = version_of(asked, reference, number)
    may_keep_lesson(facts.version(version), asked.who, asked.today).require()
    form = LessonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        piloting.keep_lesson(
            project=version.project, kind=given["kind"], text=given["text"], **asked.speaking
        )
        messages.success(request, _("It is kept with the pilot."))
        return to_version(version)
    return form_page(
        request,
        form,
        title=_("What the pilot taught"),
        lede=_("The real project that is made from this pilot shows it."),
        action=_("Keep it"),
        back=back(version),
        row=version,
    )


@_BOTH
def settle(request: HttpRequest, reference: str, number: int, pk: int) -> HttpResponse:
    """Says what became of something that was learned."""
    asked = session(request)
    version = version_of(asked, reference, number)
    may_settle_lesson(facts.version(version), asked.who, asked.today).require()
    row = get_object_or_404(Lesson, pk=pk, project=version.project)
    form = SettleForm(request.POST or None, initial={"how": row.settled_how})
    if request.method == "POST" and form.is_valid():
        piloting.settle_lesson(lesson=row, how=form.cleaned_data["how"], **asked.speaking)
        return to_version(version)
    return form_page(
        request,
        form,
        title=_("What became of it?"),
        lede=row.text,
        action=_("Save"),
        back=back(version),
        row=version,
    )


@_BOTH
def make_real(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Asks, and then makes the real project from the pilot."""
    asked = session(request)
    version = version_of(asked, reference, number)
    lessons = version.project.lessons.count()
    may_make_real(facts.version(version), lessons, asked.who, asked.today).require()
    if request.method == "POST":
        made = piloting.make_real(project=version.project, **asked.speaking)
        messages.success(request, _("This is the real project. Everything in it is approved anew."))
        return to_version(made)
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
        "back": back(version),
        "of": version.project.reference,
        "harmless": True,
    }
    return render(request, "projects/confirm.html", context)
