"""Define the rows of survey figures: protected counts, reviews and dates; never an answer."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.data.surveys.api import Survey
from cairn.policy.vocabulary import ReviewVerdict, SurveyFiguresState

__all__ = ["SurveyFigures"]

_STATE_LABELS = {
    SurveyFiguresState.NOT_COUNTED: _("Not counted"),
    SurveyFiguresState.IN_REVIEW: _("In review"),
    SurveyFiguresState.PUBLISHED: _("Published"),
    SurveyFiguresState.WITHDRAWN: _("Withdrawn"),
}
_VERDICT_LABELS = {
    ReviewVerdict.APPROVE: _("Approve"),
    ReviewVerdict.RETURN: _("Ask for changes"),
}
FIGURES_STATE_CHOICES = tuple((state.value, label) for state, label in _STATE_LABELS.items())
FIGURES_VERDICT_CHOICES = tuple(
    (verdict.value, label) for verdict, label in _VERDICT_LABELS.items()
)


class SurveyFigures(models.Model):
    """The figures of one survey, protected.

    `tables` holds one entry for each table: the question in both languages, and for each choice its
    number, or null where it is suppressed. `round` counts how often they were counted; each review
    belongs to one round. `counted_file` is the file of answers that was counted.
    """

    survey = models.OneToOneField(Survey, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=FIGURES_STATE_CHOICES)
    purpose = models.CharField(max_length=30)
    tables: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField()
    minimum_cell = models.PositiveIntegerField()
    counted_file = models.CharField(max_length=90)
    round = models.PositiveSmallIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.TextField(blank=True)

    class Meta:
        ordering = ("-counted_at", "-pk")

    def __str__(self) -> str:
        return self.survey.title


class SurveyFiguresReview(models.Model):
    """One reviewer's verdict on the figures of a survey."""

    figures = models.ForeignKey(SurveyFigures, on_delete=models.CASCADE, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(max_length=10, choices=FIGURES_VERDICT_CHOICES)
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["figures", "round", "reviewer"], name="survey_figures_one_review_a_reviewer"
            ),
        )

    def __str__(self) -> str:
        return f"{self.figures}, {self.verdict}"
