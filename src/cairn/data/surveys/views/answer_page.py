"""The page behind the link of a survey: consent, questions, thanks. It needs no account."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from cairn.data.intake.api import load_agreement_by_reference
from cairn.data.surveys import actions, facts, queries
from cairn.data.surveys.forms import AnswerForm, SurveyConsentForm
from cairn.data.surveys.models import SPANISH
from cairn.governance.partners.api import load_actor
from cairn.policy.checks import find_survey_phase
from cairn.policy.engine import Refused
from cairn.policy.facts import Actor
from cairn.policy.questions import may_answer_survey, may_open_page
from cairn.policy.vocabulary import Action, SurveyPhase

_MAX_BODY: Final = 64 * 1024
"""The largest request to the page, in bytes: it is open to the public."""

_GONE, _TOO_LARGE, _TOO_MANY = 410, 413, 429
_STATUS: Final = {SurveyPhase.BUSY: _TOO_MANY, SurveyPhase.TRIED: _TOO_MANY}

View = Callable[..., HttpResponse]


def limit_body(view: View) -> View:
    """Refuse a request with a large body, or one of unknown length, before any of it is read."""

    @wraps(view)
    def run(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > _MAX_BODY:
            return HttpResponse(status=_TOO_LARGE)
        return view(request, *args, **kwargs)

    return run


# The token is checked by `csrf_protect`, after the length of the body.
@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt
@limit_body
@csrf_protect
@never_cache
def survey_answer(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for consent, then the questions, and take the answers; nothing is kept before a yes."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.ANSWER_SURVEY, who, on=now.date()).require()
    followed = queries.find_followed_link(key)
    if followed is None:
        return render(request, "surveys/no_survey.html", status=404)
    fact = facts.build_survey_fact(followed.survey, now)
    sendings = facts.count_sendings(followed.link)
    terms = load_agreement_by_reference(followed.survey.agreement_reference)
    try:
        may_answer_survey(fact, sendings, terms, who, now.date()).require()
        return _take_step(request, followed, who)
    except Refused:
        # Looked up again: it may have closed or filled between the question above and the answer.
        return _show_closed(request, queries.find_followed_link(key) or followed, now)


def _take_step(request: HttpRequest, followed: queries.FollowedLink, who: Actor) -> HttpResponse:
    consent = request.POST.get("consent", "")
    if request.method == "POST" and consent == "no":
        actions.record_consent_refusal(
            survey=followed.survey, link=followed.link, who=who, by=None, at=timezone.localtime()
        )
        return _show_page(request, followed, "refused")
    if request.method != "POST" or consent != "yes":
        form = SurveyConsentForm(
            request.POST or None,
            question=followed.survey.get_text("consent_question", _get_language()),
        )
        return _show_page(request, followed, "consent", form=form)
    return _take_answers(request, followed, who)


def _take_answers(request: HttpRequest, followed: queries.FollowedLink, who: Actor) -> HttpResponse:
    language = _get_language()
    form = AnswerForm(
        request.POST if "response" in request.POST else None,
        questions=followed.survey.questions.all(),
        language=language,
        response_id=secrets.token_hex(16),
    )
    if not form.is_bound or _turn_page(form, request.POST.get("go", "")):
        return _show_page(request, followed, "questions", form=form)
    actions.record_answer(
        survey=followed.survey,
        link=followed.link,
        response_id=form.cleaned_data["response"],
        language=language,
        answers=form.collect_answers(),
        who=who,
        by=None,
        at=timezone.localtime(),
    )
    return _show_page(request, followed, "thanks")


def _turn_page(form: AnswerForm, wanted: str) -> bool:
    """Show the section that the respondent asks for, or the first with a mistake.

    Returns:
        Whether a section is to be shown; if not, all answers can be stored.
    """
    section = form.read_shown_section()
    if wanted == "back":
        form.errors.clear()
        form.show_section(section - 1)
        return True
    is_sent = wanted != "next"
    through = len(form.sections) - 1 if is_sent else section
    mistaken = form.find_mistaken_section(through)
    if mistaken is None and is_sent and form.is_valid():
        return False
    if mistaken is None and not is_sent:
        form.errors.clear()
    form.show_section(mistaken if mistaken is not None else section + (not is_sent))
    return True


def _show_page(
    request: HttpRequest, followed: queries.FollowedLink, step: str, *, form: object = None
) -> HttpResponse:
    """Show one step in the reader's language; never a student, or an earlier answer."""
    survey, language = followed.survey, _get_language()
    context = {
        "survey": survey,
        "step": step,
        "form": form,
        "title": survey.get_text("title", language),
        "notice": survey.get_text("notice", language),
        "is_answered": followed.link is not None and hasattr(followed.link, "response"),
        "is_protected": survey.questions.exclude(topic="").exists(),
        "as_of": timezone.localdate(),
    }
    has_errors = bool(getattr(form, "errors", None))
    return render(request, "surveys/answer.html", context, status=422 if has_errors else 200)


def _show_closed(
    request: HttpRequest, followed: queries.FollowedLink, now: datetime
) -> HttpResponse:
    """Say why the link takes no answer; where its agreement ended, that it is closed."""
    fact = facts.build_survey_fact(followed.survey, now)
    phase = find_survey_phase(fact, facts.count_sendings(followed.link), now.date())
    phase = SurveyPhase.ENDED if phase is SurveyPhase.OPEN else phase
    context = {
        "survey": followed.survey,
        "phase": phase.value,
        "title": followed.survey.get_text("title", _get_language()),
    }
    return render(request, "surveys/closed.html", context, status=_STATUS.get(phase, _GONE))


def _get_language() -> str:
    return SPANISH if (get_language() or "").startswith(SPANISH) else "en"
