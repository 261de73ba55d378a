"""The way in: a code from a letter, typed or read by a phone's camera. And the way out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cairn.families import actions, session
from cairn.families.codes import hashed
from cairn.families.forms import CodeForm
from cairn.families.guessing import Try
from cairn.families.models import Letter
from cairn.families.views.door import family_only
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Asks for the code. A letter's square brings it along, and one press opens the page.

    The code is sent by the form and stands in no address that is opened afterwards.
    """
    today = timezone.localdate()
    may_open(Action.ENTER_FAMILY, actor(request.user, request=request), on=today).require()
    language = _language(request)
    form = CodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:40]})
    if request.method == "POST" and form.is_valid():
        letter = _letter(request, form)
        if letter is not None:
            actions.opened(letter=letter, at=timezone.now())
            session.begin(request, letter)
            chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            return _speaking(redirect("families:home"), chosen or letter.language)
    status = 422 if form.errors else 200
    answer = render(request, "families/enter.html", {"form": form}, status=status)
    return _speaking(answer, language) if language else answer


@require_POST
@family_only
def leave(request: HttpRequest, opened: session.Session) -> HttpResponse:
    """Closes the page in this browser."""
    session.end(request)
    return redirect("families:enter")


def _speaking(answer: HttpResponse, language: str) -> HttpResponse:
    """The answer, with the language for the pages after it."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return answer


def _language(request: HttpRequest) -> str:
    """The language that the letter was written in, for this page and the ones after it."""
    asked = request.GET.get("lang", "")
    if asked not in dict(settings.LANGUAGES):
        return ""
    translation.activate(asked)
    return asked


def _letter(request: HttpRequest, form: CodeForm) -> Letter | None:
    """The letter of a code that counts; else the form says what to do. Too many wrong codes of one
    letter, and for a while none of it is looked at."""
    now = timezone.now()
    one = Try(form.cleaned_data["code"], request.META.get("REMOTE_ADDR", ""), now)
    if one.is_one_too_many:
        form.add_error("code", _("Too many tries. Wait ten minutes, then try again."))
        return None
    letter = (
        Letter.objects.filter(code=hashed(form.cleaned_data["code"]))
        .select_related("child__organization", "run")
        .first()
    )
    if letter is None or not session.opens(letter, timezone.localdate(now)):
        form.add_error(
            "code", _("This code does not open a page. Look at your letter, or ask the school.")
        )
        return None
    one.was_right()
    return letter
