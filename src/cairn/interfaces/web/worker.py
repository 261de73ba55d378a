"""Run queued tasks, one at a time, without losing any.

`cairn work` runs one worker; `cairn serve` runs one beside the server. Any number may run.
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

from cairn.governance.retention.api import list_recorded_files
from cairn.interfaces.web import leases
from cairn.interfaces.web.models import HEARTBEAT_INTERVAL
from cairn.platform.schedule.api import enqueue_due_jobs
from cairn.platform.storage.api import open_file_store

_LOG = logging.getLogger("cairn.worker")


class TaskFailed(Exception):
    """Replace a task's error: the error's own message may contain a value from the data."""


class TaskWorker(Worker):
    """Extend the worker of django-tasks-db: safe to kill, and silent about the data it handles."""

    is_ending = False

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        """Run one task. If a signal ends the process, the task is requeued."""
        self.running_task = True
        try:
            call_arguments = db_task_result.args_kwargs
            value = db_task_result.task.call(*call_arguments["args"], **call_arguments["kwargs"])
            db_task_result.set_successful(value)
        except Exception as error:  # noqa: BLE001
            # After any error, the next task must still run. The trace (without values) is
            # in the log; the row keeps the kind of error only.
            _LOG.exception("Task %s stopped.", db_task_result.task_path)
            db_task_result.set_failed(TaskFailed(type(error).__qualname__))
        finally:
            self.running_task = False
            self._run_tasks += 1

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """End after the current task at the first signal, and at once at the second.

        A task that is cut short is requeued.
        """
        if self.is_ending:
            os.kill(os.getpid(), signal.SIGKILL)
        self.is_ending = True
        super().shutdown(signum, frame)


class _Heartbeat(threading.Thread):
    """Renew the lease while a task runs, requeue the tasks of dead workers, start due jobs."""

    def __init__(self, worker_id: str, parent: int | None, *, runs_schedule: bool) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.runs_schedule = runs_schedule
        self.worker_id = worker_id
        self.parent = parent
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.wait(HEARTBEAT_INTERVAL.total_seconds()):
            if self.parent is not None and os.getppid() != self.parent:
                os.kill(os.getpid(), signal.SIGTERM)  # the server ended, so end too
                self.parent = None
            try:
                leases.record_heartbeat(self.worker_id, timezone.now())
                leases.requeue_orphaned_tasks(timezone.now())
                if self.runs_schedule:
                    enqueue_due_jobs(timezone.now())
            except OperationalError:
                _LOG.warning("The database was busy; the next heartbeat tries again.")
        connections.close_all()


def run_worker(*, until_empty: bool = False, parent: int | None = None) -> None:
    """Run tasks until stopped, or until none is left.

    First requeues the tasks of dead workers and deletes what interrupted writes left. Signals are
    handled in the main thread only, so call it there, or with `until_empty` from a test.

    Args:
        until_empty: return when the queue is empty; such a worker starts no scheduled jobs.
        parent: id of a process; the worker ends when that process does.
    """
    worker_id = secrets.token_hex(16)
    lock = leases.lock_worker_file(worker_id)
    leases.record_heartbeat(worker_id, timezone.now())
    leases.requeue_orphaned_tasks(timezone.now())
    open_file_store().sweep(list_recorded_files())
    worker = TaskWorker(
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
    heartbeat = _Heartbeat(worker_id, parent, runs_schedule=not until_empty)
    heartbeat.start()
    try:
        worker.run()
    finally:
        heartbeat.ended.set()
        heartbeat.join()
        lock.close()
        leases.release_lease(worker_id)
