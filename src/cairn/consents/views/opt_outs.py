"""Pages about what families decline."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cairn.accounts.models import User
from cairn.consents.actions import opting_out as actions
from cairn.consents.declining import Ended
from cairn.consents.forms.opt_outs import ChangedMindForm, ChildrenForm, OptOutForm
from cairn.consents.queries import opt_outs as queries
from cairn.partners.facts import actor
from cairn.rules.vocabulary import OptOutScope


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """How many children are left out, and what was recorded when."""
    who, today = actor(request.user, request=request), timezone.localdate()
    context = {
        "tallies": queries.tallies(who, today),
        "recordings": queries.recordings(who, today),
        "today": today,
    }
    return render(request, "opt_outs/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """The form that leaves children out."""
    who, now = actor(request.user, request=request), timezone.localtime()
    organizations = queries.recordable(who, now.date())
    form = OptOutForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        recorded = actions.record(
            organization=given["organization"],
            local_ids=list(given["local_ids"]),
            scope=OptOutScope(given["scope"]),
            season=given["season"],
            said=form.signed(),
            by=_user(request),
            at=now,
            who=who,
        )
        messages.success(request, _newly_left_out(recorded))
        return redirect("opt_outs:list")
    return render(request, "opt_outs/record.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """The form for families who changed their mind."""
    who, now = actor(request.user, request=request), timezone.localtime()
    organizations = queries.recordable(who, now.date())
    form = ChangedMindForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = actions.withdraw(
            organization=given["organization"],
            said=form.signed(),
            scope=OptOutScope(given["scope"]),
            by=_user(request),
            at=now,
            who=who,
        )
        messages.success(request, _ended(done))
        return redirect("opt_outs:list")
    return render(request, "opt_outs/withdraw.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, and then takes one sitting back."""
    who, now = actor(request.user, request=request), timezone.localtime()
    organizations = queries.recordable(who, now.date())
    recording = get_object_or_404(
        queries.recordings(who, now.date()).filter(
            organization__in=organizations, recorded_by__isnull=False
        ),
        pk=pk,
    )
    if request.method == "POST":
        changed = actions.undo(recording=recording, by=_user(request), at=now, who=who)
        messages.success(request, _take_part_again(changed))
        return redirect("opt_outs:list")
    context = {
        "recording": recording,
        "consequences": [
            _("Children whom only this recording left out take part again from now on."),
            _("What was recorded before it, or for another scope, stays."),
            _("The audit log keeps that it was recorded and undone."),
        ],
        "back": reverse("opt_outs:list"),
    }
    return render(request, "opt_outs/undo.html", context)


def _user(request: HttpRequest) -> User:
    """The signed-in person; a view calls it after the rules have refused everyone else."""
    return cast("User", request.user)


def _status(form: ChildrenForm) -> int:
    return 422 if form.errors else 200


def _newly_left_out(recorded: actions.Recorded) -> str:
    new = ngettext(
        "%(n)d child is now left out.", "%(n)d children are now left out.", recorded.new
    ) % {"n": recorded.new}
    if not recorded.already:
        return new
    already = ngettext(
        "%(n)d was left out already.", "%(n)d were left out already.", recorded.already
    ) % {"n": recorded.already}
    return f"{new} {already}"


def _take_part_again(changed: int) -> str:
    return ngettext("%(n)d child takes part again.", "%(n)d children take part again.", changed) % {
        "n": changed
    }


def _ended(done: Ended) -> str:
    told = ngettext("%(n)d opt-out has ended.", "%(n)d opt-outs have ended.", done.ended) % {
        "n": done.ended
    }
    if not done.disputed:
        return told
    waits = ngettext(
        "%(n)d was made by someone else, or nobody knows by whom: it stands until you decide, "
        "under Disagreements.",
        "%(n)d were made by someone else, or nobody knows by whom: they stand until you decide, "
        "under Disagreements.",
        done.disputed,
    )
    return f"{told} {waits % {'n': done.disputed}}"
