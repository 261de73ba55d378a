"""Store the annual notices that schools and districts give to families, version by version."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization

__all__ = ["AnnualNoticeVersion"]


class AnnualNoticeVersion(models.Model):
    """One version of the annual notice of a school year (34 CFR 99.7, 99.37).

    A version never changes: a correction is a new version, and the earlier one stays readable,
    since disclosures rested on it. `directory` holds the elements (`record.field`) that the notice
    designates as directory information. `limited_to` holds the only recipients; empty if the notice
    names none.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="annual_notices"
    )
    season = models.CharField(_("school year"), max_length=7)
    version = models.PositiveIntegerField(_("version"))
    published_on = models.DateField(_("published"))
    directory: models.JSONField[list[str], list[str]] = models.JSONField(
        _("directory information"), default=list
    )
    opt_out_until = models.DateField(_("last day to opt out"), null=True, blank=True)
    limited_to: models.JSONField[list[str], list[str]] = models.JSONField(
        _("only recipients"), default=list
    )
    official_criteria = models.BooleanField(_("says who is a school official"))
    forwarding = models.BooleanField(_("says that records follow a student who transfers"))
    web_address = models.URLField(_("web address"), blank=True)
    correction = models.CharField(_("what was corrected"), max_length=400, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason"), max_length=400, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering = ("-season", "organization__name", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "season", "version"],
                name="consents_one_notice_a_version",
            ),
            models.UniqueConstraint(
                fields=["organization", "season"],
                condition=models.Q(replaced_at__isnull=True, withdrawn_at__isnull=True),
                name="consents_one_notice_in_effect",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}: {self.season}, version {self.version}"

    @property
    def is_in_effect(self) -> bool:
        """Whether this is the version on record for its school year."""
        return self.replaced_at is None and self.withdrawn_at is None
