"""Pages on which a data manager changes the sign-in of another person; each asks first."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.governance.partners.actions import sign_in_records
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.forms import SignInReasonForm
from cairn.governance.partners.queries import partner_people
from cairn.platform.accounts.api import User, has_second_factor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_deactivation(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation and a reason, then deactivate a person's sign-in."""
    person, now = _get_person(request, pk)
    if not person.is_active:
        raise Http404
    texts = {
        "title": _("Deactivate the sign-in of %(name)s?") % {"name": person.name},
        "text": _("They cannot sign in until a data manager reactivates it."),
        "action": _("Deactivate sign-in"),
        "done": _("The sign-in of %(name)s is deactivated.") % {"name": person.name},
    }
    consequences = [
        _("They are signed out now, on every device."),
        _("Their roles stay on record. To end a role, use “End role” on the person's page."),
        _("Their past actions stay in the audit log under their name."),
    ]
    return _ask_and_act(
        request, person, now, sign_in_records.deactivate_sign_in, texts, consequences
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_reactivation(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation and a reason, then reactivate a person's sign-in."""
    person, now = _get_person(request, pk)
    if person.is_active:
        raise Http404
    texts = {
        "title": _("Reactivate the sign-in of %(name)s?") % {"name": person.name},
        "text": _("They can sign in again with the password that they had."),
        "action": _("Reactivate sign-in"),
        "done": _("%(name)s can sign in again.") % {"name": person.name},
    }
    roles = person.affiliations.filter_active(now.date())
    consequences = [
        _("Current roles of this person: %(n)s. They give access again.") % {"n": roles.count()},
        _("If they forgot the password, create a sign-in link on the person's page."),
    ]
    return _ask_and_act(
        request, person, now, sign_in_records.reactivate_sign_in, texts, consequences
    )


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation and a reason, then reset a person's two-step sign-in."""
    person, now = _get_person(request, pk)
    if not has_second_factor(person):
        raise Http404
    texts = {
        "title": _("Reset the two-step sign-in of %(name)s?") % {"name": person.name},
        "text": _(
            "Do this only if you know that it is this person who asks, for example face to face "
            "or by a call to a number that you have on record."
        ),
        "action": _("Reset two-step sign-in"),
        "done": _("The two-step sign-in of %(name)s was reset.") % {"name": person.name},
    }
    consequences = [
        _("Their passkeys, authenticator app and recovery codes stop working."),
        _("They are signed out now, on every device."),
        _("They see no student records until they set up two-step sign-in again."),
    ]
    return _ask_and_act(
        request, person, now, sign_in_records.reset_second_factor, texts, consequences
    )


def _get_person(request: HttpRequest, pk: int) -> tuple[User, datetime]:
    """Return the person, if the requester may change how they sign in, and the time."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_PEOPLE, who, on=now.date()).require()
    person = get_object_or_404(User, pk=pk)
    partner_people.decide_sign_in_change(who, person, now.date()).require()
    return person, now


def _ask_and_act(
    request: HttpRequest,
    person: User,
    now: datetime,
    act: Callable[..., object],
    texts: dict[str, str],
    consequences: list[str],
) -> HttpResponse:
    """Show what will happen and ask for a reason; act when the page is sent with one."""
    form = SignInReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act(user=person, reason=form.cleaned_data["reason"], by=cast("User", request.user), at=now)
        messages.success(request, texts["done"])
        return redirect("partners:person", pk=person.pk)
    context = {
        **texts,
        "consequences": consequences,
        "form": form,
        "of": person.name,
        "back": reverse("partners:person", args=(person.pk,)),
    }
    return render(
        request, "partners/sign_in_change.html", context, status=422 if form.errors else 200
    )
