"""The lists of record matching: possible matches, people with a flag, and reviewers' decisions."""

from dataclasses import dataclass
from datetime import datetime

import django_tables2 as columns
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy

from cairn.data.identity.models.clerical_review import Verdict
from cairn.data.identity.models.relationships import RelationshipVerdict
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


class _DecisionTable(ListTable):
    """Reviewers' decisions in force, newest first, each with a link to undo it.

    A reason may name a student, so that the list has no search and no download.
    """

    may_search = False

    def render_at(self, value: datetime) -> str:
        """Show day and time."""
        return _format_moment(value)

    def value_actions(self) -> str:
        """Leave the link out of the text."""
        return ""

    def _build_undo_link(self, address: str, hidden_text: str) -> SafeString:
        return format_html(
            '<a href="{}">{}<span class="hide-text"> {}</span></a>',
            address,
            gettext("Undo"),
            hidden_text,
        )


class MatchDecisionTable(_DecisionTable):
    """Decisions that records are always, or never, of the same student."""

    caption = gettext_lazy("Decisions")
    filter_columns = ("kind", "reviewer")

    at = columns.Column(gettext_lazy("Date"))
    kind = columns.Column(gettext_lazy("Decision"), accessor="get_kind_display", order_by="kind")
    why = columns.Column(gettext_lazy("Reason"), orderable=False)
    size = columns.Column(gettext_lazy("Records"))
    reviewer = columns.Column(gettext_lazy("Reviewer"), accessor="by_label")
    actions = columns.Column(gettext_lazy("Actions"), accessor="pk", orderable=False)

    def render_actions(self, record: Verdict) -> SafeString:
        """Offer to undo the decision."""
        day = gettext("the decision of %(day)s") % {"day": _format_moment(record.at)}
        return self._build_undo_link(reverse("linkage:undo", args=[record.pk]), day)


class RelationshipStatementTable(_DecisionTable):
    """Statements that two people are related or not, or that an adult is a guardian or not."""

    caption = gettext_lazy("Statements")
    filter_columns = ("statement", "reviewer")

    at = columns.Column(gettext_lazy("Date"))
    statement = columns.Column(gettext_lazy("Statement"), accessor="kind")
    since = columns.Column(gettext_lazy("Since"))
    until = columns.Column(gettext_lazy("Until"))
    why = columns.Column(gettext_lazy("Reason"), orderable=False)
    reviewer = columns.Column(gettext_lazy("Reviewer"), accessor="by_label")
    actions = columns.Column(gettext_lazy("Actions"), accessor="pk", orderable=False)

    def render_statement(self, record: RelationshipVerdict) -> str:
        """Name the relationship."""
        if record.guardian and record.kind == "none":
            return gettext("not a guardian")
        return str(record.get_kind_display())

    def render_since(self, value: datetime) -> str:
        """Show the day."""
        return date_format(localtime(value), "DATE_FORMAT")

    def render_until(self, value: datetime) -> str:
        """Show the day."""
        return date_format(localtime(value), "DATE_FORMAT")

    def render_actions(self, record: RelationshipVerdict) -> SafeString:
        """Offer to undo the statement."""
        day = gettext("the statement of %(day)s") % {"day": _format_moment(record.at)}
        address = reverse("linkage:undo_relationship", args=[record.pk])
        return self._build_undo_link(address, day)


def _format_moment(value: datetime) -> str:
    return date_format(localtime(value), "DATETIME_FORMAT")
