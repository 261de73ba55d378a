"""Database rows of published tables and their figures; no row is about a single student."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.warehouse.published_tables import ValueKind

__all__ = ["PublicSource", "SourceLevel", "SourceState", "ValueDirection"]


class SourceState(models.TextChoices):
    """A table waits until a person has confirmed its columns; a newer edition supersedes it."""

    UPLOADED = "uploaded", _("To be confirmed")
    ADDED = "added", _("Added")
    SUPERSEDED = "superseded", _("Superseded")


class SourceLevel(models.TextChoices):
    """What one row of the table is about, from the nation down to a neighborhood."""

    NATION = "nation", _("Nation")
    STATE = "state", _("State")
    COUNTY = "county", _("County or city")
    DISTRICT = "district", _("School district")
    SCHOOL = "school", _("School")
    TRACT = "tract", _("Census tract or smaller")
    OTHER = "other", _("Other")


class ValueDirection(models.TextChoices):
    """Whether a higher figure is good news; “percent below benchmark” is not."""

    BETTER = "better", _("Better")
    WORSE = "worse", _("Worse")
    NEITHER = "neither", _("Neither better nor worse")


FIGURE_KIND_CHOICES = (
    (ValueKind.EXACT.value, _("Number")),
    (ValueKind.INTERVAL.value, _("Published as a range")),
    (ValueKind.SUPPRESSED.value, _("Suppressed by the publisher")),
    (ValueKind.MISSING.value, _("Not available")),
    (ValueKind.UNREAD.value, _("Not understood")),
)


class PublicSource(models.Model):
    """One table that an agency has published, with who published it and under which terms.

    Until its columns are confirmed it keeps the file, sealed, because a person may have chosen a
    file with students by mistake. After that it keeps the figures only. A newer edition of the
    table is a row of its own; the earlier one is kept with its figures.
    """

    title = models.CharField(_("title"), max_length=200)
    publisher = models.CharField(_("publisher"), max_length=200)
    address = models.URLField(_("web address"), max_length=400)
    license = models.CharField(_("license"), max_length=200)
    as_of = models.DateField(_("as of"))
    level = models.CharField(_("level"), max_length=10, choices=SourceLevel.choices)
    geography = models.CharField(_("geography"), max_length=200)
    direction = models.CharField(_("a higher figure is"), max_length=10, choices=ValueDirection)
    state = models.CharField(
        _("state"), max_length=10, choices=SourceState, default=SourceState.UPLOADED
    )
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("sha256 of the file"), max_length=64, unique=True)
    sealed_file = models.BinaryField(_("file until it is confirmed"), null=True)
    column_roles = models.JSONField(_("what each column is"), default=dict)
    years = models.CharField(_("years"), max_length=60, blank=True)
    kind_counts = models.JSONField(_("figures by kind"), default=dict)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(_("added"), null=True)
    first_edition = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="newer_editions"
    )
    superseded_at = models.DateTimeField(_("superseded"), null=True)
    shown_at = models.DateTimeField(_("shown to the public"), null=True)

    class Meta:
        ordering = ("title", "-as_of")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state=SourceState.UPLOADED, added_at__isnull=True)
                | models.Q(
                    state__in=(SourceState.ADDED, SourceState.SUPERSEDED),
                    added_at__isnull=False,
                    sealed_file__isnull=True,
                ),
                name="public_sources_added_without_file",
            ),
            models.CheckConstraint(
                condition=models.Q(state=SourceState.SUPERSEDED, superseded_at__isnull=False)
                | (~models.Q(state=SourceState.SUPERSEDED) & models.Q(superseded_at__isnull=True)),
                name="public_sources_superseded_has_its_time",
            ),
            models.CheckConstraint(
                condition=models.Q(shown_at__isnull=True) | ~models.Q(state=SourceState.UPLOADED),
                name="public_sources_shown_once_confirmed",
            ),
            models.UniqueConstraint(
                fields=("first_edition",),
                condition=models.Q(state=SourceState.ADDED),
                name="public_sources_one_current_edition",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title}, {self.publisher}"

    @property
    def first_edition_pk(self) -> int:
        """The key of the first edition of this table, which all its editions share."""
        return self.first_edition_id or self.pk

    @property
    def figures_total(self) -> int:
        """How many figures it has, with those that are suppressed or missing."""
        return sum(self.kind_counts.values())

    @property
    def figures_suppressed(self) -> int:
        """How many figures the publisher suppressed or blurred to a range."""
        kinds = (ValueKind.SUPPRESSED.value, ValueKind.INTERVAL.value)
        return sum(self.kind_counts.get(kind, 0) for kind in kinds)

    @property
    def figures_without_number(self) -> int:
        """How many figures are not available, or not understood."""
        kinds = (ValueKind.MISSING.value, ValueKind.UNREAD.value)
        return sum(self.kind_counts.get(kind, 0) for kind in kinds)


class PublicFigure(models.Model):
    """One figure of a published table, as its publisher wrote it."""

    source = models.ForeignKey(PublicSource, on_delete=models.CASCADE, related_name="figures")
    row = models.PositiveIntegerField(_("row in the file"))
    place_id = models.CharField(_("place code"), max_length=60, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    period = models.CharField(_("period"), max_length=60, blank=True)
    group = models.CharField(_("group"), max_length=300, blank=True)
    measure = models.CharField(_("measure"), max_length=200)
    numerator = models.CharField(_("numerator"), max_length=60, blank=True)
    denominator = models.CharField(_("denominator"), max_length=60, blank=True)
    estimate = models.CharField(_("figure"), max_length=60, blank=True)
    margin = models.CharField(_("margin of error"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=FIGURE_KIND_CHOICES)
    low = models.FloatField(_("lowest value"), null=True)
    high = models.FloatField(_("highest value"), null=True)
    reason = models.CharField(_("why there is no number"), max_length=100, blank=True)

    class Meta:
        ordering = ("source", "pk")

    def __str__(self) -> str:
        return f"{self.measure}: {self.estimate}"
