"""Show the reviewers' pages: answer, score, conditions, agreements, authorization."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.governance.partners.api import Organization
from cairn.governance.projects import facts
from cairn.governance.projects.actions import reviews
from cairn.governance.projects.forms import choices
from cairn.governance.projects.forms import reviews as review_forms
from cairn.governance.projects.forms.proposals import ReasonForm
from cairn.governance.projects.models.project import Condition
from cairn.governance.projects.queries import versions
from cairn.governance.projects.views import shared_pages
from cairn.policy import questions
from cairn.policy.checks import plan_authorization
from cairn.policy.vocabulary import Action, Decider, StepAnswer

ALLOW_GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
_DEFAULT_TERM = timedelta(days=364)


@ALLOW_GET_AND_POST
def step_answer_page(
    request: HttpRequest, reference: str, number: int, decider: str, organization: str = ""
) -> HttpResponse:
    """Show the whole request with its differences, and record an answer at the current step."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    if decider not in list(Decider):
        raise Http404
    answering_role, fact = Decider(decider), facts.load_project_fact(version)
    turn = next(
        (
            item
            for item in versions.list_answer_turns(fact, project_request.who, project_request.today)
            if item.decider is answering_role and item.organization == organization
        ),
        None,
    )
    if turn is None:
        questions.may_respond_to_project(
            fact,
            answering_role,
            organization,
            StepAnswer.RETURN,
            project_request.who,
            project_request.today,
        ).require()
        raise Http404
    form = review_forms.StepAnswerForm(
        request.POST or None,
        decider=answering_role,
        only_comments=turn.only_comments,
        elements=sorted(fact.elements),
    )
    if request.method == "POST" and form.is_valid():
        reviews.record_step_answer(
            version=version,
            decider=answering_role,
            organization=Organization.objects.filter(slug=organization).first(),
            review_answer=form.get_answer(),
            **project_request.action_context,
        )
        messages.success(request, _("Response recorded."))
        return shared_pages.redirect_to_version(version)
    earlier = versions.find_comparison_version(version)
    context = {
        "row": version,
        "turn": turn,
        "form": form,
        "shown": versions.load_version_page(version, project_request.who, project_request.today),
        "earlier": earlier,
        "differences": versions.compare_versions(version, earlier) if earlier else [],
        "audience": shared_pages.FULL_REASON_AUDIENCE,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/answer.html", context, status=status)


@ALLOW_GET_AND_POST
def score_proposal_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Record one to five points for each criterion of the workflow."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    fact = facts.load_project_fact(version)
    questions.may_score_project(fact, project_request.who, project_request.today).require()
    form = review_forms.ScoreForm(
        request.POST or None, criteria=fact.flow.criteria if fact.flow else ()
    )
    if request.method == "POST" and form.is_valid():
        reviews.score_proposal(
            version=version,
            scores=form.get_scores(),
            **project_request.action_context,
        )
        return shared_pages.redirect_to_version(version)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Score proposal"),
        action=_("Save"),
        back=shared_pages.build_version_url(version),
        row=version,
    )


@ALLOW_GET_AND_POST
def meet_condition_page(request: HttpRequest, reference: str, number: int, pk: int) -> HttpResponse:
    """Record that a condition is met."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    questions.may_meet_project_condition(
        facts.load_project_fact(version), project_request.who, project_request.today
    ).require()
    row = get_object_or_404(Condition, version=version, pk=pk, met_on__isnull=True)
    form = review_forms.MeetConditionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reviews.meet_condition(
            condition=row,
            how=form.cleaned_data["how"],
            **project_request.action_context,
        )
        return shared_pages.redirect_to_version(version)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Record a met condition"),
        introduction=row.text,
        action=_("Record"),
        back=shared_pages.build_version_url(version),
        row=version,
    )


@ALLOW_GET_AND_POST
def add_project_agreements_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Add a license, or another agreement that was signed after the reviews."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    fact = facts.load_project_fact(version)
    questions.may_add_project_agreements(
        fact, fact, project_request.who, project_request.today
    ).require()
    offered = [
        choice
        for choice in choices.list_agreement_choices(pilot=version.pilot)
        if choice[0] not in fact.agreements
    ]
    form = review_forms.ProjectAgreementsForm(request.POST or None, offered=offered)
    if request.method == "POST" and form.is_valid():
        reviews.add_project_agreements(
            version=version, more=form.cleaned_data["agreements"], **project_request.action_context
        )
        messages.success(request, _("Saved."))
        return shared_pages.redirect_to_version(version)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Add signed agreements"),
        introduction=_(
            "The agreements that reviewers saw stay on the list. Sign an agreement before you "
            "add it."
        ),
        action=_("Save"),
        back=shared_pages.build_version_url(version),
        row=version,
    )


@ALLOW_GET_AND_POST
def authorize_project_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the authorization that would be granted, element by element, and grant it."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    questions.may_open_page(
        Action.AUTHORIZE, project_request.who, on=project_request.today
    ).require()
    form = review_forms.AuthorizationTermForm(
        request.POST or None,
        initial={"starts": project_request.today, "ends": project_request.today + _DEFAULT_TERM},
    )
    if request.method == "POST" and form.is_valid():
        reviews.authorize_project(
            version=version,
            term=form.get_term(),
            **project_request.action_context,
        )
        messages.success(request, _("Project authorized."))
        return shared_pages.redirect_to_version(version)
    fact = facts.load_project_fact(version)
    plan = plan_authorization(
        fact, project_request.today, project_request.today + _DEFAULT_TERM, project_request.today
    )
    context = {
        "row": version,
        "form": form,
        "decision": questions.may_authorize_project(
            fact, plan, project_request.who, project_request.today
        ),
        "elements": sorted(plan.elements),
        "kept_back": sorted(fact.elements - plan.elements),
        "audience": shared_pages.FULL_REASON_AUDIENCE,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/authorize.html", context, status=status)


@ALLOW_GET_AND_POST
def revoke_authorization_page(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Ask for confirmation, then revoke the authorization from today."""
    project_request = shared_pages.load_project_request(request)
    version = shared_pages.get_version_or_404(project_request, reference, number)
    fact = facts.load_project_fact(version)
    authorization = fact.authorization
    questions.may_revoke_authorization(fact, project_request.who, project_request.today).require()
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reviews.revoke_authorization(
            version=version,
            why=form.cleaned_data["why"],
            **project_request.action_context,
        )
        return shared_pages.redirect_to_version(version)
    return shared_pages.render_confirm_page(
        request,
        form,
        version,
        title=_("Revoke the authorization?"),
        action=_("Revoke authorization today"),
        consequences=[
            _("This project may not use its data from now on. People: %(people)s.")
            % {"people": len(authorization.staff) if authorization else 0},
            _("Earlier disclosures stay in the log. The recipient must destroy the data."),
            _(
                "You cannot restore a revoked authorization. You can start and authorize a new "
                "version."
            ),
        ],
    )
