"""Define the columns of the list of extracts."""

from typing import ClassVar, Final

import django_tables2 as columns
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cairn.governance.projects.api import find_current_version
from cairn.outputs.releases.api import Extract
from cairn.platform.tables.api import DayColumn, ListTable
from cairn.policy.vocabulary import ExtractState

EXTRACT_TONES: Final = {
    ExtractState.IN_REVIEW.value: "deep",
    ExtractState.RETURNED.value: "warm",
    ExtractState.ISSUED.value: "good",
    ExtractState.FETCHED.value: "good",
    ExtractState.WITHDRAWN.value: "stop",
}
"""The color of a state's badge."""


class ExtractListTable(ListTable):
    """List extracts; each row is an `Extract`, never a child."""

    caption = "Extracts"
    filter_columns: ClassVar[tuple[str, ...]] = ("state", "project", "organization")
    may_download = True

    title = columns.Column(_("Title"))
    state = columns.Column(_("Status"))
    project = columns.Column(_("Project"), accessor="project__reference")
    recipient = columns.Column(_("Recipient"), accessor="recipient__name")
    organization = columns.Column(_("Organization"), order_by="organization__name")
    destroy_by = DayColumn(verbose_name=_("Destroy by"), default="—")

    def render_title(self, record: Extract) -> str:
        """Link to the extract."""
        return format_html(
            '<a href="{}">{}</a>', reverse("releases:extract", args=[record.pk]), record.title
        )

    def value_title(self, record: Extract) -> str:
        """Return the title as text."""
        return record.title

    def render_state(self, record: Extract) -> str:
        """Show the state as a badge."""
        tone = EXTRACT_TONES.get(record.state, "")
        return format_html('<span class="badge {}">{}</span>', tone, record.get_state_display())

    def value_state(self, record: Extract) -> str:
        """Return the state as text."""
        return str(record.get_state_display())

    def render_project(self, record: Extract) -> str:
        """Link to the project."""
        version = find_current_version(record.project)
        address = reverse("projects:detail", args=[record.project.reference, version.number])
        return format_html('<a href="{}">{}</a>', address, record.project.reference)

    def value_project(self, record: Extract) -> str:
        """Return the project's reference as text."""
        return record.project.reference


class ExtractTaskTable(ExtractListTable):
    """List the extracts that wait for the user."""

    caption = "Your tasks"
    filter_columns: ClassVar[tuple[str, ...]] = ()
    may_search = False
    may_download = False
