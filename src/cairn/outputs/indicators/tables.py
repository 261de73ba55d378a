"""The table of indicators."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import django_tables2
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cairn.platform.tables.api import DayColumn, ListTable


@dataclass(frozen=True, slots=True)
class ListedIndicator:
    """One indicator of the list: a version of the community's, or an outcome that Cairn ships.

    Attributes:
        pk: key of the version; None for what Cairn ships.
        title: its title in the reader's language.
        source: the organization that wrote it, or Cairn.
        version: number of the version.
        state: draft, approved or shipped, in words.
        level: population, program, individual or systems, in words.
        on: the day on which it was written or approved.
    """

    pk: int | None
    title: str
    source: str
    version: int
    state: str
    level: str
    on: date | None


class IndicatorTable(ListTable):
    """All indicators, the newest version and a draft of each."""

    caption = _("Indicators")
    filter_columns: ClassVar[tuple[str, ...]] = ("source", "state", "level")
    wide_columns: ClassVar[frozenset[str]] = frozenset({"level", "version"})
    may_download: ClassVar[bool] = True

    title = django_tables2.Column(verbose_name=_("Indicator"))
    source = django_tables2.Column(verbose_name=_("Defined by"))
    state = django_tables2.Column(verbose_name=_("State"))
    level = django_tables2.Column(verbose_name=_("Level"))
    version = django_tables2.Column(verbose_name=_("Version"))
    on = DayColumn(verbose_name=_("Since"))

    def render_title(self, record: ListedIndicator) -> SafeString:
        """Link a version to its page, and an outcome that Cairn ships to the reference."""
        if record.pk is None:
            url = reverse("web:help_page", args=["reference/outcomes"])
        else:
            url = reverse("indicators:detail", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, record.title)

    def value_title(self, record: ListedIndicator) -> str:
        """Return the title."""
        return record.title
