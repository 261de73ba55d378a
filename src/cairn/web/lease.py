"""How nothing is lost when a worker dies: leases, and tasks that go back in the queue.

A task is claimed in one transaction and finished in another. A worker that dies in between
(`kill -9`, a flat battery) leaves it marked as running for ever; whoever looks next sees that the
worker's lease is gone and queues the task again. Tasks are written so that a second run continues.

On one machine a living worker holds a file lock, which the system lets go the moment it dies,
however it dies. Between machines a worker counts as dead when it was not heard of for a while.
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

from cairn.web.models import Lease

_LOG = logging.getLogger("cairn.worker")
# A task that took so many workers with it (out of memory, say) is not given another one.
MOST_ATTEMPTS = 5


class GivenUp(Exception):
    """Stored as the failure of a task during which worker after worker died."""


def hold(worker_id: str) -> IO[bytes]:
    """Takes the file lock of a worker; it is held until the file is closed or the process dies."""
    path = _lock_file(worker_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise
    return file


def beat(worker_id: str, now: datetime) -> None:
    """Says that this process lives, under the id by which it claims tasks."""
    Lease.objects.update_or_create(
        worker_id=worker_id,
        defaults={"host": socket.gethostname(), "pid": os.getpid(), "beat": now},
    )


def give_back(worker_id: str) -> None:
    """The worker ends of its own will and holds no task."""
    Lease.objects.filter(worker_id=worker_id).delete()
    _lock_file(worker_id).unlink(missing_ok=True)


@transaction.atomic
def requeue_orphans(now: datetime) -> int:
    """Puts the running tasks of dead workers back in the queue; says how many."""
    dead = [lease.worker_id for lease in Lease.objects.all() if is_dead(lease, now)]
    for worker_id in dead:
        give_back(worker_id)
    alive = set(Lease.objects.values_list("worker_id", flat=True))
    running = DBTaskResult.objects.select_for_update().filter(status=TaskResultStatus.RUNNING)
    orphans = [task for task in running if not alive.intersection(task.worker_ids[-1:])]
    for task in orphans:
        _queue_again(task)
    return len(orphans)


def is_dead(lease: Lease, now: datetime) -> bool:
    """On this machine: nobody holds its lock. On another: not heard of for too long."""
    if lease.host == socket.gethostname():
        return not _held(lease.worker_id)
    return lease.expired(now)


def _queue_again(task: DBTaskResult[..., Any]) -> None:
    if len(task.worker_ids) >= MOST_ATTEMPTS:
        task.set_failed(GivenUp(f"{MOST_ATTEMPTS} workers died while doing this."))
        _LOG.error("Task %s given up: %d workers died.", task.task_path, MOST_ATTEMPTS)
        return
    task.status = TaskResultStatus.READY
    task.save(update_fields=["status"])
    _LOG.warning("Task %s goes back in the queue: its worker died.", task.task_path)


def _lock_file(worker_id: str) -> Path:
    return Path(settings.CAIRN_DATA) / "workers" / f"{worker_id}.lock"


def _held(worker_id: str) -> bool:
    try:
        with _lock_file(worker_id).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
