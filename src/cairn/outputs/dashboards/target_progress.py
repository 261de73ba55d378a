"""Compare a target with the newest figures: baseline, current share and gap to the target."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cairn.outputs.dashboards.models import Target
from cairn.outputs.releases import api as releases_api
from cairn.warehouse.exporters import ALL_GROUPS

__all__ = ["list_following_years"]

_ROUNDING_TOLERANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class TargetProgressLine:
    """Hold one group's (or all children's) newest share and gap to the target."""

    label: str
    share: str
    to_go: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """Hold one target with the newest figures."""

    target: Target
    lines: tuple[TargetProgressLine, ...]

    @property
    def to_go(self) -> str:
        """Return the gap of all children; empty if their newest figure is suppressed."""
        return self.lines[0].to_go

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
