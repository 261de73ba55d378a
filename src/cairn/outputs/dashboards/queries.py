"""Read the newest published figures of each outcome, and compare its targets with them.

A target has a baseline, a current share and a gap.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cairn.outputs.dashboards.models import Target
from cairn.outputs.releases import api as releases_api
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts import AgreementFact
from cairn.policy.questions import may_view_published_release
from cairn.policy.vocabulary import PartyRole
from cairn.warehouse.exporters import ALL_GROUPS, ReleaseFigures, read_release_figures
from cairn.warehouse.measures import OutcomeDefinition, load_outcome_catalogue
from cairn.warehouse.store import FileRef

__all__ = ["list_following_years", "load_published_outcome"]

_ROUNDING_TOLERANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class TargetProgressLine:
    """Hold one group's (or all children's) newest share and gap to the target."""

    label: str
    share: str
    gap: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """Hold one target with the newest figures."""

    target: Target
    lines: tuple[TargetProgressLine, ...]

    @property
    def gap(self) -> str:
        """Return the gap of all children; empty if their newest figure is suppressed."""
        return self.lines[0].gap

    @property
    def share(self) -> str:
        """Return the newest share of all children."""
        return self.lines[0].share


def measure_target_progress(
    target: Target, figures: releases_api.OutcomeFigures, *, higher_is_better: bool
) -> TargetProgress:
    """Compare a target with the newest figures.

    All children come first, then groups in their usual order. Each group is compared with the same
    target, and no group with another.
    """
    goal = float(target.percent)
    rows = [(_("All children"), figures.county), *_list_groups(figures)]
    lines = (
        _build_progress_line(label, count, goal, higher_is_better=higher_is_better)
        for label, count in rows
    )
    return TargetProgress(target, tuple(lines))


def list_following_years(latest: str, count: int = 10) -> list[str]:
    """List the years after a year, in its format: "2026-27" after "2025-26".

    After "2025" comes "2026".

    Args:
        latest: the year.
        count: how many years.
    Returns:
        The years, in order.
    """
    following = range(int(latest[:4]) + 1, int(latest[:4]) + 1 + count)
    if "-" not in latest:
        return [str(year) for year in following]
    return [f"{year}-{(year + 1) % 100:02}" for year in following]


def list_years_between(first: str, last: str) -> list[str]:
    """List every year from one to another, both included."""
    year_count = max(0, int(last[:4]) - int(first[:4]))
    return [first, *list_following_years(first, year_count)]


def _list_groups(
    figures: releases_api.OutcomeFigures,
) -> Iterator[tuple[str, releases_api.FigureCount]]:
    for race in releases_api.sort_races(race for race, _gender in figures.groups):
        count = figures.groups.get((race, ALL_GROUPS))
        if count is not None and race not in (ALL_GROUPS, releases_api.NO_VALUE_ON_RECORD):
            yield releases_api.label_race(race), count


def _build_progress_line(
    label: str, count: releases_api.FigureCount, goal: float, *, higher_is_better: bool
) -> TargetProgressLine:
    if count.share is None:
        return TargetProgressLine(label, releases_api.format_percent(count), "", withheld=True)
    gap = goal - 100 * count.share if higher_is_better else 100 * count.share - goal
    if gap < _ROUNDING_TOLERANCE:
        return TargetProgressLine(
            label, releases_api.format_percent(count), _("target met"), withheld=False
        )
    gap_text = _("%(points)s points from the target") % {
        "points": number_format(round(gap, 1), decimal_pos=1)
    }
    return TargetProgressLine(label, releases_api.format_percent(count), gap_text, withheld=False)


@dataclass(frozen=True, slots=True)
class PublishedOutcome:
    """Hold one outcome with its newest published figures."""

    definition: OutcomeDefinition
    release: releases_api.Release
    figures: releases_api.OutcomeFigures

    @property
    def version(self) -> str:
        """Return an identifier of these figures, which changes with each release (for caches)."""
        return self.release.released.rpartition("/")[2][:16]


def iterate_published_outcomes(on: date) -> Iterator[PublishedOutcome]:
    """Yield every outcome with published figures, in the order of the catalog.

    The releases are read once, and policy is asked once about each that is shown.
    """
    newest_releases = _find_newest_releases()
    asked: set[int] = set()
    for outcome in load_outcome_catalogue():
        release = newest_releases.get(outcome)
        if release is None:
            continue
        if release.pk not in asked:
            may_view_published_release(releases_api.load_release_fact(release), on).require()
            asked.add(release.pk)
        published_outcome = _load_figures(outcome, release)
        if published_outcome is not None:
            yield published_outcome


def iterate_counted_outcomes(on: date) -> Iterator[PublishedOutcome]:
    """Yield the published outcomes that have a share, without measures."""
    return (
        published_outcome
        for published_outcome in iterate_published_outcomes(on)
        if published_outcome.definition.measure is None
    )


def load_published_outcome(outcome: str, on: date) -> PublishedOutcome | None:
    """Load the newest published figures of one outcome; policy is asked first.

    Args:
        outcome: id of the outcome.
        on: the day of the decision.
    Returns:
        The figures; None if nothing is published.
    Raises:
        Refused: policy does not allow it.
    """
    newest = _find_newest_releases().get(outcome)
    if newest is None or outcome not in load_outcome_catalogue():
        return None
    may_view_published_release(releases_api.load_release_fact(newest), on).require()
    return _load_figures(outcome, newest)


def _find_newest_releases() -> dict[str, releases_api.Release]:
    """Find the newest published release of each outcome that has one."""
    newest_releases: dict[str, releases_api.Release] = {}
    for release in releases_api.list_published_releases():
        for outcome in release.outcomes:
            newest_releases.setdefault(outcome, release)
    return newest_releases


def _load_figures(outcome: str, release: releases_api.Release) -> PublishedOutcome | None:
    released_file = _load_released_file(release.released)
    figures = releases_api.collect_outcome_figures(
        released_file.cells, outcome, released_file.names
    )
    definition = load_outcome_catalogue()[outcome]
    return PublishedOutcome(definition, release, figures) if figures.years else None


def list_active_targets(outcome: str) -> QuerySet[Target]:
    """Return the targets of an outcome that have not ended."""
    return Target.objects.filter(outcome=outcome, ended_at__isnull=True)


def list_target_progress(published_outcome: PublishedOutcome) -> list[TargetProgress]:
    """Return each target of an outcome, compared with the newest figures."""
    higher = published_outcome.definition.direction == "higher"
    rows = list_active_targets(published_outcome.definition.id)
    return [
        measure_target_progress(row, published_outcome.figures, higher_is_better=higher)
        for row in rows
    ]


def find_withdrawn_release(outcome: str) -> releases_api.Release | None:
    """Find the release of an outcome that was withdrawn last."""
    return next(
        (
            release
            for release in releases_api.list_withdrawn_releases()
            if outcome in release.outcomes
        ),
        None,
    )


def list_release_agreements(release: releases_api.Release) -> tuple[AgreementFact, ...]:
    """Return the agreements that cover the data of a release."""
    return releases_api.load_lineage(release.agreements)


def list_source_names(release: releases_api.Release) -> list[str]:
    """Return the names of the organizations that provided the records."""
    parties = (
        party for agreement in list_release_agreements(release) for party in agreement.parties
    )
    return sorted({party.name for party in parties if party.role is PartyRole.PROVIDER})


def _load_released_file(ref: str) -> ReleaseFigures:
    """Load the figures of one file. They are public and never change, so they are cached."""

    def read() -> ReleaseFigures:
        return read_release_figures(open_file_store(), FileRef.parse(ref))

    return cache.get_or_set(f"released:{ref}", read, timeout=None) or read()
