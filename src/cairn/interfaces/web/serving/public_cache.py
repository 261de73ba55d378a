"""Keep the public pages of readers without an account, until something is recorded.

Each answer from here asks the audit log for its newest line first: a release that is withdrawn, by
whichever process, is gone with the next request. A page has no CSRF token, cookie or nonce, so that
all readers of one language get the same bytes.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from gzip import compress
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language_from_request

from cairn.platform.audit.api import AuditMark, find_newest_change

_PREFIXES: Final = ("/public/", "/register/", "/survey-figures/public/")
_MAX_BYTES: Final = 48 * 1024 * 1024
_MAX_CHOSEN_BYTES: Final = 16 * 1024 * 1024
"""For pages with a choice in the address. Readers can make up any number of those, so they have
room of their own, and never displace the others."""
_MAX_PAGE_BYTES: Final = 2 * 1024 * 1024
_VARY_HEADERS: Final = ("Accept-Language", "Accept-Encoding", "Cookie")
UNRELATED_EVENTS: Final = frozenset(
    {
        *("refused", "session.began", "session.ended", "session.refused", "notice.read"),
        *("disclosure.disclosed", "disclosure.refused", "disclosure.used"),
        *("linkage.person_seen", "linkage.question_seen", "note.sensitive_viewed"),
        *("family.opened", "family.timeline_opened", "figures.own_viewed"),
        *("email.queued", "email.sent", "email.failed", "email.retried", "email.bounced"),
        *("program.attendance_recorded", "program.offline_marks_received"),
        *("program.child_signed_out", "program.meal_counted"),
        *("figure_question.asked", "figure_question.answered", "figure_question.asker_erased"),
    }
)
"""Events after which a public page is what it was: reading, signing in, mail, a day's attendance.

After any other event each page is made again.
"""


@dataclass(frozen=True, slots=True)
class _KeptPage:
    content: bytes
    compressed: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str

    @property
    def size(self) -> int:
        return len(self.content) + len(self.compressed)


class _KeptPages:
    """The pages that were asked for last, as many as fit."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._pages: OrderedDict[str, _KeptPage] = OrderedDict()
        self._size = 0

    def clear(self) -> None:
        """Drop all pages."""
        with self._lock:
            self._pages.clear()
            self._size = 0

    def find(self, key: str) -> _KeptPage | None:
        """Return the page with this key, if it is kept."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
            return self._pages.get(key)

    def keep(self, key: str, page: _KeptPage) -> None:
        """Keep a page, and drop those that were not asked for the longest."""
        with self._lock:
            if key in self._pages:
                return
            self._pages[key] = page
            self._size += page.size
            while self._size > self._max_bytes:
                _key, dropped = self._pages.popitem(last=False)
                self._size -= dropped.size


class _PublicMemory:
    """Pages and figures kept for readers without an account, until anything is recorded.

    Attributes:
        figures: what views keep of the public figures, under keys of theirs. A new one replaces it
            after a change, so that a view that still works with old figures keeps them nowhere.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mark: AuditMark | None = None
        self._plain_pages = _KeptPages(_MAX_BYTES)
        self._chosen_pages = _KeptPages(_MAX_CHOSEN_BYTES)
        self.figures: dict[object, Any] = {}

    def read_mark(self) -> AuditMark:
        """Find the newest change, and drop everything if it is another one than before."""
        mark = find_newest_change(self._mark, UNRELATED_EVENTS)
        with self._lock:
            if self._mark is None or mark.change != self._mark.change:
                self._plain_pages.clear()
                self._chosen_pages.clear()
                self.figures = {}
            self._mark = mark
        return mark

    def choose_pages(self, request: HttpRequest) -> _KeptPages:
        """Choose the pages among which a page of this address is kept."""
        return self._chosen_pages if request.META.get("QUERY_STRING") else self._plain_pages


class PublicPageMiddleware:
    """Answer requests for public pages from memory where nothing was recorded since."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._memory = _PublicMemory()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_same_for_all(request):
            return self.get_response(request)
        key = _build_key(request, self._memory.read_mark())
        kept = self._memory.choose_pages(request)
        request.kept_figures = self._memory.figures  # type: ignore[attr-defined]
        page = kept.find(key)
        if page is None:
            response = self.get_response(request)
            if not _may_keep(response):
                return response
            page = _build_page(response)
            kept.keep(key, page)
        return _answer(request, page)


def _is_same_for_all(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and request.path_info.startswith(_PREFIXES)
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "HX-Request" not in request.headers
    )


def _build_key(request: HttpRequest, mark: AuditMark) -> str:
    parts = (
        mark.change,
        timezone.localdate().isoformat(),
        request.scheme or "",
        request.get_host(),
        request.get_full_path(),
        get_language_from_request(request),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _may_keep(response: HttpResponseBase) -> bool:
    return (
        isinstance(response, HttpResponse)
        and response.status_code == HTTPStatus.OK
        and not response.cookies
        and len(response.content) <= _MAX_PAGE_BYTES
    )


def _build_page(response: Any) -> _KeptPage:
    digest = hashlib.sha256(response.content).hexdigest()[:32]
    patch_vary_headers(response, _VARY_HEADERS)
    headers = tuple(item for item in response.items() if item[0] != "Content-Length")
    # The same bytes for the same page: no time in the header of the compressed form.
    return _KeptPage(response.content, compress(response.content, mtime=0), headers, digest)


def _answer(request: HttpRequest, page: _KeptPage) -> HttpResponseBase:
    is_compressed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(page.compressed if is_compressed else page.content)
    for name, value in page.headers:
        response.headers[name] = value
    etag = f'"{page.etag}-gzip"' if is_compressed else f'"{page.etag}"'
    response.headers["ETag"] = etag
    response.headers["Content-Length"] = str(len(response.content))
    if is_compressed:
        response.headers["Content-Encoding"] = "gzip"
    conditional = get_conditional_response(request, etag=etag, response=response)
    if isinstance(conditional, HttpResponseNotModified):
        return conditional
    return response
