"""The lists of record matching: possible matches to review, and people with a flag."""

from dataclasses import dataclass
from datetime import datetime

import django_tables2 as columns
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy

from cairn.platform.tables.api import ListTable


@dataclass(frozen=True, slots=True)
class PossibleMatchRow:
    """One possible match; it holds no name and no value of a record.

    Attributes:
        number: primary key of the question.
        sources: names of the organizations that sent the records.
        joined: whether the index counts both sides as one student now.
        weight: match weight in bits; below zero, different students are more likely.
        sample: whether it was drawn at random to measure accuracy.
        made_at: when the index found it.
    """

    number: int
    sources: str
    joined: bool
    weight: float
    sample: bool
    made_at: datetime


class PossibleMatchTable(ListTable):
    """Possible matches that the reviewer has not answered; a list of children, so no download."""

    caption = "Possible matches"
    filter_columns = ("current", "sources", "sample")

    number = columns.Column(gettext_lazy("Possible match"))
    sources = columns.Column(gettext_lazy("Organizations"))
    current = columns.Column(gettext_lazy("Counted today as"), accessor="joined")
    weight = columns.Column(gettext_lazy("Match weight (bits)"))
    sample = columns.Column(gettext_lazy("Random sample"))
    made_at = columns.Column(gettext_lazy("Found"))

    def render_number(self, value: int) -> SafeString:
        """Link to the records side by side."""
        title = gettext("Possible match %(n)s") % {"n": value}
        return format_html('<a href="{}">{}</a>', reverse("linkage:question", args=[value]), title)

    def value_number(self, value: int) -> str:
        """Return the title as text."""
        return gettext("Possible match %(n)s") % {"n": value}

    def render_current(self, value: bool) -> str:  # noqa: FBT001 - called by django-tables2
        """Name what the index counts today."""
        return gettext("Same student") if value else gettext("Different students")

    def render_sample(self, value: bool) -> str:  # noqa: FBT001 - called by django-tables2
        """Say yes or no."""
        return gettext("Yes") if value else gettext("No")

    def render_weight(self, value: float) -> str:
        """Round to a tenth of a bit."""
        return f"{value:.1f}"

    def render_made_at(self, value: datetime) -> str:
        """Show the day."""
        return date_format(localtime(value), "DATE_FORMAT")


@dataclass(frozen=True, slots=True)
class FlaggedPersonRow:
    """One person with a flag.

    Attributes:
        person: the person ID.
        records: number of current records.
        since: when the flag was first raised.
    """

    person: str
    records: int
    since: datetime


class FlaggedPersonTable(ListTable):
    """People with one flag, the newest flag first; a list of children, so no download."""

    caption = "People to check"

    person = columns.Column(gettext_lazy("Person ID"))
    records = columns.Column(gettext_lazy("Records"))
    since = columns.Column(gettext_lazy("Flagged since"))

    def render_person(self, value: str) -> SafeString:
        """Link to the page of the person."""
        return format_html('<a href="{}">{}</a>', reverse("linkage:person", args=[value]), value)

    def value_person(self, value: str) -> str:
        """Return the ID as text."""
        return value

    def render_since(self, value: datetime) -> str:
        """Show the day."""
        return date_format(localtime(value), "DATE_FORMAT")
