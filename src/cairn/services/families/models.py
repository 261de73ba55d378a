"""Store the letters that open a family page, and families' requests for copies."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.consents.models.child import Child
from cairn.governance.partners.models import Organization
from cairn.policy.checks import find_record_copy_due_date


class LetterState(models.TextChoices):
    """Whether a letter's code is valid. Never stored: computed for a date."""

    COUNTS = "counts", _("Valid")
    STOPPED = "stopped", _("Deactivated")
    RAN_OUT = "ran_out", _("Expired")
    RIGHTS_PASSED = "rights_passed", _("Ended: rights transferred to the student")


class LetterRun(models.Model):
    """Letters that were printed together, so that they can be stopped together."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="letter_runs"
    )
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    printed_at = models.DateTimeField(_("printed"))
    expires_on = models.DateField(_("codes count through"))

    class Meta:
        ordering = ("-printed_at", "-pk")

    def __str__(self) -> str:
        return f"{self.organization}, {self.printed_at:%Y-%m-%d}"


class Letter(models.Model):
    """One letter to one family. Its code is random and stored only as a keyed hash."""

    run = models.ForeignKey(LetterRun, on_delete=models.PROTECT, related_name="letters")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="letters")
    code = models.CharField(_("keyed hash of the code"), max_length=64, unique=True)
    language = models.CharField(_("language"), max_length=8)
    expires_on = models.DateField(_("counts through"))
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    opened_at = models.DateTimeField(_("last opened"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"letter {self.pk}"

    def is_valid(self, on: date) -> bool:
        """Whether the code opens the page on a date (the last day included)."""
        return self.revoked_at is None and on <= self.expires_on


class WrongCodes(models.Model):
    """Number of wrong codes for one letter, or from one address, in ten minutes.

    `of` is a keyed hash of the letter or address; `window` numbers the ten minutes.
    """

    of = models.CharField(_("keyed hash of what is counted"), max_length=64)
    window = models.BigIntegerField(_("which ten minutes"), db_index=True)
    wrong = models.PositiveIntegerField(_("wrong codes"), default=0)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "wrong codes"
        constraints = (
            models.UniqueConstraint(fields=["of", "window"], name="families_one_count_a_window"),
        )

    def __str__(self) -> str:
        return f"{self.wrong} wrong codes in window {self.window}"


class CopyRequest(models.Model):
    """A family's request for a copy of its child's record, due in 45 days (34 CFR 99.10)."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="copy_requests")
    sealed = models.BinaryField(_("who asks, sealed"))
    asked_at = models.DateTimeField(_("asked"))
    asked_on = models.DateField(_("asked on"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.CharField(_("how it was answered"), max_length=400, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ("asked_on", "pk")

    def __str__(self) -> str:
        return f"request for a copy {self.pk}"

    @property
    def due(self) -> date:
        """The last day on which the district may answer."""
        return find_record_copy_due_date(self.asked_on)

    @property
    def is_open(self) -> bool:
        """Whether the request still waits for an answer."""
        return self.answered_at is None and self.withdrawn_at is None
