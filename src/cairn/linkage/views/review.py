"""Pages of reviewers: records side by side, one question after the other, by keyboard too."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cairn.accounts.models import User
from cairn.linkage import actions
from cairn.linkage.forms import AnswerForm
from cairn.linkage.models import Answer, Question, Verdict
from cairn.linkage.models.review import OPEN
from cairn.linkage.queries import latest, relatives
from cairn.linkage.queries import review as queries
from cairn.linkage.queries.sheet import sheet
from cairn.linkage.views.following import say_whether_it_follows
from cairn.partners.facts import actor
from cairn.rules.linkage import may_answer_match, may_review_matches

_FIGURE = "linkage_figure"
_MOST = 200
_GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """The next question of one's own queue; or that there is none."""
    _ask(request)
    sample = "sample" in request.GET
    if (wanted := request.GET.get("figure")) in queries.FIGURES:
        request.session[_FIGURE] = wanted
    following = queries.queue(str(request.user.pk), sample=sample, figure=_figure(request)).first()
    if following is None:
        return render(request, "linkage/reviewed.html", _around(request))
    return redirect("linkage:question", following.pk)


@_GET_POST
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question; a reviewer's answer to it leads to the next."""
    _ask(request)
    row = get_object_or_404(Question, pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _answered(request, row, form.cleaned_data["said"])
    actions.look_at_question(question=row, by=cast("User", request.user), at=timezone.now())
    who = actor(request.user, request=request)
    before = row.answers.filter(undone_at__isnull=True).values_list("by_id", flat=True)
    context = {
        **_around(request),
        "question": row,
        "known": queries.known(row),
        "figures": queries.FIGURES.items(),
        "figure": _figure(request),
        "sheet": sheet(row),
        "run": latest(),
        "open": row.state == OPEN
        and may_answer_match(list(before), who, timezone.localdate()).allowed,
        "mine": row.answers.filter(by_id=who.id, undone_at__isnull=True).first(),
    }
    return render(request, "linkage/question.html", context)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes back one's own answer, and shows its question again."""
    _ask(request)
    row = get_object_or_404(Answer, pk=pk)
    try:
        actions.take_back(answer=row, by=cast("User", request.user), at=timezone.now())
    except actions.NotOpen as reason:
        messages.error(request, str(reason))
    else:
        messages.success(request, _("Your answer is taken back. The question is open again."))
        say_whether_it_follows(request)
    return redirect("linkage:question", row.question_id)


@require_GET
def decisions(request: HttpRequest) -> HttpResponse:
    """The decisions that stand, each of which can be undone."""
    _ask(request)
    context = {
        "decisions": queries.decisions()[:_MOST],
        "relationships": relatives.decisions()[:_MOST],
    }
    return render(request, "linkage/decisions.html", context)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undoes a decision: the evidence alone says again who is one child."""
    _ask(request)
    row = get_object_or_404(Verdict, pk=pk)
    actions.undo(verdict=row, by=cast("User", request.user), at=timezone.now())
    messages.success(request, _("The decision no longer holds."))
    say_whether_it_follows(request)
    return redirect("linkage:decisions")


def _ask(request: HttpRequest) -> None:
    who = actor(request.user, request=request)
    may_review_matches(who, timezone.localdate()).require()


def _answered(request: HttpRequest, row: Question, said: str) -> HttpResponse:
    try:
        actions.answer(question=row, said=said, by=cast("User", request.user), at=timezone.now())
    except (actions.NotOpen, actions.Contradicts) as reason:
        messages.error(request, str(reason))
        return redirect("linkage:question", row.pk)
    messages.success(request, _("Your answer is kept."))
    say_whether_it_follows(request)
    return redirect("linkage:review")


def _figure(request: HttpRequest) -> str:
    """For which figure this reviewer wants to answer."""
    return str(request.session.get(_FIGURE, queries.RECORDS))


def _around(request: HttpRequest) -> dict[str, object]:
    """How much waits, and what can be taken back."""
    mine = str(request.user.pk)
    return {
        "left": queries.queue(mine).count(),
        "sample": queries.progress(),
        "last": queries.answered(mine),
        "agreement": queries.agreement(),
    }
