"""The table of projects."""

from datetime import date
from functools import cached_property
from typing import Any, ClassVar

import django_tables2
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cairn.governance.projects.models.project import Version
from cairn.governance.projects.queries import versions
from cairn.platform.tables.api import ListTable


class ProjectTable(ListTable):
    """The newest version of each project.

    "Waiting for" and "Due" need every fact of a project, so they are worked out for the rows of one
    page, or of a download, and cannot be searched.
    """

    caption: ClassVar[str] = "Projects"
    filter_columns: ClassVar[tuple[str, ...]] = ("state", "lead")
    may_download: ClassVar[bool] = True

    title = django_tables2.Column(verbose_name="Project")
    lead = django_tables2.Column(
        verbose_name="Requesting organization", accessor="project__lead__name"
    )
    state = django_tables2.Column(verbose_name="Status")
    waiting_for = django_tables2.Column(
        verbose_name="Waiting for", empty_values=(), orderable=False
    )
    due = django_tables2.Column(verbose_name="Due", empty_values=(), orderable=False)

    def __init__(
        self, *args: Any, on: date, links_partners: bool, is_download: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._links_partners, self._is_download = links_partners, is_download
        self._on = on

    @cached_property
    def _items(self) -> dict[int, versions.ProjectListItem]:
        """The steps of the projects of this page, or of a download, loaded at once."""
        records = [row.record for row in self.paginated_rows]
        items = versions.build_project_list_items(records, self._on)
        return {item.row.pk: item for item in items}

    def render_title(self, record: Version) -> SafeString:
        """Link the title to the project."""
        return format_html(
            '<a href="{}">{}</a>{}<br><span class="small soft">{} · {}</span>',
            reverse("projects:detail", args=[record.project.reference, record.number]),
            record.title,
            _build_pilot_badge() if record.pilot else "",
            record.project.reference,
            _("version %(number)s") % {"number": record.number},
        )

    def value_title(self, record: Version) -> str:
        """Return the title with what it can be searched by."""
        pilot = f" ({_('pilot, synthetic data')})" if record.pilot else ""
        return f"{record.title} {record.project.reference}{pilot}"

    def render_lead(self, record: Version) -> str:
        """Link the organization."""
        lead = record.project.lead
        if not self._links_partners:
            return lead.name
        return format_html('<a href="{}">{}</a>', reverse("web:partner", args=[lead.slug]), lead)

    def value_lead(self, record: Version) -> str:
        """Return the name of the organization."""
        return record.project.lead.name

    def render_state(self, record: Version) -> SafeString:
        """Show the status as a badge."""
        return render_to_string("projects/parts/state.html", {"row": record})

    def value_state(self, record: Version) -> str:
        """Return the status in words."""
        return str(record.get_state_display())

    def render_waiting_for(self, record: Version) -> str:
        """Name the people who must respond to the project next."""
        return ", ".join(self._items[record.pk].waits_for) or "—"

    def value_waiting_for(self, record: Version) -> str:
        """Return the names in a download, where every row is worked out."""
        return self.render_waiting_for(record) if self._is_download else ""

    def render_due(self, record: Version) -> str:
        """Show the last day on which they must respond."""
        due = self._items[record.pk].due
        return date_format(due, "DATE_FORMAT") if due else "—"

    def value_due(self, record: Version) -> str:
        """Return the day in a download, where every row is worked out."""
        return self.render_due(record) if self._is_download else ""


def _build_pilot_badge() -> SafeString:
    return format_html(' <span class="badge warm">{}</span>', _("pilot, synthetic data"))
