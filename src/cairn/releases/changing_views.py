"""Pages on which an author changes a release: its words, what it counts, what is published."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.accounts.models import User
from cairn.releases import actions, facts
from cairn.releases.forms import Correction, Counted, Words
from cairn.releases.models import STATISTICS
from cairn.releases.views import seen
from cairn.rules.framing import asked
from cairn.rules.release import may_correct, may_redraft, may_reword
from cairn.rules.vocabulary import Audience

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@_GET_POST
def reword(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes the words beside the figures, and answers what policy asks of them."""
    release, who, today = seen(request, pk)
    fact = facts.release(release)
    may_reword(fact, who, today).require()
    # These facts are the author's own words.
    told = {reason.code: reason.told(Audience.STEWARD) for reason in asked(fact.telling)}
    form = Words(
        request.POST or None,
        questions=told,
        answers=release.framing,
        initial={"title": release.title, "story": release.story},
    )
    if request.method == "POST" and form.is_valid():
        actions.reword(
            release=release,
            title=form.cleaned_data["title"],
            story=form.cleaned_data["story"],
            framing=form.answers(),
            by=cast("User", request.user),
            at=timezone.now(),
        )
        if set(form.codes) >= {one.code for one in asked(facts.release(release).telling)}:
            messages.success(request, _("The words are kept."))
            return redirect("releases:detail", pk)
        messages.info(request, _("The words are kept, and there is a question about them."))
        return redirect("releases:reword", pk)
    status = 422 if form.errors else 200
    return render(request, "releases/words.html", {"form": form, "release": release}, status=status)


@_GET_POST
def redraft(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes what is counted; the release is then a draft again."""
    release, who, today = seen(request, pk)
    may_redraft(facts.release(release), who, today).require()
    form = Counted(
        request.POST or None,
        on=today,
        initial={
            "outcomes": release.outcomes,
            "measures": release.outcomes,
            "statistic": release.statistic or STATISTICS[0][0],
            "tables": [",".join(table) for table in release.tables],
            "years": release.years,
        },
    )
    if request.method == "POST" and form.is_valid():
        actions.redraft(
            release=release,
            outcomes=form.counted(),
            statistic=form.cleaned_data["statistic"],
            tables=form.dimensions(),
            years=form.cleaned_data["years"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("It is a draft again. Now let it be checked."))
        return redirect("releases:detail", pk)
    status = 422 if form.errors else 200
    context = {"form": form, "release": release}
    return render(request, "releases/redraft.html", context, status=status)


@_GET_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begins a correction of what the public reads now."""
    release, who, today = seen(request, pk)
    may_correct(facts.release(release), who, today).require()
    form = Correction(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.correct(
            release=release,
            what_changed=form.cleaned_data["what_changed"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("The correction is a draft. Now let it be checked."))
        return redirect("releases:detail", made.pk)
    context = {
        "title": _("Correct “%(title)s”?") % {"title": release.title},
        "text": _("A new draft of the same tables is begun, counted from the data of today."),
        "consequences": [
            _("What is published stays up until the correction has gone the same way."),
            _("Readers will then see when it was corrected, and what you write here."),
        ],
        "action": _("Begin the correction"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
        "harmless": True,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "releases/confirm.html", context, status=status)
