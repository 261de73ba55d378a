"""Pages of what comes back to an owner: what became of a delivery, and that it was given."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.accounts.models import User
from cairn.intake.models import Delivery
from cairn.intake.page import Page
from cairn.intake.views import seen
from cairn.partners.facts import actor
from cairn.releases.give_back import actions, facts, queries, table
from cairn.releases.give_back.forms import GivenForm
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.give_back import may_give_back, may_view_give_back
from cairn.rules.vocabulary import Action


@require_safe
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one delivery."""
    row, who = _asked(request, pk)
    today = timezone.localdate()
    report = facts.report(row)
    context = {
        **_shown(row, who),
        "promised": report.agreement.giveback,
        "given": row.give_backs.select_related("given_by"),
        "may_give": bool(report.agreement.giveback) and may_give_back(report, who, today).allowed,
    }
    return render(request, "releases/give_back/detail.html", context)


@require_safe
def spreadsheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a file."""
    row, who = _asked(request, pk)
    shown = _shown(row, who)
    text = table.comma_separated(shown["page"], shown["linked"], shown["used"])
    named = f'attachment; filename="delivery-{pk}.csv"'
    headers = {"Content-Disposition": named}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def given(request: HttpRequest, pk: int) -> HttpResponse:
    """Puts on record that it was given back; the calendar then asks for it no more."""
    row, who = _asked(request, pk, Action.GIVE_BACK)
    report = facts.report(row)
    may_give_back(report, who, timezone.localdate()).require()
    form = GivenForm(request.POST or None, promised=[one.what for one in report.agreement.giveback])
    if request.method == "POST" and form.is_valid():
        by = cast("User", request.user)
        actions.give_back(delivery=row, by=by, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("It is on record that it was given back."))
        return redirect("releases:give_back", pk)
    status = 422 if form.errors else 200
    context = {"row": row, "form": form}
    return render(request, "releases/give_back/given.html", context, status=status)


def _asked(
    request: HttpRequest, pk: int, action: Action = Action.VIEW_GIVE_BACK
) -> tuple[Delivery, Actor]:
    """The delivery, if this person may read what became of it; the rules are asked first."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(action, who, on=today).require()
    row = seen(request, who, pk)
    may_view_give_back(facts.report(row), who, today).require()
    return row, who


def _shown(row: Delivery, who: Actor) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "row": row,
        "page": Page.of(row, who, today),
        "linked": queries.linked(row),
        "used": queries.used(row, who, today),
    }
