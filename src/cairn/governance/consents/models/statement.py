"""Store what schools declare about their records of all children.

A declaration gives the absence of a record about one child a meaning.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.models.organizations import Organization

__all__ = ["Says", "Statement", "Subject"]


class Subject(models.TextChoices):
    """What a school declares about all its children at once."""

    NATIONS = "nations", _("Tribal nations of the children")
    WITHHELD = "withheld", _("What is kept back for a child")


class Says(models.TextChoices):
    """What a school knows. "We do not know" is an answer too: then nothing is shared."""

    LISTED = "listed", _("It is recorded here for every child whom it concerns")
    NO_RECORD = "no_record", _("Our records hold no such thing about any child")
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
