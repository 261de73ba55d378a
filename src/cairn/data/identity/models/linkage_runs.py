"""Define linkage runs: what they counted, and the files they made. No person, no name."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkageRun(models.Model):
    """One finished run: its inputs, and how many records became how many people.

    `looked_at`: how many records were weighed; if `whole` is false, those that arrived or changed
        and the
    components they affected. `found` holds the measured accuracy and the overlink flags: counts
    only. A run of `pilot` deliveries enters no person in the index.
    """

    inputs = models.CharField(max_length=64)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decision_id = models.CharField(max_length=64)
    basis = models.CharField(max_length=40, blank=True)
    agreements: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    deliveries = models.PositiveIntegerField(_("data submissions"))
    left_out = models.PositiveIntegerField(_("data submissions left out"), default=0)
    rows = models.PositiveBigIntegerField(_("rows"))
    rows_unlinked = models.PositiveBigIntegerField(_("rows without a person"))
    records = models.PositiveBigIntegerField(_("records"))
    people = models.PositiveBigIntegerField(_("people"))
    new_people = models.PositiveBigIntegerField(_("new people"))
    whole = models.BooleanField(default=True)
    pilot = models.BooleanField(_("pilot, with synthetic data"), default=False)
    looked_at = models.PositiveBigIntegerField(_("records compared"), default=0)
    sources_a_person: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(
        default=dict
    )
    by_source: models.JSONField[dict[str, list[int]], dict[str, list[int]]] = models.JSONField(
        default=dict
    )
    found: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.people} people, {self.at:%Y-%m-%d}"


class LinkedPart(models.Model):
    """A linked file of one run: the attributes of one delivery, by person ID.

    `seen` is a hash of what was read of the delivery; a delivery with the same `seen` need not be
    read again.
    """

    run = models.ForeignKey(LinkageRun, on_delete=models.CASCADE, related_name="parts")
    delivery = models.PositiveBigIntegerField()
    organization = models.SlugField(max_length=60)
    agreement = models.CharField(max_length=80)
    record = models.CharField(max_length=40)
    file = models.CharField(max_length=90)
    seen = models.CharField(max_length=64, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    rows_unlinked = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("organization", "agreement", "record", "pk")

    def __str__(self) -> str:
        return f"{self.organization}: {self.record}"


class Shadow(models.Model):
    """A shadow linkage: all records linked again beside the index, and how far the two differ.

    `drift`: the largest change of the worth of any agreement, in bits, if it were measured again.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=80)
    people_now = models.PositiveBigIntegerField()
    people_then = models.PositiveBigIntegerField()
    same = models.PositiveBigIntegerField()
    would_merge = models.PositiveBigIntegerField()
    would_split = models.PositiveBigIntegerField()
    records_moved = models.PositiveBigIntegerField()
    drift = models.FloatField(default=0.0)
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.would_merge} merge, {self.would_split} split, {self.at:%Y-%m-%d}"
