"""Process every request and response: security headers, language, and refusals.

Families and the public read in English or Spanish; staff pages are in English only. A page half in
one language and half in the other is read wrongly by a screen reader (WCAG 3.1.1, 3.1.2). So the
pages for families are listed here, and every other page is in English throughout.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.db.models import BigIntegerField
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.utils import timezone, translation

from cairn.governance.agreements.api import find_agreement_data_owners
from cairn.governance.partners.api import load_actor
from cairn.interfaces.web.errors import bad_request
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import record_anonymous_refusal, record_refusal
from cairn.policy.engine import Refused, find_audience, is_own_access_reason
from cairn.policy.questions import needs_second_factor

# Everything comes from this origin; there is no inline script or style. `data:` images are the
# QR code of the second factor.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
)


class SecurityHeadersMiddleware:
    """Add the security policies, and keep pages of signed-in users out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


ENGLISH_CODE: Final = "en"

# Pages that exist in every language of the site. Of families' own pages, what staff do for them
# (letters, copies) is not among them.
FAMILY_PAGES: Final = frozenset(
    {
        "web:home",
        "web:language",
        *(f"registers:{page}" for page in ("list", "agreement", "projects", "project")),
        *(
            f"dashboards:{page}"
            for page in ("index", "why-missing", "file", "outcome", "apart", "embed", "unsubscribe")
        ),
        *(
            f"dashboards:{page}"
            for page in ("places", "protection", "compose", "ask_committee", "question_sent")
        ),
        *(f"dashboards:{page}" for page in ("open_data", "feed")),
        *(f"dashboards:api_{page}" for page in ("indicators", "indicator", "figures")),
        *(f"dashboards:{drawing}" for drawing in ("chart", "target_chart")),
        *("published_tables:list", "published_tables:detail"),
        *(f"families:{page}" for page in ("enter", "leave", "home", "record", "agree", "stop")),
        *("families:timeline", "families:ask_program"),
        *("families:copy_page", "families:copy_file"),
        *(f"families:{page}" for page in ("stopped", "decline", "copy", "no_copy", "amendment")),
        *(
            f"families:amendment_{step}"
            for step in ("reader", "withdrawal", "hearing", "statement")
        ),
        *(
            "surveys:answer",
            "survey_figures:public",
            "survey_figures:public_list",
            "intake:requested_file",
        ),
        *("programs:open_groups", "programs:register", "programs:answer_offer"),
        *(f"programs:{page}" for page in ("continue", "continue_link", "email_link")),
    }
)


def activate_english(request: HttpRequest) -> None:
    """Answer this request in English, and offer no other language on the page."""
    translation.activate(ENGLISH_CODE)
    request.LANGUAGE_CODE = ENGLISH_CODE
    request.is_english_only = True  # type: ignore[attr-defined]


class FamilyLanguageMiddleware(LocaleMiddleware):
    """Use the reader's language on pages for families, and English on every other page."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: object,
        view_kwargs: object,
    ) -> None:
        """Activate English unless the page is one of `FAMILY_PAGES`."""
        match = request.resolver_match
        if match is None or match.view_name not in FAMILY_PAGES:
            activate_english(request)


class MethodNotAllowedMiddleware:
    """Show a page where a form's address is opened as a link, instead of an empty answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        page = render(request, "web/errors/405.html", status=response.status_code)
        page.headers["Allow"] = response.headers["Allow"]
        return page


class NumberRangeMiddleware:
    """Answer 404 where an address has a number that no row can have, so no database is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, arguments: dict[str, Any]
    ) -> None:
        """Raise `Http404` for a number above the largest integer of the databases."""
        numbers = (value for value in arguments.values() if isinstance(value, int))
        if any(number > BigIntegerField.MAX_BIGINT for number in numbers):
            raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 400 where a form has such a number, which no page of this site sends."""
        # Only the database's own error: any other overflow is a bug of ours, and stays one.
        is_too_large = isinstance(error, OverflowError) and "SQLite INTEGER" in str(error)
        return bad_request(request, error) if is_too_large else None


class RefusalMiddleware:
    """Turn a `Refused` error of a view into a 403 page with every reason and the next steps."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page of a refusal, and record it; None for any other error."""
        if not isinstance(error, Refused):
            return None
        user = request.user if isinstance(request.user, User) else None
        view_name = request.resolver_match.view_name if request.resolver_match else ""
        place, now = f"door:{view_name}", timezone.now()
        if user is None and request.session.is_empty():
            record_anonymous_refusal(error, place, at=now)
        else:
            record_refusal(error, place, by=user, at=now)
        current_actor, today = load_actor(request.user, request=request), timezone.localdate()
        owners = find_agreement_data_owners(error.decision.agreements, today)
        context = {
            "decision": error.decision,
            "audience": find_audience(current_actor, owners, today),
            "may_sign_in": any(map(is_own_access_reason, error.decision.refusals)),
            "set_up_second_factor": needs_second_factor(current_actor, today),
        }
        return render(request, "web/errors/refused.html", context, status=403)
