"""The page on which a tribal nation says whether figures may count its children."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.accounts.models import User
from cairn.partners.facts import actor
from cairn.releases import actions, labels, page, queries
from cairn.releases.forms import NationForm
from cairn.releases.views import seen
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action, NationAnswer
from cairn.warehouse.outcomes import catalogue


@require_http_methods(["GET", "HEAD", "POST"])
def nation(request: HttpRequest, pk: int) -> HttpResponse:
    """What the figures count, and the nation's own word."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.APPROVE_AS_NATION, who, on=today).require()
    release, who, today = seen(request, pk)
    mine = queries.own_nations(release, who, today)
    if not mine:
        queries.refusal_of_nations(release, who, today).require()
    form = NationForm(request.POST or None, nations=mine)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        actions.say_as_nation(
            release=release,
            nation=said["nation"],
            answer=NationAnswer(said["answer"]),
            condition=said["condition"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("It is on record, with your name, and counts from now on."))
        return redirect("releases:detail", pk)
    context = {
        **page.shown(release),
        "form": form,
        "nations": [one for one in queries.nations(release) if one.organization in mine],
        "counts": [labels.spoken(catalogue()[name].title) for name in release.outcomes],
    }
    status = 422 if form.errors else 200
    return render(request, "releases/nation.html", context, status=status)
