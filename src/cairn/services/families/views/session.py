"""Open the family page with a letter's code, keep the session in the browser, and close it.

The code is typed, or read by a phone camera. A session is of one child, lasts half an hour and
needs no account. The letter is checked again on every request.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cairn.governance.consents import api as consents_api
from cairn.governance.consents.api import Child, seal_fields, unseal_fields
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import record_refusal
from cairn.policy.checks import have_rights_passed_to_student
from cairn.policy.engine import Refused
from cairn.policy.facts import Actor, FamilyReader
from cairn.policy.questions import may_open_page, may_view_family_page
from cairn.policy.vocabulary import Action, LetterAccess, SignerRelation
from cairn.services.families import actions, queries
from cairn.services.families.forms import LetterCodeForm, SignerForm
from cairn.services.families.letter_codes import CodeAttempt, hash_letter_code
from cairn.services.families.models import Letter
from cairn.services.families.queries import load_letter_access

_SESSION_KEY: Final = "family"
_MAX_IDLE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class FamilySession:
    """An open family page: the letter that opened it, the acting family, and the time."""

    letter: Letter
    who: Actor
    now: datetime

    @property
    def child(self) -> Child:
        """The only child that this session shows."""
        return self.letter.child


def start_family_session(request: HttpRequest, letter: Letter) -> None:
    """Open the page in this browser, and sign out any user who was signed in there."""
    request.session.flush()
    request.session[_SESSION_KEY] = {"letter": letter.pk, "seen": timezone.now().isoformat()}


def end_family_session(request: HttpRequest) -> None:
    """Close the page in this browser."""
    request.session.flush()


def load_family_session(request: HttpRequest) -> FamilySession | None:
    """Return this browser's session, unless it was idle too long or its letter is not valid."""
    stored = request.session.get(_SESSION_KEY)
    if not stored:
        return None
    now = timezone.localtime()
    letter = (
        Letter.objects.filter(pk=stored["letter"])
        .select_related("child__organization", "run")
        .first()
    )
    is_idle = now - datetime.fromisoformat(stored["seen"]) > _MAX_IDLE
    access = LetterAccess.NONE if letter is None else load_letter_access(letter, now.date())
    if letter is None or is_idle or access is LetterAccess.NONE:
        end_family_session(request)
        return None
    relation = SignerRelation.PARENT if access is LetterAccess.READ_ONLY else None
    request.session[_SESSION_KEY] = stored | {"seen": now.isoformat()}
    return FamilySession(letter, Actor.family(letter.child.key, relation), now)


def remember_signer(
    request: HttpRequest, session: FamilySession, name: str, relation: SignerRelation
) -> None:
    """Keep the signer's name and relation, encrypted, for the rest of the session."""
    sealed = seal_fields(session.child.key, {"name": name, "relation": relation.value})
    request.session[_SESSION_KEY] = request.session[_SESSION_KEY] | {
        "signer": b64encode(sealed).decode()
    }


def load_signer(request: HttpRequest, session: FamilySession) -> dict[str, str]:
    """Return the `name` and `relation` of the person who answered last, or an empty dict."""
    stored = request.session[_SESSION_KEY].get("signer", "")
    return unseal_fields(session.child.key, b64decode(stored)) if stored else {}


def remember_signature(
    request: HttpRequest, session: FamilySession, form: SignerForm
) -> tuple[str, SignerRelation]:
    """Return the signer's name and relation, and remember them for this session."""
    name, relation = form.cleaned_data["name"], SignerRelation(form.cleaned_data["relation"])
    remember_signer(request, session, name, relation)
    return name, relation


def load_reader(request: HttpRequest, session: FamilySession) -> FamilyReader:
    """Return the person who has the page open, by the letter and the name given in this session."""
    signer, letter = load_signer(request, session), str(session.letter.pk)
    if not signer:
        return FamilyReader(letter)
    return build_reader(session, signer["name"], SignerRelation(signer["relation"]))


def build_reader(session: FamilySession, name: str, relation: SignerRelation) -> FamilyReader:
    """Return the person who signs with this name on the page that is open."""
    key = consents_api.compute_signer_key(session.child.key, name)
    return FamilyReader(str(session.letter.pk), key, relation)


def student_holds_rights(session: FamilySession) -> bool:
    """Whether the student answers instead of a parent."""
    today = session.now.date()
    return bool(
        have_rights_passed_to_student(consents_api.load_person_fact(session.child, today), today)
    )


def remember_answer(request: HttpRequest, reference: str) -> None:
    """Keep the reference of a consent that was answered or stopped in this session."""
    stored = request.session[_SESSION_KEY]
    request.session[_SESSION_KEY] = stored | {"answers": [*stored.get("answers", ()), reference]}


def list_own_answers(request: HttpRequest) -> frozenset[str]:
    """Return the references of the consents that were answered or stopped in this session."""
    return frozenset(request.session[_SESSION_KEY].get("answers", ()))


Params = ParamSpec("Params")


def require_family_session(
    view: Callable[Concatenate[HttpRequest, FamilySession, Params], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Params], HttpResponse]:
    """Pass the family's session to a view, or show and log a refusal.

    The visitor is refused if there is no session or the policy denies access. The refusal is logged
    under the name of the view, so a view's name is part of the audit record.
    """

    @never_cache
    @wraps(view)
    def wrapped(
        request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs
    ) -> HttpResponse:
        session = load_family_session(request)
        if session is None:
            visitor = load_actor(request.user, request=request)
            decision = may_view_family_page("", visitor, timezone.localdate())
            return _render_refusal(request, Refused(decision), view.__name__)
        try:
            return view(request, session, *args, **kwargs)
        except Refused as refused:
            return _render_refusal(request, refused, view.__name__)

    return wrapped


def _render_refusal(request: HttpRequest, refused: Refused, view_name: str) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    record_refusal(refused, f"door:families:{view_name}", by=user, at=timezone.now())
    context = {"decision": refused.decision, "open": load_family_session(request)}
    return render(request, "families/closed.html", context, status=403)


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
            start_family_session(request, letter)
            chosen_language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
            return _set_language_cookie(
                redirect("families:home"), chosen_language or letter.language
            )
    status = 422 if form.errors else 200
    response = render(request, "families/enter.html", {"form": form}, status=status)
    return _set_language_cookie(response, language) if language else response


@require_POST
@require_family_session
def leave(request: HttpRequest, family_session: FamilySession) -> HttpResponse:
    """Close the page in this browser."""
    end_family_session(request)
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
