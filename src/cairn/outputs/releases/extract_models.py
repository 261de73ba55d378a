"""Define the rows of extracts: request, treatment, reviews and pickup of de-identified rows.

The data themselves are sealed in the store; these tables hold no value of them.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.governance.partners.api import Organization
from cairn.governance.projects.api import Project
from cairn.policy.vocabulary import ExtractState, ReviewVerdict

__all__ = ["TEXT_KEPT", "TEXT_OPEN", "TEXT_WITHHELD", "Extract", "ExtractReview", "TextReading"]

_EXTRACT_STATE_LABELS = {
    ExtractState.ASKED: _("Requested"),
    ExtractState.IN_REVIEW: _("In review"),
    ExtractState.RETURNED: _("Returned"),
    ExtractState.ISSUED: _("Ready to download"),
    ExtractState.FETCHED: _("Downloaded"),
    ExtractState.WITHDRAWN: _("Withdrawn"),
    ExtractState.DESTROYED: _("Destroyed"),
}

EXTRACT_STATE_CHOICES = tuple(
    (state.value, label) for state, label in _EXTRACT_STATE_LABELS.items()
)
TEXT_KEPT, TEXT_WITHHELD, TEXT_OPEN = "keeps", "withholds", "open"

_TEXT_VERDICT_CHOICES = (
    (TEXT_KEPT, _("Included with marked words masked")),
    (TEXT_WITHHELD, _("Suppressed")),
    (TEXT_OPEN, _("Reopened for review")),
)

_EXTRACT_VERDICT_CHOICES = (
    (ReviewVerdict.APPROVE.value, _("Approved")),
    (ReviewVerdict.RETURN.value, _("Requested changes")),
)


class Extract(models.Model):
    """Store one extract: de-identified rows of one project, for one recipient, fetched once.

    `elements` are written `record.field`. `k` is the smallest number of children who must share
    each combination of quasi-identifiers (k-anonymity). `diverse` is the smallest number of
    different values of a protected element among them (l-diversity; 1 means any). `report` says how
    each element was treated, which combinations are rare and what risk remains; it holds element
    names and counts, never a value. `files` and `roster` point to files in the store. `people` is a
    digest of what families, nations and schools had on record when the extract was prepared.
    `beside` are the earlier extracts that preparation took into account. `texts` points to the
    sealed free text that a person reads (`file`) and counts the distinct texts of each element
    (`elements`). `key` is the last part of the download link. `mark` is the secret that identifies
    this copy if it leaks.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="extracts")
    title = models.CharField(_("title"), max_length=160)
    elements: models.JSONField[list[str], list[str]] = models.JSONField(_("elements"))
    k = models.PositiveIntegerField(_("each child is one of at least"))
    diverse = models.PositiveSmallIntegerField(_("values of a protected element"), default=1)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="extracts"
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="extracts"
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    state = models.CharField(
        max_length=12, choices=EXTRACT_STATE_CHOICES, default=ExtractState.ASKED.value
    )
    round = models.PositiveSmallIntegerField(default=0)

    agreements: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    report: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    files: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    roster = models.CharField(max_length=90, blank=True)
    texts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    people = models.CharField(max_length=64, blank=True)
    beside: models.JSONField[list[int], list[int]] = models.JSONField(default=list, blank=True)
    alike = models.PositiveIntegerField(null=True, blank=True)
    prepared_at = models.DateTimeField(_("prepared"), null=True, blank=True)
    returned_why = models.TextField(blank=True)

    key = models.CharField(max_length=64, blank=True)
    link_until = models.DateField(_("the link works until"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    mark = models.CharField(max_length=64, blank=True)
    fetched_at = models.DateTimeField(_("fetched"), null=True, blank=True)
    fetched_as = models.CharField(_("format"), max_length=10, blank=True)
    fetched_digest = models.CharField(max_length=64, blank=True)
    destroy_by = models.DateField(_("to be destroyed by"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=[value for value, _label in EXTRACT_STATE_CHOICES]),
                name="releases_extract_known_state",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ExtractState.FETCHED.value)
                | models.Q(fetched_at__isnull=False, destroy_by__isnull=False),
                name="releases_extract_fetched_says_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ExtractState.WITHDRAWN.value)
                | ~models.Q(withdrawn_why=""),
                name="releases_extract_withdrawn_says_why",
            ),
        )

    def __str__(self) -> str:
        return self.title


class ExtractReview(models.Model):
    """Store one reviewer's verdict on one extract; the other sees it once both are in."""

    extract = models.ForeignKey(Extract, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=_EXTRACT_VERDICT_CHOICES)
    comment = models.TextField(_("comment"), blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("round", "at")
        constraints = (
            models.UniqueConstraint(
                fields=["extract", "round", "reviewer"],
                name="releases_extract_one_verdict_a_reviewer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.extract}: {self.get_verdict_display()}"


class TextReading(models.Model):
    """Store one reader's decision on one text: keep or withhold it, and the words to mask.

    The text is sealed. This row holds its keyed hash, and the position and kind of each mask.
    `left` counts what the automatic detector would still mask in a text that is kept.
    """

    extract = models.ForeignKey(Extract, on_delete=models.CASCADE, related_name="readings")
    element = models.CharField(max_length=120)
    key = models.CharField(max_length=64)
    verdict = models.CharField(max_length=10, choices=_TEXT_VERDICT_CHOICES)
    masks: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    left = models.PositiveIntegerField(default=0)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["extract", "element", "key"], name="releases_reading_one_a_text"
            ),
        )

    def __str__(self) -> str:
        return f"{self.extract}: {self.get_verdict_display()}"
