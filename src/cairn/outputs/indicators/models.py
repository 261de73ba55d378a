"""Database rows of indicators: each row is one version of a definition. They hold no figures."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization


class IndicatorVersion(models.Model):
    """Store one version of an indicator's definition, as TOML.

    A version is a draft until a member of the data committee approves it; after that it never
    changes, because published figures name it. `author` wrote it last; `writers` holds the IDs of
    all who wrote on it. `counted` points to the preview's file in the
    store, as `zone/digest`; it is empty if the definition was not counted as it reads now.
    """

    indicator = models.CharField(_("ID"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    definition = models.TextField(_("definition"))
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="indicator_versions"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("written"))
    writers: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    counted = models.CharField(max_length=90, blank=True)
    agreements: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    previewed_at = models.DateTimeField(_("previewed"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    class Meta:
        ordering = ("indicator", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=("indicator", "version"), name="indicators_one_row_a_version"
            ),
            models.UniqueConstraint(
                fields=("indicator",),
                condition=models.Q(approved_at__isnull=True),
                name="indicators_one_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True, approved_by__isnull=True)
                | (
                    models.Q(approved_at__isnull=False, approved_by__isnull=False)
                    & ~models.Q(counted="")
                ),
                name="indicators_approved_after_preview",
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator} {self.version}"
