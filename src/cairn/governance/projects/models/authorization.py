"""Store the authorizations of projects, and the conditions that come before them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models.organizations import Organization
from cairn.governance.projects.models.project import Version


class Condition(models.Model):
    """A condition that a body set before data may be used."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="conditions")
    round = models.PositiveSmallIntegerField()
    text = models.TextField(_("condition"))
    met_on = models.DateField(_("met on"), null=True, blank=True)
    met_how = models.TextField(_("how it was met"), blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(met_on__isnull=True) | ~models.Q(met_how=""),
                name="projects_met_says_how",
            ),
        )

    def __str__(self) -> str:
        return self.text


class Authorization(models.Model):
    """Permission to use named elements for named questions, by named people, through a last day.

    It copies what was authorized, so that later changes to the version do not affect it.
    """

    version = models.OneToOneField(Version, on_delete=models.PROTECT, related_name="authorization")
    question_of: models.JSONField[dict[str, list[str]], dict[str, list[str]]] = models.JSONField(
        _("elements, each with its questions")
    )
    first_year = models.CharField(_("first school year"), max_length=7)
    last_year = models.CharField(_("last school year"), max_length=7)
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="authorizations")
    organizations = models.ManyToManyField(Organization, related_name="authorizations")
    agreements: models.JSONField[list[str], list[str]] = models.JSONField()
    outputs: models.JSONField[list[str], list[str]] = models.JSONField()
    file_names: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    starts = models.DateField(_("from"))
    ends = models.DateField(_("through"))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField()
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_why = models.TextField(_("why it was revoked"), blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-granted_at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ends__gte=models.F("starts")), name="projects_leave_has_an_end"
            ),
            models.CheckConstraint(
                condition=models.Q(revoked_on__isnull=True) | ~models.Q(revoked_why=""),
                name="projects_revoked_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.version}, {self.starts} to {self.ends}"
