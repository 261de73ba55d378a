"""Offer a free place to the next family, take its answer, and enroll those who accepted."""

from contextlib import suppress

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import activate, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cairn.governance.partners.api import StaffRequest, load_actor, load_staff_request
from cairn.platform.actions.api import record_refusal
from cairn.policy.engine import Refused
from cairn.policy.questions import list_group_problems, may_answer_offer, may_open_page
from cairn.policy.vocabulary import Action
from cairn.services.programs import forms, participant_identity
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.registration import actions, place_offers, registration_queries
from cairn.services.programs.registration.registration_queries import QueuedRegistration
from cairn.services.programs.views.programs import find_group


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answer_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show a family the offer of a place, and take the answer; the link is the only key."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.REGISTER_CHILD, who, on=now.date()).require()
    row = place_offers.find_offered_registration(key)
    if row is None:
        raise Http404
    _use_language_of_registration(request, row.language)
    fact = place_offers.build_offer_fact(row)
    is_open = may_answer_offer(fact, who, now.date()).allowed
    if is_open and request.POST.get("answer") in ("yes", "no"):
        accepts = request.POST["answer"] == "yes"
        with suppress(Refused):  # it was answered in another window since the question above
            place_offers.answer_offer(registration=row, accepts=accepts, who=who, by=None, at=now)
        return redirect("programs:answer_offer", key=key)
    state = "open" if is_open else place_offers.find_offer_answer(row)
    context = {"registration": row, "series": row.series, "state": state}
    return render(request, "programs/place_offer.html", context, status=200 if state else 410)


def _use_language_of_registration(request: HttpRequest, language: str) -> None:
    """Show the page in the language of the registration, unless the reader chose another."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        activate(language)
        request.LANGUAGE_CODE = language


@require_POST
def offer_place(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a free place to the family that waits longest."""
    staff = load_staff_request(request)
    series = find_group(request, pk, Action.CHANGE_PROGRAM)
    form = forms.PlaceOfferForm(request.POST)
    days = form.cleaned_data["days"] if form.is_valid() else form.fields["days"].initial
    try:
        row, link = place_offers.offer_next_place(
            series=series, days=days, by=staff.user, at=staff.now
        )
    except Refused as refused:
        problems = list_group_problems(refused.decision)
        if not problems:
            raise
        record_refusal(refused, "door:programs:offer_place", by=staff.user, at=staff.now)
        for problem in problems:
            messages.error(request, problem)
    else:
        text = _("A place is offered to registration %(reference)s until %(day)s.") % {
            "reference": row.reference,
            "day": date_format(row.offered_until) if row.offered_until else "",
        }
        if link:
            note = _("The family gets no email. Give it this link: %(link)s")
            text = f"{text} {note % {'link': link}}"
        messages.success(request, text)
    return redirect("programs:queue", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def enroll_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the children with an accepted place, and enroll those that are chosen."""
    staff = load_staff_request(request)
    series = find_group(request, pk, Action.CHANGE_PROGRAM)
    accepted = [
        row
        for row in registration_queries.list_queue(series, staff.who, staff.today)
        if row.registration.state == "accepted"
    ]
    slug = series.program.organization.slug
    new = [
        row
        for row in accepted
        if not participant_identity.find_same_participants(slug, row.details.child)
    ]
    choices = [(row.registration.pk, row.details.child.sort_name) for row in new]
    form = forms.EnrollAcceptedForm(
        request.POST or None,
        accepted=choices,
        initial={"starts": max(staff.today, series.first_day)},
    )
    if form.is_valid():
        chosen = [row for row in new if row.registration.pk in form.cleaned_data["registrations"]]
        _enroll(request, staff, chosen, form)
        return redirect("programs:queue", pk=pk)
    context = {
        "form": form,
        "series": series,
        "namesakes": len(accepted) - len(new),
        "today": staff.today,
    }
    return render(
        request, "programs/enroll_accepted.html", context, status=422 if form.is_bound else 200
    )


def _enroll(
    request: HttpRequest,
    staff: StaffRequest,
    chosen: list[QueuedRegistration],
    form: forms.EnrollAcceptedForm,
) -> None:
    """Enroll one child after the other; what cannot be enrolled is named, and the rest is kept."""
    enrolled = 0
    for row in chosen:
        try:
            actions.accept_registration(
                registration=row.registration,
                participant=None,
                other_than=(),
                starts=form.cleaned_data["starts"],
                by=staff.user,
                at=staff.now,
            )
        except (ProgramConflict, Refused) as problem:
            reference = row.registration.reference
            messages.error(request, _("Not enrolled: registration %s.") % reference)
            if isinstance(problem, Refused):
                record_refusal(problem, "door:programs:enroll", by=staff.user, at=staff.now)
        else:
            enrolled += 1
    if enrolled:
        text = ngettext("%(n)d child enrolled.", "%(n)d children enrolled.", enrolled)
        messages.success(request, text % {"n": enrolled})
