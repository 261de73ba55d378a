"""Pages on which counsel reviews a draft and the parties sign it.

Counsel sees the whole document, every finding, and the decision to make. A signer sees the whole
text, then types a name, or records a paper signature.
"""

from collections.abc import Mapping
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.governance.agreements import documents
from cairn.governance.agreements.actions import counsel_review, signature_and_record
from cairn.governance.agreements.forms import lifecycle
from cairn.governance.agreements.models import PaperSignature
from cairn.governance.agreements.queries import visible_drafts
from cairn.governance.agreements.queries.visible_drafts import OpenedDraft
from cairn.governance.agreements.views import request_context
from cairn.governance.partners.api import Organization
from cairn.platform.notifications import api as notifications
from cairn.policy.engine import find_agreement_audience
from cairn.policy.lint import list_unconfirmed_criteria
from cairn.policy.questions import may_sign_agreement


@require_http_methods(["GET", "HEAD", "POST"])
def review_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Let counsel of a party read the text and clear it, accept a finding, or return it."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    if request.method == "POST":
        organization = request_context.get_submitted_organization(request)
        form = _build_review_form(request, requester)
        if form is None or form.is_valid():
            _apply_review(request.POST.get("do", ""), opened, organization, form, requester)
            messages.success(request, _("Your review is recorded."))
            return redirect("agreements:draft", pk=pk)
        return _render_review(request, opened, requester, form)
    return _render_review(request, opened, requester, None)


def _build_review_form(
    request: HttpRequest, requester: request_context.Requester
) -> django_forms.Form | None:
    """Build the form for what counsel wants to do; a clearance needs none."""
    match request.POST.get("do", ""):
        case "return":
            return lifecycle.DraftReasonForm(request.POST, auto_id="why-%s")
        case "override":
            return lifecycle.FindingOverrideForm(request.POST)
        case "attest":
            return lifecycle.CounselReviewForm(
                request.POST, today=requester.on, auto_id="attest-%s"
            )
        case "confirm":
            return lifecycle.CriteriaConfirmationForm(request.POST)
        case _:
            return None


def _apply_review(
    choice: str,
    opened: OpenedDraft,
    organization: Organization,
    form: django_forms.Form | None,
    requester: request_context.Requester,
) -> None:
    cleaned = form.cleaned_data if form is not None else {}
    common: request_context.PartyActionArguments = {
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
            _attest_review(opened, common, cleaned)
        case "confirm":
            for criterion in cleaned["criteria"]:
                counsel_review.confirm_criterion(**common, criterion=criterion)
        case _:
            counsel_review.record_counsel_clearance(**common)


def _attest_review(
    opened: OpenedDraft,
    common: request_context.PartyActionArguments,
    cleaned: Mapping[str, Any],
) -> None:
    """Record what counsel without an account did: confirm the criteria, review the text."""
    said = {"counsel": cleaned["counsel"], "read_on": cleaned["on"]}
    if cleaned["confirms_criteria"]:
        for criterion in list_unconfirmed_criteria(opened.fact.findings):
            counsel_review.attest_criterion(**common, **said, criterion=criterion)
    is_reviewed = common["organization"].slug in opened.fact.reviewed
    if not (is_reviewed and cleaned["confirms_criteria"]):
        counsel_review.attest_counsel_review(**common, **said)


def _build_blank_review_form(requester: request_context.Requester) -> lifecycle.CounselReviewForm:
    return lifecycle.CounselReviewForm(today=requester.on, auto_id="attest-%s")


def _render_review(
    request: HttpRequest,
    opened: OpenedDraft,
    requester: request_context.Requester,
    invalid_form: django_forms.Form | None,
) -> HttpResponse:
    context = {
        "opened": opened,
        "row": opened.row,
        "document": documents.build_agreement_document(opened.reading.terms),
        "mine": request_context.load_organizations_by_action(
            visible_drafts.list_party_actions(opened.fact, requester.who, requester.on)
        ),
        "why": invalid_form
        if isinstance(invalid_form, lifecycle.DraftReasonForm)
        else lifecycle.DraftReasonForm(auto_id="why-%s"),
        "attest": invalid_form
        if isinstance(invalid_form, lifecycle.CounselReviewForm)
        else _build_blank_review_form(requester),
        "confirm": invalid_form
        if isinstance(invalid_form, lifecycle.CriteriaConfirmationForm)
        else lifecycle.CriteriaConfirmationForm(),
        "override": invalid_form
        if isinstance(invalid_form, lifecycle.FindingOverrideForm)
        else lifecycle.FindingOverrideForm(),
    }
    return render(request, "agreements/review.html", context, status=422 if invalid_form else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_signature(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a party's signatory read the text and sign it, record a paper signature, or decline."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    if request.method == "POST":
        organization = request_context.get_submitted_organization(request)
        form = _build_signature_form(request, requester)
        if form.is_valid():
            if request.POST.get("digest") != opened.fact.digest:
                messages.error(
                    request,
                    _("The text changed while you read it. Read the new text first."),
                )
                return redirect("agreements:sign", pk=pk)
            if isinstance(form, lifecycle.PaperSignatureForm):
                return _record_paper(request, opened, organization, form, requester)
            _apply_signature_choice(
                request.POST.get("do", ""), opened, organization, form, requester
            )
            return _redirect_after_signature(request, opened)
        return _render_signature_page(request, opened, requester, form)
    return _render_signature_page(request, opened, requester, None)


def _build_signature_form(
    request: HttpRequest, requester: request_context.Requester
) -> django_forms.Form:
    match request.POST.get("do", ""):
        case "decline":
            return lifecycle.DraftReasonForm(request.POST, auto_id="why-%s")
        case "attest":
            return _build_paper_form(requester, request.POST, request.FILES)
        case _:
            return lifecycle.SignatureForm(request.POST, signer=requester.user.name)


def _apply_signature_choice(
    choice: str,
    opened: OpenedDraft,
    organization: Organization,
    form: django_forms.Form,
    requester: request_context.Requester,
) -> None:
    cleaned = form.cleaned_data
    common: request_context.PartyActionArguments = {
        "draft": opened.row,
        "organization": organization,
        "by": requester.user,
        "at": requester.at,
    }
    match choice:
        case "decline":
            signature_and_record.decline_signature(**common, why=cleaned["why"])
        case _:
            signature_and_record.sign_draft(**common, capacity=cleaned["capacity"])


def _record_paper(
    request: HttpRequest,
    opened: OpenedDraft,
    organization: Organization,
    form: lifecycle.PaperSignatureForm,
    requester: request_context.Requester,
) -> HttpResponse:
    """Record a signature on paper, and show the link for its signer once."""
    cleaned = form.cleaned_data
    paper, key = signature_and_record.record_paper_signature(
        draft=opened.row,
        organization=organization,
        name=cleaned["name"],
        capacity=cleaned["capacity"],
        signed_on=cleaned["on"],
        page=cleaned["page"],
        by=requester.user,
        at=requester.at,
    )
    link = request.build_absolute_uri(reverse("agreements:confirm_signature", args=(key,)))
    address = cleaned.get("email", "")
    if address:
        _email_confirmation_link(paper, link, address, requester)
    context = {"paper": paper, "link": link, "address": address}
    return render(request, "agreements/paper_recorded.html", context)


def _email_confirmation_link(
    paper: PaperSignature, link: str, address: str, requester: request_context.Requester
) -> None:
    values = {
        "name": paper.name,
        "by": requester.user.name,
        "organization": paper.organization.name,
        "agreement": paper.draft.reference,
        "link": link,
        "day": date_format(paper.expires_on, "DATE_FORMAT"),
    }
    text = _(
        "Hello %(name)s,\n\n%(by)s recorded that you signed the agreement %(agreement)s on paper "
        "for %(organization)s. The signature counts only if you confirm it. Read the agreement, "
        "then say yes or no:\n\n%(link)s\n\nThe link works once, through %(day)s. You do not need "
        "an account.\n"
    )
    notifications.email_link(
        kind=notifications.MailMessage.Kind.PAPER_SIGNATURE,
        address=address,
        subject=_("Cairn: did you sign this agreement?"),
        text=text % values,
        by=requester.user,
        at=requester.at,
    )


def _build_paper_form(
    requester: request_context.Requester, *submitted: Any
) -> lifecycle.PaperSignatureForm:
    return lifecycle.PaperSignatureForm(
        *submitted,
        today=requester.on,
        own_address=requester.user.email,
        is_email_on=notifications.is_email_on(),
        auto_id="attest-%s",
    )


def _redirect_after_signature(request: HttpRequest, opened: OpenedDraft) -> HttpResponse:
    """Redirect to the agreement after the last signature, else back to the draft."""
    opened.row.refresh_from_db()
    if opened.row.state == "signed" and opened.row.agreement is not None:
        messages.success(request, _("Every party has signed. The agreement is complete."))
        return redirect("agreements:detail", reference=opened.row.agreement.reference)
    messages.success(request, _("Your response is recorded."))
    return redirect("agreements:draft", pk=opened.row.pk)


def _render_signature_page(
    request: HttpRequest,
    opened: OpenedDraft,
    requester: request_context.Requester,
    invalid_form: django_forms.Form | None,
) -> HttpResponse:
    slugs_by_action = visible_drafts.list_party_actions(opened.fact, requester.who, requester.on)
    own_parties = sorted(opened.fact.parties & requester.who.list_organizations(requester.on))
    name = getattr(request.user, "name", "")
    context = {
        "opened": opened,
        "row": opened.row,
        "document": documents.build_agreement_document(opened.reading.terms),
        "mine": request_context.load_organizations_by_action(slugs_by_action),
        "why_not": [
            may_sign_agreement(opened.fact, slug, requester.who, requester.on)
            for slug in own_parties
        ]
        if not slugs_by_action["sign"]
        else [],
        "sign": invalid_form
        if isinstance(invalid_form, lifecycle.SignatureForm)
        else lifecycle.SignatureForm(signer=name),
        "attest": invalid_form
        if isinstance(invalid_form, lifecycle.PaperSignatureForm)
        else _build_paper_form(requester),
        "why": invalid_form
        if isinstance(invalid_form, lifecycle.DraftReasonForm)
        else lifecycle.DraftReasonForm(auto_id="why-%s"),
        "audience": find_agreement_audience(
            requester.who, opened.fact.parties | {opened.fact.organization}, requester.on
        ),
    }
    return render(request, "agreements/sign.html", context, status=422 if invalid_form else 200)
