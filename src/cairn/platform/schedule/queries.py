"""Read the state of each scheduled job: last run, next run, and what was missed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Sum
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
    return [_load_job_status(job, at) for job in list_scheduled_jobs()]


def _load_job_status(job: ScheduledJob, at: datetime) -> JobStatus:
    zone = timezone.get_default_timezone()
    runs = JobRun.objects.filter(job=job.name)
    done = runs.filter(state=JobRun.State.DONE).order_by("-ended_at").first()
    scheduled = runs.filter(requested_by=None).first()
    recent = runs.filter(due_at__gt=at - timedelta(days=_MISSED_DAYS))
    missed = recent.aggregate(total=Sum("missed"))["total"] or 0
    overdue = (
        0 if scheduled is None else job.cadence.count_due(scheduled.due_at, at - _LATE_AFTER, zone)
    )
    is_open = runs.filter(state__in=JobRun.OPEN).exists()
    return JobStatus(
        job=job,
        last_run=runs.order_by("-started_at", "-pk").first(),
        last_success=done.ended_at if done else None,
        next_due=job.cadence.find_next_due(at, zone),
        missed=missed + overdue,
        is_late=overdue > 0 and not is_open,
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
