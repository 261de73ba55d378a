"""Rows of extracts: who asked for what, what was done to it, who approved, who fetched it. The
data lie sealed in the storehouse, and no value of them is here."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.partners.models import Organization
from cairn.projects.models import Project
from cairn.rules.vocabulary import ExtractState, Verdict

_STATES = {
    ExtractState.ASKED: _("Asked for"),
    ExtractState.IN_REVIEW: _("In review"),
    ExtractState.RETURNED: _("Returned"),
    ExtractState.ISSUED: _("Waits for its recipient"),
    ExtractState.FETCHED: _("Fetched"),
    ExtractState.WITHDRAWN: _("Withdrawn"),
    ExtractState.DESTROYED: _("Destroyed"),
}
EXTRACT_STATES = tuple((state.value, label) for state, label in _STATES.items())
KEEPS, WITHHOLDS, OPEN = "keeps", "withholds", "open"
_READINGS = (
    (KEEPS, _("Stays, as marked")),
    (WITHHOLDS, _("Withheld")),
    (OPEN, _("Taken back: to be read again")),
)
_VERDICTS = (
    (Verdict.APPROVE.value, _("Approved")),
    (Verdict.RETURN.value, _("Asked for changes")),
)


class Extract(models.Model):
    """Rows without names, of one approved project, for one person, fetched once.

    `elements` are ``record.field``. `k` is with how many each child must be alike at the least,
    `diverse` how many values a protected element must have among them (1: any). `report` says what
    was done to each element, what is rare and how much risk is left: element names and counts, no
    value. `files` and `roster` point into the storehouse. `people` names what families, nations and
    schools had said when it was prepared; `beside` the earlier extracts it was prepared with.
    `texts` points at the sealed free text that a person reads (``file``) and counts the different
    texts of each element (``elements``). `key` is the end of the link, `mark` the secret by which
    this copy is told from others.
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
        max_length=12, choices=EXTRACT_STATES, default=ExtractState.ASKED.value
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
                condition=models.Q(state__in=[value for value, _label in EXTRACT_STATES]),
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
    """One reviewer's verdict on one extract. Others see it once two are in."""

    extract = models.ForeignKey(Extract, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(_("verdict"), max_length=10, choices=_VERDICTS)
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
    """What one person decided of one text of an extract: whether it stays, and what of it is
    masked. The text lies sealed; here are its keyed hash, and of each mask the place and the kind.

    `left` counts what the aid would still mask in a text that stays.
    """

    extract = models.ForeignKey(Extract, on_delete=models.CASCADE, related_name="readings")
    element = models.CharField(max_length=120)
    key = models.CharField(max_length=64)
    verdict = models.CharField(max_length=10, choices=_READINGS)
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
