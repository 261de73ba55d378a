"""A row of the queue that an older version wrote is run by today's worker."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from cairn.interfaces.web.leases import TaskGivenUp
from cairn.interfaces.web.worker import TaskFailed
from cairn.policy.engine.stored_names import load_alias_table

OLD_PATH, PATH = "cairn.intake.tasks.conform_delivery", "cairn.data.intake.tasks.conform_delivery"


@pytest.fixture
def queued(db: None, settings: Settings) -> Callable[..., Any]:
    """Store a row as an older process writes it, and load it again."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    def make(path: str, **columns: Any) -> Any:
        row = DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {}}, backend_name="default", run_after=timezone.now()
        )
        DBTaskResult.objects.filter(pk=row.pk).update(task_path=path, **columns)
        return DBTaskResult.objects.get(pk=row.pk)

    return make


@pytest.mark.parametrize("path", sorted(load_alias_table()["tasks"]))
def test_an_older_row_finds_its_task(path: str, queued: Callable[..., Any]) -> None:
    row = queued(path)
    assert row.task.func is import_string(load_alias_table()["tasks"][path]).func
    row.refresh_from_db()
    assert row.task_path == load_alias_table()["tasks"][path]


def test_an_older_row_keeps_its_path_for_an_older_worker(queued: Callable[..., Any]) -> None:
    row = queued(OLD_PATH)
    row.claim("a worker")
    row.set_successful(None)
    stored = DBTaskResult.objects.values_list("status", "task_path")
    assert stored.get() == (TaskResultStatus.SUCCESSFUL, OLD_PATH)


@pytest.mark.parametrize(
    ("path", "exception"),
    [("cairn.web.lease.GivenUp", TaskGivenUp), ("cairn.web.worker.TaskStopped", TaskFailed)],
)
def test_an_older_failed_row_finds_its_exception(
    path: str, exception: type[Exception], queued: Callable[..., Any]
) -> None:
    row = queued(OLD_PATH, status=TaskResultStatus.FAILED, exception_class_path=path)
    (error,) = row.task_result.errors
    assert error.exception_class is exception


def test_a_row_loaded_without_its_path_costs_one_query(
    queued: Callable[..., Any], django_assert_num_queries: Callable[..., Any]
) -> None:
    pk = queued(OLD_PATH).pk
    with django_assert_num_queries(1):
        assert DBTaskResult.objects.only("status").get(pk=pk).status == TaskResultStatus.READY


def test_a_path_of_today_stays(queued: Callable[..., Any]) -> None:
    assert queued(PATH).task_path == PATH
