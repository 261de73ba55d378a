"""Store what people chose about email, the messages, and the tasks that they named."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["BouncedAddress", "MailMessage", "MailPreference", "MailedTask", "NoticeDelivery"]


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

    class Language(models.TextChoices):
        """The languages of emails."""

        ENGLISH = "en", _("English")
        SPANISH = "es", _("Spanish")

    choice = models.CharField(max_length=10, choices=Choice.choices, default=Choice.EACH)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.ENGLISH)
    # No email about tasks between these times of the installation's time zone; both or none.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
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
        FILE_REQUEST = "file_request", _("Link to send a file")
        PLACE_OFFER = "place_offer", _("Link to accept a place")
        REGISTRATION_LINK = "registration", _("Link to an unfinished registration")
        SIGN_IN = "sign_in", _("Notice of a change of a sign-in")
        FIGURE_ANSWER = "figure_answer", _("Answer about a figure")
        FIGURES = "figures", _("Published figures, once a week")

    class State(models.TextChoices):
        """How far an email has come."""

        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        BOUNCED = "bounced", _("Bounced")
        FAILED = "failed", _("Not sent")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    # The person, for email about their tasks; a signer on paper has no account.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.EmailField()
    # Part of the Message-ID, by which the report of a bounce names this message.
    token = models.CharField(max_length=40, blank=True, db_index=True)
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
        return f"{self.get_kind_display()} to {self.recipient}"

    @property
    def recipient(self) -> str:
        """The address, for people who manage email; not that of a family or a reader."""
        private = {
            MailMessage.Kind.PLACE_OFFER.value: _("A family"),
            MailMessage.Kind.REGISTRATION_LINK.value: _("A family"),
            MailMessage.Kind.FIGURE_ANSWER.value: _("A reader"),
        }
        return str(private.get(self.kind, self.address))


class BouncedAddress(models.Model):
    """An address to which email could not be delivered; nothing is sent to it until cleared."""

    address = models.EmailField(unique=True)
    bounced_at = models.DateTimeField()
    # The status code of the report, such as "5.1.1"; empty if a person marked it.
    status = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("address",)

    def __str__(self) -> str:
        return self.address


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


class NoticeDelivery(models.Model):
    """The proof that one person got notice of one task: the first delivery by each channel.

    It outlives the task and the message. A clock that ends without an answer counts from it.
    """

    class Channel(models.TextChoices):
        """How a notice was delivered."""

        EMAIL = "email", _("Email that the mail server took")
        INBOX = "inbox", _("Home, while signed in")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    delivered_at = models.DateTimeField()
    # The message, for email: if it bounces, it was no delivery.
    message = models.ForeignKey(
        MailMessage, null=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["key"], name="notifications_by_key"),)
        constraints = (
            models.UniqueConstraint(
                fields=["user", "key", "channel"],
                condition=models.Q(bounced_at=None),
                name="notifications_one_delivery",
            ),
        )

    def __str__(self) -> str:
        return f"{self.key} to {self.user}"
