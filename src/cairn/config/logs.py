"""Keep the log free of children's data, query strings, and values in errors.

A stack trace is worth keeping; the *message* of an exception is not, because libraries put the
offending value into it ("invalid literal: 'Maria…'"). So traces name files, lines and the kind
of error only, and request paths lose their query string and every identifier.
"""

import logging
import re
import traceback
from types import TracebackType

_QUERY = re.compile(r"\?[^\s\"']*")
_IDENTIFIER = re.compile(r"(?<=/)(?:\d+|[0-9a-fA-F]{12,}|[0-9a-fA-F-]{32,36})(?=/|\s|\"|'|$)")
# The key of a one-time link: long, and unlike a name that a page has.
_LINK_KEY = re.compile(r"(?<=/)(?=[a-z-]*[A-Z0-9_])[\w-]{20,}(?=/|\s|\"|'|$)")


def remove_identifiers(text: str) -> str:
    """Remove the query string of every path, and blank identifiers and link keys in paths."""
    return _LINK_KEY.sub("…", _IDENTIFIER.sub("…", _QUERY.sub("", text)))


class RedactingFormatter(logging.Formatter):
    """Format log lines so that nothing in them can identify a child."""

    def format(self, record: logging.LogRecord) -> str:
        # A cached trace was written by some other formatter, with the message in it.
        record.exc_text = None
        return remove_identifiers(super().format(record))

    def formatException(  # noqa: N802 (the name is the standard library's)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        error_type, _, trace = ei
        frames = [
            f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'
            for frame in traceback.extract_tb(trace)
        ]
        name = error_type.__qualname__ if error_type else "None"
        return "\n".join(["Trace (values withheld):", *frames, name])


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "quiet": {
            "()": RedactingFormatter,
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "quiet"},
        "none": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # It says at each request that waits how many do.
        "waitress.queue": {"level": "ERROR"},
        # Django's own handlers write query strings and mail error pages: neither is wanted here.
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # Anyone can send any host name, at any rate: the answer is enough.
        "django.security.DisallowedHost": {"handlers": ["none"], "propagate": False},
        "cairn": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
