"""Record refused requests: one audit line each, written after every transaction is undone.

Queries and views are refused too, not only actions, and a line written inside a transaction would
be undone with it. So the outermost caller records a refusal: the web middleware, the command line
and `track_work`. If two of them handle the same refusal, only the first one records it.
"""

from datetime import datetime
from typing import Final, Protocol
from weakref import WeakSet

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.db import transaction

from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Decision, Refused

__all__ = [
    "RefusalListener",
    "record_anonymous_refusal",
    "record_refusal",
    "register_refusal_listener",
]

_HOUR_SECONDS: Final = 3_600


class RefusalListener(Protocol):
    """Writes what an app keeps of a refused request, in the transaction of its audit line."""

    def __call__(self, decision: Decision, *, by: AbstractBaseUser | None, at: datetime) -> None:
        """Receive one refused request."""
        ...


_listeners: Final[list[RefusalListener]] = []
_recorded: Final[WeakSet[Refused]] = WeakSet()


def register_refusal_listener(listener: RefusalListener) -> None:
    """Register what else to write for a refusal; an app calls this once, in `AppConfig.ready`.

    Args:
        listener: called with every refused decision.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def record_refusal(
    refused: Refused,
    place: str,
    *,
    by: AbstractBaseUser | None,
    at: datetime,
    times: int = 1,
) -> None:
    """Record a refused request in the audit log, unless an inner caller has recorded it already.

    Call this outside of the transaction that the refusal has undone.

    Args:
        refused: the exception that `Decision.require` raised.
        place: audit subject, the place that refused: `"door:<view>"`, `"command:<action>"` or the
            subject of the task.
        by: the user who asked; None if not signed in.
        at: the moment of the request.
        times: how many such requests the line is about; a part of the line if more than one.
    """
    if refused in _recorded:
        return
    with transaction.atomic():
        detail = {"times_in_this_hour": times} if times > 1 else {}
        record_audit_event("refused", place, by=by, at=at, decision=refused.decision, detail=detail)
        for listener in _listeners:
            listener(refused.decision, by=by, at=at)
    _recorded.add(refused)


def record_anonymous_refusal(refused: Refused, place: str, *, at: datetime) -> None:
    """Record a refused request of a reader who has neither an account nor a session.

    Anyone can ask for a page any number of times, and each line is a write. So of those that one
    place refuses in one hour, the 1st, the 10th, the 100th and so on are recorded, with the count.

    Args:
        refused: the exception that `Decision.require` raised.
        place: audit subject, the place that refused.
        at: the moment of the request.
    """
    name = f"refused:{place}:{int(at.timestamp()) // _HOUR_SECONDS}"
    cache.add(name, 0, timeout=_HOUR_SECONDS)
    try:
        count = cache.incr(name)
    except ValueError:  # The entry was dropped between the two calls, since the cache is full.
        count = 1
    if str(count).strip("0") == "1":
        record_refusal(refused, place, by=None, at=at, times=count)
