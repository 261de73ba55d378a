"""Pages of the shell: home, the progress of long work, the language, a sign of life."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cairn.accounts.models import User
from cairn.audit.models import Work
from cairn.partners.facts import actor
from cairn.rules.access import may_open, may_see_children, second_factor_due
from cairn.rules.telling import hearer
from cairn.rules.vocabulary import Action
from cairn.web.language import speak_english
from cairn.web.waiting import everything_waiting


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for whoever asks; for the public, what this place is and the published figures."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.VIEW_HOME, who, on=today).require()
    if not isinstance(request.user, User):
        return render(request, "web/welcome.html")
    speak_english(request)
    context = {
        "affiliations": request.user.affiliations.live(today).select_related("organization"),
        "second_factor": may_see_children(who, today) if second_factor_due(who, today) else None,
        "audience": hearer(who, frozenset(), today),
        "waiting": everything_waiting(who, today),
    }
    return render(request, "web/home.html", context)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress part of one piece of work, asked for each second while it runs."""
    who = actor(request.user, request=request)
    may_open(Action.VIEW_WORK, who, on=timezone.localdate()).require()
    work = get_object_or_404(Work, pk=pk)
    response = render(request, "web/parts/progress.html", {"work": work})
    if not work.is_running:
        # The page around it has news: its states and buttons are other ones now.
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Says that the server answers; touches no data."""
    return HttpResponse("ok", content_type="text/plain")
