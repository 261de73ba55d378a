"""Compare one district, school or program with others, from published figures.

One group is shown at a time, so no page ranks them. Differences are computed from published values
alone; a difference of ranges is a range.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cairn.outputs.dashboards import queries
from cairn.outputs.dashboards.figure_requests.figure_selection import select_group
from cairn.outputs.dashboards.models import Target
from cairn.outputs.releases import api as releases_api
from cairn.warehouse import measures
from cairn.warehouse.exporters import ALL_GROUPS, build_group_key

__all__ = ["ComparedOutcome", "list_outcomes_by_program", "list_program_outcomes"]


@dataclass(frozen=True, slots=True)
class ComparedYear:
    """Hold the figures of a group and of the others in one year, in words."""

    year: str
    share: str
    size: str
    others: str
    difference: str
    is_suppressed: bool


@dataclass(frozen=True, slots=True)
class ComparedOutcome:
    """Hold the published figures of one outcome for a group and for the others.

    Attributes:
        outcome: ID of the outcome.
        title: its title.
        years: the years in which the group has a figure, the newest first.
        targets: the group's own targets, or else those for all children, each in words with
            the gap to it.
        counted_on: the days on which the outcome's public figures were counted.
        address: the outcome's public page with the group selected; it has the trend.
    """

    outcome: str
    title: str
    years: tuple[ComparedYear, ...]
    targets: tuple[str, ...]
    counted_on: tuple[date, ...]
    address: str

    @property
    def newest(self) -> ComparedYear:
        """Return the newest year in which the group has a figure."""
        return self.years[0]

    def select_years(self, years: Iterable[str]) -> list[ComparedYear | None]:
        """Return the figures of some years, None where the group has none."""
        by_year = {each.year: each for each in self.years}
        return [by_year.get(year) for year in years]


def list_program_outcomes(program: str, on: date) -> list[ComparedOutcome]:
    """List the published outcomes of the children in one program, beside all other children.

    Args:
        program: name of the program, as its records and releases have it.
        on: the day of the decision.
    Returns:
        One entry for each outcome that was published by this program; empty if none was.
    Raises:
        Refused: policy does not allow reading the published figures.
    """
    return list_outcomes_by_program([program], on)[program]


def list_outcomes_by_program(programs: Iterable[str], on: date) -> dict[str, list[ComparedOutcome]]:
    """List the published outcomes of the children in each program, beside all other children.

    Args:
        programs: names of the programs, as their records and releases have them.
        on: the day of the decision.
    Returns:
        By name, one entry for each outcome that was published by this program; empty if none was.
    Raises:
        Refused: policy does not allow reading the published figures.
    """
    published_outcomes = list(queries.iterate_published_outcomes(on))
    targets = list(Target.objects.filter(ended_at=None))
    dimensions = defaultdict(set)
    for each in published_outcomes:
        for dimension in _list_dimensions(each.figures):
            dimensions[dimension.casefold()].add(dimension)
    return {
        program: [
            compared
            for dimension in sorted(
                dimensions[measures.build_member_dimension("program", program).casefold()]
            )
            for compared in _compare_outcomes(
                published_outcomes,
                build_group_key({dimension: measures.MEMBER}),
                build_group_key({dimension: "no"}),
                targets,
            )
        ]
        for program in programs
    }


def list_places(
    published_outcomes: Iterable[queries.PublishedOutcome],
) -> dict[str, list[str]]:
    """List the schools with published figures by district, both in alphabetical order."""
    schools: dict[str, set[str]] = {}
    for each in published_outcomes:
        for table in each.figures.tables.values():
            for key in table:
                if key.dimensions in ({"district"}, {"district", "school"}):
                    named = schools.setdefault(key.get("district"), set())
                    named |= {key.get("school")} - {ALL_GROUPS}
    missing = releases_api.NO_VALUE_ON_RECORD
    return {
        district: sorted(schools[district] - {missing})
        for district in sorted(schools)
        if district != missing
    }


def compare_group_outcomes(
    published_outcomes: Iterable[queries.PublishedOutcome],
    key: releases_api.FigureKey,
    others: releases_api.FigureKey,
) -> Iterator[ComparedOutcome]:
    """Yield each outcome with a figure of a group, beside the figure of others."""
    targets = list(Target.objects.filter(ended_at=None))
    yield from _compare_outcomes(published_outcomes, key, others, targets)


def _compare_outcomes(
    published_outcomes: Iterable[queries.PublishedOutcome],
    key: releases_api.FigureKey,
    others: releases_api.FigureKey,
    targets: Sequence[Target],
) -> Iterator[ComparedOutcome]:
    own = [row for row in targets if row.key == key]
    shared = [row for row in targets if row.key == releases_api.COUNTY_KEY]
    selected = select_group(key).query
    for each in published_outcomes:
        figures = each.figures
        rows = [year for year in reversed(figures.years) if key in figures.tables[year]]
        if rows:
            yield ComparedOutcome(
                each.definition.id,
                releases_api.localize_text(each.definition.title),
                tuple(
                    _compare_year(
                        year, figures.get_figure(year, key), figures.get_figure(year, others)
                    )
                    for year in rows
                ),
                tuple(_describe_targets(own, shared, figures.get_figure(rows[0], key), each)),
                tuple(each.counted_on),
                reverse("dashboards:outcome", args=[each.definition.id]) + selected,
            )


def describe_difference(count: releases_api.FigureCount, others: releases_api.FigureCount) -> str:
    """Describe how far a published figure is above or below another; empty if one is missing."""
    if count.span is None or others.span is None:
        return ""
    low = round(100 * (count.span[0] - others.span[1]), 1)
    high = round(100 * (count.span[1] - others.span[0]), 1)
    if not any(isinstance(each, releases_api.PercentBand) for each in (count, others)):
        return _("%(points)s points") % {"points": _format_signed(high, 1)}
    if round(low) == round(high):
        return _("about %(points)s points") % {"points": _format_signed(high, 0)}
    return _("%(low)s to %(high)s points") % {
        "low": _format_signed(low, 0),
        "high": _format_signed(high, 0),
    }


def _format_signed(points: float, decimals: int) -> str:
    text = number_format(abs(round(points, decimals)), decimal_pos=decimals)
    sign = "\N{MINUS SIGN}" if round(points, decimals) < 0 else "+"
    return f"{sign}{text}" if round(points, decimals) else text


def _compare_year(
    year: str, count: releases_api.FigureCount, others: releases_api.FigureCount
) -> ComparedYear:
    return ComparedYear(
        year,
        releases_api.format_figure(count),
        releases_api.format_group_size(count),
        releases_api.format_figure(others),
        describe_difference(count, others),
        count.withheld,
    )


def list_recent_years(outcomes: Sequence[ComparedOutcome], most: int) -> list[str]:
    """List the newest years in which an outcome has a figure of the group, the newest first."""
    years = {year.year for each in outcomes for year in each.years}
    return sorted(years, reverse=True)[:most]


def _describe_targets(
    own: Iterable[Target],
    shared: Iterable[Target],
    count: releases_api.FigureCount,
    each: queries.PublishedOutcome,
) -> Iterator[str]:
    """Describe the group's own targets, or else those for all children."""
    outcome, is_own = each.definition.id, False
    for row in own:
        if row.outcome == outcome:
            is_own = True
            yield _describe_target(row, count, each)
    for row in shared:
        if row.outcome == outcome and not is_own:
            text = _describe_target(row, count, each)
            yield _("all children: %(target)s") % {"target": text}


def _describe_target(
    target: Target, count: releases_api.FigureCount, each: queries.PublishedOutcome
) -> str:
    is_higher = each.definition.direction == "higher"
    gap = queries.describe_target_gap(count, float(target.percent), higher_is_better=is_higher)
    text = f"{target.percent.normalize():f}% ({target.target_year})"
    return f"{text}: {gap}" if gap else text


def _list_dimensions(figures: releases_api.OutcomeFigures) -> set[str]:
    return {
        dimension
        for table in figures.tables.values()
        for key in table
        for dimension in key.dimensions
    }
