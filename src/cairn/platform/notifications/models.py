"""Store what people chose about email, the messages, and the tasks that they named."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailPreference(models.Model):
    """How one person wants email about tasks."""

    class Choice(models.TextChoices):
        """When a person gets email about tasks."""

        EACH = "each", _("When a task begins to wait for me")
        DAILY = "daily", _("Once a day, in the morning")
        OFF = "off", _("No email about tasks")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="mail_preference",
        primary_key=True,
    )
    choice = models.CharField(max_length=10, choices=Choice.choices, default=Choice.EACH)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}: {self.choice}"


class MailMessage(models.Model):
    """One email, until it is sent with its encrypted text."""

    class Kind(models.TextChoices):
        """What an email is about."""

        TASKS = "tasks", _("Tasks")
        INVITATION = "invitation", _("Sign-in link")
        PAPER_SIGNATURE = "paper_signature", _("Link to confirm a signature")

    class State(models.TextChoices):
        """How far an email has come."""

        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    # The person, for email about their tasks; a signer on paper has no account.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    sealed = models.BinaryField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    attempted_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("created_at", "pk")
        indexes = (models.Index(fields=["state", "next_try_at"], name="notifications_due"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.address}"


class MailedTask(models.Model):
    """A task that waits for a person and was named in an email."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    message = models.ForeignKey(MailMessage, on_delete=models.CASCADE, related_name="tasks")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "key"], name="notifications_one_email_a_task"),
        )

    def __str__(self) -> str:
        return f"{self.key} for {self.user}"
