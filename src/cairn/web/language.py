"""Which pages speak the reader's language.

Families and the public read in English or Spanish; staff pages are written in English only. A
page half in one language and half in the other is read aloud wrongly by a screen reader (WCAG
3.1.1, 3.1.2) and helps nobody, so the pages that families read are named here, and every other
page is English throughout, menu and all.
"""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

ENGLISH: Final = "en"

# Pages that stand in every language of the site. Of families' own pages, what staff do for them
# (letters, copies) is not among them.
READ_BY_FAMILIES: Final = frozenset(
    {
        "web:home",
        "web:language",
        *(f"registers:{page}" for page in ("list", "agreement", "projects", "project")),
        *(
            f"dashboards:{page}"
            for page in ("index", "why-missing", "file", "outcome", "apart", "embed")
        ),
        *(f"dashboards:{drawing}" for drawing in ("chart", "target_chart")),
        *(f"families:{page}" for page in ("enter", "leave", "home", "record", "agree", "stop")),
        *(f"families:{page}" for page in ("stopped", "decline", "copy", "no_copy")),
    }
)


def speak_english(request: HttpRequest) -> None:
    """Answers in English from here on, and offers no other language on the page."""
    translation.activate(ENGLISH)
    request.LANGUAGE_CODE = ENGLISH
    request.is_english_only = True  # type: ignore[attr-defined]


class SpokenLanguage(LocaleMiddleware):
    """The reader's language where families read; English on every other page."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, named: object
    ) -> None:
        page = request.resolver_match
        if page is None or page.view_name not in READ_BY_FAMILIES:
            speak_english(request)
