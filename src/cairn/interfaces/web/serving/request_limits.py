"""Limit what a request may bring before the application sees it.

The server keeps a request's body in sealed chunks on disk until the request ends. So a reader
without an account may send little, and the large bodies of one process have a limit together.
"""

import copy
import threading
import weakref
from typing import Any, Final

from django.conf import settings
from django.http import parse_cookie
from waitress.channel import HTTPChannel
from waitress.utilities import Error, RequestEntityTooLarge

from cairn.interfaces.web.uploads import SealingRequestParser

ANONYMOUS_BODY_BYTES: Final = 64 * 1024
_FILE_REQUEST_PATH: Final = "/intake/send/"
"""A person without an account sends the file that was asked for by a link with a secret key."""
_HEADER_BYTES: Final = 32 * 1024
_STEP_BYTES: Final = 1024 * 1024


class UploadsFull(Error):  # type: ignore[misc] # waitress has no types
    """Answer that too many large bodies are on their way; the sender can try again."""

    code = 503
    reason = "Service Unavailable"


class _BodyBudget:
    """The bytes of all large bodies that this process keeps, and how many it may keep."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept = 0
        self.processes = 1

    def find_limit(self, upload_limit: int) -> int:
        """Return the bytes that this process may keep: two uploads for all, one for each."""
        return max(upload_limit, 2 * upload_limit // self.processes)

    def take(self, size: int, upload_limit: int) -> bool:
        """Take room for bytes; return False, and take none, if there is not enough."""
        with self._lock:
            if self._kept + size > self.find_limit(upload_limit):
                return False
            self._kept += size
            return True

    def give_back(self, taken: list[int]) -> None:
        """Give back the room of a request that ended."""
        with self._lock:
            self._kept -= sum(taken)


BUDGET: Final = _BodyBudget()


class LimitedRequestParser(SealingRequestParser):
    """Refuse a body that is too large for its sender as soon as the headers are read."""

    adj: Any
    error: Any

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self._taken: list[int] = []

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the headers, and apply the limit of this request to its body."""
        super().parse_header(header_plus)
        if self.chunked or not self._may_send_much():
            # A body without a stated length is not sent by a browser; none is trusted with much.
            limited = copy.copy(self.adj)
            limited.max_request_body_size = ANONYMOUS_BODY_BYTES
            self.adj = limited

    def received(self, data: bytes) -> int:
        """Receive a part of the request, and take room for each megabyte that has come."""
        consumed: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.error.body = self._explain_limit()
        elif self.error is None and not self._take_room():
            self.error = UploadsFull("Other large files are being received. Try again in a minute.")
            self.completed = True
        return consumed

    def _may_send_much(self) -> bool:
        if self.path.startswith(_FILE_REQUEST_PATH):
            return True
        return settings.SESSION_COOKIE_NAME in parse_cookie(self.headers.get("COOKIE", ""))

    def _explain_limit(self) -> str:
        limit = self.adj.max_request_body_size
        if limit > ANONYMOUS_BODY_BYTES:
            return f"The file is too large: this site accepts {limit // _STEP_BYTES} MB. Split it."
        return "Nothing was received. Sign in again, then send the file again."

    def _take_room(self) -> bool:
        size = self.body_bytes_received
        if size <= ANONYMOUS_BODY_BYTES:
            return True
        if not self._taken:
            weakref.finalize(self, BUDGET.give_back, self._taken)
        while sum(self._taken) < size:
            if not BUDGET.take(_STEP_BYTES, self.adj.max_request_body_size):
                return False
            self._taken.append(_STEP_BYTES)
        return True


class LimitedChannel(HTTPChannel):  # type: ignore[misc]
    """A connection with the limits above."""

    parser_class = LimitedRequestParser


def limit_requests(server: Any) -> None:
    """Apply the limits to a server of waitress, before it runs."""
    server.channel_class = LimitedChannel


def build_limits() -> dict[str, object]:
    """Return the settings of waitress that belong to these limits."""
    return {"max_request_header_size": _HEADER_BYTES}
