"""Public face of cairn.platform.tasks: what other packages may import.

Records the progress of long work, so that a page can show it while the worker runs. Use it outside
any transaction: no page can see what an uncommitted transaction writes.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from cairn.platform.actions.api import record_refusal
from cairn.platform.audit.api import Work, WorkState
from cairn.policy.engine import Refused
from cairn.warehouse.progress import NullProgress, Progress

__all__ = [
    "NullProgress",
    "Progress",
    "StoppedError",
    "WorkProgress",
    "record_waiting_work",
    "track_work",
]


# A page asks about once a second, so writing more often has no effect.
_WRITE_INTERVAL_SECONDS = 0.5


class StoppedError(Exception):
    """An expected end of long work. Its text holds no value from the data: pages show it."""


class WorkProgress:
    """Report the progress of one running piece of work; cheap enough to call for every batch.

    Args:
        row: the row that pages read. A step is written at once, units at most once an interval.
    """

    def __init__(self, row: Work) -> None:
        self.row = row
        self._written = time.monotonic()

    def step(self, name: str, total: int = 0) -> None:
        """Begin a step. `total` is its number of units; 0 when unknown."""
        self.row.step, self.row.done, self.row.total = name, 0, total
        self._save()

    def advance(self, units: int = 1) -> None:
        """Report that so many more units of the present step are done."""
        self.row.done += units
        if time.monotonic() - self._written >= _WRITE_INTERVAL_SECONDS:
            self._save()

    def finish(self, state: WorkState, message: str = "") -> None:
        """Close the work in a final state, with one sentence for the person who asked for it."""
        self.row.state, self.row.message = state, message
        if state is WorkState.DONE and self.row.total:
            self.row.done = self.row.total
        self._save()

    def _save(self) -> None:
        self._written = time.monotonic()
        self.row.updated = timezone.now()
        self.row.save()


def record_waiting_work(kind: str, subject: str, *, by: AbstractBaseUser | None) -> Work:
    """Show on pages that work was requested and waits for the worker.

    Args:
        kind: kind of work, such as "conform".
        subject: `kind:id` of the subject.
        by: the user who asked; None for the system.

    Returns:
        The saved row.
    """
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
def track_work(kind: str, subject: str, *, by: AbstractBaseUser | None) -> Iterator[WorkProgress]:
    """Show the work in its body on pages, from now until it is done or has stopped.

    A second attempt at the same subject takes over the row of the first. An exception is passed
    on. The row keeps only the kind of error or the codes of the reasons, since a message may
    hold a value from the data, and not every reader of the progress may read the reasons. A
    refusal is recorded too (34 CFR 99.32 asks for refused requests as well).

    Args:
        kind: kind of work.
        subject: `kind:id` of the subject.
        by: the user who asked; None for the system.

    Yields:
        The progress to update.
    """
    progress = WorkProgress(record_waiting_work(kind, subject, by=by))
    try:
        yield progress
    except Refused as refused:
        codes = ", ".join(reason.code for reason in refused.decision.refusals)
        progress.finish(WorkState.STOPPED, f"It is not allowed ({codes}).")
        record_refusal(refused, subject, by=by, at=timezone.now())
        raise
    except StoppedError as stopped:
        progress.finish(WorkState.STOPPED, str(stopped))
        raise
    except Exception as error:
        progress.finish(WorkState.STOPPED, f"It stopped with an error ({type(error).__name__}).")
        raise
    progress.finish(WorkState.DONE)
