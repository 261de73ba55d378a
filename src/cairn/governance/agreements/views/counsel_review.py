"""Counsel's page: the whole document, every finding, and counsel's decision."""

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.governance.agreements import documents
from cairn.governance.agreements.actions import counsel_review
from cairn.governance.agreements.forms.lifecycle import (
    CounselReviewForm,
    DraftReasonForm,
    FindingOverrideForm,
)
from cairn.governance.agreements.queries import visible_drafts
from cairn.governance.agreements.queries.visible_drafts import OpenedDraft
from cairn.governance.agreements.views.requester import (
    PartyActionArguments,
    Requester,
    get_submitted_organization,
    identify_requester,
    load_organizations_by_action,
    open_draft_or_404,
)
from cairn.governance.partners.api import Organization


@require_http_methods(["GET", "HEAD", "POST"])
def review_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Let counsel of a party read the text and clear it, accept a finding, or return it."""
    requester = identify_requester(request)
    opened = open_draft_or_404(pk, requester)
    if request.method == "POST":
        organization = get_submitted_organization(request)
        form = _build_review_form(request, requester)
        if form is None or form.is_valid():
            _apply_review(request.POST.get("do", ""), opened, organization, form, requester)
            messages.success(request, _("It is on record."))
            return redirect("agreements:draft", pk=pk)
        return _render_review(request, opened, requester, form)
    return _render_review(request, opened, requester, None)


def _build_review_form(request: HttpRequest, requester: Requester) -> django_forms.Form | None:
    """Build the form for what counsel wants to do; a clearance needs none."""
    match request.POST.get("do", ""):
        case "return":
            return DraftReasonForm(request.POST, auto_id="why-%s")
        case "override":
            return FindingOverrideForm(request.POST)
        case "attest":
            return CounselReviewForm(request.POST, today=requester.on, auto_id="attest-%s")
        case _:
            return None


def _apply_review(
    choice: str,
    opened: OpenedDraft,
    organization: Organization,
    form: django_forms.Form | None,
    requester: Requester,
) -> None:
    cleaned = form.cleaned_data if form is not None else {}
    common: PartyActionArguments = {
        "draft": opened.row,
        "organization": organization,
        "by": requester.user,
        "at": requester.at,
    }
    match choice:
        case "return":
            counsel_review.return_draft_to_writers(**common, why=cleaned["why"])
        case "override":
            counsel_review.override_finding(
                **common, finding=cleaned["finding"], reason=cleaned["reason"]
            )
        case "attest":
            counsel_review.attest_counsel_review(
                **common, counsel=cleaned["counsel"], read_on=cleaned["on"]
            )
        case _:
            counsel_review.record_counsel_clearance(**common)


def _build_blank_review_form(requester: Requester) -> CounselReviewForm:
    return CounselReviewForm(today=requester.on, auto_id="attest-%s")


def _render_review(
    request: HttpRequest,
    opened: OpenedDraft,
    requester: Requester,
    invalid_form: django_forms.Form | None,
) -> HttpResponse:
    context = {
        "opened": opened,
        "row": opened.row,
        "document": documents.build_agreement_document(opened.reading.terms),
        "mine": load_organizations_by_action(
            visible_drafts.list_party_actions(opened.fact, requester.who, requester.on)
        ),
        "why": invalid_form
        if isinstance(invalid_form, DraftReasonForm)
        else DraftReasonForm(auto_id="why-%s"),
        "attest": invalid_form
        if isinstance(invalid_form, CounselReviewForm)
        else _build_blank_review_form(requester),
        "override": invalid_form
        if isinstance(invalid_form, FindingOverrideForm)
        else FindingOverrideForm(),
    }
    return render(request, "agreements/review.html", context, status=422 if invalid_form else 200)
