"""Store opt-outs. A child is a keyed hash; `cairn.policy` decides who is left out."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.consents.models.consent import METHODS, RELATIONS
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary import OptOutScope

__all__ = ["OptOut"]

_SCOPES = {
    OptOutScope.ALL_DISCRETIONARY: _("All optional sharing"),
    OptOutScope.DIRECTORY: _("Directory information only"),
}

SCOPES = tuple((scope.value, label) for scope, label in _SCOPES.items())


class Recording(models.Model):
    """Opt-outs that one person recorded together, so that they can be undone together."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="opt_out_recordings"
    )
    scope = models.CharField(_("what is declined"), max_length=20, choices=SCOPES)
    season = models.CharField(_("school year"), max_length=7)
    # Empty if the family opted out on its own page.
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


class Said(models.Model):
    """Who made a statement about an opt-out, in which role, when, and how they were identified.

    `signer` is a keyed hash, so that two parents can be distinguished; `sealed` holds the name.
    """

    signer = models.CharField(_("keyed hash of who said it"), max_length=64, blank=True)
    sealed = models.BinaryField(_("who said it, sealed"), default=bytes)
    relation = models.CharField(_("relation"), max_length=16, choices=RELATIONS, blank=True)
    said_on = models.DateField(_("said"), null=True, blank=True)
    method = models.CharField(_("how"), max_length=12, choices=METHODS, blank=True)
    authenticated = models.CharField(_("how the signer was known"), max_length=200, blank=True)

    class Meta:
        abstract = True


class OptOut(Said):
    """One person's opt-out for one child, valid until it is withdrawn.

    If a district's list does not name the person, `signer` is empty: the opt-out leaves the child
    out like any other, and only the district's decision ends it.
    """

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
                fields=["organization", "child_key", "scope", "signer"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="consents_one_standing_opt_out",
            ),
        )

    def __str__(self) -> str:
        return f"opt-out {self.pk}"


class Objection(Said):
    """A request to end an opt-out by another person who holds the right.

    The child stays left out until the district decides (34 CFR 99.4).
    """

    opt_out = models.ForeignKey(OptOut, on_delete=models.PROTECT, related_name="objections")
    asked_at = models.DateTimeField(_("asked"))
    ends = models.BooleanField(_("the opt-out ends"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["opt_out", "signer"],
                condition=models.Q(answered_at__isnull=True),
                name="consents_one_open_objection",
            ),
        )

    def __str__(self) -> str:
        return f"objection {self.pk}"
