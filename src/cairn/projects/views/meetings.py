"""Pages of a meeting: agenda, minutes, and one matter with its vote."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cairn.projects import labels
from cairn.projects.actions import meeting as actions
from cairn.projects.forms.deciding import AgendaForm, AsideForm, CloseForm, MinutesForm, VoteForm
from cairn.projects.models import AgendaItem, Meeting, Version
from cairn.projects.queries import bodies as reads
from cairn.projects.queries import opened
from cairn.projects.views.session import WHOLE, Session, form_page, session
from cairn.rules.vocabulary import Ballot
from cairn.rules.voting import may_change_body

BOTH = require_http_methods(["GET", "HEAD", "POST"])


def _meeting(asked: Session, pk: int) -> Meeting:
    try:
        return reads.meeting(pk, asked.who, asked.today)
    except Meeting.DoesNotExist as error:
        raise Http404 from error


def _ready(row: Meeting, asked: Session) -> list[tuple[str, str]]:
    on_it = set(row.agenda.values_list("version_id", "round"))
    waiting = reads.ready(row.body, asked.today)
    return [(str(v.pk), str(v)) for v in waiting if (v.pk, v.round) not in on_it]


@BOTH
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting's agenda and minutes; the data manager puts what is ready on it."""
    asked = session(request)
    row = _meeting(asked, pk)
    ready = _ready(row, asked)
    form = AgendaForm(request.POST or None, ready=ready)
    if request.method == "POST" and form.is_valid():
        actions.put_on_agenda(
            meeting=row,
            version=get_object_or_404(Version, pk=int(form.cleaned_data["version"])),
            **asked.speaking,
        )
        return redirect("projects:meeting", pk)
    items = row.agenda.select_related("version__project__lead", "meeting__body")
    context = {
        "meeting": row,
        "matters": [reads.seen(item, asked.who, asked.today) for item in items],
        "form": form if ready else None,
        "may_change": may_change_body(asked.who, asked.today).allowed,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/meeting.html", context, status=status)


@BOTH
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes the minutes."""
    asked = session(request)
    may_change_body(asked.who, asked.today).require()
    row = _meeting(asked, pk)
    form = MinutesForm(request.POST or None, initial={"text": row.minutes})
    if request.method == "POST" and form.is_valid():
        actions.write_minutes(
            meeting=row,
            text=form.cleaned_data["text"],
            **asked.speaking,
        )
        return redirect("projects:meeting", pk)
    return form_page(
        request,
        form,
        title=_("Minutes"),
        lede=str(row),
        action=_("Save"),
        back=reverse("projects:meeting", args=[pk]),
    )


def _matter(asked: Session, pk: int) -> reads.Matter:
    try:
        return reads.matter(pk, asked.who, asked.today)
    except AgendaItem.DoesNotExist as error:
        raise Http404 from error


@BOTH
def matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter: the request, the vote, who stepped aside, and closing the vote."""
    asked = session(request)
    found = _matter(asked, pk)
    form = VoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.vote(
            item=found.item,
            ballot=Ballot(form.cleaned_data["ballot"]),
            why=form.cleaned_data["why"],
            **asked.speaking,
        )
        messages.success(request, _("Your vote is cast. You can change it while it is open."))
        return redirect("projects:matter", pk)
    version = found.item.version
    context = {
        "matter": found,
        "row": version,
        "form": form,
        "aside_form": AsideForm(),
        "close_form": CloseForm(),
        "shown": opened.opened(version, asked.who, asked.today),
        "may_change": may_change_body(asked.who, asked.today).allowed,
        "audience": WHOLE,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/matter.html", context, status=status)


@require_POST
def step_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """A member steps aside on a matter."""
    asked = session(request)
    found = _matter(asked, pk)
    actions.step_aside(
        item=found.item,
        why=request.POST.get("why", ""),
        **asked.speaking,
    )
    messages.success(request, _("You stepped aside; you do not count against the quorum."))
    return redirect("projects:matter", pk)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes the vote: the votes decide."""
    asked = session(request)
    found = _matter(asked, pk)
    form = CloseForm(request.POST)
    result = actions.close_vote(
        item=found.item,
        conditions=form.lines() if form.is_valid() else [],
        **asked.speaking,
    )
    said = labels.RESULTS[result]
    messages.success(request, _("The vote is closed: %(result)s.") % {"result": said})
    return redirect("projects:matter", pk)
