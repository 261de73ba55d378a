"""Protect how many children are in each group, for a count or behind means. No Django.

The numbers are protected together with everything published about the same children: numbers of
earlier releases, results of an outcome included, and the size classes of percentage bands.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Final

from cairn.outputs.releases.figures import COUNT_STATISTIC
from cairn.outputs.releases.merged_groups import NO_MERGED_GROUPS, Grouping
from cairn.outputs.releases.protection import counts
from cairn.outputs.releases.protection.bands import ProtectedBandYear
from cairn.policy.facts import DifferencingConflict, DifferencingConflictKind
from cairn.sdc import audit, contributors, differencing, tables
from cairn.sdc.tables import ALL, Key, PublishedTables, SuppressionRule, TableRequest
from cairn.warehouse import measures
from cairn.warehouse.exporters import ReleasedCell

MOST_BAND_ROUNDS: Final = 20
"""How often more is withheld beside size classes before the count is stopped."""


@dataclass(frozen=True, slots=True)
class ProtectedCountYear(counts.ProtectedOutcomeYear):
    """Hold the numbers of children of one count in one year; there are no results."""

    def cells(self) -> Iterator[ReleasedCell]:
        """Yield the cells in the form of the released zone: the value is the number itself."""
        for cell in counts.ProtectedOutcomeYear.cells(self):
            value, unit = (None, None) if cell.n is None else (str(cell.n), "1")
            yield replace(cell, statistic=COUNT_STATISTIC, value=value, rounded_to=unit)


def protect_count_years(
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    asked_tables: counts.TableDimensions,
    minimum: int,
    requested_years: Sequence[str],
    snapshots: Sequence[counts.PublishedSnapshot] = (),
    grouping: Grouping = NO_MERGED_GROUPS,
) -> Iterator[ProtectedCountYear | DifferencingConflict]:
    """Protect each requested year of a count, or report its conflict with a release.

    Args:
        outcome: ID of the indicator.
        rows: the counted table, as for `protect_outcome_years`.
        asked_tables: the dimensions of each table.
        minimum: the strictest minimum cell size of the agreements, in children.
        requested_years: school years; empty means every year.
        snapshots: earlier releases, and what this release says of the same children otherwise.
        grouping: groups to be merged in years with no published groups.
    Returns:
        The protected year, or the conflict, for each year in order.
    """
    for year_request in counts.iterate_year_requests(
        outcome, rows, asked_tables, minimum, requested_years, snapshots, grouping
    ):
        yield (
            year_request
            if isinstance(year_request, DifferencingConflict)
            else _protect_count_year(year_request, snapshots)
        )


def _protect_count_year(
    year_request: counts.YearRequest, snapshots: Sequence[counts.PublishedSnapshot]
) -> ProtectedCountYear | DifferencingConflict:
    outcome, year, rule = year_request.outcome, year_request.school_year, year_request.rule
    earlier = list(counts.find_earlier_tables(snapshots, outcome, year, year_request.request.cells))
    protector = GroupSizeProtector(year_request.request, rule, earlier)
    classes = _SizeClasses(year_request, protector, snapshots)
    # The messages of these errors contain counts of children, so only the names are passed on.
    try:
        published = classes.protect_beside()
    except differencing.ReleaseConflictError as conflict:
        kind = DifferencingConflictKind.TELLS_OF_FEW
        return DifferencingConflict(outcome, year, kind, conflict.releases)
    except differencing.OtherPeopleError as mismatch:
        kind = DifferencingConflictKind.OTHER_CHILDREN
        return DifferencingConflict(outcome, year, kind, (mismatch.name,))
    if published is None:
        return classes.build_conflict()
    partners = counts.find_contributors(protector.sizes.cells, rule)
    return ProtectedCountYear(
        outcome,
        year,
        published,
        protector.sizes,
        rule,
        len(earlier),
        protector.programs_beside,
        partners,
        protector.audits,
        year_request.grouping,
        protector.hides,
    )


def audit_bands_beside_counts(
    year: ProtectedBandYear,
    asked_tables: counts.TableDimensions,
    snapshots: Sequence[counts.PublishedSnapshot],
) -> ProtectedBandYear | DifferencingConflict:
    """Attack the size classes of protected bands together with counts of the same children.

    Args:
        year: the protected bands.
        asked_tables: the dimensions of each of their tables.
        snapshots: the earlier releases.
    Returns:
        The year; or the conflict, where a number that a count withheld would follow.
    """
    with_counts = [
        snapshot
        for snapshot in snapshots
        if any(
            cell.statistic == COUNT_STATISTIC
            and cell.school_year == year.school_year
            and measures.get_counted_outcome(cell.outcome) == year.outcome
            for cell in snapshot.cells
        )
    ]
    if not with_counts:
        return year
    year_request = counts.YearRequest(
        year.outcome, year.school_year, year.request, year.rule, year.contributors, year.together
    )
    earlier = counts.find_earlier_tables(
        with_counts, year.outcome, year.school_year, year.request.cells
    )
    protector = GroupSizeProtector(year.request, year.rule, earlier)
    bands = counts.PublishedSnapshot("", asked_tables, tuple(year.cells()))
    classes = _SizeClasses(year_request, protector, [bands])
    kind = classes.find_disclosed_kind()
    names = tuple(snapshot.name for snapshot in with_counts)
    return DifferencingConflict(year.outcome, year.school_year, kind, names) if kind else year


class GroupSizeProtector:
    """Protect the numbers of children of each group, together with every earlier release.

    If an earlier release showed which of these children reached an outcome, its numbers add up with
    the new ones. Then results are counted too, and every one of them is withheld.

    Attributes:
        sizes: the request without results.
        earlier: the earlier releases, over the dimensions that are protected.
        has_results: whether an earlier release showed results.

    Args:
        request: the tables, with counts by result.
        rule: what they must withstand.
        earlier: the earlier releases, over the dimensions of the request.
    """

    def __init__(
        self,
        request: TableRequest,
        rule: SuppressionRule,
        earlier: Iterable[differencing.EarlierRelease],
    ) -> None:
        self.earlier = list(earlier)
        self.sizes = replace(request, cells=_sum_over_results(request.cells))
        self.has_results = any(key[-1] != ALL for table in self.earlier for key in table.counts)
        self._request = request if self.has_results else self.sizes
        if not self.has_results:
            self.earlier = [
                replace(table, counts={key[:-1]: n for key, n in table.counts.items()})
                for table in self.earlier
            ]
        self._contributors = counts.find_contributors(self._request.cells, rule)
        self._made: differencing.HistoryProtection | None = None

    @property
    def programs_beside(self) -> int:
        """Return how many linear programs the audit beside earlier releases solved."""
        return self._made.together.programs if self._made and self._made.together else 0

    @property
    def audits(self) -> Mapping[str, tables.AuditCertificate]:
        """Return the audit by each contributor."""
        return self._made.contributors if self._made else {}

    @property
    def hides(self) -> tuple[str, ...]:
        """Return the earlier releases with a number that is public today and withheld here."""
        return tuple(sorted(set(self._made.hides.values()))) if self._made else ()

    def __call__(
        self, group_request: TableRequest, rule: SuppressionRule, sealed_keys: Collection[Key]
    ) -> PublishedTables:
        """Return the protected numbers of the groups alone, with the audit of everything."""
        hidden_keys: set[Key] = set(sealed_keys)
        if self.has_results:
            hidden_keys = {(*key, ALL) for key in sealed_keys} | self._list_result_keys()
        self._made = differencing.protect_with_history(
            self._request, rule, self.earlier, self._contributors, sealed=hidden_keys
        )
        published = self._made.published
        if not self.has_results:
            return published
        cells = tuple(
            replace(cell, key=cell.key[:-1]) for cell in published.cells if cell.key[-1] == ALL
        )
        alone = replace(published, dims=group_request.cells.dims, cells=cells)
        others = {key[:-1] for key in self._made.few_others if key[-1] == ALL}
        return replace(alone, explanation=_explain_cells(alone, group_request, rule, others))

    def _list_result_keys(self) -> set[Key]:
        """Return the key of every number of children who reached the outcome, or did not."""
        lattice = tables.build_lattice(self._request)
        return {key for key in lattice.keys if key[-1] != ALL}


def _sum_over_results(cells: tables.CellCounts) -> tables.CellCounts:
    """Return the same people, summed over results."""
    sums: dict[Key, int] = {}
    for key, n in cells.counts.items():
        sums[key[:-1]] = sums.get(key[:-1], 0) + n
    return tables.CellCounts(cells.dims[:-1], sums)


def _explain_cells(
    published: PublishedTables,
    group_request: TableRequest,
    rule: SuppressionRule,
    others: Collection[Key],
) -> tables.SuppressionCounts:
    """Count the reasons for the groups alone, which are a part of what was protected."""
    hidden = {cell.key for cell in published.cells if cell.n is None}
    true_counts = tables.count_cells(group_request.cells, hidden)
    small = {key for key, n in true_counts.items() if n < rule.minimum}
    few_others = (hidden - small) & set(others)
    covering = len(hidden) - len(small) - len(few_others)
    return tables.SuppressionCounts(len(small), covering, {}, len(few_others))


class _SizeClasses:
    """Protect a count beside the size classes of percentage bands of the same children.

    Bands were published as if every reader knew the number of children in every group, so the
    numbers disclose nothing of the bands. But a band names the size class of its group, and that
    narrows the numbers that are withheld here.
    """

    def __init__(
        self,
        year_request: counts.YearRequest,
        protector: GroupSizeProtector,
        snapshots: Iterable[counts.PublishedSnapshot],
    ) -> None:
        self._year, self._protector, request = year_request, protector, protector.sizes
        self._ranges, self._names, band_tables = _read_size_classes(
            year_request, request, snapshots
        )
        self._request = replace(request, tables=(*request.tables, *band_tables))
        self._lattice = tables.build_lattice(self._request)
        cells = zip(self._lattice.keys, self._lattice.public, strict=True)
        self._public = [key for key, is_public in cells if is_public]
        self._true = dict(zip(self._lattice.keys, self._lattice.counts.tolist(), strict=True))
        self._before: dict[Key, int] = {
            key: n
            for table in protector.earlier
            for key, n in table.counts.items()
            if n is not None and n == self._true.get(key)
        }
        self._before |= {key: 0 for key in self._public if not self._true[key]}
        self._before |= {key: int(low) for key, (low, high) in self._ranges.items() if low == high}

    def build_conflict(self) -> DifferencingConflict:
        """Build the conflict with the releases that show bands."""
        kind = (
            DifferencingConflictKind.TELLS_OF_FEW
            if self._are_same_people()
            else DifferencingConflictKind.OTHER_CHILDREN
        )
        return DifferencingConflict(self._year.outcome, self._year.school_year, kind, self._names)

    def find_disclosed_kind(self) -> DifferencingConflictKind | None:
        """Find what the size classes disclose of earlier numbers of children, if they do."""
        numbers = {key: n for table in self._protector.earlier for key, n in table.counts.items()}
        if any(n not in {None, self._true.get(key)} for key, n in numbers.items()):
            return DifferencingConflictKind.OTHER_CHILDREN
        if self._protector.has_results:
            return DifferencingConflictKind.TELLS_OF_FEW
        hidden = [key for key, n in numbers.items() if n is None and key not in self._before]
        disclosed = self._find_disclosed(self._before, hidden)
        self._ranges = {}
        is_new = disclosed - self._find_disclosed(self._before, disclosed)
        return DifferencingConflictKind.TELLS_OF_FEW if is_new else None

    def protect_beside(self) -> PublishedTables | None:
        """Withhold more until no withheld number follows; None if that does not help.

        Raises:
            ReleaseConflictError: earlier releases of numbers leave no safe figures.
            OtherPeopleError: an earlier release of numbers counts other people.
        """
        request, rule, sealed = self._protector.sizes, self._year.rule, set[Key]()
        published = self._protector(request, rule, sealed)
        if not self._names:
            return published
        # No audit here has results, sizes and size classes at once.
        if self._protector.has_results or not self._are_same_people():
            return None
        for _ in range(MOST_BAND_ROUNDS):
            shown = {cell.key: cell.n for cell in published.cells if cell.n is not None}
            disclosed = self._find_newly_disclosed(shown)
            if not disclosed:
                return published
            more = {self._find_cheapest_cell(key, shown) for key in disclosed}
            if None in more or not more - sealed:
                break
            sealed |= {key for key in more if key is not None}
            published = self._protector(request, rule, sealed)
        return None

    def _are_same_people(self) -> bool:
        return all(
            low <= self._true.get(key, 0) <= high for key, (low, high) in self._ranges.items()
        )

    def _find_newly_disclosed(self, shown: Mapping[Key, int]) -> set[Key]:
        """Find withheld cells that follow now, and not from what was public before."""
        now = self._before | dict(shown)
        disclosed = self._find_disclosed(now, [key for key in self._public if key not in now])
        if disclosed:
            disclosed -= self._find_disclosed(self._before, disclosed)
        for contributor in counts.find_contributors(self._request.cells, self._year.rule):
            others = self._find_disclosed_others(contributor, now)
            if others:
                disclosed |= others - self._find_disclosed_others(contributor, self._before)
        return disclosed

    def _find_disclosed(self, known: Mapping[Key, int], keys: Collection[Key]) -> set[Key]:
        """Find cells that an outsider or a participant narrows too far."""
        request = self._request
        return audit.find_disclosed_cells(
            keys,
            audit.TableShape(request.cells.dims, self._public, request.tables, request.nests),
            {key: known.get(key) for key in self._public},
            self._year.rule,
            ranges={key: ends for key, ends in self._ranges.items() if key not in known},
            hints=audit.AuditHints(self._true),
            people=request.cells.people,
        )

    def _find_disclosed_others(
        self, contributor: contributors.CellContributor, known: Mapping[Key, int]
    ) -> set[Key]:
        """Find cells in which a contributor, who subtracts its own children, knows few others."""
        request, rule = self._request, self._year.rule
        view = contributors.ContributorView(request, rule, contributor, set(known), self._lattice)
        if not view.has_others:
            return set()
        own = {key: n - view.residual[key] for key, n in self._true.items()}
        less = {
            key: (max(low - own[key], 0), high - own[key])
            for key, (low, high) in self._ranges.items()
            if key not in known
        }
        certificate = contributors.audit_residual(
            request.cells.dims,
            {key: known.get(key) for key in self._public},
            view.residual,
            request.tables,
            request.nests,
            rule,
            ranges=less,
        )
        return set(contributors.list_disclosed_others(certificate))

    def _find_cheapest_cell(self, key: Key, shown: Mapping[Key, int]) -> Key | None:
        """Find the smallest number in an equation with a cell that can be withheld, too."""
        near = {
            self._lattice.keys[number]
            for equation in self._lattice.sums
            for number in (equation.total, *equation.parts)
            if key in {self._lattice.keys[cell] for cell in (equation.total, *equation.parts)}
        }
        candidates = [cell for cell in near if shown.get(cell) and cell not in self._before]
        return min(candidates, key=lambda cell: (shown[cell], cell), default=None)


def _read_size_classes(
    year_request: counts.YearRequest,
    request: TableRequest,
    snapshots: Iterable[counts.PublishedSnapshot],
) -> tuple[dict[Key, tuple[float, float]], tuple[str, ...], list[tuple[str, ...]]]:
    """Read the size class of each group with a band, the releases with bands, and their tables."""
    dims = request.cells.dims
    schools_by_code = counts.index_schools_by_code(request.cells.counts, dims)
    people = measures.get_counted_outcome(year_request.outcome)
    ranges: dict[Key, tuple[float, float]] = {}
    names: list[str] = []
    band_tables: list[tuple[str, ...]] = []
    for snapshot in snapshots:
        bands = [
            cell
            for cell in snapshot.cells
            if cell.is_band
            and cell.school_year == year_request.school_year
            and measures.get_counted_outcome(cell.outcome) == people
        ]
        for cell in bands:
            key = counts.build_cell_key(cell, dims, schools_by_code)
            low, high = ranges.get(key, (0, inf))
            most = inf if cell.size_high is None else cell.size_high
            ends = (cell.size_low or 0, most) if cell.n is None else (cell.n, cell.n)
            ranges[key] = (max(low, ends[0]), min(high, ends[1]))
        if bands:
            names.append(snapshot.name)
            band_tables += [tuple(table) for table in snapshot.tables]
    return ranges, tuple(names), band_tables
