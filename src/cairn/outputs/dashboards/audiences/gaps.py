"""Compare each group with all children, for people who set priorities.

Everything here is computed from published figures: a gap of ranges is a range. Only gaps are put in
order, never groups by how well they do. Districts, schools, programs and areas are not
compared: some agreements forbid rankings, and each serves other children.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cairn.outputs.dashboards import queries
from cairn.outputs.dashboards.models import Target
from cairn.outputs.releases import api as releases_api
from cairn.warehouse import measures

_UNRANKED_RULES: Final = frozenset({
    measures.BreakdownRule.PLACE, measures.BreakdownRule.ZIP, measures.BreakdownRule.MEMBER,
    measures.BreakdownRule.AREA, measures.BreakdownRule.DOSAGE,
})  # fmt: skip
_SMALLEST_GAP: Final = 0.5
"""A smaller gap, in points, is none, as with the change of a year."""


@dataclass(frozen=True, slots=True)
class YearlyGap:
    """Hold the figures of a group and of all children in one year, with the gap between them."""

    year: str
    group_share: str
    county_share: str
    gap: str


@dataclass(frozen=True, slots=True)
class GroupGap:
    """Hold how far the newest figure of a group is from that of all children, in points.

    Attributes:
        published_outcome: the outcome with its figures.
        key: the group.
        count: its figure in the newest year.
        target: its own target, or else the target for all children; None if there is neither.
        low: the least gap that the two figures allow; above 0 if the figure of the group is worse.
        high: the greatest.
    """

    published_outcome: queries.PublishedOutcome
    key: releases_api.FigureKey
    count: releases_api.FigureCount
    target: Target | None
    low: float
    high: float

    @property
    def outcome(self) -> str:
        """Return the title of the outcome."""
        return releases_api.localize_text(self.published_outcome.definition.title)

    @property
    def group(self) -> str:
        """Return the group in words."""
        return releases_api.describe_group(self.key)

    @property
    def breakdown(self) -> str:
        """Return what the group is one of, such as "Gender"."""
        dimensions = measures.sort_dimensions(self.key.dimensions)
        return ", ".join(releases_api.label_breakdown(dimension) for dimension in dimensions)

    @property
    def rank(self) -> tuple[float, float]:
        """Return what gaps are put in order by: the least gap, and then the middle."""
        return max(self.low, 0.0), (self.low + self.high) / 2

    @property
    def size(self) -> int:
        """Return the number of students that is public, or the least; -1 if none is."""
        if isinstance(self.count, releases_api.PercentBand) and self.count.n is None:
            return self.count.size_low
        return -1 if self.count.n is None else self.count.n

    @property
    def size_text(self) -> str:
        """Return the number of students in words, if public."""
        return releases_api.format_group_size(self.count)

    @property
    def points(self) -> str:
        """Return the gap in words, such as "12 to 16 points"."""
        return describe_points(self.low, self.high, is_rounded=self._is_rounded)

    @property
    def shares(self) -> str:
        """Return the two figures that the gap is between."""
        figures = self.published_outcome.figures
        return _("%(share)s, all children %(county)s") % {
            "share": releases_api.format_percent(self.count),
            "county": releases_api.format_percent(figures.county),
        }

    @property
    def target_text(self) -> str:
        """Return the target and how far the group is from it; empty if it has none."""
        if self.target is None:
            return ""
        is_higher = self.published_outcome.definition.direction == "higher"
        goal = float(self.target.percent)
        return _("%(share)s%% in %(year)s: %(gap)s") % {
            "share": f"{self.target.percent.normalize():f}",
            "year": self.target.target_year,
            "gap": queries.describe_target_gap(self.count, goal, higher_is_better=is_higher),
        }

    @property
    def change_needed(self) -> str:
        """Return in which direction the figure of the group moves when its gap closes."""
        is_higher = self.published_outcome.definition.direction == "higher"
        return _("rises by") if is_higher else _("falls by")

    def list_years(self) -> list[YearlyGap]:
        """List the gap in each year in which both figures are published."""
        figures, direction = (
            self.published_outcome.figures,
            self.published_outcome.definition.direction,
        )
        years = []
        for row in figures.list_trend(self.key):
            county = figures.get_county(row.value)
            span = measure_gap(row.count, county, direction)
            if span is not None:
                is_rounded = _are_rounded(row.count, county)
                years.append(
                    YearlyGap(
                        row.value,
                        releases_api.format_percent(row.count),
                        releases_api.format_percent(county),
                        describe_points(*span, is_rounded=is_rounded),
                    )
                )
        return years

    @property
    def _is_rounded(self) -> bool:
        return _are_rounded(self.count, self.published_outcome.figures.county)


@dataclass(frozen=True, slots=True)
class GapReport:
    """Hold every gap, the largest first, and how many groups have none.

    A gap of ranges comes after every gap that is surely larger.

    Attributes:
        gaps: gaps in which the figure of the group is or may be worse.
        better: how many groups have a figure as good as that of all children, or better.
        suppressed: how many groups have no published figure, or are in an outcome without one
            for all children.
    """

    gaps: tuple[GroupGap, ...]
    better: int
    suppressed: int


def build_gap_report(
    published_outcomes: Iterable[queries.PublishedOutcome], targets: Iterable[Target]
) -> GapReport:
    """Compare every group of the newest year of each outcome with all children."""
    targets_by_group: dict[tuple[str, releases_api.FigureKey], Target] = {}
    for target in targets:
        targets_by_group.setdefault((target.outcome, target.key), target)
    gaps: list[GroupGap] = []
    better = suppressed = 0
    for published_outcome in published_outcomes:
        for gap in _compare_groups(published_outcome, targets_by_group):
            if gap is None:
                suppressed += 1
            elif gap.rank[1] < _SMALLEST_GAP:
                better += 1
            else:
                gaps.append(gap)
    gaps.sort(key=lambda gap: (gap.outcome, gap.group))
    gaps.sort(key=lambda gap: gap.rank, reverse=True)
    return GapReport(tuple(gaps), better, suppressed)


def measure_gap(
    count: releases_api.FigureCount, county: releases_api.FigureCount, direction: str
) -> tuple[float, float] | None:
    """Measure the least and the greatest gap that two published figures allow, in points.

    Args:
        count: the figure of the group.
        county: the figure of all children.
        direction: the better one, "higher" or "lower".
    Returns:
        The ends of the gap; above 0 if the figure of the group is worse. None if a figure is
        suppressed.
    """
    if count.span is None or county.span is None:
        return None
    low = 100 * (county.span[0] - count.span[1])
    high = 100 * (county.span[1] - count.span[0])
    return (low, high) if direction == "higher" else (-high, -low)


def describe_points(low: float, high: float, *, is_rounded: bool) -> str:
    """Describe a gap in percentage points: a number, or a range where figures are rounded."""
    if not is_rounded and high >= _SMALLEST_GAP:
        return _("%(points)s points") % {"points": number_format(round(high, 1), decimal_pos=1)}
    least, most = round(low), round(high)
    if most <= 0:
        return _("no gap")
    if least <= 0:
        return _("0 to %(points)s points") % {"points": most}
    if least == most:
        return _("about %(points)s points") % {"points": most}
    return _("%(least)s to %(points)s points") % {"least": least, "points": most}


def _are_rounded(*counts: releases_api.FigureCount) -> bool:
    return any(isinstance(count, releases_api.PercentBand) for count in counts)


def _compare_groups(
    published_outcome: queries.PublishedOutcome,
    targets: Mapping[tuple[str, releases_api.FigureKey], Target],
) -> Iterator[GroupGap | None]:
    """Yield the gap of each group of people; None for one that is suppressed."""
    figures, definition = published_outcome.figures, published_outcome.definition
    everyone = targets.get((definition.id, releases_api.COUNTY_KEY))
    for key, count in figures.tables[figures.latest].items():
        if not _is_group_of_people(key) or count.n == 0:
            continue
        span = measure_gap(count, figures.county, definition.direction)
        if span is None:
            yield None
        else:
            target = targets.get((definition.id, key), everyone)
            yield GroupGap(published_outcome, key, count, target, *span)


def _is_group_of_people(key: releases_api.FigureKey) -> bool:
    return bool(key.values) and all(
        measures.is_dimension(dimension)
        and measures.get_breakdown(dimension).rule not in _UNRANKED_RULES
        and value != releases_api.NO_VALUE_ON_RECORD
        for dimension, value in key.values
    )
