"""Pages that follow a signed agreement: amendment, joinder, pilot, termination, closing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cairn.governance.agreements import draft_text
from cairn.governance.agreements.actions import draft_lifecycle, termination
from cairn.governance.agreements.draft_facts import BadDraft
from cairn.governance.agreements.forms.lifecycle import TerminationForm
from cairn.governance.agreements.forms.section import TOP_SECTION_NAME
from cairn.governance.agreements.models import Agreement, Draft
from cairn.governance.agreements.queries import visible_agreements
from cairn.governance.agreements.queries.visible_agreements import AgreementListing
from cairn.governance.agreements.toml_format.writer import write_tables
from cairn.governance.agreements.views.requester import (
    Requester,
    get_submitted_data,
    get_submitted_organization,
    identify_requester,
)
from cairn.governance.partners.api import Organization
from cairn.policy.checks import find_earliest_termination_day
from cairn.policy.engine import find_agreement_audience
from cairn.policy.questions import may_terminate_agreement
from cairn.policy.vocabulary import LegalBasis, PartyRole


@require_POST
def amend_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Start the next version of an agreement: a change, or a renewal."""
    requester = identify_requester(request)
    listed, organization = (
        _find_agreement_or_404(reference, requester),
        get_submitted_organization(request),
    )
    text = write_tables(draft_text.strip_signatures(listed.row.text))
    return _begin_draft_and_redirect(request, reference, requester, text, organization, listed.row)


@require_POST
def join_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Start a joinder, which adds one party by its own signature alone."""
    requester = identify_requester(request)
    _find_agreement_or_404(reference, requester)
    organization = get_submitted_organization(request)
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
    requester = identify_requester(request)
    listed, organization = (
        _find_agreement_or_404(reference, requester),
        get_submitted_organization(request),
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
        pilot_goal=f"What {reference} agrees, tried with invented children before real ones.",
        under=parent_references,
    )
    return _begin_draft_and_redirect(request, reference, requester, text, organization, None)


@require_http_methods(["GET", "HEAD", "POST"])
def terminate_agreement_view(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what follows from a termination, then give notice for one of the parties."""
    requester = identify_requester(request)
    listed = _find_agreement_or_404(reference, requester)
    earliest = find_earliest_termination_day(listed.terms, requester.on)
    own_slugs = visible_agreements.list_agreement_options(
        listed.terms, requester.who, requester.on
    )["terminate"]
    slug = request.POST.get("organization") or (own_slugs[0] if own_slugs else "")
    may_terminate_agreement(listed.terms, slug, earliest, requester.who, requester.on).require()
    form = TerminationForm(get_submitted_data(request), initial={"from_day": earliest})
    if request.method == "POST" and form.is_valid():
        termination.terminate_agreement(
            agreement=listed.row,
            organization=get_submitted_organization(request),
            from_day=form.cleaned_data["from_day"],
            why=form.cleaned_data["why"],
            by=requester.user,
            at=requester.at,
        )
        messages.success(request, _("Notice is given. It can be taken back until that day."))
        return redirect("agreements:detail", reference=reference)
    context = {
        "row": listed.row,
        "terms": listed.terms,
        "form": form,
        "earliest": earliest,
        "organizations": Organization.objects.filter(slug__in=own_slugs),
        "audience": find_agreement_audience(
            requester.who, listed.terms.organizations(*PartyRole), requester.on
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "agreements/terminate.html", context, status=status)


@require_POST
def withdraw_notice(request: HttpRequest, reference: str) -> HttpResponse:
    """Withdraw a notice of termination before its day."""
    requester = identify_requester(request)
    listed, organization = (
        _find_agreement_or_404(reference, requester),
        get_submitted_organization(request),
    )
    termination.withdraw_termination_notice(
        agreement=listed.row,
        organization=organization,
        by=requester.user,
        at=requester.at,
    )
    messages.success(request, _("The notice is taken back."))
    return redirect("agreements:detail", reference=reference)


@require_POST
def close_ended_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin to destroy what was received under an ended agreement."""
    requester = identify_requester(request)
    listed = _find_agreement_or_404(reference, requester)
    termination.begin_agreement_closing(agreement=listed.row, by=requester.user, at=requester.at)
    messages.success(request, _("The agreement is closing: see what is to be destroyed."))
    return redirect("agreements:detail", reference=reference)


def _begin_draft_and_redirect(
    request: HttpRequest,
    reference: str,
    requester: Requester,
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
    return redirect("agreements:section", pk=draft.pk, section=TOP_SECTION_NAME)


def _find_agreement_or_404(reference: str, requester: Requester) -> AgreementListing:
    try:
        return visible_agreements.find_visible_agreement(reference, requester.who, requester.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
