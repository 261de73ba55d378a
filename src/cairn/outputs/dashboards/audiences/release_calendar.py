"""Say when the next figure of each outcome is expected, and which are late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.outputs.dashboards.models import ExpectedFigure
from cairn.outputs.releases import api as releases_api
from cairn.platform.deadline_sources.api import Deadline, DeadlineKind
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page, may_view_dashboards
from cairn.policy.vocabulary import Action

__all__ = ["list_late_figure_tasks"]

_YEAR: Final = timedelta(days=365)
"""Without a promised day, the next figure is expected a year after the last publication."""


@dataclass(frozen=True, slots=True)
class FigureExpectation:
    """Hold when the next figure of an outcome is expected.

    Attributes:
        outcome: ID of the outcome.
        title: its title.
        published_on: the day of the last publication; None before the first.
        due_on: the day on which the next figure is expected.
        is_promised: whether a person promised that day; else it is a year after the last one.
        days_late: days since that day; 0 or less if it has not passed.
    """

    outcome: str
    title: str
    published_on: date | None
    due_on: date
    is_promised: bool
    days_late: int

    @property
    def is_late(self) -> bool:
        """Return whether the day has passed."""
        return self.days_late > 0


def list_expectations(on: date) -> list[FigureExpectation]:
    """List when the next figure of each outcome is expected, the first day first.

    An outcome is listed once a figure of it was published or promised.
    """
    published: dict[str, date] = {}
    for release in releases_api.list_published_releases():
        for outcome in release.outcomes:
            published.setdefault(outcome, timezone.localdate(release.published_at))
    promised = {row.outcome: row for row in ExpectedFigure.objects.all()}
    catalogue = releases_api.load_indicator_catalogue()
    expectations = [
        _build_expectation(outcome, catalogue[outcome].title, published, promised, on)
        for outcome in {*published, *promised}
        if outcome in catalogue
    ]
    return sorted(expectations, key=lambda each: (each.due_on, each.title))


def list_late_figure_tasks(actor: Actor, on: date) -> list[InboxTask]:
    """List late figures as one task of the people who make releases at the backbone.

    Args:
        actor: the user.
        on: the day of the decision.

    Returns:
        At most one task.
    """
    if not may_open_page(Action.PROTECT, actor, on=on).allowed:
        return []
    late = [each for each in list_expectations(on) if each.is_late]
    if not late:
        return []
    return [
        InboxTask(
            len(late),
            ngettext("figure is late", "figures are late", len(late)),
            reverse("figures:expected"),
            ", ".join(each.title for each in late),
            due=late[0].due_on,
            minutes=60,
            keys=tuple(f"figures.late:{each.outcome}:{each.due_on}" for each in late),
        )
    ]


def list_figure_deadlines(actor: Actor, first: date, last: date) -> list[Deadline]:
    """List the promised days of figures between two days, for the calendar."""
    if not may_view_dashboards(actor, first).allowed:
        return []
    return [
        Deadline(
            each.due_on,
            _("New figure: %(title)s") % {"title": each.title},
            DeadlineKind.FIGURE,
            address=reverse("figures:expected"),
        )
        for each in list_expectations(first)
        if each.is_promised and first <= each.due_on <= last
    ]


def _build_expectation(
    outcome: str,
    title: Mapping[str, str],
    published: Mapping[str, date],
    promised: Mapping[str, ExpectedFigure],
    on: date,
) -> FigureExpectation:
    last, row = published.get(outcome), promised.get(outcome)
    is_promised = row is not None and (last is None or last <= timezone.localdate(row.set_at))
    due_on = row.due_on if is_promised and row else (last or on) + _YEAR
    return FigureExpectation(
        outcome, releases_api.localize_text(title), last, due_on, is_promised, (on - due_on).days
    )
