"""The tables of published data."""

from typing import ClassVar

import django_tables2
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cairn.data.public_sources.models import PublicFigure, PublicSource, SourceState
from cairn.data.public_sources.source_catalog import CatalogSource
from cairn.platform.tables.api import DayColumn, ListTable

_TEXT_COLUMNS = (
    *("place", "place_id", "period", "group", "measure"),
    *("numerator", "denominator", "estimate", "margin"),
)


class PublicSourceTable(ListTable):
    """All published tables."""

    caption = _("Published tables")
    filter_columns: ClassVar[tuple[str, ...]] = ("publisher", "level", "state", "shown_at")
    wide_columns: ClassVar[frozenset[str]] = frozenset({"geography", "years"})
    may_download: ClassVar[bool] = True

    title = django_tables2.Column(verbose_name=_("Table"))
    publisher = django_tables2.Column(verbose_name=_("Published by"))
    level = django_tables2.Column(verbose_name=_("Level"))
    geography = django_tables2.Column(verbose_name=_("Area"))
    years = django_tables2.Column(verbose_name=_("Years"))
    as_of = django_tables2.Column(verbose_name=_("As of"))
    state = django_tables2.Column(verbose_name=_("State"))
    shown_at = django_tables2.Column(verbose_name=_("Public"), empty_values=())

    def render_title(self, record: PublicSource) -> SafeString:
        """Link the table to its figures, or to its columns if it is to be confirmed."""
        page = "columns" if record.state == SourceState.UPLOADED else "detail"
        url = reverse(f"public_sources:{page}", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, record.title)

    def value_title(self, record: PublicSource) -> str:
        """Return the title."""
        return record.title

    def render_as_of(self, record: PublicSource) -> str:
        """Show the day that the figures are of."""
        return date_format(record.as_of, "DATE_FORMAT")

    def render_shown_at(self, record: PublicSource) -> str:
        """Say whether the public sees the table."""
        return str(_("Not shown") if record.shown_at is None else _("Shown"))


class ShownSourceTable(ListTable):
    """The published tables that the public sees."""

    caption = _("Published tables")
    filter_columns: ClassVar[tuple[str, ...]] = ("publisher", "level")
    may_download: ClassVar[bool] = True

    title = django_tables2.Column(verbose_name=_("Table"))
    publisher = django_tables2.Column(verbose_name=_("Published by"))
    level = django_tables2.Column(verbose_name=_("Level"))
    geography = django_tables2.Column(verbose_name=_("Area"))
    years = django_tables2.Column(verbose_name=_("Years"))
    as_of = DayColumn(verbose_name=_("As of"))

    def render_title(self, record: PublicSource) -> SafeString:
        """Link the table to its public page."""
        url = reverse("published_tables:detail", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, record.title)

    def value_title(self, record: PublicSource) -> str:
        """Return the title."""
        return record.title


class CatalogTable(ListTable):
    """The catalog of data sources."""

    caption = _("Data sources")
    filter_columns: ClassVar[tuple[str, ...]] = ("level_label", "terms_label", "records_label")
    wide_columns: ClassVar[frozenset[str]] = frozenset(
        {"topic_list", "geography", "terms_label", "records_label"}
    )
    may_download: ClassVar[bool] = True

    name = django_tables2.Column(verbose_name=_("Source"))
    level_label = django_tables2.Column(verbose_name=_("Level"), order_by="place")
    topic_list = django_tables2.Column(verbose_name=_("Topics"))
    geography = django_tables2.Column(verbose_name=_("Areas"))
    terms_label = django_tables2.Column(verbose_name=_("Use of figures"))
    records_label = django_tables2.Column(verbose_name=_("Records of single people"))

    def render_name(self, record: CatalogSource) -> SafeString:
        """Link the source to its page."""
        url = reverse("public_sources:catalog_entry", args=[record.slug])
        return format_html('<a href="{}">{}</a>', url, record.name)

    def value_name(self, record: CatalogSource) -> str:
        """Return the name."""
        return record.name


class PublicFigureTable(ListTable):
    """The figures of one published table."""

    caption = _("Figures")
    filter_columns: ClassVar[tuple[str, ...]] = ("measure", "period", "group", "kind")
    wide_columns: ClassVar[frozenset[str]] = frozenset(
        {"place_id", "numerator", "denominator", "kind", "reason"}
    )
    may_download: ClassVar[bool] = True

    place = django_tables2.Column(verbose_name=_("Place"), default="—")
    place_id = django_tables2.Column(verbose_name=_("Place code"))
    period = django_tables2.Column(verbose_name=_("Period"))
    group = django_tables2.Column(verbose_name=_("Group"))
    measure = django_tables2.Column(verbose_name=_("Measure"))
    numerator = django_tables2.Column(verbose_name=_("Numerator"))
    denominator = django_tables2.Column(verbose_name=_("Denominator"))
    estimate = django_tables2.Column(verbose_name=_("Figure"), order_by=("low", "high"))
    margin = django_tables2.Column(verbose_name=_("Margin of error"))
    kind = django_tables2.Column(verbose_name=_("Kind"))
    reason = django_tables2.Column(verbose_name=_("Reason"))

    @classmethod
    def describe_record(cls, record: PublicFigure) -> dict[str, str]:
        """Return the text of each cell: a table can have 20,000 figures."""
        texts = {name: " ".join(getattr(record, name).split()) for name in _TEXT_COLUMNS}
        reason = gettext(record.reason) if record.reason else ""
        place = texts["place"] or "—"
        return {**texts, "place": place, "kind": str(record.get_kind_display()), "reason": reason}

    def render_kind(self, record: PublicFigure) -> str:
        """Say what the figure is, and why there is no number."""
        return str(record.get_kind_display())

    def render_reason(self, record: PublicFigure) -> str:
        """Say why there is no number, in the reader's language."""
        return gettext(record.reason) if record.reason else ""
