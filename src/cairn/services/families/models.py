"""Store the letters that open a family page, and families' requests for copies."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.consents.models.child import Child
from cairn.governance.partners.models import Organization
from cairn.policy.checks import find_record_copy_due_date, list_exclusions_for_family
from cairn.policy.vocabulary import AmendmentState, CopyExclusion
from cairn.services.programs.models import Participant, Program


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
    """A family's request for a copy of its child's record, due in 45 days (34 CFR 99.10).

    It is for the record of the child's school or district, or for a program's own record.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="copy_requests")
    # The letter that opened the page; empty in requests from before it was recorded.
    letter = models.ForeignKey(
        Letter, on_delete=models.PROTECT, null=True, related_name="copy_requests"
    )
    # The program's own record that is asked for; empty for the record of the school or district.
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="copy_requests"
    )
    sealed = models.BinaryField(_("who asks, sealed"))
    asked_at = models.DateTimeField(_("asked"))
    asked_on = models.DateField(_("asked on"))
    # Empty in requests from before Cairn knew the deadlines of state law.
    due_on = models.DateField(_("answer by"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.CharField(_("how it was answered"), max_length=400, blank=True)
    exclusions: models.JSONField[list[str], list[str]] = models.JSONField(
        _("left out of the copy"), default=list
    )
    counsel = models.CharField(_("reviewed by counsel"), max_length=120, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    # The copy to be downloaded; empty if there is none, or it is erased.
    sealed_copy = models.BinaryField(_("copy, sealed"), default=bytes)
    copy_until = models.DateField(_("copy can be downloaded through"), null=True, blank=True)
    left_out: models.JSONField[list[str], list[str]] = models.JSONField(
        _("record types left out"), default=list
    )
    texts_read = models.BooleanField(_("texts read"), default=False)
    downloaded_at = models.DateTimeField(_("last downloaded"), null=True, blank=True)

    class Meta:
        ordering = ("asked_on", "pk")

    def __str__(self) -> str:
        return f"request for a copy {self.pk}"

    @property
    def holder(self) -> Organization:
        """The organization that keeps the record and answers."""
        return self.participant.organization if self.participant else self.child.organization

    @property
    def due(self) -> date:
        """The last day on which the organization may answer."""
        return self.due_on or find_record_copy_due_date(self.asked_on)

    @property
    def said_exclusions(self) -> tuple[str, ...]:
        """What was left out of the copy, as far as the family may read it."""
        return list_exclusions_for_family(map(CopyExclusion, self.exclusions))

    @property
    def is_open(self) -> bool:
        """Whether the request still waits for an answer."""
        return self.answered_at is None and self.withdrawn_at is None

    @property
    def has_copy(self) -> bool:
        """Whether there is a copy to download."""
        return bool(self.sealed_copy) and self.withdrawn_at is None


class ProgramAccessStatement(models.Model):
    """What an organization states about one of its programs for families; the newest counts."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")
    shown = models.BooleanField(_("families read the record"))
    # Class of a service that a law of its own protects; empty for none.
    service = models.CharField(_("protected service"), max_length=30, blank=True)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    stated_at = models.DateTimeField(_("stated"))

    class Meta:
        ordering = ("-stated_at", "-pk")

    def __str__(self) -> str:
        return f"statement about program {self.program_id}"


class AmendmentRequest(models.Model):
    """A family's request to amend its child's record, through hearing and statement.

    Source: 34 CFR 99.20-99.22. What people wrote can name the child, so it is sealed, one field a
    step. `state` is a state of `AMENDMENT_TRANSITIONS`. A row is never deleted: a statement is kept
    as long as the record.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="amendment_requests")
    state = models.CharField(_("status"), max_length=20, default=AmendmentState.REQUESTED.value)
    sealed = models.BinaryField(_("who asks, and for what change, sealed"))
    # The letter that opened the page; empty if the request came on paper or by phone.
    letter = models.ForeignKey(
        Letter, on_delete=models.PROTECT, null=True, related_name="amendment_requests"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    scan = models.CharField(_("scan"), max_length=64, blank=True)
    scan_key = models.CharField(_("key of the scan, wrapped"), max_length=120, blank=True)
    scan_type = models.CharField(_("kind of file"), max_length=40, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    asked_on = models.DateField(_("asked on"))
    due_on = models.DateField(_("decide by"))
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sealed_decision = models.BinaryField(_("decision and reason, sealed"), default=bytes)
    hearing_asked_on = models.DateField(_("hearing requested"), null=True, blank=True)
    hearing_due_on = models.DateField(_("hold the hearing by"), null=True, blank=True)
    hearing_on = models.DateField(_("hearing"), null=True, blank=True)
    hearing_notified_on = models.DateField(_("family notified"), null=True, blank=True)
    has_impartial_officer = models.BooleanField(_("officer has no interest"), default=False)
    sealed_hearing = models.BinaryField(_("officer, time and place, sealed"), default=bytes)
    hearing_decided_on = models.DateField(_("decided after the hearing"), null=True, blank=True)
    hearing_decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sealed_hearing_decision = models.BinaryField(_("written decision, sealed"), default=bytes)
    # Record types that hold the contested part; empty if the organization did not say.
    contested: models.JSONField[list[str], list[str]] = models.JSONField(
        _("contested part"), default=list
    )
    statement_on = models.DateField(_("statement placed"), null=True, blank=True)
    sealed_statement = models.BinaryField(_("statement, sealed"), default=bytes)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ("asked_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in AmendmentState]),
                name="families_known_amendment_state",
            ),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("asked_on")),
                name="families_amendment_due_after_asked",
            ),
        )

    def __str__(self) -> str:
        return f"request to amend a record {self.pk}"

    @property
    def due(self) -> date | None:
        """The day by which the organization must act next; None if it has nothing to do."""
        days = {
            AmendmentState.REQUESTED: self.due_on,
            AmendmentState.HEARING_REQUESTED: self.hearing_due_on,
            AmendmentState.HEARING_SCHEDULED: self.hearing_on,
        }
        return days.get(AmendmentState(self.state))
