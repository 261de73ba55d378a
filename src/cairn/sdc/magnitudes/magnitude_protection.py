"""Protect a measure: publish safe means, medians or sums, or nothing at all.

A mean is printed beside its n, so a cell has both or neither. What may not be shown is withheld by
the same engine as counts, which withholds more until no number follows by subtraction; then the
sums themselves are audited, against outsiders and against each contributor, and what they would
disclose too closely is withheld as well.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import ceil, inf
from typing import TypeAlias

from cairn.sdc.magnitudes import figure_rounding, magnitude_audit
from cairn.sdc.magnitudes.dominance import (
    FEWEST_UNKNOWN_STEPS,
    HUNDRED_PERCENT,
    DominanceRule,
    is_near_limit,
)
from cairn.sdc.magnitudes.figure_rounding import RoundedFigure
from cairn.sdc.magnitudes.magnitude_audit import MagnitudeAudit, ProtectedSum, ShownSum
from cairn.sdc.magnitudes.measure import MeasuredPeople, StepValues
from cairn.sdc.magnitudes.residual import (
    MeasureContributor,
    can_median_disclose,
    subtract_own_sums,
    subtract_own_values,
)
from cairn.sdc.options import Statistic, Sums
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables import (
    ALL,
    CellCounts,
    Key,
    Nest,
    PublishedCell,
    PublishedTables,
    SuppressionRule,
    TableRequest,
    build_lattice,
    close_over_parents,
)

__all__ = [
    "FigureReason",
    "MagnitudeRequest",
    "ProtectedFigures",
    "TooCloseError",
    "protect_figures",
]

MOST_ROUNDS = 60
"""How often more is withheld before the protection gives up."""


class FigureReason(StrEnum):
    """Name the reason for one withheld figure: for the analyst, never for the public."""

    FEW = "a small group"
    END = "nobody or everybody"
    HEAVY = "one or two people have most of it"
    COVERS = "protects another"
    UNSTEADY = "one person could change the median"
    OTHERS = "a contributor could work out what few others have"


class TooCloseError(RuntimeError):
    """Report that no safe set of figures was found. Nothing is published."""

    def __init__(self) -> None:
        super().__init__(
            "The figures could not be made safe together. Ask for fewer or coarser tables."
        )


@dataclass(frozen=True, slots=True)
class MagnitudeRequest:
    """Name the figures to publish.

    Args:
        measured: what each person has.
        dims: names of the dimensions of its keys.
        tables: the tables to publish, with all margins.
        nests: which dimension lies within which.
        statistic: what to publish of each group.
        rule: how small is small, for the people counted. Withheld groups may never together be
            a small one, no matter what it says, since their sum would be known.
        dominance: how closely a person's value may be estimated.
        group: a group of fewer people is withheld, if that is more than the rule's minimum.
        contributors: organizations that know what their own people have.
        insiders: names of the contributors who may know it of all of their own people but one.
    """

    measured: MeasuredPeople
    dims: tuple[str, ...]
    tables: tuple[tuple[str, ...], ...]
    statistic: Statistic
    rule: SuppressionRule
    dominance: DominanceRule
    nests: tuple[Nest, ...] = ()
    group: int = 0
    contributors: tuple[MeasureContributor, ...] = ()
    insiders: frozenset[str] = frozenset()


CountProtector: TypeAlias = Callable[
    [TableRequest, SuppressionRule, Collection[Key]], PublishedTables
]
"""Protects the numbers of people behind the figures, from the request, the rule, and the cells that
must be withheld no matter their number.
"""


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One printed cell.

    Args:
        key: the cell.
        n: the number of people; None where withheld.
        told: the rounded figure; None where withheld or where the group is empty.
    """

    key: Key
    n: int | None
    told: RoundedFigure | None


@dataclass(frozen=True, slots=True)
class ProtectedFigures:
    """The figures that may be published, with the certificate of their audit.

    Args:
        figures: every cell of every margin, once.
        counts: the numbers of people behind them, with the certificate of their audit.
        audit: the audit of the sums; None for medians, which do not add up.
        why: the reason for each withheld figure; never published.
        others: the same audit by each contributor, of everyone else as it sees them; none for
            medians.
        last_people: the audit by each insider, of the only one of its own people that it does not
            know; none for medians.
    """

    figures: tuple[PublishedFigure, ...]
    counts: PublishedTables
    audit: MagnitudeAudit | None
    why: Mapping[Key, FigureReason]
    others: Mapping[str, MagnitudeAudit] = field(default_factory=dict)
    last_people: Mapping[str, MagnitudeAudit] = field(default_factory=dict)

    @property
    def sum_audits(self) -> tuple[MagnitudeAudit, ...]:
        """Return every audit of the sums, by each attacker; none for medians."""
        by_others = (*self.others.values(), *self.last_people.values())
        return by_others if self.audit is None else (self.audit, *by_others)


def protect_counts_alone(
    request: TableRequest, rule: SuppressionRule, sealed: Collection[Key]
) -> PublishedTables:
    """Protect the numbers of people as if this were the first release."""
    return protect_tables(request, rule, sealed=sealed)


def protect_figures(
    request: MagnitudeRequest,
    progress: Callable[[int], None] | None = None,
    protect_counts: CountProtector = protect_counts_alone,
) -> ProtectedFigures:
    """Withhold what would disclose a few people or one, prove it by audit, and print the rest.

    Args:
        request: the figures to publish.
        progress: called with the number of each round of withholding more.
        protect_counts: how the numbers of people are protected. Its cells are those of the request.

    Returns:
        Every figure, shown or withheld, with the audits.

    Raises:
        TooCloseError: no safe set of figures was found.
        ProtectionFailedError: the audit of the counts objects.
    """
    table = _FigureTable(request)
    sealed = table.sealed_cells
    for round_number in range(MOST_ROUNDS):
        if progress:
            progress(round_number)
        counts = protect_counts(table.request, table.rule, sealed)
        shown = tuple(table.build_figure(cell) for cell in counts.cells)
        why = table.explain_withheld_figures(shown)
        if request.statistic is Statistic.MEDIAN:
            return ProtectedFigures(shown, counts, None, why)
        shown_sums = [
            table.build_shown_sum(figure.key, figure.told) for figure in shown if figure.told
        ]
        audit = magnitude_audit.audit_magnitudes(
            table.measured, shown_sums, table.list_targets(shown), request.dominance
        )
        others = {
            contributor.name: contributor.audit_others(table, shown_sums, shown)
            for contributor in table.sides
        }
        last_people = {
            contributor.name: contributor.audit_last_person(table, shown_sums)
            for contributor in table.sides
            if contributor.name in request.insiders
        }
        audits = (audit, *others.values(), *last_people.values())
        if all(figure.safe for figure in audits):
            return ProtectedFigures(shown, counts, audit, why, others, last_people)
        for estimate in (estimate for figure in audits for estimate in figure.close):
            if sealed.isdisjoint(estimate.because):
                sealed.add(min(estimate.because, key=table.compute_cost))
    raise TooCloseError


class _FigureTable:
    """Hold all cells of all margins, what they would disclose, and what must not be disclosed."""

    def __init__(self, request: MagnitudeRequest) -> None:
        self._order = request
        parents = {nest.child: nest.parent for nest in request.nests}
        named_dims = set[str]().union(
            *(close_over_parents(frozenset(table), parents) for table in request.tables)
        )
        self.measured = request.measured.merge_dims([dim in named_dims for dim in request.dims])
        counts = {key: len(values) for key, values in self.measured.people.items()}
        nests = tuple(nest for nest in request.nests if nest.child in named_dims)
        self.request = TableRequest(CellCounts(request.dims, counts), request.tables, nests)
        self.rule = replace(request.rule, sums=Sums.PROTECTED)
        lattice = build_lattice(self.request)
        public = [
            key for key, is_public in zip(lattice.keys, lattice.public, strict=True) if is_public
        ]
        self._parts = self.measured.find_parts(public)
        self._values = {
            key: self.measured.collect_values(parts) for key, parts in self._parts.items()
        }
        self._closeness = find_closeness(request)
        self.why = {
            key: reason
            for key, values_ in self._values.items()
            if (reason := _find_unsafe_reason(request, values_))
        }
        kept_dims = [dim in named_dims for dim in request.dims]
        self.sides = tuple(
            _ContributorFigures(
                request,
                contributor,
                subtract_own_values(request.measured, contributor).merge_dims(kept_dims),
                self._parts,
                self._values,
            )
            for contributor in request.contributors
        )

    @property
    def sealed_cells(self) -> set[Key]:
        """List cells that must be withheld no matter the number of people in them."""
        unsafe = {key for key, reason in self.why.items() if reason is not FigureReason.FEW}
        return unsafe | self.small_groups | self._cells_of_contributors

    @cached_property
    def _cells_of_contributors(self) -> set[Key]:
        """List cells that would disclose others to a contributor, or one person to an insider."""
        cells = set[Key]().union(*(contributor.unsafe_cells for contributor in self.sides))
        if self._order.statistic is not Statistic.MEDIAN:
            for side in self.sides:
                if side.name in self._order.insiders:
                    cells |= side.list_cells_of_last_people(self)
        return cells

    @property
    def small_groups(self) -> set[Key]:
        """List groups that the rule withholds although they are not small by its minimum."""
        least = self.rule.minimum
        return {
            key
            for key, reason in self.why.items()
            if reason is FigureReason.FEW and len(self._values[key]) >= least
        }

    def build_figure(self, cell: PublishedCell) -> PublishedFigure:
        """Build a printed cell."""
        if not cell.n:
            return PublishedFigure(cell.key, cell.n, None)
        rounded = self._round_statistic(self._values[cell.key])
        if rounded and self._can_disclose_others(cell.key, rounded):
            return PublishedFigure(cell.key, cell.n, None)
        return PublishedFigure(cell.key, cell.n, rounded)

    def _round_statistic(self, values: StepValues) -> RoundedFigure | None:
        if self._order.statistic is not Statistic.MEDIAN:
            return self._round_sum(values)
        measured = self.measured
        return figure_rounding.round_stable_median(
            [measured.convert_steps(value) for value in values],
            figure_rounding.choose_mean_unit(self._closeness, len(values), measured.step),
            figure_rounding.find_round_unit(self._closeness),
        )

    def _round_sum(self, values: StepValues) -> RoundedFigure:
        """Round a sum or a mean."""
        measured, n = self.measured, len(values)
        # An insider has one rounded figure against it, and not two that differ by one person.
        closeness = self._closeness * (2 if self._order.insiders else 1)
        if self._order.statistic is Statistic.SUM:
            return figure_rounding.round_figure(
                measured.convert_steps(sum(values), n), figure_rounding.find_round_unit(closeness)
            )
        return figure_rounding.round_figure(
            measured.convert_steps(Fraction(sum(values), n)),
            figure_rounding.choose_mean_unit(closeness, n, measured.step),
        )

    def _can_disclose_others(self, key: Key, rounded: RoundedFigure) -> bool:
        """Tell whether a median discloses others to a contributor, or one person to an insider."""
        return self._order.statistic is Statistic.MEDIAN and any(
            contributor.can_median_disclose(key, rounded)
            or contributor.knows_nearly_all_people(key)
            for contributor in self.sides
        )

    def build_shown_sum(self, key: Key, rounded: RoundedFigure) -> ShownSum:
        """Compute what a figure says of the sum behind it, in whole steps."""
        measured, n = self.measured, len(self._values[key])
        people_per_figure = n if self._order.statistic is Statistic.MEAN else 1
        low, high = figure_rounding.find_whole_range(
            *(
                (limit * people_per_figure - n * measured.floor) / measured.step
                for limit in (rounded.lower_bound, rounded.upper_bound)
            )
        )
        return ShownSum(key, self._parts[key], low, high)

    def find_shown_ends(self, key: Key) -> tuple[int, int]:
        """Find the least and the most that the sum of a group can be if its figure is shown."""
        shown = self.build_shown_sum(key, self._round_sum(self._values[key]))
        return shown.low, shown.high

    def list_targets(self, shown: Iterable[PublishedFigure]) -> Iterator[ProtectedSum]:
        """List withheld cells that need a sum unknown by itself."""
        return _list_targets(self._order, shown, self.why, self._parts, self._values)

    def explain_withheld_figures(self, shown: Iterable[PublishedFigure]) -> dict[Key, FigureReason]:
        """Find the reason for each withheld figure."""
        of_others = self._cells_of_contributors
        reason_by_key = {}
        for figure in shown:
            if figure.n is None:
                reason = FigureReason.OTHERS if figure.key in of_others else FigureReason.COVERS
                reason_by_key[figure.key] = self.why.get(figure.key, reason)
            elif figure.n and figure.told is None:
                rounded = self._round_statistic(self._values[figure.key])
                reason_by_key[figure.key] = (
                    FigureReason.OTHERS if rounded else FigureReason.UNSTEADY
                )
        return reason_by_key

    def compute_cost(self, key: Key) -> tuple[float, Key]:
        """Compute the cost of withholding a cell: totals are read most."""
        return len(self._values[key]) * 4.0 ** sum(value == ALL for value in key), key


class _ContributorFigures:
    """Hold the same cells as one contributor sees them: what all others have."""

    def __init__(
        self,
        request: MagnitudeRequest,
        contributor: MeasureContributor,
        residual: MeasuredPeople,
        parts: Mapping[Key, tuple[Key, ...]],
        everyone: Mapping[Key, StepValues],
    ) -> None:
        self.name = contributor.name
        self._order, self._left, self._parts, self._everyone = request, residual, parts, everyone
        self._values = {
            key: residual.collect_values(cell_parts) for key, cell_parts in parts.items()
        }
        # In cells without its own people the contributor sees what all readers see.
        self._unsafe = {
            key: reason
            for key, values in self._values.items()
            if len(values) < len(everyone[key]) and (reason := _find_unsafe_reason(request, values))
        }

    @property
    def unsafe_cells(self) -> set[Key]:
        """List cells that would disclose few others, or one, if they were shown."""
        return set(self._unsafe)

    def audit_others(
        self,
        table: "_FigureTable",
        shown_sums: Sequence[ShownSum],
        shown: Iterable[PublishedFigure],
    ) -> MagnitudeAudit:
        """Audit what the contributor can estimate of others from everything that is shown."""
        targets = _list_targets(self._order, shown, self._unsafe, self._parts, self._values)
        less = subtract_own_sums(shown_sums, table.measured, self._left)
        return magnitude_audit.audit_magnitudes(self._left, less, targets, self._order.dominance)

    def audit_last_person(
        self, table: "_FigureTable", shown_sums: Sequence[ShownSum]
    ) -> MagnitudeAudit:
        """Audit what it can estimate of one of its own people, if it knows all others of them."""
        return magnitude_audit.audit_last_values(
            table.measured, self._left, shown_sums, self._find_least_range()
        )

    def _find_least_range(self) -> int:
        """Find how many steps must lie between the values that stay possible for a person."""
        return ceil(find_closeness(self._order) / self._left.step)

    def list_cells_of_last_people(self, table: "_FigureTable") -> set[Key]:
        """List cells with a figure that alone shows too closely what one of its own people has.

        The others in a cell may make up for that person, as far as they can. What several figures
        show together is for the audit.
        """
        span, least_range = self._left.span, self._find_least_range()
        ceiling = inf if span is None else span
        cells = set[Key]()
        for key, everyone in self._everyone.items():
            others = self._values[key]
            if len(others) == len(everyone):
                continue
            own = (Counter(everyone) - Counter(others)).keys()
            low, high = table.find_shown_ends(key)
            lowest = low - sum(everyone) - (len(others) * ceiling - sum(others) if others else 0)
            highest = high - sum(everyone) + sum(others)
            if any(
                min(value + highest, ceiling) - max(value + lowest, 0) < min(least_range, ceiling)
                for value in (min(own), max(own))
            ):
                cells.add(key)
        return cells

    def knows_nearly_all_people(self, key: Key) -> bool:
        """Tell whether an insider knows nearly all people in a cell.

        It would learn from their median, or from the unit of it, whether the only person that it
        does not know is above it. So none is printed, no matter what they have.
        """
        others = len(self._values[key])
        is_insider = self.name in self._order.insiders
        return is_insider and others < min(self._order.rule.minimum, len(self._everyone[key]))

    def can_median_disclose(self, key: Key, rounded: RoundedFigure) -> bool:
        """Tell whether a median shows on which side of it nearly all others are."""
        others, everyone = self._values[key], self._everyone[key]
        own = [
            self._left.convert_steps(value)
            for value in (Counter(everyone) - Counter(others)).elements()
        ]
        fewest = self._order.rule.minimum // 2
        return bool(own and others) and can_median_disclose(rounded, own, len(others), fewest)


def _list_targets(
    request: MagnitudeRequest,
    shown: Iterable[PublishedFigure],
    reasons: Mapping[Key, FigureReason],
    parts: Mapping[Key, tuple[Key, ...]],
    values: Mapping[Key, StepValues],
) -> Iterator[ProtectedSum]:
    """List withheld cells of few people that need a sum unknown by itself."""
    for figure in shown:
        if figure.n is None and figure.key in reasons:
            up, down = _find_required_steps(request, reasons[figure.key], values[figure.key])
            if up or down:
                yield ProtectedSum(figure.key, parts[figure.key], up, down)


def _find_required_steps(
    request: MagnitudeRequest, reason: FigureReason, values: StepValues
) -> tuple[int, int]:
    """Find by how many steps the sum of a withheld group must be able to be larger, and smaller."""
    span, total, dominance = request.measured.span, sum(values), request.dominance
    if reason is FigureReason.HEAVY:
        up, down = max(dominance.compute_dominance_sum(values) - total, 0), 0
    else:
        up = down = max(dominance.count_protected_steps(total), FEWEST_UNKNOWN_STEPS)
    most = up if span is None else len(values) * span - total
    return min(up, most), min(down, total)


def _find_unsafe_reason(request: MagnitudeRequest, values: StepValues) -> FigureReason | None:
    """Find why a group's own figure may not be shown; None where it may."""
    span = request.measured.span
    if not values:
        return None
    if len(values) < max(request.rule.minimum, request.group):
        return FigureReason.FEW
    if request.statistic is Statistic.MEDIAN:
        return FigureReason.END if values[0] == 0 or values[-1] == span else None
    if is_near_limit(values, span, request.rule.minimum):
        return FigureReason.END
    return FigureReason.HEAVY if request.dominance.is_dominated(values, span) else None


def find_closeness(request: MagnitudeRequest) -> Fraction:
    """Find how closely a person's value may follow from two groups that differ by that person.

    As many percent of what a person can have, or of what those with most of it have where nothing
    limits it.
    """
    measured, few = request.measured, request.rule.minimum
    most = measured.span
    top = measured.collect_values(measured.people)[:few]
    scale = Fraction(sum(top), len(top)) if most is None else Fraction(most)
    return max(scale * request.dominance.percent / HUNDRED_PERCENT, Fraction(1)) * measured.step
