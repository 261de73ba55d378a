"""Show the requester's pages: propose, describe, questions, elements, who took part."""

from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cairn.governance.partners.api import Organization
from cairn.governance.projects import facts
from cairn.governance.projects.actions import proposals, reviews
from cairn.governance.projects.forms import choices
from cairn.governance.projects.forms import proposals as proposal_forms
from cairn.governance.projects.models.project import Project, Question, Version
from cairn.governance.projects.queries import versions
from cairn.governance.projects.views import shared_pages
from cairn.policy import questions
from cairn.policy.vocabulary import Action, Purpose

_QUESTION_EVENTS = {
    "reword": (gettext_lazy("Reword"), gettext_lazy("Save")),
    "drop": (gettext_lazy("Drop"), gettext_lazy("Drop it")),
    "take-up": (gettext_lazy("Take up"), gettext_lazy("Take it up")),
}

ALLOW_GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@ALLOW_GET_AND_POST
def propose_project_page(request: HttpRequest) -> HttpResponse:
    """Start a project; with `?follows=` as a copy of an approved one."""
    project_request = shared_pages.load_project_request(request)
    questions.may_open_page(
        Action.CHANGE_PROJECT, project_request.who, on=project_request.today
    ).require()
    follows = Project.objects.filter(reference=request.GET.get("follows", "")).first()
    initial: dict[str, object] = {}
    if follows:
        followed_version = follows.newest
        initial = {
            "title": followed_version.title,
            "purpose": followed_version.purpose,
            "pilot": follows.pilot,
        }
    form = proposal_forms.ProposalForm(
        request.POST or None,
        organizations=_list_proposing_organizations(project_request),
        flows=choices.list_flow_choices(),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        version = proposals.propose_project(
            title=cleaned["title"],
            organization=cleaned["organization"],
            purpose=Purpose(cleaned["purpose"]),
            flow=cleaned["flow"],
            follows=follows,
            pilot=cleaned["pilot"],
            **project_request.action_context,
        )
        messages.success(request, _("Project created. Next, add its questions."))
        return shared_pages.redirect_to_version(version)
    lede = _("Begin with what you want to find out for children, not with the data.")
    if follows:
        lede = _("This starts as a copy of %(project)s. Reviewers see only what you change.") % {
            "project": follows.reference
        }
    return shared_pages.render_form_page(
        request,
        form,
        title=_("New project"),
        introduction=lede,
        action=_("Create project"),
        back=reverse("projects:list"),
    )


def _list_proposing_organizations(
    project_request: shared_pages.ProjectRequest,
) -> QuerySet[Organization]:
    permitted_slugs = [
        slug
        for slug in Organization.objects.values_list("slug", flat=True)
        if questions.may_propose_project(slug, project_request.who, project_request.today).allowed
    ]
    own_slugs = project_request.who.list_organizations(project_request.today)
    return Organization.objects.filter(
        slug__in=[
            permitted_slug for permitted_slug in permitted_slugs if permitted_slug in own_slugs
        ]
        or permitted_slugs
    )


def _get_changeable_version(
    project_request: shared_pages.ProjectRequest, reference: str, number: int
) -> Version:
    """Return the version in the URL if this user may change it. Raises `Refused`."""
    version = shared_pages.get_version_or_404(project_request, reference, number)
    questions.may_change_project(
        facts.load_project_fact(version), project_request.who, project_request.today
    ).require()
    return version


@ALLOW_GET_AND_POST
def project_description_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Edit the key questions, principles, level, benefit and harm."""
    project_request = shared_pages.load_project_request(request)
    version = _get_changeable_version(project_request, reference, number)
    form = proposal_forms.ProjectDescriptionForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        proposals.update_project_description(
            version=version,
            description=form.get_description(),
            **project_request.action_context,
        )
        messages.success(request, _("Saved."))
        return shared_pages.redirect_to_version(version)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Purpose and description"),
        introduction=_("You can save at any time. The project page lists what is still missing."),
        action=_("Save"),
        back=shared_pages.build_version_url(version),
        row=version,
    )


@ALLOW_GET_AND_POST
def project_parties_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Edit the data owners, nations, recipients, people, agreements and outputs."""
    project_request = shared_pages.load_project_request(request)
    version = _get_changeable_version(project_request, reference, number)
    form = proposal_forms.PartiesForm(
        request.POST or None,
        version=version,
        agreements=choices.list_agreement_choices(pilot=version.pilot),
    )
    if request.method == "POST" and form.is_valid():
        proposals.update_project_parties(
            version=version,
            parties=form.get_parties(),
            **project_request.action_context,
        )
        messages.success(request, _("Saved."))
        return shared_pages.redirect_to_version(version)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Data owners and recipients"),
        action=_("Save"),
        back=shared_pages.build_version_url(version),
        row=version,
    )


@ALLOW_GET_AND_POST
def question_list(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """List the questions of a version, dropped ones with the reason, and add one."""
    project_request = shared_pages.load_project_request(request)
    version = _get_changeable_version(project_request, reference, number)
    form = proposal_forms.QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        proposals.add_question(
            version=version,
            text=cleaned["text"],
            asked_by=cleaned["asked_by"],
            follows=cleaned["follows"],
            **project_request.action_context,
        )
        return redirect("projects:questions", reference, number)
    context = {
        "row": version,
        "form": form,
        "questions": version.questions.prefetch_related("wordings__by"),
    }
    status = 422 if form.errors else 200
    return render(request, "projects/questions.html", context, status=status)


@ALLOW_GET_AND_POST
def change_question_page(
    request: HttpRequest, reference: str, number: int, code: str, event: str
) -> HttpResponse:
    """Reword, drop or restore a question, each with its reason."""
    project_request = shared_pages.load_project_request(request)
    version = _get_changeable_version(project_request, reference, number)
    row = get_object_or_404(Question, version=version, code=code)
    if event not in _QUESTION_EVENTS:
        raise Http404
    if event == "take-up":
        if request.method == "POST":
            proposals.restore_question(question=row, **project_request.action_context)
        return redirect("projects:questions", reference, number)
    rewording = proposal_forms.RewordQuestionForm(request.POST or None, question=row)
    form: proposal_forms.RewordQuestionForm | proposal_forms.ReasonForm = (
        rewording if event == "reword" else proposal_forms.ReasonForm(request.POST or None)
    )
    if request.method == "POST" and form.is_valid():
        _change_question(row, event, form.cleaned_data, project_request)
        return redirect("projects:questions", reference, number)
    title, action = _QUESTION_EVENTS[event]
    return shared_pages.render_form_page(
        request,
        form,
        title=f"{title} {code}",
        introduction=row.text,
        action=str(action),
        back=reverse("projects:questions", args=[reference, number]),
    )


def _change_question(
    row: Question, event: str, cleaned: dict[str, str], project_request: shared_pages.ProjectRequest
) -> None:
    if event == "reword":
        proposals.reword_question(
            question=row,
            text=cleaned["text"],
            why=cleaned["why"],
            **project_request.action_context,
        )
    else:
        proposals.drop_question(question=row, why=cleaned["why"], **project_request.action_context)


@ALLOW_GET_AND_POST
def requested_elements_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Select the elements for each question, and answer the challenges to the request."""
    project_request = shared_pages.load_project_request(request)
    version = _get_changeable_version(project_request, reference, number)
    is_selecting = request.method == "POST" and "challenges" not in request.POST
    form = proposal_forms.ElementsForm(
        request.POST if is_selecting else None,
        version=version,
        choices=choices.list_requestable_elements(version),
    )
    if is_selecting and form.is_valid():
        proposals.request_elements(
            version=version,
            question_of=form.question_of(),
            first_year=form.cleaned_data["first_year"],
            last_year=form.cleaned_data["last_year"],
            **project_request.action_context,
        )
        return redirect("projects:elements", reference, number)
    if "challenges" in request.POST:
        posted_answers = {
            field_name.removeprefix("to_"): text
            for field_name, text in request.POST.items()
            if field_name.startswith("to_")
        }
        proposals.answer_challenges(
            version=version,
            answers=cast("dict[str, str]", posted_answers),
            **project_request.action_context,
        )
        messages.success(request, _("Saved."))
        return redirect("projects:elements", reference, number)
    context = {
        "row": version,
        "form": form,
        "questions": version.questions.filter(dropped_on__isnull=True),
        "shown": versions.load_version_page(version, project_request.who, project_request.today),
        "audience": shared_pages.FULL_REASON_AUDIENCE,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/elements.html", context, status=status)


@ALLOW_GET_AND_POST
def equity_step_page(request: HttpRequest, reference: str, number: int, kind: str) -> HttpResponse:
    """Record engagement at the start, or the reflection at the end."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    questions.may_propose_project(
        version.project.lead.slug, project_request.who, project_request.today
    ).require()
    titles = {
        "engagement": _("Community engagement"),
        "reflection": _("Closing reflection"),
    }
    if kind not in titles:
        raise Http404
    form = proposal_forms.EquityStepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        reviews.record_equity_step(
            project=version.project,
            kind=kind,
            on=cleaned["on"],
            who_took_part=cleaned["who_took_part"],
            what_changed=cleaned["what_changed"],
            **project_request.action_context,
        )
        messages.success(request, _("Recorded."))
        return shared_pages.redirect_to_version(version)
    return shared_pages.render_form_page(
        request,
        form,
        title=titles[kind],
        introduction=_(
            "Record what you heard from the community before the project uses data. Record what "
            "you learned before the project closes."
        ),
        action=_("Record"),
        back=shared_pages.build_version_url(version),
        row=version,
    )


@require_POST
def finish_requester_step_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Finish the requester's own step."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    reviews.finish_requester_step(version=version, **project_request.action_context)
    current_step = versions.build_project_list_item(version, project_request.today).step
    messages.success(
        request, _("The project moved to this step: %(step)s.") % {"step": current_step}
    )
    return shared_pages.redirect_to_version(version)


@ALLOW_GET_AND_POST
def withdraw_project_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Ask for confirmation, then withdraw the project."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    questions.may_withdraw_project(
        facts.load_project_fact(version), project_request.who, project_request.today
    ).require()
    form = proposal_forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reviews.withdraw_project(
            version=version,
            why=form.cleaned_data["why"],
            **project_request.action_context,
        )
        return shared_pages.redirect_to_version(version)
    return shared_pages.render_confirm_page(
        request,
        form,
        version,
        title=_("Withdraw this project?"),
        action=_("Withdraw project"),
        consequences=[
            _("Reviewers are no longer asked to respond. Earlier responses stay on record."),
            _("You can start a new version later."),
        ],
    )


@ALLOW_GET_AND_POST
def revise_project_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Start the next version."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    questions.may_revise_project(
        facts.load_project_fact(version), project_request.who, project_request.today
    ).require()
    form = proposal_forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        next_version = proposals.revise_project(
            version=version,
            why=form.cleaned_data["why"],
            **project_request.action_context,
        )
        return shared_pages.redirect_to_version(next_version)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("New version"),
        introduction=_(
            "The new version starts as a copy. The current version stays in effect until the new "
            "version is authorized."
        ),
        action=_("Start new version"),
        back=shared_pages.build_version_url(version),
        row=version,
    )
