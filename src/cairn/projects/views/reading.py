"""Pages that show: the list, one version, its request document, what differs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn.projects import models
from cairn.projects.queries import opened as reads
from cairn.projects.queries import way
from cairn.projects.views.session import WHOLE, session, version_of
from cairn.rules.proposal import may_propose


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """Every project: where it stands and for whom it waits."""
    asked = session(request)
    context = {
        "projects": way.projects(asked.who, asked.today),
        "may_propose": any(
            may_propose(slug, asked.who, asked.today).allowed
            for slug in asked.who.organizations(asked.today)
        ),
        "today": asked.today,
    }
    return render(request, "projects/list.html", context)


@require_safe
def detail(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One version: its steps, for whom it waits, what was decided with every reason."""
    asked = session(request)
    row = version_of(asked, reference, number)
    shown = reads.opened(row, asked.who, asked.today)
    doors = way.doors(shown.fact, asked.who, asked.today)
    context = {
        "row": row,
        "shown": shown,
        "fact": shown.fact,
        "place": way.listed(row, asked.today),
        "steps": way.steps(shown.fact),
        "turns": way.turns(shown.fact, asked.who, asked.today),
        "doors": doors,
        "at_the_door": bool(
            shown.fact.flow and shown.fact.flow.authorization == row.step and not _leave(row)
        ),
        "leave": _leave(row),
        "before": reads.before(row),
        "taught": reads.taught(row),
        "versions": row.project.versions.all(),
        "audience": WHOLE,
        "today": asked.today,
    }
    return render(request, "projects/detail.html", context)


@require_safe
def request_document(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The request as a document to print: questions, elements, years, level, recipients."""
    asked = session(request)
    row = version_of(asked, reference, number)
    shown = reads.opened(row, asked.who, asked.today)
    context = {"row": row, "shown": shown, "fact": shown.fact, "today": asked.today}
    return render(request, "projects/request.html", context)


@require_safe
def changes(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Only what differs from the version before, or from the project that it follows."""
    asked = session(request)
    row = version_of(asked, reference, number)
    earlier = reads.before(row)
    if earlier is None:
        raise Http404
    context = {"row": row, "earlier": earlier, "differences": reads.differences(row, earlier)}
    return render(request, "projects/changes.html", context)


def _leave(row: models.Version) -> models.Authorization | None:
    """The leave of a version, if it was given."""
    return models.Authorization.objects.filter(version=row).first()
