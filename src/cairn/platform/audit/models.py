"""Rows of the audit log. No foreign keys: a line outlives its subject."""

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.platform.audit.chain import GENESIS_HASH, ChainEntry

_WORKER_TIMEOUT: Final = timedelta(minutes=1)
"""After this time the worker may have stopped, and the page offers to ask again."""


class AuditLine(models.Model):
    """One event, written by `log` only; the database refuses to change or delete a line."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(_("at"))
    event = models.CharField(_("event"), max_length=80)
    subject_kind = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=80)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_label = models.CharField(max_length=200)
    decision_id = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    codes = models.JSONField(default=list)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("sequence",)
        indexes = (
            models.Index(fields=["subject_kind", "subject_id"], name="audit_by_subject"),
            models.Index(fields=["event"], name="audit_by_event"),
        )

    def __str__(self) -> str:
        return f"{self.sequence}: {self.event} {self.subject}"

    @property
    def subject(self) -> str:
        """The subject of the line, as `kind:id`."""
        return f"{self.subject_kind}:{self.subject_id}"

    @property
    def entry(self) -> ChainEntry:
        """The line as the value that its hash covers."""
        return ChainEntry(
            sequence=self.sequence,
            at=self.at,
            event=self.event,
            subject_kind=self.subject_kind,
            subject_id=self.subject_id,
            actor_id=self.actor_id,
            actor_label=self.actor_label,
            decision_id=self.decision_id,
            outcome=self.outcome,
            codes=tuple(self.codes),
            detail=self.detail,
        )


class ChainHead(models.Model):
    """The newest line's number and hash, sealed with a key. One row, locked by each writer."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS_HASH)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head"),)

    def __str__(self) -> str:
        return f"head at {self.sequence}"


class WorkState(models.TextChoices):
    """The state of a piece of long work."""

    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


class Work(models.Model):
    """Progress of long work on one subject, newest attempt only; the audit log has the history."""

    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=160)
    step = models.CharField(max_length=120, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.RUNNING)
    message = models.TextField(blank=True)
    by_id = models.CharField(max_length=40, blank=True)
    by_label = models.CharField(max_length=200, blank=True)
    started = models.DateTimeField()
    updated = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "subject"], name="audit_one_work_a_subject"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: {self.state}"

    @property
    def is_running(self) -> bool:
        """Whether a page that shows this should ask again."""
        return self.state == WorkState.RUNNING

    @property
    def is_busy(self) -> bool:
        """Whether a new request would be useless: the work runs, or was requested just now."""
        is_overdue = not self.step and timezone.now() - self.updated > _WORKER_TIMEOUT
        return self.is_running and not is_overdue

    @property
    def percent(self) -> int:
        """How much of the present step is done, 0 to 100; 0 while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else 0
