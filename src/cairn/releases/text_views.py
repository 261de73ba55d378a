"""Pages of whoever reads the free text of an extract: how far it is, and one text at a time."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.accounts.models import User
from cairn.partners.facts import actor
from cairn.releases.extract_views import seen
from cairn.releases.extracts import facts, page, queries, reading, text_actions
from cairn.releases.extracts.forms import TextDecision
from cairn.releases.extracts.reading import Page
from cairn.releases.models import Extract
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.extract import may_read_text
from cairn.rules.telling import hearer
from cairn.rules.vocabulary import Action

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def texts(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the free text of an extract is read; no text."""
    row, who, today = _asked(request, pk)
    found = reading.progress(row, who, today)
    context = {
        **page.shown(row, who, today),
        "elements": found,
        "audience": hearer(who, facts.extract(row).owners, today),
        "may_prepare": queries.may_prepare(row, who, today),
        "ready": any(one.fact.read == one.fact.texts and not one.in_it for one in found),
    }
    return render(request, "releases/extracts/texts.html", context)


@_GET_POST
def text(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One text, with what the aid would mask; what is said of it leads to the next."""
    row, who, today = _asked(request, pk)
    shown = _one(row, number, who, today)
    by = cast("User", request.user)
    words = sum(piece.number is not None for piece in shown.pieces)
    form = TextDecision(request.POST or None, words=words)
    if request.method == "POST" and form.is_valid():
        return _decided(request, row, shown, form)
    text_actions.look(extract=row, page=shown, by=by, at=timezone.now())
    context = {
        **page.shown(row, who, today),
        "page": shown,
        "form": form,
        "last": reading.last(row, by),
        "read": row.readings.exclude(verdict="open").count(),
    }
    status = 422 if form.errors else 200
    return render(request, "releases/extracts/text.html", context, status=status)


@require_POST
def take_back(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Opens a text again that was decided."""
    row, who, today = _asked(request, pk)
    by, shown = cast("User", request.user), _one(row, number, who, today)
    try:
        text_actions.take_back(extract=row, page=shown, by=by, at=timezone.now())
    except text_actions.Changed:
        messages.error(request, _("Nothing was decided of this text."))
    else:
        messages.success(request, _("Taken back. What is marked stays marked until you change it."))
    return redirect("releases:extract_text", pk, number)


def _decided(request: HttpRequest, row: Extract, shown: Page, form: TextDecision) -> HttpResponse:
    said, by = form.cleaned_data, cast("User", request.user)
    try:
        text_actions.decide(extract=row, page=shown, by=by, at=timezone.now(), **said)
    except text_actions.Changed:
        messages.error(request, _("This text, or what is marked in it, has changed. Look again."))
        return redirect("releases:extract_text", row.pk, shown.number)
    if said["verdict"] == "open":
        messages.success(request, _("Marked. Read it once more as it is now."))
        return redirect("releases:extract_text", row.pk, shown.number)
    following = reading.following(row, shown.number)
    if following is None:
        messages.success(request, _("That was the last one: every text is decided."))
        return redirect("releases:extract_texts", row.pk)
    messages.success(request, _("Kept. Here is the next one."))
    return redirect("releases:extract_text", row.pk, following)


def _asked(request: HttpRequest, pk: int) -> tuple[Extract, Actor, date]:
    """The extract, if this person reads free text at all."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.READ_TEXT, who, on=today).require()
    return seen(request, pk)


def _one(row: Extract, number: int, who: Actor, on: date) -> Page:
    """One text, if this person may read it; it is opened only then."""
    fact = facts.extract(row)
    element = reading.element_at(fact, number)
    if element is None:
        raise Http404
    may_read_text(fact, element, who, on).require()
    found = reading.page(row, number)
    if found is None:
        raise Http404
    return found
