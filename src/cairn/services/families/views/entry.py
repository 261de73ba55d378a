"""Open the family page with a letter's code, typed or read by a phone camera, and close it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cairn.governance.partners.api import load_actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action
from cairn.services.families import actions, queries
from cairn.services.families.forms import LetterCodeForm
from cairn.services.families.letter_codes import CodeAttempt, hash_letter_code
from cairn.services.families.models import Letter
from cairn.services.families.views import session
from cairn.services.families.views.session import require_family_session


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code. The letter's QR code fills it in, and one press opens the page.

    The form posts the code, so no URL that is opened afterwards contains it.
    """
    today = timezone.localdate()
    may_open_page(
        Action.ENTER_FAMILY, load_actor(request.user, request=request), on=today
    ).require()
    language = _activate_requested_language(request)
    form = LetterCodeForm(request.POST or None, initial={"code": request.GET.get("code", "")[:40]})
    if request.method == "POST" and form.is_valid():
        letter = _find_valid_letter(request, form)
        if letter is not None:
            actions.record_letter_opened(letter=letter, at=timezone.now())
            session.start_family_session(request, letter)
            chosen_language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            return _set_language_cookie(
                redirect("families:home"), chosen_language or letter.language
            )
    status = 422 if form.errors else 200
    response = render(request, "families/enter.html", {"form": form}, status=status)
    return _set_language_cookie(response, language) if language else response


@require_POST
@require_family_session
def leave(request: HttpRequest, family_session: session.FamilySession) -> HttpResponse:
    """Close the page in this browser."""
    session.end_family_session(request)
    return redirect("families:enter")


def _set_language_cookie(response: HttpResponse, language: str) -> HttpResponse:
    """Return the response with a cookie that keeps the language for the next pages."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _activate_requested_language(request: HttpRequest) -> str:
    """Activate the language of the letter for this page, and return it."""
    requested = request.GET.get("lang", "")
    if requested not in dict(settings.LANGUAGES):
        return ""
    translation.activate(requested)
    return requested


def _find_valid_letter(request: HttpRequest, form: LetterCodeForm) -> Letter | None:
    """Find the letter of a valid code; otherwise add an error to the form.

    After too many wrong codes of one letter, the code is not checked for a while.
    """
    now = timezone.now()
    attempt = CodeAttempt(form.cleaned_data["code"], request.META.get("REMOTE_ADDR", ""), now)
    if attempt.is_over_limit:
        form.add_error("code", _("Too many tries. Wait 10 minutes, then try again."))
        return None
    letter = (
        Letter.objects.filter(code=hash_letter_code(form.cleaned_data["code"]))
        .select_related("child__organization", "run")
        .first()
    )
    if letter is None or not queries.can_open_page(letter, timezone.localdate(now)):
        form.add_error(
            "code",
            _(
                "This code does not work. Check the code on your letter and try again. If it still "
                "does not work, call your school."
            ),
        )
        return None
    attempt.mark_correct()
    return letter
