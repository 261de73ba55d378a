"""Answer requests for the pages on which a person reads the free text of an extract."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import load_actor
from cairn.outputs.extracts import facts, free_text, queries, text_actions
from cairn.outputs.extracts.forms import TextDecisionForm
from cairn.outputs.extracts.free_text import TextPage
from cairn.outputs.extracts.views import extracts
from cairn.outputs.extracts.views.extracts import get_visible_extract
from cairn.outputs.releases.api import Extract
from cairn.platform.accounts.api import User
from cairn.policy.engine import find_audience
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page, may_review_extract_text
from cairn.policy.vocabulary import Action

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def text_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how much of the free text is read; shows no text."""
    row, current_actor, today = _get_readable_extract(request, pk)
    reading_progress = free_text.list_reading_progress(row, current_actor, today)
    context = {
        **extracts.build_extract_context(row, current_actor, today),
        "elements": reading_progress,
        "audience": find_audience(current_actor, facts.load_extract_fact(row).owners, today),
        "may_prepare": queries.may_start_preparation(row, current_actor, today),
        "ready": any(
            element_progress.fact.read == element_progress.fact.texts
            and not element_progress.is_applied
            for element_progress in reading_progress
        ),
    }
    return render(request, "releases/extracts/texts.html", context)


@_GET_POST
def text_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show one text with the proposed masks, and take the decision."""
    row, current_actor, today = _get_readable_extract(request, pk)
    text_page = _get_text_page(row, number, current_actor, today)
    by = cast("User", request.user)
    word_count = sum(piece.number is not None for piece in text_page.pieces)
    form = TextDecisionForm(request.POST or None, words=word_count)
    if request.method == "POST" and form.is_valid():
        return _store_text_decision(request, row, text_page, form)
    text_actions.record_text_view(extract=row, page=text_page, by=by, at=timezone.now())
    context = {
        **extracts.build_extract_context(row, current_actor, today),
        "page": text_page,
        "form": form,
        "last": free_text.find_last_decision(row, by),
        "read": row.readings.exclude(verdict="open").count(),
    }
    status = 422 if form.errors else 200
    return render(request, "releases/extracts/text.html", context, status=status)


@require_POST
def text_reopen(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Reopen a text for decision."""
    row, current_actor, today = _get_readable_extract(request, pk)
    by, text_page = cast("User", request.user), _get_text_page(row, number, current_actor, today)
    try:
        text_actions.reopen_text(extract=row, page=text_page, by=by, at=timezone.now())
    except text_actions.TextChangedSinceShown:
        messages.error(request, _("This text has no decision to undo."))
    else:
        messages.success(request, _("Decision undone. The marks are kept until you change them."))
    return redirect("releases:extract_text", pk, number)


def _store_text_decision(
    request: HttpRequest, row: Extract, text_page: TextPage, form: TextDecisionForm
) -> HttpResponse:
    data, by = form.cleaned_data, cast("User", request.user)
    try:
        text_actions.decide_text(extract=row, page=text_page, by=by, at=timezone.now(), **data)
    except text_actions.TextChangedSinceShown:
        messages.error(request, _("This text or its marks have changed. Review it again."))
        return redirect("releases:extract_text", row.pk, text_page.number)
    if data["verdict"] == "open":
        messages.success(request, _("Marks saved. Review the text again."))
        return redirect("releases:extract_text", row.pk, text_page.number)
    next_number = free_text.find_next_unread_text(row, text_page.number)
    if next_number is None:
        messages.success(request, _("Saved. All texts are reviewed."))
        return redirect("releases:extract_texts", row.pk)
    messages.success(request, _("Saved. Here is the next text."))
    return redirect("releases:extract_text", row.pk, next_number)


def _get_readable_extract(request: HttpRequest, pk: int) -> tuple[Extract, Actor, date]:
    """Return the extract if the user may read free text at all."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.READ_TEXT, current_actor, on=today).require()
    return get_visible_extract(request, pk)


def _get_text_page(row: Extract, number: int, actor: Actor, on: date) -> TextPage:
    """Return one text if the user may read it; it is opened only then."""
    fact = facts.load_extract_fact(row)
    element = free_text.find_text_element(fact, number)
    if element is None:
        raise Http404
    may_review_extract_text(fact, element, actor, on).require()
    text_page = free_text.load_text_page(row, number)
    if text_page is None:
        raise Http404
    return text_page
