"""The worker: does long work from the queue, one task at a time, and loses none.

`cairn work` runs one; `cairn serve` runs one beside the server. As many may run as wished.
"""

import logging
import os
import secrets
import signal
import threading
from types import FrameType
from typing import Any

from django.db import connections
from django.db.utils import OperationalError
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from cairn.intake.storehouse import open_storehouse
from cairn.web import lease
from cairn.web.models import BEAT

_LOG = logging.getLogger("cairn.worker")


class TaskStopped(Exception):
    """Stored in place of the error itself, whose message may hold a value from the data."""


class CarefulWorker(Worker):
    """django-tasks-db's worker, made safe to kill and silent about the data it handles."""

    told_to_end = False

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        """Runs one task. A signal that ends the process leaves the task to be queued again."""
        self.running_task = True
        try:
            given = db_task_result.args_kwargs
            value = db_task_result.task.call(*given["args"], **given["kwargs"])
            db_task_result.set_successful(value)
        except Exception as error:  # noqa: BLE001
            # Whatever it was, the next task must still be done. The trace (without values) is
            # in the log; the row keeps the kind of error only.
            _LOG.exception("Task %s stopped.", db_task_result.task_path)
            db_task_result.set_failed(TaskStopped(type(error).__qualname__))
        finally:
            self.running_task = False
            self._run_tasks += 1

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """First signal: end after the present task. Second: end now; the task is queued again."""
        if self.told_to_end:
            os.kill(os.getpid(), signal.SIGKILL)
        self.told_to_end = True
        super().shutdown(signum, frame)


class _Heartbeat(threading.Thread):
    """Keeps the lease while a task runs, and looks after the tasks of workers that died."""

    def __init__(self, worker_id: str, parent: int | None) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.worker_id = worker_id
        self.parent = parent
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(BEAT.total_seconds()):
            if self.parent is not None and os.getppid() != self.parent:
                os.kill(os.getpid(), signal.SIGTERM)  # the server is gone: end with it
                self.parent = None
            try:
                lease.beat(self.worker_id, timezone.now())
                lease.requeue_orphans(timezone.now())
            except OperationalError:
                _LOG.warning("The database was busy; the next heartbeat tries again.")
        connections.close_all()


def work(*, until_empty: bool = False, parent: int | None = None) -> None:
    """Does tasks until told to stop, or until none is left.

    Begins by putting back the tasks of dead workers and sweeping away what an interrupted write
    left. With `parent`, the worker ends when that process does. Signals are handled in the main
    thread only, so call it there, or with `until_empty` from a test.
    """
    worker_id = secrets.token_hex(16)
    lock = lease.hold(worker_id)
    lease.beat(worker_id, timezone.now())
    lease.requeue_orphans(timezone.now())
    open_storehouse().sweep()
    worker = CarefulWorker(
        queue_names=["*"],
        interval=0.5,
        batch=until_empty,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )
    if not until_empty:
        worker.configure_signals()
    heartbeat = _Heartbeat(worker_id, parent)
    heartbeat.start()
    try:
        worker.run()
    finally:
        heartbeat.ended.set()
        heartbeat.join()
        lock.close()
        lease.give_back(worker_id)
