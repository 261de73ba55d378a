"""Database rows of organizations, their people, and how they protect what they hold.

A row states facts; the policy package decides what follows from them.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.policy.vocabulary import OrganizationKind, Role

__all__ = ["Affiliation", "Organization"]

_ORGANIZATION_KIND_LABELS = {
    OrganizationKind.SCHOOL_DISTRICT: _("School district"),
    OrganizationKind.STATE_EDUCATION_AGENCY: _("State education agency"),
    OrganizationKind.POSTSECONDARY: _("College or university"),
    OrganizationKind.COMMUNITY_PROGRAM: _("Community program"),
    OrganizationKind.HEALTH: _("Health agency"),
    OrganizationKind.GOVERNMENT: _("Government agency"),
    OrganizationKind.TRIBAL_NATION: _("Tribal nation"),
    OrganizationKind.BACKBONE: _("Backbone organization"),
    OrganizationKind.VENDOR: _("Service provider"),
    OrganizationKind.FUNDER: _("Foundation or other funder"),
}

_ROLE_LABELS = {
    Role.DATA_MANAGER: _("Data manager"),
    Role.STEWARD: _("Data steward"),
    Role.ANALYST: _("Analyst"),
    Role.REVIEWER: _("Release reviewer"),
    Role.PROGRAM_STAFF: _("Program staff"),
    Role.COUNSEL: _("Counsel"),
    Role.COMMITTEE_MEMBER: _("Data committee member"),
}

ORGANIZATION_KINDS = tuple((kind.value, label) for kind, label in _ORGANIZATION_KIND_LABELS.items())
ROLE_CHOICES = tuple((role.value, label) for role, label in _ROLE_LABELS.items())


class Organization(models.Model):
    """A partner: a district, a program, an agency, or the partnership's own backbone
    organization.
    """

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=30, choices=ORGANIZATION_KINDS)
    website = models.URLField(_("website"), blank=True)
    # The state decides which state law applies; the other values stay unknown until entered.
    state = models.CharField(_("state"), max_length=2, blank=True)
    is_education_program = models.BooleanField(
        _("principally engaged in education"), null=True, blank=True
    )
    is_educational_agency = models.BooleanField(
        _("an educational agency under FERPA"), null=True, blank=True
    )
    is_covered_entity = models.BooleanField(_("covered by HIPAA"), null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[value for value, _label in ORGANIZATION_KINDS]),
                name="partners_known_kind",
            ),
        )

    def __str__(self) -> str:
        return self.name


class LiveOn(models.QuerySet["Affiliation"]):
    """Affiliations by date: access is computed for a day, never read from a stored status."""

    def filter_active(self, on: date) -> "LiveOn":
        """Return the affiliations that have begun and have not ended on a date (both ends
        inclusive).
        """
        return self.filter(starts__lte=on).filter(
            models.Q(ends__isnull=True) | models.Q(ends__gte=on)
        )


class Affiliation(models.Model):
    """A person's role in one organization, from a first day and possibly to a last day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliations"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="affiliations"
    )
    role = models.CharField(_("role"), max_length=20, choices=ROLE_CHOICES)
    starts = models.DateField(_("from"))
    ends = models.DateField(_("to (inclusive)"), null=True, blank=True)

    objects = LiveOn.as_manager()

    class Meta:
        ordering = ("organization__name", "role", "starts")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=[value for value, _label in ROLE_CHOICES]),
                name="partners_known_role",
            ),
            # An end before the first day marks a role that never took effect.
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=models.Q(ends__isnull=True),
                name="partners_one_open_role",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} at {self.organization}"


class Contact(models.Model):
    """A contact person for an organization's data, who need not have an account."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="contacts"
    )
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("title"), max_length=120, blank=True)
    email = models.EmailField(_("email"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} ({self.organization})"


class Assessment(models.Model):
    """One questionnaire that an organization answered about itself on a day."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="assessments"
    )
    questionnaire = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    # Item → "yes", "partly" or "no".
    answers = models.JSONField()
    score = models.PositiveSmallIntegerField(_("score, of 100"))
    note = models.TextField(_("findings in your own words"), blank=True)
    assessed_on = models.DateField(_("assessed"))
    expires_on = models.DateField(_("counts through"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-assessed_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("assessed_on")),
                name="partners_assessment_expires_later",
            ),
            models.CheckConstraint(
                condition=models.Q(score__lte=100), name="partners_score_of_100"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}: {self.questionnaire} {self.assessed_on}"


class SecurityPlan(models.Model):
    """A privacy and security plan as it was adopted: the text itself, with its digest."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="plans")
    text = models.TextField()
    digest = models.CharField(max_length=64)
    adopted_on = models.DateField()
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-adopted_on", "-pk")

    def __str__(self) -> str:
        return f"{self.organization}: {self.adopted_on}"


class Bar(models.Model):
    """A period in which an organization is barred from education records (34 CFR 99.67)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="bars")
    # The data owner that the bar protects; all data owners without one.
    owner = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="bars_from_records", null=True
    )
    until = models.DateField(_("barred until (inclusive)"))
    reason = models.TextField(_("who found what, and where that is written"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    lifted_on = models.DateField(null=True, blank=True)
    lifted_because = models.TextField(blank=True)

    class Meta:
        ordering = ("-until", "-pk")

    def __str__(self) -> str:
        return f"{self.organization}: {self.until}"


class StateReview(models.Model):
    """Counsel's answers about the law of a state for which Cairn has no pack."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="state_reviews"
    )
    state = models.CharField(_("state"), max_length=2)
    counsel = models.CharField(_("counsel"), max_length=120)
    law = models.TextField(_("statutes and rules reviewed"))
    # The other answers by field of `StateLawReview`, as JSON values.
    answers = models.JSONField()
    reviewed_on = models.DateField(_("reviewed"))
    expires_on = models.DateField(_("counts through"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-reviewed_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("reviewed_on")),
                name="partners_state_review_expires_later",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}: {self.state} {self.reviewed_on}"


class Control(models.Model):
    """One protection that a service provider has, and the evidence for it."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="controls"
    )
    name = models.CharField(_("protection"), max_length=160)
    evidence = models.CharField(_("evidence"), max_length=300)
    seen_on = models.DateField(_("evidence seen"))
    # Code of the safeguard that agreements require and this evidence confirms; empty for others.
    safeguard = models.CharField(_("safeguard"), max_length=24, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class SubProcessor(models.Model):
    """A subcontractor to which a service provider passes data in order to do its work."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="sub_processors"
    )
    name = models.CharField(_("name"), max_length=160)
    service = models.CharField(_("what they do"), max_length=200)
    place = models.CharField(_("where the data lie"), max_length=120)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class DataTool(models.Model):
    """A system in which an organization keeps or works with data, such as a registration tool."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="data_tools"
    )
    name = models.CharField(_("tool"), max_length=120)
    used_for = models.CharField(
        _("used for"),
        max_length=300,
        help_text=_("For example: registration and attendance of a program."),
    )
    yearly_cost = models.PositiveIntegerField(
        _("cost a year, in dollars"),
        null=True,
        blank=True,
        help_text=_("Leave blank if you do not know it."),
    )
    contact = models.CharField(
        _("contact"),
        max_length=160,
        blank=True,
        help_text=_("A role, or a name with an address at work."),
    )

    class Meta:
        ordering = ("organization__name", "name")
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "name"], name="partners_one_tool_an_organization"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.organization.name})"


class ToolConnection(models.Model):
    """A way on which data go from one tool to another."""

    class Method(models.TextChoices):
        """How the data go over."""

        AUTOMATIC = "automatic", _("Automatic")
        FILE = "file", _("By file")
        BY_HAND = "by_hand", _("Typed by hand")

    source = models.ForeignKey(
        DataTool, on_delete=models.CASCADE, related_name="sends_to", verbose_name=_("from")
    )
    target = models.ForeignKey(
        DataTool, on_delete=models.CASCADE, related_name="gets_from", verbose_name=_("to")
    )
    carries = models.CharField(
        _("data"), max_length=300, help_text=_("For example: names and attendance, each Friday.")
    )
    method = models.CharField(_("how"), max_length=12, choices=Method.choices)

    class Meta:
        ordering = ("source__organization__name", "source__name", "target__name")
        constraints = (
            models.UniqueConstraint(
                fields=["source", "target"], name="partners_one_connection_a_pair"
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")),
                name="partners_connection_of_two_tools",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
