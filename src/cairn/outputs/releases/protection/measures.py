"""Protect means and medians of a measure against attackers and earlier releases. No Django.

The numbers of children behind the figures are counts like any other: they are protected against
every earlier release about these children, results of an outcome included, and against
contributors. The magnitudes package protects the children's values: it withholds a figure wherever
its number of children is withheld, and more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from cairn.outputs.releases import merged_groups
from cairn.outputs.releases.merged_groups import NO_MERGED_GROUPS, Grouping
from cairn.outputs.releases.protection import counts, group_sizes
from cairn.outputs.releases.protection.counts import (
    PublishedSnapshot,
    TableDimensions,
)
from cairn.policy.facts import DifferencingConflict, DifferencingConflictKind
from cairn.sdc import differencing, magnitudes
from cairn.sdc.options import Statistic
from cairn.sdc.tables import (
    ALL,
    RESULT,
    AuditCertificate,
    CellCounts,
    Key,
    SuppressionRule,
    TableRequest,
)
from cairn.warehouse.exporters import ReleasedCell
from cairn.warehouse.measures import OutcomeMeasure

DOMINANCE_RULE: Final[magnitudes.DominanceRule] = magnitudes.ACRO_RULE
"""The dominance rule: how closely a value may be estimated, and the share a few may hold."""


@dataclass(frozen=True, slots=True)
class ProtectedMeasureYear:
    """Hold one protected measure in one year.

    The numbers of children were protected together with `beside` earlier releases, which took
    `programs_beside` more linear programs, and against contributors; `audits` has their audits.
    `together` are the merged groups.
    """

    outcome: str
    school_year: str
    statistic: Statistic
    figures: magnitudes.ProtectedFigures
    dims: tuple[str, ...]
    beside: int = 0
    programs_beside: int = 0
    audits: Mapping[str, AuditCertificate] = field(default_factory=dict)
    together: Grouping = NO_MERGED_GROUPS

    @property
    def withheld(self) -> int:
        """Return how many figures are withheld."""
        return sum(figure.told is None and figure.n != 0 for figure in self.figures.figures)

    def count_withheld_for(self, *reasons: magnitudes.FigureReason) -> int:
        """Return how many figures are withheld for one of these reasons."""
        return sum(why in reasons for why in self.figures.why.values())

    @property
    def attack_size(self) -> int:
        """Return how many people and withheld groups the attack on sums covered, over all
        attackers.

        0 for a median, which does not add up.
        """
        return sum(audit.asked for audit in self.figures.sum_audits)

    @property
    def programs(self) -> int:
        """Return the number of linear programs that all attacks solved."""
        return (
            self.figures.counts.certificate.programs
            + self.programs_beside
            + sum(audit.programs for audit in self.audits.values())
            + sum(audit.programs for audit in self.figures.sum_audits)
        )

    def cells(self) -> Iterator[ReleasedCell]:
        """Yield the cells in the form of the released zone."""
        for figure in self.figures.figures:
            shown_value = figure.told
            yield ReleasedCell(
                outcome=self.outcome,
                school_year=self.school_year,
                group=counts.build_released_key(self.dims, figure.key),
                result=ALL,
                n=figure.n,
                statistic=self.statistic.value,
                value=magnitudes.format_rounded_figure(shown_value.value, shown_value.unit)
                if shown_value
                else None,
                rounded_to=magnitudes.format_rounded_figure(shown_value.unit, shown_value.unit)
                if shown_value
                else None,
            )


@dataclass(frozen=True, slots=True)
class MeasureRequest:
    """Describe a request for a measure: tables, school years and minimum cell size.

    Empty school years mean every year. `together` are the groups to be merged.
    """

    outcome: str
    measure: OutcomeMeasure
    statistic: Statistic
    tables: TableDimensions
    years: Sequence[str]
    minimum: int
    together: Grouping = NO_MERGED_GROUPS


def protect_measure_years(
    measure_request: MeasureRequest,
    rows: Iterable[Mapping[str, Any]],
    snapshots: Sequence[PublishedSnapshot] = (),
    insiders: Sequence[counts.ReleaseInsider] = (),
) -> Iterator[ProtectedMeasureYear | DifferencingConflict]:
    """Protect each requested year of a measure, or report its conflict with a release.

    Args:
        measure_request: the request.
        rows: the counted table: school_year, the dimensions that `list_counted_dimensions` names
            for these and for earlier tables, result, value, n.
        snapshots: earlier releases that may count the same children.
        insiders: the partners with a release of their own, an earlier one. Each may know the
            values of all of its own children but one.

    Returns:
        The protected year, or the conflict, for each year in order.

    Raises:
        UnfitMeasureError: a value is outside the range that is possible.
        TooCloseError: no safe set of figures was found.
    """
    all_tables = [
        *measure_request.tables,
        *(table for snapshot in snapshots for table in snapshot.tables),
    ]
    rows = list(rows)
    counted_dimensions = counts.list_counted_dimensions(all_tables, rows)
    rows_by_year: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        rows_by_year.setdefault(str(row["school_year"]), []).append(row)
    for year in sorted(counts.select_requested_years(rows_by_year, measure_request.years)):
        year_grouping = counts.resolve_year_grouping(
            snapshots, measure_request.outcome, year, measure_request.together
        )
        if isinstance(year_grouping, DifferencingConflict):
            yield year_grouping
            continue
        merged_rows = merged_groups.merge_group_rows(rows_by_year[year], year_grouping)
        people = _MeasuredPeople(
            merged_rows, counted_dimensions, counts.list_table_dimensions(all_tables)
        )
        yield _protect_measure_year(
            measure_request, year, people, snapshots, year_grouping, insiders
        )


class _MeasuredPeople:
    """Hold the children of one year: counts by result, and their values."""

    def __init__(
        self,
        rows: Iterable[Mapping[str, Any]],
        dims: tuple[str, ...],
        shown_dimensions: tuple[str, ...],
    ) -> None:
        self.dims, self.nests = dims, counts.list_nested_dimensions(shown_dimensions)
        self.counts: dict[Key, int] = {}
        self.values: dict[Key, list[Fraction]] = {}
        for row in rows:
            key = counts.build_row_key(row, dims)
            self.counts[key] = self.counts.get(key, 0) + row["n"]
            self.values.setdefault(key[:-1], []).extend([Fraction(row["value"])] * row["n"])

    def contributors(
        self,
        measured_values: magnitudes.MeasuredPeople,
        rule: SuppressionRule,
        insiders: Sequence[counts.ReleaseInsider],
    ) -> tuple[magnitudes.MeasureContributor, ...]:
        """Return the contributors; each knows its own children's values."""
        cells = CellCounts((*self.dims, RESULT), self.counts)
        return tuple(
            magnitudes.MeasureContributor(
                contributor.name,
                {
                    key: measured_values.people[key]
                    for key in {key[:-1] for key in contributor.own} & set(measured_values.people)
                },
            )
            for contributor in counts.find_contributors(cells, rule, insiders)
        )


def _protect_measure_year(
    measure_request: MeasureRequest,
    year: str,
    people: _MeasuredPeople,
    snapshots: Sequence[PublishedSnapshot],
    year_grouping: Grouping,
    insiders: Sequence[counts.ReleaseInsider],
) -> ProtectedMeasureYear | DifferencingConflict:
    """Protect one year of a measure, or report its conflict with an earlier release."""
    rule = counts.build_cell_rule(people.counts, measure_request.minimum)
    lowest, highest = measure_request.measure.limits
    measured_values = magnitudes.convert_to_steps(
        people.values, Fraction(lowest), Fraction(highest)
    )
    cells = CellCounts((*people.dims, RESULT), people.counts)
    requested_tables = tuple(tuple(table) for table in measure_request.tables)
    earlier = list(counts.find_earlier_tables(snapshots, measure_request.outcome, year, cells))
    count_protector = group_sizes.GroupSizeProtector(
        TableRequest(cells, requested_tables, people.nests), rule, earlier
    )
    contributors = people.contributors(measured_values, rule, insiders)
    order = magnitudes.MagnitudeRequest(
        measured=measured_values,
        dims=people.dims,
        tables=requested_tables,
        statistic=measure_request.statistic,
        rule=rule,
        dominance=DOMINANCE_RULE,
        nests=people.nests,
        contributors=contributors,
        insiders=frozenset(insider.name for insider in insiders)
        & {contributor.name for contributor in contributors if contributor.own},
    )
    # The messages of these errors contain counts of children, so only the names are passed on.
    try:
        figure_set = magnitudes.protect_figures(order, protect_counts=count_protector)
    except differencing.ReleaseConflictError as conflict:
        return DifferencingConflict(
            measure_request.outcome, year, DifferencingConflictKind.TELLS_OF_FEW, conflict.releases
        )
    except differencing.OtherPeopleError as mismatch:
        return DifferencingConflict(
            measure_request.outcome, year, DifferencingConflictKind.OTHER_CHILDREN, (mismatch.name,)
        )
    return ProtectedMeasureYear(
        measure_request.outcome,
        year,
        measure_request.statistic,
        figure_set,
        people.dims,
        len(earlier),
        count_protector.programs_beside,
        count_protector.audits,
        year_grouping,
    )
