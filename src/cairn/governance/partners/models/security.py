"""Database rows of how an organization protects what it holds.

A row states facts; the policy package decides what follows from them.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models.organizations import Organization


class Assessment(models.Model):
    """One questionnaire that an organization answered about itself on a day."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="assessments"
    )
    questionnaire = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    # Item → "yes", "partly" or "no".
    answers = models.JSONField()
    score = models.PositiveSmallIntegerField(_("score, of 100"))
    note = models.TextField(_("findings in your own words"), blank=True)
    assessed_on = models.DateField(_("assessed"))
    expires_on = models.DateField(_("counts through"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-assessed_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("assessed_on")),
                name="partners_assessment_expires_later",
            ),
            models.CheckConstraint(
                condition=models.Q(score__lte=100), name="partners_score_of_100"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization}: {self.questionnaire} {self.assessed_on}"


class SecurityPlan(models.Model):
    """A privacy and security plan as it was adopted: the text itself, with its digest."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="plans")
    text = models.TextField()
    digest = models.CharField(max_length=64)
    adopted_on = models.DateField()
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-adopted_on", "-pk")

    def __str__(self) -> str:
        return f"{self.organization}: {self.adopted_on}"


class Bar(models.Model):
    """A period in which an organization is barred from education records (34 CFR 99.67)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="bars")
    until = models.DateField(_("barred until (inclusive)"))
    reason = models.TextField(_("who found what, and where that is written"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    lifted_on = models.DateField(null=True, blank=True)
    lifted_because = models.TextField(blank=True)

    class Meta:
        ordering = ("-until", "-pk")

    def __str__(self) -> str:
        return f"{self.organization}: {self.until}"


class Control(models.Model):
    """One protection that a service provider has, and the evidence for it."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="controls"
    )
    name = models.CharField(_("protection"), max_length=160)
    evidence = models.CharField(_("evidence"), max_length=300)
    seen_on = models.DateField(_("evidence seen"))

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class SubProcessor(models.Model):
    """A subcontractor to which a service provider passes data in order to do its work."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="sub_processors"
    )
    name = models.CharField(_("name"), max_length=160)
    service = models.CharField(_("what they do"), max_length=200)
    place = models.CharField(_("where the data lie"), max_length=120)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
