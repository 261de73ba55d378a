"""Pages about agreements on record, and about the steps that follow a signature.

Those are amendment, joinder, pilot, termination and closing.
"""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.agreements import documents, draft_text
from cairn.governance.agreements.actions import draft_lifecycle, signature_and_record, termination
from cairn.governance.agreements.draft_facts import BadDraft
from cairn.governance.agreements.forms.lifecycle import AgreementUploadForm, TerminationForm
from cairn.governance.agreements.models import Agreement, Draft
from cairn.governance.agreements.queries import visible_agreements, visible_drafts
from cairn.governance.agreements.queries.visible_agreements import AgreementListing
from cairn.governance.agreements.tables import AgreementTable
from cairn.governance.agreements.toml_format.mistakes import BadAgreement
from cairn.governance.agreements.toml_format.writer import write_tables
from cairn.governance.agreements.views import request_context
from cairn.governance.partners.api import Organization, keep_page_while_rows_unchanged
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy import questions
from cairn.policy.checks import find_earliest_termination_day
from cairn.policy.engine import find_agreement_audience
from cairn.policy.facts import AgreementFact, Party
from cairn.policy.vocabulary import Action, LegalBasis, PartyRole
from cairn.warehouse.schema import load_element_catalogue

_AGREEMENTS_PER_PAGE = 50


@require_safe
@keep_page_while_rows_unchanged
def agreement_list(request: HttpRequest) -> HttpResponse:
    """List the agreements that this person may read, and whether each is in force today."""
    requester = request_context.identify_requester(request)
    questions.may_open_page(Action.VIEW_AGREEMENT, requester.who, on=requester.on).require()
    rows = visible_agreements.filter_visible_agreements(requester.who, requester.on)
    rows = rows.filter(part="")
    table = build_list_table(
        AgreementTable,
        visible_agreements.describe_agreements(rows, requester.on),
        request,
        rows_per_page=_AGREEMENTS_PER_PAGE,
    )
    if is_download_requested(table, request):
        return write_csv_response(table, "agreements")
    context = {
        "table": table,
        "may_load": visible_agreements.may_load_any_agreement(requester.who, requester.on).allowed,
        "may_write": visible_drafts.may_begin_any_draft(requester.who, requester.on),
    }
    return render(request, "agreements/list.html", context)


@require_safe
def agreement_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one agreement in plain words, with its status, every reason, and its text."""
    requester = request_context.identify_requester(request)
    try:
        listed = visible_agreements.find_visible_agreement(reference, requester.who, requester.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    if listed.row.whole is not None:
        whole = reverse("agreements:detail", args=(listed.row.whole.reference,))
        return redirect(f"{whole}#part-{listed.row.part}")
    context = {
        "parts": visible_agreements.list_visible_parts(listed.row, requester.who, requester.on),
        "listed": listed,
        "row": listed.row,
        "terms": listed.terms,
        "document": documents.build_agreement_document(listed.terms),
        "standing": listed.standing,
        "versions": visible_agreements.list_agreement_versions(listed.row),
        "drafts": visible_drafts.list_amendment_drafts(listed.row, requester.who, requester.on),
        "findings": visible_agreements.lint_terms(listed.terms, requester.on),
        "mine": request_context.load_organizations_by_action(
            visible_agreements.list_agreement_options(
                listed.terms, requester.who, requester.on, given_by=listed.row.notice_by
            )
        ),
        "audience": find_agreement_audience(
            requester.who, listed.terms.list_organizations(*PartyRole), requester.on
        ),
        "shapes": _list_synthetic_records(listed.terms),
        "senders": _list_upload_providers(listed, requester),
        "today": requester.on,
    }
    return render(request, "agreements/detail.html", context)


def _list_upload_providers(
    listed: AgreementListing, requester: request_context.Requester
) -> list[Party]:
    """List the providers for which the requester may upload a file under an agreement in force."""
    if not listed.standing.allowed:
        return []
    return [
        party
        for party in listed.providers
        if questions.may_open_page(
            Action.RECEIVE, requester.who, organization=party.organization, on=requester.on
        ).allowed
    ]


def _list_synthetic_records(terms: AgreementFact) -> list[tuple[str, str]]:
    """List the record types for which a synthetic file can be made, with their titles."""
    record_names = sorted({term.record for term in terms.stated_data})
    return [
        (name, load_element_catalogue()[name].title)
        for name in record_names
        if name in load_element_catalogue()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_upload(request: HttpRequest) -> HttpResponse:
    """Take a text, show what it means and whether it would be in force, then put it on record."""
    requester = request_context.identify_requester(request)
    visible_agreements.may_load_any_agreement(requester.who, requester.on).require()
    is_submitted = request.method == "POST"
    form = (
        AgreementUploadForm(request.POST, request.FILES) if is_submitted else AgreementUploadForm()
    )
    if not is_submitted or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "agreements/load.html", {"form": form}, status=status)
    text, terms = form.cleaned_data["text"], form.cleaned_data["terms"]
    questions.may_load_agreement(terms, requester.who, requester.on).require()
    if "confirm" not in request.POST:
        return _render_preview(request, text, terms)
    try:
        row = signature_and_record.load_agreement(
            text=text,
            by=requester.user,
            at=requester.at,
            newcomers=request.POST.getlist("newcomers"),
        )
    except BadAgreement as bad:
        return _render_preview(request, text, terms, mistakes=bad.mistakes)
    messages.success(
        request, _("You recorded agreement %(reference)s.") % {"reference": row.reference}
    )
    return redirect("agreements:detail", reference=row.reference)


def _render_preview(
    request: HttpRequest, text: str, terms: AgreementFact, mistakes: Sequence[str] = ()
) -> HttpResponse:
    """Show what a text means, whether it would be in force, and which parties are new."""
    requester = request_context.identify_requester(request)
    before = visible_agreements.find_agreement_to_replace(
        terms.reference, requester.who, requester.on
    )
    context = {
        "text": text,
        "terms": terms,
        "document": documents.build_agreement_document(terms),
        "standing": questions.decide_agreement_in_force(
            visible_agreements.resolve_unrecorded_terms(terms), requester.on
        ),
        "findings": visible_agreements.lint_terms(terms, requester.on),
        "before": before,
        "unchanged": before is not None and before.text == text,
        "newcomers": visible_agreements.find_unregistered_parties(terms),
        "mistakes": mistakes,
        "audience": find_agreement_audience(
            requester.who, terms.list_organizations(*PartyRole), requester.on
        ),
        "today": requester.on,
    }
    status = 422 if mistakes else 200
    return render(request, "agreements/preview.html", context, status=status)


@require_POST
def amend_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Start the next version of an agreement: a change, or a renewal."""
    requester = request_context.identify_requester(request)
    listed, organization = (
        _find_agreement_or_404(reference, requester),
        request_context.get_submitted_organization(request),
    )
    text = write_tables(draft_text.strip_signatures(listed.row.text))
    return _begin_draft_and_redirect(request, reference, requester, text, organization, listed.row)


@require_POST
def join_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Start a joinder, which adds one party by its own signature alone."""
    requester = request_context.identify_requester(request)
    _find_agreement_or_404(reference, requester)
    organization = request_context.get_submitted_organization(request)
    joining = {
        "reference": f"{reference}-J-{organization.slug}"[:80],
        "title": f"Joinder of {organization.name} to {reference}",
        "tier": "joinder",
        "joins": reference,
        "starts": requester.on,
        "parties": [
            {
                "organization": organization.slug,
                "name": organization.name,
                "kind": organization.kind,
                "role": "provider",
            }
        ],
        "legal_basis": {"basis": "no_disclosure"},
    }
    return _begin_draft_and_redirect(
        request, reference, requester, write_tables(joining), organization, None
    )


@require_POST
def pilot_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Start a pilot as a copy of an agreement about real children.

    Its parties sign it separately, and only synthetic data may be delivered under it.
    """
    requester = request_context.identify_requester(request)
    listed, organization = (
        _find_agreement_or_404(reference, requester),
        request_context.get_submitted_organization(request),
    )
    parent_references = {
        parent.reference
        for parent in listed.terms.above
        if parent.basis is LegalBasis.NO_DISCLOSURE
    }
    text = draft_text.convert_to_pilot_text(
        listed.row.text,
        reference=f"{reference}-PILOT"[:80],
        title=f"Pilot of {listed.terms.title}",
        pilot_goal=f"Test the terms of {reference} with synthetic data first.",
        under=parent_references,
    )
    return _begin_draft_and_redirect(request, reference, requester, text, organization, None)


@require_http_methods(["GET", "HEAD", "POST"])
def terminate_agreement_view(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what follows from a termination, then give notice for one of the parties."""
    requester = request_context.identify_requester(request)
    listed = _find_agreement_or_404(reference, requester)
    earliest = find_earliest_termination_day(listed.terms, requester.on)
    own_slugs = visible_agreements.list_agreement_options(
        listed.terms, requester.who, requester.on
    )["terminate"]
    slug = request.POST.get("organization") or (own_slugs[0] if own_slugs else "")
    questions.may_terminate_agreement(
        listed.terms, slug, earliest, requester.who, requester.on
    ).require()
    form = TerminationForm(
        request_context.get_submitted_data(request), initial={"from_day": earliest}
    )
    if request.method == "POST" and form.is_valid():
        termination.terminate_agreement(
            agreement=listed.row,
            organization=request_context.get_submitted_organization(request),
            from_day=form.cleaned_data["from_day"],
            why=form.cleaned_data["why"],
            by=requester.user,
            at=requester.at,
        )
        messages.success(
            request,
            _("You gave notice of termination. You can withdraw it until the termination date."),
        )
        return redirect("agreements:detail", reference=reference)
    context = {
        "row": listed.row,
        "terms": listed.terms,
        "form": form,
        "earliest": earliest,
        "organizations": Organization.objects.filter(slug__in=own_slugs),
        "audience": find_agreement_audience(
            requester.who, listed.terms.list_organizations(*PartyRole), requester.on
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "agreements/terminate.html", context, status=status)


@require_POST
def withdraw_notice(request: HttpRequest, reference: str) -> HttpResponse:
    """Withdraw a notice of termination before its day."""
    requester = request_context.identify_requester(request)
    listed, organization = (
        _find_agreement_or_404(reference, requester),
        request_context.get_submitted_organization(request),
    )
    termination.withdraw_termination_notice(
        agreement=listed.row,
        organization=organization,
        by=requester.user,
        at=requester.at,
    )
    messages.success(request, _("You withdrew the notice of termination."))
    return redirect("agreements:detail", reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
def close_ended_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for confirmation, then begin to destroy what was received under an ended agreement."""
    requester = request_context.identify_requester(request)
    listed = _find_agreement_or_404(reference, requester)
    questions.may_begin_closing_agreement(listed.terms, requester.who, requester.on).require()
    if request.method == "POST":
        termination.begin_agreement_closing(
            agreement=listed.row, by=requester.user, at=requester.at
        )
        messages.success(
            request, _("Closeout has started. Review the data that must be destroyed.")
        )
        return redirect("agreements:detail", reference=reference)
    parties = ", ".join(dict.fromkeys(party.name for party in listed.terms.parties))
    context = {
        "title": _("Start closeout of %(reference)s?") % {"reference": reference},
        "text": _("%(title)s. Parties: %(parties)s.")
        % {"title": listed.terms.title, "parties": parties},
        "consequences": [
            _("Data received under it must be destroyed, and each destruction certified."),
            _("The agreement can no longer be amended, renewed or joined."),
            _("Results that were published before stay published."),
            _("You cannot undo this."),
        ],
        "action": _("Start closeout"),
        "back": reverse("agreements:detail", args=(reference,)),
        "of": reference,
    }
    return render(request, "web/confirm_page.html", context)


def _begin_draft_and_redirect(
    request: HttpRequest,
    reference: str,
    requester: request_context.Requester,
    text: str,
    organization: Organization,
    agreement: Agreement | None,
) -> HttpResponse:
    """Begin a draft and redirect to it, or go back with the reasons it cannot begin."""
    try:
        draft: Draft = draft_lifecycle.begin_draft(
            text=text,
            organization=organization,
            agreement=agreement,
            based_on=reference,
            by=requester.user,
            at=requester.at,
        )
    except BadDraft as bad:
        for mistake in bad.mistakes:
            messages.error(request, mistake)
        return redirect("agreements:detail", reference=reference)
    return redirect("agreements:step", pk=draft.pk, step="parties")


def _find_agreement_or_404(
    reference: str, requester: request_context.Requester
) -> AgreementListing:
    try:
        return visible_agreements.find_visible_agreement(reference, requester.who, requester.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
