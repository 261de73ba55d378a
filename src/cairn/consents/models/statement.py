"""What a school says of its records about all its children, so that silence about one has a
meaning."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.partners.models import Organization


class Subject(models.TextChoices):
    """What is said of every child at once."""

    NATIONS = "nations", _("Tribal nations of the children")
    WITHHELD = "withheld", _("What is kept back for a child")


class Says(models.TextChoices):
    """What a school knows. That it does not know is an answer too: then nothing is shared."""

    LISTED = "listed", _("It is recorded here for every child whom it concerns")
    NO_RECORD = "no_record", _("Our records hold no such thing about any child")
    NOT_KNOWN = "not_known", _("We do not know")


KNOWN = (Says.LISTED.value, Says.NO_RECORD.value)
"""After these a child of whom nothing is recorded has no nation, or nothing kept back."""


class Statement(models.Model):
    """One statement of one school, by name and day. The newest one counts; none is changed."""

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
