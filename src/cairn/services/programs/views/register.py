"""The pages on which a family registers a child: one thing a page, no account.

What the family entered goes from page to page with the form. Nothing is stored until the last page
is sent, or the family saves what it has (`registration/drafts.py`); from then on each page is saved
under the same code. Nothing is looked up about the child, so that neither the pages nor their time
tell whether anybody knows the child. When too many register in a minute, the last page waits with
its answers and is sent again.

Mail systems open the link to a saved registration: it shows a button and no answer. A wrong code,
an old one and one of a registration that was sent get the same page.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django import forms
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import load_actor
from cairn.platform.notifications.api import is_email_on
from cairn.policy.engine import Refused
from cairn.policy.facts import Actor
from cairn.policy.questions import (
    may_continue_registration,
    may_open_page,
    may_register_child,
    must_wait_to_register,
)
from cairn.policy.vocabulary import Action
from cairn.services.programs import forms as program_forms
from cairn.services.programs.group_offers.offer_lines import list_outcome_choices
from cairn.services.programs.models import Registration, RegistrationOffer
from cairn.services.programs.registration import actions, drafts, registration_queries

_REVIEW: Final = "review"
_TOKEN_HOURS: Final = 24
_TOKEN_BYTES: Final = 32
_SALT: Final = "programs-registration"
_LONGEST_VERSION: Final = 9
_LONGEST: Final = 400
"""Characters of an answer that are saved; every form asks for fewer."""
_STEP_FORMS: Final[dict[str, type[forms.Form]]] = {
    "child": program_forms.RegisteredChildForm,
    "guardian": program_forms.GuardianForm,
    "safety": program_forms.SafetyForm,
    "consent": program_forms.SharingConsentForm,
}


@require_safe
@never_cache
def open_groups(request: HttpRequest) -> HttpResponse:
    """List the groups for which families may register: ages, days, times, site and places.

    The address may name an outcome that they aim at, and a site.
    """
    who, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.REGISTER_CHILD, who, on=today).require()
    groups = registration_queries.list_open_groups(today)
    aim, site = request.GET.get("aim", ""), request.GET.get("site", "")
    aims = {group.offer.series.outcome for group in groups}
    context = {
        "groups": [
            group
            for group in groups
            if aim in ("", group.offer.series.outcome) and site in ("", group.offer.series.site)
        ],
        "aims": [
            (name, title) for name, title in list_outcome_choices() if name in aims or name == aim
        ],
        "aim": aim,
        "sites": sorted({group.offer.series.site for group in groups}),
        "site": site,
    }
    return render(request, "programs/open_groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def register_child_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for one thing after the other, show all of it, and register the child."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.REGISTER_CHILD, who, on=now.date()).require()
    offer = _find_offer(pk)
    fact = registration_queries.build_registration_fact(offer.series, now)
    decision = may_register_child(fact, who, now.date())
    if not decision.allowed and not must_wait_to_register(decision):
        return _show_closed(request, offer)
    token = _read_token(request)
    if not token:
        walk = RegistrationWalk(offer, secrets.token_hex(_TOKEN_BYTES), {}, {})
        return _show_step(request, walk, walk.steps[0])
    if row := Registration.objects.filter(token=token, series=offer.series).first():
        return _show_registered(request, offer, row, is_new=False)
    walk = RegistrationWalk(offer, token, request.POST.dict(), _read_draft(request))
    return _take_step(request, walk, who, now)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def continue_page(request: HttpRequest, code: str = "") -> HttpResponse:
    """Ask for the code, or take it from the link, and show the page where the family stopped."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.REGISTER_CHILD, who, on=today).require()
    form = program_forms.DraftCodeForm(request.POST or None, initial={"code": code})
    if not form.is_valid():
        context = {"form": form, "has_link": bool(code)}
        status = 422 if form.is_bound else 200
        return render(request, "programs/continue_registration.html", context, status=status)
    draft = drafts.load_draft(form.cleaned_data["code"])
    fact = drafts.build_unfinished_fact(draft)
    if draft is None or not may_continue_registration(fact, who, today).allowed:
        context = {"form": form, "is_ended": True, "days": drafts.DRAFT_DAYS}
        return render(request, "programs/continue_registration.html", context, status=410)
    return _show_draft(request, draft)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def email_link_page(request: HttpRequest) -> HttpResponse:
    """Email the link to an unfinished registration; the page before it has code and address."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.REGISTER_CHILD, who, on=now.date()).require()
    form = program_forms.DraftLinkForm(request.POST)
    draft = drafts.load_draft(request.POST.get("code", "")[:40])
    offer = registration_queries.find_offer(draft.series) if draft else None
    if draft is None or offer is None:
        return redirect("programs:continue")
    if not form.is_valid():
        return _show_saved_page(request, offer, draft, form)
    address = form.cleaned_data["address"]
    try:
        drafts.email_draft_link(
            series=offer.series,
            draft=draft,
            address=address,
            language=_get_language(),
            who=who,
            by=None,
            at=now,
        )
    except Refused:
        return _show_saved_page(request, offer, draft, form, is_over_limit=True)
    return _show_saved_page(request, offer, draft, form, sent_to=address)


def _show_draft(request: HttpRequest, draft: drafts.SavedDraft) -> HttpResponse:
    """Show the first page that is not complete of an unfinished registration."""
    offer, today = _find_offer(draft.series), timezone.localdate()
    if offer.closes_on < today:
        return _show_closed(request, offer)
    mark = {"draft_code": draft.code, "draft_version": str(draft.version)}
    walk = RegistrationWalk(offer, draft.token, draft.fields, mark)
    return _show_step(request, walk, walk.find_open_step())


@dataclass(frozen=True, slots=True)
class RegistrationWalk:
    """One family's way through the pages.

    Attributes:
        offer: how the program lets families register.
        token: random token, the same on every page of one walk.
        entered: what was entered so far, by name of the field; empty on the first page.
        draft: code and version under which it was saved; empty if it was not.
    """

    offer: RegistrationOffer
    token: str
    entered: Mapping[str, str]
    draft: Mapping[str, str]

    @property
    def filled(self) -> dict[str, forms.Form]:
        """The forms as sent so far, by step."""
        return {step: _STEP_FORMS[step](self.entered) for step in self.steps}

    @property
    def fields(self) -> dict[str, str]:
        """What was entered, without anything that no form asks."""
        names = {name for step in self.steps for name in _STEP_FORMS[step].base_fields}
        return {name: value[:_LONGEST] for name, value in self.entered.items() if name in names}

    @property
    def birth_date(self) -> date | None:
        """The birth date of the child; None if it was not entered, or is no date."""
        form = self.filled["child"]
        form.full_clean()
        return form.cleaned_data.get("birth_date")

    @property
    def steps(self) -> list[str]:
        """The steps before the last page, which shows all answers."""
        return _list_steps(self.offer)

    def find_open_step(self) -> str:
        """Find the first step that was never sent, or has an error; the review if there is none.

        A page without a required answer, such as that of allergies, is not skipped.
        """
        filled = self.filled
        was_sent = {step: filled[step].fields.keys() <= self.entered.keys() for step in self.steps}
        is_open = (step for step in self.steps if not (was_sent[step] and filled[step].is_valid()))
        return next(is_open, _REVIEW)

    def find_invalid_step(self, sent: str) -> str:
        """Find the first step, up to the one that was sent, with an error; empty if none."""
        last = self.steps.index(sent) if sent in self.steps else len(self.steps) - 1
        filled = self.filled
        invalid = (step for step in self.steps[: last + 1] if not filled[step].is_valid())
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
    if "save" in request.POST:
        return _save(request, walk, who, now)
    if walk.draft:
        with suppress(Refused):  # the answers go along with the page in any case
            walk = _save_again(walk, who, now)
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
        name: value
        for form in walk.filled.values()
        if form.is_valid()
        for name, value in form.cleaned_data.items()
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
    except Refused as refused:  # it closed since the question above, or too many register now
        if must_wait_to_register(refused.decision):
            return _show_step(request, walk, _REVIEW, waits=True)
        return _show_closed(request, walk.offer)
    return _show_registered(request, walk.offer, row, is_new=row.sent_at == now)


def _show_registered(
    request: HttpRequest, offer: RegistrationOffer, row: Registration, *, is_new: bool
) -> HttpResponse:
    context = {
        "offer": offer,
        "reference": row.reference,
        "is_new": is_new,
        "is_on_waitlist": registration_queries.is_on_waitlist(row, timezone.localdate()),
    }
    return render(request, "programs/registered.html", context)


def _save(request: HttpRequest, walk: RegistrationWalk, who: Actor, now: datetime) -> HttpResponse:
    """Save what was entered, complete or not, and show the code to continue with."""
    try:
        walk = _save_again(walk, who, now)
    except Refused:
        return _show_step(request, walk, request.POST.get("step", ""), not_saved=True)
    draft = drafts.load_draft(walk.draft["draft_code"])
    assert draft is not None  # noqa: S101 - for mypy; it was saved above
    return _show_saved_page(request, walk.offer, draft)


def _show_saved_page(
    request: HttpRequest,
    offer: RegistrationOffer,
    draft: drafts.SavedDraft,
    form: program_forms.DraftLinkForm | None = None,
    *,
    sent_to: str = "",
    is_over_limit: bool = False,
) -> HttpResponse:
    """Show code and link of an unfinished registration, and offer to email the link."""
    initial = {"code": draft.code, "address": draft.fields.get("email", "")}
    path = reverse("programs:continue_link", args=[draft.code])
    context = {
        "offer": offer,
        "draft": draft,
        "days": drafts.DRAFT_DAYS,
        "link": f"{settings.CAIRN_SITE}{path}",
        "form": form or program_forms.DraftLinkForm(initial=initial),
        "sent_to": sent_to,
        "is_over_limit": is_over_limit,
        "is_email_on": is_email_on(),
    }
    status = 422 if is_over_limit or (form is not None and form.errors) else 200
    return render(request, "programs/registration_saved.html", context, status=status)


def _save_again(walk: RegistrationWalk, who: Actor, now: datetime) -> RegistrationWalk:
    """Save what was entered; on a page that another device overtook, under a code of its own."""
    code, version = walk.draft.get("draft_code", ""), walk.draft.get("draft_version", "")
    saved = drafts.save_unfinished_registration(
        series=walk.offer.series,
        token=walk.token,
        fields=walk.fields,
        code=code,
        version=_read_version(version),
        who=who,
        by=None,
        at=now,
    )
    mark = {"draft_code": saved.code, "draft_version": str(saved.version)}
    return replace(walk, draft=mark | ({"is_split": "yes"} if code not in ("", saved.code) else {}))


def _show_step(
    request: HttpRequest,
    walk: RegistrationWalk,
    step: str,
    *,
    has_errors: bool = False,
    waits: bool = False,
    not_saved: bool = False,
) -> HttpResponse:
    """Show one step; what the other steps hold goes along as hidden fields."""
    steps, offer = walk.steps, walk.offer
    step = step if step in (*steps, _REVIEW) else steps[0]
    form = None
    if step != _REVIEW:
        form = walk.filled[step] if has_errors else _STEP_FORMS[step](initial=dict(walk.entered))
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
        "hidden": [(name, walk.entered[name]) for name in names if name in walk.entered],
        "draft": walk.draft,
        "days": drafts.DRAFT_DAYS,
        "waits": waits,
        "not_saved": not_saved,
        "birth_date": walk.birth_date if step == _REVIEW else None,
        "answers": [field for filled in walk.filled.values() for field in filled],
        "consent_text": offer.get_consent_text(_get_language()),
        "is_full": registration_queries.count_free_places(offer.series, timezone.localdate()) == 0,
    }
    status = 429 if waits or not_saved else 422 if has_errors else 200
    return render(request, "programs/register.html", context, status=status)


def _show_closed(request: HttpRequest, offer: RegistrationOffer) -> HttpResponse:
    return render(request, "programs/registration_closed.html", {"offer": offer}, status=410)


def _read_draft(request: HttpRequest) -> dict[str, str]:
    """Read under which code and version the pages were saved; empty if they were not."""
    mark = {name: request.POST.get(name, "") for name in ("draft_code", "draft_version")}
    return mark if mark["draft_code"] else {}


def _read_version(text: str) -> int:
    """Read the version of a saved registration; 0, which none has, for anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_VERSION
    return int(text) if is_number else 0


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
