"""Pages of the disclosure log, and the check that anyone can run before they use data."""

import csv
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.agreements.api import filter_visible_agreements
from cairn.governance.disclosure_log import actions, archive, queries, use_check
from cairn.governance.disclosure_log.archive import SnapshotVault
from cairn.governance.disclosure_log.forms import DisclosureSearchForm, RecordRequestForm
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.disclosure_log.tables import build_disclosure_table
from cairn.governance.disclosure_log.use_check import UseCheckForm
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.policy.engine import find_audience
from cairn.policy.questions import may_open_disclosure_log, may_open_page
from cairn.policy.vocabulary import Action
from cairn.warehouse.exporters import escape_formula

_SPREADSHEET_COLUMNS = (
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
def disclosure_list(request: HttpRequest) -> HttpResponse:
    """List the lines, newest first, that the requester may see and searched for."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    form = DisclosureSearchForm(
        request.GET or None, organizations=queries.list_visible_owner_slugs(who, today)
    )
    search_parameters = request.GET.copy()
    for name in ("page", "sort"):
        search_parameters.pop(name, None)
    context = {
        "form": form,
        "table": build_disclosure_table(
            queries.filter_visible_disclosures(who, today, form.line_filter),
            request,
            queries.load_organization_names(),
            queries.find_linked_pages(who, today),
        ),
        "looked": search_parameters.urlencode(),
        "requests": queries.list_unanswered_requests(who, today),
        "may_ask": bool(queries.list_requesting_organizations(who, today)),
        "may_answer": may_open_page(Action.VERIFY, who, on=today).allowed,
        "today": today,
    }
    return render(request, "disclosures/list.html", context)


@require_safe
def disclosure_spreadsheet(request: HttpRequest) -> HttpResponse:
    """Download the same lines, for the data owner to keep (34 CFR 99.32(a)(4))."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    form = DisclosureSearchForm(
        request.GET or None, organizations=queries.list_visible_owner_slugs(who, today)
    )
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="disclosures-{today}.csv"',
            "Cache-Control": "no-store",
        },
    )
    writer = csv.writer(response)
    writer.writerow(_SPREADSHEET_COLUMNS)
    for row in queries.filter_visible_disclosures(who, today, form.line_filter):
        writer.writerow(escape_formula(str(cell)) for cell in _build_cells(row))
    return response


@require_safe
def disclosure_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one line: the decision as it was given then, what was shared and what was withheld."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    row = get_object_or_404(queries.filter_visible_disclosures(who, today), pk=pk)
    stored_answer = SnapshotVault.for_installation().open(row.answer)
    context = {
        "row": row,
        "decision": archive.deserialize_answer(stored_answer),
        "names": queries.load_organization_names(),
        "linked": queries.find_linked_pages(who, today),
        "audience": find_audience(who, queries.find_line_owners(row), today),
        "today": today,
    }
    return render(request, "disclosures/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record_request(request: HttpRequest) -> HttpResponse:
    """Let a data owner request the record of disclosures of its data."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_disclosure_log(who, now.date()).require()
    organizations = queries.list_requesting_organizations(who, now.date())
    form = RecordRequestForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        row = actions.request_disclosure_record(
            organization=form.cleaned_data["organization"],
            by=_signed_in_user(request),
            at=now,
        )
        messages.success(
            request,
            _("Request recorded. The partnership must provide your record by %s.")
            % date_format(row.due_on, "DATE_FORMAT"),
        )
        return redirect("disclosures:list")
    status = 422 if form.errors else 200
    return render(request, "disclosures/ask_for_record.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def record_request_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then record that a data owner has its record."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.VERIFY, who, on=now.date()).require()
    row = get_object_or_404(queries.list_record_requests(who, now.date()), pk=pk)
    if request.method == "POST":
        actions.answer_record_request(request=row, by=_signed_in_user(request), at=now)
        messages.success(request, _("The request is marked as provided."))
        return redirect("disclosures:list")
    said = {
        "organization": row.organization,
        "asked": date_format(row.asked_on, "DATE_FORMAT"),
        "due": date_format(row.due_on, "DATE_FORMAT"),
    }
    context = {
        "title": _("Mark this record as provided?"),
        "text": _("%(organization)s: requested %(asked)s, due %(due)s.") % said,
        "consequences": [
            _("Do this after you gave the organization its record of disclosures."),
            _("The request leaves the list and its deadline ends. You cannot undo this."),
        ],
        "action": _("Mark as provided"),
        "back": reverse("disclosures:list"),
        "harmless": True,
    }
    return render(request, "web/confirm_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def use_check_page(request: HttpRequest) -> HttpResponse:
    """Ask the policy about a use before anyone tries it. The check itself is not a request for
    data.
    """
    who, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.ASK, who, on=today).require()
    organizations = use_check.list_own_organizations(who, today)
    single_organization = organizations[0].slug if len(organizations) == 1 else None
    initial = {"on": today, "acting_for": single_organization}
    form = UseCheckForm(
        request.POST or None,
        organizations=organizations,
        agreements=filter_visible_agreements(who, today),
        initial=initial,
    )
    answer = None
    if request.method == "POST" and form.is_valid():
        answer = use_check.answer_use_check(form.cleaned_data, who)
    context = {"form": form, "answer": answer}
    return render(request, "disclosures/may_i.html", context, status=422 if form.errors else 200)


def _build_cells(row: DisclosureRecord) -> list[object]:
    sides = {
        side: ", ".join(party.organization for party in row.parties.all() if party.side == side)
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


def _signed_in_user(request: HttpRequest) -> User:
    """Return the signed-in user; use it only after the policy has allowed the request."""
    return cast("User", request.user)
