"""Database rows of destruction: owners' demands, destruction runs and certificates.

A duty to destroy is computed and has no row. A row is written when someone demands,
destroys or certifies. Files of the store that no record names have a row while they wait.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary import DutyCause, DutyState

__all__ = [
    "DUTY_CAUSE_CHOICES",
    "Demand",
    "DestructionCertificate",
    "DestructionRun",
    "UnrecordedFile",
]

_DUTY_STATE_LABELS = {
    DutyState.DUE: _("Due"),
    DutyState.DEMANDED: _("Requested by data owner"),
    DutyState.RUNNING: _("In progress"),
    DutyState.CERTIFIED: _("Certified, awaiting data owner"),
    DutyState.DISPUTED: _("Disputed by data owner"),
    DutyState.ACCEPTED: _("Accepted by data owner"),
}

_DUTY_CAUSE_LABELS = {
    DutyCause.TERM: _("Retention period ended"),
    DutyCause.AGREEMENT_ENDED: _("Agreement ended"),
    DutyCause.TERMINATED: _("Agreement terminated"),
    DutyCause.PROJECT_ENDED: _("Project ended"),
    DutyCause.DEMAND: _("Requested by data owner"),
    DutyCause.REVOKED: _("Consent revoked"),
}

DUTY_STATE_CHOICES = tuple((state.value, label) for state, label in _DUTY_STATE_LABELS.items())
DUTY_CAUSE_CHOICES = tuple((cause.value, label) for cause, label in _DUTY_CAUSE_LABELS.items())


class Demand(models.Model):
    """A data owner's demand, for any reason, to destroy its data under an agreement by a day."""

    agreement = models.CharField(_("agreement"), max_length=80)
    owner = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(_("reason"), blank=True)
    due_on = models.DateField(_("destroy by"))
    demanded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    demanded_at = models.DateTimeField(_("requested"))
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["agreement", "owner"],
                condition=models.Q(taken_back_at__isnull=True),
                name="retention_one_standing_demand",
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner}, {self.agreement}"


class DestructionRun(models.Model):
    """One duty that is being carried out: its scope, and the files destroyed so far.

    `references` name the holdings (`delivery:12`); `planned` has the files of each before the first
    of them was destroyed; `done` has an entry for each holding that is destroyed.
    """

    agreement = models.CharField(_("agreement"), max_length=80)
    owner = models.SlugField(_("data owner"), max_length=60)
    holders: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    cause = models.CharField(_("reason"), max_length=20, choices=DUTY_CAUSE_CHOICES)
    due_on = models.DateField(_("destroy by"))
    state = models.CharField(_("state"), max_length=10, choices=DUTY_STATE_CHOICES)
    references: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    planned: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    done: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list
    )
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField(_("started"))
    decision_id = models.CharField(max_length=64)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    disputed_why = models.TextField(_("reason for dispute"), blank=True)

    class Meta:
        ordering = ("-begun_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[value for value, _label in DUTY_STATE_CHOICES]),
                name="retention_known_state",
            ),
            models.CheckConstraint(
                condition=models.Q(cause__in=[value for value, _label in DUTY_CAUSE_CHOICES]),
                name="retention_known_cause",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DutyState.DISPUTED.value) | ~models.Q(disputed_why=""),
                name="retention_disputed_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner}, {self.agreement}"

    @property
    def certificate(self) -> "DestructionCertificate | None":
        """The newest certificate, which is the valid one."""
        return self.certificates.order_by("-pk").first()


class DestructionCertificate(models.Model):
    """What was destroyed, by which user, how and when.

    `digest` is the SHA-256 of the certificate's JSON and is in the audit log.
    """

    run = models.ForeignKey(DestructionRun, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(_("number"), max_length=20, unique=True)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    digest = models.CharField(max_length=64)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(_("issued"))

    class Meta:
        ordering = ("-issued_at", "-pk")

    def __str__(self) -> str:
        return self.number


class UnrecordedFile(models.Model):
    """A file of the store that no record names, from the night it is found until it is destroyed.

    The row is deleted as soon as a record names the file, or the file is destroyed.
    """

    name = models.CharField(_("file"), max_length=90, unique=True)
    listed_at = models.DateTimeField(_("found"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name
