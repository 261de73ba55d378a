"""Pages on which a reviewer says who is related to whom, or that somebody is not."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cairn.accounts.models import User
from cairn.linkage import actions
from cairn.linkage.forms import GuardianForm, NewGuardianForm, RelativeForm
from cairn.linkage.models import Person, RelationshipVerdict
from cairn.linkage.queries import latest
from cairn.linkage.queries import relatives as queries
from cairn.linkage.queries.people import with_names
from cairn.linkage.queries.sheet import of_records, side_by_side, standing_records
from cairn.linkage.views.following import look_at
from cairn.partners.facts import actor
from cairn.rules.linkage import may_review_matches

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def find(request: HttpRequest, pk: str) -> HttpResponse:
    """From a person, and the number that stands on another's page, to the page of both."""
    _ask(request)
    row = get_object_or_404(with_names(), pk=pk)
    number = request.GET.get("other", "").strip().rstrip("/").rpartition("/")[2]
    other = with_names().filter(pk=number).first()
    if other is None or other.pk == row.pk:
        messages.error(
            request,
            _("No other person of the index has this number. Copy it from the other page."),
        )
        return redirect("linkage:person", row.pk)
    return redirect("linkage:relative", row.pk, other.pk)


@_GET_POST
def relative(request: HttpRequest, pk: str, other: str) -> HttpResponse:
    """Two people side by side: what is kept of them, and a reviewer's word."""
    _ask(request)
    one, two = (get_object_or_404(with_names(), pk=each) for each in (pk, other))
    heirs = one.merged_into or one.pk, two.merged_into or two.pk
    if heirs[0] == heirs[1]:
        return redirect("linkage:person", heirs[0])
    if heirs != (pk, other):
        return redirect("linkage:relative", *heirs)
    form = RelativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _related(request, one, two, form)
    for person in (one, two):
        look_at(request, person)
    context = {
        "one": one,
        "other": two,
        "facts": queries.between(one, two),
        "sheet": side_by_side(standing_records(one.pk), standing_records(two.pk)),
        "run": latest(),
        "form": form,
    }
    return render(request, "linkage/relative.html", context)


@_GET_POST
def guardian(request: HttpRequest, pk: str, value: str) -> HttpResponse:
    """Asks before an adult is no guardian of hers any more."""
    _ask(request)
    row = get_object_or_404(with_names(), pk=pk)
    look_at(request, row)
    try:
        number = queries.value_of(value)
    except ValueError as error:
        raise Http404 from error
    fact = queries.guardian(row, number)
    if fact is None:
        raise Http404
    form = GuardianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.deny_guardian(
                person=row, guardian=number, by=_user(request), at=timezone.now(),
                **form.cleaned_data,
            )  # fmt: skip
        except actions.AlreadySaid as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Kept. It can be undone below."))
        return redirect("linkage:person", row.pk)
    context = {"fact": fact, "form": form, "back": reverse("linkage:person", args=[row.pk])}
    return render(request, "linkage/guardian.html", context)


@_GET_POST
def name_guardian(request: HttpRequest, pk: str) -> HttpResponse:
    """An adult whom no record names as her guardian, or not for that time."""
    _ask(request)
    row = get_object_or_404(with_names(), pk=pk, merged_into="")
    look_at(request, row)
    form = NewGuardianForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_guardian(
                person=row, by=_user(request), at=timezone.now(), **form.cleaned_data
            )
        except actions.AlreadySaid as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("Kept. It can be undone below."))
        return redirect("linkage:person", row.pk)
    context = {
        "person": row,
        "sheet": of_records(standing_records(row.pk)),
        "run": latest(),
        "form": form,
    }
    return render(request, "linkage/new_guardian.html", context)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a reviewer's word back: what records state alone says again who is related."""
    _ask(request)
    row = get_object_or_404(RelationshipVerdict, pk=pk)
    actions.undo_relationship(verdict=row, by=_user(request), at=timezone.now())
    messages.success(request, _("It no longer holds. What records state decides again."))
    person = with_names().filter(pk=request.POST.get("person", "")).first()
    return redirect("linkage:person", person.pk) if person else redirect("linkage:decisions")


def _related(request: HttpRequest, one: Person, two: Person, form: RelativeForm) -> HttpResponse:
    try:
        actions.relate(
            one=one, other=two, by=_user(request), at=timezone.now(), **form.cleaned_data
        )
    except actions.AlreadySaid as reason:
        messages.error(request, str(reason))
        return redirect("linkage:relative", one.pk, two.pk)
    messages.success(request, _("Kept. It can be undone below."))
    return redirect("linkage:person", one.pk)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _ask(request: HttpRequest) -> None:
    who = actor(request.user, request=request)
    may_review_matches(who, timezone.localdate()).require()
