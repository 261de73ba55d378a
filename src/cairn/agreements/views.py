"""Pages about agreements."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.accounts.models import User
from cairn.agreements import actions, queries
from cairn.agreements.forms import AgreementForm
from cairn.agreements.models import Agreement
from cairn.partners.audience import audience
from cairn.partners.facts import actor
from cairn.rules.authority import in_force, may_load_agreement


@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    """Every agreement this person may read, and whether it is in force today."""
    who, today = actor(request.user, request=request), timezone.localdate()
    context = {
        "agreements": queries.agreements(who, today),
        "may_load": queries.may_load(who, today).allowed,
        "today": today,
    }
    return render(request, "agreements/list.html", context)


@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One agreement in plain words, its standing with every reason, and its text."""
    who, today = actor(request.user, request=request), timezone.localdate()
    try:
        listed = queries.agreement(reference, who, today)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    context = {
        "row": listed.row,
        "terms": listed.terms,
        "plain": queries.plain(listed.terms),
        "standing": listed.standing,
        "audience": audience(request),
        "today": today,
    }
    return render(request, "agreements/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """Takes a text, shows what it means and whether it would be in force, and then keeps it."""
    who, now = actor(request.user, request=request), timezone.localtime()
    queries.may_load(who, now.date()).require()
    sent = request.method == "POST"
    form = AgreementForm(request.POST, request.FILES) if sent else AgreementForm()
    if not sent or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "agreements/load.html", {"form": form}, status=status)
    text, terms = form.cleaned_data["text"], form.cleaned_data["terms"]
    may_load_agreement(terms, who, now.date()).require()
    if "confirm" not in request.POST:
        before = queries.to_replace(terms.reference, who, now.date())
        context = {
            "text": text,
            "terms": terms,
            "plain": queries.plain(terms),
            "standing": in_force(terms, now.date()),
            "before": before,
            "unchanged": before is not None and before.text == text,
            "audience": audience(request),
            "today": now.date(),
        }
        return render(request, "agreements/preview.html", context)
    assert isinstance(request.user, User)  # noqa: S101 - the rules refused everyone else
    row = actions.load(text=text, by=request.user, at=now, who=who)
    messages.success(request, _("%(reference)s is on record.") % {"reference": row.reference})
    return redirect("agreements:detail", reference=row.reference)
