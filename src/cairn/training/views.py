"""Pages of training: one's own way, the courses, their quizzes, and what they lead to."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.accounts.models import User
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import SecondFactor
from cairn.training import actions, queries
from cairn.training.asking import asker
from cairn.training.competency import matrix
from cairn.training.confidentiality import agreement
from cairn.training.course import Course, NoSuchCourse, course, courses
from cairn.training.forms import QuizForm, SignatureForm, SkillsForm


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own way to being cleared: what is done, what is next, until when it counts."""
    _who, user = _learner(request)
    today = timezone.localdate()
    way = queries.way(user, today)
    following = next((step for step in way.steps if step.asked and step.until is None), None)
    context = {
        "way": way,
        "next": following,
        "today": today,
        "text": agreement(),
        "suggested": matrix().suggested(queries.ratings(user)),
    }
    return render(request, "training/mine.html", context)


@require_safe
def read(request: HttpRequest, name: str) -> HttpResponse:
    """One course: its text and its scenarios."""
    _who, user = _learner(request)
    found = _course(name)
    last = queries.attempts(user).filter(course=found.id).first()
    return render(request, "training/course.html", {"course": found, "last": last})


@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, name: str) -> HttpResponse:
    """One course's quiz."""
    who, user = _learner(request)
    found = _course(name)
    if not found.has_quiz:
        raise Http404
    form = QuizForm(request.POST or None, course=found)
    if request.method == "POST" and form.is_valid():
        result = actions.take_quiz(
            course=found, answers=form.answers(), by=user, at=timezone.localtime(), who=who
        )
        return redirect("training:attempt", pk=result.attempt.pk)
    status = 422 if form.errors else 200
    return render(request, "training/quiz.html", {"course": found, "form": form}, status=status)


@require_safe
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """How a quiz went: every answer explained, the wrong ones first."""
    _who, user = _learner(request)
    row = get_object_or_404(queries.attempts(user), pk=pk)
    found = _course(row.course)
    told = [
        {
            "number": number,
            "question": question,
            "given": question.choices[given - 1],
            "best": question.choices[question.right - 1],
            "right": given == question.right,
        }
        for number, (question, given) in enumerate(
            zip(found.questions, row.answers, strict=False), start=1
        )
    ]
    context = {
        "attempt": row,
        "course": found,
        "passed": row.right >= found.needed,
        "answers": sorted(told, key=lambda answer: bool(answer["right"])),
    }
    return render(request, "training/attempt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def confidentiality(request: HttpRequest) -> HttpResponse:
    """The confidentiality agreement: read it whole, then sign it by typing one's name."""
    who, user = _learner(request)
    text = agreement()
    form = SignatureForm(request.POST or None, name=user.name, initial={"digest": text.digest})
    if request.method == "POST" and form.is_valid():
        try:
            actions.sign(
                typed_name=form.cleaned_data["typed_name"],
                digest=form.cleaned_data["digest"],
                how=_known_by(who),
                user=user,
                by=user,
                at=timezone.localtime(),
                who=who,
            )
        except actions.TextChanged as changed:
            messages.error(request, str(changed))
            return redirect("training:confidentiality")
        messages.success(request, _("You have signed the confidentiality agreement."))
        return redirect("training:mine")
    context = {"text": text, "form": form, "signature": queries.signature(user, text.version)}
    status = 422 if form.errors else 200
    return render(request, "training/confidentiality.html", context, status=status)


@require_safe
def certificate(request: HttpRequest) -> HttpResponse:
    """A page to print: what was passed, and until when it counts."""
    _who, user = _learner(request)
    today = timezone.localdate()
    context = {"way": queries.way(user, today), "today": today, "person": user}
    return render(request, "training/certificate.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def skills(request: HttpRequest) -> HttpResponse:
    """One's own rating of what one can do, and the courses that would help."""
    who, user = _learner(request)
    rated = queries.ratings(user)
    form = SkillsForm(request.POST or None, matrix=matrix(), initial=dict(rated))
    if request.method == "POST" and form.is_valid():
        actions.rate(levels=form.cleaned_data, by=user, at=timezone.localtime(), who=who)
        messages.success(request, _("Your rating is kept. Only you see it."))
        return redirect("training:skills")
    context = {"form": form, "suggested": matrix().suggested(rated)}
    status = 422 if form.errors else 200
    return render(request, "training/skills.html", context, status=status)


def _learner(request: HttpRequest) -> tuple[Actor, User]:
    """Who learns here. Raises `Refused` for everybody who has no role."""
    who = asker(request)
    queries.may_take(who, timezone.localdate()).require()
    return who, cast("User", request.user)


def _course(name: str) -> Course:
    try:
        return course(name)
    except NoSuchCourse:
        raise Http404(", ".join(courses())) from None


def _known_by(who: Actor) -> str:
    proved = who.second_factor is SecondFactor.PRESENT
    return "signed in with a second factor" if proved else "signed in with a password"
