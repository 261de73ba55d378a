"""Rows of the person index (in the database `identities`) and of the runs that made it.

`Person` and `Link` know names, sealed, and no attributes; `LinkageRun` and `LinkedPart` know counts
and pointers, and no person. No foreign key crosses from one database to the other.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Person(models.Model):
    """One child in the index. The id is random and says nothing about her."""

    id = models.CharField(max_length=32, primary_key=True)
    created = models.DateTimeField()
    merged_into = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.id


class Link(models.Model):
    """Which person a record is of. A link that ended stays without its names, as history.

    `record` is the keyed hash of who sent it and what names it; `sealed` holds its identifying
    fields, encrypted, and is empty where the record is an id alone. `content` changes when they do.
    """

    record = models.CharField(max_length=64)
    source = models.SlugField(max_length=60)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="links")
    sealed = models.BinaryField(default=bytes)
    content = models.CharField(max_length=64, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["record"],
                condition=models.Q(until__isnull=True),
                name="linkage_one_person_a_record",
            ),
        )
        indexes = (models.Index(fields=["record"], name="linkage_by_record"),)

    def __str__(self) -> str:
        return f"{self.source} → {self.person_id}"


class LinkageRun(models.Model):
    """One finished run: what went in, and how many records became how many people."""

    inputs = models.CharField(max_length=64)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decision_id = models.CharField(max_length=64)
    basis = models.CharField(max_length=40, blank=True)
    agreements: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    deliveries = models.PositiveIntegerField(_("deliveries"))
    left_out = models.PositiveIntegerField(_("deliveries left out"), default=0)
    rows = models.PositiveBigIntegerField(_("rows"))
    rows_unlinked = models.PositiveBigIntegerField(_("rows without a person"))
    records = models.PositiveBigIntegerField(_("records"))
    people = models.PositiveBigIntegerField(_("people"))
    new_people = models.PositiveBigIntegerField(_("new people"))
    sources_a_person: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(
        default=dict
    )
    by_source: models.JSONField[dict[str, list[int]], dict[str, list[int]]] = models.JSONField(
        default=dict
    )

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.people} people, {self.at:%Y-%m-%d}"


class LinkedPart(models.Model):
    """A linked file of one run: the attributes of one delivery, by person id."""

    run = models.ForeignKey(LinkageRun, on_delete=models.CASCADE, related_name="parts")
    delivery = models.PositiveBigIntegerField()
    organization = models.SlugField(max_length=60)
    agreement = models.CharField(max_length=80)
    record = models.CharField(max_length=40)
    file = models.CharField(max_length=90)

    class Meta:
        ordering = ("organization", "agreement", "record", "pk")

    def __str__(self) -> str:
        return f"{self.organization}: {self.record}"
