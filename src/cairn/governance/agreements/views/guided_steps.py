"""Write a draft step by step: what matters first, saved at each step, missing terms beside it."""

import tomllib
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cairn.governance.agreements import draft_text
from cairn.governance.agreements.draft_facts import BadDraft
from cairn.governance.agreements.forms.element_request import DictionaryRequestForm
from cairn.governance.agreements.forms.format_fields import FieldChoices
from cairn.governance.agreements.forms.guided_steps import (
    GUIDED_STEPS,
    GuidedStep,
    StepForms,
    find_guided_step,
    find_step_of_finding,
    find_step_of_term,
    list_step_progress,
)
from cairn.governance.agreements.queries import draft_choices, element_requests, visible_drafts
from cairn.governance.agreements.queries.visible_drafts import OpenedDraft
from cairn.governance.agreements.toml_format.writer import write_tables
from cairn.governance.agreements.views import draft_editor, request_context
from cairn.governance.agreements.views.request_context import Requester
from cairn.governance.dictionaries.api import ElementOffer, OfferKind
from cairn.policy.engine import find_agreement_audience
from cairn.policy.facts import AgreementFact, list_part_agreements, split_part_key


@require_http_methods(["GET", "HEAD", "POST"])
def draft_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Write one step of a draft; each change is saved at once, with the missing terms beside it."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    visible_drafts.decide_writer_actions(opened.fact, requester.who, requester.on)["save"].require()
    guided_step = find_guided_step(step)
    if guided_step is None:
        raise Http404
    raw, choices = tomllib.loads(opened.row.text), _list_choices(opened, requester)
    if request.method != "POST":
        forms = StepForms(guided_step, raw, choices=choices)
        return _render_step(request, opened, requester, guided_step, forms)
    forms = StepForms(guided_step, raw, request.POST, choices)
    mistakes: tuple[str, ...] = ()
    if forms.is_valid():
        try:
            draft_editor.save_text(
                opened.row,
                write_tables(_complete_parties(forms.build_changed_tables(), raw)),
                str(guided_step.heading),
                requester,
            )
        except BadDraft as bad:
            mistakes = bad.mistakes
    opened = visible_drafts.open_draft(pk, requester.who, requester.on)
    if request.headers.get("HX-Request"):
        context = _build_checks(opened, guided_step) | {"forms": forms, "mistakes": mistakes}
        context |= {"kept": True}
        response = render(request, "agreements/parts/step_checks.html", context)
        if forms.is_valid() and forms.removes_rows:
            # The rows that remain have other numbers now.
            response["HX-Refresh"] = "true"
        return response
    if mistakes or not forms.is_valid():
        return _render_step(
            request, opened, requester, guided_step, forms, mistakes=mistakes, status=422
        )
    following = _find_next_step(guided_step) if "next" in request.POST else guided_step
    return redirect("agreements:step", pk=pk, step=following.name)


@require_POST
def draft_elements(request: HttpRequest, pk: int) -> HttpResponse:
    """Add data elements to a draft that a search found, or remove some."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    visible_drafts.decide_writer_actions(opened.fact, requester.who, requester.on)["save"].require()
    part = _find_chosen_part(opened, request.POST.get("part", ""))
    offered = {offer.element for offer in _search(part, request.POST.get("q", ""))}
    added = [element for element in request.POST.getlist("add") if element in offered]
    named = draft_text.list_element_names(opened.row.text)
    removed = set(named).intersection(request.POST.getlist("remove"))
    if added or removed:
        written = draft_text.add_elements(opened.row.text, added, part.part_id)
        written = draft_text.remove_elements(written, removed)
        draft_editor.save_text(opened.row, written, _("Data elements"), requester)
        n = len(added) + len(removed)
        told = ngettext("%(n)d data element changed.", "%(n)d data elements changed.", n)
        messages.success(request, told % {"n": n})
    else:
        messages.info(request, _("Select the data elements first."))
    return redirect("agreements:step", pk=pk, step="data")


@require_POST
def draft_parts(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a part with another legal basis to a draft, or remove one with its data."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    visible_drafts.decide_writer_actions(opened.fact, requester.who, requester.on)["save"].require()
    if request.POST.get("do") == "remove":
        written = draft_text.remove_part(opened.row.text, request.POST.get("part", ""))
    else:
        written = draft_text.add_part(opened.row.text)
    if written != opened.row.text:
        draft_editor.save_text(opened.row, written, _("Parts"), requester)
    return redirect("agreements:step", pk=pk, step="purpose")


def _find_chosen_part(opened: OpenedDraft, letter: str) -> AgreementFact:
    """Find the part that elements are chosen for; the first if none is named, or the whole text."""
    parts = list_part_agreements(opened.reading.terms)
    named = (part for part in parts if part.part_id == letter)
    return next(named, parts[0] if parts else opened.reading.terms)


def _search(terms: AgreementFact, wanted: str) -> tuple[ElementOffer, ...]:
    offers = draft_choices.search_elements(terms, wanted)
    return tuple(offer for offer in offers if offer.kind is not OfferKind.UNMATCHED)


def _list_choices(opened: OpenedDraft, requester: Requester) -> FieldChoices:
    terms = opened.reading.terms
    people = draft_choices.list_party_people(terms, requester.who, requester.on)
    names = {party.organization: party.name or party.organization for party in terms.parties}
    parties = tuple((slug, name) for slug, name in names.items() if slug)
    return {
        ("parties", "organization"): draft_choices.list_partner_choices(),
        ("access", "organization"): parties,
        ("delivery", "contacts"): people.senders,
        ("delivery", "receivers"): people.receivers,
    }


def _complete_parties(changed: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the name and kind of each party; a party that was replaced has new ones."""
    known = {party.get("organization") for party in before.get("parties", [])}
    parties = [
        party
        if party.get("organization") in known
        else {key: value for key, value in party.items() if key not in ("name", "kind")}
        for party in changed.get("parties", [])
    ]
    completed = {**changed, "parties": parties} if parties else changed
    return draft_editor.complete_parties(completed)


def _render_step(
    request: HttpRequest,
    opened: OpenedDraft,
    requester: Requester,
    step: GuidedStep,
    forms: StepForms,
    *,
    mistakes: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    terms, wanted = opened.reading.terms, request.GET.get("q", "").strip()
    part = _find_chosen_part(opened, request.GET.get("part", ""))
    context = _build_checks(opened, step) | {
        "number": GUIDED_STEPS.index(step) + 1,
        "following": _find_next_step(step),
        "forms": forms,
        "mistakes": mistakes,
        "letters": [each.id for each in terms.parts],
        "partners": draft_choices.list_partner_choices(),
        "doors": visible_drafts.decide_writer_actions(opened.fact, requester.who, requester.on),
        "audience": find_agreement_audience(
            requester.who, opened.fact.parties | {opened.fact.organization}, requester.on
        ),
    }
    if step.name == "data":
        context |= {
            "wanted": wanted,
            "part": part.part_id,
            "requests": element_requests.list_draft_requests(opened.row),
            "request_form": DictionaryRequestForm(
                owners=draft_choices.list_owner_choices(terms), initial={"element": wanted}
            ),
            "offers": draft_choices.search_elements(part, wanted),
            "chosen": [
                (name, *split_part_key(name))
                for name in draft_text.list_element_names(opened.row.text)
            ],
            "unlisted": draft_choices.list_unlisted_elements(terms),
            "stewards": draft_choices.list_owner_stewards(terms, requester.who, requester.on),
        }
    return render(request, "agreements/step.html", context, status=status)


def _build_checks(opened: OpenedDraft, step: GuidedStep) -> dict[str, Any]:
    """Return what the checks beside a step show: its own, then those of the other steps."""
    findings = [(status, find_step_of_finding(status.finding)) for status in opened.findings]
    missing = opened.missing_terms
    progress = list_step_progress(opened)
    return {
        "opened": opened,
        "row": opened.row,
        "step": step,
        "progress": progress,
        "open_steps": [one for one in progress if one.missing],
        "missing_here": [term for term in missing if find_step_of_term(term) == step.name],
        "missing_elsewhere": [term for term in missing if find_step_of_term(term) != step.name],
        "findings_here": [status for status, name in findings if name == step.name],
        "findings_elsewhere": [status for status, name in findings if name != step.name],
    }


def _find_next_step(step: GuidedStep) -> GuidedStep:
    return GUIDED_STEPS[min(GUIDED_STEPS.index(step) + 1, len(GUIDED_STEPS) - 1)]
