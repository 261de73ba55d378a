"""Pages about an organization's access requirements: training, security and bars."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners import forms as partner_forms
from cairn.governance.partners.actions import person_records, security_records
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Bar, Organization
from cairn.governance.partners.queries import security_status
from cairn.governance.partners.questionnaire import load_questionnaires
from cairn.governance.partners.security_plan import build_plan_sections, write_security_plan
from cairn.governance.partners.tables import TraineeRow, TraineeTable
from cairn.governance.training.api import find_course
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.engine import Decision, find_audience
from cairn.policy.facts import Actor
from cairn.policy.lifecycles import TrainingState
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

PolicyQuestion = Callable[[Actor, str, Any], Decision]


@require_safe
def organization_clearance(request: HttpRequest, slug: str) -> HttpResponse:
    """Show whether an organization is cleared, and the training state of each of its people."""
    who, organization = _authorize(request, slug, security_status.may_see_security)
    today = timezone.localdate()
    table = build_list_table(TraineeTable, _list_trainee_rows(who, organization, today), request)
    if is_download_requested(table, request):
        return write_csv_response(table, f"{slug}-access-requirements")
    context = {
        "organization": organization,
        "standing": security_status.decide_organization_clearance(who, organization, today),
        "audience": find_audience(who, frozenset({slug}), today),
        "table": table,
        "today": today,
    }
    return render(request, "partners/clearance.html", context)


_STATUS_BY_TRAINING_STATE = {
    TrainingState.CLEARED: (gettext_lazy("Complete"), "good"),
    TrainingState.LAPSED: (gettext_lazy("Expired"), "stop"),
    TrainingState.READY: (gettext_lazy("Ready for the workshop"), "deep"),
    TrainingState.LEARNING: (gettext_lazy("In progress"), "warm"),
}


def _list_trainee_rows(who: Actor, organization: Organization, on: date) -> list[TraineeRow]:
    slug = organization.slug
    may_attest = may_open_page(Action.ATTEST_TRAINING, who, organization=slug, on=on).allowed
    may_see_people = may_open_page(Action.VIEW_PEOPLE, who, organization=slug, on=on).allowed
    rows = []
    for trainee in security_status.list_trainees(organization, on):
        status, tone = _STATUS_BY_TRAINING_STATE[trainee.state]
        pk = trainee.user.pk
        rows.append(
            TraineeRow(
                name=trainee.user.name,
                person_url=reverse("partners:person", args=(pk,)) if may_see_people else "",
                roles=", ".join(trainee.roles),
                status=str(status),
                tone=tone,
                until=trainee.until,
                missing=", ".join(_list_missing_steps(trainee)),
                attest_url=reverse("partners:attest", args=(slug, pk)) if may_attest else "",
            )
        )
    return rows


def _list_missing_steps(trainee: security_status.Trainee) -> list[str]:
    """List what a person still has to do, in words."""
    if trainee.until is not None:
        return []
    steps = [] if trainee.signed else [_("Confidentiality agreement")]
    steps += [find_course(name).title for name in trainee.missing]
    return steps or [_("Workshop")]


@require_safe
def organization_security(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organization's answers about its security, and the documents on file."""
    who, organization = _authorize(request, slug, security_status.may_see_security)
    today = timezone.localdate()
    answered_questionnaires = [
        {
            "asked": status,
            "left": status.questionnaire.findings(status.assessment.answers)
            if status.assessment
            else (),
        }
        for status in security_status.list_questionnaire_statuses(organization, today)
    ]
    context = {
        "organization": organization,
        "standing": security_status.decide_organization_clearance(who, organization, today),
        "audience": find_audience(who, frozenset({slug}), today),
        "answered": answered_questionnaires,
        "plan": security_status.find_adopted_plan(organization),
        "bars": security_status.list_bars(organization),
        "controls": organization.controls.all(),
        "sub_processors": organization.sub_processors.all(),
        "may_change": security_status.may_change_security(who, slug, today).allowed,
        "may_describe": may_open_page(
            Action.CHANGE_PARTNERS, who, organization=slug, on=today
        ).allowed,
        "may_bar": may_open_page(Action.BAR_PARTNER, who, organization=slug, on=today).allowed,
        "today": today,
    }
    return render(request, "partners/security.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def security_assessment(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Let an organization answer one questionnaire about itself."""
    _who, organization = _authorize(request, slug, security_status.may_change_security)
    questionnaire = load_questionnaires().get(name)
    if questionnaire is None:
        raise Http404
    form = partner_forms.AssessmentForm(request.POST or None, questionnaire=questionnaire)
    if request.method == "POST" and form.is_valid():
        assessment = security_records.record_assessment(
            organization=organization,
            questionnaire=questionnaire,
            answers=form.get_answers(),
            note=form.cleaned_data["note"],
            **_actor_arguments(request),
        )
        result = {"score": assessment.score, "day": date_format(assessment.expires_on)}
        messages.success(
            request, _("Answers saved. Score: %(score)s of 100. Valid through %(day)s.") % result
        )
        return redirect("partners:security", slug=slug)
    context = {"organization": organization, "questionnaire": questionnaire, "form": form}
    return render(request, "partners/assess.html", context, status=_response_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def security_plan_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the current privacy and security plan; adopting it puts this text on file."""
    who, organization = _authorize(request, slug, security_status.may_see_security)
    today = timezone.localdate()
    text = write_security_plan(organization, today)
    if request.method == "POST":
        security_records.adopt_security_plan(
            organization=organization, text=text, **_actor_arguments(request)
        )
        messages.success(request, _("The security plan was adopted and is on file."))
        return redirect("partners:security", slug=slug)
    if request.GET.get("as") == "text":
        headers = {"Content-Disposition": f'attachment; filename="{slug}-security-plan.txt"'}
        return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)
    context = {
        "organization": organization,
        "sections": build_plan_sections(organization, today),
        "on_file": security_status.find_adopted_plan(organization),
        "may_change": security_status.may_change_security(who, slug, today).allowed,
        "today": today,
    }
    return render(request, "partners/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def training_attestation(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Record training that a person took elsewhere, or the workshop."""
    _who, organization = _authorize(request, slug, _build_question(Action.ATTEST_TRAINING))
    person = get_object_or_404(User, pk=pk, affiliations__organization=organization)
    form = partner_forms.TrainingAttestationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person_records.attest_training(
                person=person,
                organization=organization,
                course=find_course(form.cleaned_data["course"]),
                took_place=form.cleaned_data["took_place"],
                how=form.cleaned_data["how"],
                **_actor_arguments(request),
            )
        except person_records.TrainingNotRecorded as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(
                request, _("Training was recorded for %(name)s.") % {"name": person.name}
            )
            return redirect("partners:clearance", slug=slug)
    context = {"organization": organization, "person": person, "form": form}
    return render(request, "partners/attest.html", context, status=_response_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def organization_bar(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for confirmation, then bar an organization through a day."""
    _who, organization = _authorize(request, slug, _build_question(Action.BAR_PARTNER))
    form = partner_forms.BarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        security_records.bar_organization(
            organization=organization, **form.cleaned_data, **_actor_arguments(request)
        )
        messages.success(
            request, _("%(name)s is barred from education records.") % {"name": organization.name}
        )
        return redirect("partners:security", slug=slug)
    context = {"organization": organization, "form": form}
    return render(request, "partners/bar.html", context, status=_response_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def bar_lift(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask for confirmation, then end a bar before its time."""
    _who, organization = _authorize(request, slug, _build_question(Action.BAR_PARTNER))
    bar_row = get_object_or_404(Bar, pk=pk, organization=organization, lifted_on__isnull=True)
    form = partner_forms.BarLiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        security_records.lift_organization_bar(
            bar=bar_row, **form.cleaned_data, **_actor_arguments(request)
        )
        messages.success(request, _("The bar was lifted."))
        return redirect("partners:security", slug=slug)
    context = {"organization": organization, "bar": bar_row, "form": form}
    return render(request, "partners/lift_bar.html", context, status=_response_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def organization_law(request: HttpRequest, slug: str) -> HttpResponse:
    """Record the state of an organization and the laws that bind it: unknown is not the same as
    no.
    """
    _who, organization = _authorize(request, slug, _build_question(Action.CHANGE_PARTNERS))
    form_value = {True: "yes", False: "no", None: ""}
    initial = {
        "state": organization.state,
        "education_program": form_value[organization.is_education_program],
        "educational_agency": form_value[organization.is_educational_agency],
        "covered_entity": form_value[organization.is_covered_entity],
    }
    form = partner_forms.OrganizationLawForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person_records.describe_organization(
            organization=organization, **form.cleaned_data, **_actor_arguments(request)
        )
        messages.success(request, _("Saved."))
        return redirect("partners:security", slug=slug)
    context = {"organization": organization, "form": form, "title": _("State and applicable laws")}
    return render(request, "partners/security_entry.html", context, status=_response_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def new_control(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a protection that an organization has, with its evidence."""
    return _security_entry(
        request,
        slug,
        partner_forms.ControlForm,
        security_records.record_security_control,
        _("Add security control"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_sub_processor(request: HttpRequest, slug: str) -> HttpResponse:
    """Record a subcontractor to which an organization passes data."""
    title = _("Add subprocessor")
    return _security_entry(
        request, slug, partner_forms.SubProcessorForm, security_records.record_sub_processor, title
    )


def _security_entry(
    request: HttpRequest,
    slug: str,
    kind: type[forms.Form],
    record_entry: Callable[..., object],
    title: str,
) -> HttpResponse:
    _who, organization = _authorize(request, slug, security_status.may_change_security)
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        record_entry(organization=organization, **form.cleaned_data, **_actor_arguments(request))
        messages.success(request, _("Saved."))
        return redirect("partners:security", slug=slug)
    context = {"organization": organization, "form": form, "title": title}
    return render(request, "partners/security_entry.html", context, status=_response_status(form))


def _authorize(
    request: HttpRequest, slug: str, question: PolicyQuestion
) -> tuple[Actor, Organization]:
    """Return the actor and the organization once the policy has allowed the request."""
    who = load_actor(request.user, request=request)
    question(who, slug, timezone.localdate()).require()
    return who, get_object_or_404(Organization, slug=slug)


def _build_question(action: Action) -> PolicyQuestion:
    return lambda who, slug, on: may_open_page(action, who, organization=slug, on=on)


def _actor_arguments(request: HttpRequest) -> dict[str, Any]:
    return {"by": cast("User", request.user), "at": timezone.localtime()}


def _response_status(form: forms.Form) -> int:
    return 422 if form.errors else 200
