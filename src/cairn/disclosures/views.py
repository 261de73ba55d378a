"""Pages of the record, and the question that anyone may ask before they do something."""

import csv
from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.accounts.models import User
from cairn.disclosures import actions, asking, queries, recorded
from cairn.disclosures.asking import MayIForm
from cairn.disclosures.forms import AskForRecordForm, LookForm
from cairn.disclosures.models import DisclosureRecord
from cairn.disclosures.sealing import Seals
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.disclosed import may_view_disclosures
from cairn.rules.telling import hearer
from cairn.rules.vocabulary import Action

_A_PAGE = 50
_COLUMNS = (
    "number",
    "when",
    "what_happened",
    "action",
    "answer",
    "purpose",
    "legal_basis",
    "legitimate_interest",
    "whose_data",
    "received_by",
    "agreements",
    "elements",
    "withheld_elements",
    "children",
    "required_by_law",
    "why",
    "decision",
)


@require_safe
def record_list(request: HttpRequest) -> HttpResponse:
    """The record, newest first, narrowed to the asker's organizations and to what they look for."""
    who, today = actor(request.user, request=request), timezone.localdate()
    form = LookForm(request.GET or None, organizations=queries.visible(who, today))
    rows = queries.disclosures(who, today, form.wanted)
    looked = request.GET.copy()
    looked.pop("page", None)
    context = {
        "form": form,
        "page": Paginator(rows, _A_PAGE).get_page(request.GET.get("page")),
        "looked": looked.urlencode(),
        "requests": queries.unanswered(who, today),
        "may_ask": bool(queries.asking_for(who, today)),
        "may_answer": may_open(Action.VERIFY, who, on=today).allowed,
        "today": today,
    }
    return render(request, "disclosures/list.html", {**context, "names": queries.names()})


@require_safe
def spreadsheet(request: HttpRequest) -> HttpResponse:
    """The same lines as a file, for the owner of the data to keep (34 CFR 99.32(a)(4))."""
    who, today = actor(request.user, request=request), timezone.localdate()
    form = LookForm(request.GET or None, organizations=queries.visible(who, today))
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="disclosures-{today}.csv"',
            "Cache-Control": "no-store",
        },
    )
    writer = csv.writer(response)
    writer.writerow(_COLUMNS)
    for row in queries.disclosures(who, today, form.wanted):
        writer.writerow(_safe(cell) for cell in _cells(row))
    return response


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: the decision as it was told then, what went and what was withheld."""
    who, today = actor(request.user, request=request), timezone.localdate()
    row = get_object_or_404(queries.disclosures(who, today), pk=pk)
    answer = Seals.of_this_installation().open(row.answer)
    context = {
        "row": row,
        "decision": recorded.read(answer),
        "names": queries.names(),
        "audience": hearer(who, queries.owners(row), today),
        "today": today,
    }
    return render(request, "disclosures/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_record(request: HttpRequest) -> HttpResponse:
    """An owner asks for the record of what was passed on of its data."""
    who, now = actor(request.user, request=request), timezone.localtime()
    may_view_disclosures(who, now.date()).require()
    organizations = queries.asking_for(who, now.date())
    form = AskForRecordForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        row = actions.ask_for_record(
            organization=form.cleaned_data["organization"], by=_user(request), at=now, who=who
        )
        messages.success(
            request, _("Your request is on record. It must be answered by %s.") % row.due_on
        )
        return redirect("disclosures:list")
    status = 422 if form.errors else 200
    return render(request, "disclosures/ask_for_record.html", {"form": form}, status=status)


@require_POST
def answer_request(request: HttpRequest, pk: int) -> HttpResponse:
    """Says that an owner has its record."""
    who, now = actor(request.user, request=request), timezone.localtime()
    may_open(Action.VERIFY, who, on=now.date()).require()
    row = get_object_or_404(queries.requests(who, now.date()), pk=pk)
    actions.answer_request(request=row, by=_user(request), at=now, who=who)
    messages.success(request, _("The request is answered."))
    return redirect("disclosures:list")


@require_http_methods(["GET", "HEAD", "POST"])
def may_i(request: HttpRequest) -> HttpResponse:
    """Asks the rules about a use before anybody tries it. The question is no request for data."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.ASK, who, on=today).require()
    organizations = asking.own_organizations(who, today)
    only = organizations[0].slug if len(organizations) == 1 else None
    initial = {"on": today, "acting_for": only}
    form = MayIForm(request.POST or None, organizations=organizations, initial=initial)
    answer = None
    if request.method == "POST" and form.is_valid():
        answer = asking.answer(form.cleaned_data, who)
    context = {"form": form, "answer": answer}
    return render(request, "disclosures/may_i.html", context, status=422 if form.errors else 200)


def _cells(row: DisclosureRecord) -> list[object]:
    sides = {
        side: ", ".join(p.organization for p in row.parties.all() if p.side == side)
        for side in ("from", "to")
    }
    return [
        row.pk,
        row.at.isoformat(timespec="seconds"),
        row.kind,
        row.action,
        row.outcome,
        row.purpose,
        row.basis,
        row.interest,
        sides["from"],
        sides["to"],
        ", ".join(row.agreements),
        ", ".join(row.elements),
        ", ".join(row.withheld),
        "" if row.people is None else row.people,
        "yes" if row.required_by_law else "no",
        row.why,
        row.decision_id,
    ]


def _safe(cell: object) -> object:
    """A text that a spreadsheet would take for a formula stays a text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell


def _user(request: HttpRequest) -> User:
    """The signed-in person; a view calls it after the rules have refused everyone else."""
    return cast("User", request.user)
