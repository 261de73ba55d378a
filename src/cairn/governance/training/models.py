"""Store what people signed and passed; `cairn.policy` decides what follows on a given date."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

__all__ = ["Completion"]


class Signature(models.Model):
    """One person's signature under one version of the confidentiality agreement. Never changed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="confidentiality"
    )
    version = models.CharField(_("version"), max_length=20)
    # SHA-256 of exactly the text that was shown, in hexadecimal.
    digest = models.CharField(_("digest of the text"), max_length=64)
    typed_name = models.CharField(_("name as typed"), max_length=120)
    how = models.CharField(_("how the person was known"), max_length=120)
    signed_at = models.DateTimeField(_("signed"))

    class Meta:
        ordering = ("-signed_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["user", "version", "digest"], name="training_signed_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.version}"


class Attempt(models.Model):
    """One attempt at a course quiz, passed or not."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts"
    )
    course = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    # The chosen answer to each question, counted from 1, in quiz order.
    answers = models.JSONField()
    right = models.PositiveSmallIntegerField()
    of = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(right__lte=models.F("of")), name="training_no_more_than_all"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.course} {self.right}/{self.of}"


class Completion(models.Model):
    """A completed course that is valid from one day through another (both inclusive)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="completions"
    )
    course = models.CharField(_("course"), max_length=60)
    version = models.CharField(_("version"), max_length=20)
    passed_on = models.DateField(_("passed"))
    expires_on = models.DateField(_("counts through"))
    how = models.CharField(_("how"), max_length=200)
    # The person who attested the training; empty if the quiz was passed in Cairn.
    attested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attested",
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-passed_on", "course")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("passed_on")),
                name="training_expires_after_passing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.course}"


class SelfRating(models.Model):
    """A person's rating of one of their own skills on a day, from 1 (new) to 4 (teaches it)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ratings"
    )
    skill = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    rated_on = models.DateField()

    class Meta:
        ordering = ("skill", "-rated_on")
        constraints = (
            models.UniqueConstraint(
                fields=["user", "skill", "rated_on"], name="training_one_rating_a_day"
            ),
            models.CheckConstraint(
                condition=models.Q(level__gte=1, level__lte=4), name="training_known_level"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.skill} {self.level}"
