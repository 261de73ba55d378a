"""Answer requests for a table that a reader composes from public figures, and take questions.

The composable set of an outcome is what its published releases state: the data committee approved
it, and it was protected jointly before. A table is offered if that set has it. Nothing is counted
for a reader, so neither an answer nor its time depends on a number that is not public.
"""

import secrets
from dataclasses import replace
from time import time
from typing import Any, Final

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import load_actor
from cairn.outputs.dashboards import outcome_page
from cairn.outputs.dashboards.figure_requests import actions as question_actions
from cairn.outputs.dashboards.figure_requests import figure_selection
from cairn.outputs.dashboards.figure_requests.queries import DAYS_UNANSWERED
from cairn.outputs.dashboards.forms import FigureQuestionForm
from cairn.outputs.dashboards.queries import PublishedOutcome
from cairn.outputs.dashboards.views import public
from cairn.outputs.releases import api as releases_api
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

_HOUR_SECONDS: Final = 3600
_LONGEST_QUERY: Final = 1200
QUESTIONS_AN_HOUR: Final = 20
"""The most questions from one address in an hour: many readers of a library share one."""
QUESTIONS_OF_ALL_AN_HOUR: Final = 60
_SALT: Final = "figure-question"
_TOKEN_BYTES: Final = 16


@require_safe
@public.PAGE_CACHE
def compose_figure(request: HttpRequest) -> HttpResponse:
    """Show the table that the address names if it is public; otherwise offer to ask for it."""
    today = public.require_public_access(request)
    published_outcomes = public.load_all_outcomes(request, today)
    outcome, selection = _read_request(request)
    context = {
        **_build_form_context(outcome, selection, published_outcomes),
        "is_asked": bool(selection.rows),
    }
    chosen = published_outcomes.get(outcome)
    if chosen is not None and selection.rows:
        context["tables"] = figure_selection.list_public_tables(chosen.figures)
        context |= _build_table_context(request, chosen, selection)
    return render(request, "dashboards/compose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_committee(request: HttpRequest) -> HttpResponse:
    """Take a question about a figure that is not public, without an account."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.ASK_FOR_FIGURE, who, on=now.date()).require()
    outcome, selection = _read_request(request)
    form = FigureQuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _count_question(request):
            question_actions.ask_figure_question(
                question=question_actions.AskedFigure(
                    outcome=outcome,
                    query=selection.query[:_LONGEST_QUERY],
                    wish=form.cleaned_data["wish"],
                    name=form.cleaned_data["name"],
                    email=form.cleaned_data["email"],
                    language=(get_language() or "en")[:2],
                ),
                token=_read_token(request),
                who=who,
                by=None,
                at=now,
            )
            return redirect("dashboards:question_sent")
        form.add_error(None, _("Too many questions were sent. Try again in an hour."))
    context = {
        "form": form,
        "described": figure_selection.describe_table(outcome, selection),
        "token": signing.dumps(secrets.token_hex(_TOKEN_BYTES), salt=_SALT),
        "back": reverse("dashboards:compose") + _build_query(outcome, selection),
        "days": DAYS_UNANSWERED,
    }
    status = 422 if form.errors else 200
    return render(request, "dashboards/ask_committee.html", context, status=status)


@require_safe
@public.PAGE_CACHE
def question_sent(request: HttpRequest) -> HttpResponse:
    """Say that a question was sent, and what happens next."""
    public.require_public_access(request)
    return render(request, "dashboards/question_sent.html")


def _read_request(request: HttpRequest) -> tuple[str, figure_selection.FigureSelection]:
    """Read the outcome and the choice from the address; an unknown outcome is none."""
    outcome = request.GET.get("outcome", "")
    known = outcome if outcome in releases_api.load_indicator_catalogue() else ""
    selection = figure_selection.read_selection(request.GET.dict())
    is_known = any(choice.is_chosen for choice in figure_selection.list_row_choices(selection))
    return known, selection if is_known else replace(selection, rows="")


def _build_query(outcome: str, selection: figure_selection.FigureSelection) -> str:
    chosen = selection.query.removeprefix("?")
    return "?" + "&".join(filter(None, (f"outcome={outcome}" if outcome else "", chosen)))


def _build_form_context(
    outcome: str,
    selection: figure_selection.FigureSelection,
    published_outcomes: dict[str, PublishedOutcome],
) -> dict[str, Any]:
    catalogue = releases_api.load_indicator_catalogue()
    return {
        "outcomes": [
            figure_selection.SelectionChoice(
                name, releases_api.localize_text(item.title), name == outcome
            )
            for name, item in catalogue.items()
        ],
        "rows": figure_selection.list_row_choices(selection),
        "fields": figure_selection.list_selection_fields(
            (each.figures for each in published_outcomes.values()), selection
        ),
        "described": figure_selection.describe_table(outcome, selection),
        "question_url": reverse("dashboards:ask_committee") + _build_query(outcome, selection),
    }


def _build_table_context(
    request: HttpRequest,
    published_outcome: PublishedOutcome,
    selection: figure_selection.FigureSelection,
) -> dict[str, Any]:
    """Build the table of a choice with all that its page has to say; empty if it is not public."""
    narrowed = figure_selection.narrow_figures(published_outcome.figures, selection)
    table = figure_selection.compose_table(published_outcome.figures, selection)
    if narrowed is None or table is None:
        return {}
    shown = replace(published_outcome, figures=narrowed)
    context = public.build_outcome_context(request, replace(shown, figures=narrowed))
    address = reverse("dashboards:compose") + _build_query(
        published_outcome.definition.id, selection
    )
    return context | {
        "chart": outcome_page.build_table_chart(table, narrowed),
        "table_address": request.build_absolute_uri(address),
        "files": [
            (title, url + selection.query)
            for title, url in context["files"]
            if not url.endswith(".pdf")
        ],
    }


def _read_token(request: HttpRequest) -> str:
    """Read the token of the form; a form that is not of this site gets a new one."""
    try:
        token: str = signing.loads(request.POST.get("token", ""), salt=_SALT)
    except signing.BadSignature:
        return secrets.token_hex(_TOKEN_BYTES)
    return token


def _count_question(request: HttpRequest) -> bool:
    """Count one question; return whether its address, and all together, are within the limits."""
    address = request.META.get("REMOTE_ADDR", "")
    limits = {
        f"figure-question:{address}": QUESTIONS_AN_HOUR,
        "figure-question:all": QUESTIONS_OF_ALL_AN_HOUR,
    }
    return all(count_within(name, limit) for name, limit in limits.items())


def count_within(name: str, limit: int) -> bool:
    """Count one event of this hour, for all processes; return whether it is within the limit."""
    key = f"{name}:{int(time()) // _HOUR_SECONDS}"
    cache.add(key, 0, timeout=_HOUR_SECONDS)
    try:
        return cache.incr(key) <= limit
    except ValueError:  # The entry was dropped between the two calls, since the cache is full.
        return True
