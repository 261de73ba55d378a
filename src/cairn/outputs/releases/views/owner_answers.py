"""Answer requests for the pages of data owners and tribal nations."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cairn.governance.partners.api import load_actor
from cairn.outputs.releases import facts, labels, tables
from cairn.outputs.releases.actions import owner_answers
from cairn.outputs.releases.catalogue import load_indicator_catalogue
from cairn.outputs.releases.figures import (
    FigureCount,
    FigureKey,
    OutcomeFigures,
    encode_figure_name,
)
from cairn.outputs.releases.forms import DisputedFigureForm, NationDecisionForm, OwnerAnswerForm
from cairn.outputs.releases.list_tables import DisputableFigure, DisputableFigureTable
from cairn.outputs.releases.models import SendBack, WrongFigure
from cairn.outputs.releases.queries import figures as queries_figures
from cairn.outputs.releases.queries import releases
from cairn.outputs.releases.views import release_page
from cairn.outputs.releases.views.releases import get_visible_release
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table
from cairn.policy.engine import find_audience
from cairn.policy.law import count_business_days_left
from cairn.policy.questions import may_answer_release_preview, may_open_page, may_view_owner_figures
from cairn.policy.vocabulary import Action, NationAnswer, OwnerAnswer

_FIGURES_PER_PAGE = 6

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@_GET_POST
def send_back_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the owner's own numbers, then the tables, then the form for the answer."""
    send_back = _get_send_back(request, pk)
    disputed_figures = queries_figures.list_disputed_figures(send_back)
    form = OwnerAnswerForm(request.POST or None, disputed_count=len(disputed_figures))
    if request.method == "POST" and form.is_valid():
        chosen_answer = OwnerAnswer(form.cleaned_data["answer"])
        if chosen_answer is OwnerAnswer.DECLINE:
            request.session[_get_comment_key(pk)] = form.cleaned_data["comment"]
            return redirect("releases:decline", pk)
        return _store_answer(request, send_back, chosen_answer, form.cleaned_data["comment"])
    clock = facts.load_preview_clock(send_back)
    context = {
        **release_page.build_release_context(send_back.release),
        **_build_owner_context(request, send_back),
        "sent": send_back,
        "form": form,
        "clock": clock,
        "left": count_business_days_left(timezone.localdate(), clock.due_on),
        "named": disputed_figures,
        "naming": reverse("releases:wrong_figure", args=[pk]),
    }
    status = 422 if form.errors else 200
    return render(request, "releases/answer.html", context, status=status)


@_GET_POST
def figure_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Name one figure that is wrong, and what it should be; it is sent with the answer.

    The figure is chosen first, from a list by year, place and group.
    """
    send_back = _get_send_back(request, pk)
    chosen = request.POST.get("figure", request.GET.get("figure", ""))
    owner_figures, published_figures = (
        _build_owner_context(request, send_back)["own_figures"],
        queries_figures.load_protected_figures(send_back.release),
    )
    figures, initial = (
        _list_disputable_figures(request.path, owner_figures, published_figures),
        {"figure": chosen},
    )
    form = DisputedFigureForm(
        request.POST or None,
        figures=[(one.name, one.description) for one in figures],
        absent_fields=_list_absent_fields([*owner_figures, *published_figures]),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        scope, _space, figure_name = form.cleaned_data["figure"].partition(" ")
        owner_answers.dispute_figure(
            send_back=send_back,
            figure=[scope, *json.loads(figure_name)],
            reached=form.cleaned_data.get("reached"),
            amount=_format_disputed_amount(form.cleaned_data.get("amount")),
            children=form.cleaned_data["children"],
            why=form.cleaned_data["why"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("Report saved. It will be sent with your answer."))
        return redirect(f"{reverse('releases:send_back', args=[pk])}#answer")
    context = {
        "release": send_back.release,
        "sent": send_back,
        "form": form,
        "chosen": {one.name: one.description for one in figures}.get(chosen),
        "table": build_list_table(
            DisputableFigureTable, figures, request, rows_per_page=_FIGURES_PER_PAGE
        ),
        "count": _find_count(
            chosen,
            {
                queries_figures.OWN_SCOPE: owner_figures,
                queries_figures.PUBLISHED_SCOPE: published_figures,
            },
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "releases/wrong_figure.html", context, status=status)


@require_POST
def figure_dispute_withdraw(request: HttpRequest, pk: int, figure: int) -> HttpResponse:
    """Withdraw the dispute of a figure."""
    send_back = _get_send_back(request, pk)
    disputed_figure = get_object_or_404(WrongFigure, pk=figure, send_back=send_back)
    owner_answers.withdraw_disputed_figure(
        disputed_figure=disputed_figure, by=cast("User", request.user), at=timezone.now()
    )
    messages.success(request, _("Report removed."))
    return redirect(f"{reverse('releases:send_back', args=[pk])}#answer")


def _get_comment_key(pk: int) -> str:
    """Return the session key of a send-back's comment that waits for confirmation."""
    return f"decline_comment_{pk}"


@_GET_POST
def send_back_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation of a refusal, which stops the release."""
    send_back = _get_send_back(request, pk)
    if request.method == "POST":
        comment = request.session.pop(_get_comment_key(pk), "")
        return _store_answer(request, send_back, OwnerAnswer.DECLINE, comment)
    context = {
        "release": send_back.release,
        "title": _("Decline the use of your data in “%(title)s”?")
        % {"title": send_back.release.title},
        "text": _("You can decline without giving a reason."),
        "consequences": [
            _("The release returns to its author and is not published."),
            _("Your answer is recorded. You cannot change it in this round."),
        ],
        "action": _("Decline"),
        "back": reverse("releases:send_back", args=[pk]),
    }
    return render(request, "releases/confirm.html", context)


def _get_send_back(request: HttpRequest, pk: int) -> SendBack:
    """Return a send-back that waits for this user's answer."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.ANSWER_SEND_BACK, current_actor, on=today).require()
    rows = SendBack.objects.select_related("release__organization", "organization")
    send_back = get_object_or_404(rows, pk=pk)
    may_answer_release_preview(
        facts.load_release_fact(send_back.release),
        send_back.organization.slug,
        current_actor,
        today,
    ).require()
    return send_back


def _store_answer(
    request: HttpRequest, send_back: SendBack, chosen_answer: OwnerAnswer, comment: str
) -> HttpResponse:
    by = cast("User", request.user)
    owner_answers.answer_send_back(
        send_back=send_back, answer=chosen_answer, comment=comment, by=by, at=timezone.now()
    )
    messages.success(request, _("Answer recorded."))
    return redirect("releases:list")


def _build_owner_context(request: HttpRequest, send_back: SendBack) -> dict[str, Any]:
    """Return the owner's own figures, or why this user may not read them."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    owner, release = send_back.organization.slug, send_back.release
    fact = facts.load_release_fact(release)
    decision = may_view_owner_figures(fact, owner, current_actor, today)
    owner_figures = queries_figures.load_owner_figures(release, owner) if decision.allowed else []
    owner_counts = release.own.get(owner)
    return {
        "own_figures": owner_figures,
        "own": release_page.build_outcome_tables(owner_figures, owner_counts=owner_counts),
        "own_refused": None if decision.allowed else decision,
        "own_rows": release_page.list_sent_rows(owner_counts["rows"]) if owner_counts else [],
        "own_untold": release_page.list_uncounted_outcomes(release, owner_counts)
        if owner_counts
        else [],
        "audience": find_audience(current_actor, frozenset({owner}), today),
    }


def _find_count(chosen: str, scopes: Mapping[str, list[OutcomeFigures]]) -> FigureCount | None:
    """Find the numbers of the chosen figure."""
    scope, _space, name = chosen.partition(" ")
    return next(
        (
            count
            for outcome_figures in scopes.get(scope, [])
            for year, cells in outcome_figures.tables.items()
            for key, count in cells.items()
            if encode_figure_name(outcome_figures.outcome, year, key) == name
        ),
        None,
    )


def _list_absent_fields(figures: Iterable[OutcomeFigures]) -> set[str]:
    """Return the form fields for numbers that none of these figures has."""
    fields = {"reached", "amount"}
    for outcome_figures in figures:
        if not outcome_figures.is_count:
            fields -= {"amount" if outcome_figures.statistic else "reached"}
    return fields


def _format_disputed_amount(number: Decimal | None) -> str:
    return "" if number is None else str(number)


def _list_disputable_figures(
    address: str, owner_figures: list[OutcomeFigures], published_figures: list[OutcomeFigures]
) -> list[DisputableFigure]:
    """Return every figure that may be disputed: the owner's own, then the published ones.

    The newest year comes first.
    """
    scopes = (
        (queries_figures.OWN_SCOPE, _("Your own numbers"), owner_figures),
        (
            queries_figures.PUBLISHED_SCOPE,
            _("Tables as the public would see them"),
            published_figures,
        ),
    )
    return [
        _build_disputable_figure(address, scope, source, outcome_figures.outcome, year, key)
        for scope, source, figures in scopes
        for outcome_figures in figures
        for year in reversed(outcome_figures.years)
        for key in outcome_figures.tables[year]
    ]


def _build_disputable_figure(
    address: str, scope: str, source: str, outcome: str, year: str, key: FigureKey
) -> DisputableFigure:
    name = f"{scope} {encode_figure_name(outcome, year, key)}"
    title, place, group = tables.describe_figure_parts(outcome, key)
    return DisputableFigure(
        name=name,
        url=f"{address}?{urlencode({'figure': name})}",
        source=source,
        outcome=title,
        year=year,
        place=place or _("All places"),
        group=group or _("All children"),
        description=tables.describe_figure(outcome, year, key),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def nation_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the figures count, and take the tribal nation's decision."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.APPROVE_AS_NATION, current_actor, on=today).require()
    release, current_actor, today = get_visible_release(request, pk)
    own_nations = releases.list_answerable_nations(release, current_actor, today)
    if not own_nations:
        releases.explain_nation_refusal(release, current_actor, today).require()
    form = NationDecisionForm(request.POST or None, nations=own_nations)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        owner_answers.record_nation_decision(
            release=release,
            nation=data["nation"],
            answer=NationAnswer(data["answer"]),
            condition=data["condition"],
            by=cast("User", request.user),
            at=timezone.now(),
        )
        messages.success(request, _("Decision recorded with your name. It applies from now on."))
        return redirect("releases:detail", pk)
    context = {
        **release_page.build_release_context(release),
        "form": form,
        "nations": [
            status_row
            for status_row in releases.list_nation_statuses(release)
            if status_row.organization in own_nations
        ],
        "counts": [
            labels.localize_text(load_indicator_catalogue()[name].title)
            for name in release.outcomes
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "releases/nation.html", context, status=status)
