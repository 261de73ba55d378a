"""Progress of long work, so that a page can show it while the worker does it.

Open it outside any transaction: what an uncommitted transaction writes, no page can see.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from cairn.audit.log import record
from cairn.audit.models import Work, WorkState
from cairn.rules.decision import Refused

# A page asks about once a second, so writing more often than this shows nobody anything.
_WRITE_EVERY = 0.5


class StoppedError(Exception):
    """An expected end of long work. Its words hold no value from the data: pages show them."""


class Progress:
    """A handle on one running piece of work; cheap enough to call for every batch."""

    def __init__(self, row: Work) -> None:
        self.row = row
        self._written = time.monotonic()

    def step(self, name: str, total: int = 0) -> None:
        """Begins a step. `total` is how many units it has; 0 when nobody knows."""
        self.row.step, self.row.done, self.row.total = name, 0, total
        self._write()

    def advance(self, units: int = 1) -> None:
        """Says that so many more units of the present step are done."""
        self.row.done += units
        if time.monotonic() - self._written >= _WRITE_EVERY:
            self._write()

    def finish(self, state: WorkState, message: str = "") -> None:
        """Closes the work in a final state, with one sentence for whoever asked for it."""
        self.row.state, self.row.message = state, message
        if state is WorkState.DONE and self.row.total:
            self.row.done = self.row.total
        self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        self.row.updated = timezone.now()
        self.row.save()


def waiting(kind: str, subject: str, *, by: AbstractBaseUser | None) -> Work:
    """Shows on pages that the work was asked for and waits for the worker to begin."""
    now = timezone.now()
    row, _ = Work.objects.update_or_create(
        kind=kind,
        subject=subject,
        defaults={
            "step": "",
            "done": 0,
            "total": 0,
            "state": WorkState.RUNNING,
            "message": "",
            "by_id": "" if by is None else str(by.pk),
            "by_label": "" if by is None else str(by),
            "started": now,
            "updated": now,
        },
    )
    return row


@contextmanager
def work(kind: str, subject: str, *, by: AbstractBaseUser | None) -> Iterator[Progress]:
    """Shows the work in its body on pages, from now until it is done or has stopped.

    A second attempt at the same subject takes over the row of the first. An exception is passed
    on; the row keeps the kind of error or the codes of the reasons only, since a message may hold
    a value from the data, and a reason's words are not for everyone who may see progress. A
    refusal leaves an audit line too (34 CFR 99.32 asks for refused requests as well).
    """
    progress = Progress(waiting(kind, subject, by=by))
    try:
        yield progress
    except Refused as refused:
        codes = ", ".join(reason.code for reason in refused.decision.refusals)
        progress.finish(WorkState.STOPPED, f"It is not allowed ({codes}).")
        record("refused", subject, by=by, at=timezone.now(), decision=refused.decision)
        raise
    except StoppedError as stopped:
        progress.finish(WorkState.STOPPED, str(stopped))
        raise
    except Exception as error:
        progress.finish(WorkState.STOPPED, f"It stopped with an error ({type(error).__name__}).")
        raise
    progress.finish(WorkState.DONE)
