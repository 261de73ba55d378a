"""Rows of what families decline. A child is a keyed hash; who is left out, `rules` says."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.partners.models import Organization
from cairn.rules.vocabulary import OptOutScope

_SCOPES = {
    OptOutScope.ALL_DISCRETIONARY: _("All sharing that the law leaves open"),
    OptOutScope.DIRECTORY: _("Directory information only"),
}
SCOPES = tuple((scope.value, label) for scope, label in _SCOPES.items())


class Recording(models.Model):
    """One sitting: the opt-outs that one person recorded together, so that it can be undone."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="opt_out_recordings"
    )
    scope = models.CharField(_("what is declined"), max_length=20, choices=SCOPES)
    season = models.CharField(_("school year"), max_length=7)
    # Nobody, where the family said so itself on its own page.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(scope__in=[value for value, _label in SCOPES]),
                name="consents_known_scope",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}: {self.get_scope_display()}, {self.season}"


class OptOut(models.Model):
    """One family's choice for one child. It stands until it is withdrawn."""

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="opt_outs")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="opt_outs"
    )
    scope = models.CharField(_("what is declined"), max_length=20, choices=SCOPES)
    child_key = models.CharField(_("keyed hash of the child's id"), max_length=64)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "child_key", "scope"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="consents_one_standing_opt_out",
            ),
        )

    def __str__(self) -> str:
        return f"opt-out {self.pk}"
