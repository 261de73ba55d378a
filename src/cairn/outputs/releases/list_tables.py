"""Define the columns of the list of releases, and of the figures that an owner may dispute."""

from dataclasses import dataclass
from typing import ClassVar, Final

import django_tables2 as columns
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cairn.outputs.releases.models import Release
from cairn.platform.tables.api import DayColumn, ListTable
from cairn.policy.vocabulary import ReleaseState, RenewalCadence

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
        """Link to the release. Say that it is a pilot, for one partner, or renews itself."""
        link = format_html(
            '<a href="{}">{}</a>', reverse("releases:detail", args=[record.pk]), record.title
        )
        notes = [str(_("Pilot (synthetic data)"))] if record.pilot else []
        if record.audience:
            notes.append(_("Only for %(partner)s") % {"partner": record.audience.name})
        if record.renewal and record.renewal.is_running:
            is_by_term = record.renewal.cadence == RenewalCadence.TERM
            notes.append(str(_("Renewed each term") if is_by_term else _("Renewed each year")))
        for note in notes:
            link = format_html('{} <span class="badge warm">{}</span>', link, note)
        return link

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


@dataclass(frozen=True, slots=True)
class DisputableFigure:
    """One figure that a data owner may report as wrong.

    Attributes:
        name: its scope and its name, as the form sends it.
        url: the page on which to report it.
        source: whether it is among the owner's own numbers or the published ones.
        outcome: title of its outcome.
        year: its school year.
        place: the district or school.
        group: the race, ethnicity and gender.
        description: all of it in one line.
    """

    name: str
    url: str
    source: str
    outcome: str
    year: str
    place: str
    group: str
    description: str


class DisputableFigureTable(ListTable):
    """Figures to choose from: by school year, place and group first."""

    caption = _("Figures")
    filter_columns: ClassVar[tuple[str, ...]] = ("year", "place", "group", "source")

    outcome = columns.Column(_("Figure"))
    year = columns.Column(_("School year"))
    place = columns.Column(_("Place"))
    group = columns.Column(_("Group"))
    source = columns.Column(_("Table"))

    def render_outcome(self, value: str, record: DisputableFigure) -> SafeString:
        """Link to the report about this figure."""
        return format_html(
            '<a href="{}">{}<span class="hide-text">{}</span></a>',
            record.url,
            value,
            record.description.removeprefix(value),
        )

    def value_outcome(self, value: str) -> str:
        """Return the outcome as text."""
        return value
