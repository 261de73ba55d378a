"""How nothing is lost when a worker dies: leases, and tasks that go back in the queue.

A task is claimed in one transaction and finished in another. A worker that dies in between
(`kill -9`, a flat battery) leaves it marked as running for ever; whoever looks next sees that the
worker's lease is gone and queues the task again. Tasks are written so that a second run continues.
"""

import logging
import os
import socket
from datetime import datetime
from typing import Any

from django.db import transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cairn.web.models import Lease

_LOG = logging.getLogger("cairn.worker")
# A task that took so many workers with it (out of memory, say) is not given another one.
MOST_ATTEMPTS = 5


class GivenUp(Exception):
    """Stored as the failure of a task during which worker after worker died."""


def take(worker_id: str, now: datetime) -> None:
    """Says that this process lives, under the id by which it claims tasks."""
    Lease.objects.update_or_create(
        worker_id=worker_id,
        defaults={"host": socket.gethostname(), "pid": os.getpid(), "beat": now},
    )


def give_back(worker_id: str) -> None:
    """The worker ends of its own will and holds no task."""
    Lease.objects.filter(worker_id=worker_id).delete()


@transaction.atomic
def requeue_orphans(now: datetime) -> int:
    """Puts the running tasks of dead workers back in the queue; says how many."""
    dead = [lease.worker_id for lease in Lease.objects.all() if is_dead(lease, now)]
    Lease.objects.filter(worker_id__in=dead).delete()
    alive = set(Lease.objects.values_list("worker_id", flat=True))
    running = DBTaskResult.objects.select_for_update().filter(status=TaskResultStatus.RUNNING)
    orphans = [task for task in running if not alive.intersection(task.worker_ids[-1:])]
    for task in orphans:
        _queue_again(task)
    return len(orphans)


def is_dead(lease: Lease, now: datetime) -> bool:
    """No sign of life for too long; or, on this very machine, no such process any more."""
    if lease.expired(now):
        return True
    return lease.host == socket.gethostname() and not _process_lives(lease.pid)


def _queue_again(task: DBTaskResult[..., Any]) -> None:
    if len(task.worker_ids) >= MOST_ATTEMPTS:
        task.set_failed(GivenUp(f"{MOST_ATTEMPTS} workers died while doing this."))
        _LOG.error("Task %s given up: %d workers died.", task.task_path, MOST_ATTEMPTS)
        return
    task.status = TaskResultStatus.READY
    task.save(update_fields=["status"])
    _LOG.warning("Task %s goes back in the queue: its worker died.", task.task_path)


def _process_lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives, and belongs to someone else
        return True
    return True
