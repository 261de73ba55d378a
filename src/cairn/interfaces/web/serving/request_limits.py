"""Limit what a request may bring before the application sees it.

The server keeps a request's body in sealed chunks on disk until the request ends. So a reader
without an account may send little, and all large bodies together have one limit.
"""

import copy
import threading
import weakref
from typing import Any, Final

from django.conf import settings
from django.http import parse_cookie
from waitress.channel import HTTPChannel
from waitress.utilities import Error

from cairn.interfaces.web.uploads import SealingRequestParser

ANONYMOUS_BODY_BYTES: Final = 64 * 1024
_FILE_REQUEST_PATH: Final = "/intake/send/"
"""A person without an account sends the file that was asked for by a link with a secret key."""
_HEADER_BYTES: Final = 32 * 1024


class UploadsFull(Error):  # type: ignore[misc] # waitress has no types
    """Answer that too many large bodies are on their way; the sender can try again."""

    code = 503
    reason = "Service Unavailable"


class _BodyBudget:
    """The bytes of all large bodies that are here or on their way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reserved = 0

    def reserve(self, size: int, limit: int) -> bool:
        """Reserve bytes, unless all together would exceed the limit."""
        with self._lock:
            if self._reserved + size > limit:
                return False
            self._reserved += size
            return True

    def release(self, size: int) -> None:
        """Return bytes of a request that ended."""
        with self._lock:
            self._reserved -= size


BUDGET: Final = _BodyBudget()


class LimitedRequestParser(SealingRequestParser):
    """Refuse a body that is too large for its sender as soon as the headers are read."""

    adj: Any
    error: Any
    body_rcv: Any

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers, and apply the limit of this request to its body."""
        super().parse_header(header_plus)
        if self.chunked or not self._may_send_much():
            # A body without a stated length is not sent by a browser; none is trusted with much.
            limited = copy.copy(self.adj)
            limited.max_request_body_size = ANONYMOUS_BODY_BYTES
            self.adj = limited

    def received(self, data: bytes) -> int:
        """Receive a part of the request; reserve room for a large body before it comes."""
        before = self.body_rcv
        consumed: int = super().received(data)
        if before is None and self.body_rcv is not None and self.error is None:
            self._reserve_body()
        return consumed

    def _may_send_much(self) -> bool:
        if self.path.startswith(_FILE_REQUEST_PATH):
            return True
        return settings.SESSION_COOKIE_NAME in parse_cookie(self.headers.get("COOKIE", ""))

    def _reserve_body(self) -> None:
        size = self.content_length
        if size <= ANONYMOUS_BODY_BYTES:
            return
        if BUDGET.reserve(size, 2 * self.adj.max_request_body_size):
            weakref.finalize(self, BUDGET.release, size)
        else:
            self.error = UploadsFull("Other large files are being received. Try again in a minute.")
            self.completed = True


class LimitedChannel(HTTPChannel):  # type: ignore[misc]
    """A connection with the limits above."""

    parser_class = LimitedRequestParser


def limit_requests(server: Any) -> None:
    """Apply the limits to a server of waitress, before it runs."""
    server.channel_class = LimitedChannel


def build_limits() -> dict[str, object]:
    """Return the settings of waitress that belong to these limits."""
    return {"max_request_header_size": _HEADER_BYTES}
