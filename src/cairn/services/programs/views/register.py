"""The pages on which a family registers a child: one thing a page, no account, nothing kept.

What the family entered goes from page to page with the form. Nothing is stored until the last
page is sent, and nothing is looked up about the child, so that neither the pages nor their time
tell whether anybody knows the child.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django import forms
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import load_actor
from cairn.policy.engine import Refused
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page, may_register_child
from cairn.policy.vocabulary import Action
from cairn.services.programs import forms as program_forms
from cairn.services.programs.models import RegistrationOffer
from cairn.services.programs.registration import actions, registration_queries

_REVIEW: Final = "review"
_TOKEN_HOURS: Final = 24
_TOKEN_BYTES: Final = 32
_SALT: Final = "programs-registration"
_STEP_FORMS: Final[dict[str, type[forms.Form]]] = {
    "child": program_forms.RegisteredChildForm,
    "guardian": program_forms.GuardianForm,
    "safety": program_forms.SafetyForm,
    "consent": program_forms.SharingConsentForm,
}


@require_safe
@never_cache
def open_groups(request: HttpRequest) -> HttpResponse:
    """List the groups for which families may register: ages, days, times, site and places."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.REGISTER_CHILD, who, on=today).require()
    groups = registration_queries.list_open_groups(today)
    return render(request, "programs/open_groups.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def register_child_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for one thing after the other, show all of it, and register the child."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.REGISTER_CHILD, who, on=now.date()).require()
    offer = _find_offer(pk)
    fact = registration_queries.build_registration_fact(offer.series, now)
    if not may_register_child(fact, who, now.date()).allowed:
        return _show_closed(request, offer)
    token = _read_token(request)
    if not token:
        walk = RegistrationWalk(offer, secrets.token_hex(_TOKEN_BYTES), {})
        return _show_step(request, walk, walk.steps[0])
    filled = {step: _STEP_FORMS[step](request.POST) for step in _list_steps(offer)}
    return _take_step(request, RegistrationWalk(offer, token, filled), who, now)


@dataclass(frozen=True, slots=True)
class RegistrationWalk:
    """One family's way through the pages.

    Attributes:
        offer: how the program lets families register.
        token: random token, the same on every page of one walk.
        filled: the forms as sent so far, by step; empty on the first page.
    """

    offer: RegistrationOffer
    token: str
    filled: dict[str, forms.Form]

    @property
    def steps(self) -> list[str]:
        """The steps before the last page, which shows all answers."""
        return _list_steps(self.offer)

    def find_invalid_step(self, sent: str) -> str:
        """Find the first step, up to the one that was sent, with an error; empty if none."""
        last = self.steps.index(sent) if sent in self.steps else len(self.steps) - 1
        invalid = (step for step in self.steps[: last + 1] if not self.filled[step].is_valid())
        return next(invalid, "")


def _find_offer(pk: int) -> RegistrationOffer:
    offer = registration_queries.find_offer(pk)
    if offer is None:
        raise Http404
    return offer


def _list_steps(offer: RegistrationOffer) -> list[str]:
    asked = {
        "child": True,
        "guardian": True,
        "safety": offer.asks_safety,
        "consent": bool(offer.consent_text and offer.consent_text_es),
    }
    return [step for step, is_asked in asked.items() if is_asked]


def _take_step(
    request: HttpRequest, walk: RegistrationWalk, who: Actor, now: datetime
) -> HttpResponse:
    sent = request.POST.get("step", "")
    if "back" in request.POST:
        return _show_step(request, walk, request.POST["back"])
    if invalid := walk.find_invalid_step(sent):
        return _show_step(request, walk, invalid, has_errors=True)
    if sent in walk.steps:
        following = [*walk.steps, _REVIEW][walk.steps.index(sent) + 1]
        return _show_step(request, walk, following)
    if sent != _REVIEW:
        return _show_step(request, walk, _REVIEW)
    return _register(request, walk, who, now)


def _register(
    request: HttpRequest, walk: RegistrationWalk, who: Actor, now: datetime
) -> HttpResponse:
    data = {
        name: value for form in walk.filled.values() for name, value in form.cleaned_data.items()
    }
    try:
        row = actions.register_child(
            series=walk.offer.series,
            details=program_forms.build_registration_details(data),
            consents={"yes": True, "no": False}.get(data.get("agrees", "")),
            language=_get_language(),
            token=walk.token,
            who=who,
            by=None,
            at=now,
        )
    except Refused:  # it closed, or filled, since the question above
        return _show_closed(request, walk.offer)
    context = {"offer": walk.offer, "reference": row.reference}
    return render(request, "programs/registered.html", context)


def _show_step(
    request: HttpRequest, walk: RegistrationWalk, step: str, *, has_errors: bool = False
) -> HttpResponse:
    """Show one step; what the other steps hold goes along as hidden fields."""
    steps, offer = walk.steps, walk.offer
    step = step if step in (*steps, _REVIEW) else steps[0]
    form = None
    if step != _REVIEW:
        initial = request.POST.dict()
        form = walk.filled[step] if has_errors else _STEP_FORMS[step](initial=initial)
    names = [name for other in steps if other != step for name in _STEP_FORMS[other].base_fields]
    place = [*steps, _REVIEW].index(step)
    context = {
        "offer": offer,
        "step": step,
        "form": form,
        "place": place + 1,
        "count": len(steps) + 1,
        "previous": steps[place - 1] if place else "",
        "token": signing.dumps(walk.token, salt=_SALT),
        "hidden": [(name, request.POST[name]) for name in names if name in request.POST],
        "answers": [field for filled in walk.filled.values() for field in filled],
        "consent_text": offer.get_consent_text(_get_language()),
        "is_full": registration_queries.count_free_places(offer.series, timezone.localdate()) == 0,
    }
    status = 422 if has_errors else 200
    return render(request, "programs/register.html", context, status=status)


def _show_closed(request: HttpRequest, offer: RegistrationOffer) -> HttpResponse:
    return render(request, "programs/registration_closed.html", {"offer": offer}, status=410)


def _read_token(request: HttpRequest) -> str:
    """Read the token of the page that was sent; empty for none, or one that is not of this site."""
    try:
        value: str = signing.loads(
            request.POST.get("token", ""), salt=_SALT, max_age=_TOKEN_HOURS * 3600
        )
    except signing.BadSignature:
        return ""
    return value


def _get_language() -> str:
    return "es" if (get_language() or "").startswith("es") else "en"
