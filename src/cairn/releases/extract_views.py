"""Pages of extracts: a request, one query or one action, a page."""

from dataclasses import replace
from datetime import date
from secrets import compare_digest
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.accounts.models import User
from cairn.audit.models import Work
from cairn.partners.facts import actor
from cairn.projects import facts as projects
from cairn.projects.models import Project
from cairn.releases import tasks
from cairn.releases.extracts import actions, copying, facts, page, queries, reading
from cairn.releases.extracts.forms import AskForExtract, ExtractVerdict, Fetch
from cairn.releases.forms import Reason
from cairn.releases.models import Extract
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.extract import (
    may_fetch_extract,
    may_review_extract,
    may_view_extract,
    may_withdraw_extract,
)
from cairn.rules.extract_fact import called_back, last_day
from cairn.rules.telling import hearer
from cairn.rules.vocabulary import Action, Verdict

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def extracts(request: HttpRequest) -> HttpResponse:
    """The extracts that this person may see, and the projects for which they may ask for one."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.VIEW_EXTRACT, who, on=today).require()
    rows = [(row, queries.next_step(row, who, today)) for row in queries.visible(who, today)]
    asking = may_open(Action.REQUEST_EXTRACT, who, on=today).allowed
    projects_of = queries.askable(who) if asking else []
    context = {
        "waiting": [row for row in rows if row[1]],
        "others": [row for row in rows if not row[1]],
        "projects": [(row, projects.standing(row).title) for row in projects_of],
    }
    return render(request, "releases/extracts/list.html", context)


@_GET_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks for an extract of an approved project."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.REQUEST_EXTRACT, who, on=today).require()
    project = get_object_or_404(Project, reference=reference)
    leave = projects.version(projects.standing(project)).authorization
    if leave is None:
        raise Http404
    form = AskForExtract(
        request.POST or None,
        elements=page.elements(leave.elements),
        staff=[int(one) for one in leave.staff],
        organizations=sorted(leave.organizations),
    )
    if request.method == "POST" and form.is_valid():
        by = cast("User", request.user)
        row = actions.request(project=project, by=by, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("It is asked for. The partnership prepares it next."))
        return redirect("releases:extract", row.pk)
    context = {"form": form, "project": project, "leave": leave}
    status = 422 if form.errors else 200
    return render(request, "releases/extracts/ask.html", context, status=status)


@require_safe
def extract(request: HttpRequest, pk: int) -> HttpResponse:
    """One extract: where it stands, what was done, and what may be done."""
    row, who, today = seen(request, pk)
    doors = queries.doors(row, who, today)
    context = {
        **page.shown(row, who, today),
        "doors": doors,
        "audience": hearer(who, facts.extract(row).owners, today),
        "explained": page.explained(row, doors, who),
        "called_back": called_back(facts.extract(row), who),
        "may_prepare": queries.may_prepare(row, who, today),
        "reads": bool(row.texts) and may_open(Action.READ_TEXT, who, on=today).allowed,
        "to_read": reading.to_read(row, who, today),
        "reviews": queries.reviews(row, who),
        "work": Work.objects.filter(kind="prepare", subject=f"extract:{pk}").first(),
    }
    return render(request, "releases/extracts/detail.html", context)


@require_POST
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets the worker assemble it."""
    row, who, today = seen(request, pk)
    may_open(Action.PREPARE_EXTRACT, who, on=today).require()
    tasks.ask_to_prepare(row, cast("User", request.user))
    return redirect("releases:extract", pk)


@_GET_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """A reviewer reads what was done and what risk is left, and gives a verdict."""
    row, who, today = seen(request, pk)
    may_review_extract(facts.extract(row), who, today).require()
    form = ExtractVerdict(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verdict, comment = Verdict(form.cleaned_data["verdict"]), form.cleaned_data["comment"]
        by = cast("User", request.user)
        actions.review(extract=row, verdict=verdict, comment=comment, by=by, at=timezone.now())
        messages.success(request, _("Your verdict is kept."))
        return redirect("releases:extract", pk)
    context = {**page.shown(row, who, today), "form": form, "for_reviewers": True}
    status = 422 if form.errors else 200
    return render(request, "releases/extracts/review.html", context, status=status)


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives its recipient a link."""
    row, _who, _today = seen(request, pk)
    actions.issue(extract=row, by=cast("User", request.user), at=timezone.now())
    messages.success(request, _("Its recipient finds the link on this page after signing in."))
    return redirect("releases:extract", pk)


@_GET_POST
def fetch(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The link: the terms first, then the one file."""
    row, who, today = seen(request, pk)
    fact = replace(facts.with_people(row, today), accepted=True)
    may_fetch_extract(fact, who, today).require()
    if not compare_digest(key, row.key):
        raise Http404
    form = Fetch(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        by, at = cast("User", request.user), timezone.now()
        content = actions.fetch(
            extract=row, form=said["form"], accepted=said["accepted"], by=by, at=at
        )
        answer = HttpResponse(content, content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{facts.file_name(row)}"'
        answer["Cache-Control"] = "no-store"
        return answer
    leave = fact.project.authorization
    by_day = last_day(fact.agreements, leave.ends if leave else None, today) or today
    context = {
        "row": row,
        "form": form,
        "terms": copying.terms(row, fact.agreements, copying.holder(row, today, by_day)),
    }
    status = 422 if form.errors else 200
    return render(request, "releases/extracts/fetch.html", context, status=status)


@_GET_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes it back, with the reason that its recipient reads."""
    row, who, today = seen(request, pk)
    may_withdraw_extract(facts.extract(row), who, today).require()
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, by = form.cleaned_data["reason"], cast("User", request.user)
        actions.withdraw(extract=row, reason=reason, by=by, at=timezone.now())
        messages.success(request, _("It is withdrawn."))
        return redirect("releases:extract", pk)
    fetched = row.fetched_at is not None
    context: dict[str, Any] = {
        "title": _("Withdraw “%(title)s”?") % {"title": row.title},
        "text": _("A copy was fetched; its recipient must destroy it by the day agreed.")
        if fetched
        else _("Nobody has fetched it, and nobody can any more."),
        "consequences": [_("It cannot be brought back; ask for another one.")],
        "action": _("Withdraw"),
        "back": reverse("releases:extract", args=[pk]),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "releases/confirm.html", context, status=status)


def seen(request: HttpRequest, pk: int) -> tuple[Extract, Actor, date]:
    """The extract, if this person may see it; the rules are asked before it is looked for."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.VIEW_EXTRACT, who, on=today).require()
    rows = Extract.objects.select_related("project", "organization", "recipient", "requester")
    row = get_object_or_404(rows, pk=pk)
    may_view_extract(facts.extract(row), who, today).require()
    return row, who, today
