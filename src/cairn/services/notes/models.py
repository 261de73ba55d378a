"""Database rows of notes, contacts and appointments. No row of the governance database has a text.

`NoteText`, in the database of identities, has what was written, encrypted.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.policy.vocabulary import AppointmentState, NoteAudience
from cairn.services.programs.api import ContactChannel, Participant

__all__ = ["ContactOutcome", "NoteKind"]

AUDIENCE_LABELS = {
    NoteAudience.STAFF: _("Program staff"),
    NoteAudience.STEWARD: _("Data steward only"),
    NoteAudience.FAMILY: _("Staff and family"),
}
APPOINTMENT_LABELS = {
    AppointmentState.PLANNED: _("Planned"),
    AppointmentState.HELD: _("Held"),
    AppointmentState.MISSED: _("Missed"),
    AppointmentState.CANCELLED: _("Cancelled"),
    AppointmentState.RESCHEDULED: _("Rescheduled"),
}


class NoteKind(models.TextChoices):
    """What a note is about."""

    ACADEMIC = "academic", _("Academic")
    BEHAVIOR = "behavior", _("Behavior")
    HEALTH = "health", _("Health")
    FAMILY = "family", _("Family")
    OTHER = "other", _("Other")


class ContactOutcome(models.TextChoices):
    """What came of a contact."""

    REACHED = "reached", _("Reached")
    LEFT_MESSAGE = "left_message", _("Left a message")
    NO_ANSWER = "no_answer", _("No answer")


class WithdrawalReason(models.TextChoices):
    """Why a note or a contact was taken back."""

    WRONG_CHILD = "wrong_child", _("About another child")
    DUPLICATE = "duplicate", _("Entered twice")
    WRONG = "wrong", _("Not true")
    MISPLACED = "misplaced", _("Does not belong in this record")


class WithdrawableRecord(models.Model):
    """A record that is taken back, not deleted."""

    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    withdrawal_reason = models.CharField(
        _("why it was taken back"), max_length=12, choices=WithdrawalReason, blank=True
    )

    class Meta:
        abstract = True


class ParticipantNote(WithdrawableRecord):
    """A note about a participant; its versions have what it says."""

    # Of the page that was sent: sent twice, it is saved once.
    key = models.CharField(_("random key"), max_length=32, unique=True)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="notes")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"note {self.pk}"


class NoteVersion(models.Model):
    """One version of a note: the first one, or a correction. `NoteText` has the text."""

    note = models.ForeignKey(ParticipantNote, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    key = models.CharField(_("random key"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=NoteKind)
    audience = models.CharField(
        _("who may read it"), max_length=10, choices=list(AUDIENCE_LABELS.items())
    )
    day = models.DateField(_("day"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))

    class Meta:
        ordering = ("note", "number")
        constraints = (
            models.UniqueConstraint(fields=["note", "number"], name="notes_version_number"),
        )

    def __str__(self) -> str:
        return f"version {self.number} of note {self.note_id}"


class FamilyContact(WithdrawableRecord):
    """A contact with the family of a participant; `NoteText` has the adult and the summary."""

    key = models.CharField(_("random key"), max_length=32, unique=True)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="family_contacts"
    )
    day = models.DateField(_("day"))
    channel = models.CharField(_("channel"), max_length=10, choices=ContactChannel)
    outcome = models.CharField(_("outcome"), max_length=12, choices=ContactOutcome)
    follow_up_on = models.DateField(_("follow up on"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("-day", "-pk")

    def __str__(self) -> str:
        return f"contact {self.pk}"


class Appointment(models.Model):
    """An appointment about a participant; `NoteText` has the place, the adult and the purpose."""

    key = models.CharField(_("random key"), max_length=32, unique=True)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="appointments"
    )
    starts_at = models.DateTimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments"
    )
    state = models.CharField(
        _("status"),
        max_length=12,
        choices=list(APPOINTMENT_LABELS.items()),
        default=AppointmentState.PLANNED.value,
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    planned_at = models.DateTimeField(_("planned"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        ordering = ("starts_at", "pk")

    def __str__(self) -> str:
        return f"appointment {self.pk}"

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)


class NoteText(models.Model):
    """What was written in a note, a contact or an appointment, encrypted."""

    key = models.CharField(max_length=32, primary_key=True)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return self.key
