"""Store breaches of data and the notices to data owners. No row names a student."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.agreements.api import Agreement
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary import BreachKind, BreachState

BREACH_KINDS: Final = (
    (BreachKind.UNAUTHORIZED_DISCLOSURE.value, _("Data went to someone who may not have them")),
    (BreachKind.UNAUTHORIZED_ACCESS.value, _("Someone opened data without permission")),
    (BreachKind.LOSS.value, _("A device, file or password was lost or stolen")),
    (BreachKind.OTHER_USE.value, _("Data were used for another purpose, or kept too long")),
)
BREACH_STATES: Final = (
    (BreachState.OPEN.value, _("Open")),
    (BreachState.CLOSED.value, _("Closed")),
)


class Breach(models.Model):
    """One breach of data under an agreement."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="breaches"
    )
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="breaches")
    kind = models.CharField(_("what happened"), max_length=30, choices=BREACH_KINDS)
    discovered_at = models.DateTimeField(_("discovered"))
    described = models.TextField(_("in words"))
    students = models.PositiveIntegerField(_("students concerned"), null=True, blank=True)
    state = models.CharField(
        _("status"), max_length=8, choices=BREACH_STATES, default=BreachState.OPEN.value
    )
    remedy = models.TextField(_("what was done"), blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("-discovered_at", "-pk")
        verbose_name_plural = "breaches"

    def __str__(self) -> str:
        return f"{self.organization}, {self.discovered_at:%Y-%m-%d}"


class BreachNotice(models.Model):
    """A data owner was notified of a breach."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="notices")
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="breach_notices")
    notified_at = models.DateTimeField(_("notified"))
    how = models.CharField(_("how"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("notified_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["breach", "owner"], name="breaches_one_notice_an_owner"
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner}, {self.notified_at:%Y-%m-%d}"
