"""Pages of releases: a request, one query or one action, a page."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.accounts.models import User
from cairn.audit.models import Work
from cairn.partners.facts import actor
from cairn.releases import actions, facts, groups, page, queries, tasks
from cairn.releases.forms import (
    NewRelease,
    Reason,
    ReportForm,
    VerdictForm,
)
from cairn.releases.models import Release
from cairn.rules.access import may_open
from cairn.rules.business import left
from cairn.rules.release import (
    may_check,
    may_publish,
    may_report,
    may_review,
    may_view_release,
    may_withdraw,
)
from cairn.rules.telling import hearer
from cairn.rules.vocabulary import Action, ReleaseState, Verdict

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """The releases that this person may see: what waits for them first, then by state."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.VIEW_RELEASE, who, on=today).require()
    read = facts.Reading()
    seen = queries.visible(who, today, read)
    rows = [(row, queries.next_step(row, who, today, read)) for row in seen]
    context = {
        "waiting": [row for row in rows if row[1]],
        "others": [row for row in rows if not row[1]],
        "drafting": bool(queries.drafting_for(who, today)),
    }
    return render(request, "releases/list.html", context)


@_GET_POST
def new(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.DRAFT_RELEASE, who, on=today).require()
    organizations = queries.drafting_for(who, today)
    form = NewRelease(request.POST or None, organizations=organizations, on=today)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        release = actions.draft(
            title=said["title"],
            outcomes=form.counted(),
            statistic=said["statistic"],
            tables=form.dimensions(),
            years=said["years"],
            organization=said["organization"],
            story=said["story"],
            pilot=said["pilot"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("The draft is kept. Now let it be checked."))
        return redirect("releases:detail", release.pk)
    return render(request, "releases/new.html", {"form": form})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One release: where it stands, its tables, its certificate, and what may be done."""
    release, who, today = seen(request, pk)
    asked = queries.own_send_back(release, who, today)
    doors = queries.doors(release, who, today)
    context = {
        **page.shown(release),
        "audience": hearer(who, facts.release(release).owners, today),
        "doors": doors,
        "stopped": page.stopped(release, who, today),
        "explained": page.explained(release, doors),
        "may_merge": doors["redraft"].allowed and groups.told_apart(release.tables),
        "otherwise": page.otherwise(release, doors, today),
        "nothing": not asked
        and not queries.own_nations(release, who, today)
        and not any(decision.allowed for decision in doors.values()),
        "reviews": queries.reviews(release, who),
        "send_backs": [(s, left(today, s.due_on)) for s in queries.send_backs(release)],
        "own_send_back": asked,
        "called_wrong": queries.called_wrong(release, who, today),
        "next_step": queries.next_step(release, who, today),
        "work": Work.objects.filter(kind="check", subject=f"release:{pk}").first(),
        "may_report": page.waits_for_a_state(doors["publish"])
        and may_report(facts.release(release), today, who, today).allowed,
        "corrections": queries.corrections(release, who, today),
        "is_author": release.author_id == request.user.pk,
        "nations": queries.nations(release),
        "own_nation": bool(queries.own_nations(release, who, today)),
        "steps": page.steps(release),
    }
    return render(request, "releases/detail.html", context)


@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets the worker count, protect and attack."""
    release, who, today = seen(request, pk)
    may_check(facts.release(release), who, today).require()
    tasks.ask_to_check(release, cast("User", request.user))
    return redirect("releases:detail", pk)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hands it to the reviewers."""
    release, _who, _today = seen(request, pk)
    actions.submit(release=release, by=cast("User", request.user), at=timezone.now())
    messages.success(request, _("It is with the reviewers. Two of them must approve it."))
    return redirect("releases:detail", pk)


@_GET_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A reviewer reads and gives a verdict."""
    release, who, today = seen(request, pk)
    may_review(facts.release(release), who, today).require()
    form = VerdictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.review(
            release=release,
            verdict=Verdict(form.cleaned_data["verdict"]),
            comment=form.cleaned_data["comment"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("Thank you. Your verdict is kept."))
        return redirect("releases:detail", pk)
    return render(request, "releases/review.html", {**page.shown(release), "form": form})


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends the table to the owners of the data."""
    release, _who, _today = seen(request, pk)
    actions.send_back(release=release, by=cast("User", request.user), at=timezone.now())
    messages.success(request, _("The owners of the data have been asked."))
    return redirect("releases:detail", pk)


@_GET_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts on record that a state which asks for it was told of the release, and when."""
    release, who, today = seen(request, pk)
    may_report(facts.release(release), today, who, today).require()
    form = ReportForm(request.POST or None, initial={"day": release.reported_on or today})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        asked = may_report(facts.release(release), day, who, today)
        if asked.allowed:
            by = cast("User", request.user)
            actions.report(release=release, on=day, by=by, at=timezone.now())
            messages.success(request, _("The day is on record."))
            return redirect("releases:detail", pk)
        hears = hearer(who, facts.release(release).owners, today)
        for reason in asked.refusals:
            form.add_error("day", reason.told(hears))
    context = {
        "release": release,
        "title": _("Was “%(title)s” reported to the state?") % {"title": release.title},
        "text": _("Some states want to see a report on their data before the public does."),
        "consequences": [_("The figures may be published once the state has had its days.")],
        "action": _("Put it on record"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
        "harmless": True,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "releases/confirm.html", context, status=status)


@_GET_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more before the public may see it."""
    release, who, today = seen(request, pk)
    may_publish(facts.release(release), who, today).require()
    if request.method == "POST":
        actions.publish(release=release, by=cast("User", request.user), at=timezone.now())
        messages.success(request, _("It is published."))
        return redirect("releases:detail", pk)
    context = {
        "title": _("Publish “%(title)s”?") % {"title": release.title},
        "release": release,
        "text": _("It is a pilot: only people who sign in read it, and every page says so.")
        if release.pilot
        else _("Everyone will be able to read it, without signing in."),
        "consequences": [
            _("Its way is complete then; no figure about children goes out.")
            if release.pilot
            else _(
                "What was once published may be copied; a withdrawal does not call copies back."
            ),
        ],
        "action": _("Publish"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
    }
    return render(request, "releases/confirm.html", context)


@_GET_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes it back, with the reason that its public page will give."""
    release, who, today = seen(request, pk)
    may_withdraw(facts.release(release), who, today).require()
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.withdraw(
            release=release,
            reason=form.cleaned_data["reason"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("It is withdrawn."))
        return redirect("releases:detail", pk)
    was_public = release.state == ReleaseState.PUBLISHED.value
    context = {
        "release": release,
        "title": _("Withdraw “%(title)s”?") % {"title": release.title},
        "text": _("Its public page will say that it was withdrawn, when, and the reason you give.")
        if was_public
        else _("It was never published; it will go no further."),
        "consequences": [_("A withdrawn release cannot be brought back; draft a new one.")],
        "action": _("Withdraw"),
        "back": reverse("releases:detail", args=[pk]),
        "of": release.title,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "releases/confirm.html", context, status=status)


def seen(request: HttpRequest, pk: int) -> tuple[Release, Any, Any]:
    """The release, if this person may see it; the rules are asked before it is looked for."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.VIEW_RELEASE, who, on=today).require()
    rows = Release.objects.select_related("organization", "author")
    release = get_object_or_404(rows, pk=pk)
    may_view_release(facts.release(release), who, today).require()
    return release, who, today
