"""Answer requests for the pages on which a user renews a release or ends its renewal."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.outputs.releases import facts
from cairn.outputs.releases.actions import renewals as actions
from cairn.outputs.releases.forms import RenewalForm
from cairn.outputs.releases.views.releases import get_visible_release
from cairn.platform.accounts.api import User
from cairn.policy.questions import may_end_renewal, may_renew_release
from cairn.policy.vocabulary import RenewalCadence


@require_http_methods(["GET", "HEAD", "POST"])
def release_renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a release renew itself, or change how often."""
    release, current_actor, today = get_visible_release(request, pk)
    may_renew_release(facts.load_release_fact(release), current_actor, today).require()
    cadence = release.renewal.cadence if release.renewal else RenewalCadence.TERM.value
    form = RenewalForm(request.POST or None, initial={"cadence": cadence})
    if request.method == "POST" and form.is_valid():
        actions.set_release_renewal(
            release=release,
            cadence=form.cleaned_data["cadence"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("Renewal saved."))
        return redirect("releases:detail", pk)
    context = {
        "title": _("Renew “%(title)s”") % {"title": release.title},
        "text": _(
            "When a term or school year has ended and newer data were matched, Cairn drafts the "
            "next release and checks it."
        ),
        "consequences": [
            _("The draft has the same tables, readers and protection. You are its author."),
            _("Nothing is published without its reviews and data-owner previews."),
            _("The story is left empty, because it is about other figures. A person writes it."),
            _("You can end the renewal at any time."),
        ],
        "action": _("Save renewal"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
        "harmless": True,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "releases/confirm.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def release_renewal_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then end the renewal of a release."""
    release, current_actor, today = get_visible_release(request, pk)
    may_end_renewal(facts.load_release_fact(release), current_actor, today).require()
    if request.method == "POST":
        by = cast("User", request.user)
        actions.end_release_renewal(release=release, by=by, at=timezone.now())
        messages.success(request, _("Renewal ended."))
        return redirect("releases:detail", pk)
    context = {
        "title": _("End the renewal of “%(title)s”?") % {"title": release.title},
        "text": _("Cairn drafts no more releases of this series."),
        "consequences": [
            _("Published releases and drafts stay as they are."),
            _("You can renew the release again later."),
        ],
        "action": _("End renewal"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
    }
    return render(request, "releases/confirm.html", context)
