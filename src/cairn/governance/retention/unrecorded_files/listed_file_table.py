"""The table of files of the store that no record names."""

from typing import ClassVar

import django_tables2
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise

from cairn.governance.retention.data_holders import label_zone
from cairn.governance.retention.unrecorded_files.detection import ListedFile
from cairn.platform.tables.api import DayColumn, ListTable


class ListedFileTable(ListTable):
    """Files that no record names, and when each is destroyed."""

    caption: ClassVar[str | StrPromise] = gettext_lazy("Files that no record names")
    filter_columns: ClassVar[tuple[str, ...]] = ("zone",)
    wide_columns: ClassVar[frozenset[str]] = frozenset({"rows", "written"})

    name = django_tables2.Column(verbose_name=gettext_lazy("File"), accessor="manifest__digest")
    zone = django_tables2.Column(verbose_name=gettext_lazy("Content"), accessor="manifest__zone")
    rows = django_tables2.Column(verbose_name=gettext_lazy("Rows"), accessor="manifest__rows")
    written = DayColumn(verbose_name=gettext_lazy("Written"), accessor="written_on")
    found = DayColumn(verbose_name=gettext_lazy("Found"), accessor="row__listed_at")
    due = DayColumn(verbose_name=gettext_lazy("Destroyed on or after"))
    confirmed = django_tables2.Column(
        verbose_name=gettext_lazy("Confirmed by"), accessor="row__confirmed_by__name", default="—"
    )

    def render_name(self, value: str) -> str:
        """Shorten the hash that names the file."""
        return f"{value[:12]}…"

    def value_name(self, value: str) -> str:
        """Return the whole hash, for a search."""
        return value

    def render_zone(self, value: str) -> str:
        """Label what the file holds."""
        return label_zone(value)

    def render_confirmed(self, record: ListedFile, value: str) -> str:
        """Name the person, unless the wait began after the confirmation."""
        return value if record.is_confirmed else _("Again needed: %s") % value
