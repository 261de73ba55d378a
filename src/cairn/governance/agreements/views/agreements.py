"""Pages about agreements on record."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.agreements import documents
from cairn.governance.agreements.actions import agreement_record
from cairn.governance.agreements.forms.new_text import AgreementUploadForm
from cairn.governance.agreements.models import Agreement
from cairn.governance.agreements.queries import visible_agreements, visible_drafts
from cairn.governance.agreements.toml_format.mistakes import BadAgreement
from cairn.governance.agreements.views.requester import (
    identify_requester,
    load_organizations_by_action,
)
from cairn.policy.engine import find_agreement_audience
from cairn.policy.facts import AgreementFact
from cairn.policy.lint import lint_agreement
from cairn.policy.questions import decide_agreement_in_force, may_load_agreement, may_open_page
from cairn.policy.vocabulary import Action, PartyRole
from cairn.warehouse.schema import load_element_catalogue

_AGREEMENTS_PER_PAGE = 50


@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    """List the agreements that this person may read, and whether each is in force today."""
    requester = identify_requester(request)
    may_open_page(Action.VIEW_AGREEMENT, requester.who, on=requester.on).require()
    rows = visible_agreements.filter_visible_agreements(requester.who, requester.on)
    page = Paginator(rows, _AGREEMENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "agreements": visible_agreements.describe_agreements(page.object_list, requester.on),
        "may_load": visible_agreements.may_load_any_agreement(requester.who, requester.on).allowed,
        "may_write": visible_drafts.may_begin_any_draft(requester.who, requester.on),
        "today": requester.on,
    }
    return render(request, "agreements/list.html", context)


@require_safe
def agreement_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one agreement in plain words, with its status, every reason, and its text."""
    requester = identify_requester(request)
    try:
        listed = visible_agreements.find_visible_agreement(reference, requester.who, requester.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    context = {
        "row": listed.row,
        "terms": listed.terms,
        "document": documents.build_agreement_document(listed.terms),
        "standing": listed.standing,
        "versions": visible_agreements.list_agreement_versions(listed.row),
        "drafts": visible_drafts.list_amendment_drafts(listed.row, requester.who, requester.on),
        "findings": lint_agreement(listed.terms, None, requester.on),
        "mine": load_organizations_by_action(
            visible_agreements.list_agreement_options(
                listed.terms, requester.who, requester.on, given_by=listed.row.notice_by
            )
        ),
        "audience": find_agreement_audience(
            requester.who, listed.terms.organizations(*PartyRole), requester.on
        ),
        "shapes": _list_synthetic_records(listed.terms),
        "today": requester.on,
    }
    return render(request, "agreements/detail.html", context)


def _list_synthetic_records(terms: AgreementFact) -> list[tuple[str, str]]:
    """List the record types for which a synthetic file can be made, with their titles."""
    record_names = sorted({term.record for term in terms.data})
    return [
        (name, load_element_catalogue()[name].title)
        for name in record_names
        if name in load_element_catalogue()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_upload(request: HttpRequest) -> HttpResponse:
    """Take a text, show what it means and whether it would be in force, then put it on record."""
    requester = identify_requester(request)
    visible_agreements.may_load_any_agreement(requester.who, requester.on).require()
    is_submitted = request.method == "POST"
    form = (
        AgreementUploadForm(request.POST, request.FILES) if is_submitted else AgreementUploadForm()
    )
    if not is_submitted or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "agreements/load.html", {"form": form}, status=status)
    text, terms = form.cleaned_data["text"], form.cleaned_data["terms"]
    may_load_agreement(terms, requester.who, requester.on).require()
    if "confirm" not in request.POST:
        return _render_preview(request, text, terms)
    try:
        row = agreement_record.load_agreement(
            text=text,
            by=requester.user,
            at=requester.at,
            newcomers=request.POST.getlist("newcomers"),
        )
    except BadAgreement as bad:
        return _render_preview(request, text, terms, mistakes=bad.mistakes)
    messages.success(request, _("%(reference)s is on record.") % {"reference": row.reference})
    return redirect("agreements:detail", reference=row.reference)


def _render_preview(
    request: HttpRequest, text: str, terms: AgreementFact, mistakes: Sequence[str] = ()
) -> HttpResponse:
    """Show what a text means, whether it would be in force, and which parties are new."""
    requester = identify_requester(request)
    before = visible_agreements.find_agreement_to_replace(
        terms.reference, requester.who, requester.on
    )
    context = {
        "text": text,
        "terms": terms,
        "document": documents.build_agreement_document(terms),
        "standing": decide_agreement_in_force(
            visible_agreements.resolve_unrecorded_terms(terms), requester.on
        ),
        "findings": lint_agreement(terms, None, requester.on),
        "before": before,
        "unchanged": before is not None and before.text == text,
        "newcomers": visible_agreements.find_unregistered_parties(terms),
        "mistakes": mistakes,
        "audience": find_agreement_audience(
            requester.who, terms.organizations(*PartyRole), requester.on
        ),
        "today": requester.on,
    }
    status = 422 if mistakes else 200
    return render(request, "agreements/preview.html", context, status=status)
