"""Report to a sender what became of its data submission: counts and kinds of problems only.

A report is new after the rows were checked, and again after they were matched. It waits for each
person who acts for the sender until they open the page of the data submission.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cairn.data.intake.models import Delivery
from cairn.platform.notifications.api import list_read_notices
from cairn.policy.facts import Actor
from cairn.policy.questions import may_download_error_file
from cairn.policy.vocabulary import DeliveryState
from cairn.warehouse.pipeline import QualityReport

__all__ = [
    "MatchCounts",
    "SubmissionReport",
    "build_submission_report",
    "list_unread_reports",
    "register_match_counter",
]

REPORT_DAYS: Final = 30
"""For how many days after a check a report waits to be read."""

SHOWN_PROBLEMS: Final = 3
"""How many kinds of problems the short text names."""


@dataclass(frozen=True, slots=True)
class MatchCounts:
    """How many rows of a data submission were matched to a person.

    Attributes:
        rows: its rows in the newest run.
        matched: those with a person.
    """

    rows: int
    matched: int

    @property
    def percent(self) -> int:
        """The share of matched rows, as a whole percentage, never rounded up to 100."""
        return self.matched * 100 // self.rows if self.rows else 0


MatchCounter = Callable[[Collection[int]], Mapping[int, MatchCounts]]
"""Counts the matched rows of deliveries, by primary key; without those that no run matched."""

_MATCH_COUNTERS: Final[list[MatchCounter]] = []


def register_match_counter(counter: MatchCounter) -> None:
    """Register what counts the matched rows of deliveries; it is of a later step of the data.

    Args:
        counter: the function.
    """
    _MATCH_COUNTERS.append(counter)


@dataclass(frozen=True, slots=True)
class SubmissionReport:
    """What became of a data submission.

    Attributes:
        delivery: the delivery, as it was checked.
        problems: messages of the problems with their number of rows or values, the most first.
        match: the matched rows; None before the first matching.
        earlier: the version or the period before; None for the first one.
    """

    delivery: Delivery
    problems: tuple[tuple[str, int], ...]
    match: MatchCounts | None
    earlier: Delivery | None

    @property
    def key(self) -> str:
        """The name of the report as a task: it is new again after the matching."""
        return _build_report_key(self.delivery.pk, self.match)

    @property
    def row_change(self) -> int:
        """How many rows more than the submission before; negative for fewer."""
        return self.delivery.rows_in - self.earlier.rows_in if self.earlier else 0

    @property
    def kept_change(self) -> int:
        """How many accepted rows more than in the submission before; negative for fewer."""
        return self.delivery.rows_kept - self.earlier.rows_kept if self.earlier else 0

    @property
    def next_step(self) -> str:
        """What happens next, in words."""
        if self.delivery.quarantined_rows or self.delivery.report.get("cells_blanked"):
            return _("Correct the rows with problems on the page of the data submission.")
        if self.match is None:
            return _("The rows are matched in the next matching. You then get a second report.")
        if self.delivery.pilot:
            return _("Nothing is left for you to do. A pilot's rows count in no published figure.")
        return _("Nothing is left for you to do. The rows count in the next figures.")

    def describe_counts(self) -> str:
        """Describe the report in one line of counts, for a task and its email."""
        row = self.delivery
        parts = [
            _("%(slot)s: %(rows)s rows, %(kept)s accepted, %(aside)s set aside.")
            % {
                "slot": row.slot,
                "rows": intcomma(row.rows_in),
                "kept": intcomma(row.rows_kept),
                "aside": intcomma(row.quarantined_rows),
            }
        ]
        parts += [f"{intcomma(count)}: {text}" for text, count in self.problems[:SHOWN_PROBLEMS]]
        if self.match:
            parts.append(
                _("Matched: %(n)s of %(rows)s rows (%(percent)s%%).")
                % {
                    "n": intcomma(self.match.matched),
                    "rows": intcomma(self.match.rows),
                    "percent": self.match.percent,
                }
            )
        if self.earlier:
            change = f"{self.row_change:+,}"
            parts.append(_("Rows compared with the submission before: %(n)s.") % {"n": change})
        parts.append(self.next_step)
        return " ".join(parts)


def build_submission_report(delivery: Delivery) -> SubmissionReport:
    """Build the report of a checked delivery.

    Args:
        delivery: the delivery.

    Returns:
        The report.
    """
    return _build_reports([delivery], _count_matches([delivery.pk]))[0]


def list_unread_reports(
    rows: QuerySet[Delivery], reader: Actor, on: date
) -> list[SubmissionReport]:
    """List the reports that wait for a person who acts for the sender.

    Args:
        rows: the deliveries that the person sees.
        reader: facts about the person.
        on: the day.

    Returns:
        The reports, the newest first.
    """
    since = on - timedelta(days=REPORT_DAYS)
    recent = rows.filter(state=DeliveryState.CONFORMED, conformed_at__date__gt=since)
    may_read: dict[str, bool] = {}
    own = []
    # A report of a hundred columns takes longer to read than to find that it was read.
    for pk, slug in recent.values_list("pk", "organization__slug"):
        if slug not in may_read:
            may_read[slug] = may_download_error_file(slug, reader, on).allowed
        if may_read[slug]:
            own.append(pk)
    if not own:
        return []
    matches = _count_matches(own)
    keys = {pk: _build_report_key(pk, matches.get(pk)) for pk in own}
    read = list_read_notices(reader.id, tuple(keys.values()))
    unread = rows.filter(pk__in=[pk for pk in own if keys[pk] not in read])
    return _build_reports(unread.select_related("organization", "supersedes"), matches)


def _build_report_key(delivery: int, match: MatchCounts | None) -> str:
    return f"submission.report:{delivery}:{'matched' if match else 'checked'}"


def _build_reports(
    deliveries: Iterable[Delivery], matches: Mapping[int, MatchCounts]
) -> list[SubmissionReport]:
    rows = list(deliveries)
    before = _find_periods_before([row for row in rows if row.supersedes is None])
    return [
        SubmissionReport(
            row, tuple(_list_problems(row)), matches.get(row.pk), row.supersedes or before[row.pk]
        )
        for row in rows
    ]


def _list_problems(delivery: Delivery) -> Iterable[tuple[str, int]]:
    """List the kinds of problems of rows set aside and of values left blank."""
    report = QualityReport.from_json(json.dumps(delivery.report))
    blank = [
        (f"{', '.join(column.columns)}: {problem.message}", problem.count)
        for column in report.columns
        for problem in column.problems
        if problem.kept
    ]
    aside = [(problem.message, problem.count) for problem in report.set_aside_problems]
    return sorted([*aside, *blank], key=lambda entry: -entry[1])


def _find_periods_before(deliveries: Collection[Delivery]) -> dict[int, Delivery | None]:
    """Find the last submission of each data set for another period, received before."""
    if not deliveries:
        return {}
    accepted = Delivery.objects.filter(
        organization__in={row.organization_id for row in deliveries},
        agreement_reference__in={row.agreement_reference for row in deliveries},
        feed__in={row.feed for row in deliveries},
        part__in={row.part for row in deliveries},
        state=DeliveryState.CONFORMED,
    ).order_by("-received_at", "-pk")
    found = [(_name_data_set(row), row) for row in accepted.defer("report", "decision")]
    return {
        delivery.pk: next(
            (
                row
                for name, row in found
                if name == _name_data_set(delivery)
                and row.period != delivery.period
                and row.received_at < delivery.received_at
            ),
            None,
        )
        for delivery in deliveries
    }


def _name_data_set(row: Delivery) -> tuple[object, ...]:
    return (row.organization_id, row.agreement_reference, row.feed, row.part)


def _count_matches(deliveries: Collection[int]) -> Mapping[int, MatchCounts]:
    counts: dict[int, MatchCounts] = {}
    for counter in _MATCH_COUNTERS:
        counts |= counter(deliveries)
    return counts
