"""Pages about agreements on record."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.agreements import actions, queries, wording
from cairn.agreements.format import BadAgreement
from cairn.agreements.forms import AgreementForm
from cairn.agreements.models import Agreement
from cairn.agreements.views.asking import as_organizations, asking
from cairn.rules import agreement as law
from cairn.rules.authority import in_force, may_load_agreement
from cairn.rules.lint import lint
from cairn.rules.telling import reader
from cairn.rules.vocabulary import PartyRole
from cairn.warehouse.elements import catalogue


@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    """Every agreement this person may read, and whether it is in force today."""
    one = asking(request)
    context = {
        "agreements": queries.agreements(one.who, one.on),
        "may_load": queries.may_load(one.who, one.on).allowed,
        "may_write": queries.may_write(one.who, one.on),
        "today": one.on,
    }
    return render(request, "agreements/list.html", context)


@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One agreement in plain words, its standing with every reason, and its text."""
    one = asking(request)
    try:
        listed = queries.agreement(reference, one.who, one.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    context = {
        "row": listed.row,
        "terms": listed.terms,
        "document": wording.document(listed.terms),
        "standing": listed.standing,
        "versions": queries.versions(listed.row),
        "drafts": queries.drafts_of(listed.row, one.who, one.on),
        "findings": lint(listed.terms, None, one.on),
        "mine": as_organizations(
            queries.doors_of(listed.terms, one.who, one.on, given_by=listed.row.notice_by)
        ),
        "audience": reader(one.who, listed.terms.organizations(*PartyRole), one.on),
        "shapes": _shapes(listed.terms),
        "today": one.on,
    }
    return render(request, "agreements/detail.html", context)


def _shapes(terms: law.Agreement) -> list[tuple[str, str]]:
    """The kinds of records of which a synthetic file can be made, with what a page calls them."""
    named = sorted({term.record for term in terms.data})
    return [(name, catalogue()[name].title) for name in named if name in catalogue()]


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Takes a text, shows what it means and whether it would be in force, and then keeps it."""
    one = asking(request)
    queries.may_load(one.who, one.on).require()
    sent = request.method == "POST"
    form = AgreementForm(request.POST, request.FILES) if sent else AgreementForm()
    if not sent or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "agreements/load.html", {"form": form}, status=status)
    text, terms = form.cleaned_data["text"], form.cleaned_data["terms"]
    may_load_agreement(terms, one.who, one.on).require()
    if "confirm" not in request.POST:
        return _preview(request, text, terms)
    try:
        row = actions.load(
            text=text,
            by=one.user,
            at=one.at,
            newcomers=request.POST.getlist("newcomers"),
            who=one.who,
        )
    except BadAgreement as bad:
        return _preview(request, text, terms, mistakes=bad.mistakes)
    messages.success(request, _("%(reference)s is on record.") % {"reference": row.reference})
    return redirect("agreements:detail", reference=row.reference)


def _preview(
    request: HttpRequest, text: str, terms: law.Agreement, mistakes: Sequence[str] = ()
) -> HttpResponse:
    """What a text means, whether it would be in force, and who in it is new."""
    one = asking(request)
    before = queries.to_replace(terms.reference, one.who, one.on)
    context = {
        "text": text,
        "terms": terms,
        "document": wording.document(terms),
        "standing": in_force(queries.as_it_would_stand(terms), one.on),
        "findings": lint(terms, None, one.on),
        "before": before,
        "unchanged": before is not None and before.text == text,
        "newcomers": queries.unregistered(terms),
        "mistakes": mistakes,
        "audience": reader(one.who, terms.organizations(*PartyRole), one.on),
        "today": one.on,
    }
    status = 422 if mistakes else 200
    return render(request, "agreements/preview.html", context, status=status)
