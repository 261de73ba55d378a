"""Read the public figures of each outcome, and compare its targets with them.

A target has a baseline, a current share and a gap.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cairn.outputs.dashboards.models import Target
from cairn.outputs.releases import api as releases_api
from cairn.policy.facts import AgreementFact
from cairn.policy.questions import may_view_published_release
from cairn.policy.vocabulary import PartyRole
from cairn.warehouse import measures
from cairn.warehouse.exporters import ALL_GROUPS, build_group_key

__all__ = ["load_published_outcome"]

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
        """Return the gap of the target's children; empty if their newest figure is suppressed."""
        return self.lines[0].gap

    @property
    def share(self) -> str:
        """Return the newest share of the target's children."""
        return self.lines[0].share


def measure_target_progress(
    target: Target, figures: releases_api.OutcomeFigures, *, higher_is_better: bool
) -> TargetProgress:
    """Compare a target with the newest figures.

    The target of one group has one line. Of a target for all children, they come first, then
    groups in their usual order. Each group is compared with the same target, and no group with
    another.
    """
    goal = float(target.percent)
    key = target.key
    rows = [(target.group_label or _("All children"), figures.get_figure(figures.latest, key))]
    if key == releases_api.COUNTY_KEY:
        rows += _list_groups(figures)
    lines = (
        TargetProgressLine(
            label,
            releases_api.format_percent(count),
            describe_target_gap(count, goal, higher_is_better=higher_is_better),
            withheld=count.span is None,
        )
        for label, count in rows
    )
    return TargetProgress(target, tuple(lines))


def list_target_groups(
    figures: releases_api.OutcomeFigures, crossed_name: str = ""
) -> Iterator[tuple[releases_api.FigureKey, str]]:
    """Yield the groups that may have a target of their own, with their labels.

    They have a published share in some year. Schools have none: a partner sets targets for its
    schools itself. All children come first, then one dimension after another. Groups by more than
    one dimension are many, so only the one with `crossed_name` is among them, last.
    """
    published = {
        key
        for table in figures.tables.values()
        for key, count in table.items()
        if count.span is not None and "school" not in key.dimensions
    }
    published -= {key for key in published for pair in key.values if _has_no_target(*pair)}
    keys = {key for key in published if len(key.values) == 1}
    yield releases_api.COUNTY_KEY, _("All children")
    for dimension in measures.sort_dimensions({dim for key in keys for dim in key.dimensions}):
        values = {key.get(dimension) for key in keys if dimension in key.dimensions}
        for value in releases_api.sort_values(dimension, values):
            heading = releases_api.label_breakdown(dimension)
            label = releases_api.label_value(dimension, value)
            yield build_group_key({dimension: value}), f"{heading}: {label}"
    for key in published - keys - {releases_api.COUNTY_KEY}:
        if encode_group(key) == crossed_name:
            yield key, releases_api.describe_group(key)


def encode_group(key: releases_api.FigureKey) -> str:
    """Encode a group for use in an address; empty for all children."""
    return json.dumps(key.values, ensure_ascii=False) if key.values else ""


def _has_no_target(dimension: str, code: str) -> bool:
    """Return whether a value names no group: not on record, or all children of no program."""
    is_of_others = bool(measures.get_member_name(dimension)) and code != measures.MEMBER
    return code == releases_api.NO_VALUE_ON_RECORD or is_of_others


def list_periods_between(first: str, last: str) -> list[str]:
    """List every period from one to another, both included: years, or semesters."""
    # Two semesters a year at most.
    most = 2 * max(0, int(last[:4]) - int(first[:4])) + 1
    following = measures.list_following_periods(first, most)
    return [first, *(name for name in following if name <= last)]


def _list_groups(
    figures: releases_api.OutcomeFigures,
) -> Iterator[tuple[str, releases_api.FigureCount]]:
    for race in releases_api.sort_races(race for race, _gender in figures.groups):
        count = figures.groups.get((race, ALL_GROUPS))
        if count is not None and race not in (ALL_GROUPS, releases_api.NO_VALUE_ON_RECORD):
            yield releases_api.label_race(race), count


def describe_target_gap(
    count: releases_api.FigureCount, goal: float, *, higher_is_better: bool
) -> str:
    """Describe how far a published share is from a target, in points.

    The gap of a range is a range. A target is met only if every share that the published figure
    allows meets it. Empty if the share is suppressed.
    """
    if count.span is None or count.possible_span is None:
        return ""
    sign = 1 if higher_is_better else -1
    worst_gap = max(sign * (goal - 100 * end) for end in count.possible_span)
    gaps = [max(sign * (goal - 100 * end), 0) for end in count.span]
    if worst_gap < _ROUNDING_TOLERANCE:
        return _("target met")
    if count.span == count.possible_span:
        points = str(number_format(round(max(gaps), 1), decimal_pos=1))
        return _("%(points)s points from the target") % {"points": points}
    return _describe_rounded_gap(round(min(gaps)), round(max(gaps)))


def _describe_rounded_gap(least: int, most: int) -> str:
    """Describe the gap of a share that is known as whole percents only."""
    if most == 0:
        return _("about 1 point from the target, or less")
    template = (
        _("about %(points)s points from the target")
        if least == most
        else _("about %(least)s to %(points)s points from the target")
    )
    return template % {"least": least, "points": most}


@dataclass(frozen=True, slots=True)
class PublishedOutcome:
    """Hold one outcome with its public figures, of every year and table.

    `release` states the figure of all children in the newest year; `sources` are all releases
    that state a figure, newest first; `releases` has the one of each figure.
    """

    definition: measures.IndicatorDefinition
    release: releases_api.Release
    sources: tuple[releases_api.Release, ...]
    figures: releases_api.OutcomeFigures
    releases: releases_api.FigureReleases

    @property
    def counted_on(self) -> list[date]:
        """Return the days on which the public figures were counted, in order."""
        return sorted({row.as_of for row in self.releases.values() if row.as_of})

    @property
    def minimum_cell(self) -> int:
        """Return the lowest minimum cell size of all public figures, in children."""
        return min(
            release.minimum_cell or releases_api.SMALLEST_MINIMUM_CELL for release in self.sources
        )

    @property
    def contributors(self) -> int | None:
        """Return how many districts audited every one of the figures; None if unknown of one."""
        counts = [release.contributors for release in self.sources]
        return None if None in counts else min(count for count in counts if count is not None)

    @property
    def stories(self) -> tuple[str, ...]:
        """Return what the partnership says about the figures, of the newest release first."""
        newest_first = (self.release, *self.sources)
        return tuple(dict.fromkeys(each.story for each in newest_first if each.story))

    @property
    def has_one_population(self) -> bool:
        """Return whether all figures count the same children, as far as releases differ."""
        return len({_describe_population(release) for release in self.sources}) <= 1

    @property
    def version(self) -> str:
        """Return an identifier of these figures, which changes with them (for caches)."""
        files = "\n".join(release.released for release in self.sources)
        return hashlib.sha256(files.encode()).hexdigest()[:16]


def _describe_population(release: releases_api.Release) -> tuple[object, ...]:
    """Return what decides which children a release counts: day, sources, nations, opt-outs."""
    are_children_excluded = any(
        caveat["code"] == releases_api.CHILDREN_EXCLUDED for caveat in release.caveats
    )
    return (
        release.as_of,
        tuple(sorted(release.agreements)),
        tuple(release.nations),
        are_children_excluded,
    )


def iterate_published_outcomes(on: date) -> Iterator[PublishedOutcome]:
    """Yield every outcome with published figures, in the order of the catalog.

    The releases are read once, and policy is asked once about each that is shown.
    """
    state = releases_api.load_public_state()
    asked, loader = set[int](), releases_api.ReleaseFactLoader()
    loader.load_releases(state.releases.values())
    for definition in releases_api.load_indicator_catalogue().values():
        if published_outcome := build_released_outcome(definition, state):
            _require_view(published_outcome, on, asked, loader)
            yield published_outcome


def load_published_outcomes(
    on: date, kept: dict[object, Any] | None = None
) -> dict[str, PublishedOutcome]:
    """Load every outcome with published figures; policy is asked first.

    Args:
        on: the day of the decision.
        kept: what an earlier request of a reader without an account loaded, which is emptied when
            anything is recorded; None for a signed-in user.
    Returns:
        The outcomes by ID, in the order of the catalog.
    Raises:
        Refused: policy does not allow it.
    """
    key = ("published outcomes", on)
    if kept is not None and key in kept:
        found: dict[str, PublishedOutcome] = kept[key]
        return found
    published_outcomes = {each.definition.id: each for each in iterate_published_outcomes(on)}
    if kept is not None:
        kept[key] = published_outcomes
    return published_outcomes


def iterate_counted_outcomes(on: date) -> Iterator[PublishedOutcome]:
    """Yield the published outcomes that have a share, without measures and counts."""
    return (
        published_outcome
        for published_outcome in iterate_published_outcomes(on)
        if published_outcome.definition.has_share
    )


def list_count_days(published_outcomes: Iterable[PublishedOutcome]) -> list[date]:
    """List the days on which the figures of some outcomes were counted."""
    return [day for each in published_outcomes for day in each.counted_on]


def load_published_outcome(outcome: str, on: date) -> PublishedOutcome | None:
    """Load the public figures of one outcome; policy is asked first.

    Args:
        outcome: id of the outcome.
        on: the day of the decision.
    Returns:
        The figures; None if nothing is published.
    Raises:
        Refused: policy does not allow it.
    """
    definition = releases_api.load_indicator_catalogue().get(outcome)
    if definition is None:
        return None
    state = releases_api.load_public_state([outcome])
    published_outcome = build_released_outcome(definition, state)
    if published_outcome is not None:
        _require_view(published_outcome, on, set(), releases_api.ReleaseFactLoader())
    return published_outcome


def build_released_outcome(
    definition: measures.IndicatorDefinition, state: releases_api.PublicState
) -> PublishedOutcome | None:
    """Build one outcome from composed figures; None if none of it is published.

    The caller asks policy about each release that states a figure.
    """
    outcome = definition.id
    figures = state.collect_figures(outcome)
    if not figures.years:
        return None
    return PublishedOutcome(
        definition,
        state.find_headline_source(outcome, figures.latest),
        state.list_sources(outcome),
        figures,
        state.collect_releases(outcome),
    )


def _require_view(
    published_outcome: PublishedOutcome,
    on: date,
    asked: set[int],
    loader: releases_api.ReleaseFactLoader,
) -> None:
    """Ask policy about each release that states a figure, unless it was asked before."""
    loader.load_releases(published_outcome.sources)
    for release in published_outcome.sources:
        if release.pk not in asked:
            decision = may_view_published_release(loader.load_release(release), on)
            if not decision.allowed:  # nothing needs a permit, which digests all facts
                decision.require()
            asked.add(release.pk)


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


def list_group_progress(published_outcome: PublishedOutcome) -> list[TargetProgress]:
    """Return the targets of districts and groups: in a fixed order, not by how far they are."""
    order = [key for key, _label in list_target_groups(published_outcome.figures)]
    own = [each for each in list_target_progress(published_outcome) if each.target.group]
    return sorted(
        own,
        key=lambda each: order.index(each.target.key) if each.target.key in order else len(order),
    )


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


def list_outcome_agreements(published_outcome: PublishedOutcome) -> tuple[AgreementFact, ...]:
    """Return the agreements that cover the data of the public figures of an outcome."""
    references = {name for release in published_outcome.sources for name in release.agreements}
    return releases_api.load_lineage(references)


def list_source_names(published_outcome: PublishedOutcome) -> list[str]:
    """Return the names of the organizations that provided the records."""
    parties = (
        party
        for agreement in list_outcome_agreements(published_outcome)
        for party in agreement.parties
    )
    return sorted({party.name for party in parties if party.role is PartyRole.PROVIDER})
