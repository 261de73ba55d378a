"""A due job runs once, a missed run is counted, a failed one is tried again and shown."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.platform.schedule import cleanup, declaration, queries, tasks
from cairn.platform.schedule.actions import create_job_run, record_job_failure
from cairn.platform.schedule.cadence import Cadence, EveryDay, EveryMinutes
from cairn.platform.schedule.declaration import JobFindingError, ScheduledJob
from cairn.platform.schedule.models import JobRun
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

NOON = datetime(2026, 11, 27, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue that keeps tasks until a test runs them, and no jobs but those of the test."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(declaration, "_JOB_LOADERS", [])


@pytest.fixture
def runs() -> list[datetime]:
    """When the job of the test ran."""
    return []


@pytest.fixture
def job(runs: list[datetime]) -> Iterator[ScheduledJob]:
    """A job that runs every hour."""

    def work(now: datetime) -> str:
        runs.append(now)
        return "Counted 3 things."

    return _declare(work)


def _declare(work: Callable[[datetime], str], cadence: Cadence | None = None) -> ScheduledJob:
    cadence = cadence or EveryMinutes(60)
    job = ScheduledJob("count.things", "Count things", "Counts.", cadence, work)
    declaration.register_scheduled_job(lambda: job)
    return job


def _make_daily_cadence() -> EveryDay:
    """Return a cadence whose next due time is 23 hours from now, later than every retry."""
    return EveryDay((timezone.localtime() - HOUR).time())


def _run_queue() -> None:
    """What one worker does with the tasks of the queue."""
    for result in DBTaskResult.objects.filter(status=TaskResultStatus.READY):
        DBTaskResult.objects.filter(pk=result.pk).update(status=TaskResultStatus.RUNNING)
        tasks.run_scheduled_job.func(*result.args_kwargs["args"])
        DBTaskResult.objects.filter(pk=result.pk).update(status=TaskResultStatus.SUCCESSFUL)


def _tick(at: datetime) -> int:
    count = tasks.enqueue_due_jobs(at)
    _run_queue()
    return count


def test_a_due_job_runs_once_however_often_workers_look(
    job: ScheduledJob, runs: list[datetime]
) -> None:
    assert tasks.enqueue_due_jobs(NOON) == 1
    assert tasks.enqueue_due_jobs(NOON) == 0
    _run_queue()
    assert tasks.enqueue_due_jobs(NOON + timedelta(minutes=59)) == 0
    assert len(runs) == 1
    run = JobRun.objects.get()
    assert (run.state, run.result, run.attempts) == ("done", "Counted 3 things.", 1)
    tasks.run_scheduled_job.func(run.pk)
    assert len(runs) == 1
    assert _tick(NOON + HOUR) == 1
    assert len(runs) == 2


def test_two_workers_that_find_a_job_due_at_the_same_moment_start_it_once(
    job: ScheduledJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = tasks.create_job_run

    def lose_the_race(*args: Any, **kwargs: Any) -> JobRun | None:
        create(*args, **kwargs)
        return create(*args, **kwargs)

    monkeypatch.setattr(tasks, "create_job_run", lose_the_race)
    assert tasks.enqueue_due_jobs(NOON) == 0
    assert JobRun.objects.count() == 1


def test_a_second_open_run_of_a_job_cannot_be_stored(job: ScheduledJob) -> None:
    assert create_job_run(job, NOON) is not None
    assert create_job_run(job, NOON + HOUR) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        JobRun.objects.create(job=job.name, due_at=NOON + HOUR, state=JobRun.State.RUNNING)


def test_a_run_that_is_still_going_counts_as_missed_for_the_next(job: ScheduledJob) -> None:
    tasks.enqueue_due_jobs(NOON)
    assert tasks.enqueue_due_jobs(NOON + HOUR) == 0
    _run_queue()
    assert _tick(NOON + 2 * HOUR) == 1
    assert JobRun.objects.first().missed == 1  # type: ignore[union-attr]


def test_due_times_without_a_worker_are_counted_and_only_the_latest_runs(
    job: ScheduledJob, runs: list[datetime]
) -> None:
    _tick(NOON)
    later = NOON + 6 * HOUR + timedelta(minutes=30)
    (status,) = queries.list_job_statuses(later)
    assert (status.missed, status.is_late) == (6, True)
    _tick(later)
    assert [run.missed for run in JobRun.objects.all()] == [5, 0]
    assert len(runs) == 2
    (status,) = queries.list_job_statuses(later)
    assert (status.missed, status.is_late, status.next_due) == (5, False, NOON + 7 * HOUR)


def test_the_states_of_many_jobs_take_two_queries(
    job: ScheduledJob, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        JobRun.objects.create(job=f"job.{number}", due_at=NOON)
    with django_assert_num_queries(2):
        (status,) = queries.list_job_statuses(NOON)
    assert (status.last_run, status.last_success, status.missed) == (None, None, 0)


def test_a_failed_run_is_tried_again_later_and_its_message_is_not_kept() -> None:
    outcomes = iter([ValueError("Maria Lopez"), None])

    def work(now: datetime) -> str:
        error = next(outcomes)
        if error:
            raise error
        return "Done."

    _declare(work, _make_daily_cadence())
    _tick(NOON)
    run = JobRun.objects.get()
    assert (run.state, run.result) == ("waiting", "It stopped with an error (ValueError).")
    retry = DBTaskResult.objects.get(pk=run.task_id)
    assert retry.status == TaskResultStatus.READY
    assert retry.run_after > run.started_at + timedelta(minutes=4)  # type: ignore[operator]
    _run_queue()
    run.refresh_from_db()
    assert (run.state, run.result, run.attempts) == ("done", "Done.", 2)
    line = AuditLine.objects.get(event="schedule.failed")
    assert line.subject == "job:count.things"


@pytest.mark.parametrize(
    ("minutes_before", "again"), [(6, timedelta(minutes=5)), (5, None), (1, None)]
)
def test_a_failed_run_is_not_tried_again_past_the_next_due_time(
    job: ScheduledJob, minutes_before: int, again: timedelta | None
) -> None:
    run = create_job_run(job, NOON)
    assert run is not None
    run.attempts = 1
    at = NOON + HOUR - timedelta(minutes=minutes_before)
    again_at = record_job_failure(run=run, problem="An error.", job=job, by=None, at=at)
    assert again_at == (again and at + again)
    run.refresh_from_db()
    assert run.state == ("waiting" if again else "failed")


def test_a_run_that_keeps_failing_is_a_task_of_the_data_manager(
    person: Callable[..., User], client: Client
) -> None:
    def work(now: datetime) -> str:
        raise ValueError

    _declare(work, _make_daily_cadence())
    tasks.enqueue_due_jobs(NOON)
    for _attempt in range(5):
        _run_queue()
    run = JobRun.objects.get()
    assert (run.state, run.attempts) == ("failed", 5)
    manager = person(Role.DATA_MANAGER, at="backbone")
    client.force_login(manager)
    assert "scheduled job that failed" in client.get(reverse("web:home")).content.decode()
    page = client.get(reverse("web:schedule")).content.decode()
    assert "It stopped with an error (ValueError)." in page
    _declare(lambda now: "Well.")
    _tick(NOON + HOUR)
    assert "scheduled job that failed" not in client.get(reverse("web:home")).content.decode()


def test_a_finding_is_shown_in_its_own_words_and_not_tried_again() -> None:
    def work(now: datetime) -> str:
        raise JobFindingError("2 findings.")

    _declare(work)
    _tick(NOON)
    run = JobRun.objects.get()
    assert (run.state, run.result, run.attempts) == ("failed", "2 findings.", 1)


def test_a_run_that_was_cut_short_runs_again_or_is_closed_as_failed(
    job: ScheduledJob, runs: list[datetime]
) -> None:
    tasks.enqueue_due_jobs(NOON)
    JobRun.objects.update(state=JobRun.State.RUNNING, attempts=1, started_at=NOON)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    tasks.enqueue_due_jobs(NOON)
    assert JobRun.objects.get().state == "running"
    # The next worker puts the task back in the queue …
    DBTaskResult.objects.update(status=TaskResultStatus.READY)
    _run_queue()
    assert (JobRun.objects.get().attempts, len(runs)) == (2, 1)
    # … or gives it up after five workers died.
    tasks.enqueue_due_jobs(NOON + HOUR)
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED)
    tasks.enqueue_due_jobs(NOON + HOUR)
    run = JobRun.objects.first()
    assert run is not None
    assert (run.state, run.result) == ("failed", "The worker stopped during it, several times.")


def test_a_job_that_is_switched_off_is_not_run(
    job: ScheduledJob, runs: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.enqueue_due_jobs(NOON)
    off = ScheduledJob(job.name, job.title, job.purpose, job.cadence, job.run, lambda: False)
    declaration.register_scheduled_job(lambda: off)
    _run_queue()
    assert _tick(NOON + HOUR) == 0
    assert (runs, JobRun.objects.get().state) == ([], "done")


def test_run_now_starts_one_run_and_a_second_click_none(
    job: ScheduledJob, runs: list[datetime], person: Callable[..., User], client: Client
) -> None:
    client.force_login(person(Role.DATA_MANAGER, at="backbone"))
    address = reverse("web:run_job", args=[job.name])
    first = client.post(address, follow=True).content.decode()
    answer = client.post(address, follow=True)
    second = answer.content.decode()
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]
    assert "The job runs now." in first
    assert "A run of this job is open already." in second
    _run_queue()
    assert len(runs) == 1
    assert client.post(reverse("web:run_job", args=["no.such.job"])).status_code == 404
    # The schedule itself goes on as before.
    assert _tick(NOON) == 1


def test_old_rows_are_deleted_and_the_newest_run_of_a_job_stays(job: ScheduledJob) -> None:
    for days in (40, 30, 1):
        at = NOON - timedelta(days=days)
        JobRun.objects.create(job=job.name, due_at=at, state=JobRun.State.DONE)
    JobRun.objects.create(job="old", due_at=NOON - timedelta(days=40), state=JobRun.State.FAILED)
    assert cleanup.delete_old_rows(NOON) == "Deleted 2 runs, 0 tasks and 0 sessions."
    assert set(JobRun.objects.values_list("job", flat=True)) == {job.name, "old"}
