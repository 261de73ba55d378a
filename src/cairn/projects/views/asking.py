"""Pages of those who ask: begin, write, question by question, elements, who took part."""

from typing import cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cairn.partners.models import Organization
from cairn.projects import choices, facts
from cairn.projects.actions import deciding, proposing
from cairn.projects.forms.asking import (
    ElementsForm,
    EquityForm,
    PartiesForm,
    ProposalForm,
    QuestionForm,
    RewordForm,
    WhyForm,
    WordsForm,
)
from cairn.projects.models import Project, Question, Version
from cairn.projects.queries import opened as reads
from cairn.projects.queries import way
from cairn.projects.views.session import (
    WHOLE,
    Session,
    back,
    confirm_page,
    form_page,
    session,
    to_version,
    version_of,
)
from cairn.rules.access import may_open
from cairn.rules.proposal import may_change, may_propose, may_revise, may_withdraw
from cairn.rules.vocabulary import Action, Purpose

_EVENTS = {
    "reword": (gettext_lazy("Reword"), gettext_lazy("Save")),
    "drop": (gettext_lazy("Drop"), gettext_lazy("Drop it")),
    "take-up": (gettext_lazy("Take up"), gettext_lazy("Take it up")),
}
BOTH = require_http_methods(["GET", "HEAD", "POST"])


@BOTH
def new(request: HttpRequest) -> HttpResponse:
    """Begins a project; with `?follows=` as a copy of one that was approved."""
    asked = session(request)
    may_open(Action.CHANGE_PROJECT, asked.who, on=asked.today).require()
    follows = Project.objects.filter(reference=request.GET.get("follows", "")).first()
    initial: dict[str, object] = {}
    if follows:
        before = follows.newest
        initial = {"title": before.title, "purpose": before.purpose, "pilot": follows.pilot}
    form = ProposalForm(
        request.POST or None,
        organizations=_organizations(asked),
        flows=choices.flows(),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        version = proposing.propose(
            title=given["title"],
            organization=given["organization"],
            purpose=Purpose(given["purpose"]),
            flow=given["flow"],
            follows=follows,
            pilot=given["pilot"],
            **asked.speaking,
        )
        messages.success(request, _("The project is begun. Now write down its questions."))
        return to_version(version)
    lede = _("Start from what you want to find out for children, not from the data.")
    if follows:
        lede = _("It begins as a copy of %(project)s; reviewers read only what you change.") % {
            "project": follows.reference
        }
    return form_page(
        request,
        form,
        title=_("A new project"),
        lede=lede,
        action=_("Begin"),
        back=reverse("projects:list"),
    )


def _organizations(asked: Session) -> QuerySet[Organization]:
    slugs = [
        slug
        for slug in Organization.objects.values_list("slug", flat=True)
        if may_propose(slug, asked.who, asked.today).allowed
    ]
    mine = asked.who.organizations(asked.today)
    return Organization.objects.filter(slug__in=[s for s in slugs if s in mine] or slugs)


def _changeable(asked: Session, reference: str, number: int) -> Version:
    """The version in the address, when this person may write in it. Raises `Refused`."""
    version = version_of(asked, reference, number)
    may_change(facts.version(version), asked.who, asked.today).require()
    return version


@BOTH
def words(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The five key questions, the six principles, the level, benefit and harm."""
    asked = session(request)
    version = _changeable(asked, reference, number)
    form = WordsForm(request.POST or None, version=version)
    if request.method == "POST" and form.is_valid():
        proposing.write(
            version=version,
            written=form.written(),
            **asked.speaking,
        )
        messages.success(request, _("Saved."))
        return to_version(version)
    return form_page(
        request,
        form,
        title=_("What the project is for"),
        lede=_("Save as often as you like; the project's page says what is still missing."),
        action=_("Save"),
        back=back(version),
        row=version,
    )


@BOTH
def parties(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Whose data, whose members, who works with them, under what, for what."""
    asked = session(request)
    version = _changeable(asked, reference, number)
    form = PartiesForm(
        request.POST or None, version=version, agreements=choices.agreements(pilot=version.pilot)
    )
    if request.method == "POST" and form.is_valid():
        proposing.name_parties(
            version=version,
            parties=form.parties(),
            **asked.speaking,
        )
        messages.success(request, _("Saved."))
        return to_version(version)
    return form_page(
        request,
        form,
        title=_("Whose data, and who works with them"),
        action=_("Save"),
        back=back(version),
        row=version,
    )


@BOTH
def questions(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The questions of a version, dropped ones with the reason, and one more."""
    asked = session(request)
    version = _changeable(asked, reference, number)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        proposing.add_question(
            version=version,
            text=given["text"],
            asked_by=given["asked_by"],
            follows=given["follows"],
            **asked.speaking,
        )
        return redirect("projects:questions", reference, number)
    context = {
        "row": version,
        "form": form,
        "questions": version.questions.prefetch_related("wordings__by"),
    }
    status = 422 if form.errors else 200
    return render(request, "projects/questions.html", context, status=status)


@BOTH
def question(
    request: HttpRequest, reference: str, number: int, code: str, event: str
) -> HttpResponse:
    """Rewords a question, drops it, or takes it up again; each with its reason."""
    asked = session(request)
    version = _changeable(asked, reference, number)
    row = get_object_or_404(Question, version=version, code=code)
    if event not in _EVENTS:
        raise Http404
    if event == "take-up":
        if request.method == "POST":
            proposing.take_question_up(question=row, **asked.speaking)
        return redirect("projects:questions", reference, number)
    rewording = RewordForm(request.POST or None, question=row)
    form: RewordForm | WhyForm = rewording if event == "reword" else WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _change_question(row, event, form.cleaned_data, asked)
        return redirect("projects:questions", reference, number)
    title, action = _EVENTS[event]
    return form_page(
        request,
        form,
        title=f"{title} {code}",
        lede=row.text,
        action=str(action),
        back=reverse("projects:questions", args=[reference, number]),
    )


def _change_question(row: Question, event: str, given: dict[str, str], asked: Session) -> None:
    if event == "reword":
        proposing.reword_question(
            question=row,
            text=given["text"],
            why=given["why"],
            **asked.speaking,
        )
    else:
        proposing.drop_question(question=row, why=given["why"], **asked.speaking)


@BOTH
def elements(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The elements, picked for a question; and what the request is challenged with."""
    asked = session(request)
    version = _changeable(asked, reference, number)
    picking = request.method == "POST" and "challenges" not in request.POST
    form = ElementsForm(
        request.POST if picking else None,
        version=version,
        choices=choices.elements(version),
    )
    if picking and form.is_valid():
        proposing.ask_for(
            version=version,
            question_of=form.question_of(),
            first_year=form.cleaned_data["first_year"],
            last_year=form.cleaned_data["last_year"],
            **asked.speaking,
        )
        return redirect("projects:elements", reference, number)
    if "challenges" in request.POST:
        given = {k.removeprefix("to_"): v for k, v in request.POST.items() if k.startswith("to_")}
        proposing.answer_challenges(
            version=version,
            answers=cast("dict[str, str]", given),
            **asked.speaking,
        )
        messages.success(request, _("Saved."))
        return redirect("projects:elements", reference, number)
    context = {
        "row": version,
        "form": form,
        "questions": version.questions.filter(dropped_on__isnull=True),
        "shown": reads.opened(version, asked.who, asked.today),
        "audience": WHOLE,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/elements.html", context, status=status)


@BOTH
def equity(request: HttpRequest, reference: str, number: int, kind: str) -> HttpResponse:
    """Engagement at the beginning, or the reflection at the end."""
    asked = session(request)
    version = version_of(asked, reference, number)
    may_propose(version.project.lead.slug, asked.who, asked.today).require()
    titles = {
        "engagement": _("Who was engaged at the beginning?"),
        "reflection": _("Who looked back at the end?"),
    }
    if kind not in titles:
        raise Http404
    form = EquityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        deciding.record_equity_step(
            project=version.project,
            kind=kind,
            on=given["on"],
            who_took_part=given["who_took_part"],
            what_changed=given["what_changed"],
            **asked.speaking,
        )
        messages.success(request, _("Recorded."))
        return to_version(version)
    return form_page(
        request,
        form,
        title=titles[kind],
        lede=_("Nothing about us without us: no data are touched before it, no project closes."),
        action=_("Record"),
        back=back(version),
        row=version,
    )


@require_POST
def move_on(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Those who ask finish their step."""
    asked = session(request)
    version = version_of(asked, reference, number)
    deciding.move_on(version=version, **asked.speaking)
    where = way.listed(version, asked.today).step
    messages.success(request, _("Now it is at: %(step)s.") % {"step": where})
    return to_version(version)


@BOTH
def withdraw(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Asks, and then gives the project up."""
    asked = session(request)
    version = version_of(asked, reference, number)
    may_withdraw(facts.version(version), asked.who, asked.today).require()
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        deciding.withdraw(
            version=version,
            why=form.cleaned_data["why"],
            **asked.speaking,
        )
        return to_version(version)
    return confirm_page(
        request,
        form,
        version,
        title=_("Withdraw this project?"),
        action=_("Withdraw it"),
        consequences=[
            _("Nobody is asked any more; what was said stays on record."),
            _("You can begin a next version of it later."),
        ],
    )


@BOTH
def revise(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Begins the next version."""
    asked = session(request)
    version = version_of(asked, reference, number)
    may_revise(facts.version(version), asked.who, asked.today).require()
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = proposing.revise(
            version=version,
            why=form.cleaned_data["why"],
            **asked.speaking,
        )
        return to_version(made)
    return form_page(
        request,
        form,
        title=_("A next version"),
        lede=_("It begins as a copy. The present version stays as it is until it is authorized."),
        action=_("Begin the next version"),
        back=back(version),
        row=version,
    )
