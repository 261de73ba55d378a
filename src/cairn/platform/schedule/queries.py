"""Read the state of each scheduled job: last run, next run, and what was missed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Exists, Max, OuterRef, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from cairn.platform.inbox.api import InboxTask
from cairn.platform.schedule.declaration import ScheduledJob, list_scheduled_jobs
from cairn.platform.schedule.models import JobRun
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

__all__ = ["JobStatus", "list_job_statuses", "list_schedule_tasks"]

_MISSED_DAYS: Final = 7
_LATE_AFTER: Final = timedelta(minutes=10)
_NO_RUNS: Final = MappingProxyType(
    {"newest": 0, "last_success": None, "last_scheduled": None, "recently_missed": 0}
)


@dataclass(frozen=True, slots=True)
class JobStatus:
    """What the page of scheduled jobs shows about one job.

    Attributes:
        job: the job.
        last_run: its newest run, open or ended; None if it never ran.
        last_success: when a run of it last ended well; None if never.
        next_due: when it is due next.
        missed: due times of the last 7 days for which nothing ran, and those that wait now.
        is_late: whether a run has been due for over ten minutes and nothing started it.
    """

    job: ScheduledJob
    last_run: JobRun | None
    last_success: datetime | None
    next_due: datetime
    missed: int
    is_late: bool

    @property
    def is_open(self) -> bool:
        """Whether a run of it waits or runs."""
        return self.last_run is not None and self.last_run.state in JobRun.OPEN

    @property
    def has_failed(self) -> bool:
        """Whether its newest run failed."""
        return self.last_run is not None and self.last_run.state == JobRun.State.FAILED


def list_job_statuses(at: datetime) -> list[JobStatus]:
    """List the state of each job that this installation needs.

    Args:
        at: the time.

    Returns:
        One status a job, in the order of their names.
    """
    runs = {found["job"]: found for found in _summarize_runs(at)}
    newest = JobRun.objects.in_bulk([found["newest"] for found in runs.values()])
    return [
        _describe_job(job, at, runs.get(job.name, _NO_RUNS), newest)
        for job in list_scheduled_jobs()
    ]


def _summarize_runs(at: datetime) -> Iterable[Mapping[str, Any]]:
    """Summarize the runs of each job, with one query for all jobs.

    A run is stored when it starts to wait, and one job has one open run at most, so that the row
    stored last is the newest and the only one that can be open.
    """
    recent = Q(due_at__gt=at - timedelta(days=_MISSED_DAYS))
    return (
        JobRun.objects.order_by()
        .values("job")
        .annotate(
            newest=Max("pk"),
            last_success=Max("ended_at", filter=Q(state=JobRun.State.DONE)),
            last_scheduled=Max("due_at", filter=Q(requested_by=None)),
            recently_missed=Sum("missed", filter=recent),
        )
    )


def _describe_job(
    job: ScheduledJob, at: datetime, runs: Mapping[str, Any], newest: Mapping[int, JobRun]
) -> JobStatus:
    zone = timezone.get_default_timezone()
    scheduled = runs["last_scheduled"]
    overdue = 0 if scheduled is None else job.cadence.count_due(scheduled, at - _LATE_AFTER, zone)
    last_run = newest.get(runs["newest"])
    return JobStatus(
        job=job,
        last_run=last_run,
        last_success=runs["last_success"],
        next_due=job.cadence.find_next_due(at, zone),
        missed=(runs["recently_missed"] or 0) + overdue,
        is_late=overdue > 0 and (last_run is None or last_run.state not in JobRun.OPEN),
    )


def list_schedule_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the scheduled jobs that failed.

    Args:
        who: facts about the person.
        on: the day.

    Returns:
        One task for the data manager, or none.
    """
    if not may_open_page(Action.MANAGE_SCHEDULE, who, on=on).allowed:
        return []
    failed = _list_failed_jobs()
    if not failed:
        return []
    keys = tuple(f"job.failed:{name}" for name in failed)
    title = ngettext("scheduled job that failed", "scheduled jobs that failed", len(failed))
    return [InboxTask(len(failed), title, reverse("web:schedule"), minutes=10, keys=keys)]


def _list_failed_jobs() -> list[str]:
    """List the names of the jobs with a failed newest run, with one query for all jobs."""
    newer = JobRun.objects.filter(job=OuterRef("job"), started_at__gt=OuterRef("started_at"))
    failed = JobRun.objects.filter(~Exists(newer), state=JobRun.State.FAILED)
    names = set(failed.values_list("job", flat=True))
    return [job.name for job in list_scheduled_jobs() if job.name in names]
