"""Define the columns of the list of releases."""

from typing import ClassVar, Final

import django_tables2 as columns
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cairn.outputs.releases.models import Release
from cairn.platform.tables.api import DayColumn, ListTable
from cairn.policy.vocabulary import ReleaseState

STATE_TONES: Final = {
    ReleaseState.RETURNED.value: "warm",
    ReleaseState.IN_REVIEW.value: "deep",
    ReleaseState.SENT_BACK.value: "deep",
    ReleaseState.APPROVED.value: "good",
    ReleaseState.PUBLISHED.value: "good",
    ReleaseState.CORRECTED.value: "warm",
    ReleaseState.WITHDRAWN.value: "stop",
}
"""The color of a state's badge."""


class ReleaseTable(ListTable):
    """List releases; each row is a `Release`."""

    caption = "Releases"
    filter_columns: ClassVar[tuple[str, ...]] = ("state", "organization")
    may_download = True

    title = columns.Column(_("Title"))
    state = columns.Column(_("Status"))
    organization = columns.Column(_("Organization"), order_by="organization__name")
    author = columns.Column(_("Author"), accessor="author__name")
    as_of = DayColumn(verbose_name=_("As of"), default="—")

    def render_title(self, record: Release) -> str:
        """Link to the release; a pilot says so."""
        link = format_html(
            '<a href="{}">{}</a>', reverse("releases:detail", args=[record.pk]), record.title
        )
        pilot = _("Pilot (synthetic data)")
        return (
            format_html('{} <span class="badge warm">{}</span>', link, pilot)
            if record.pilot
            else link
        )

    def value_title(self, record: Release) -> str:
        """Return the title as text."""
        return record.title

    def render_state(self, record: Release) -> str:
        """Show the state as a badge."""
        tone = STATE_TONES.get(record.state, "")
        return format_html('<span class="badge {}">{}</span>', tone, record.get_state_display())

    def value_state(self, record: Release) -> str:
        """Return the state as text."""
        return str(record.get_state_display())


class ReleaseTaskTable(ReleaseTable):
    """List the releases that wait for the user."""

    caption = "Your tasks"
    filter_columns: ClassVar[tuple[str, ...]] = ()
    may_search = False
    may_download = False
