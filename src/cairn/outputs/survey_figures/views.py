"""Pages of survey figures: for those who count, review and publish them, and for the public."""

from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.data.surveys.api import Survey, list_countable_questions
from cairn.governance.partners.api import load_actor
from cairn.outputs.releases.api import label_legal_basis
from cairn.outputs.survey_figures import actions, forms, queries
from cairn.outputs.survey_figures.answers import AnswersNotMatched, count_survey_answers
from cairn.outputs.survey_figures.facts import (
    build_counted_fact,
    build_figures_fact,
    find_survey_figures,
)
from cairn.outputs.survey_figures.models import SurveyFigures
from cairn.platform.accounts.api import User
from cairn.policy import questions
from cairn.policy.checks import are_verdicts_open
from cairn.policy.engine import find_audience
from cairn.policy.facts import Actor, SurveyFiguresFact
from cairn.policy.vocabulary import Action, ReviewVerdict

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def survey_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the figures of one survey as the public would see them, and the next step."""
    survey, actor, now = _find_survey(request, pk)
    return _show_figures(request, survey, actor, now)


@require_POST
def survey_figures_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Count the chosen questions, protect the counts, and send them to reviewers."""
    survey, actor, now = _find_survey(request, pk)
    form = _build_count_form(request, survey)
    questions.may_count_survey_figures(build_figures_fact(survey), actor, now.date()).require()
    if not form.is_valid():
        return _show_figures(request, survey, actor, now, count_form=form)
    chosen, by = form.cleaned_data["chosen"], _get_user(request)
    try:
        protected = count_survey_answers(survey, chosen, actor=actor, by=by, at=now)
    except AnswersNotMatched:
        messages.error(
            request,
            _(
                "The answers were not matched to students yet. Run record matching, then count "
                "again. Nothing was counted."
            ),
        )
        return redirect("survey_figures:figures", pk)
    actions.store_survey_figures(survey=survey, chosen=chosen, protected=protected, by=by, at=now)
    messages.success(request, _("Counted. Two reviewers and a data steward decide next."))
    return redirect("survey_figures:figures", pk)


@require_POST
def survey_figures_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a reviewer's verdict."""
    survey, actor, now = _find_survey(request, pk)
    figures, form = _get_figures(survey), forms.FiguresVerdictForm(request.POST)
    questions.may_review_survey_figures(build_figures_fact(survey), actor, now.date()).require()
    if not form.is_valid():
        return _show_figures(request, survey, actor, now, verdict_form=form)
    try:
        actions.review_survey_figures(
            figures=figures,
            seen_round=form.cleaned_data["seen_round"],
            verdict=ReviewVerdict(form.cleaned_data["verdict"]),
            comment=form.cleaned_data["comment"],
            by=_get_user(request),
            at=now,
        )
    except actions.FiguresRecounted:
        return _show_recounted(request, pk)
    messages.success(request, _("Decision recorded."))
    return redirect("survey_figures:figures", pk)


@require_POST
def survey_figures_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a data steward of the organization confirms the figures."""
    survey, _actor, now = _find_survey(request, pk)
    figures, form = _get_figures(survey), forms.SeenFiguresForm(request.POST)
    seen_round = form.cleaned_data["seen_round"] if form.is_valid() else 0
    try:
        actions.confirm_survey_figures(
            figures=figures, seen_round=seen_round, by=_get_user(request), at=now
        )
    except actions.FiguresRecounted:
        return _show_recounted(request, pk)
    messages.success(request, _("You confirmed the figures."))
    return redirect("survey_figures:figures", pk)


def _show_recounted(request: HttpRequest, pk: int) -> HttpResponse:
    messages.error(
        request,
        _("The figures were counted again after you opened the page. Look at them, then decide."),
    )
    return redirect("survey_figures:figures", pk)


@_GET_POST
def survey_figures_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then show the figures to the public."""
    survey, actor, now = _find_survey(request, pk)
    figures = _get_figures(survey)
    questions.may_publish_survey_figures(build_figures_fact(survey), actor, now.date()).require()
    if request.method == "POST":
        actions.publish_survey_figures(figures=figures, by=_get_user(request), at=now)
        messages.success(request, _("The figures are published."))
        return redirect("survey_figures:figures", pk)
    context = {
        "title": _("Publish the figures of “%(title)s”?") % {"title": survey.title},
        "text": _("Everyone will be able to see them without signing in."),
        "consequences": [
            _("Tables: %(tables)s. Numbers suppressed: %(suppressed)s.")
            % {"tables": len(figures.tables), "suppressed": queries.count_suppressed(figures)},
            _("They cannot be counted again. If you withdraw them, copies remain."),
        ],
        "action": _("Publish"),
        "back": reverse("survey_figures:figures", args=[pk]),
        "of": survey.title,
    }
    return render(request, "survey_figures/confirm.html", context)


@_GET_POST
def survey_figures_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw published figures, with a reason for the public page."""
    survey, actor, now = _find_survey(request, pk)
    figures, form = _get_figures(survey), forms.FiguresWithdrawalForm(request.POST or None)
    questions.may_withdraw_survey_figures(build_figures_fact(survey), actor, now.date()).require()
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.withdraw_survey_figures(
            figures=figures, reason=reason, by=_get_user(request), at=now
        )
        messages.success(request, _("Withdrawn."))
        return redirect("survey_figures:figures", pk)
    context = {
        "title": _("Withdraw the figures of “%(title)s”?") % {"title": survey.title},
        "text": _("The public page will say that they were withdrawn, when, and why."),
        "consequences": [_("They cannot be published again.")],
        "action": _("Withdraw"),
        "back": reverse("survey_figures:figures", args=[pk]),
        "of": survey.title,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "survey_figures/confirm.html", context, status=status)


@require_safe
def published_survey_list(request: HttpRequest) -> HttpResponse:
    """List the surveys with published figures, newest first, to everyone."""
    actor, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_open_page(Action.VIEW_PUBLISHED, actor, on=today).require()
    language = (get_language() or "en")[:2]
    entries = [
        (figures, figures.survey.get_text("title", language))
        for figures in queries.list_published_survey_figures()
    ]
    context = {"entries": entries, "today": today}
    return render(request, "survey_figures/public_list.html", context)


@require_safe
def published_survey_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """Show published figures of a survey to everyone, or that they were withdrawn."""
    actor, today = load_actor(request.user, request=request), timezone.localdate()
    questions.may_open_page(Action.VIEW_PUBLISHED, actor, on=today).require()
    figures = get_object_or_404(queries.load_figures(), pk=pk)
    fact = build_counted_fact(figures)
    is_withdrawn = questions.may_view_survey_withdrawal(fact, today).allowed
    if not is_withdrawn and not questions.may_view_published_survey_figures(fact, today).allowed:
        raise Http404
    language = get_language() or "en"
    context = {
        "figures": figures,
        "title": figures.survey.get_text("title", language[:2]),
        "is_withdrawn": is_withdrawn,
        **({} if is_withdrawn else _describe_tables(figures, language)),
        "bases": _list_bases(fact),
    }
    status = 410 if is_withdrawn else 200
    return render(request, "survey_figures/public.html", context, status=status)


def _find_survey(request: HttpRequest, pk: int) -> tuple[Survey, Actor, datetime]:
    """Find a survey with figures that the user may see; policy is asked first."""
    actor, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_open_page(Action.VIEW_RELEASE, actor, on=now.date()).require()
    surveys = Survey.objects.select_related("organization", "delivery")
    survey = get_object_or_404(surveys, pk=pk)
    questions.may_view_survey_figures(build_figures_fact(survey), actor, now.date()).require()
    return survey, actor, now


def _get_figures(survey: Survey) -> SurveyFigures:
    figures = find_survey_figures(survey)
    if figures is None:
        raise Http404
    return figures


def _build_count_form(request: HttpRequest, survey: Survey) -> forms.CountedQuestionsForm:
    return forms.CountedQuestionsForm(
        request.POST if request.method == "POST" else None,
        questions=list_countable_questions(survey),
    )


def _show_figures(
    request: HttpRequest,
    survey: Survey,
    actor: Actor,
    now: datetime,
    *,
    count_form: forms.CountedQuestionsForm | None = None,
    verdict_form: forms.FiguresVerdictForm | None = None,
) -> HttpResponse:
    fact, figures = build_figures_fact(survey), find_survey_figures(survey)
    decisions = {
        "count": questions.may_count_survey_figures(fact, actor, now.date()),
        "review": questions.may_review_survey_figures(fact, actor, now.date()),
        "confirm": questions.may_confirm_survey_figures(fact, actor, now.date()),
        "publish": questions.may_publish_survey_figures(fact, actor, now.date()),
        "withdraw": questions.may_withdraw_survey_figures(fact, actor, now.date()),
    }
    reviews = figures.reviews.filter(round=figures.round) if figures else []
    context = {
        "survey": survey,
        "figures": figures,
        "fact": fact,
        "decisions": decisions,
        "reviews": reviews if are_verdicts_open(fact.reviews) else [],
        "reviewed": len(fact.reviews),
        "count_form": count_form or _build_count_form(request, survey),
        "verdict_form": verdict_form
        or forms.FiguresVerdictForm(initial={"seen_round": figures.round if figures else 0}),
        "audience": find_audience(actor, frozenset({survey.organization.slug}), now.date()),
        "bases": _list_bases(fact),
        "as_of": figures.counted_at if figures else now,
        **(_describe_tables(figures, "en") if figures else {}),
    }
    has_errors = bool((count_form and count_form.errors) or (verdict_form and verdict_form.errors))
    status = 422 if has_errors else 200
    return render(request, "survey_figures/figures.html", context, status=status)


def _describe_tables(figures: SurveyFigures, language: str) -> dict[str, Any]:
    return {
        "tables": list(queries.word_tables(figures, language)),
        "suppressed": queries.count_suppressed(figures),
    }


def _list_bases(fact: SurveyFiguresFact) -> str:
    return ", ".join(sorted({label_legal_basis(terms.basis) for terms in fact.agreements}))


def _get_user(request: HttpRequest) -> User:
    return cast("User", request.user)
