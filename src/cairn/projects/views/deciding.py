"""Pages of those who decide: a word, scores, conditions, the leave."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.partners.models import Organization
from cairn.projects import choices, facts
from cairn.projects.actions import deciding, leaving
from cairn.projects.forms.asking import WhyForm
from cairn.projects.forms.deciding import (
    AgreementsForm,
    HowForm,
    ScoreForm,
    TermForm,
    WordForm,
)
from cairn.projects.models import Condition
from cairn.projects.queries import opened as reads
from cairn.projects.queries import way
from cairn.projects.views.session import (
    WHOLE,
    back,
    confirm_page,
    form_page,
    session,
    to_version,
    version_of,
)
from cairn.rules.access import may_open
from cairn.rules.authorization import planned
from cairn.rules.proposal import (
    may_answer,
    may_authorize,
    may_meet_condition,
    may_name_agreements,
    may_revoke,
    may_score,
)
from cairn.rules.vocabulary import Action, Decider, StepAnswer

BOTH = require_http_methods(["GET", "HEAD", "POST"])
_YEAR = timedelta(days=364)


@BOTH
def answer(
    request: HttpRequest, reference: str, number: int, decider: str, organization: str = ""
) -> HttpResponse:
    """One word at the present step, beside the whole request and what differs in it."""
    asked = session(request)
    version = version_of(asked, reference, number)
    if decider not in list(Decider):
        raise Http404
    speaks_as, fact = Decider(decider), facts.version(version)
    turn = next(
        (
            t
            for t in way.turns(fact, asked.who, asked.today)
            if t.decider is speaks_as and t.organization == organization
        ),
        None,
    )
    if turn is None:
        may_answer(
            fact, speaks_as, organization, StepAnswer.RETURN, asked.who, asked.today
        ).require()
        raise Http404
    form = WordForm(
        request.POST or None,
        decider=speaks_as,
        only_comments=turn.only_comments,
        elements=sorted(fact.elements),
    )
    if request.method == "POST" and form.is_valid():
        deciding.answer(
            version=version,
            decider=speaks_as,
            organization=Organization.objects.filter(slug=organization).first(),
            said=form.said(),
            **asked.speaking,
        )
        messages.success(request, _("Your answer is on record."))
        return to_version(version)
    earlier = reads.before(version)
    context = {
        "row": version,
        "turn": turn,
        "form": form,
        "shown": reads.opened(version, asked.who, asked.today),
        "earlier": earlier,
        "differences": reads.differences(version, earlier) if earlier else [],
        "audience": WHOLE,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/answer.html", context, status=status)


@BOTH
def score(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One to five points for each criterion of the flow."""
    asked = session(request)
    version = version_of(asked, reference, number)
    fact = facts.version(version)
    may_score(fact, asked.who, asked.today).require()
    form = ScoreForm(request.POST or None, criteria=fact.flow.criteria if fact.flow else ())
    if request.method == "POST" and form.is_valid():
        deciding.score(
            version=version,
            scores=form.scores(),
            **asked.speaking,
        )
        return to_version(version)
    return form_page(
        request,
        form,
        title=_("Score the proposal"),
        action=_("Save"),
        back=back(version),
        row=version,
    )


@BOTH
def condition(request: HttpRequest, reference: str, number: int, pk: int) -> HttpResponse:
    """Records that a condition is met."""
    asked = session(request)
    version = version_of(asked, reference, number)
    may_meet_condition(facts.version(version), asked.who, asked.today).require()
    row = get_object_or_404(Condition, version=version, pk=pk, met_on__isnull=True)
    form = HowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        deciding.meet_condition(
            condition=row,
            how=form.cleaned_data["how"],
            **asked.speaking,
        )
        return to_version(version)
    return form_page(
        request,
        form,
        title=_("A condition is met"),
        lede=row.text,
        action=_("Record"),
        back=back(version),
        row=version,
    )


@BOTH
def agreements(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Names a license, or another agreement that was signed since the reviews."""
    asked = session(request)
    version = version_of(asked, reference, number)
    fact = facts.version(version)
    may_name_agreements(fact, fact, asked.who, asked.today).require()
    offered = [
        one for one in choices.agreements(pilot=version.pilot) if one[0] not in fact.agreements
    ]
    form = AgreementsForm(request.POST or None, offered=offered)
    if request.method == "POST" and form.is_valid():
        deciding.name_agreements(
            version=version, more=form.cleaned_data["agreements"], **asked.speaking
        )
        messages.success(request, _("Saved."))
        return to_version(version)
    return form_page(
        request,
        form,
        title=_("The license, and other agreements signed since"),
        lede=_("What the reviewers read of stays named. Write and sign an agreement first."),
        action=_("Save"),
        back=back(version),
        row=version,
    )


@BOTH
def authorize(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Shows the leave that would be given, element by element, and then gives it."""
    asked = session(request)
    version = version_of(asked, reference, number)
    may_open(Action.AUTHORIZE, asked.who, on=asked.today).require()
    form = TermForm(
        request.POST or None, initial={"starts": asked.today, "ends": asked.today + _YEAR}
    )
    if request.method == "POST" and form.is_valid():
        leaving.authorize(
            version=version,
            term=form.term(),
            **asked.speaking,
        )
        messages.success(request, _("The project is authorized."))
        return to_version(version)
    fact = facts.version(version)
    leave = planned(fact, asked.today, asked.today + _YEAR, asked.today)
    context = {
        "row": version,
        "form": form,
        "decision": may_authorize(fact, leave, asked.who, asked.today),
        "elements": sorted(leave.elements),
        "kept_back": sorted(fact.elements - leave.elements),
        "audience": WHOLE,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/authorize.html", context, status=status)


@BOTH
def revoke(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Asks, and then takes the leave back from today."""
    asked = session(request)
    version = version_of(asked, reference, number)
    may_revoke(facts.version(version), asked.who, asked.today).require()
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        leaving.revoke(
            version=version,
            why=form.cleaned_data["why"],
            **asked.speaking,
        )
        return to_version(version)
    return confirm_page(
        request,
        form,
        version,
        title=_("Revoke the authorization?"),
        action=_("Revoke it from today"),
        consequences=[
            _("From now on nothing may be done with these data under this project."),
            _("What was disclosed before stays on record, and its destruction falls due."),
            _("A revoked authorization does not come back; a next version can be authorized."),
        ],
    )
