"""Store the partnership's own policies in versions, with an owner and a review date."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization
from cairn.governance.projects.labels import POLICIES


class Policy(models.Model):
    """One version of the charter or of a policy. The newest version of a kind counts."""

    kind = models.CharField(_("kind"), max_length=24, choices=POLICIES)
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"))
    owner = models.CharField(_("policy owner"), max_length=120)
    adopted_on = models.DateField(_("adopted on"))
    review_on = models.DateField(_("next review"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("kind", "-version")
        constraints = (
            models.UniqueConstraint(fields=["kind", "version"], name="projects_one_policy_version"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[value for value, _label in POLICIES]),
                name="projects_known_policy",
            ),
            models.CheckConstraint(
                condition=models.Q(review_on__gt=models.F("adopted_on")),
                name="projects_reviewed_after_adopted",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.version}"


class Acknowledgement(models.Model):
    """An organization's acknowledgement of one version of a policy."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="acknowledgements")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(
                fields=["policy", "organization"], name="projects_acknowledged_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}: {self.policy}"
