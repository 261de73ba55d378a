"""Tasks of dead workers go back in the queue; tasks of living ones stay where they are."""

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cairn.interfaces.web import leases
from cairn.interfaces.web.models import LEASE_DURATION, Lease

pytestmark = pytest.mark.django_db
NOW = timezone.localtime()


@pytest.fixture
def running() -> Callable[..., Any]:
    """A task claimed by these workers, the last of them now."""

    def make(*workers: str) -> Any:
        return DBTaskResult.objects.create(
            status=TaskResultStatus.RUNNING,
            worker_ids=list(workers),
            args_kwargs={"args": [], "kwargs": {}},
            task_path="cairn.nowhere.task",
            backend_name="default",
            run_after=NOW,
            exception_class_path="",
            traceback="",
        )

    return make


@pytest.fixture
def alive() -> Iterator[str]:
    """A worker of this machine that lives."""
    lock = leases.lock_worker_file("alive")
    leases.record_heartbeat("alive", NOW)
    yield "alive"
    lock.close()
    leases.release_lease("alive")


def _status(task: Any) -> str:
    task.refresh_from_db()
    return str(task.status)


def test_the_task_of_a_living_worker_stays(alive: str, running: Callable[..., Any]) -> None:
    task = running("gone", alive)
    assert leases.requeue_orphaned_tasks(NOW + 10 * LEASE_DURATION) == 0
    assert _status(task) == TaskResultStatus.RUNNING


@pytest.mark.parametrize("known", [True, False])
def test_the_task_of_a_dead_worker_of_this_machine_goes_back_at_once(
    running: Callable[..., Any], known: bool
) -> None:
    if known:
        leases.lock_worker_file("dead").close()
        leases.record_heartbeat("dead", NOW)
    task = running("dead")
    assert leases.requeue_orphaned_tasks(NOW) == 1
    assert _status(task) == TaskResultStatus.READY
    assert not Lease.objects.filter(worker_id="dead").exists()


@pytest.mark.parametrize(
    ("silent", "back"), [(LEASE_DURATION, False), (LEASE_DURATION + timedelta(seconds=1), True)]
)
def test_a_worker_elsewhere_is_dead_when_it_was_silent_too_long(
    running: Callable[..., Any], silent: timedelta, back: bool
) -> None:
    Lease.objects.create(worker_id="far", host="elsewhere.example", pid=1, beat=NOW - silent)
    task = running("far")
    assert leases.requeue_orphaned_tasks(NOW) == int(back)
    assert (_status(task) == TaskResultStatus.READY) is back


def test_a_task_that_kills_its_workers_is_given_up(running: Callable[..., Any]) -> None:
    task = running(*(f"dead{n}" for n in range(leases.MAX_ATTEMPTS)))
    leases.requeue_orphaned_tasks(NOW)
    assert _status(task) == TaskResultStatus.FAILED
    assert "workers died" in task.traceback


def test_a_lease_names_its_process(alive: str) -> None:
    row = Lease.objects.get()
    assert row.host == socket.gethostname()
    assert str(row.pid) in str(row)


def test_two_workers_never_hold_one_lock(alive: str) -> None:
    with pytest.raises(BlockingIOError):
        leases.lock_worker_file(alive)
