"""Store each run of a recurring job."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["JobRun"]


class JobRun(models.Model):
    """One run of a recurring job, for one due time.

    Two rows for one due time, or two open runs of one job, cannot be stored. So two workers that
    find the same job due start it once, and a slow run never overlaps the next one.
    """

    class State(models.TextChoices):
        """How far a run has come."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    OPEN: Final = (State.WAITING, State.RUNNING)

    job = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Due times before this one for which nothing ran: no worker was up, or a run was still going.
    missed = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=300, blank=True)
    # The queue's id of the task that runs it; if that task is gone, the run was cut short.
    task_id = models.CharField(max_length=64, blank=True)
    # The person who chose "Run now"; none for a run of the schedule.
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-due_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["job", "due_at"], name="schedule_one_run_a_due_time"),
            models.UniqueConstraint(
                fields=["job"],
                condition=models.Q(state__in=("waiting", "running")),
                name="schedule_one_open_run_a_job",
            ),
        )

    def __str__(self) -> str:
        return f"{self.job} at {self.due_at}"
