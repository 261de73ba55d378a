"""Rows of what was agreed. Whether an agreement is in force is computed, never stored."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.partners.models import Organization


class Agreement(models.Model):
    """One agreement by its reference. `text` is the newest version, exactly as it was loaded."""

    reference = models.CharField(_("reference"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=240)
    text = models.TextField(_("text (TOML)"))
    version = models.PositiveIntegerField(_("version"), default=1)
    parties = models.ManyToManyField(Organization, related_name="agreements")

    class Meta:
        ordering = ("reference",)

    def __str__(self) -> str:
        return f"{self.reference}: {self.title}"


class AgreementVersion(models.Model):
    """Every text an agreement ever had, so that an earlier decision can still be explained."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text (TOML)"))
    digest = models.CharField(_("sha256 of the text"), max_length=64)
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField(_("loaded"))

    class Meta:
        ordering = ("agreement__reference", "-version")
        constraints = (
            models.UniqueConstraint(
                fields=["agreement", "version"], name="agreements_one_text_a_version"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agreement.reference}, version {self.version}"
