"""Delete rows that only the schedule and the queue need, once they are old."""

from datetime import datetime, time, timedelta
from typing import Final

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from cairn.platform.schedule.cadence import EveryDay
from cairn.platform.schedule.declaration import ScheduledJob
from cairn.platform.schedule.models import JobRun

_KEPT: Final = timedelta(days=14)
"""How long ended runs stay. The audit log keeps failures for good."""


def delete_old_rows(now: datetime) -> str:
    """Delete ended runs and tasks that are over 14 days old, and sessions that have ended.

    Args:
        now: the time.

    Returns:
        How many of each, in one sentence.
    """
    ended = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)
    newest = {
        pk
        for job in JobRun.objects.values_list("job", flat=True).distinct()
        for pk in JobRun.objects.filter(job=job).values_list("pk", flat=True)[:1]
    }
    old_runs = JobRun.objects.filter(due_at__lt=now - _KEPT).exclude(state__in=JobRun.OPEN)
    runs, _rows = old_runs.exclude(pk__in=newest).delete()
    old_tasks = DBTaskResult.objects.filter(status__in=ended, finished_at__lt=now - _KEPT)
    tasks, _rows = old_tasks.delete()
    sessions, _rows = Session.objects.filter(expire_date__lt=now).delete()
    return f"Deleted {runs} runs, {tasks} tasks and {sessions} sessions."


CLEANUP_JOB: Final = ScheduledJob(
    name="schedule.cleanup",
    title=_("Delete old runs and sessions"),
    purpose=_(
        "Deletes rows about ended runs and tasks after 14 days, and sessions that have ended. The "
        "audit log keeps its lines."
    ),
    cadence=EveryDay(time(3, 30)),
    run=delete_old_rows,
)
