"""The page for signing: the whole plain text, then a name typed under it, or a paper recorded."""

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.agreements import actions, queries, wording
from cairn.agreements.forms import AttestForm, SignForm, WhyForm
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
from cairn.rules.drafting import may_sign
from cairn.rules.telling import reader


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """A party's signatory reads the whole text and signs it, records a paper, or declines."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    if request.method == "POST":
        organization = organization_sent(request)
        form = _form(request, one)
        if form.is_valid():
            if request.POST.get("digest") != opened.fact.digest:
                messages.error(request, _("The text has changed while you read. Read it again."))
                return redirect("agreements:sign", pk=pk)
            _do(request.POST.get("do", ""), opened, organization, form, one)
            return _told(request, opened)
        return _page(request, opened, one, form)
    return _page(request, opened, one, None)


def _form(request: HttpRequest, one: Asking) -> django_forms.Form:
    match request.POST.get("do", ""):
        case "decline":
            return WhyForm(request.POST, auto_id="why-%s")
        case "attest":
            return AttestForm(request.POST, today=one.on, auto_id="attest-%s")
        case _:
            return SignForm(request.POST, signer=one.user.name)


def _do(
    what: str,
    opened: Opened,
    organization: Organization,
    form: django_forms.Form,
    one: Asking,
) -> None:
    given = form.cleaned_data
    common: Speaking = {
        "draft": opened.row,
        "organization": organization,
        "by": one.user,
        "at": one.at,
        "who": one.who,
    }
    match what:
        case "decline":
            actions.decline(**common, why=given["why"])
        case "attest":
            actions.attest(
                **common,
                name=given["name"],
                capacity=given["capacity"],
                signed_on=given["on"],
            )
        case _:
            actions.sign(**common, capacity=given["capacity"])


def _blank_attest(one: Asking) -> AttestForm:
    return AttestForm(today=one.on, auto_id="attest-%s")


def _told(request: HttpRequest, opened: Opened) -> HttpResponse:
    """To the agreement when that was the last signature, else back to the draft."""
    opened.row.refresh_from_db()
    if opened.row.state == "signed" and opened.row.agreement is not None:
        messages.success(request, _("Everyone has signed. The agreement is on record."))
        return redirect("agreements:detail", reference=opened.row.agreement.reference)
    messages.success(request, _("It is on record."))
    return redirect("agreements:draft", pk=opened.row.pk)


def _page(
    request: HttpRequest, opened: Opened, one: Asking, wrong: django_forms.Form | None
) -> HttpResponse:
    mine = queries.written_for(opened.fact, one.who, one.on)
    own = sorted(opened.fact.parties & one.who.organizations(one.on))
    name = getattr(request.user, "name", "")
    context = {
        "opened": opened,
        "row": opened.row,
        "document": wording.document(opened.reading.terms),
        "mine": as_organizations(mine),
        "why_not": [may_sign(opened.fact, slug, one.who, one.on) for slug in own]
        if not mine["sign"]
        else [],
        "sign": wrong if isinstance(wrong, SignForm) else SignForm(signer=name),
        "attest": wrong if isinstance(wrong, AttestForm) else _blank_attest(one),
        "why": wrong if isinstance(wrong, WhyForm) else WhyForm(auto_id="why-%s"),
        "audience": reader(one.who, opened.fact.parties | {opened.fact.organization}, one.on),
    }
    return render(request, "agreements/sign.html", context, status=422 if wrong else 200)
