"""Store what was learned in a pilot: findings, and changes that were requested."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.projects.models.project import Project

LESSON_KINDS = (("finding", _("Finding")), ("change", _("Change asked for")))


class Lesson(models.Model):
    """One lesson of a pilot, and its resolution.

    It stays with the pilot, and the real project that is made from the pilot shows it.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="lessons")
    kind = models.CharField(_("kind"), max_length=8, choices=LESSON_KINDS)
    text = models.TextField(_("what was learned"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settled_how = models.TextField(_("what became of it"), blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind__in=[value for value, _label in LESSON_KINDS]),
                name="projects_known_lesson",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_on__isnull=True) | ~models.Q(settled_how=""),
                name="projects_settled_says_how",
            ),
        )

    def __str__(self) -> str:
        return self.text
