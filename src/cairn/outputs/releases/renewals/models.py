"""Define the row of a renewal; the releases of its line point to it."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.policy.vocabulary import RenewalCadence

__all__ = ["CADENCE_CHOICES", "ReleaseRenewal"]

_CADENCE_LABELS: Final = {
    RenewalCadence.TERM: _("Each term"),
    RenewalCadence.SCHOOL_YEAR: _("Each school year"),
}
CADENCE_CHOICES: Final = tuple((cadence.value, label) for cadence, label in _CADENCE_LABELS.items())


class ReleaseRenewal(models.Model):
    """Store that the releases of one line renew themselves, since when, and who requested it.

    While it runs, `ended_at` is empty. A person or a rule of policy ends it: `ended_why` has the
    reasons of the rule. `refused_term` is the term for which no draft was allowed, and
    `refused_why` the reasons; both are empty once a draft was made.
    """

    cadence = models.CharField(_("renew"), max_length=10, choices=CADENCE_CHOICES)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_why = models.TextField(blank=True)
    refused_term = models.CharField(max_length=20, blank=True)
    refused_why = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(cadence__in=[value for value, _label in CADENCE_CHOICES]),
                name="releases_known_cadence",
            ),
            models.CheckConstraint(
                condition=models.Q(refused_term="") | ~models.Q(refused_why=""),
                name="releases_refused_renewal_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_cadence_display()}, {self.asked_at:%Y-%m-%d}"

    @property
    def is_running(self) -> bool:
        """Report whether it still drafts releases."""
        return self.ended_at is None
