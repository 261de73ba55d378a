"""Database rows of a program's own records. No row of the governance database names a child."""

from datetime import date, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.api import Organization
from cairn.services.programs.group_offers.offer_lines import FeePeriod, OfferLine, list_offer_lines

__all__ = [
    "AttendanceStatus",
    "ContactChannel",
    "ExitReason",
    "IncidentKind",
    "Meal",
    "MealReason",
    "Participant",
    "Program",
    "ProgramFunding",
    "SessionSeries",
    "StaffPosition",
]

WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)
"""As `date.weekday` counts them."""


class AttendanceStatus(models.TextChoices):
    """How a child attended one session."""

    PRESENT = "present", _("Present")
    ABSENT = "absent", _("Absent")
    EXCUSED = "excused", _("Excused")
    LATE = "late", _("Late")
    LEFT_EARLY = "left_early", _("Left early")


ATTENDED = frozenset({AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY})
"""The statuses of a child who was there, for all of the session or a part."""


class ContactChannel(models.TextChoices):
    """How a family is reached."""

    CALL = "call", _("Phone call")
    TEXT = "text", _("Text message")
    EMAIL = "email", _("Email")
    IN_PERSON = "in_person", _("In person")
    LETTER = "letter", _("Letter")


class ExitReason(models.TextChoices):
    """Why an enrollment ended."""

    COMPLETED = "completed", _("Completed the program")
    MOVED = "moved", _("Moved away")
    SCHEDULE = "schedule", _("Schedule or transportation")
    FAMILY_CHOICE = "family_choice", _("Family's choice")
    STOPPED = "stopped", _("Stopped attending")
    MISTAKE = "mistake", _("Enrolled by mistake")
    OTHER = "other", _("Other")


class Program(models.Model):
    """What an organization offers, such as an after-school reading program."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="programs_run"
    )
    name = models.CharField(_("name of the program"), max_length=120)
    description = models.CharField(_("what it offers"), max_length=300, blank=True)
    # First hour of each band but the lowest; empty for the bands of the federal report.
    band_hours: models.JSONField[list[int], list[int]] = models.JSONField(
        _("bands of hours"), default=list, blank=True
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint("organization", "name", name="programs_program_name"),
        )

    def __str__(self) -> str:
        return self.name


class SessionSeries(models.Model):
    """A group of a program that meets at one site on set days of the week."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="series")
    site = models.CharField(_("site"), max_length=120)
    name = models.CharField(_("name of the group"), max_length=120)
    weekdays: models.JSONField[list[int], list[int]] = models.JSONField(_("days of the week"))
    starts_at = models.TimeField(_("begins at"))
    ends_at = models.TimeField(_("ends at"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    ages = models.CharField(_("ages or grades"), max_length=80, blank=True)
    fee = models.DecimalField(_("fee"), max_digits=7, decimal_places=2, null=True, blank=True)
    fee_period = models.CharField(_("fee for"), max_length=8, choices=FeePeriod, blank=True)
    languages: models.JSONField[list[str], list[str]] = models.JSONField(
        _("languages"), default=list, blank=True
    )
    outcome = models.CharField(_("outcome it aims at"), max_length=60, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        ordering = ("site", "name")
        verbose_name_plural = "session series"
        constraints = (
            models.UniqueConstraint("program", "site", "name", name="programs_series_name"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="programs_series_begins_before_it_ends",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.site}"

    @property
    def offer_lines(self) -> tuple[OfferLine, ...]:
        """What the group offers a family, in the language of the page."""
        return list_offer_lines(self.ages, self.fee, self.fee_period, self.languages, self.outcome)

    @property
    def minutes(self) -> int:
        """How long a session lasts by the clock on the wall, also when daylight saving begins."""
        day = date(2000, 1, 1)
        length = datetime.combine(day, self.ends_at) - datetime.combine(day, self.starts_at)
        return int(length / timedelta(minutes=1))

    @property
    def weekday_names(self) -> str:
        """The days of the week in words."""
        names = dict(WEEKDAYS)
        if len(self.weekdays) == len(WEEKDAYS):
            return str(_("Every day"))
        return ", ".join(str(names[weekday]) for weekday in sorted(self.weekdays))

    def find_roster_day(self, on: date) -> date:
        """Find the day of the roster on a page: `on`, or the nearest day of the group's time."""
        return min(max(on, self.first_day), self.last_day or date.max)

    def meets_on(self, day: date) -> bool:
        """Tell whether the plan has a session on a day."""
        ended = self.last_day is not None and day > self.last_day
        return day >= self.first_day and not ended and day.weekday() in self.weekdays


class StaffPosition(models.TextChoices):
    """What a staff member does at a program or site."""

    TUTOR = "tutor", _("Tutor")
    COACH = "coach", _("Coach")
    INSTRUCTOR = "instructor", _("Instructor")
    NAVIGATOR = "navigator", _("Navigator")
    LIAISON = "liaison", _("Liaison")
    SITE_LEAD = "site_lead", _("Site lead")
    FELLOW = "fellow", _("Fellow or intern")
    SHARED = "shared", _("Position shared with a school or district")
    VOLUNTEER = "volunteer", _("Volunteer")
    OTHER = "other", _("Other")


def name_assignment(program: str, site: str) -> str:
    """Name a program and a site in words; without a program, all of the organization's."""
    name = program or str(_("All programs"))
    return f"{name}, {site}" if site else name


class StaffAssignment(models.Model):
    """That a staff member works at a program or a site, from its first to its last day."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="staff_assignments"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    position = models.CharField(_("position"), max_length=12, choices=StaffPosition)
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="staff_assignments"
    )
    site = models.CharField(_("site"), max_length=120, blank=True)
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), null=True, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    assigned_at = models.DateTimeField(_("assigned"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ("person__name", "-starts", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True)
                | models.Q(ends__gte=models.F("starts"))
                | models.Q(ended_at__isnull=False),
                name="programs_assignment_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The program and the site in words, such as "Homework help, Alder"."""
        return name_assignment(self.program.name if self.program else "", self.site)

    @property
    def is_ever_active(self) -> bool:
        """Whether it is in force on any day; one that was ended before its first day is not."""
        return self.ends is None or self.starts <= self.ends


class FundingPeriods(models.QuerySet["ProgramFunding"]):
    """Fundings of programs by date: whether one counts is computed for a day, never stored."""

    def filter_active(self, on: date) -> "FundingPeriods":
        """Return the fundings that have begun and not ended on a date, both ends inclusive."""
        return self.filter(starts__lte=on).filter(
            models.Q(ends__isnull=True) | models.Q(ends__gte=on)
        )


class ProgramFunding(models.Model):
    """That an organization funds a program, from the first to the last day. It opens no data."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="fundings")
    funder = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="programs_funded"
    )
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = FundingPeriods.as_manager()

    class Meta:
        ordering = ("funder__name", "-starts", "-pk")
        constraints = (
            # An end before the first day marks a funding that was recorded by mistake.
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True)
                | models.Q(ends__gte=models.F("starts"))
                | models.Q(ended_at__isnull=False),
                name="programs_funding_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["program", "funder"],
                condition=models.Q(ends__isnull=True),
                name="programs_one_open_funding",
            ),
        )

    def __str__(self) -> str:
        return f"{self.funder}: {self.program}"

    @property
    def is_ever_active(self) -> bool:
        """Whether it counts on any day; one that was recorded by mistake does not."""
        return self.ends is None or self.starts <= self.ends


class RecordPeriod(models.Model):
    """How long an organization keeps its own records of a child, after the child's last day."""

    organization = models.OneToOneField(
        Organization, on_delete=models.PROTECT, related_name="record_period"
    )
    years = models.PositiveSmallIntegerField(_("years after the child's last day"))
    has_federal_award = models.BooleanField(_("a federal award pays for a program"), default=False)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    chosen_at = models.DateTimeField(_("chosen"))

    def __str__(self) -> str:
        return f"{self.organization}: {self.years}"


class RecordDestruction(models.Model):
    """That records of children were destroyed. It is the certificate, and names no child."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="record_destructions"
    )
    years = models.PositiveSmallIntegerField(_("years after the child's last day"))
    children = models.PositiveIntegerField(_("records destroyed"))
    first_last_day = models.DateField(_("earliest last day of a child"))
    latest_last_day = models.DateField(_("latest last day of a child"))
    destroyed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    destroyed_at = models.DateTimeField(_("destroyed"))

    class Meta:
        ordering = ("-destroyed_at", "-pk")

    def __str__(self) -> str:
        return f"destruction {self.pk}"


class Participant(models.Model):
    """One organization's own record of a child; `ParticipantIdentity` has the name, encrypted.

    After its destruction the row stays without a name, so that hours of past years still add up.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="participants"
    )
    key = models.CharField(_("random key"), max_length=32, unique=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added"))
    destruction = models.ForeignKey(
        RecordDestruction, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"participant {self.pk}"


class HoldReason(models.TextChoices):
    """Why a record is kept after its period. Nothing is written about the matter itself."""

    ORDER = "order", _("Court order or subpoena")
    CLAIM = "claim", _("Claim or complaint")
    AUDIT = "audit", _("Audit or monitoring visit")
    INSPECTION = "inspection", _("A family's request to see the record")


class RecordHold(models.Model):
    """That a child's record is kept after its period until the hold ends."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(_("reason"), max_length=12, choices=HoldReason)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    placed_at = models.DateTimeField(_("placed"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ("placed_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["participant"],
                condition=models.Q(ended_at__isnull=True),
                name="programs_record_held_once",
            ),
        )

    def __str__(self) -> str:
        return f"hold {self.pk}"


class ParticipantIdentity(models.Model):
    """Who a participant is, encrypted, in the database of identities."""

    key = models.CharField(max_length=32, primary_key=True)
    # Keyed hash of the organization, the name and the birth date: finds a child entered twice.
    lookup = models.CharField(max_length=64, db_index=True)
    sealed = models.BinaryField()

    class Meta:
        verbose_name_plural = "participant identities"

    def __str__(self) -> str:
        return self.key


class ProgramEnrollment(models.Model):
    """A child's time in one group, from its first to its last day."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="enrollments"
    )
    series = models.ForeignKey(SessionSeries, on_delete=models.PROTECT, related_name="enrollments")
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), null=True, blank=True)
    exit_reason = models.CharField(_("why it ended"), max_length=20, choices=ExitReason, blank=True)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    enrolled_at = models.DateTimeField(_("enrolled"))

    class Meta:
        ordering = ("starts", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["participant", "series"],
                condition=models.Q(ends__isnull=True),
                name="programs_enrolled_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="programs_enrollment_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"enrollment {self.pk}"

    def find_last_day(self, on: date) -> date | None:
        """Find the child's last day: that of the enrollment, or of a group that has ended."""
        group_end = self.series.last_day
        return self.ends or (group_end if group_end is not None and group_end < on else None)

    def holds_place_on(self, day: date) -> bool:
        """Tell whether the child holds a place in the group on a day."""
        return self.starts <= day and (self.ends is None or self.ends >= day)


class AttendanceMark(models.Model):
    """How one child attended on one day. A correction is a new mark that replaces the old one."""

    enrollment = models.ForeignKey(
        ProgramEnrollment, on_delete=models.PROTECT, related_name="attendance_marks"
    )
    day = models.DateField(_("day"))
    status = models.CharField(_("attendance"), max_length=12, choices=AttendanceStatus)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField(_("reason for the correction"), max_length=200, blank=True)

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["enrollment", "day"],
                condition=models.Q(replaces__isnull=True),
                name="programs_first_mark_of_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_status_display()} on {self.day}"


class OfflineMark(models.Model):
    """A mark that a device sent after it had no connection. Sent again, it is recognized."""

    key = models.CharField(_("random key"), max_length=36, unique=True)
    mark = models.ForeignKey(
        AttendanceMark, on_delete=models.PROTECT, related_name="sent_by_devices"
    )
    # A remark: the time on the clock of the device. Nothing is decided by it.
    device_time = models.DateTimeField(_("time on the device"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    received_at = models.DateTimeField(_("received"))

    class Meta:
        ordering = ("received_at", "pk")

    def __str__(self) -> str:
        return f"offline mark {self.pk}"


class ChildPickUp(models.Model):
    """That a child left with an adult; `PickUpIdentity` has the name, encrypted."""

    key = models.CharField(_("random key"), max_length=32, unique=True)
    enrollment = models.ForeignKey(
        ProgramEnrollment, on_delete=models.PROTECT, related_name="pick_ups"
    )
    day = models.DateField(_("day"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("signed out"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["enrollment", "day"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="programs_signed_out_once",
            ),
        )

    def __str__(self) -> str:
        return f"pick-up {self.pk}"


class PickUpIdentity(models.Model):
    """The adult of a pick-up and the signature, encrypted, in the database of identities."""

    key = models.CharField(max_length=32, primary_key=True)
    sealed = models.BinaryField()
    # The lines that the adult drew on the screen; empty without a signature.
    sealed_signature = models.BinaryField(default=b"")

    class Meta:
        verbose_name_plural = "pick-up identities"

    def __str__(self) -> str:
        return self.key


class CancelledSession(models.Model):
    """A day on which a group did not meet, although its plan has a session."""

    series = models.ForeignKey(
        SessionSeries, on_delete=models.PROTECT, related_name="cancelled_sessions"
    )
    day = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=200)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("cancelled"))

    class Meta:
        ordering = ("day",)
        constraints = (
            models.UniqueConstraint("series", "day", name="programs_session_cancelled_once"),
        )

    def __str__(self) -> str:
        return f"no session on {self.day}"


class RegistrationOffer(models.Model):
    """How families register a child online for a group."""

    series = models.OneToOneField(
        SessionSeries, on_delete=models.PROTECT, related_name="registration_offer"
    )
    closes_on = models.DateField(_("last day to register"))
    asks_safety = models.BooleanField(_("asks for allergies and who may pick up"), default=False)
    consent_text = models.CharField(_("consent"), max_length=500, blank=True)
    consent_text_es = models.CharField(_("consent in Spanish"), max_length=500, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(_("opened"))

    def __str__(self) -> str:
        return f"registration for {self.series}"

    def get_consent_text(self, language: str) -> str:
        """Return the text of the consent in a language, "en" or "es"."""
        return self.consent_text_es if language == "es" else self.consent_text


class RegistrationState(models.TextChoices):
    """What became of a registration."""

    WAITING = "waiting", _("Waiting")
    OFFERED = "offered", _("Place offered")
    ACCEPTED = "accepted", _("Place accepted")
    ENROLLED = "enrolled", _("Enrolled")
    DECLINED = "declined", _("Declined")


UNDECIDED_STATES: Final = (
    RegistrationState.WAITING,
    RegistrationState.OFFERED,
    RegistrationState.ACCEPTED,
)


class Registration(models.Model):
    """A child that a family registered online; `RegistrationIdentity` has the name, encrypted."""

    series = models.ForeignKey(
        SessionSeries, on_delete=models.PROTECT, related_name="registrations"
    )
    key = models.CharField(_("random key"), max_length=32, unique=True)
    # Of the page that was sent: sent twice, it registers once.
    token = models.CharField(max_length=64, unique=True)
    reference = models.CharField(_("reference"), max_length=12, unique=True)
    state = models.CharField(
        max_length=10, choices=RegistrationState, default=RegistrationState.WAITING
    )
    language = models.CharField(_("language"), max_length=2)
    consents = models.BooleanField(_("consent to sharing"), null=True)
    sent_at = models.DateTimeField(_("registered"))
    enrollment = models.ForeignKey(
        ProgramEnrollment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # Of the link by which the family answers an offer; the key itself is in the email alone.
    offer_digest = models.CharField(max_length=64, blank=True)
    offered_until = models.DateField(_("offered until"), null=True)

    class Meta:
        ordering = ("sent_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["offer_digest"],
                condition=~models.Q(offer_digest=""),
                name="programs_one_registration_of_a_link",
            ),
        )

    def __str__(self) -> str:
        return f"registration {self.reference}"

    def is_offer_expired(self, on: date) -> bool:
        """Tell whether a place was offered, and its last day passed without an answer."""
        is_offered = self.state == RegistrationState.OFFERED
        return is_offered and self.offered_until is not None and self.offered_until < on


class RegistrationIdentity(models.Model):
    """The child and the contacts of a registration, encrypted, in the database of identities."""

    key = models.CharField(max_length=32, primary_key=True)
    sealed = models.BinaryField()

    class Meta:
        verbose_name_plural = "registration identities"

    def __str__(self) -> str:
        return self.key


class RegistrationDraft(models.Model):
    """An unfinished registration that a family saved, encrypted, in the database of identities.

    It holds no decision, and is deleted when the registration is sent or its days are over.
    """

    # Keyed hash of the code; the code itself is with the family alone.
    digest = models.CharField(max_length=64, unique=True)
    # Keyed hash of the token of its pages: the registration that is sent ends all of its drafts.
    walk = models.CharField(max_length=64, db_index=True)
    series_number = models.PositiveBigIntegerField()
    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(db_index=True)
    expires_on = models.DateField()

    def __str__(self) -> str:
        return f"unfinished registration {self.pk}"


class NightlyDelivery(models.Model):
    """That a program's records are sent each night under an agreement, in the name of a user."""

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, related_name="nightly_deliveries"
    )
    agreement_reference = models.CharField(_("agreement"), max_length=80)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # Why it ended by itself; empty if a person ended it.
    refusal = models.CharField(_("why it was refused"), max_length=300, blank=True)

    class Meta:
        ordering = ("-started_at", "-pk")
        verbose_name_plural = "nightly deliveries"
        constraints = (
            models.UniqueConstraint(
                fields=["program"],
                condition=models.Q(ended_at__isnull=True),
                name="programs_one_nightly_delivery",
            ),
        )

    def __str__(self) -> str:
        return f"{self.program} under {self.agreement_reference}"


class Meal(models.TextChoices):
    """A type of meal, as the Child and Adult Care Food Program counts it."""

    BREAKFAST = "breakfast", _("Breakfast")
    LUNCH = "lunch", _("Lunch")
    SNACK = "snack", _("Snack")
    SUPPER = "supper", _("Supper")


class MealReason(models.TextChoices):
    """Why a meal is counted or corrected after the day; no text, which could name a child."""

    LATE = "late", _("Counted late")
    WRONG = "wrong", _("Counted wrong")
    ATTENDANCE = "attendance", _("Attendance corrected")
    OTHER = "other", _("Other")


class MealCount(models.Model):
    """How many children were served a meal at one session. A correction replaces the count."""

    series = models.ForeignKey(SessionSeries, on_delete=models.PROTECT, related_name="meal_counts")
    day = models.DateField(_("day"))
    meal = models.CharField(_("meal"), max_length=10, choices=Meal)
    served = models.PositiveSmallIntegerField(_("children served"))
    # Numbers of the enrollments that were marked; empty if only the number was counted.
    children: models.JSONField[list[int], list[int]] = models.JSONField(default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=MealReason, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["series", "day", "meal"],
                condition=models.Q(replaces__isnull=True),
                name="programs_first_count_of_a_meal",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_meal_display()} on {self.day}"


class IncidentKind(models.TextChoices):
    """What kind of incident a report is about."""

    INJURY = "injury", _("Injury")
    BEHAVIOR = "behavior", _("Behavior")
    MISSING = "missing", _("Missing child")
    MEDICATION = "medication", _("Medication")
    OTHER = "other", _("Other")


class IncidentState(models.TextChoices):
    """How far an incident report is."""

    DRAFT = "draft", _("Draft")
    FILED = "filed", _("Filed")
    CLOSED = "closed", _("Closed")


class Incident(models.Model):
    """An incident in a program; `IncidentText` has what happened, encrypted."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="incidents")
    key = models.CharField(_("random key"), max_length=32, unique=True)
    occurred_at = models.DateTimeField(_("when"))
    kind = models.CharField(_("kind"), max_length=12, choices=IncidentKind)
    state = models.CharField(max_length=8, choices=IncidentState, default=IncidentState.DRAFT)
    children = models.ManyToManyField(Participant, related_name="incidents")
    licensing_informed_at = models.DateTimeField(_("licensing agency informed"), null=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("written"))
    filed_at = models.DateTimeField(_("filed"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(_("closed"), null=True)

    class Meta:
        ordering = ("-occurred_at", "-pk")

    def __str__(self) -> str:
        return f"incident {self.pk}"


class IncidentAddendum(models.Model):
    """What was added to an incident report after it was filed; its text is an `IncidentText`."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="addenda")
    key = models.CharField(_("random key"), max_length=32, unique=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added"))

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "incident addenda"

    def __str__(self) -> str:
        return f"addendum {self.pk}"


class IncidentText(models.Model):
    """The text of an incident report or an addendum, encrypted, in the database of identities."""

    key = models.CharField(max_length=32, primary_key=True)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return self.key


class IncidentDeadline(models.Model):
    """Within how many hours an organization informs its licensing agency of an incident."""

    organization = models.OneToOneField(
        Organization, on_delete=models.PROTECT, related_name="incident_deadline"
    )
    hours = models.PositiveSmallIntegerField(_("hours"))

    def __str__(self) -> str:
        return f"{self.hours} hours"
