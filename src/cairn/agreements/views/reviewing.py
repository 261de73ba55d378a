"""Counsel's page: the whole document, every finding, and what counsel has to say."""

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.agreements import actions, queries, wording
from cairn.agreements.forms import AttestReviewForm, OverrideForm, WhyForm
from cairn.agreements.queries import Opened
from cairn.agreements.views.asking import (
    Asking,
    Speaking,
    as_organizations,
    asking,
    draft_or_404,
    organization_sent,
)
from cairn.partners.models import Organization


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Counsel of a party reads the text: no objection, lets a finding stand, or sends it back."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    if request.method == "POST":
        organization = organization_sent(request)
        form = _form(request, one)
        if form is None or form.is_valid():
            _do(request.POST.get("do", ""), opened, organization, form, one)
            messages.success(request, _("It is on record."))
            return redirect("agreements:draft", pk=pk)
        return _page(request, opened, one, form)
    return _page(request, opened, one, None)


def _form(request: HttpRequest, one: Asking) -> django_forms.Form | None:
    """The form that goes with what counsel wants to do; no objection needs no words."""
    match request.POST.get("do", ""):
        case "return":
            return WhyForm(request.POST, auto_id="why-%s")
        case "override":
            return OverrideForm(request.POST)
        case "attest":
            return AttestReviewForm(request.POST, today=one.on, auto_id="attest-%s")
        case _:
            return None


def _do(
    what: str,
    opened: Opened,
    organization: Organization,
    form: django_forms.Form | None,
    one: Asking,
) -> None:
    given = form.cleaned_data if form is not None else {}
    common: Speaking = {
        "draft": opened.row,
        "organization": organization,
        "by": one.user,
        "at": one.at,
        "who": one.who,
    }
    match what:
        case "return":
            actions.send_back(**common, why=given["why"])
        case "override":
            actions.override(**common, finding=given["finding"], reason=given["reason"])
        case "attest":
            actions.attest_review(**common, counsel=given["counsel"], read_on=given["on"])
        case _:
            actions.clear(**common)


def _blank_attest(one: Asking) -> AttestReviewForm:
    return AttestReviewForm(today=one.on, auto_id="attest-%s")


def _page(
    request: HttpRequest, opened: Opened, one: Asking, wrong: django_forms.Form | None
) -> HttpResponse:
    context = {
        "opened": opened,
        "row": opened.row,
        "document": wording.document(opened.reading.terms),
        "mine": as_organizations(queries.written_for(opened.fact, one.who, one.on)),
        "why": wrong if isinstance(wrong, WhyForm) else WhyForm(auto_id="why-%s"),
        "attest": wrong if isinstance(wrong, AttestReviewForm) else _blank_attest(one),
        "override": wrong if isinstance(wrong, OverrideForm) else OverrideForm(),
    }
    return render(request, "agreements/review.html", context, status=422 if wrong else 200)
