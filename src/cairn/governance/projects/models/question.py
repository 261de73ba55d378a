"""Store the questions of a version, and every earlier wording."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.projects.models.project import Version


class Question(models.Model):
    """One question of a version.

    `follows` names the question it came from, as `reference code`. A dropped question stays, with
    its day and reason.
    """

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(_("number"), max_length=8)
    text = models.TextField(_("question"))
    asked_by = models.CharField(_("who asks it"), max_length=160)
    follows = models.CharField(_("follows from"), max_length=60, blank=True)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)
    dropped_why = models.TextField(_("why it was dropped"), blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["version", "code"], name="projects_question_once"),
            models.CheckConstraint(
                condition=models.Q(dropped_on__isnull=True) | ~models.Q(dropped_why=""),
                name="projects_dropped_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


class Wording(models.Model):
    """An earlier wording of a question, and why it changed."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="wordings")
    text = models.TextField()
    why = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text
