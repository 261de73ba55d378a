"""Pages of an owner of data: its own figures, what would be published, and its answer."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cairn.accounts.models import User
from cairn.partners.facts import actor
from cairn.releases import actions, facts, page, queries, tables
from cairn.releases.figures import Count, Figures, named
from cairn.releases.forms import AnswerForm, WrongFigureForm
from cairn.releases.models import SendBack, WrongFigure
from cairn.rules.access import may_open
from cairn.rules.business import left
from cairn.rules.release import may_answer, may_view_own_figures
from cairn.rules.telling import hearer
from cairn.rules.vocabulary import Action, Answer

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@_GET_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One task for a data owner's steward: its own numbers, then the table, then the answer."""
    sent = _asked(request, pk)
    named = queries.wrong_figures(sent)
    form = AnswerForm(request.POST or None, named=len(named))
    if request.method == "POST" and form.is_valid():
        given = Answer(form.cleaned_data["answer"])
        if given is Answer.DECLINE:
            request.session[_comment_key(pk)] = form.cleaned_data["comment"]
            return redirect("releases:decline", pk)
        return _answered(request, sent, given, form.cleaned_data["comment"])
    days = left(timezone.localdate(), sent.due_on)
    context = {
        **page.shown(sent.release),
        **_own(request, sent),
        "sent": sent,
        "form": form,
        "left": days,
        "named": named,
        "naming": reverse("releases:wrong_figure", args=[pk]),
    }
    status = 422 if form.errors else 200
    return render(request, "releases/answer.html", context, status=status)


@_GET_POST
def wrong(request: HttpRequest, pk: int) -> HttpResponse:
    """Names one figure that is wrong, and what it should be; the answer then goes with it."""
    sent = _asked(request, pk)
    chosen = request.GET.get("figure", "")
    mine, out = _own(request, sent)["own_figures"], queries.figures(sent.release)
    figures, initial = _nameable(mine, out), {"figure": chosen}
    form = WrongFigureForm(
        request.POST or None, figures=figures, without=_without([*mine, *out]), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        scope, _space, named = form.cleaned_data["figure"].partition(" ")
        actions.name_figure(
            send_back=sent,
            figure=[scope, *json.loads(named)],
            reached=form.cleaned_data.get("reached"),
            amount=_amount(form.cleaned_data.get("amount")),
            children=form.cleaned_data["children"],
            why=form.cleaned_data["why"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("The figure is kept. It goes with your answer."))
        return redirect(f"{reverse('releases:send_back', args=[pk])}#answer")
    context = {
        "release": sent.release,
        "sent": sent,
        "form": form,
        "chosen": dict(choice for group in figures.values() for choice in group).get(chosen),
        "count": _count(chosen, {queries.OWN: mine, queries.PUBLISHED: out}),
    }
    status = 422 if form.errors else 200
    return render(request, "releases/wrong_figure.html", context, status=status)


@require_POST
def take_back(request: HttpRequest, pk: int, figure: int) -> HttpResponse:
    """The figure is right after all."""
    sent = _asked(request, pk)
    named = get_object_or_404(WrongFigure, pk=figure, send_back=sent)
    actions.take_back_figure(named=named, by=cast("User", request.user), at=timezone.now())
    messages.success(request, _("It is no longer called wrong."))
    return redirect(f"{reverse('releases:send_back', args=[pk])}#answer")


def _comment_key(pk: int) -> str:
    """Where a comment waits while its owner is asked once more; each send-back has its own."""
    return f"decline_comment_{pk}"


@_GET_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more before a decline, which stops the release."""
    sent = _asked(request, pk)
    if request.method == "POST":
        comment = request.session.pop(_comment_key(pk), "")
        return _answered(request, sent, Answer.DECLINE, comment)
    context = {
        "release": sent.release,
        "title": _("Decline to have your data in “%(title)s”?") % {"title": sent.release.title},
        "text": _("You may always decline, and you need give no reason."),
        "consequences": [
            _("The release goes back to its author and is not published."),
            _("Your answer is recorded and cannot be changed in this round."),
        ],
        "action": _("Decline"),
        "back": reverse("releases:send_back", args=[pk]),
    }
    return render(request, "releases/confirm.html", context)


def _asked(request: HttpRequest, pk: int) -> SendBack:
    """A send-back that waits for this person's answer."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.ANSWER_SEND_BACK, who, on=today).require()
    rows = SendBack.objects.select_related("release__organization", "organization")
    sent = get_object_or_404(rows, pk=pk)
    may_answer(facts.release(sent.release), sent.organization.slug, who, today).require()
    return sent


def _answered(request: HttpRequest, sent: SendBack, given: Answer, comment: str) -> HttpResponse:
    by = cast("User", request.user)
    actions.answer(send_back=sent, answer=given, comment=comment, by=by, at=timezone.now())
    messages.success(request, _("Thank you. Your answer is recorded."))
    return redirect("releases:list")


def _own(request: HttpRequest, sent: SendBack) -> dict[str, Any]:
    """The owner's own figures, or why this person may not read them."""
    who, today = actor(request.user, request=request), timezone.localdate()
    owner, release = sent.organization.slug, sent.release
    fact = facts.release(release)
    asked = may_view_own_figures(fact, owner, who, today)
    found = queries.own_figures(release, owner) if asked.allowed else []
    mine = release.own.get(owner)
    return {
        "own_figures": found,
        "own": page.tabled(found, mine=mine),
        "own_refused": None if asked.allowed else asked,
        "own_rows": page.sent_rows(mine["rows"]) if mine else [],
        "own_untold": page.untold(release, mine) if mine else [],
        "audience": hearer(who, frozenset({owner}), today),
    }


def _count(chosen: str, scopes: Mapping[str, list[Figures]]) -> Count | None:
    """The numbers of the figure that was chosen, where there is one."""
    scope, _space, name = chosen.partition(" ")
    return next(
        (
            count
            for one in scopes.get(scope, [])
            for year, cells in one.tables.items()
            for key, count in cells.items()
            if named(one.outcome, year, key) == name
        ),
        None,
    )


def _without(figures: Iterable[Figures]) -> set[str]:
    """The numbers that none of these figures has."""
    measured = {bool(one.statistic) for one in figures}
    fields = {False: "reached", True: "amount"}
    return {field for kind, field in fields.items() if kind not in measured}


def _amount(said: Decimal | None) -> str:
    return "" if said is None else str(said)


def _nameable(own: list[Figures], out: list[Figures]) -> Mapping[str, list[tuple[str, str]]]:
    """Every figure that may be called wrong, the newest year first: the owner's own, then those
    that would be published."""
    return {
        title: [
            (f"{scope} {named(one.outcome, year, key)}", tables.said(one.outcome, year, key))
            for one in figures
            for year in reversed(one.years)
            for key in one.tables[year]
        ]
        for scope, title, figures in (
            (queries.OWN, _("Your own numbers"), own),
            (queries.PUBLISHED, _("As it would be published"), out),
        )
        if figures
    }
