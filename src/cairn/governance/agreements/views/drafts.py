"""Pages about drafts: the list, starting one or many, and one draft with its next steps."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.agreements import documents, draft_facts, draft_text
from cairn.governance.agreements.actions import draft_lifecycle, signature_and_record
from cairn.governance.agreements.draft_facts import BadDraft
from cairn.governance.agreements.draft_text import PartnerIdentity
from cairn.governance.agreements.forms import lifecycle
from cairn.governance.agreements.queries import visible_drafts
from cairn.governance.agreements.tables import DraftTable
from cairn.governance.agreements.text_comparison import find_term_variations
from cairn.governance.agreements.views import request_context
from cairn.governance.partners.api import Organization
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.engine import find_agreement_audience
from cairn.policy.vocabulary import FERPA_AGENCY_KINDS, OrganizationKind

_DRAFTS_PER_PAGE = 50
_SUGGESTED_YEARS = 3
"""The term that the first page of a draft suggests."""
_HEADER_KEYS = frozenset({"reference", "title"})


@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    """List the drafts that this person may read, by partner, with state and date."""
    requester = request_context.identify_requester(request)
    rows = visible_drafts.list_visible_drafts(requester.who, requester.on)
    table = build_list_table(DraftTable, rows, request, rows_per_page=_DRAFTS_PER_PAGE)
    if is_download_requested(table, request):
        return write_csv_response(table, "drafts-of-agreements")
    context = {
        "table": table,
        "may_begin": visible_drafts.may_begin_any_draft(requester.who, requester.on),
    }
    return render(request, "agreements/drafts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_draft(request: HttpRequest) -> HttpResponse:
    """Start one draft, from a template or from another agreement."""
    requester = request_context.identify_requester(request)
    choices: dict[str, Any] = {
        "writers": visible_drafts.list_writer_organizations(requester.who, requester.on),
        "patterns": visible_drafts.list_pattern_agreements(requester.who, requester.on),
    }
    form = lifecycle.DraftStartForm(
        request_context.get_submitted_data(request),
        initial=_suggest_start(request.GET.get("partner", ""), requester.on),
        **choices,
    )
    if request.method == "POST" and form.is_valid():
        try:
            draft = draft_lifecycle.begin_draft(
                text=_write_first_text(form),
                organization=form.cleaned_data["organization"],
                based_on=form.text()[1],
                by=requester.user,
                at=requester.at,
            )
        except BadDraft as bad:
            _add_mistakes_to_form(form, bad)
        else:
            return _redirect_to_next_edit(request, draft.pk, requester)
    status = 422 if form.errors else 200
    return render(request, "agreements/begin.html", {"form": form}, status=status)


def _suggest_start(slug: str, on: date) -> dict[str, Any]:
    """Suggest the values of a first agreement with a partner; none without a partner."""
    partner = Organization.objects.filter(slug=slug).first()
    if partner is None:
        return {}
    is_agency = OrganizationKind(partner.kind) in FERPA_AGENCY_KINDS
    return {
        "partner": partner.slug,
        "source": lifecycle.name_template_source(
            "02-data-sharing-audit-evaluation" if is_agency else "05-data-sharing-consent"
        ),
        "reference": draft_facts.find_free_reference(f"DSA-{partner.slug.upper()}"[:70]),
        "title": _("Data sharing: %(partner)s") % {"partner": partner.name},
        "starts": on,
        "ends": date(on.year + _SUGGESTED_YEARS, on.month, min(on.day, 28)) - timedelta(days=1),
        "program_operator": partner.slug if is_agency else "",
    }


def _write_first_text(form: lifecycle.DraftStartForm) -> str:
    """Write the first text of a draft from the answers of its first page."""
    cleaned = form.cleaned_data
    text, _name = form.text()
    head = {"reference": cleaned["reference"], "title": cleaned["title"]}
    if cleaned["partner"]:
        text = draft_text.fill_partner_text(
            text,
            writer=_identify(cleaned["organization"]),
            partner=_identify(cleaned["partner"]),
            **head,
        )
    else:
        text = draft_text.copy_text(text, **head)
    operator = cleaned["program_operator"]
    return draft_text.fill_known_terms(
        text,
        starts=cleaned["starts"],
        ends=cleaned["ends"],
        program_operator=operator.slug if operator else "",
    )


def _redirect_to_next_edit(
    request: HttpRequest, pk: int, requester: request_context.Requester
) -> HttpResponse:
    """Go on to the draft if its text is complete, else to the section that lacks something."""
    opened = request_context.open_draft_or_404(pk, requester)
    if opened.reading.mistakes or opened.other_findings:
        return redirect("agreements:step", pk=pk, step="parties")
    if opened.fact.findings:
        messages.success(
            request,
            _("Almost complete. Next: answer the questions about the legal basis of this draft."),
        )
        return redirect("agreements:step", pk=pk, step="criteria")
    messages.success(
        request,
        _("The draft is complete. Next: read it, change what you need, and submit it to counsel."),
    )
    return redirect("agreements:draft", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def new_draft_batch(request: HttpRequest) -> HttpResponse:
    """Fill one text for several partners, and show how each differs from the first."""
    requester = request_context.identify_requester(request)
    choices: dict[str, Any] = {
        "writers": visible_drafts.list_writer_organizations(requester.who, requester.on),
        "patterns": visible_drafts.list_pattern_agreements(requester.who, requester.on),
    }
    form = lifecycle.DraftBatchForm(request_context.get_submitted_data(request), **choices)
    if request.method == "POST" and form.is_valid():
        text, name = form.text()
        texts = _fill_for_each_partner(form.cleaned_data, text)
        if "confirm" not in request.POST:
            context = {"form": form, **_compare_texts(texts), "source": name}
            return render(request, "agreements/many_preview.html", context)
        try:
            drafts = draft_lifecycle.begin_draft_batch(
                texts=texts,
                organization=form.cleaned_data["organization"],
                based_on=name,
                batch=f"{name}, {requester.on.isoformat()}"[:60],
                by=requester.user,
                at=requester.at,
            )
        except BadDraft as bad:
            _add_mistakes_to_form(form, bad)
        else:
            messages.success(request, _("You created %(n)s drafts.") % {"n": len(drafts)})
            return redirect("agreements:drafts")
    status = 422 if form.errors else 200
    return render(request, "agreements/begin_many.html", {"form": form}, status=status)


@require_safe
def draft_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one draft: its document, its problems, its state and the next steps."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    context = {
        "opened": opened,
        "row": opened.row,
        "document": documents.build_agreement_document(opened.reading.terms),
        "doors": visible_drafts.decide_writer_actions(opened.fact, requester.who, requester.on),
        "mine": request_context.load_organizations_by_action(
            visible_drafts.list_party_actions(opened.fact, requester.who, requester.on)
        ),
        "steps": _DRAFT_STEPS,
        "done": _find_completed_steps(opened.row.state),
        "audience": find_agreement_audience(
            requester.who, opened.fact.parties | {opened.fact.organization}, requester.on
        ),
        "today": requester.on,
    }
    return render(request, "agreements/draft.html", context)


@require_POST
def submit_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit the text to counsel."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    draft_lifecycle.submit_draft_to_counsel(draft=opened.row, by=requester.user, at=requester.at)
    messages.success(request, _("You submitted the draft for counsel review."))
    return redirect("agreements:draft", pk=pk)


@require_POST
def recall_draft_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Recall the text in order to change it."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    draft_lifecycle.recall_draft(draft=opened.row, by=requester.user, at=requester.at)
    messages.success(request, _("You can edit the draft again."))
    return redirect("agreements:draft", pk=pk)


@require_POST
def send_draft_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the parties sign."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    signature_and_record.send_draft_for_signature(
        draft=opened.row, by=requester.user, at=requester.at
    )
    messages.success(
        request, _("You sent the agreement out for signature. The parties can sign it now.")
    )
    return redirect("agreements:draft", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def set_draft_aside_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then give up a draft for good."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    visible_drafts.decide_writer_actions(opened.fact, requester.who, requester.on)[
        "set_aside"
    ].require()
    form = lifecycle.DraftReasonForm(request_context.get_submitted_data(request))
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        draft_lifecycle.set_draft_aside(
            draft=opened.row, why=why, by=requester.user, at=requester.at
        )
        messages.success(request, _("You archived the draft. It stays readable."))
        return redirect("agreements:drafts")
    status = 422 if form.errors else 200
    context = {"row": opened.row, "form": form}
    return render(request, "agreements/set_aside.html", context, status=status)


_DRAFT_STEPS = (
    ("draft", _lazy("Draft")),
    ("counsel_review", _lazy("Counsel review")),
    ("out_for_signature", _lazy("Signatures")),
    ("signed", _lazy("Signed")),
)


def _find_completed_steps(state: str) -> list[str]:
    """Return the steps that a draft in this state has completed."""
    states = [name for name, _label in _DRAFT_STEPS]
    return states[: states.index(state)] if state in states else []


def _fill_for_each_partner(cleaned: dict[str, Any], text: str) -> list[str]:
    partners = [_identify(organization) for organization in cleaned["partners"]]
    references = draft_text.build_references(cleaned["pattern"], partners)
    return [
        draft_text.fill_partner_text(
            text,
            reference=reference,
            title=f"{cleaned['name']}: {partner.name}",
            writer=_identify(cleaned["organization"]),
            partner=partner,
        )
        for reference, partner in zip(references, partners, strict=True)
    ]


def _identify(organization: Organization) -> PartnerIdentity:
    return PartnerIdentity(
        organization.slug, organization.name, organization.kind, organization.state
    )


def _compare_texts(texts: list[str]) -> dict[str, Any]:
    """Return the heads of the texts, and what each says where they differ."""
    terms = [
        variation
        for variation in find_term_variations(texts)
        if (variation.where or variation.term not in _HEADER_KEYS)
    ]
    heads = [draft_facts.read_unfinished_terms(text) for text in texts]
    heads_with_differences = [
        (terms_head, [(term, term.said[index]) for term in terms])
        for index, terms_head in enumerate(heads)
    ]
    return {"terms": terms, "each": heads_with_differences}


def _add_mistakes_to_form(
    form: lifecycle.DraftStartForm | lifecycle.DraftBatchForm, bad: BadDraft
) -> None:
    for mistake in bad.mistakes:
        form.add_error(None, mistake)
