"""Answer requests for the staff pages of questions about figures: the list, and an answer."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import load_actor
from cairn.outputs.dashboards.audiences.tables import FigureQuestionTable
from cairn.outputs.dashboards.figure_requests import actions, queries
from cairn.outputs.dashboards.forms import FigureAnswerForm
from cairn.outputs.dashboards.models import FigureQuestion, QuestionState
from cairn.platform.accounts.api import User
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """List what was asked, what was answered, and what changed because of it."""
    _require_answerer(request)
    rows = queries.list_question_lines()
    table = build_list_table(FigureQuestionTable, rows, request)
    if is_download_requested(table, request):
        return write_csv_response(table, "questions-about-figures")
    return render(request, "dashboards/staff/questions.html", {"table": table})


@require_http_methods(["GET", "HEAD", "POST"])
def question_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one question, and answer it."""
    _require_answerer(request)
    question = get_object_or_404(FigureQuestion.objects.select_related("answered_by"), pk=pk)
    form = FigureAnswerForm(
        request.POST or None,
        initial={
            "seen_state": question.state,
            "text": question.answer,
            "link": question.link,
            "change": question.change,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_figure_question(
                question=question,
                seen_state=form.cleaned_data["seen_state"],
                answer=form.get_answer(),
                by=cast("User", request.user),
                at=timezone.now(),
            )
        except actions.QuestionConflict:
            messages.error(request, _("Somebody answered this question while you had it open."))
        else:
            messages.success(request, _("Answer sent. The person who asked gets an email."))
        return redirect("figures:questions")
    context = {
        "question": question,
        "line": queries.describe_question(question),
        "contact": queries.read_contact(question),
        "form": form if question.state in (QuestionState.OPEN, QuestionState.PLANNED) else None,
    }
    status = 422 if form.errors else 200
    return render(request, "dashboards/staff/question.html", context, status=status)


def _require_answerer(request: HttpRequest) -> None:
    actor = load_actor(request.user, request=request)
    may_open_page(Action.ANSWER_FIGURE_QUESTION, actor, on=timezone.localdate()).require()
