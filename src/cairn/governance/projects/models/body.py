"""Store bodies that decide together: seats, meetings, agenda, votes, minutes."""

from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization
from cairn.governance.projects.labels import BALLOTS, BODIES
from cairn.governance.projects.models.project import Version

__all__ = ["AgendaItem", "Body", "Meeting"]


class Body(models.Model):
    """A committee or the executive body. `cairn.policy` applies the rules stored here."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=BODIES)
    mission = models.TextField(_("mission"))
    quorum = models.PositiveSmallIntegerField(_("quorum, in percent of the seats"), default=50)
    majority = models.PositiveSmallIntegerField(
        _("more than this percent of the votes must be in favor"), default=50
    )
    conflicts: models.JSONField[list[str], list[str]] = models.JSONField(
        _("when a member must not vote"), default=list
    )
    family_seat = models.BooleanField(
        _("decides only while families or young people have a seat"), default=True
    )
    unanimous = models.BooleanField(_("every vote must be in favor"), default=False)
    abstentions_count = models.BooleanField(
        _("abstentions count among the votes of the majority"), default=False
    )
    quorum_of_present = models.BooleanField(
        _("the quorum counts the members present"), default=False
    )
    proxies = models.BooleanField(_("absent members may name a proxy"), default=False)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "bodies"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[value for value, _label in BODIES]),
                name="projects_known_body",
            ),
            models.CheckConstraint(
                condition=models.Q(quorum__gte=1, quorum__lte=100, majority__lte=99),
                name="projects_quorum_is_a_percent",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """One member and their term. `listed` is the member's consent to be named in public."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="seats"
    )
    sector = models.CharField(_("sector"), max_length=80, blank=True)
    starts = models.DateField(_("from"))
    ends = models.DateField(_("through"), null=True, blank=True)
    for_families = models.BooleanField(_("a seat for families or young people"), default=False)
    listed = models.BooleanField(_("agrees to be named in public"), default=False)

    class Meta:
        ordering = ("starts", "pk")

    def __str__(self) -> str:
        return f"{self.user} in {self.body}"


class Meeting(models.Model):
    """One meeting. Minutes are written once; everyone who may see the committee can read them."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings")
    on = models.DateField(_("on"))
    place = models.CharField(_("where"), max_length=160, blank=True)
    present = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    minutes = models.TextField(_("minutes"), blank=True)
    minutes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    minutes_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-on", "-pk")

    def __str__(self) -> str:
        return f"{self.body}, {date_format(self.on, 'DATE_FORMAT')}"


class AgendaItem(models.Model):
    """A version of a project before a body, in one round; its vote is open until it is closed.

    `step` is the step of the workflow that the vote belongs to; it is empty in votes from before
    a body could vote at several steps.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agenda")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="hearings")
    round = models.PositiveSmallIntegerField()
    step = models.CharField(_("step"), max_length=60, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("meeting__on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["meeting", "version", "round", "step"],
                name="projects_heard_once_a_meeting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.version}, {self.meeting}"

    @property
    def pilot(self) -> bool:
        """Whether the project is a pilot."""
        return self.version.pilot


class Vote(models.Model):
    """One member's ballot. While the vote is open, a later ballot replaces an earlier one.

    `cast_by` is the member who cast it as a proxy; empty if the member did.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ballot = models.CharField(_("vote"), max_length=12, choices=BALLOTS)
    why = models.TextField(_("why"), blank=True)
    cast_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ballot__in=[value for value, _label in BALLOTS]),
                name="projects_known_ballot",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_ballot_display()}"


class Proxy(models.Model):
    """An absent member's choice of another member to vote for them; the last choice counts."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="proxies")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        verbose_name_plural = "proxies"

    def __str__(self) -> str:
        return f"{self.holder} for {self.user}"


class Recusal(models.Model):
    """A member's recusal from one agenda item."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="recusals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(_("why"), blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["item", "user"], name="projects_aside_once"),
        )

    def __str__(self) -> str:
        return f"{self.user} recused"


class Invitation(models.Model):
    """An invitation to a data partner to help decide how its data are used and described."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="invitations")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    agreement = models.CharField(_("with the agreement"), max_length=80)
    on = models.DateField(_("invited on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["body", "organization", "agreement"], name="projects_invited_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}, {date_format(self.on, 'DATE_FORMAT')}"
