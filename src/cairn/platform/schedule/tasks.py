"""Start due jobs, and run one job in the worker. Tasks carry ids only."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from cairn.platform.schedule.actions import create_job_run, record_job_failure
from cairn.platform.schedule.declaration import (
    JobFindingError,
    ScheduledJob,
    find_scheduled_job,
    list_scheduled_jobs,
)
from cairn.platform.schedule.models import JobRun

__all__ = ["enqueue_due_jobs", "enqueue_job_run", "run_scheduled_job"]

_LOG = logging.getLogger("cairn.worker")


def enqueue_due_jobs(now: datetime) -> int:
    """Queue a run of each job that is due and has none yet; close runs that were cut short.

    Any number of workers may call this at the same time: a due time gets one run.

    Args:
        now: the time.

    Returns:
        How many runs were queued.
    """
    for run in _list_interrupted_runs():
        problem = "The worker stopped during it, several times."
        record_job_failure(run=run, problem=problem, job=None, by=None, at=now)
    return sum(_enqueue_due_job(job, now) for job in list_scheduled_jobs())


def _list_interrupted_runs() -> list[JobRun]:
    """List the open runs with a task that the queue gave up or no longer has."""
    runs = list(JobRun.objects.filter(state__in=JobRun.OPEN))
    if not runs:
        return []
    alive = DBTaskResult.objects.filter(
        pk__in=[run.task_id for run in runs if run.task_id],
        status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING),
    )
    alive_ids = {str(pk) for pk in alive.values_list("pk", flat=True)}
    # Read again: a task may have ended, and closed its run, between the two queries.
    ids = [run.pk for run in runs if run.task_id not in alive_ids]
    return list(JobRun.objects.filter(pk__in=ids, state__in=JobRun.OPEN))


def _enqueue_due_job(job: ScheduledJob, now: datetime) -> bool:
    zone = timezone.get_default_timezone()
    due_at = job.cadence.find_last_due(now, zone)
    last = JobRun.objects.filter(job=job.name, requested_by=None).first()
    if last is not None and last.due_at >= due_at:
        return False
    missed = 0 if last is None else job.cadence.count_due(last.due_at, due_at, zone) - 1
    with transaction.atomic():
        run = create_job_run(job, due_at, missed=max(0, missed))
        if run is not None:
            enqueue_job_run(run)
    return run is not None


def enqueue_job_run(run: JobRun, at: datetime | None = None) -> None:
    """Queue a run that waits. Call it in the transaction that created the row.

    Args:
        run: the run.
        at: the earliest time to run it; None for at once.
    """
    result = run_scheduled_job.using(run_after=at).enqueue(run.pk)
    run.task_id = str(result.id)
    run.save(update_fields=["task_id"])


@task()
def run_scheduled_job(run_id: int) -> None:
    """Run one job, and keep its result. A run that ended is left alone.

    Args:
        run_id: id of the `JobRun`.
    """
    now = timezone.now()
    waiting = JobRun.objects.filter(pk=run_id, state__in=JobRun.OPEN)
    if not waiting.update(
        state=JobRun.State.RUNNING, attempts=F("attempts") + 1, started_at=now, ended_at=None
    ):
        return
    run = JobRun.objects.get(pk=run_id)
    job = find_scheduled_job(run.job)
    if job is None:
        _record_run_end(run, JobRun.State.DONE, "This installation no longer needs it.")
        return
    try:
        result = job.run(now)
    except JobFindingError as finding:
        at = timezone.now()
        record_job_failure(run=run, problem=str(finding)[:300], job=None, by=None, at=at)
    except Exception as error:  # noqa: BLE001
        # After any error, the next run must still come. The row keeps the kind of error only:
        # its message may hold a value from the data.
        _LOG.exception("Scheduled job %s failed.", job.name)
        problem = f"It stopped with an error ({type(error).__name__})."
        _record_error(run, problem, job)
    else:
        _record_run_end(run, JobRun.State.DONE, result)


def _record_error(run: JobRun, problem: str, job: ScheduledJob) -> None:
    with transaction.atomic():
        again_at = record_job_failure(run=run, problem=problem, job=job, by=None, at=timezone.now())
        if again_at is not None:
            enqueue_job_run(run, again_at)


def _record_run_end(run: JobRun, state: JobRun.State, result: str) -> None:
    run.state, run.result, run.ended_at = state, result[:300], timezone.now()
    run.save(update_fields=["state", "result", "ended_at"])
