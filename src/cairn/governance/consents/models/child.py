"""Store children as keyed hashes with encrypted labels, and who holds the right to consent.

A school's declaration about its records of all children gives the absence of a record about one
child a meaning.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.partners.models import Organization

__all__ = ["Child", "RosterEntry", "Says", "Statement", "Subject"]


class Child(models.Model):
    """One child of one organization. `sealed` holds the id, name and birth date, encrypted.

    Unknown facts stay unknown: `postsecondary` is NULL if it was never checked, and the birth date
    can be absent. `nations` (slugs) and `withheld` (elements that the school withholds) are NULL if
    nothing was recorded for this child; then the school's `Statement` decides.
    """

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="children_with_consents"
    )
    key = models.CharField(_("keyed hash of the child's id"), max_length=64, unique=True)
    sealed = models.BinaryField(_("label, sealed"))
    postsecondary = models.BooleanField(_("attends a college"), null=True, blank=True)
    # Also attends a college: the rights to the records here stay with the parents until age 18.
    dual_enrolled = models.BooleanField(_("also enrolled here"), default=False)
    postsecondary_since = models.DateField(_("known to attend one since"), null=True, blank=True)
    court_order = models.BooleanField(_("a court order limits a parent"), default=False)
    placement = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, blank=True, related_name="placements"
    )
    placement_since = models.DateField(_("placed since"), null=True, blank=True)
    placement_until = models.DateField(_("placed until"), null=True, blank=True)
    # The family's first statement in the record (34 CFR 99.21(b)(2)); `families` has its text.
    statement_on = models.DateField(_("family's statement since"), null=True, blank=True)
    hold = models.CharField(_("why nothing is shared for now"), max_length=200, blank=True)
    nations: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(
        _("tribal nations"), null=True, blank=True
    )
    withheld: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(
        _("elements kept back"), null=True, blank=True
    )

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "children"

    def __str__(self) -> str:
        return f"child {self.pk}"


class RosterEntry(models.Model):
    """A program's claim that it serves this child, from a day and optionally through a day.

    Until the child's school confirms it, the program can see only what the family itself allowed.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="rosters")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="roster")
    starts = models.DateField(_("from"))
    ends = models.DateField(_("to"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed by the school"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "roster entries"
        constraints = (
            models.UniqueConstraint(
                fields=["child", "organization"],
                condition=models.Q(ends__isnull=True),
                name="consents_once_on_a_roster",
            ),
        )

    def __str__(self) -> str:
        return f"roster entry {self.pk}"


class ConflictAnswer(models.Model):
    """The district's decision where two parents disagree, with its reason (34 CFR 99.4)."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="conflict_answers")
    form = models.ForeignKey(ConsentForm, on_delete=models.PROTECT, related_name="+")
    shares = models.BooleanField(_("the consent stands"))
    reason = models.CharField(_("reason"), max_length=400)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("decided"))

    class Meta:
        ordering = ("-answered_at", "-pk")

    def __str__(self) -> str:
        return f"answer {self.pk}"


class TaxEvidence(models.Model):
    """Evidence that a parent claims a child as a dependent (34 CFR 99.31(a)(8)).

    It names no parent: the law speaks of the parents, and one does not learn of the other's return.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="tax_evidence")
    tax_year = models.PositiveSmallIntegerField(_("tax year"))
    document = models.CharField(_("document seen"), max_length=120)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        ordering = ("-tax_year", "-pk")
        verbose_name_plural = "tax evidence"
        constraints = (
            models.UniqueConstraint(
                fields=["child", "tax_year"],
                condition=models.Q(ended_at__isnull=True),
                name="consents_one_tax_evidence_a_year",
            ),
        )

    def __str__(self) -> str:
        return f"tax evidence {self.pk}"


class Subject(models.TextChoices):
    """What a school declares about all its children at once."""

    NATIONS = "nations", _("Tribal nations of students")
    WITHHELD = "withheld", _("Data withheld for a student")


class Says(models.TextChoices):
    """What a school knows. "We do not know" is an answer too: then nothing is shared."""

    LISTED = "listed", _("Recorded in Cairn for every student concerned")
    NO_RECORD = "no_record", _("Our records show none for any student")
    NOT_KNOWN = "not_known", _("We do not know")


CONCLUSIVE_ANSWERS = (Says.LISTED.value, Says.NO_RECORD.value)
"""After these answers, a child without a record has no nation, or no withheld elements."""


class Statement(models.Model):
    """One declaration of one school. The newest one counts; no declaration is changed."""

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="statements"
    )
    subject = models.CharField(_("about"), max_length=12, choices=Subject.choices)
    says = models.CharField(_("says"), max_length=12, choices=Says.choices)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField(_("said"))

    class Meta:
        ordering = ("-said_at", "-pk")

    def __str__(self) -> str:
        return f"{self.organization}: {self.get_subject_display()}"
