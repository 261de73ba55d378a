"""Show a person's own training: progress, courses, quizzes, agreement, certificate, skills."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.training import actions, course_catalog, queries
from cairn.governance.training.confidentiality import load_confidentiality_agreement
from cairn.governance.training.forms import ConfidentialitySignatureForm, QuizForm, SkillsForm
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import load_current_actor
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import SecondFactor


@require_safe
def my_training(request: HttpRequest) -> HttpResponse:
    """Show what a person has completed, what comes next, and until when it counts."""
    _who, user = _require_learner(request)
    today = timezone.localdate()
    progress = queries.load_training_progress(user, today)
    next_step = next((step for step in progress.steps if step.asked and step.until is None), None)
    context = {
        "way": progress,
        "next": next_step,
        "today": today,
        "text": load_confidentiality_agreement(),
        "suggested": course_catalog.load_skill_matrix().suggest_courses(
            queries.load_skill_ratings(user)
        ),
    }
    return render(request, "training/mine.html", context)


@require_safe
def course_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one course: its text and its scenarios."""
    _who, user = _require_learner(request)
    selected = _find_course_or_404(name)
    last = queries.list_quiz_attempts(user).filter(course=selected.id).first()
    return render(request, "training/course.html", {"course": selected, "last": last})


@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, name: str) -> HttpResponse:
    """Show and grade the quiz of one course."""
    _who, user = _require_learner(request)
    selected = _find_course_or_404(name)
    if not selected.has_quiz:
        raise Http404
    form = QuizForm(request.POST or None, course=selected)
    if request.method == "POST" and form.is_valid():
        result = actions.take_quiz(
            course=selected, answers=form.get_answers(), by=user, at=timezone.localtime()
        )
        return redirect("training:attempt", pk=result.attempt.pk)
    status = 422 if form.errors else 200
    return render(request, "training/quiz.html", {"course": selected, "form": form}, status=status)


@require_safe
def attempt_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the outcome of a quiz attempt: every answer explained, the wrong ones first."""
    _who, user = _require_learner(request)
    row = get_object_or_404(queries.list_quiz_attempts(user), pk=pk)
    selected = _find_course_or_404(row.course)
    explained = [
        {
            "number": number,
            "question": question,
            "given": question.choices[choice - 1],
            "best": question.choices[question.right - 1],
            "right": choice == question.right,
        }
        for number, (question, choice) in enumerate(
            zip(selected.questions, row.answers, strict=False), start=1
        )
    ]
    context = {
        "attempt": row,
        "course": selected,
        "passed": row.right >= selected.passing_score,
        "answers": sorted(explained, key=lambda answer: bool(answer["right"])),
    }
    return render(request, "training/attempt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_confidentiality_page(request: HttpRequest) -> HttpResponse:
    """Show the whole confidentiality agreement, and record a signature by typed name."""
    who, user = _require_learner(request)
    text = load_confidentiality_agreement()
    form = ConfidentialitySignatureForm(
        request.POST or None, name=user.name, initial={"digest": text.digest}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.sign_confidentiality(
                typed_name=form.cleaned_data["typed_name"],
                digest=form.cleaned_data["digest"],
                how=_describe_sign_in(who),
                user=user,
                by=user,
                at=timezone.localtime(),
            )
        except actions.ConfidentialityTextChanged as changed:
            messages.error(request, str(changed))
            return redirect("training:confidentiality")
        messages.success(request, _("You have signed the confidentiality agreement."))
        return redirect("training:mine")
    context = {
        "text": text,
        "form": form,
        "signature": queries.find_confidentiality_signature(user, text.version),
    }
    status = 422 if form.errors else 200
    return render(request, "training/confidentiality.html", context, status=status)


@require_safe
def training_certificate(request: HttpRequest) -> HttpResponse:
    """Show a printable certificate: completed courses, and until when each counts."""
    _who, user = _require_learner(request)
    today = timezone.localdate()
    context = {"way": queries.load_training_progress(user, today), "today": today, "person": user}
    return render(request, "training/certificate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def my_skills(request: HttpRequest) -> HttpResponse:
    """Show and record a person's own skill ratings, and suggest courses."""
    _who, user = _require_learner(request)
    current_ratings = queries.load_skill_ratings(user)
    form = SkillsForm(
        request.POST or None,
        matrix=course_catalog.load_skill_matrix(),
        initial=dict(current_ratings),
    )
    if request.method == "POST" and form.is_valid():
        actions.rate_skills(levels=form.cleaned_data, by=user, at=timezone.localtime())
        messages.success(request, _("Your ratings were saved. Only you can see them."))
        return redirect("training:skills")
    context = {
        "form": form,
        "suggested": course_catalog.load_skill_matrix().suggest_courses(current_ratings),
    }
    status = 422 if form.errors else 200
    return render(request, "training/skills.html", context, status=status)


def _require_learner(request: HttpRequest) -> tuple[Actor, User]:
    """Return the facts and the user behind the request. Raises `Refused` without a role."""
    who = load_current_actor(request.user)
    queries.may_take_courses(who, timezone.localdate()).require()
    return who, cast("User", request.user)


def _find_course_or_404(name: str) -> course_catalog.Course:
    try:
        return course_catalog.find_course(name)
    except course_catalog.CourseNotFound:
        raise Http404(", ".join(course_catalog.load_courses())) from None


def _describe_sign_in(who: Actor) -> str:
    has_second_factor = who.second_factor is SecondFactor.PRESENT
    return "two-step sign-in" if has_second_factor else "sign-in with a password"
