"""Requeue the tasks of dead workers, which are recognized by their leases.

A task is claimed in one transaction and finished in another. A worker that dies in between
(`kill -9`, a power failure) leaves the task marked as running. The next worker sees that the lease
is gone and requeues the task. Tasks are written so that a second run continues the first.

On one machine a live worker holds a file lock, which the operating system releases when the process
dies for any reason. Between machines, a worker without a recent heartbeat counts as dead.
"""

import fcntl
import logging
import os
import socket
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cairn.interfaces.web.models import Lease

_LOG = logging.getLogger("cairn.worker")

# A task during which so many workers died (out of memory, for example) is not tried again.
MAX_ATTEMPTS = 5


class TaskGivenUp(Exception):
    """Report that several workers died during a task; stored as the task's failure."""


def lock_worker_file(worker_id: str) -> IO[bytes]:
    """Take the file lock of a worker; it lasts until the file is closed or the process dies."""
    path = _get_lock_path(worker_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise
    return file


def record_heartbeat(worker_id: str, now: datetime) -> None:
    """Record that this process is alive, under the id with which it claims tasks."""
    Lease.objects.update_or_create(
        worker_id=worker_id,
        defaults={"host": socket.gethostname(), "pid": os.getpid(), "beat": now},
    )


def release_lease(worker_id: str) -> None:
    """Remove the lease of a worker that ends and holds no task."""
    Lease.objects.filter(worker_id=worker_id).delete()
    _get_lock_path(worker_id).unlink(missing_ok=True)


@transaction.atomic
def requeue_orphaned_tasks(now: datetime) -> int:
    """Requeue the running tasks of dead workers, and return how many there were."""
    dead = [lease.worker_id for lease in Lease.objects.all() if is_worker_dead(lease, now)]
    for worker_id in dead:
        release_lease(worker_id)
    alive = set(Lease.objects.values_list("worker_id", flat=True))
    running = DBTaskResult.objects.select_for_update().filter(status=TaskResultStatus.RUNNING)
    orphans = [task for task in running if not alive.intersection(task.worker_ids[-1:])]
    for task in orphans:
        _requeue_task(task)
    return len(orphans)


def is_worker_dead(lease: Lease, now: datetime) -> bool:
    """Return whether a worker is dead.

    On this machine: no process holds its lock. On another machine: its lease expired.
    """
    if lease.host == socket.gethostname():
        return not _is_locked(lease.worker_id)
    return lease.is_expired(now)


def _requeue_task(task: DBTaskResult[..., Any]) -> None:
    if len(task.worker_ids) >= MAX_ATTEMPTS:
        task.set_failed(TaskGivenUp(f"{MAX_ATTEMPTS} workers died while doing this."))
        _LOG.error("Task %s given up: %d workers died.", task.task_path, MAX_ATTEMPTS)
        return
    task.status = TaskResultStatus.READY
    task.save(update_fields=["status"])
    _LOG.warning("Task %s goes back in the queue: its worker died.", task.task_path)


def _get_lock_path(worker_id: str) -> Path:
    return Path(settings.CAIRN_DATA) / "workers" / f"{worker_id}.lock"


def _is_locked(worker_id: str) -> bool:
    try:
        with _get_lock_path(worker_id).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
