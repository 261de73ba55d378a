"""Database rows of organizations and the people who act for them.

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

    def live(self, on: date) -> "LiveOn":
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
