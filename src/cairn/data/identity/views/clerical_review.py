"""Show reviewers records side by side, one question after the other, with keyboard support.

Tell them on the page when the index cannot be updated while they wait.
"""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cairn.data.identity.actions import clerical_review
from cairn.data.identity.forms import MatchAnswerForm
from cairn.data.identity.models.clerical_review import OPEN, Answer, Question, Verdict
from cairn.data.identity.models.person_index import Person
from cairn.data.identity.queries import relationships
from cairn.data.identity.queries import review_queue as queries
from cairn.data.identity.queries.linkage_runs import find_latest_run
from cairn.data.identity.queries.record_comparison import compare_question_records
from cairn.data.identity.tables import (
    MatchDecisionTable,
    PossibleMatchTable,
    RelationshipStatementTable,
)
from cairn.data.identity.tasks import enqueue_deferred_update, enqueue_relationship_refresh
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions import may_decide_possible_match, may_review_possible_matches


def open_person(request: HttpRequest, person: Person) -> bool:
    """Log that the user looks at a person before it is shown.

    Args:
        request: the request.
        person: the person.
    Returns:
        False if relationships are incomplete: the worker is asked for the rest.
    """
    by = cast("User", request.user)
    is_complete = clerical_review.open_indexed_person(person=person, by=by, at=timezone.now())
    if not is_complete:
        enqueue_relationship_refresh(by)
    return is_complete


def warn_if_update_is_deferred(request: HttpRequest) -> None:
    """Warn if the decision counts only after the worker has linked the deliveries.

    Args:
        request: the request.
    """
    if warning := enqueue_deferred_update(cast("User", request.user)):
        messages.warning(request, warning)


_FIGURE_SESSION_KEY = "linkage_figure"
_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def next_question(request: HttpRequest) -> HttpResponse:
    """Redirect to the next question of the user's queue, or show that there is none."""
    _require_reviewer(request)
    sample = "sample" in request.GET
    if (requested_figure := request.GET.get("figure")) in queries.QUEUE_FIGURES:
        request.session[_FIGURE_SESSION_KEY] = requested_figure
    following = queries.filter_review_queue(
        str(request.user.pk), sample=sample, figure=_get_chosen_figure(request)
    ).first()
    if following is None:
        return render(request, "linkage/reviewed.html", _build_queue_context(request))
    return redirect("linkage:question", following.pk)


@require_GET
def possible_matches(request: HttpRequest) -> HttpResponse:
    """List the possible matches that the reviewer has not answered."""
    _require_reviewer(request)
    rows = queries.list_possible_matches(str(request.user.pk), _get_chosen_figure(request))
    return render(
        request,
        "linkage/matches.html",
        {"table": build_list_table(PossibleMatchTable, rows, request)},
    )


@_GET_POST
def question_details(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one question; an answer leads to the next."""
    _require_reviewer(request)
    row = get_object_or_404(Question, pk=pk)
    form = MatchAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _record_answer(request, row, form.cleaned_data["said"])
    clerical_review.open_match_question(
        question=row, by=cast("User", request.user), at=timezone.now()
    )
    user_actor = load_actor(request.user, request=request)
    earlier_reviewers = row.answers.filter(undone_at__isnull=True).values_list("by_id", flat=True)
    context = {
        **_build_queue_context(request),
        "question": row,
        "known": queries.find_similar_outcomes(row),
        "figures": queries.QUEUE_FIGURES.items(),
        "figure": _get_chosen_figure(request),
        "sheet": compare_question_records(row),
        "run": find_latest_run(),
        "open": row.state == OPEN
        and may_decide_possible_match(
            list(earlier_reviewers), user_actor, timezone.localdate()
        ).allowed,
        "mine": row.answers.filter(by_id=user_actor.id, undone_at__isnull=True).first(),
    }
    return render(request, "linkage/question.html", context)


@require_POST
def take_back_own_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the user's own answer and show its question again."""
    _require_reviewer(request)
    row = get_object_or_404(Answer, pk=pk)
    try:
        clerical_review.take_back_answer(
            answer=row, by=cast("User", request.user), at=timezone.now()
        )
    except clerical_review.QuestionClosed as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Your answer was undone. The possible match is open again."))
        warn_if_update_is_deferred(request)
    return redirect("linkage:question", row.question_id)


@require_GET
def decision_list(request: HttpRequest) -> HttpResponse:
    """List the decisions in force; each can be undone."""
    _require_reviewer(request)
    context = {
        "decisions": build_list_table(MatchDecisionTable, queries.list_match_verdicts(), request),
        "statements": build_list_table(
            RelationshipStatementTable,
            relationships.list_relationship_verdicts(),
            request,
            prefix="statements-",
        ),
    }
    return render(request, "linkage/decisions.html", context)


@_GET_POST
def undo_match_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then undo a decision: the evidence alone decides again."""
    _require_reviewer(request)
    row = get_object_or_404(Verdict, pk=pk)
    if request.method != "POST":
        said = {
            "kind": row.get_kind_display(),
            "day": date_format(timezone.localtime(row.at), "DATETIME_FORMAT"),
            "name": row.by_label,
            "n": row.records.count(),
        }
        context = {
            "title": _("Undo this decision?"),
            "text": _("%(kind)s, decided on %(day)s by %(name)s. Records: %(n)s.") % said,
            "consequences": [
                _("Cairn decides by the evidence again, which can join or separate these records."),
                _("Figures that are already published do not change."),
                _("The decision stays in the audit log. To restore it, decide again."),
            ],
            "action": _("Undo decision"),
            "back": reverse("linkage:decisions"),
        }
        return render(request, "web/confirm_page.html", context)
    clerical_review.undo_match_verdict(
        verdict=row, by=cast("User", request.user), at=timezone.now()
    )
    messages.success(request, _("The decision was undone."))
    warn_if_update_is_deferred(request)
    return redirect("linkage:decisions")


def _require_reviewer(request: HttpRequest) -> None:
    user_actor = load_actor(request.user, request=request)
    may_review_possible_matches(user_actor, timezone.localdate()).require()


def _record_answer(request: HttpRequest, row: Question, choice: str) -> HttpResponse:
    try:
        clerical_review.answer_match_question(
            question=row, choice=choice, by=cast("User", request.user), at=timezone.now()
        )
    except (clerical_review.QuestionClosed, clerical_review.ConflictingDecision) as reason:
        messages.error(request, str(reason))
        return redirect("linkage:question", row.pk)
    messages.success(request, _("Your answer was saved."))
    warn_if_update_is_deferred(request)
    return redirect("linkage:review")


def _get_chosen_figure(request: HttpRequest) -> str:
    """Return the figure that this reviewer wants to improve."""
    return str(request.session.get(_FIGURE_SESSION_KEY, queries.RECORDS))


def _build_queue_context(request: HttpRequest) -> dict[str, object]:
    """Build the part of the page that shows what waits and what can be taken back."""
    reviewer_id = str(request.user.pk)
    return {
        "left": queries.filter_review_queue(reviewer_id).count(),
        "sample": queries.count_sample_progress(),
        "last": queries.find_last_answer(reviewer_id),
        "agreement": queries.measure_reviewer_agreement(),
    }
