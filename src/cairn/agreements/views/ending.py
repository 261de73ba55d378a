"""What follows a signed agreement: a new version, a joinder, a notice, closing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cairn.agreements import actions, filling, queries
from cairn.agreements.drafted import BadDraft
from cairn.agreements.format import write_raw
from cairn.agreements.forms import TerminateForm
from cairn.agreements.forms.section import TOP
from cairn.agreements.models import Agreement, Draft
from cairn.agreements.queries import Listed
from cairn.agreements.views.asking import (
    Asking,
    asking,
    organization_sent,
    sent,
)
from cairn.partners.models import Organization
from cairn.rules.ending import earliest_end, may_terminate
from cairn.rules.telling import reader
from cairn.rules.vocabulary import LegalBasis, PartyRole


@require_POST
def amend(request: HttpRequest, reference: str) -> HttpResponse:
    """Begins the next version of an agreement: a change, or a renewal."""
    one = asking(request)
    listed, organization = _listed(reference, one), organization_sent(request)
    text = write_raw(filling.unsigned(listed.row.text))
    return _begun(request, reference, one, text, organization, listed.row)


@require_POST
def join(request: HttpRequest, reference: str) -> HttpResponse:
    """Begins a joinder: one more party, by its own signature alone."""
    one = asking(request)
    _listed(reference, one)
    organization = organization_sent(request)
    joining = {
        "reference": f"{reference}-J-{organization.slug}"[:80],
        "title": f"Joinder of {organization.name} to {reference}",
        "tier": "joinder",
        "joins": reference,
        "starts": one.on,
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
    return _begun(request, reference, one, write_raw(joining), organization, None)


@require_POST
def pilot(request: HttpRequest, reference: str) -> HttpResponse:
    """Begins the agreement of a pilot as a copy of one about real children: its parties sign it
    anew, and only synthetic data come under it."""
    one = asking(request)
    listed, organization = _listed(reference, one), organization_sent(request)
    above = {a.reference for a in listed.terms.above if a.basis is LegalBasis.NO_DISCLOSURE}
    text = filling.as_pilot(
        listed.row.text,
        reference=f"{reference}-PILOT"[:80],
        title=f"Pilot of {listed.terms.title}",
        tries=f"What {reference} agrees, tried with invented children before real ones.",
        under=above,
    )
    return _begun(request, reference, one, text, organization, None)


@require_http_methods(["GET", "HEAD", "POST"])
def terminate(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks, says what follows, then gives notice for one of the parties."""
    one = asking(request)
    listed = _listed(reference, one)
    earliest = earliest_end(listed.terms, one.on)
    mine = queries.doors_of(listed.terms, one.who, one.on)["terminate"]
    slug = request.POST.get("organization") or (mine[0] if mine else "")
    may_terminate(listed.terms, slug, earliest, one.who, one.on).require()
    form = TerminateForm(sent(request), initial={"from_day": earliest})
    if request.method == "POST" and form.is_valid():
        actions.terminate(
            agreement=listed.row,
            organization=organization_sent(request),
            from_day=form.cleaned_data["from_day"],
            why=form.cleaned_data["why"],
            by=one.user,
            at=one.at,
            who=one.who,
        )
        messages.success(request, _("Notice is given. It can be taken back until that day."))
        return redirect("agreements:detail", reference=reference)
    context = {
        "row": listed.row,
        "terms": listed.terms,
        "form": form,
        "earliest": earliest,
        "organizations": Organization.objects.filter(slug__in=mine),
        "audience": reader(one.who, listed.terms.organizations(*PartyRole), one.on),
    }
    status = 422 if form.errors else 200
    return render(request, "agreements/terminate.html", context, status=status)


@require_POST
def take_back_notice(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes a notice back before its day."""
    one = asking(request)
    listed, organization = _listed(reference, one), organization_sent(request)
    actions.take_back_notice(
        agreement=listed.row, organization=organization, by=one.user, at=one.at, who=one.who
    )
    messages.success(request, _("The notice is taken back."))
    return redirect("agreements:detail", reference=reference)


@require_POST
def begin_closing(request: HttpRequest, reference: str) -> HttpResponse:
    """What was received under an ended agreement is destroyed from now on."""
    one = asking(request)
    listed = _listed(reference, one)
    actions.begin_closing(agreement=listed.row, by=one.user, at=one.at, who=one.who)
    messages.success(request, _("The agreement is closing: see what is to be destroyed."))
    return redirect("agreements:detail", reference=reference)


def _begun(
    request: HttpRequest,
    reference: str,
    one: Asking,
    text: str,
    organization: Organization,
    agreement: Agreement | None,
) -> HttpResponse:
    """To the new draft; or back with what stands in its way, such as a draft begun before."""
    try:
        draft: Draft = actions.begin(
            text=text,
            organization=organization,
            agreement=agreement,
            based_on=reference,
            by=one.user,
            at=one.at,
            who=one.who,
        )
    except BadDraft as bad:
        for mistake in bad.mistakes:
            messages.error(request, mistake)
        return redirect("agreements:detail", reference=reference)
    return redirect("agreements:section", pk=draft.pk, section=TOP)


def _listed(reference: str, one: Asking) -> Listed:
    try:
        return queries.agreement(reference, one.who, one.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
