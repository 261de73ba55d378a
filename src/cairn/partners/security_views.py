"""Pages about an organization's clearance: its people's training, its security, its bars."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.accounts.models import User
from cairn.partners import actions, queries
from cairn.partners.facts import actor
from cairn.partners.forms import (
    AssessmentForm,
    AttestForm,
    BarForm,
    ControlForm,
    DescriptionForm,
    LiftForm,
    SubProcessorForm,
)
from cairn.partners.models import Bar, Organization
from cairn.partners.plan import plan as plan_text
from cairn.partners.plan import sections
from cairn.partners.questionnaire import questionnaires
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.telling import hearer
from cairn.rules.vocabulary import Action
from cairn.training.course import course

Ask = Callable[[Actor, str, Any], Decision]


@require_safe
def clearance(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether an organization is cleared, and where each of its people stands."""
    who, row = _asked(request, slug, queries.may_see_security)
    today = timezone.localdate()
    may_attest = may_open(Action.ATTEST_TRAINING, who, organization=slug, on=today)
    context = {
        "organization": row,
        "standing": queries.standing(who, row, today),
        "audience": hearer(who, frozenset({slug}), today),
        "people": queries.trainees(row, today),
        "may_attest": may_attest.allowed,
        "today": today,
    }
    return render(request, "partners/clearance.html", context)


@require_safe
def security(request: HttpRequest, slug: str) -> HttpResponse:
    """What an organization says of its own security, and what is on file about it."""
    who, row = _asked(request, slug, queries.may_see_security)
    today = timezone.localdate()
    told = [
        {
            "asked": one,
            "left": one.questionnaire.findings(one.assessment.answers) if one.assessment else (),
        }
        for one in queries.answered(row, today)
    ]
    context = {
        "organization": row,
        "standing": queries.standing(who, row, today),
        "audience": hearer(who, frozenset({slug}), today),
        "answered": told,
        "plan": queries.plan_on_file(row),
        "bars": queries.bars(row),
        "controls": row.controls.all(),
        "sub_processors": row.sub_processors.all(),
        "may_change": queries.may_change_security(who, slug, today).allowed,
        "may_describe": may_open(Action.CHANGE_PARTNERS, who, organization=slug, on=today).allowed,
        "may_bar": may_open(Action.BAR_PARTNER, who, organization=slug, on=today).allowed,
        "today": today,
    }
    return render(request, "partners/security.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One questionnaire, answered by the organization about itself."""
    who, row = _asked(request, slug, queries.may_change_security)
    questionnaire = questionnaires().get(name)
    if questionnaire is None:
        raise Http404
    form = AssessmentForm(request.POST or None, questionnaire=questionnaire)
    if request.method == "POST" and form.is_valid():
        made = actions.assess(
            organization=row,
            questionnaire=questionnaire,
            answers=form.answers(),
            note=form.cleaned_data["note"],
            **_by(request, who),
        )
        told = {"score": made.score, "day": made.expires_on}
        messages.success(request, _("Kept: %(score)s of 100. It counts through %(day)s.") % told)
        return redirect("partners:security", slug=slug)
    context = {"organization": row, "questionnaire": questionnaire, "form": form}
    return render(request, "partners/assess.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """The privacy and security plan as things stand; adopting puts this text on file."""
    who, row = _asked(request, slug, queries.may_see_security)
    today = timezone.localdate()
    text = plan_text(row, today)
    if request.method == "POST":
        actions.adopt_plan(organization=row, text=text, **_by(request, who))
        messages.success(request, _("The plan is on file."))
        return redirect("partners:security", slug=slug)
    if request.GET.get("as") == "text":
        headers = {"Content-Disposition": f'attachment; filename="{slug}-security-plan.txt"'}
        return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)
    context = {
        "organization": row,
        "sections": sections(row, today),
        "on_file": queries.plan_on_file(row),
        "may_change": queries.may_change_security(who, slug, today).allowed,
        "today": today,
    }
    return render(request, "partners/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def attest(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Training that somebody took elsewhere, or the workshop, recorded by whoever vouches."""
    who, row = _asked(request, slug, _may(Action.ATTEST_TRAINING))
    person = get_object_or_404(User, pk=pk, affiliations__organization=row)
    form = AttestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.attest(
                person=person,
                organization=row,
                course=course(form.cleaned_data["course"]),
                took_place=form.cleaned_data["took_place"],
                how=form.cleaned_data["how"],
                **_by(request, who),
            )
        except actions.NotAttested as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Recorded for %(name)s.") % {"name": person.name})
            return redirect("partners:clearance", slug=slug)
    context = {"organization": row, "person": person, "form": form}
    return render(request, "partners/attest.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def bar(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks, and then shuts an organization out through a day."""
    who, row = _asked(request, slug, _may(Action.BAR_PARTNER))
    form = BarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.bar(organization=row, **form.cleaned_data, **_by(request, who))
        messages.success(request, _("%(name)s is barred.") % {"name": row.name})
        return redirect("partners:security", slug=slug)
    context = {"organization": row, "form": form}
    return render(request, "partners/bar.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def lift_bar(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Asks, and then ends a bar before its time."""
    who, row = _asked(request, slug, _may(Action.BAR_PARTNER))
    found = get_object_or_404(Bar, pk=pk, organization=row, lifted_on__isnull=True)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.lift_bar(bar=found, **form.cleaned_data, **_by(request, who))
        messages.success(request, _("The bar is lifted."))
        return redirect("partners:security", slug=slug)
    context = {"organization": row, "bar": found, "form": form}
    return render(request, "partners/lift_bar.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, slug: str) -> HttpResponse:
    """Where an organization lies and which laws bind it: unknown is not the same as no."""
    who, row = _asked(request, slug, _may(Action.CHANGE_PARTNERS))
    known = {True: "yes", False: "no", None: ""}
    initial = {
        "state": row.state,
        "education_program": known[row.is_education_program],
        "educational_agency": known[row.is_educational_agency],
        "covered_entity": known[row.is_covered_entity],
    }
    form = DescriptionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.describe(organization=row, **form.cleaned_data, **_by(request, who))
        messages.success(request, _("Kept."))
        return redirect("partners:security", slug=slug)
    context = {"organization": row, "form": form, "title": _("State and laws")}
    return render(request, "partners/security_entry.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def control(request: HttpRequest, slug: str) -> HttpResponse:
    """A protection that an organization has, with its evidence."""
    return _entry(request, slug, ControlForm, actions.record_control, _("Record a protection"))


@require_http_methods(["GET", "HEAD", "POST"])
def sub_processor(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody to whom an organization hands data on."""
    title = _("Record a sub-processor")
    return _entry(request, slug, SubProcessorForm, actions.record_sub_processor, title)


def _entry(
    request: HttpRequest,
    slug: str,
    kind: type[forms.Form],
    act: Callable[..., object],
    title: str,
) -> HttpResponse:
    who, row = _asked(request, slug, queries.may_change_security)
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act(organization=row, **form.cleaned_data, **_by(request, who))
        messages.success(request, _("Kept."))
        return redirect("partners:security", slug=slug)
    context = {"organization": row, "form": form, "title": title}
    return render(request, "partners/security_entry.html", context, status=_status(form))


def _asked(request: HttpRequest, slug: str, ask: Ask) -> tuple[Actor, Organization]:
    """Who asks and about whom, once the rules have allowed it. Raises `Refused`."""
    who = actor(request.user, request=request)
    ask(who, slug, timezone.localdate()).require()
    return who, get_object_or_404(Organization, slug=slug)


def _may(action: Action) -> Ask:
    return lambda who, slug, on: may_open(action, who, organization=slug, on=on)


def _by(request: HttpRequest, who: Actor) -> dict[str, Any]:
    return {"by": cast("User", request.user), "at": timezone.localtime(), "who": who}


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200
