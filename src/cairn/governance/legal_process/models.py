"""Store legal process for a data owner's records, and public-records requests.

No row names a student: the text of a demand can, so what it asks for is sealed.
"""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary import (
    LegalProcessKind,
    LegalProcessState,
    PublicRequestLevel,
    PublicRequestState,
)

PROCESS_KINDS: Final = (
    (LegalProcessKind.SUBPOENA.value, _("Subpoena of a court or grand jury")),
    (LegalProcessKind.COURT_ORDER.value, _("Court order")),
    (LegalProcessKind.JUDICIAL_WARRANT.value, _("Warrant signed by a judge")),
    (LegalProcessKind.ADMINISTRATIVE_SUBPOENA.value, _("Subpoena of an agency")),
    (
        LegalProcessKind.ADMINISTRATIVE_WARRANT.value,
        _("Warrant of an agency, without a judge (such as an immigration warrant)"),
    ),
    (LegalProcessKind.OTHER_DEMAND.value, _("Other demand or letter")),
)

PROCESS_STATES: Final = (
    (LegalProcessState.ON_HOLD.value, _("On hold for counsel")),
    (LegalProcessState.CLEARED.value, _("Counsel: comply")),
    (LegalProcessState.CONTESTED.value, _("Counsel: contest")),
    (LegalProcessState.DISCLOSED.value, _("Disclosed")),
    (LegalProcessState.WITHDRAWN.value, _("Withdrawn")),
)

REQUEST_LEVELS: Final = (
    (PublicRequestLevel.FIGURES.value, _("Figures about students")),
    (PublicRequestLevel.INDIVIDUAL.value, _("Education records of individual students")),
    (PublicRequestLevel.OTHER_RECORDS.value, _("Other records, such as agreements or minutes")),
)

REQUEST_STATES: Final = (
    (PublicRequestState.OPEN.value, _("Open")),
    (PublicRequestState.RELEASED.value, _("Released")),
    (PublicRequestState.DENIED.value, _("Denied")),
    (PublicRequestState.WITHDRAWN.value, _("Withdrawn")),
)


class LegalProcess(models.Model):
    """One subpoena, order, warrant or other demand for the records of a data owner."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="legal_processes"
    )
    kind = models.CharField(_("kind"), max_length=30, choices=PROCESS_KINDS)
    issuer = models.CharField(_("issued by"), max_length=160)
    sealed = models.BinaryField(_("what it asks for, sealed"))
    issued_on = models.DateField(_("issued"))
    received_on = models.DateField(_("received"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    secrecy = models.CharField(_("order that forbids notice"), max_length=200, blank=True)
    state = models.CharField(
        _("status"), max_length=12, choices=PROCESS_STATES, default=LegalProcessState.ON_HOLD.value
    )
    effort_on = models.DateField(_("effort to notify"), null=True, blank=True)
    effort = models.CharField(_("how the family was notified"), max_length=400, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_on = models.DateField(_("counsel decided"), null=True, blank=True)
    reason = models.TextField(_("counsel's reason"), blank=True)
    # The partner that receives the records, and the students, as counsel allows; empty if unknown.
    recipient = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sealed_students = models.BinaryField(_("students, sealed"), default=bytes)
    disclosed_on = models.DateField(_("disclosed"), null=True, blank=True)
    disclosed = models.TextField(_("what was disclosed"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("-received_on", "-pk")
        verbose_name_plural = "legal processes"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.issuer}"


class PublicRequest(models.Model):
    """One request under a public-records law, with its answer."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="public_requests"
    )
    requester = models.CharField(_("requested by"), max_length=160)
    asked = models.TextField(_("what is requested"))
    level = models.CharField(_("about"), max_length=20, choices=REQUEST_LEVELS)
    law = models.CharField(_("law"), max_length=160)
    received_on = models.DateField(_("received"))
    due_on = models.DateField(_("due"))
    state = models.CharField(
        _("status"), max_length=12, choices=REQUEST_STATES, default=PublicRequestState.OPEN.value
    )
    answer = models.TextField(_("answer"), blank=True)
    exemption = models.CharField(_("exemption"), max_length=200, blank=True)
    is_deidentified = models.BooleanField(_("passed disclosure review"), default=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_on = models.DateField(_("answered"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("received_on")),
                name="legal_process_due_after_received",
            ),
        )

    def __str__(self) -> str:
        return f"{self.requester}, {self.received_on}"
